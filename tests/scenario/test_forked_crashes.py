"""As `test_crash_points`, with processes that really end: `os._exit(137)`, on a database that others open too.

.venv/bin/pytest tests/scenario/test_forked_crashes.py -s           dies once at every point, each printed by name
.venv/bin/pytest tests/scenario/test_forked_crashes.py -s -m slow   at every single occurrence of every point
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from multiprocessing import forkserver
from pathlib import Path

import pytest
from pytest_django import Settings

from connectors import clock, registry
from connectors.memory import MAILBOXES
from connectors.scoping import EVERYTHING, scoped
from tests.integration.ground.tokens import TokenServer
from tests.scenario.forked import KILLED, End, Place, Theatre
from tests.tiers import is_nightly, share

HALVES = pytest.mark.parametrize("half", [0, 1], ids=["one half", "the other half"])  # each takes its time


@pytest.fixture
def theatre(
    open_database: str, tokens: TokenServer, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Theatre]:
    tokens.rotates = False
    monkeypatch.setattr(registry, "open_mail", lambda provider, address, *_, **__: MAILBOXES[address])
    settings.SYNC_INTERVAL_SECONDS = 3000
    made = Theatre(database=open_database, folder=tmp_path)
    with monkeypatch.context() as patch:  # whoever is killed has nothing to say about coverage
        for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
            patch.delenv(name)
        forkserver.ensure_running()
    with clock.using(lambda: made.time.offset), scoped(EVERYTHING):
        yield made


def must_change_nothing(theatre: Theatre, expected: End, places: Iterable[Place]) -> None:
    """Each death by name: the worker is gone, another one came, and everything is as if nobody had died."""
    for place in places:
        end = theatre.play(place)
        print(f"died at “{place[0]}”, time {place[1]}: {len(end.outcome.records)} records, {len(end.exits)} workers")
        assert end.exits == [KILLED, 0], place
        assert end.broken == [], place
        assert end.outcome == expected.outcome, place


def undisturbed(theatre: Theatre) -> End:
    """What every other play is compared with; it has something in it."""
    end = theatre.play()
    assert (end.exits, end.broken) == ([0], [])
    assert len(end.outcome.records) >= 10
    assert len(end.reached) >= 50
    return end


@HALVES
def test_dying_once_at_any_point_changes_nothing(theatre: Theatre, half: int) -> None:
    expected = undisturbed(theatre)
    every = [(name, 1) for name in sorted(expected.reached)[half::2]]
    # A death costs seconds here, and `test_crash_points` dies at all of them: the gate plays every fourth one.
    must_change_nothing(theatre, expected, every if is_nightly() else share(every[::4]))


@pytest.mark.slow
@HALVES
def test_dying_once_at_any_occurrence_of_any_point_changes_nothing(theatre: Theatre, half: int) -> None:
    expected = undisturbed(theatre)
    places = [(name, n) for name, times in sorted(expected.reached.items()) for n in range(2, times + 1)]
    must_change_nothing(theatre, expected, places[half::2])
