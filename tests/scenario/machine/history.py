"""What people wrote, over what, and what has become of it. Pure: it knows neither stores nor rows.

Every value that somebody writes is new, so a value tells by itself who wrote it. Whoever writes saw what stood there
and replaced it on purpose; a value that nobody replaced on purpose must not vanish.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from connectors.records import Event

WORDS = ("title", "text", "location", "time")  # the fields in which every value is new
Shown = Mapping[str, str]  # how one side shows a meeting: field → value


def words_of(event: Event) -> dict[str, str]:
    """What an event says in these fields."""
    time = f"{event.start:%Y-%m-%d %H:%M} to {event.end:%Y-%m-%d %H:%M}"
    return {"title": event.title, "text": event.text, "location": event.location, "time": time}


@dataclass(kw_only=True)
class History:
    """Each value of a meeting, and the one it was written over ("" where it was the first)."""

    over: dict[tuple[str, str], str] = field(default_factory=dict)
    sides: dict[tuple[str, str], str] = field(default_factory=dict)
    taken_away: set[tuple[str, str]] = field(default_factory=set)

    def began(self, shown: Shown, side: str) -> None:
        for name in WORDS:
            self.wrote(name, shown[name], side, over="")

    def wrote(self, name: str, value: str, side: str, *, over: str) -> None:
        """Somebody on this side wrote a value over the one that was shown there."""
        assert (name, value) not in self.over, "each value is new"
        self.over[name, value], self.sides[name, value] = over, side

    def deleted(self, shown: Shown) -> None:
        """Somebody deleted what was shown so."""
        self.taken_away |= {(name, shown[name]) for name in WORDS}

    def lost(self, shown: Iterable[Shown], kept: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
        """Values that nobody replaced or deleted on purpose, that are shown nowhere and not among those `kept`."""
        there = {(name, each[name]) for each in shown for name in WORDS} | self.taken_away
        accounted = self._with_ancestors(there) | set(kept)
        replaced = {(name, before) for (name, _), before in self.over.items()}
        return sorted(set(self.over) - replaced - accounted)

    def _with_ancestors(self, values: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        left = [value for value in values if value in self.over]
        while left:
            name, value = left.pop()
            if (name, value) not in found:
                found.add((name, value))
                before = self.over[name, value]
                left += [(name, before)] if before else []
        return found
