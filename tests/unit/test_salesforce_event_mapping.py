from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.calendars import Conference
from connectors.records import Event, EventKind, RecordWrite, Resource
from connectors.salesforce import event_mapping
from connectors.salesforce.event_mapping import crm_event
from connectors.salesforce.mapping import LONGEST_DESCRIPTION, described, units
from tests.builders import event

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 28, tzinfo=UTC)
CALL = Conference(url="https://rooms.example/j/4711", code="4711", phones=("+1 555 0100, PIN 99", "+44 20 0100"))
ROW: dict[str, Any] = {
    "Id": "00Uak0000000001AAA",
    "Subject": "Review",
    "Location": "Room 7",
    "Description": "Prices",
    "StartDateTime": "2026-11-28T12:00:00.000+0000",
    "EndDateTime": "2026-11-28T13:00:00.000+0000",
    "IsAllDayEvent": False,
    "ShowAs": "Busy",
    "IsPrivate": False,
    "OwnerId": "005ak0000000001AAA",
    "IsDeleted": False,
    "LastModifiedDate": "2026-11-20T08:00:00.000+0000",
    "SystemModstamp": "2026-11-20T08:00:01.000+0000",
    "Syncapp_Key__c": "k1",
    "Syncapp_Version__c": 7.0,
}


def fields(meeting: Event, **more: Any) -> dict[str, Any]:
    return event_mapping.new_event(
        RecordWrite(resource=Resource.EVENT, key="k1", version=7, record=meeting, **more), meeting, None
    )


def test_an_event_has_our_key_and_our_version() -> None:
    made = fields(event())
    assert (made["attributes"], made["Syncapp_Key__c"], made["Syncapp_Version__c"]) == ({"type": "Event"}, "k1", 7)


def test_what_is_empty_is_emptied_there() -> None:
    made = fields(event("", text="", location=""))
    assert (made["Subject"], made["Description"], made["Location"]) == (None, None, None)


@pytest.mark.parametrize(
    ("all_day", "start", "end", "last"),
    [
        (False, NOON, NOON + timedelta(hours=1), "2026-11-28T13:00:00.000+0000"),
        (False, NOON, NOON, "2026-11-28T12:00:00.000+0000"),  # no longer than a moment
        (True, MIDNIGHT, MIDNIGHT + DAY, "2026-11-28T00:00:00.000+0000"),  # the last day, not the one after
        (True, MIDNIGHT, MIDNIGHT + 3 * DAY, "2026-11-30T00:00:00.000+0000"),
        (True, MIDNIGHT, MIDNIGHT, "2026-11-28T00:00:00.000+0000"),  # no day at all is one
    ],
)
def test_the_end_is_written_as_salesforce_has_it(all_day: bool, start: datetime, end: datetime, last: str) -> None:
    made = fields(event(all_day=all_day, start=start, end=end))
    assert (made["IsAllDayEvent"], made["StartDateTime"][:10], made["EndDateTime"]) == (all_day, "2026-11-28", last)


def test_the_duration_is_left_to_salesforce() -> None:
    assert {"DurationInMinutes", "ActivityDate", "ActivityDateTime"}.isdisjoint(fields(event()))


@pytest.mark.parametrize(("busy", "shown"), [(True, "Busy"), (False, "Free")])
def test_a_new_event_shows_whether_its_time_is_taken(busy: bool, shown: str) -> None:
    assert fields(event(busy=busy))["ShowAs"] == shown


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ({}, "OutOfOffice"),
        ({"private": True}, "Busy"),  # why is nobody's business
        ({"busy": False}, "Free"),
    ],
)
def test_an_absence_shows_as_one(shape: dict[str, Any], shown: str) -> None:
    assert fields(event(kind=EventKind.ABSENCE, **shape))["ShowAs"] == shown


@pytest.mark.parametrize(
    ("kind", "now", "otherwise"),
    [
        (EventKind.MEETING, "Busy", False),
        (EventKind.MEETING, "OutOfOffice", False),  # somebody chose another way of being busy
        (EventKind.MEETING, "Free", True),
        (EventKind.ABSENCE, "OutOfOffice", False),
        (EventKind.ABSENCE, "Busy", True),
        (EventKind.ABSENCE, "Free", True),
    ],
)
def test_how_a_record_shows_is_written_where_it_says_something_else(kind: EventKind, now: str, otherwise: bool) -> None:
    assert event_mapping.shows_otherwise(event(kind=kind), now) is otherwise


def test_whose_a_known_event_is_how_it_shows_and_whom_it_is_about_is_left_as_it_is() -> None:
    write = RecordWrite(resource=Resource.EVENT, key="k1", version=7, record=event(), record_id="00U1", owner_id="005A")
    made = event_mapping.known_event(write, event())
    assert made["Id"] == "00U1"
    assert {"OwnerId", "ShowAs", "WhoId"}.isdisjoint(made)


