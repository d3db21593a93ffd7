"""Both sides of an item beside each other, by tables: what differs, and who changed it since they agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.calendars import Conference
from connectors.contacts import Contact, Place
from connectors.records import Address, Attendee, CrmEmail, Record, Ref, Response, Task, an_event
from issues.versions import NOTHING
from syncapp.both_sides import (
    NEVER_AGREED,
    NOT_READ_BACK,
    Mapped,
    Row,
    of_message,
    rows,
    without_crm,
    without_words,
)
from syncapp.engine import agreeing
from tests.builders import email, event

SECRET = "5e" * 32
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MEETING = replace(event("Review", uid="1@x"), start=NOON, end=NOON + timedelta(hours=1), text="Prices.", location="")
TASK = Task(title="Call Ann", text="About the prices.", due=date(2026, 12, 1))
CONTACT = Contact(first="Ann", last="Smith", email="ann@customer.example", phone="+1 555 0100")
MIDNIGHT = NOON.replace(hour=0)
WHOLE_DAY: dict[str, Any] = {"start": MIDNIGHT, "end": MIDNIGHT + timedelta(days=1), "all_day": True}


def told(base: Record, mailbox: Mapping[str, Any], crm: Mapping[str, Any], **mapped: Any) -> dict[str, Row]:
    """What stands there once each side changed these since they agreed on the base."""
    agreed = agreeing.settled({}, base, SECRET)
    found = rows(replace(base, **mailbox), replace(base, **crm), agreed, SECRET, Mapped(**mapped))
    return {row.name: row for row in found}


# (what both agreed on, what the mailbox changed, what the CRM changed, the field: mailbox, CRM, differs, since whom)
TABLE: list[tuple[Record, dict[str, Any], dict[str, Any], str, tuple[str, str, bool, str]]] = [
    (MEETING, {}, {}, "title", ("Review", "Review", False, "")),
    (MEETING, {"title": "Retro"}, {}, "title", ("Retro", "Review", True, "mailbox")),
    (MEETING, {}, {"title": "Retro"}, "title", ("Review", "Retro", True, "crm")),
    (MEETING, {"title": "Retro"}, {"title": "Other"}, "title", ("Retro", "Other", True, "both")),
    (MEETING, {"title": "Retro"}, {"title": "Retro"}, "title", ("Retro", "Retro", False, "both")),
    (MEETING, {"text": ""}, {}, "text", (NOTHING, "Prices.", True, "mailbox")),
    (MEETING, {}, {"busy": False}, "busy", ("busy", "free", True, "crm")),
    (
        MEETING,
        {"start": NOON + timedelta(hours=1), "end": NOON + timedelta(hours=2)},
        {},
        "time",
        ("2 March 2026, 13:00 to 14:00 UTC", "2 March 2026, 12:00 to 13:00 UTC", True, "mailbox"),
    ),
    # the same hour of another clock
    (
        MEETING,
        {},
        {"start": NOON.astimezone(UTC), "end": (NOON + timedelta(hours=1)).astimezone(timezone(timedelta(0)))},
        "time",
        ("2 March 2026, 12:00 to 13:00 UTC", "2 March 2026, 12:00 to 13:00 UTC", False, ""),
    ),
    (
        MEETING,
        WHOLE_DAY,
        {},
        "time",
        ("2 March 2026, all day", "2 March 2026, 12:00 to 13:00 UTC", True, "mailbox"),
    ),
    (
        replace(MEETING, **WHOLE_DAY),
        {},
        {"end": MIDNIGHT + timedelta(days=3)},
        "time",
        ("2 March 2026, all day", "2 March 2026 to 4 March 2026, all day", True, "crm"),
    ),
    (TASK, {"due": None}, {}, "due", (NOTHING, "2026-12-01", True, "mailbox")),
    (TASK, {}, {"done": True}, "done", ("no", "yes", True, "crm")),
    (CONTACT, {"first": "Anne"}, {"last": "Jones"}, "name", ("Anne Smith", "Ann Jones", True, "both")),
    (CONTACT, {"phone": "+1 (555) 01-00"}, {}, "phone", ("+15550100", "+15550100", False, "")),
    (
        CONTACT,
        {"address": Place(street="Ring 1", city="Wien")},
        {},
        "address",
        ("Ring 1, Wien", NOTHING, True, "mailbox"),
    ),
    (CONTACT, {}, {"company": "Acme"}, "company", (NOTHING, "Acme", True, "crm")),
]


@pytest.mark.parametrize(("base", "mailbox", "crm", "name", "expected"), TABLE)
def test_a_field_tells_both_sides_and_who_changed_it(
    base: Record, mailbox: dict[str, Any], crm: dict[str, Any], name: str, expected: tuple[str, str, bool, str]
) -> None:
    row = told(base, mailbox, crm)[name]
    assert (row.mailbox, row.crm, row.differs, row.since) == expected
    assert bool(row.words) == bool(row.since)


def test_who_is_invited_is_not_read_back_and_that_is_no_difference() -> None:
    ann = Attendee(address=Address(email="ann@customer.example"), response=Response.ACCEPTED)
    row = told(MEETING, {"attendees": (ann,)}, {})["people"]
    assert (row.mailbox, row.crm, row.differs) == ("ann@customer.example (accepted)", "", False)


def test_how_to_join_is_told_of_the_mailbox_alone() -> None:
    base = replace(MEETING, conference=Conference(url="https://meet.example/a"))
    row = told(base, {}, {"conference": None})["conference"]
    assert (row.mailbox, row.crm, row.differs, row.words) == ("https://meet.example/a", "", False, NOT_READ_BACK)


def test_what_the_crm_has_no_room_for_is_no_difference() -> None:
    def keeps(record: Record) -> Record:
        return replace(an_event(record), title=record.title[:3])

    assert not told(MEETING, {}, {"title": "Rev"}, keeps=keeps)["title"].differs


def test_a_private_event_that_is_busy_there_is_the_same_and_its_owner_reads_their_own_words() -> None:
    hidden = {"title": "Busy", "text": "", "location": ""}
    row = told(replace(MEETING, private=True), {}, hidden, hidden=True)["title"]
    assert (row.mailbox, row.crm, row.differs) == ("Review", "Busy", False)


def test_what_was_never_agreed_on_was_changed_by_nobody() -> None:
    found = {row.name: row for row in rows(MEETING, replace(MEETING, title="Other"), {}, SECRET)}
    assert (found["title"].differs, found["title"].since, found["title"].words) == (True, "", NEVER_AGREED)


@pytest.mark.parametrize("side", ["mailbox", "crm"])
def test_a_side_that_is_not_there_says_nothing_and_differs_in_nothing(side: str) -> None:
    agreed = agreeing.settled({}, MEETING, SECRET)
    mailbox, crm = (None, MEETING) if side == "mailbox" else (MEETING, None)
    found = rows(mailbox, crm, agreed, SECRET)
    assert found
    assert [(getattr(row, side), row.differs) for row in found] == [("", False)] * len(found)


def test_without_either_side_there_is_nothing() -> None:
    assert rows(None, None, {}, SECRET) == ()


def test_what_neither_says_anything_of_is_left_out() -> None:
    assert {"location", "people", "conference", "kind"}.isdisjoint(told(MEETING, {}, {}))


# -- Messages

SENT = email(subject="Re: Renewal", message_id="m1@x")
THERE = CrmEmail(
    ref=Ref(id="02s000000000001"),
    date=SENT.date,
    message_id="m1@x",
    subject="Re: Renewal",
    sender=SENT.sender.email,  # type: ignore[union-attr]  # it has one
)


@pytest.mark.parametrize(
    ("changes", "differing"),
    [
        ({}, []),
        ({"subject": "re: renewal"}, []),
        ({"subject": "Invoice"}, ["subject"]),
        ({"date": SENT.date + timedelta(milliseconds=900)}, []),
        ({"date": SENT.date + timedelta(minutes=1)}, ["date"]),
        ({"sender": "eve@customer.example"}, ["sender"]),
        ({"message_id": ""}, ["message_id"]),
    ],
)
def test_what_salesforce_says_of_a_message_is_held_against_the_message(
    changes: dict[str, Any], differing: list[str]
) -> None:
    found = of_message(SENT, replace(THERE, **changes))
    assert [row.name for row in found if row.differs] == differing


@pytest.mark.parametrize(("message", "there"), [(SENT, None), (None, THERE)])
def test_of_a_message_that_one_side_lacks_the_other_is_told(message: Any, there: Any) -> None:
    found = of_message(message, there)
    assert not any(row.differs for row in found)
    assert all(bool(row.mailbox) == (message is not None) and bool(row.crm) == (there is not None) for row in found)


# -- For whom it is not


def test_who_may_not_read_it_is_told_which_fields_differ_and_no_word() -> None:
    found = without_words(told(MEETING, {"title": "Retro"}, {}).values())
    assert [row.name for row in found if row.differs] == ["title"]
    assert {(row.mailbox, row.crm) for row in found} == {("", "")}


def test_who_may_not_see_the_record_is_not_even_told_whether_it_differs() -> None:
    found = without_crm(told(MEETING, {}, {"title": "Retro", "location": "Room 9"}).values())
    assert {(row.crm, row.differs, row.since, row.words) for row in found} == {("", False, "", "")}
    assert "location" not in {row.name for row in found}
