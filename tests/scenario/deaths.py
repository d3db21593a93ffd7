"""What keeps a worker, or a whole world, from coming to an end."""

from __future__ import annotations


class Crash(BaseException):
    """The worker dies here; nothing that means well may catch it."""


class Restless(AssertionError):
    """However often somebody begins again, there is no end."""
