"""An address book gives ids of its own choice and is slow to list: nothing that may be there is made again too soon."""

from __future__ import annotations

import pytest

from connectors.contacts import Contact
from connectors.policies import ConflictRule
from connectors.records import Page
from connectors.scoping import scoped
from syncapp.models import Change, Cursor
from tests.conftest import Time
from tests.driving import codes, sync
from tests.integration.contacts.stage import ContactStage, ann, items, rules, staged
from tests.integration.events.dying import dies_at, later, lost, points, seen
from tests.integration.events.stage import ANNA, BEN, pending

CALLS = (
    "find accounts",
    "find people",
    "look at contacts",
    "look at contacts here",
    "look at known contacts",
    "push contacts",
    "push to address book",
    "read contacts",
    "read crm contacts",
    "read page",
)
POINTS = points(CALLS, ("contacts: leave out", "contacts: unite"))


def titles(stage: ContactStage) -> list[str]:
    return sorted(each.title for each in stage.book.living.values())


def first_read(stage: ContactStage) -> None:
    """The next call to the address book is the one that writes."""
    stage.run()


def test_what_was_made_is_found_and_not_made_again(stage: ContactStage) -> None:
    first_read(stage)
    stage.crm.contacts.create(ann(), ANNA)
    lost(stage)
    assert (titles(stage), Change.everywhere.exclude(asked=None).count()) == (["Ann Smith"], 1)
    later(stage)
    assert (titles(stage), len(items()), pending(), codes(), stage.are_equal()) == (["Ann Smith"], 1, [], [], True)


