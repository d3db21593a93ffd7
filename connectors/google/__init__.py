"""Google Workspace, on `google-api-python-client`."""
