"""Salesforce over REST, on `simple-salesforce`."""
