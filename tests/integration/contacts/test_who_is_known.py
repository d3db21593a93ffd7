"""Nobody comes to stand on one side twice because both sides knew them before."""

from __future__ import annotations

import pytest

from connectors.models import Mailbox
from connectors.policies import ConflictRule
from connectors.records import Person, PersonKind
from connectors.scoping import EVERYTHING, scoped
from issues import services as issues
from issues.models import Issue
from issues.services.deciding import decide
from tests import builders
from tests.conftest import Time
from tests.driving import codes, sync
from tests.integration.contacts.stage import ContactStage, ann, items, rules, staged
from tests.integration.events.dying import dies_at
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import ANNA, BEN, pending

LEAD = Person(kind=PersonKind.LEAD, id="00Q000000000001AAA", email="ann@customer.example", name="Ann Smith")


def test_whom_both_sides_have_is_one(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(phone="", job="Head of Sales"), ANNA)
    stage.book.add(ann(mobile="+1 555 0111"))
    stage.run(2)
    said = stage.there()[1]
    assert (len(stage.at_crm()), len(items()), said.job, said.mobile) == (1, 1, "Head of Sales", "+1 555 0111")
    assert (stage.only().said.phone, stage.are_equal()) == ("+1 555 0100", True)


def test_so_is_one_whom_the_mailbox_shares_later(stage: ContactStage) -> None:
    """The CRM has given the mailbox a contact of its own by then; two that are alike are left apart."""
    ref = stage.book.add(ann(), outside=True)
    stage.crm.contacts.create(ann(), ANNA)
    stage.run()
    stage.book.share(ref)
    stage.run()
    assert (len(stage.at_crm()), rules()) == (1, {"Ann Smith": "same_address"})
    assert stage.is_quiet()


def test_a_mailbox_that_is_connected_later_finds_whom_the_crm_has(stage: ContactStage) -> None:
    """The CRM was read first, and what it said waits."""
    stage.settle_on(paused_at=None)
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at="2026-01-01T00:00:00Z")
    stage.crm.contacts.create(ann(job="Head of Sales"), ANNA)
    stage.run()
    stage.book.add(ann())
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at=None)
    stage.run(2)
    assert (len(stage.book.living), len(stage.at_crm()), len(items()), stage.are_equal()) == (1, 1, 1, True)


def test_nothing_that_one_side_has_alone_is_emptied_by_the_other(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(phone="", job="Head of Sales", department="Sales"), ANNA)
    stage.book.add(ann(job="", department=""))
    stage.run(2)
    said = stage.only().said
    assert (said.phone, said.job, said.department) == ("+1 555 0100", "Head of Sales", "Sales")


def test_where_the_rule_is_to_ask_nothing_is_asked_that_only_one_side_says(db: None, time: Time) -> None:
    stage = staged(time, event_conflicts=ConflictRule.ASK)
    stage.crm.contacts.create(ann(phone="", job="Head of Sales"), ANNA)
    stage.book.add(ann(mobile="+1 555 0111"))
    stage.run(2)
    assert (codes(), stage.only().said.mobile, stage.there()[1].job) == ([], "+1 555 0111", "Head of Sales")
    assert stage.are_equal()


def test_where_both_contradict_each_other_it_is_asked_about_that_alone(db: None, time: Time) -> None:
    stage = staged(time, event_conflicts=ConflictRule.ASK)
    stage.crm.contacts.create(ann(phone="+1 555 0999", job="Head of Sales"), ANNA)
    stage.book.add(ann(mobile="+1 555 0111"))
    stage.run(2)
    issue = Issue.everywhere.get(code="engine.SYNC_CONFLICT")
    assert list(issue.evidence["fields"]) == ["phone"]
    issues.decide(issue, "mailbox")
    stage.run(2)
    said = stage.only().said
    assert (said.phone, said.mobile, said.job) == ("+1 555 0100", "+1 555 0111", "Head of Sales")
    assert stage.are_equal()


def test_another_address_of_the_same_person_is_enough(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(email="ann@home.example"), ANNA)
    stage.book.add(ann(more_emails=("ann@home.example",)))
    stage.run(2)
    assert (len(stage.at_crm()), stage.are_equal()) == (1, True)
    assert set(stage.there()[1].emails) == {"ann@customer.example", "ann@home.example"}


