"""Google as a real HTTPS server: OAuth, Gmail, Calendar, People and Tasks, with the refusals of the real service."""

from connectors.simulators.google.simulator import GoogleSimulator

__all__ = ["GoogleSimulator"]
