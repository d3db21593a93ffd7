"""What a contact says is kept in another field from now on: nothing is rewritten at once, and nothing is emptied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.field_mapping import FieldMapping
from connectors.scoping import scoped
from issues.models import Issue
from syncapp.models import Item, Overruled
from tests.conftest import Time
from tests.integration.contacts.stage import ContactStage, ann, staged

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[ContactStage]:
    """Ann, whom both sides know as a buyer with a number."""
    made = staged(time)
    with scoped(made.organization.pk):
        made.book.add(ann(job="Buyer", department="Buying"))
        made.run(2)
        assert made.are_equal()
        yield made


def maps(stage: ContactStage, source: str = "job", field: str = "Role__c") -> FieldMapping:
    """Somebody maps it; where it lies now, there is nothing yet."""
    made = FieldMapping.everywhere.create(
        organization=stage.organization, target="contact", source=source, field=field, way="both"
    )
    reads(stage, **{source: ""})
    return made


def reads(stage: ContactStage, **fields: str) -> None:
    """How the record reads in the place that counts now; its stamp is new for another reason."""
    stage.crm.contacts.edit(stage.only().id, **fields)


def edits(stage: ContactStage, **fields: str) -> None:
    """Somebody changes it in the address book."""
    stage.book.edit(stage.there()[0], **fields)


def agreed() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = Item.everywhere.get(resource="contact").base
    return found


def test_an_empty_place_empties_nothing(stage: ContactStage) -> None:
    maps(stage)
    stage.run(2)
    assert stage.there()[1].job == "Buyer"


def test_without_the_line_it_would(stage: ContactStage) -> None:
    reads(stage, job="")
    stage.run(2)
    assert stage.there()[1].job == ""


def test_nothing_is_written_at_once_and_what_was_agreed_on_stays(stage: ContactStage) -> None:
    writes, before = stage.crm.writes, agreed()
    maps(stage)
    stage.run(3)
    assert (stage.crm.writes, agreed()) == (writes, before)


def test_what_else_people_change_there_comes_into_the_address_book(stage: ContactStage) -> None:
    maps(stage)
    reads(stage, department="Purchasing")
    stage.run(2)
    found = stage.there()[1]
    assert (found.department, found.job) == ("Purchasing", "Buyer")


def test_the_next_change_in_the_address_book_writes_it_there(stage: ContactStage) -> None:
    maps(stage)
    stage.run()
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    assert (stage.only().said.job, stage.are_equal()) == ("Buyer", True)
    assert agreed()["places"] == {"job": "Role__c"}


def test_once_it_is_there_it_is_read_from_there(stage: ContactStage) -> None:
    maps(stage)
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    reads(stage, job="Head of buying")
    stage.run(2)
    assert (stage.there()[1].job, stage.are_equal()) == ("Head of buying", True)


def test_what_people_kept_there_is_written_over_and_kept(stage: ContactStage) -> None:
    maps(stage)
    reads(stage, job="met at the fair")
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    lost = Overruled.everywhere.get()
    assert (stage.only().said.job, lost.side, lost.fields) == ("Buyer", "crm", ["job"])


def test_on_the_way_back_it_is_the_same(stage: ContactStage) -> None:
    row = maps(stage)
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    row.delete()
    reads(stage, job="")
    stage.run(2)
    assert stage.there()[1].job == "Buyer"


def test_where_both_changed_another_field_each_has_its_own(stage: ContactStage) -> None:
    maps(stage)
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    edits(stage, job="Head of buying")
    reads(stage, department="Purchasing")
    stage.run(2)
    found = stage.only().said
    assert (found.job, found.department, stage.are_equal()) == ("Head of buying", "Purchasing", True)


@pytest.mark.parametrize(("rule", "job"), [("crm", "Theirs"), ("mailbox", "Ours")])
def test_where_both_changed_it_the_rule_counts_as_of_any_other_field(stage: ContactStage, rule: str, job: str) -> None:
    maps(stage)
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    stage.settle_on(event_conflicts=rule)
    edits(stage, job="Ours")
    reads(stage, job="Theirs")
    stage.run(2)
    assert (stage.only().said.job, stage.there()[1].job) == (job, job)


def test_a_person_is_asked_about_that_field_alone(stage: ContactStage) -> None:
    maps(stage)
    edits(stage, phone="+1 555 0199")
    stage.run(2)
    stage.settle_on(event_conflicts="ask")
    edits(stage, job="Ours")
    reads(stage, job="Theirs")
    stage.run(2)
    assert Issue.everywhere.get().fields == ["job"]


def test_whom_both_have_when_they_meet_is_read_from_the_place_that_counts(stage: ContactStage) -> None:
    """Nothing was agreed on, so nothing has moved."""
    maps(stage, source="department", field="Team__c")
    stage.crm.contacts.create(ann(first="Bob", email="bob@customer.example", department="Sales"), owner_id=_anna(stage))
    stage.run(2)
    assert {each.first: each.department for each in stage.book.shared.values()}["Bob"] == "Sales"


def _anna(stage: ContactStage) -> str:
    return str(stage.anna.crm_user_id)