@pytest.mark.parametrize("rival", ["somebody else's contact", "a lead"])
def test_whom_its_owner_has_by_another_address_comes_first(stage: ContactStage, rival: str) -> None:
    if rival == "a lead":
        stage.crm.people.append(LEAD)
    else:
        stage.crm.contacts.create(ann(), BEN)
    mine = stage.crm.contacts.create(ann(email="ann@home.example"), ANNA)
    stage.book.add(ann(more_emails=("ann@home.example",), job="Head of Sales"))
    sync(stage.anna)
    assert (rules(), stage.crm.contacts.records[mine.id].said.job) == ({}, "Head of Sales")


@pytest.mark.parametrize("name", [("Ann B.", "Smith"), ("A.", "Smith"), ("", "Smith")], ids=str)
def test_a_name_may_be_written_otherwise(stage: ContactStage, name: tuple[str, str]) -> None:
    stage.crm.contacts.create(ann(first=name[0], last=name[1]), ANNA)
    stage.book.add(ann())
    stage.run(2)
    assert (len(stage.at_crm()), stage.are_equal()) == (1, True)


def test_another_name_is_another_person(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(first="Bob", last="Miller"), ANNA)
    stage.book.add(ann())
    stage.run(2)
    assert sorted(each.said.title for each in stage.at_crm()) == ["Ann Smith", "Bob Miller"]
    assert stage.are_equal()


def test_who_is_somebody_elses_is_left_to_them(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(), BEN)
    stage.book.add(ann(job="Head of Sales"))
    stage.run(2)
    assert (len(stage.at_crm()), stage.only().said.job, rules()) == (1, "", {"Ann Smith": "someone_elses"})
    assert (pending(), stage.is_quiet()) == ([], True)


def test_and_becomes_one_with_ours_once_it_is_given_to_us(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(phone=""), BEN)
    stage.book.add(ann(job="Head of Sales"))
    stage.run(2)
    stage.only().owner_id = ANNA
    stage.crm.contacts.edit(stage.only().id)
    stage.run(3)
    assert (len(stage.book.living), len(stage.other_book.living), rules()) == (1, 0, {})
    assert (stage.only().said.job, stage.are_equal()) == ("Head of Sales", True)


def test_whom_nobody_has_here_any_more_is_made_here_once_given_to_us(stage: ContactStage) -> None:
    """The deletion was never told: the cursor had been lost."""
    stage.crm.contacts.create(ann(), BEN)
    ref = stage.book.add(ann())
    stage.run(2)
    stage.book.cursors.forget()
    stage.book.delete(ref)
    stage.run(2)
    stage.only().owner_id = ANNA
    stage.crm.contacts.edit(stage.only().id)
    stage.run(2)
    assert (len(stage.book.living), pending(), stage.are_equal()) == (1, [], True)


def test_of_two_that_are_given_to_us_at_once_one_is_ours_and_the_other_comes_beside_it(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(phone=""), BEN)
    stage.crm.contacts.create(ann(phone="", department="Sales"), BEN)
    stage.book.add(ann(job="Head of Sales"))
    stage.run(2)
    assert rules() == {"Ann Smith": "someone_elses"}
    for each in stage.at_crm():
        each.owner_id = ANNA
        stage.crm.contacts.edit(each.id)
    stage.run(4)
    assert (len(stage.book.living), len(stage.at_crm()), len(items()), pending(), rules()) == (2, 2, 2, [], {})
    assert stage.are_equal()


def test_who_is_a_lead_is_left_out_until_it_is_converted(stage: ContactStage) -> None:
    stage.crm.people.append(LEAD)
    stage.book.add(ann(job="Head of Sales"))
    stage.run()
    assert (stage.at_crm(), rules()) == ([], {"Ann Smith": "a_lead"})
    stage.crm.people.remove(LEAD)
    stage.crm.contacts.create(ann(), ANNA)
    stage.run(2)
    assert (len(stage.book.living), stage.only().said.job, rules(), stage.are_equal()) == (1, "Head of Sales", {}, True)


