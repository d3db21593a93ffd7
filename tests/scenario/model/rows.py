"""What the model of events has in its tables. Pure.

Every row is frozen, so a transaction is a copy of the tables, which is thrown away if somebody dies in it.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connectors.records import Direction, Event, Ref
from syncapp.engine import agreeing, content

NEVER = sys.maxsize  # until a person has chosen
Place = tuple[str, Direction]


@dataclass(frozen=True, kw_only=True)
class Item:
    """As the product has it: see `syncapp.models.Item`."""

    key: str
    alias: str = ""
    record_id: str = ""
    is_synced: bool = False
    version: int = 0
    base: agreeing.Base = field(default_factory=dict)
    sent: agreeing.Base = field(default_factory=dict)
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What the calendar has of an item, as far as we know. `seen` and `missing` are ticks of the tables."""

    key: str
    version: str = ""
    seen: int = 0
    missing: int | None = None
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """One intended write; `event` None: it is gone on the side that it comes from. `made` is the tick at which it came
    to be. It waits for a job that comes after the one with the number `waits`, or for a person."""

    event: Event | None
    made: int
    revision: int = 0
    tries: int = 0
    waits: int = 0

    def is_as(self, seen: Change | None) -> bool:
        """Whether it says still what somebody saw."""
        return seen is not None and (self.made, self.revision) == (seen.made, seen.revision)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """How far a side was read; `full_since` is when a full read began that is not looked after yet."""

    value: str | None = None
    full_since: int | None = None


@dataclass(frozen=True, kw_only=True)
class Overruled:
    """Whose version lost, in which fields; `event` None: it was a deletion."""

    key: str
    side: str
    fields: frozenset[str]
    event: Event | None


@dataclass(kw_only=True)
class Rows:
    """All that lasts. `copies` are by their ids in the calendar; `asked` are the items about which a person is asked,
    with what was chosen, "" as long as nothing is. `tick` grows with every transaction, `run` is the tick at which the
    run that is under way began, `fences` are the numbers of the leases, by what is worked on."""

    items: dict[str, Item] = field(default_factory=dict)
    copies: dict[str, Copy] = field(default_factory=dict)
    changes: dict[Place, Change] = field(default_factory=dict)
    calendar: Cursor = Cursor()
    crm: Cursor = Cursor()
    overruled: list[Overruled] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    tick: int = 1
    run: int | None = None

    def copied(self) -> Rows:
        """Deep enough, since every row is frozen."""
        fresh = copy.copy(self)
        fresh.items, fresh.copies, fresh.changes = dict(self.items), dict(self.copies), dict(self.changes)
        fresh.overruled, fresh.asked, fresh.fences = list(self.overruled), dict(self.asked), dict(self.fences)
        return fresh

    # -- What is there

    def leader(self, key: str) -> Ref | None:
        """The copy that leads, with the version that we know."""
        found = (Ref(id=id_, version=each.version) for id_, each in self.copies.items() if _lives(each, key))
        return next(found, None)

    def living(self) -> Iterator[tuple[str, Copy]]:
        return ((id_, each) for id_, each in self.copies.items() if not each.gone)

    def generation(self, key: str) -> int:
        """How often it had to be made anew: an id that was deleted is not given again."""
        return sum(each.key == key and each.gone for each in self.copies.values())

    def named(self, key: str) -> Item | None:
        """The item of this name, its own or the one that it has in the calendar."""
        return self.items.get(key) or next((each for each in self.items.values() if each.alias == key), None)

    def questions(self) -> list[str]:
        """The items about which a person has still to choose."""
        return [key for key, chosen in self.asked.items() if not chosen]

    # -- What is written

    def go_back(self, side: str, cursor: str) -> None:
        """The cursor of a side, "calendar" or "crm", stands where it once stood."""
        setattr(self, side, replace(getattr(self, side), value=cursor))

    def set_item(self, key: str, **values: object) -> None:
        self.items[key] = replace(self.items[key], **values)  # type: ignore[arg-type]

    def set_copy(self, id_: str, **values: object) -> None:
        self.copies[id_] = replace(self.copies[id_], **values)  # type: ignore[arg-type]

    def intend(self, key: str, direction: Direction, event: Event | None) -> None:
        """What says the same as before stays as it is; what says something else is tried at once."""
        before = self.changes.get((key, direction))
        if before is None:
            self.changes[key, direction] = Change(event=event, made=self.tick)
        elif _says_else(before, event):
            self.changes[key, direction] = Change(event=event, made=before.made, revision=before.revision + 1)

    def wait(self, place: Place, seen: Change | None, waits: int) -> None:
        """One more try that failed, unless it says something else by now."""
        now = self.changes.get(place)
        if now is not None and now.is_as(seen):
            self.changes[place] = replace(now, waits=waits, tries=now.tries + 1)

    def drop(self, place: Place, seen: Change | None) -> None:
        """The change has done its work, unless it says something else by now."""
        now = self.changes.get(place)
        if now is not None and now.is_as(seen):
            del self.changes[place]

    def bury(self, key: str) -> None:
        """It never came to the other side, or is gone from both: nothing is to be done about it any more."""
        for direction in Direction:
            self.changes.pop((key, direction), None)
        self.asked.pop(key, None)


def _lives(each: Copy, key: str) -> bool:
    return each.key == key and not each.gone


def _says_else(before: Change, event: Event | None) -> bool:
    if before.event is None or event is None:
        return before.event is not event
    return bool(content.differing(before.event, event, content.FIELDS))
