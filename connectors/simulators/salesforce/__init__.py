"""Salesforce as a real HTTPS server that refuses what Salesforce refuses."""

from connectors.simulators.salesforce.simulator import SalesforceSimulator

__all__ = ["SalesforceSimulator"]
