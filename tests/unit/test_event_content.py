"""What counts as the content of an event, and what does not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.calendars import Absences, Conference
from connectors.policies import PrivateEvents
from connectors.records import Address, Attendee, Event, EventKind, Response
from syncapp.engine import content
from tests.builders import event

SECRET, OTHER_SECRET = "5e" * 32, "0f" * 32
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANN = Attendee(address=Address(email="ann@customer.example", name="Ann"))
BEN = Attendee(address=Address(email="ben@ours.example"), response=Response.ACCEPTED)
MEETING = event("Review", uid="1@x", attendees=(ANN, BEN), organizer=Address(email="anna@ours.example"))

CALL = Conference(url="https://rooms.example/j/4711", code="4711", phones=("+1 555 0100, PIN 99",))
EVERY = frozenset(content.values(MEETING))


def differs(one: Event, other: Event) -> frozenset[str]:
    return content.changed(content.hashes(one, SECRET), content.hashes(other, SECRET))


@pytest.mark.parametrize(
    ("same", "why"),
    [
        (replace(MEETING, changed_at=MOMENT), "when it was changed is not what it says"),
        (replace(MEETING, key="1" * 64), "our key on it"),
        (replace(MEETING, leads=False), "a guest's copy says the same"),
        (replace(MEETING, series="weekly"), "the calendar's own id of the series"),
        (replace(MEETING, uid="other@x", occurrence="20260302"), "identity is not content"),
        (replace(MEETING, organizer=None), "the CRM knows no organizer"),
        (replace(MEETING, title="  Review "), "white space around"),
        (replace(MEETING, text="Prices, then dates.\r\n"), "line ends"),
        (replace(MEETING, attendees=(BEN, ANN)), "their order"),
        (replace(MEETING, attendees=(replace(ANN, address=Address(email="ann@customer.example")), BEN)), "a name"),
        (replace(MEETING, start=MEETING.start + timedelta(milliseconds=4)), "less than a second"),
    ],
)
def test_what_is_no_content_changes_no_hash(same: Event, why: str) -> None:
    assert differs(MEETING, same) == frozenset(), why


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        (replace(MEETING, title="Preview"), {"title"}),
        (replace(MEETING, text="Prices."), {"text"}),
        (replace(MEETING, location="Room 8"), {"location"}),
        (replace(MEETING, start=MEETING.start - timedelta(seconds=1)), {"time"}),
        (replace(MEETING, end=MEETING.end + timedelta(hours=1)), {"time"}),
        (replace(MEETING, all_day=True), {"time"}),
        (replace(MEETING, busy=False), {"busy"}),
        (replace(MEETING, private=True), {"private"}),
        (replace(MEETING, attendees=(ANN,)), {"people"}),
        (replace(MEETING, conference=CALL), {"conference"}),
        (replace(MEETING, kind=EventKind.ABSENCE), {"kind"}),
        (replace(MEETING, attendees=(ANN, replace(BEN, response=Response.DECLINED))), {"people"}),
        (replace(MEETING, title="Preview", location=""), {"title", "location"}),
    ],
)
def test_what_a_person_would_call_a_change_is_one_of_its_field_alone(other: Event, fields: set[str]) -> None:
    assert differs(MEETING, other) == fields
    assert content.differing(MEETING, other, content.FIELDS) == fields


def test_a_colour_is_no_attribute_of_an_event() -> None:
    """A mark of ours cannot be content: an event has no place for it."""
    names = set(Event.__dataclass_fields__)
    assert not {name for name in names if "colo" in name or "categor" in name or "etag" in name or "version" in name}


def test_people_privacy_and_conferences_go_one_way() -> None:
    assert {"title", "text", "location", "time", "busy"} == EVERY & content.BOTH_WAYS
    assert {"people", "private", "conference", "kind"} == EVERY - content.BOTH_WAYS


@pytest.mark.parametrize(
    ("conference", "changed"),
    [(None, frozenset()), (CALL, {"conference"})],
    ids=["it has none", "it has one"],
)
def test_what_was_agreed_on_before_there_were_conferences_is_agreed_on_still(
    conference: Conference | None, changed: frozenset[str]
) -> None:
    added = {content.CONFERENCE, content.KIND}
    base = {name: hash_ for name, hash_ in content.hashes(MEETING, SECRET).items() if name not in added}
    assert content.changed(content.hashes(replace(MEETING, conference=conference), SECRET), base) == changed


def test_nothing_that_was_agreed_on_is_less_than_every_field() -> None:
    """An event that nobody has agreed on yet is new in all that it says."""
    assert content.changed(content.hashes(MEETING, SECRET), {}) == EVERY - {content.CONFERENCE, content.KIND}


def test_that_a_conference_was_taken_away_is_a_change() -> None:
    assert differs(MEETING, replace(MEETING, conference=CALL)) == {"conference"}


def test_a_digest_is_what_it_was_before_there_were_conferences() -> None:
    """Copies that were seen then say the same still."""
    named = sorted(content.hashes(MEETING, SECRET).items())
    before = {name: hash_ for name, hash_ in named if name not in ("busy", "private", "conference", "kind")}
    assert content.digest(MEETING, SECRET) == hashlib.sha256(json.dumps(before, sort_keys=True).encode()).hexdigest()


def test_hashes_are_the_organizations_own() -> None:
    meeting = replace(MEETING, conference=CALL, kind=EventKind.ABSENCE)
    ours, theirs = content.hashes(meeting, SECRET), content.hashes(meeting, OTHER_SECRET)
    assert not set(ours.values()) & set(theirs.values())


@pytest.mark.parametrize(
    "other",
    [
        replace(MEETING, title="Preview"),
        replace(MEETING, text="Prices."),
        replace(MEETING, location="Room 8"),
        replace(MEETING, end=MEETING.end + timedelta(hours=1)),
        replace(MEETING, attendees=(ANN,)),
        replace(MEETING, conference=CALL),
    ],
)
def test_a_digest_is_of_what_all_copies_say_alike(other: Event) -> None:
    assert content.digest(other, SECRET) != content.digest(MEETING, SECRET)


@pytest.mark.parametrize(
    "copy",
    [replace(MEETING, busy=False), replace(MEETING, private=True), replace(MEETING, changed_at=MOMENT)],
)
def test_a_digest_is_not_of_what_each_copy_says_for_itself(copy: Event) -> None:
    assert content.digest(copy, SECRET) == content.digest(MEETING, SECRET)


texts = st.text(max_size=12)
events = st.builds(
    lambda title, text, place, hours, busy, all_day: replace(
        MEETING,
        title=title,
        text=text,
        location=place,
        start=MOMENT + timedelta(hours=hours),
        end=MOMENT + timedelta(hours=hours + 1),
        busy=busy,
        all_day=all_day,
    ),
    texts,
    texts,
    texts,
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
)
fields = st.sets(st.sampled_from(sorted(EVERY)))


@given(events, events, fields)
def test_what_is_taken_over_differs_no_more(one: Event, other: Event, taken: set[str]) -> None:
    merged = content.with_fields(one, other, taken)
    assert content.differing(merged, other, taken) == frozenset()
    assert content.differing(merged, one, content.FIELDS - taken) == frozenset()


@given(events, events)
def test_hashes_tell_what_values_tell(one: Event, other: Event) -> None:
    assert differs(one, other) == content.differing(one, other, content.FIELDS)


@pytest.mark.parametrize(
    ("shape", "policy", "rule"),
    [
        ({}, PrivateEvents.FILTER, ""),
        ({"private": True}, PrivateEvents.FILTER, "private"),
        ({"private": True}, PrivateEvents.BUSY, ""),
        ({"kind": EventKind.BIRTHDAY, "private": True}, PrivateEvents.FILTER, "birthday"),
        *(({"kind": kind}, PrivateEvents.BUSY, kind.value) for kind in EventKind if kind is not EventKind.MEETING),
    ],
)
def test_what_is_kept_out_is_kept_out_by_name(shape: dict[str, object], policy: PrivateEvents, rule: str) -> None:
    assert content.kept_out(replace(MEETING, **shape), policy, Absences.FILTER) == rule  # type: ignore[arg-type]
    assert not rule or rule in content.RULES


@pytest.mark.parametrize(
    ("shape", "policy", "rule"),
    [
        ({"kind": EventKind.ABSENCE}, PrivateEvents.FILTER, ""),
        ({"kind": EventKind.ABSENCE, "private": True}, PrivateEvents.BUSY, ""),
        ({"kind": EventKind.ABSENCE, "private": True}, PrivateEvents.FILTER, "private"),
        ({"kind": EventKind.FOCUS_TIME}, PrivateEvents.FILTER, "focus_time"),
        ({"kind": EventKind.WORKING_LOCATION}, PrivateEvents.FILTER, "working_location"),
        ({"kind": EventKind.BIRTHDAY}, PrivateEvents.FILTER, "birthday"),
    ],
)
def test_absences_come_in_by_choice_and_nothing_else_that_is_no_meeting(
    shape: dict[str, object], policy: PrivateEvents, rule: str
) -> None:
    assert content.kept_out(replace(MEETING, **shape), policy, Absences.SHOW) == rule  # type: ignore[arg-type]


@pytest.mark.parametrize(("title", "shown"), [("Alps", "Alps"), ("", "Out of office")])
def test_an_absence_has_the_name_that_people_gave_it_and_nobody_beside_its_owner(title: str, shown: str) -> None:
    found = content.projected(replace(MEETING, kind=EventKind.ABSENCE, title=title), PrivateEvents.FILTER)
    assert (found.title, found.attendees, found.organizer, found.kind) == (shown, (), None, EventKind.ABSENCE)


def test_of_a_private_event_nothing_is_shown_but_when_and_that_somebody_is_busy() -> None:
    shown = content.projected(replace(MEETING, private=True, conference=CALL), PrivateEvents.BUSY)
    assert (shown.title, shown.text, shown.location, shown.attendees, shown.organizer) == ("Busy", "", "", (), None)
    assert shown.conference is None
    assert (shown.start, shown.end, shown.busy) == (MEETING.start, MEETING.end, MEETING.busy)


@pytest.mark.parametrize(
    ("private", "policy"), [(False, PrivateEvents.BUSY), (False, PrivateEvents.FILTER), (True, PrivateEvents.FILTER)]
)
def test_all_else_is_shown_as_it_is(private: bool, policy: PrivateEvents) -> None:
    asked = replace(MEETING, private=private)
    assert content.projected(asked, policy) == asked
