"""What every connector with contacts promises. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.contacts import NOWHERE, Contact, Place
from connectors.errors import Kind
from connectors.records import Put, Ref
from tests.builders import somebody
from tests.contract.connectors.contact_reading_contract import (
    CONTACT,
    FEED,
    ContactReadingContract,
    caught_up,
    each_contact,
    shown,
    since,
)
from tests.contract.connectors.contact_stage import ContactMailStage
from tests.contract.connectors.event_reading_contract import refused, written
from tests.contract.connectors.list_contract import content

new, drop = FEED.new, FEED.drop
MINUTE = timedelta(minutes=1)


def patch(ref: Ref, **fields: Any) -> Put:
    """First and last name are written as one."""
    put = FEED.patch(ref, ContactReadingContract.unsaid, **fields)
    parts = {"first", "last"}
    return replace(put, fields=(put.fields - parts) | {"name"}) if put.fields & parts else put


FIELDS: dict[str, dict[str, Any]] = {
    "name": {"first": "Ána", "last": "Größe 👍"},
    "first name": {"first": "Ann", "last": "Meyer"},
    "address": {"email": "new@customer.example"},
    "no address": {"email": ""},
    "phone": {"phone": "112"},
    "no phone": {"phone": ""},
    "mobile": {"mobile": "112"},
    "no mobile": {"mobile": ""},
    "phone at home": {"home_phone": "112"},
    "no phone at home": {"home_phone": ""},
    "fax": {"fax": "112"},
    "no fax": {"fax": ""},
    "job": {"job": "Nobody"},
    "no job": {"job": ""},
    "department": {"department": "None"},
    "no department": {"department": ""},
    "company": {"company": "Other Ltd"},
    "no company": {"company": ""},
    "all of the work": {"job": "", "department": "", "company": ""},
    "place of work": {"address": Place(street="9 New Street\nBack yard", city="Rome", country="Italy")},
    "no place of work": {"address": NOWHERE},
    "home": {"other_address": Place(city="Rome")},
    "no home": {"other_address": NOWHERE},
    "birthday": {"birthday": date(1999, 12, 31)},
    "no birthday": {"birthday": None},
    "text": {"text": "Other\nwords"},
    "no text": {"text": ""},
}
# What was there, what is written as the first address, and what is there then.
ADDRESSES: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "another": (("a@x.example", "b@x.example"), "c@x.example", ("c@x.example", "b@x.example")),
    "the same": (("a@x.example", "b@x.example"), "a@x.example", ("a@x.example", "b@x.example")),
    "one of the others": (
        ("a@x.example", "b@x.example", "c@x.example"),
        "c@x.example",
        ("c@x.example", "a@x.example", "b@x.example"),
    ),
    "none": (("a@x.example", "b@x.example"), "", ("b@x.example",)),
    "where there was none": ((), "a@x.example", ("a@x.example",)),
}


def with_addresses(*addresses: str) -> Contact:
    return somebody(email=next(iter(addresses), ""), more_emails=addresses[1:])


class ContactMailContract(ContactReadingContract):
    """How contacts are read, written and found again: sixty facts and more. Each test gets an account of its own."""

    every = FEED.calls(somebody, job="Moved")

    def named(self, ref: Ref, title: str) -> Put:
        return patch(ref, **self.title(title))

    # -- Inserting

    @each_contact
    def test_who_is_inserted_is_there_as_it_was_meant(self, stage: ContactMailStage, entered: Contact) -> None:
        (ref,) = written(stage.open().push([new(entered)]))
        assert [content(each) for each in shown(stage, ref)] == [entered]

    def test_who_is_inserted_is_kept_in_step_and_has_our_key(self, stage: ContactMailStage) -> None:
        put = new(somebody())
        (ref,) = written(stage.open().push([put]))
        assert (stage.shared(), [each.key for each in shown(stage, ref)]) == ([ref.id], [put.key])

    def test_our_key_stays_whoever_changes_something(self, stage: ContactMailStage) -> None:
        put = new(somebody())
        (ref,) = written(stage.open().push([put]))
        (ref,) = written(stage.open().push([patch(stage.edit(ref, job="Theirs"), mobile="1")]))
        stage.keep(ref)
        assert [each.key for each in shown(stage, ref)] == [put.key]

    def test_who_is_inserted_comes_back_as_inside(self, stage: ContactMailStage) -> None:
        cursor = caught_up(stage.open())
        (ref,) = written(stage.open().push([new(somebody())]))
        assert since(stage, cursor)[ref.id].outside is False

    def test_where_the_group_is_gone_it_is_made_again(self, stage: ContactMailStage) -> None:
        stage.add(somebody())
        cursor = caught_up(stage.open())
        stage.drop_group()
        (ref,) = written(stage.open().push([new(somebody())]))
        assert stage.shared() == [ref.id]
        assert since(stage, cursor)[ref.id].outside is False

    # -- Changing

    @pytest.mark.parametrize("fields", FIELDS.values(), ids=list(FIELDS))
    def test_only_the_named_fields_are_written(self, stage: ContactMailStage, fields: dict[str, Any]) -> None:
        ref = stage.add(somebody(more_emails=()))
        (after,) = written(stage.open().push([patch(ref, **fields)]))
        assert (after.id, after.version != ref.version) == (ref.id, True)
        assert [content(each) for each in shown(stage, ref)] == [replace(somebody(), **fields)]

    @pytest.mark.parametrize("fields", FIELDS.values(), ids=list(FIELDS))
    def test_a_field_is_written_where_there_was_nothing(self, stage: ContactMailStage, fields: dict[str, Any]) -> None:
        ref = stage.add(Contact(last="Meyer"))
        written(stage.open().push([patch(ref, **fields)]))
        assert [content(each) for each in shown(stage, ref)] == [replace(Contact(last="Meyer"), **fields)]

    def test_all_of_them_are_written_at_once(self, stage: ContactMailStage) -> None:
        ref, whole = stage.add(Contact(last="Meyer")), somebody("Other", first="Ann")
        named = {name: getattr(whole, name) for fields in FIELDS.values() for name in fields}
        written(stage.open().push([patch(ref, **named)]))
        assert [content(each) for each in shown(stage, ref)] == [whole]

    @pytest.mark.parametrize(("before", "email", "after"), ADDRESSES.values(), ids=list(ADDRESSES))
    def test_no_address_is_lost_and_none_stands_twice(
        self, stage: ContactMailStage, before: tuple[str, ...], email: str, after: tuple[str, ...]
    ) -> None:
        ref = stage.add(with_addresses(*before))
        written(stage.open().push([patch(ref, email=email)]))
        assert [each.emails for each in shown(stage, ref)] == [after]

    def test_several_are_changed_each_in_its_own_fields(self, stage: ContactMailStage) -> None:
        one, two, three = (stage.add(somebody(name)) for name in ("One", "Two", "Three"))
        written(stage.open().push([patch(one, job="A"), patch(two, mobile="1", text=""), patch(three, job="C")]))
        assert [content(each) for each in shown(stage, one, two, three)] == [
            somebody("One", job="A"),
            somebody("Two", mobile="1", text=""),
            somebody("Three", job="C"),
        ]

    def test_who_is_outside_is_changed_and_stays_there(self, stage: ContactMailStage) -> None:
        ref = stage.add(somebody(), outside=True)
        written(stage.open().push([patch(ref, job="Ours")]))
        assert ([each.job for each in shown(stage, ref)], stage.shared()) == (["Ours"], [])

    def test_who_left_the_group_meanwhile_is_not_changed(self, stage: ContactMailStage) -> None:
        ref = stage.add(somebody())
        stage.keep(ref)
        (found,) = stage.open().push([patch(ref, job="Ours")])
        assert not isinstance(found, Ref)
        assert found.failure.kind is Kind.CONFLICT

    # -- Finding what was made

    def test_a_lost_answer_is_a_passing_failure_and_who_was_made_is_found(self, stage: ContactMailStage) -> None:
        puts, began = [new(somebody(f"Number {n}")) for n in range(3)], clock.now() - MINUTE
        stage.lose_answer()
        assert refused(lambda: stage.open().push(puts)).kind is Kind.TRANSIENT
        found = stage.open().twins(CONTACT, [replace(put.record, key=put.key) for put in puts if put.record], began)
        assert [len(each) for each in found] == [1, 1, 1]
        assert {ref.id for each in found for ref in each} == set(stage.living())

    def test_who_has_the_same_key_is_a_twin_whatever_it_says(self, stage: ContactMailStage) -> None:
        put, began = new(somebody()), clock.now() - MINUTE
        (ref,) = written(stage.open().push([put]))
        edited = stage.keep(stage.edit(ref, last="Theirs"))
        assert stage.open().twins(CONTACT, [somebody(key=put.key)], began) == [(edited,)]

    def test_who_says_the_same_under_no_key_or_another_is_no_twin(self, stage: ContactMailStage) -> None:
        put, began = new(somebody()), clock.now() - MINUTE
        stage.add(somebody())
        written(stage.open().push([new(somebody())]))
        asked = [somebody(), somebody(key=put.key)]
        assert stage.open().twins(CONTACT, asked, began) == [(), ()]

    def test_who_was_there_long_before_is_no_twin(self, stage: ContactMailStage) -> None:
        put = new(somebody())
        written(stage.open().push([put]))
        stage.wait(1)
        assert stage.open().twins(CONTACT, [somebody(key=put.key)], clock.now() - MINUTE) == [()]

    def test_who_is_gone_is_no_twin(self, stage: ContactMailStage) -> None:
        put, began = new(somebody()), clock.now() - MINUTE
        stage.delete(written(stage.open().push([put]))[0])
        assert stage.open().twins(CONTACT, [somebody(key=put.key)], began) == [()]

    def test_twins_come_oldest_first_on_however_many_pages(self, stage: ContactMailStage) -> None:
        stage.pages_of(2)
        put, began, refs = new(somebody()), clock.now() - MINUTE, list[Ref]()
        for _ in range(3):
            refs += written(stage.open().push([put]))
            stage.add(somebody("Another"))
        asked = [somebody(key="nobody's"), somebody(key=put.key)]
        assert stage.open().twins(CONTACT, asked, began) == [(), tuple(refs)]
