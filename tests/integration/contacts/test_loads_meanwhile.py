"""What others do while contacts are on their way in a load: people in the CRM, and colleagues with the same ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contacts import Contact
from connectors.memory.crm_records import CrmEntry
from connectors.models import Mailbox
from syncapp import orders
from syncapp.engine import load_steps
from syncapp.models import Change
from syncapp.orders import Order
from tests import builders
from tests.driving import sync
from tests.integration.contacts.loading import LEAST, NAMES, PAGE, at_rest, at_the_crm, filled, names, person, under_way
from tests.integration.contacts.stage import ContactStage, rules
from tests.integration.events.dying import SIDES, dies_at
from tests.integration.events.meanwhile import happening

Deed = Callable[[CrmEntry[Contact]], object]


@pytest.fixture(autouse=True)
def _small(stage: ContactStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_steps, "LEAST", LEAST)
    for box in (stage.anna, stage.ben):
        builders.store_of(box).page_size = PAGE


# -- Somebody in the CRM, long before we hear that the load is done


def long_before(stage: ContactStage, deed: Deed) -> None:
    """The CRM has written them, and somebody does this to the first one; its reader passes by, and half an hour."""
    stage.crm.contacts.overlap = 0
    stage.read()
    stage.crm.look_at_load(next(iter(stage.crm.loads.held)))
    orders.carry_out(Order.PAUSE, stage.anna)
    stage.read()
    deed(stage.at_crm()[0])
    stage.read()
    stage.time.move(minutes=30)
    stage.read()
    orders.carry_out(Order.RESUME, stage.anna)


def hands_over(stage: ContactStage) -> None:
    sync(filled(stage).anna)


def dies_once_it_is_closed(stage: ContactStage) -> None:
    dies_at("close load: after", lambda: sync(filled(stage).anna))


def edited(stage: ContactStage) -> Deed:
    return lambda made: stage.crm.contacts.edit(made.id, job="Head")


def promoted(stage: ContactStage) -> list[str]:
    """Whom the address book calls so by now."""
    return [each.title for each in stage.book.shared.values() if each.job == "Head"]


BEGINNINGS = pytest.mark.parametrize("begin", [hands_over, dies_once_it_is_closed])


@BEGINNINGS
def test_what_somebody_edited_reaches_the_address_book(
    stage: ContactStage, begin: Callable[[ContactStage], None]
) -> None:
    begin(stage)
    long_before(stage, edited(stage))
    stage.run(3)
    assert (at_rest(stage), promoted(stage)) == (True, [NAMES[0]])


@BEGINNINGS
def test_what_somebody_deleted_is_not_in_step(stage: ContactStage, begin: Callable[[ContactStage], None]) -> None:
    begin(stage)
    long_before(stage, lambda made: stage.crm.contacts.delete(made.id))
    stage.run(3)
    assert (names(stage), stage.are_equal(), under_way()) == (NAMES[1:], True, False)


def test_what_nobody_touched_is_written_no_second_time(stage: ContactStage) -> None:
    hands_over(stage)
    before = [write.version for write in at_the_crm(stage)[0].content or ()]
    long_before(stage, lambda _: None)
    stage.run(2)
    assert at_rest(stage)
    assert [each.version for each in stage.at_crm()] == before


@pytest.mark.parametrize("point", ["settle events that arrived", "load: not settled", "load: settled"])
@pytest.mark.parametrize("side", SIDES)
def test_who_dies_over_what_was_edited_loses_nothing(stage: ContactStage, point: str, side: str) -> None:
    hands_over(stage)
    long_before(stage, edited(stage))
    dies_at(f"{point}: {side} commit", lambda: sync(stage.anna))
    stage.run(3)
    assert (at_rest(stage), promoted(stage)) == (True, [NAMES[0]])


# -- A colleague whose address book has the same people


def both_have_them(stage: ContactStage) -> tuple[Mailbox, Mailbox]:
    for name in NAMES:
        stage.other_book.add(person(name))
    return filled(stage).anna, stage.ben


def once_each(stage: ContactStage) -> bool:
    """Everybody is there once, and the other's contacts are left to whoever was first."""
    for _ in range(4):
        stage.run()
    left_out = dict.fromkeys(NAMES, "someone_elses")
    return (names(stage), rules(), under_way(), Change.everywhere.exists()) == (NAMES, left_out, False, False)


def test_of_two_loads_with_the_same_people_one_brings_them(stage: ContactStage) -> None:
    anna, ben = both_have_them(stage)
    sync(anna)
    sync(ben)
    assert [len(held.content or ()) for held in at_the_crm(stage)] == [len(NAMES)]
    assert once_each(stage)


@pytest.mark.parametrize(
    "at", ["find people: after", "version: reserve: before commit", "load: prepared: before commit"]
)
def test_also_where_both_looked_before_either_was_numbered(stage: ContactStage, at: str) -> None:
    anna, ben = both_have_them(stage)
    with happening(lambda: sync(ben), at=at):
        sync(anna)
    assert once_each(stage)


def test_nobody_waits_for_a_mailbox_that_was_taken_out(stage: ContactStage) -> None:
    anna, ben = both_have_them(stage)
    dies_at("load: prepared: after commit", lambda: sync(anna))
    sync(ben)
    assert names(stage) == [], "as long as it is there"
    anna.delete()
    stage.time.move(minutes=6)
    sync(ben)
    assert (names(stage), Change.everywhere.exists(), under_way()) == (NAMES, False, False)
