"""What needs a person: issues, their causes and their catalogue. Knows nothing of how syncing works."""
