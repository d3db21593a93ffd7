"""What every connector with contacts promises of reading them. `contact_mail_contract` has the rest, and what to
subclass.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pytest

from connectors.contacts import NOWHERE, Contact, Place
from connectors.errors import ItemError, Kind
from connectors.records import Ref, RemoteChange, Resource
from tests.builders import somebody
from tests.contract.connectors.contact_stage import ContactMailStage
from tests.contract.connectors.list_contract import Feed, ListContract, changes, content, ids, record

CONTACT = Resource.CONTACT
FEED = Feed(CONTACT)
pages, caught_up, since, shown = FEED.pages, FEED.caught_up, FEED.since, FEED.shown

CONTACTS = {
    "whole": somebody("Meyer", first="Ann"),
    "letters of the world": somebody("Größe 尺寸", first="Ána 👍", company="Müller & Söhne", text="Grüße\nübermorgen"),
    "odd characters": somebody("<b>&amp;</b>", job="\"q\" 'x' \\ %2F", text="* c = 1; d"),
    "one name": Contact(last="Meyer"),
    "first name alone": Contact(first="Ann"),
    "an address alone": Contact(email="ann@customer.example"),
    "a company alone": Contact(company="Customer Ltd"),
    "several addresses": somebody(more_emails=("ann@home.example", "a.meyer@customer.example")),
    "a home alone": Contact(last="Meyer", other_address=Place(city="Potsdam")),
    "a street of two lines": Contact(last="Meyer", address=Place(street="1 High Street\n3rd floor", city="Berlin")),
    "a number alone": Contact(last="Meyer", phone="110"),
    "born long ago": Contact(last="Meyer", birthday=date(1901, 12, 31)),
}
each_contact = pytest.mark.parametrize("entered", CONTACTS.values(), ids=list(CONTACTS))


class ContactReadingContract(ListContract[ContactMailStage]):
    """How contacts are read. Each test gets an account of its own."""

    feed, called = FEED, "last"
    unsaid = Contact(last="Not this", email="not@this.example", phone="000", job="Nor this", text="Nor that")
    few: ClassVar[int] = 6

    def item(self, title: str = "Plain", number: int = 0) -> Contact:
        return somebody(title, email=f"number{number}@customer.example")

    def scatter(self, stage: ContactMailStage, number: int) -> list[Ref]:
        return [stage.add(self.item(f"Number {n}", n), outside=n % 3 == 1) for n in range(number)]

    # -- Who is kept in step

    def test_a_full_read_shows_who_is_outside_as_that(self, stage: ContactMailStage) -> None:
        inside, outside = stage.add(somebody()), stage.add(somebody("Ours"), outside=True)
        found = {change.ref.id: change.outside for change in changes(pages(stage.open()))}
        assert found == {inside.id: False, outside.id: True}

    def test_who_is_outside_comes_with_a_record(self, stage: ContactMailStage) -> None:
        stage.add(somebody("Ours"), outside=True)
        (found,) = changes(pages(stage.open()))
        assert record(found).last == "Ours"

    @pytest.mark.parametrize("outside", [False, True], ids=["inside", "outside"])
    def test_who_is_new_comes_whole(self, stage: ContactMailStage, outside: bool) -> None:
        cursor = caught_up(stage.open())
        ref = stage.add(somebody("New"), outside=outside)
        found = since(stage, cursor)[ref.id]
        assert (record(found).last, found.outside) == ("New", outside)

    def test_who_leaves_the_group_is_told_as_outside(self, stage: ContactMailStage) -> None:
        ref = stage.add(somebody())
        cursor = caught_up(stage.open())
        kept = stage.keep(ref)
        found = since(stage, cursor)[ref.id]
        assert (found.ref, found.outside, found.gone) == (kept, True, False)
        assert kept.version != ref.version

    def test_who_comes_into_the_group_is_told_as_inside(self, stage: ContactMailStage) -> None:
        ref = stage.add(somebody(), outside=True)
        cursor = caught_up(stage.open())
        shared = stage.share(ref)
        found = since(stage, cursor)[ref.id]
        assert (found.ref, found.outside) == (shared, False)

    @pytest.mark.parametrize("outside", [False, True], ids=["inside", "outside"])
    def test_where_somebody_is_is_looked_at(self, stage: ContactMailStage, outside: bool) -> None:
        stage.add(somebody())
        caught_up(stage.open())
        (found,) = stage.open().look(CONTACT, [stage.add(somebody(), outside=outside)])
        assert isinstance(found, RemoteChange)
        assert found.outside == outside

    def test_where_the_group_is_gone_all_are_outside(self, stage: ContactMailStage) -> None:
        refs = self.fill(stage, 3)
        cursor = caught_up(stage.open())
        stage.drop_group()
        found = since(stage, cursor)
        assert {id_: (each.outside, each.gone) for id_, each in found.items()} == {
            ref.id: (True, False) for ref in refs
        }
        assert {change.outside for change in changes(pages(stage.open()))} == {True}

    def test_a_window_leaves_nobody_out(self, stage: ContactMailStage) -> None:
        refs = self.scatter(stage, 3)
        stage.wait(40)
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs)
        assert sorted(ids(list(stage.open().pull(CONTACT, None)))) == sorted(ref.id for ref in refs)

    # -- What a contact is

    @each_contact
    def test_a_contact_arrives_as_it_was_entered(self, stage: ContactMailStage, entered: Contact) -> None:
        stage.add(entered)
        (found,) = map(record, changes(pages(stage.open())))
        assert content(found) == entered

    def test_who_was_entered_by_somebody_has_no_key(self, stage: ContactMailStage) -> None:
        stage.add(somebody())
        assert [record(each).key for each in changes(pages(stage.open()))] == [""]

    @pytest.mark.parametrize(
        "fields",
        [{"address": Place(city="Rome")}, {"other_address": NOWHERE}, {"fax": ""}, {"birthday": None}, {"job": "Else"}],
        ids=["address", "no home", "no fax", "no birthday", "job"],
    )
    def test_what_changed_is_told(self, stage: ContactMailStage, fields: dict[str, Any]) -> None:
        ref = stage.add(somebody())
        cursor = caught_up(stage.open())
        stage.edit(ref, **fields)
        assert content(record(since(stage, cursor)[ref.id])) == somebody(**fields)

    def test_who_was_deleted_is_gone_and_who_never_was_is_not_found(self, stage: ContactMailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        one, two, three = stage.open().look(CONTACT, [dropped, Ref(id="c1234567890123456"), kept])
        assert _is_gone(one)
        assert isinstance(two, ItemError)
        assert two.failure.kind is Kind.NOT_FOUND
        assert record(three).last == "Number 0"


def _is_gone(found: RemoteChange | ItemError) -> bool:
    return found.failure.kind is Kind.NOT_FOUND if isinstance(found, ItemError) else found.gone
