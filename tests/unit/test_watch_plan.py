"""Which watches are asked for, replaced and ended, and when they are let be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.hints import Place
from connectors.records import Resource
from syncapp.engine.watch_plan import Known, Plan, plan
from tests.builders import WHEN

MAIL, OWN = Place(resource=Resource.EMAIL), Place(resource=Resource.EVENT)
TEAM = Place(resource=Resource.EVENT, calendar="team@group.calendar.example")
HERE, ELSEWHERE = "https://here.example/push/", "https://elsewhere.example/push/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def known(place: Place = OWN, *, age: timedelta = HOUR, lasts: timedelta = 7 * DAY, **more: Any) -> Known:
    """A watch that was promised when it was asked for, so long ago."""
    at = WHEN - age
    values: dict[str, Any] = {"id": 1, "target": HERE, "asked_at": at, "promised_at": at, "until": at + lasts}
    return Known(place=place, **(values | more))


def planned(wanted: Place | None, *rows: Known, target: str = HERE) -> Plan:
    return plan({wanted: target} if wanted else {}, rows, WHEN)


@pytest.mark.parametrize("place", [MAIL, OWN, TEAM], ids=["mail", "own", "team"])
def test_what_nobody_watches_is_asked_for(place: Place) -> None:
    assert planned(place) == Plan(ask=(place,))


@pytest.mark.parametrize("place", [MAIL, OWN, TEAM], ids=["mail", "own", "team"])
def test_what_was_promised_an_hour_ago_is_let_be(place: Place) -> None:
    assert planned(place, known(place)) == Plan()


@pytest.mark.parametrize(
    ("place", "age", "asked"),
    [
        (MAIL, DAY - HOUR, False),
        (MAIL, DAY, True),
        (OWN, 5 * DAY, False),
        (OWN, 134 * HOUR, False),  # a fifth of a week is 33.6 hours
        (OWN, 135 * HOUR, True),
        (OWN, 6 * DAY, True),
        (OWN, 7 * DAY - HOUR, True),
    ],
)
def test_it_is_asked_for_anew_before_it_ends(place: Place, age: timedelta, asked: bool) -> None:
    assert planned(place, known(place, age=age)) == Plan(ask=(place,) if asked else ())


@pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "own"])
def test_a_short_promise_is_no_reason_to_ask_each_time(place: Place) -> None:
    short = timedelta(minutes=50)
    assert planned(place, known(place, age=timedelta(minutes=10), lasts=short)) == Plan()
    assert planned(place, known(place, age=timedelta(minutes=45), lasts=short)).ask == (place,)


def test_what_has_ended_is_dropped_and_asked_for() -> None:
    assert planned(OWN, known(age=8 * DAY)) == Plan(drop=(1,), ask=(OWN,))


@pytest.mark.parametrize(
    ("refused", "age", "asked"),
    [
        (False, timedelta(minutes=59), False),
        (False, HOUR, True),
        (True, DAY - HOUR, False),
        (True, DAY, True),
    ],
)
@pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "own"])
def test_what_was_in_vain_is_not_asked_for_again_at_once(
    place: Place, refused: bool, age: timedelta, asked: bool
) -> None:
    in_vain = known(place, age=age, promised_at=None, refused=refused)
    assert planned(place, in_vain) == Plan(ask=(place,) if asked else ())


def test_a_renewal_that_was_in_vain_waits_as_well() -> None:
    renewed = known(MAIL, age=2 * DAY, asked_at=WHEN - HOUR / 2)
    assert planned(MAIL, renewed) == Plan()
    assert planned(MAIL, replace(renewed, refused=True, asked_at=WHEN - 2 * HOUR)) == Plan()
    assert planned(MAIL, replace(renewed, asked_at=WHEN - 2 * HOUR)) == Plan(ask=(MAIL,))


@pytest.mark.parametrize("place", [MAIL, OWN, TEAM], ids=["mail", "own", "team"])
def test_what_is_wanted_no_more_is_ended(place: Place) -> None:
    assert planned(None, known(place)) == Plan(end=(1,))


def test_what_was_never_promised_cannot_be_ended() -> None:
    assert planned(None, known(promised_at=None)) == Plan()


def test_a_channel_is_ended_once_a_newer_one_stands() -> None:
    old, new = known(age=6 * DAY), known(id=2, age=HOUR / 2)
    assert planned(OWN, old, new) == Plan(end=(1,))
    assert planned(OWN, old, replace(new, promised_at=None)) == Plan()


def test_calendars_do_not_stand_for_each_other() -> None:
    assert plan({OWN: HERE, TEAM: HERE}, [known(OWN)], WHEN) == Plan(ask=(TEAM,))


def test_another_address_wants_another_channel_and_then_the_old_one_ends() -> None:
    old = known(target=ELSEWHERE)
    assert planned(OWN, old) == Plan(ask=(OWN,))
    assert planned(OWN, old, known(id=2, age=HOUR / 2)) == Plan(end=(1,))


def test_another_topic_wants_the_watch_of_the_mailbox_ended_first() -> None:
    assert planned(MAIL, known(MAIL, target="projects/p/topics/old")) == Plan(end=(1,), ask=(MAIL,))


def test_a_refusal_elsewhere_is_none_here() -> None:
    assert planned(OWN, known(target=ELSEWHERE, promised_at=None, refused=True)) == Plan(ask=(OWN,))
