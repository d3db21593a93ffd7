"""Workers that die, sleep or hear no answer while contacts go in a load: each stands in the CRM once in the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from connectors.effects import crash_points
from connectors.errors import ConnectorError, ItemError, Kind
from connectors.memory import failure
from connectors.records import RecordWrite, Ref
from syncapp.engine import load_steps
from syncapp.engine.lease import LeaseLost
from tests import builders
from tests.driving import STORAGE, codes, sync
from tests.integration.contacts.loading import ENOUGH, LEAST, PAGE, at_rest, at_the_crm, filled, looked
from tests.integration.contacts.stage import ContactStage
from tests.integration.events.dying import SIDES, dies_at, later, seen

CALLS = ("open load", "fill load", "close load", "look at load", "read load")
COMMITS = (
    "gather",
    "gathered",
    "prepared",
    "ready",
    "begin",
    "opened",
    "closed",
    "under way",
    "not settled",
    "settled",
)
POINTS = [
    *(f"{name}: {side}" for name in CALLS for side in SIDES),
    *(f"load: {name}: {side} commit" for name in COMMITS for side in SIDES),
    *(f"{name}: {side} commit" for name in ("version: reserve", "settle events in crm") for side in SIDES),
]
HANDING_OVER = [f"{name}: {side}" for name in ("open load", "fill load", "close load") for side in SIDES] + [
    f"load: {name}: {side} commit" for name in ("begin", "opened", "closed") for side in SIDES
]
RESET = failure("network.CONNECTION_RESET", Kind.TRANSIENT, "after the write")


@pytest.fixture(autouse=True)
def _small(stage: ContactStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_steps, "LEAST", LEAST)
    builders.store_of(stage.anna).page_size = PAGE
    stage.crm.loads.looks = 1


def play(stage: ContactStage) -> None:
    """From the first page to the last record."""
    sync(stage.anna)
    looked(stage, 2)


def spoiled(stage: ContactStage) -> None:
    """The load leaves one of its records alone, whoever it is, and another one is refused for everybody's sake."""
    insert, seen_before = stage.crm.loads._insert, list[str]()
    instead = (None, ItemError(failure=STORAGE))

    def insert_others(write: RecordWrite) -> Ref | ItemError | None:
        seen_before.append(write.key)
        return instead[len(seen_before) - 1] if len(seen_before) <= len(instead) else insert(write)

    stage.crm.loads._insert = insert_others


def test_the_points_are_all_that_a_load_comes_by(stage: ContactStage) -> None:
    filled(stage)
    spoiled(stage)
    points = seen(lambda: play(stage))
    of_loads = [point for point in points if point.startswith("load: ") or point.partition(":")[0] in CALLS]
    assert sorted(of_loads) == sorted(point for point in POINTS if point in of_loads)
    assert set(POINTS) <= set(points)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_at_any_of_them_loses_nothing_and_makes_nothing_twice(
    stage: ContactStage, point: str
) -> None:
    filled(stage)
    spoiled(stage)
    dies_at(point, lambda: play(stage))
    later(stage)
    later(stage)
    assert (at_rest(stage), codes()) == (True, [])


@pytest.mark.parametrize("point", HANDING_OVER)
def test_who_goes_on_soon_still_hands_them_over_in_a_load(stage: ContactStage, point: str) -> None:
    filled(stage)
    dies_at(point, lambda: play(stage))
    looked(stage, 4)
    assert at_rest(stage)
    assert [len(held.content or ()) for held in at_the_crm(stage) if held.told] == [ENOUGH]


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("call", ["open_load", "fill_load", "close_load", "look_at_load", "told_of_load"])
def test_an_answer_that_nobody_hears_changes_nothing(
    stage: ContactStage, monkeypatch: pytest.MonkeyPatch, call: str, times: int
) -> None:
    filled(stage)
    lose(stage, monkeypatch, call, times)
    for _ in range(8):
        looked(stage)
    assert (at_rest(stage), codes()) == (True, [])


def test_nobody_hears_that_it_was_stopped(stage: ContactStage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.crm.loads.looks = 10_000
    sync(filled(stage).anna)
    lose(stage, monkeypatch, "drop_load", 1)
    stage.time.move(minutes=61)
    looked(stage, 3)
    assert (at_rest(stage), codes()) == (True, [])


def lose(stage: ContactStage, monkeypatch: pytest.MonkeyPatch, call: str, times: int) -> None:
    """The CRM does what it is asked, and the first answers are lost on their way."""
    ask, left = getattr(stage.crm, call), [None] * times

    def answer(*given: Any) -> Any:
        said = ask(*given)
        if left:
            left.pop()
            raise ConnectorError(RESET)
        return said

    monkeypatch.setattr(stage.crm, call, answer)


# -- Two at once


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_sleeps_through_its_lease_harms_nothing(stage: ContactStage, point: str) -> None:
    """Another one does all of it meanwhile; then the sleeper goes on where it was."""
    filled(stage)
    spoiled(stage)
    slept = meanwhile(point, lambda: play(stage), lambda: everybody_else(stage))
    assert slept
    later(stage)
    later(stage)
    assert (at_rest(stage), codes()) == (True, [])


def everybody_else(stage: ContactStage) -> None:
    stage.time.move(minutes=10)
    looked(stage, 4)


def meanwhile(point: str, sleeper: Callable[[], object], others: Callable[[], object]) -> bool:
    """The first time that the sleeper comes by the point, the others work before it goes on."""
    slept: list[str] = []

    def sleep(name: str) -> None:
        if name == point and not slept:
            slept.append(name)
            others()

    with crash_points(sleep), suppress(LeaseLost):
        sleeper()
    return bool(slept)


@pytest.mark.parametrize("point", HANDING_OVER)
def test_somebody_who_edits_one_meanwhile_has_the_last_word(stage: ContactStage, point: str) -> None:
    filled(stage)
    (ref, *_) = stage.book.shared

    def edit() -> None:
        stage.book.edit(stage.book.entries[ref].ref, job="Head")

    assert meanwhile(point, lambda: play(stage), edit)
    looked(stage, 3)
    assert (at_rest(stage), [each.said.job for each in stage.at_crm()].count("Head")) == (True, 1)
