"""What people throw away, or do not share any more, stays in the CRM, and does not come back to them by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.records import Ref
from issues.models import Issue
from syncapp.models import Change
from tests.driving import codes, sync
from tests.integration.contacts.stage import ContactStage, ann, items, rules
from tests.integration.contacts.test_both_ways import refuse_addresses
from tests.integration.events.stage import ANNA, BEN, pending

LETTING_GO: dict[str, tuple[Callable[[ContactStage], object], str]] = {
    "thrown away": (lambda stage: stage.book.delete(stage.there()[0]), "thrown_away"),
    "not shared": (lambda stage: stage.book.keep(stage.there()[0]), "left_group"),
    "the group deleted": (lambda stage: stage.book.drop_group(), "left_group"),
    "without a name": (lambda stage: stage.book.edit(stage.there()[0], first="", last="", email=""), "nameless"),
}
ways = pytest.mark.parametrize(("let_go", "rule"), LETTING_GO.values(), ids=list(LETTING_GO))


def in_step(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.run()


@ways
def test_it_stays_in_the_crm_and_the_rule_says_why(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    in_step(stage)
    let_go(stage)
    stage.run()
    assert (stage.only().said.title, rules(), pending()) == ("Ann Smith", {"Ann Smith": rule}, [])
    assert stage.is_quiet()


@ways
def test_what_the_crm_changes_later_does_not_bring_it_back(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    in_step(stage)
    let_go(stage)
    stage.run()
    stage.crm.contacts.edit(stage.only().id, job="Head of Sales")
    stage.run(2)
    assert (stage.book.shared.values() or {}, rules()) == ({}, {"Ann Smith": rule}) or rule == "nameless"
    assert (pending(), stage.is_quiet()) == ([], True)


@ways
def test_what_the_crm_changed_meanwhile_does_not_bring_it_back(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    in_step(stage)
    stage.crm.contacts.edit(stage.only().id, job="Head of Sales")
    stage.read()
    let_go(stage)
    sync(stage.anna)
    stage.run()
    assert (rules(), pending(), stage.only().said.job) == ({"Ann Smith": rule}, [], "Head of Sales")


@ways
def test_given_to_somebody_else_it_comes_to_them(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    in_step(stage)
    let_go(stage)
    stage.run()
    stage.only().owner_id = BEN
    stage.crm.contacts.edit(stage.only().id)
    stage.run(2)
    assert [each.title for each in stage.other_book.shared.values()] == ["Ann Smith"]
    assert (rules(), pending(), stage.is_quiet()) == ({}, [], True)


@ways
def test_deleted_in_the_crm_later_it_is_over(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    in_step(stage)
    let_go(stage)
    stage.run()
    stage.crm.contacts.delete(stage.only().id)
    stage.run(2)
    assert (items()[0].gone_at is None, pending(), stage.is_quiet()) == (False, [], True)


def test_deleted_on_both_sides_it_is_over(stage: ContactStage) -> None:
    in_step(stage)
    stage.crm.contacts.delete(stage.only().id)
    stage.read()
    stage.book.delete(stage.there()[0])
    stage.run(2)
    assert (stage.at_crm(), stage.book.living, pending(), items()[0].gone_at is None) == ([], {}, [], False)


def test_shared_again_it_is_in_step_again_with_what_both_sides_came_to_say(stage: ContactStage) -> None:
    in_step(stage)
    ref = stage.there()[0]
    stage.book.keep(ref)
    stage.run()
    stage.book.edit(ref, mobile="+1 555 0111")
    stage.crm.contacts.edit(stage.only().id, job="Head of Sales")
    stage.run()
    stage.book.share(ref)
    stage.run(2)
    said = stage.there()[1]
    assert (said.mobile, said.job, len(items()), rules()) == ("+1 555 0111", "Head of Sales", 1, {})
    assert stage.are_equal()


def test_entered_again_it_is_the_same_one(stage: ContactStage) -> None:
    """Thrown away by mistake: whoever enters the person again gets what the CRM knows of them."""
    in_step(stage)
    stage.crm.contacts.edit(stage.only().id, job="Head of Sales")
    stage.run()
    stage.book.delete(stage.there()[0])
    stage.run()
    stage.book.add(ann(phone=""))
    stage.run(2)
    said = stage.there()[1]
    assert (said.job, said.phone, len(stage.at_crm()), len(items())) == ("Head of Sales", "+1 555 0100", 1, 1)
    assert (rules(), stage.are_equal()) == ({}, True)


def test_somebody_else_of_that_address_is_somebody_else(stage: ContactStage) -> None:
    in_step(stage)
    stage.book.delete(stage.there()[0])
    stage.run()
    stage.book.add(ann(first="Bob", last="Miller"))
    stage.run()
    assert sorted(each.said.title for each in stage.at_crm()) == ["Ann Smith", "Bob Miller"]


@ways
def test_what_never_came_into_the_crm_is_no_issue_any_more(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    stage.crm.rules.append(refuse_addresses)
    stage.book.add(ann(email="nonsense"))
    stage.run()
    assert codes() == ["salesforce.INVALID_EMAIL_ADDRESS"]
    let_go(stage)
    stage.run()
    assert (codes(), pending(), stage.at_crm()) == ([], [], [])
    assert Issue.everywhere.exclude(resolution="").count() == 1


def test_one_that_the_crm_had_first_is_let_go_like_any(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(), ANNA)
    stage.run()
    stage.book.delete(stage.there()[0])
    stage.run()
    assert (stage.only().said.title, rules(), Change.everywhere.count()) == (
        "Ann Smith",
        {"Ann Smith": "thrown_away"},
        0,
    )
    stage.crm.contacts.edit(stage.only().id, job="Head of Sales")
    stage.run(2)
    assert (stage.book.living, stage.is_quiet()) == ({}, True)


# -- Taken back out of the trash


def entered_again(stage: ContactStage) -> tuple[Ref, Ref]:
    """Thrown away, entered again, and then taken out of the trash all the same: (the old entry, the new one)."""
    in_step(stage)
    old = stage.there()[0]
    stage.book.delete(old)
    stage.run()
    new = stage.book.add(ann(job="Head of Sales"))
    stage.run(2)
    stage.book.entries[old.id].gone = False
    old = stage.book.edit(old, job="Trainee")
    stage.run(2)
    return old, new


def jobs(stage: ContactStage) -> list[str]:
    return sorted(each.job for each in stage.book.living.values())


def test_of_two_entries_of_one_person_one_is_in_step(stage: ContactStage) -> None:
    entered_again(stage)
    stage.book.cursors.forget()
    stage.run(2)
    assert (stage.only().said.job, jobs(stage), rules(), pending()) == (
        "Head of Sales",
        ["Head of Sales", "Trainee"],
        {},
        [],
    )
    assert stage.is_quiet()


def test_the_older_one_takes_its_place_once_the_newer_one_is_thrown_away(stage: ContactStage) -> None:
    _, new = entered_again(stage)
    stage.book.delete(new)
    stage.run(3)
    assert (stage.only().said.job, jobs(stage), rules(), stage.are_equal()) == ("Trainee", ["Trainee"], {}, True)


def test_what_was_given_away_and_is_taken_out_of_the_trash_is_somebody_elses_still(stage: ContactStage) -> None:
    in_step(stage)
    ref = stage.there()[0]
    stage.only().owner_id = BEN
    stage.crm.contacts.edit(stage.only().id)
    stage.run(2)
    stage.book.entries[ref.id].gone = False
    stage.book.edit(ref, job="Trainee")
    stage.run(2)
    stage.crm.contacts.edit(stage.only().id, department="Sales")
    stage.run(3)
    theirs = [(each.job, each.department) for each in stage.other_book.living.values()]
    assert (jobs(stage), theirs, stage.only().said.job) == (["Trainee"], [("", "Sales")], "")
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)
