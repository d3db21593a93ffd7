"""Cursors of those that were given out: each stands for a place, and can be forgotten."""

from __future__ import annotations

from hashlib import sha256
from typing import Generic, TypeVar

from connectors.errors import ConnectorError, Kind
from connectors.memory.failing import failure

Place = TypeVar("Place")


class Cursors(Generic[Place]):
    """The same place has the same cursor; nobody can make one up. `code` is what an unknown one is answered with."""

    def __init__(self, owner: str, code: str) -> None:
        self.owner = owner
        self.code = code
        self.places: dict[str, Place] = {}

    def given(self, place: Place) -> str:
        cursor = sha256(f"{self.owner}: {place}".encode()).hexdigest()
        self.places[cursor] = place
        return cursor

    def opened(self, cursor: str) -> Place:
        """Raises `ConnectorError` of kind CURSOR_EXPIRED for one that is not ours, or forgotten."""
        if cursor not in self.places:
            raise ConnectorError(failure(self.code, Kind.CURSOR_EXPIRED, "unknown cursor"))
        return self.places[cursor]

    def forget(self) -> None:
        self.places.clear()
