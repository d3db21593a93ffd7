"""Answers that are none: each has a name and a page, stops nobody else, and loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from issues.models import Issue
from syncapp.engine.running import Ending
from tests.driving import sync
from tests.integration.bad_input.answers import FROM_GOOGLE, FROM_SALESFORCE, SLOW, TELLING, TIMEOUT, Spoiling
from tests.integration.bad_input.world import HURRY, World, explained

pytestmark = pytest.mark.django_db

DOORS = {
    "google": {
        "listing": "/messages$",
        "profile": "/profile$",
        "history": "/history$",
        "messages": "^/batch/gmail/v1$",
    },
    "salesforce": {"records": "/composite/sobjects$", "people": "/composite$"},
}
ANSWERS: Mapping[str, Mapping[str, tuple[Spoiling, str]]] = {"google": FROM_GOOGLE, "salesforce": FROM_SALESFORCE}


def table(side: str) -> list[tuple[str, str]]:
    """The whole table at the first door, a few of it at the others."""
    first, *others = DOORS[side]
    return [(first, name) for name in ANSWERS[side]] + [(door, name) for door in others for name in TELLING]


def check(world: World, side: str, door: str, spoiling: Spoiling, code: str) -> None:
    """One spoilt answer for Ada: the run fails under its name, Ben goes on, and in the end all is there once."""
    world.deliver(world.ada, "first", "second")
    world.spoil(side, DOORS[side][door], **spoiling)
    assert sync(world.ada) == [Ending.FAILED]
    assert world.code(world.ada) == code
    assert explained(code)
    world.patient()
    assert world.goes_on(world.ben, "beside")
    assert sync(world.ada) == [Ending.DONE]
    assert world.everything_arrived_once("first", "second", "beside")
    assert not Issue.everywhere.exists()


@pytest.mark.parametrize(("door", "name"), table("google"))
def test_a_strange_answer_of_google_is_no_empty_mailbox(world: World, door: str, name: str) -> None:
    check(world, "google", door, *FROM_GOOGLE[name])


@pytest.mark.parametrize(("door", "name"), table("salesforce"))
def test_a_strange_answer_of_salesforce_is_no_success(world: World, door: str, name: str) -> None:
    check(world, "salesforce", door, *FROM_SALESFORCE[name])


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize(("side", "door"), [("google", "listing"), ("salesforce", "records")])
def test_an_answer_without_an_end_holds_a_worker_no_longer_than_a_request_may_take(
    world: World, side: str, door: str, name: str
) -> None:
    world.settings.SYNC_REQUEST_SECONDS = HURRY
    check(world, side, door, SLOW[name], TIMEOUT)