def test_what_no_list_shows_yet_is_not_made_again_before_it_would_be_shown(
    stage: ContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_read(stage)
    cursor = Cursor.everywhere.get(mailbox=stage.anna, resource="contact").value
    stage.crm.contacts.create(ann(), ANNA)
    lost(stage)
    monkeypatch.setattr(type(stage.book), "twins", lambda *_: ())
    monkeypatch.setattr(type(stage.book), "pull", lambda *_: iter([Page(cursor=cursor, complete=True)]))
    stage.time.move(minutes=1)
    sync(stage.anna)
    assert titles(stage) == ["Ann Smith"]
    monkeypatch.undo()
    later(stage)
    assert (titles(stage), stage.are_equal()) == (["Ann Smith"], True)


def test_what_somebody_changes_in_the_address_book_meanwhile_is_kept(stage: ContactStage) -> None:
    """It carries our key, whatever it says by now."""
    first_read(stage)
    stage.crm.contacts.create(ann(), ANNA)
    lost(stage)
    stage.book.edit(stage.there()[0], job="Head of Sales")
    later(stage)
    assert (titles(stage), stage.only().said.job, stage.are_equal()) == (["Ann Smith"], "Head of Sales", True)


def test_what_somebody_deletes_in_the_crm_meanwhile_goes_from_the_address_book(stage: ContactStage) -> None:
    first_read(stage)
    stage.crm.contacts.create(ann(), ANNA)
    lost(stage)
    stage.crm.contacts.delete(stage.only().id)
    later(stage)
    assert (titles(stage), pending(), codes(), stage.are_equal()) == ([], [], [], True)


def test_two_alike_are_two(stage: ContactStage) -> None:
    first_read(stage)
    for _ in range(2):
        stage.crm.contacts.create(ann(), ANNA)
    lost(stage)
    later(stage)
    assert (titles(stage), len(stage.at_crm()), stage.are_equal()) == (["Ann Smith", "Ann Smith"], 2, True)


def test_a_write_to_the_crm_whose_answer_was_lost_makes_one(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.crm.faults.lost_answers.append(True)
    stage.run()
    later(stage)
    assert (len(stage.at_crm()), pending(), codes(), stage.are_equal()) == (1, [], [], True)


@pytest.mark.parametrize(
    "point", ["version: reserve: after commit", "push contacts: before", "push contacts: after"], ids=str
)
def test_whom_the_crm_has_is_linked_once_whenever_the_worker_dies(stage: ContactStage, point: str) -> None:
    stage.book.add(ann(mobile="+1 555 0111"))
    stage.crm.contacts.create(ann(phone="", job="Head of Sales"), ANNA)
    dies_at(point, lambda: sync(stage.anna))
    later(stage)
    later(stage)
    assert (len(stage.at_crm()), titles(stage), len(items())) == (1, ["Ann Smith"], 1)
    assert (stage.only().said.job, stage.are_equal()) == ("Head of Sales", True)


def busy(stage: ContactStage) -> None:
    """Something of every kind is to be done: to make, to change and to delete on either side, to hand over, to let go,
    to find whom both have, and whom one has twice."""
    kept = [stage.book.add(named(name)) for name in ("Changed Here", "Thrown Away", "Both Ways")]
    for name in ("Changed There", "Deleted There", "Handed Over"):
        stage.crm.contacts.create(named(name), ANNA)
    stage.crm.contacts.create(named("Given Tous"), BEN)
    stage.book.add(named("Given Tous", job="ours"))
    stage.run(3)
    by_title = {each.said.title: each.id for each in stage.at_crm()}
    for name, owner in (("Handed Over", BEN), ("Given Tous", ANNA)):
        stage.crm.contacts.records[by_title[name]].owner_id = owner
        stage.crm.contacts.edit(by_title[name])
    stage.book.edit(kept[0], job="from here")
    stage.book.delete(kept[1])
    stage.book.edit(kept[2], text="from here")
    stage.crm.contacts.accounts["001000000000001"] = "Acme"
    stage.book.add(named("New Here", company="Acme"))
    stage.book.add(named("New Here", company="Acme"))
    stage.crm.contacts.create(named("Known Both", phone=""), "005000000000009")
    stage.book.add(named("Known Both"))
    stage.crm.contacts.edit(by_title["Both Ways"], birthday=None, job="from there")
    stage.crm.contacts.edit(by_title["Changed There"], job="from there")
    stage.crm.contacts.delete(by_title["Deleted There"])
    stage.crm.contacts.create(named("New There"), ANNA)


def named(name: str, **fields: object) -> Contact:
    first, last = name.split()
    return ann(first=first, last=last, email=f"{first}.{last}@customer.example".lower(), **fields)


def test_the_points_are_all_that_the_run_has(stage: ContactStage) -> None:
    busy(stage)
    assert seen(lambda: stage.run(2)) == sorted(POINTS)


HERE = ["Both Ways", "Changed Here", "Changed There", "Given Tous", "Known Both", "New Here", "New Here", "New There"]
THERE = sorted({*HERE, "Handed Over", "Thrown Away"})


@pytest.mark.parametrize("point", ["contacts: unite: after commit", "look at contacts here: before"])
def test_nothing_is_written_to_whom_the_address_book_has_before_it_was_read(db: None, time: Time, point: str) -> None:
    """The mailbox's word counts here; it had not been heard when the worker died."""
    stage = staged(time, event_conflicts=ConflictRule.MAILBOX)
    with scoped(stage.organization.pk):
        stage.crm.contacts.create(ann(phone="+1 555 0999"), BEN)
        stage.book.add(ann(job="Head of Sales"))
        stage.run(2)
        stage.only().owner_id = ANNA
        stage.crm.contacts.edit(stage.only().id)
        dies_at(point, lambda: stage.run(3))
        later(stage)
        said = stage.there()[1]
        assert (said.job, said.phone, stage.only().said.job) == ("Head of Sales", "+1 555 0100", "Head of Sales")
        assert stage.are_equal()


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_at_any_of_them_loses_nothing_and_makes_nothing_twice(
    stage: ContactStage, point: str
) -> None:
    busy(stage)
    dies_at(point, lambda: stage.run(2))
    later(stage)
    later(stage)
    assert titles(stage) == HERE
    assert [each.title for each in stage.other_book.living.values()] == ["Handed Over"]
    assert sorted(each.said.title for each in stage.at_crm()) == THERE
    assert (sorted(rules().values()), pending(), codes()) == (["same_address", "someone_elses", "thrown_away"], [], [])
    assert stage.is_quiet()
