"""What guards an update against a worker that was stopped in the middle: all of it together, and no less.

.venv/bin/python -m pytest tests/scenario/test_lost_updates.py -n 0 -s      prints the table
SEEDS=17 .venv/bin/python -m pytest tests/scenario/test_lost_updates.py -k drawn -n 0 -s      one schedule again
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from pytest_django import Settings

from connectors.scoping import EVERYTHING, scoped
from tests.conftest import Time
from tests.scenario.interleaving import Drawn, Paused, Plan, Step, asked_seeds, blocks, interleave, ticking
from tests.scenario.invariants import Violated, no_update_is_lost
from tests.scenario.versions import Guards, Versions
from tests.tiers import share

__all__ = ["ticking"]

pytestmark = pytest.mark.django_db

LEASE = 120.0
FULL = Guards()
WEAKER = {
    "no lease": Guards(lease=False, fence=False, margin=False, remote=False),
    "lease only": Guards(fence=False, margin=False, remote=False),
    "lease and local fence": Guards(margin=False, remote=False),
    "lease, local fence, margin before each write": Guards(remote=False),
}
FIRST, SECOND = 0, 2  # the workers; between them stands whoever edits
REPEAT = "SEEDS={} .venv/bin/python -m pytest tests/scenario/test_lost_updates.py -k drawn -n 0 -s"


@pytest.fixture(autouse=True)
def _lease(settings: Settings) -> None:
    settings.SYNC_LEASE_SECONDS = LEASE


def played(time: Time, guards: Guards, plan: Plan, *, restored: bool = False) -> tuple[list[str], list[Step]]:
    """What a schedule loses, and the schedule."""
    with transaction.atomic(), scoped(EVERYTHING):
        world = Versions(guards, restored=restored)
        steps = interleave(plan, time, world.worker("first"), world.editor, world.worker("second"))
        world.comes_to_rest()
        transaction.set_rollback(True)
        return no_update_is_lost(world), steps


def directed(
    time: Time, guards: Guards, further: Iterable[int | None] = (None,), *, restored: bool = False
) -> Iterator[list[str]]:
    """What each of the directed schedules loses: one worker stopped at each of its steps in turn, longer than its
    lease, while the others go so many steps `further`."""
    for worker, far in itertools.product((FIRST, SECOND), further):
        for at in itertools.count(1):
            found, steps = played(time, guards, Paused(worker, at, LEASE, far), restored=restored)
            if sum(step.worker == worker for step in steps) < at:
                break
            yield found


def row(name: str, found: Iterable[list[str]]) -> int:
    """Prints a line of the table; how many schedules lost something."""
    all_ = list(found)
    losing = sum(bool(each) for each in all_)
    print(f"{name:64} {len(all_):6} schedules {losing:6} with a lost update")
    return losing


@pytest.mark.parametrize("name", WEAKER)
def test_without_all_of_it_an_update_is_lost(time: Time, name: str) -> None:
    assert row(name, directed(time, WEAKER[name])) > 0


@pytest.mark.parametrize("restored", [False, True], ids=["as it was", "restored from a backup"])
def test_with_all_of_it_no_update_is_lost(time: Time, restored: bool) -> None:
    name = f"all of it, and the CRM refuses lower versions{', restored from a backup' if restored else ''}"
    assert row(name, directed(time, FULL, restored=restored)) == 0


def test_whoever_takes_every_refusal_for_superseded_loses_what_a_backup_forgot(time: Time) -> None:
    """Which is why a refusal of a number that was never ours is answered with a higher one."""
    name = "the same without renumbering, restored from a backup"
    assert row(name, directed(time, Guards(renumbers=False), restored=True)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("restored", [False, True], ids=["as it was", "restored from a backup"])
def test_with_all_of_it_no_update_is_lost_however_far_the_others_get(time: Time, restored: bool) -> None:
    name = f"all of it, the others 1 to 60 steps further{', restored' if restored else ''}"
    assert row(name, directed(time, FULL, range(1, 61), restored=restored)) == 0


def drawn(time: Time, guards: Guards, seeds: Iterable[int]) -> Iterator[list[str]]:
    for seed in seeds:
        found, steps = played(time, guards, Drawn(seed, LEASE), restored=bool(seed % 2))
        if asked_seeds():
            print(f"seed {seed}: {found or 'nothing lost'}", *steps, sep="\n")
        yield [*found, REPEAT.format(seed)] if found else []


def none_lost(time: Time, seeds: range) -> None:
    for found in drawn(time, FULL, asked_seeds() or share(seeds)):
        if found:
            raise Violated(found)


@pytest.mark.parametrize("seeds", blocks(0, 500, 100), ids=str)
def test_however_schedules_are_drawn_no_update_is_lost(time: Time, seeds: range) -> None:
    none_lost(time, seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(500, 20_000, 500), ids=str)
def test_however_many_more_schedules_are_drawn_no_update_is_lost(time: Time, seeds: range) -> None:
    none_lost(time, seeds)


@pytest.mark.slow
@pytest.mark.parametrize("name", WEAKER)
def test_without_all_of_it_drawn_schedules_lose_too(time: Time, name: str) -> None:
    assert row(f"{name}, drawn", drawn(time, WEAKER[name], range(2000))) > 0