@pytest.mark.parametrize(("owner", "there"), [("005A", True), ("", False)])
def test_an_owner_is_written_where_there_is_one(owner: str, there: bool) -> None:
    assert ("OwnerId" in fields(event(), owner_id=owner)) is there


def test_a_subject_is_never_cut() -> None:
    assert fields(event("x" * 300, location="y" * 300))["Subject"] == "x" * 300


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("x" * LONGEST_DESCRIPTION, False),
        ("x" * (LONGEST_DESCRIPTION + 1), True),
        ("👍" * (LONGEST_DESCRIPTION // 2), False),
        ("👍" * (LONGEST_DESCRIPTION // 2 + 1), True),
        ("x" + "👍" * LONGEST_DESCRIPTION, True),  # would be cut in the middle of one
    ],
    ids=["fits", "one too long", "two units each", "one of them too many", "in the middle"],
)
def test_a_description_that_is_too_long_says_so_at_its_end(text: str, cut: bool) -> None:
    kept = described(text, "calendar")
    assert units(kept) <= LONGEST_DESCRIPTION
    assert (kept != text, "[Shortened: the description has " in kept) == (cut, cut)
    assert kept.partition("\n\n[")[0] in text


# -- Back


def test_a_row_is_an_event_with_all_that_is_told_of_it() -> None:
    told = crm_event(ROW)
    assert (told.ref.id, told.ref.version, told.key, told.version) == (ROW["Id"], ROW["SystemModstamp"], "k1", 7)
    assert told.owner_id == ROW["OwnerId"]
    assert told.record == Event(
        uid="",
        title="Review",
        start=NOON,
        end=NOON + timedelta(hours=1),
        text="Prices",
        location="Room 7",
        key="k1",
        changed_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    )


def test_the_end_of_whole_days_is_the_day_after_the_last_one() -> None:
    row = ROW | {
        "IsAllDayEvent": True,
        "StartDateTime": "2026-11-28T00:00:00.000+0000",
        "EndDateTime": "2026-11-30T00:00:00.000+0000",
    }
    told = crm_event(row).event
    assert (told.all_day, told.start, told.end) == (True, MIDNIGHT, MIDNIGHT + 3 * DAY)


@pytest.mark.parametrize(("shown", "busy"), [("Busy", True), ("OutOfOffice", True), ("Free", False), (None, True)])
def test_only_free_is_free(shown: str | None, busy: bool) -> None:
    assert crm_event(ROW | {"ShowAs": shown}).event.busy is busy


def test_what_has_no_value_is_empty() -> None:
    empty = dict.fromkeys(("Subject", "Location", "Description", "Syncapp_Key__c", "Syncapp_Version__c"))
    told = crm_event(ROW | empty)
    assert (told.event.title, told.event.location, told.event.text, told.key, told.version) == ("", "", "", "", 0)


def test_lines_end_as_everywhere_else() -> None:
    assert crm_event(ROW | {"Description": "one\r\ntwo"}).record.text == "one\ntwo"


@given(
    st.booleans(),
    st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.integers(1, 5000),
)
def test_what_was_written_reads_as_it_was(all_day: bool, start: datetime, length: int) -> None:
    start = start.replace(hour=0, minute=0, second=0) if all_day else start
    meeting = event(all_day=all_day, start=start, end=start + (length * DAY if all_day else timedelta(minutes=length)))
    told = crm_event(ROW | fields(meeting)).event
    assert (told.start, told.end, told.all_day) == (meeting.start, meeting.end, all_day)


@pytest.mark.parametrize(
    "meeting",
    [
        event(),
        event(" spaced ", location=" Room 7 "),
        event(text="x" * (LONGEST_DESCRIPTION + 1)),
        event(text="one\r\ntwo"),
        event(text="one\n\n", conference=CALL),
        event(text="", conference=CALL),
        event(text="x" * LONGEST_DESCRIPTION, conference=CALL),
        event(text="[Join] https://elsewhere.example\nas somebody copied it", conference=CALL),
        event(text="[Join] https://elsewhere.example\nas somebody copied it"),
        event(start=NOON.replace(microsecond=7), end=NOON + timedelta(microseconds=9)),
        event(all_day=True, start=MIDNIGHT, end=MIDNIGHT),
        event(all_day=True, start=MIDNIGHT, end=MIDNIGHT + 3 * DAY),
    ],
    ids=[
        "plain",
        "spaces",
        "too long",
        "lines",
        "a call",
        "a call alone",
        "too long with a call",
        "two calls",
        "a copied call",
        "parts of a second",
        "no day",
        "days",
    ],
)
def test_how_an_event_will_read_back_is_known_beforehand(meeting: Event) -> None:
    written = fields(meeting)
    stripped = {name: (written[name] or "").strip() for name in ("Subject", "Location")}
    told, foreseen = crm_event(ROW | written | stripped).record, event_mapping.kept(meeting)
    for name in ("title", "location", "text", "start", "end", "all_day", "busy", "conference"):
        assert getattr(told, name) == getattr(foreseen, name), name
