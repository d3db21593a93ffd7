"""What we believe beside what stands there: each kind of difference by itself, and what is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.calendars import Conference
from connectors.records import Address, Attendee, CrmEmail, CrmRecord, Ref, Resource
from syncapp.engine import agreeing, content, identity
from syncapp.engine.comparing import Believed, Finding, Kind, in_crm, in_mailbox, messages
from tests.builders import email, event

SECRET = "5e" * 32
SENT = email("Ann@Customer.example".lower(), subject="Re: Renewal")
KEY = identity.key(SECRET, Resource.EMAIL, identity.identity(SENT, "box@ours.example", "m1"))
OURS = Believed(key=KEY, record_id="02s1", title="Re: Renewal", occurred_at=SENT.date, base={})


def record(record_id: str = "02s1", **fields: Any) -> CrmEmail:
    said: dict[str, Any] = {
        "key": KEY,
        "message_id": SENT.message_id,
        "subject": SENT.subject,
        "date": SENT.date,
        "sender": "ann@customer.example",
    }
    return CrmEmail(ref=Ref(id=record_id), **(said | fields))


def told(*records: CrmEmail, ours: Believed = OURS) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(str(each.kind), each.records, each.fields) for each in messages(ours, records, SECRET)]


# -- Messages


@pytest.mark.parametrize(
    "fields",
    [{}, {"subject": "RE:  renewal"}, {"subject": "Renewal"}],
    ids=["as written", "other white space and case", "without the mark of a reply"],
)
def test_what_says_the_same_is_no_finding(fields: dict[str, Any]) -> None:
    assert told(record(**fields)) == []


def test_what_is_not_there_is_missing() -> None:
    assert told() == [("missing", ("02s1",), ())]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"subject": "Refusal"}, ("subject",)),
        ({"date": SENT.date + timedelta(hours=1)}, ("date",)),
        ({"sender": "eve@customer.example"}, ("sender",)),
        ({"message_id": "another@tests"}, ("sender",)),
        ({"key": ""}, ("key",)),
        ({"key": "", "subject": "Refusal"}, ("key", "subject")),
    ],
)
def test_what_says_something_else_is_altered_by_name(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    assert told(record(**fields)) == [("altered", ("02s1",), names)]


@pytest.mark.parametrize(
    ("fields", "names"), [({}, []), ({"subject": "Other"}, ["subject"]), ({"date": SENT.date + timedelta(1)}, ["date"])]
)
def test_without_a_message_id_subject_and_date_are_compared(fields: dict[str, Any], names: list[str]) -> None:
    ours = replace(OURS, key="another")
    found = told(record(**({"message_id": "", "key": "another", "sender": "x@y.example"} | fields)), ours=ours)
    assert [name for _, _, each in found for name in each] == names


def test_a_subject_longer_than_what_we_keep_is_compared_as_far_as_that() -> None:
    long = replace(OURS, key="another", title="a" * 300)
    said = {"message_id": "", "key": "another", "subject": "a" * 900}
    assert told(record(**said), ours=long) == []


@pytest.mark.parametrize("key", [KEY, ""])
def test_a_second_record_is_a_double_with_our_key_or_without_one(key: str) -> None:
    assert told(record(), record("02s2", key=key)) == [("doubled", ("02s2",), ())]


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "ab" * 32},  # another item's
        {"key": "", "subject": "Something else"},  # a Message-ID that was used twice
        {"key": "", "sender": "eve@customer.example"},
        {"key": "", "date": SENT.date + timedelta(hours=1)},
        {"key": "", "message_id": "another@tests"},
    ],
)
def test_another_message_is_no_double(fields: dict[str, Any]) -> None:
    assert told(record(), record("02s2", **fields)) == []


def test_without_a_message_id_nothing_without_our_key_is_called_a_double() -> None:
    ours = replace(OURS, key="another")
    pair = (record(message_id="", key="another"), record("02s2", message_id="", key=""))
    assert told(*pair, ours=ours) == []


def test_what_came_back_under_another_id_is_the_same_record() -> None:
    assert told(record("02s9"), record("02s8")) == [("altered", ("02s8",), ("record",)), ("doubled", ("02s9",), ())]


# -- Events

MEETING = event("Review", uid="")
BASE = agreeing.settled({}, MEETING, SECRET)
BELIEVED = Believed(key="k" * 64, record_id="00U1", title="Review", occurred_at=MEETING.start, version=3, base=BASE)


def standing(record_id: str = "00U1", **fields: Any) -> CrmRecord:
    values: dict[str, Any] = {"key": BELIEVED.key, "version": 3, "owner_id": "005A"}
    names = {name: value for name, value in fields.items() if name in values}
    changed = {name: value for name, value in fields.items() if name not in values}
    return CrmRecord(ref=Ref(id=record_id), record=replace(MEETING, **changed), **(values | names))


def shown(*records: CrmRecord, **how: Any) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(str(each.kind), each.records, each.fields) for each in in_crm(BELIEVED, records, SECRET, **how)]


def test_an_event_as_agreed_on_is_no_finding() -> None:
    assert shown(standing()) == []


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"title": "Retro"}, ("title",)),
        ({"text": "x", "location": "y"}, ("location", "text")),
        ({"end": MEETING.end + timedelta(hours=1)}, ("time",)),
        ({"busy": False}, ("busy",)),
        ({"version": 9}, ("version",)),
        ({"version": 2}, ()),  # a number that we gave and that never got there
    ],
)
def test_an_event_is_altered_by_the_names_of_its_fields(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    assert shown(standing(**fields)) == ([("altered", ("00U1",), names)] if names else [])


@pytest.mark.parametrize(("field", "told_"), [({"title": "Guess"}, []), ({"busy": False}, ["altered"])])
def test_of_a_private_event_only_what_the_crm_may_change_counts(field: dict[str, Any], told_: list[str]) -> None:
    assert [kind for kind, _, _ in shown(standing(**field), hidden=True)] == told_


def test_of_an_event_that_is_not_shown_nothing_is_said() -> None:
    assert shown(standing("00U2", key="")) == []


@pytest.mark.parametrize(
    ("fields", "double"),
    [
        ({}, True),  # our key once more
        ({"title": "Changed since"}, True),
        ({"key": ""}, True),  # all that it says, and no key
        ({"key": "", "title": "Another meeting"}, False),
        ({"key": "", "owner_id": "005B"}, False),
        ({"key": "z" * 64}, False),
    ],
)
def test_a_second_record_of_an_event_is_known_by_key_or_by_all_that_it_says(fields: Any, double: bool) -> None:
    assert shown(standing(), standing("00U2", **fields)) == ([("doubled", ("00U2",), ())] if double else [])


def test_what_is_an_item_by_itself_is_no_double() -> None:
    assert shown(standing(), standing("00U2", key=""), known={"00U1", "00U2"}) == []


def test_an_event_that_came_back_under_another_id_is_the_same() -> None:
    assert shown(standing("00U7")) == [("altered", ("00U7",), ("record",))]


@pytest.mark.parametrize(
    ("seen", "finding"),
    [
        (MEETING, []),
        (
            replace(MEETING, title="Retro"),
            [Finding(kind=Kind.ALTERED, side="mailbox", records=("e1",), fields=("title",))],
        ),
        (None, [Finding(kind=Kind.MISSING, side="mailbox", records=("e1",))]),
    ],
)
def test_a_calendar_is_compared_with_what_was_agreed_on_for_it(seen: Any, finding: list[Finding]) -> None:
    assert in_mailbox(BELIEVED, seen, SECRET, "e1") == finding


def test_what_nobody_had_agreed_on_yet_is_nobodys_edit() -> None:
    """Items are older than a field that was added, and what it says was there before."""
    seen = replace(MEETING, conference=Conference(url="https://rooms.example/j/4711"))
    older = {name: hash_ for name, hash_ in BELIEVED.base["mailbox"].items() if name != content.CONFERENCE}
    assert in_mailbox(replace(BELIEVED, base={"mailbox": older}), seen, SECRET, "e1") == []
    assert [each.fields for each in in_mailbox(BELIEVED, seen, SECRET, "e1")] == [("conference",)]


def test_who_is_invited_counts_in_the_calendar_and_not_in_the_crm() -> None:
    assert content.PEOPLE in content.ONE_WAY

    seen = replace(MEETING, attendees=(Attendee(address=Address(email="ann@customer.example")),))
    assert [each.fields for each in in_mailbox(BELIEVED, seen, SECRET, "e1")] == [("people",)]
    crowded = CrmRecord(ref=Ref(id="00U1"), record=seen, key=BELIEVED.key, version=3)
    assert in_crm(BELIEVED, [crowded], SECRET) == []
