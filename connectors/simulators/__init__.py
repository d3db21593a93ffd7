"""Providers as real HTTPS servers, for the demo and for tests. Never part of the production image."""