def test_whom_an_address_book_has_twice_is_one_in_the_crm(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.book.add(ann(first="A."))
    stage.run()
    stage.book.add(ann(last="SMITH"))
    stage.run()
    assert (len(stage.at_crm()), sorted(rules().values())) == (1, ["same_address", "same_address"])


def test_the_other_one_takes_its_place_once_it_is_changed(stage: ContactStage) -> None:
    first = stage.book.add(ann())
    stage.run()
    second = stage.book.add(ann())
    stage.run()
    stage.book.delete(first)
    stage.run()
    stage.book.edit(second, job="Head of Sales")
    stage.run(2)
    assert (len(stage.at_crm()), stage.only().said.job, rules()) == (1, "Head of Sales", {})


# -- Several in the CRM


def twice(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(job="the older one"), ANNA)
    stage.time.move(minutes=1)
    stage.crm.contacts.create(ann(job="the newer one"), ANNA)


@pytest.mark.parametrize(("rule", "job"), [("oldest", "the older one"), ("newest", "the newer one")])
def test_of_several_the_rule_says_which(db: None, time: Time, rule: str, job: str) -> None:
    stage = staged(time, several_match=rule)
    builders.store_of(stage.anna)  # the book is read before the CRM is
    stage.book.add(ann(text="From the fair."))
    twice(stage)
    sync(stage.anna)
    noted = [each.said.job for each in stage.at_crm() if each.said.text]
    assert noted == [job]


@pytest.mark.parametrize(("rule", "job"), [("oldest", "the older one"), ("newest", "the newer one")])
def test_so_it_does_where_the_crm_was_read_first(db: None, time: Time, rule: str, job: str) -> None:
    stage = staged(time, several_match=rule)
    stage.book.add(ann(text="From the fair."))
    twice(stage)
    stage.run(4)
    noted = [each.said.job for each in stage.at_crm() if each.said.text]
    assert (noted, len(stage.book.living), len(items()), pending(), codes()) == ([job], 2, 2, [], [])
    assert stage.are_equal()


def test_while_it_is_asked_nobody_comes_twice_and_the_answer_counts(stage: ContactStage) -> None:
    stage.book.add(ann(text="From the fair."))
    twice(stage)
    stage.run(4)
    assert (codes(), len(stage.book.living)) == (["engine.AMBIGUOUS_MATCH"], 1)
    issue = Issue.everywhere.get(code="engine.AMBIGUOUS_MATCH")
    newer = max(stage.at_crm(), key=lambda each: each.id)
    with scoped(EVERYTHING):
        decide(issue, newer.id)
    stage.time.move(hours=2)
    stage.run(4)
    assert [each.said.job for each in stage.at_crm() if each.said.text] == ["the newer one"]
    assert (codes(), pending(), len(stage.book.living), stage.are_equal()) == ([], [], 2, True)


def test_where_the_rule_is_to_ask_it_is_asked_and_nothing_is_made(stage: ContactStage) -> None:
    stage.book.add(ann())
    twice(stage)
    sync(stage.anna)
    assert (codes(), len(stage.at_crm())) == (["engine.AMBIGUOUS_MATCH"], 2)
    assert Issue.everywhere.get().resource == "contact"


class TestTwoMailboxesHaveSomebodyNew:
    """Both look in the CRM before either writes."""

    @pytest.fixture(autouse=True)
    def _both(self, stage: ContactStage) -> None:
        for book in (stage.book, stage.other_book):
            book.add(ann())

    @pytest.mark.parametrize("at", ["find people: after", "version: reserve: before commit", "push contacts: before"])
    def test_the_slower_one_looks_again_and_leaves_him_to_the_other(self, stage: ContactStage, at: str) -> None:
        with happening(lambda: sync(stage.ben), at=at):
            sync(stage.anna)
        stage.run(2)
        assert (len(stage.at_crm()), list(rules().values())) == (1, ["someone_elses"])
        assert (pending(), stage.is_quiet()) == ([], True)

    def test_one_who_died_on_the_way_is_waited_for(self, stage: ContactStage) -> None:
        dies_at("push contacts: before", lambda: sync(stage.ben))
        sync(stage.anna)
        assert stage.at_crm() == []
        stage.run(2)
        assert (len(stage.at_crm()), list(rules().values())) == (1, ["someone_elses"])

    def test_somebody_else_with_the_same_address_is_not_waited_for(self, stage: ContactStage) -> None:
        stage.book.add(ann(first="Tom"))
        with happening(lambda: sync(stage.ben), at="version: reserve: before commit"):
            sync(stage.anna)
        assert sorted(each.said.title for each in stage.at_crm()) == ["Ann Smith", "Tom Smith"]
