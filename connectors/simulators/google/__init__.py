"""Google as a real HTTPS server: OAuth and Gmail, with the refusals of the real service."""

from connectors.simulators.google.simulator import GoogleSimulator

__all__ = ["GoogleSimulator"]
