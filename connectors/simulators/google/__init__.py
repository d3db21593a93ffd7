"""Google as a real HTTPS server: OAuth, Gmail, Calendar and People, with the refusals of the real service."""

from connectors.simulators.google.simulator import GoogleSimulator

__all__ = ["GoogleSimulator"]
