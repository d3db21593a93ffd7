"""How much is played in which run.

The gate plays everything but some tables of cases, on two databases. What comes to the same on both is played on one of
them: tests that use no database on the first, and schedules that one process plays, or pages, faults and rounds of
syncing that go through the same queries everywhere, divided between the two, so that together they play all. What is
killed or meets others on the database, and issues, orders, mails and who may see what, is played on both. Of tables of
cases that go through one way at one point after the other, a way that others prove in full, the gate plays some.
`make nightly` plays everything on both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from typing import TypeVar
from zlib import crc32

from django.conf import settings

T = TypeVar("T")
EVERY = 11  # one in so many of what is divided is played on the second database; no divisor of how casts take turns
DIVIDED = (
    "tests/browser/",
    "tests/contract/",
    "tests/integration/access/",
    "tests/integration/api/",
    "tests/integration/bad_input/",
    "tests/integration/checks/",
    "tests/integration/commands/test_bench.py",
    "tests/integration/commands/test_demo_once.py",
    "tests/integration/contacts/",
    "tests/integration/engine/",
    "tests/integration/events/",
    "tests/integration/help/",
    "tests/integration/left_out/",
    "tests/integration/mapping/",
    "tests/integration/mending/",
    "tests/integration/orgs_that_differ/",
    "tests/integration/pages/",
    "tests/integration/tasks/",
    "tests/integration/verifying/",
    "tests/scenario/matrix/",
    "tests/scenario/test_machine_http.py",
    "tests/scenario/test_wrong_designs.py",
)
TABLES = (
    "tests/integration/contacts/test_loads_die.py",
    "tests/integration/contacts/test_lost_answers.py",
    "tests/integration/orgs_that_differ/",
    "tests/integration/tasks/test_lost_answers.py",
)
LONG = ("tests/scenario/test_", "tests/integration/commands/test_demo", "tests/integration/commands/test_bench")
OF_TABLES = 3  # one in so many of their cases is played in the gate, on one database or the other
# What these reach, the tests of each module reach as well; to measure it here too would only take long. Of the tests
# that run most of the product one in four is measured, and of every table of cases some: rather too little is counted
# than too much.
UNMEASURED = (
    "tests/architecture/",
    "tests/browser/",
    "tests/contract/peers/",
    "tests/contract/simulators/",
    "tests/integration/commands/",
    "tests/scenario/",
    "tests/security/",
    "tests/unit/demo/",
    "tests/unit/simulators/",
)
SAMPLED, ONE_IN = ("tests/integration/", "tests/contract/"), 4
MOST_CASES = 4  # of one test
DATABASE = frozenset({"db", "transactional_db", "live_server", "database", "open_database", "django_db"})
BARE = (
    "tests/unit/",
    "tests/contract/",
    "tests/architecture/",
    "tests/scenario/test_event_model.py",
    "tests/scenario/test_model_machine.py",
)


def share(schedules: Sequence[T]) -> Sequence[T]:
    """Those of the schedules that are played here, in their order; always the same ones."""
    return [each for at, each in enumerate(schedules) if is_played_here(at)]


def share_of(number: int) -> int:
    """How many of so many where nobody can say which: all on the first database, and some of the same on the second."""
    return -(-number // EVERY) if is_second() and not is_nightly() else number


def is_played_here(place: int) -> bool:
    """Whether the schedule, or the test, at this place of what is divided is played on the database at hand."""
    return is_nightly() or (place % EVERY == 0) is is_second()


def one_of_each(ways: Iterable[T], kind: Callable[[T], str]) -> list[T]:
    """All of the ways that one thing comes in, at night; in the gate one of each kind, always the same one. Those of a
    kind stand together."""
    if is_nightly():
        return list(ways)
    kinds = [(name, list(each)) for name, each in groupby(ways, kind)]
    return [each[crc32(name.encode()) % len(each)] for name, each in kinds]


def long_first(names: Sequence[str], workers: int) -> list[int]:
    """In which order to play tests of these names: each worker, who gets an equal part of the list, begins with those
    that take long. One of them at the end would keep one worker alone while the others have nothing."""
    long = [at for at, name in enumerate(names) if name.startswith(LONG)]
    short = [at for at, name in enumerate(names) if not name.startswith(LONG)]
    parts: list[list[int]] = []
    for number in range(workers):
        own = long[number::workers]
        size = len(names) * (number + 1) // workers - sum(map(len, parts)) - len(own)
        parts.append([*own, *short[: max(size, 0)]])
        short = short[max(size, 0) :]
    return [at for part in parts for at in part] + short


def is_test_played_here(name: str, uses: Collection[str]) -> bool:
    """Of a test by its name, `tests/…::…`, and the fixtures and marks that it uses. One that is skipped somewhere may
    be there for one of the databases."""
    if is_nightly() or "skipif" in uses or not name.startswith((*DIVIDED, *BARE)):
        return True
    if name.startswith(BARE) and not DATABASE & set(uses):
        return not is_second()
    place, left = divmod(crc32(name.encode()), OF_TABLES)
    if name.startswith(TABLES) and left:
        return False
    return not name.startswith(DIVIDED) or is_played_here(place)


def measured(names: Iterable[str]) -> list[str]:
    """Of tests by their names: those that are measured for coverage, always the same, in whatever order
    they are played."""
    counted = [each for each in sorted(names) if not each.startswith(UNMEASURED) and not _is_spared(each)]
    tables = [list(cases) for _, cases in groupby(counted, lambda name: name.partition("[")[0])]
    return [case for cases in tables for case in cases[:: -(-len(cases) // MOST_CASES)]]


def _is_spared(name: str) -> bool:
    return name.startswith(SAMPLED) and crc32(name.encode()) % ONE_IN > 0


def is_second() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def is_nightly() -> bool:
    """So is whatever nobody called the gate: whoever plays one file by hand plays all of it."""
    return os.environ.get("TEST_TIER") != "gate"
