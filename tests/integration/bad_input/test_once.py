"""Positions of somebody else, and answers that got lost on the way back."""

from __future__ import annotations

import pytest

from connectors.policies import NoMatch
from issues.models import Issue
from syncapp.engine.running import Ending
from syncapp.models import Cursor, Item
from tests import builders
from tests.driving import silent, sync
from tests.integration.bad_input.answers import RESET
from tests.integration.bad_input.world import World, explained

pytestmark = pytest.mark.django_db


def test_a_cursor_of_another_mailbox_is_not_followed_and_nothing_is_lost_or_written_twice(world: World) -> None:
    world.deliver(world.ada, "first", "second")
    world.deliver(world.ben, "beside")
    sync(world.ada, world.ben)
    theirs = Cursor.everywhere.get(mailbox=world.ben).value
    Cursor.everywhere.filter(mailbox=world.ada).update(value=theirs)
    world.deliver(world.ada, "third")
    assert sync(world.ada) == [Ending.DONE]
    assert world.everything_arrived_once("first", "second", "third", "beside")
    assert Cursor.everywhere.get(mailbox=world.ada).value != theirs
    assert explained("engine.CURSOR_FOREIGN")
    assert not Issue.everywhere.exists()


@pytest.mark.parametrize("value", ["", "nonsense", "{}", '{"seal": 1, "mode": "history", "history": "1", "page": ""}'])
def test_a_cursor_that_is_none_starts_the_read_anew(world: World, value: str) -> None:
    world.deliver(world.ada, "first")
    sync(world.ada)
    Cursor.everywhere.filter(mailbox=world.ada).update(value=value)
    world.deliver(world.ada, "second")
    assert sync(world.ada) == [Ending.DONE]
    assert world.everything_arrived_once("first", "second")


def test_a_history_that_is_forgotten_is_a_full_read_and_no_issue(world: World) -> None:
    world.deliver(world.ada, "first")
    sync(world.ada)
    world.google.control("expire-history", {"account": world.ada.address})
    world.deliver(world.ada, "second")
    assert sync(world.ada) == [Ending.DONE]
    assert world.everything_arrived_once("first", "second")
    assert not Issue.everywhere.exists()


@pytest.mark.parametrize("times", [1, 3])
def test_a_connection_that_dropped_after_a_post_writes_once(world: World, times: int) -> None:
    subjects = [f"Number {n}" for n in range(5)]
    world.deliver(world.ada, *subjects)
    world.spoil("salesforce", "/composite/sobjects$", action="drop_after", times=times)
    for _ in range(times):
        assert sync(world.ada) == [Ending.FAILED]
        assert world.code(world.ada) == RESET
        assert world.subjects() == subjects  # they are there, only we do not know
    assert world.goes_on(world.ben, "beside")
    assert sync(world.ada) == [Ending.DONE]
    assert world.everything_arrived_once(*subjects, "beside")
    assert Item.everywhere.filter(synced_at=None).count() == 0


def test_a_lead_whose_answer_got_lost_is_made_once(world: World) -> None:
    world.organization.no_match = NoMatch.LEAD
    world.organization.save()
    stranger = builders.email("new@prospect.example", world.ada.address, "first letter", name="New Person")
    world.deliver_email(world.ada, stranger)
    world.spoil("salesforce", "/composite/sobjects$", action="drop_after")
    assert sync(world.ada) == [Ending.FAILED]
    assert sync(world.ada) == [Ending.DONE]
    leads = list(world.salesforce.org.store.rows("Lead"))
    assert [row["Email"] for row in leads] == ["new@prospect.example"]
    assert world.everything_arrived_once("first letter")


def test_an_answer_that_was_cut_in_half_after_a_post_writes_once(world: World) -> None:
    world.deliver(world.ada, "first", "second")
    world.spoil("salesforce", "/composite/sobjects$", action="truncate")
    assert sync(world.ada) == [Ending.FAILED]
    assert sync(world.ada) == [Ending.DONE]
    assert (world.subjects(), silent()) == (["first", "second"], [])
