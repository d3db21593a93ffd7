"""`manage.py demo` with a tenth of its messages and events: python -m tests.integration.commands.small_demo"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from syncapp.demo.diaries import Diaries

KEPT = {"calm": 8, "quote": 5, "trigger": 2, "lena": 4}
KEPT_EVENTS = {"visit": 5, "shared": 2, "invited": 2, "booked": 5, "private": 1, "moved-here": 1} | {
    "chore": 3,
    "entered": 3,
    "done-there": 1,
    "done-here": 1,
    "acquaintance": 3,
    "client": 3,
    "on-both-sides": 2,
}


class Grouped(Protocol):
    @property
    def group(self) -> str: ...


G = TypeVar("G", bound=Grouped)


def narrowed(everything: Iterable[G], kept: Mapping[str, int] = KEPT) -> list[G]:
    """The first of a few groups."""
    seen: Counter[str] = Counter()
    found = []
    for each in everything:
        seen[each.group] += 1
        if seen[each.group] <= kept.get(each.group, 0):
            found.append(each)
    return found


def narrowed_events(diaries: Diaries) -> Diaries:
    return replace(
        diaries,
        placed=narrowed(diaries.placed, KEPT_EVENTS),
        sent=narrowed(diaries.sent, KEPT_EVENTS),
        booked=narrowed(diaries.booked, KEPT_EVENTS),
        listed=narrowed(diaries.listed, KEPT_EVENTS),
        entered=narrowed(diaries.entered, KEPT_EVENTS),
        cards=narrowed(diaries.cards, KEPT_EVENTS),
        clients=narrowed(diaries.clients, KEPT_EVENTS),
    )


def main() -> None:
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from syncapp.demo import once
    from syncapp.demo.world import made_world, second_morning
    from syncapp.demo.world_events import made_events

    def few_events(today: date) -> Diaries:
        return narrowed_events(made_events(today))

    narrow = {"made_world": lambda: narrowed(made_world()), "second_morning": lambda: narrowed(second_morning())}
    vars(once).update(narrow | {"made_events": few_events})
    execute_from_command_line(["manage.py", "demo", *sys.argv[1:]])


if __name__ == "__main__":
    main()
