"""A contact goes with its owner in Salesforce, as a task does."""

from __future__ import annotations

import pytest

from syncapp.models import Filtered, Item
from tests.driving import codes
from tests.integration.contacts.stage import ContactStage, ann, items, rules
from tests.integration.events.stage import ANNA, BEN, pending

NOBODY = "005000000000009"


def give(stage: ContactStage, owner: str) -> None:
    stage.only().owner_id = owner
    stage.crm.contacts.edit(stage.only().id)


def in_annas_book(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.run()


def bens(stage: ContactStage) -> list[str]:
    return [each.title for each in stage.other_book.living.values()]


def test_it_leaves_one_address_book_and_comes_into_the_other(stage: ContactStage) -> None:
    in_annas_book(stage)
    give(stage, BEN)
    stage.run(2)
    assert (stage.book.living, bens(stage), len(items()), pending()) == ({}, ["Ann Smith"], 1, [])
    assert (len(stage.at_crm()), codes(), stage.is_quiet()) == (1, [], True)


def test_given_to_nobody_here_it_stays_in_salesforce_alone(stage: ContactStage) -> None:
    in_annas_book(stage)
    give(stage, NOBODY)
    stage.run(2)
    assert (stage.book.living, bens(stage), len(stage.at_crm()), stage.is_quiet()) == ({}, [], 1, True)


def test_given_back_it_comes_back(stage: ContactStage) -> None:
    in_annas_book(stage)
    for owner in (BEN, ANNA):
        give(stage, owner)
        stage.run(2)
    assert (stage.there()[1].title, bens(stage), stage.are_equal()) == ("Ann Smith", [], True)


def test_whoever_has_the_person_already_gets_no_second_entry(stage: ContactStage) -> None:
    in_annas_book(stage)
    stage.other_book.add(ann(mobile="+1 555 0111"))
    stage.run()
    give(stage, BEN)
    stage.run(3)
    assert (bens(stage), stage.only().said.mobile, len(items())) == (["Ann Smith"], "+1 555 0111", 1)
    assert (pending(), stage.is_quiet()) == ([], True)


def test_what_its_last_owner_changed_meanwhile_goes_with_it(stage: ContactStage) -> None:
    in_annas_book(stage)
    give(stage, BEN)
    stage.book.edit(stage.there()[0], job="Head of Sales")
    stage.run(3)
    assert [each.job for each in stage.other_book.living.values()] == ["Head of Sales"]
    assert (stage.only().said.job, stage.is_quiet()) == ("Head of Sales", True)


# -- Given away, and let go


def ben_throws_it_away(stage: ContactStage) -> None:
    in_annas_book(stage)
    give(stage, BEN)
    stage.run(2)
    ((id_, _),) = stage.other_book.shared.items()
    stage.other_book.delete(stage.other_book.entries[id_].ref)
    stage.run()
    assert rules() == {"Ann Smith": "thrown_away"}


def test_what_the_heir_threw_away_comes_back_to_whoever_had_it_before(stage: ContactStage) -> None:
    ben_throws_it_away(stage)
    give(stage, ANNA)
    stage.run(2)
    assert (stage.there()[1].title, bens(stage), rules(), stage.are_equal()) == ("Ann Smith", [], {}, True)


def test_what_the_heir_threw_away_is_the_heirs_still(stage: ContactStage) -> None:
    """Whoever had it before enters the person again, and finds somebody else's contact."""
    ben_throws_it_away(stage)
    stage.book.add(ann(job="Head of Sales"))
    stage.run(3)
    assert sorted(rule for item in items() if (rule := rule_of(item))) == ["someone_elses", "thrown_away"]
    assert (stage.there()[1].job, stage.only().said.job, stage.is_quiet()) == ("Head of Sales", "", True)


def rule_of(item: Item) -> str:
    return Filtered.everywhere.filter(item=item).values_list("rule", flat=True).first() or ""


@pytest.mark.parametrize("owner", [BEN, NOBODY])
def test_whom_somebody_let_go_and_enters_again_is_left_to_the_next_owner(stage: ContactStage, owner: str) -> None:
    in_annas_book(stage)
    stage.book.delete(stage.there()[0])
    stage.run()
    give(stage, owner)
    stage.run(2)
    stage.book.add(ann(job="Head of Sales"))
    stage.run(3)
    assert (stage.there()[1].job, stage.only().said.job, rules()) == (
        "Head of Sales",
        "",
        {"Ann Smith": "someone_elses"},
    )
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)


def test_whom_somebody_let_go_who_is_gone_from_here_comes_to_the_next_owner(stage: ContactStage) -> None:
    in_annas_book(stage)
    stage.book.delete(stage.there()[0])
    stage.run()
    stage.anna.delete()
    give(stage, BEN)
    stage.run_only(stage.ben)
    assert (bens(stage), rules()) == (["Ann Smith"], {})


@pytest.mark.parametrize("unshared", [True, False], ids=["not shared", "without a name"])
def test_what_its_last_owner_lets_go_meanwhile_comes_to_the_next_one(stage: ContactStage, unshared: bool) -> None:
    """The CRM says once that it was given away."""
    stage.crm.contacts.overlap = 0
    in_annas_book(stage)
    give(stage, BEN)
    stage.read()
    ref = stage.there()[0]
    _ = stage.book.keep(ref) if unshared else stage.book.edit(ref, first="", last="", email="")
    stage.run(2)
    assert (bens(stage), rules(), len(stage.book.living), pending()) == (["Ann Smith"], {}, 1, [])
    assert stage.is_quiet()


def test_what_the_crm_deleted_meanwhile_is_made_again_once_it_is_shared_again(stage: ContactStage) -> None:
    stage.crm.contacts.overlap = 0
    in_annas_book(stage)
    stage.crm.contacts.delete(stage.only().id)
    stage.read()
    ref = stage.book.keep(stage.there()[0])
    stage.run(2)
    assert (stage.at_crm(), rules(), pending(), len(stage.book.living)) == ([], {}, [], 1)
    stage.book.share(ref)
    stage.run(2)
    assert (codes(), stage.are_equal(), len(stage.at_crm())) == ([], True, 1)
