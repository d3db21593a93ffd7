"""Each person is asked for once in a job, however small the portions are in which events are written."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from connectors.records import Address, Attendee, Person, PersonKind
from syncapp.engine import lease, working
from syncapp.engine.running import Ending, run_job
from tests.builders import event
from tests.driving import sync
from tests.integration.events.meanwhile import calls
from tests.integration.events.stage import Stage


def visited(stage: Stage, number: int, *, guests: int) -> None:
    """So many meetings of Anna's, each with one of the guests; those of one guest follow each other."""
    stage.crm.people += [
        Person(kind=PersonKind.CONTACT, id=f"003{n:012d}AAA", email=f"guest{n}@customer.example", name="Guest")
        for n in range(guests)
    ]
    for n in range(number):
        guest = Attendee(address=Address(email=f"guest{n * guests // number}@customer.example"))
        stage.calendar.add(event(f"Visit {n}", attendees=(guest,)))


def related(stage: Stage) -> int:
    """Records with somebody who is invited."""
    return sum(bool(record.invitees) for record in stage.records)


@pytest.fixture
def _in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SLICE", 2)


@pytest.mark.usefixtures("_in_slices")
def test_people_are_asked_for_once_however_many_slices_there_are(stage: Stage) -> None:
    visited(stage, 10, guests=5)
    with calls() as made:
        sync(stage.anna)
    assert (made["find people"], made["push events"], related(stage)) == (1, 5, 10)


@pytest.mark.usefixtures("_in_slices")
def test_what_a_call_has_room_for_is_filled_and_no_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncapp.engine.acquaintances.ASKED", 3)
    visited(stage, 10, guests=5)
    with calls() as made:
        sync(stage.anna)
    assert (made["find people"], related(stage)) == (2, 10)


@pytest.mark.usefixtures("_in_slices")
def test_an_event_that_cannot_be_read_ahead_of_its_turn_stops_no_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[str]:
        raise ValueError("no event")

    monkeypatch.setattr("syncapp.engine.acquaintances.looked_up", broken)
    visited(stage, 4, guests=2)
    sync(stage.anna)
    assert (len(stage.records), related(stage)) == (4, 4)


@pytest.mark.usefixtures("_in_slices")
def test_where_workers_died_nothing_is_touched_ahead_of_its_turn(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease.Held, "asks_for_care", True)
    visited(stage, 10, guests=5)
    with calls() as made:
        sync(stage.anna)
    assert (made["find people"], related(stage)) == (5, 10)


@pytest.mark.usefixtures("_in_slices")
def test_between_slices_the_worker_is_given_back(stage: Stage, settings: Settings) -> None:
    visited(stage, 6, guests=3)
    settings.SYNC_JOB_SECONDS = 0
    assert run_job(stage.anna.pk) is Ending.AGAIN
    assert len(stage.records) == 2
    sync(stage.anna)
    assert (len(stage.records), related(stage)) == (6, 6)
