from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.calendars import Conference
from connectors.records import Address, Attachment, Email, EventKind, Flag, Participant, Party, an_event
from syncapp.engine.payload import from_json, record_from_json, record_to_json, to_json
from tests.builders import email, event

words = st.text(max_size=20)
# What identity and Salesforce can hold; `mime` lets nothing else through.
moments = st.datetimes(datetime(1700, 1, 1), datetime(3999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
participants = st.builds(Participant, party=st.sampled_from(Party), address=st.builds(Address, email=words, name=words))
emails = st.builds(
    Email,
    message_id=words,
    date=moments,
    subject=words,
    participants=st.lists(participants, max_size=4).map(tuple),
    text=st.text(max_size=200),
    html=words,
    attachments=st.lists(
        st.builds(Attachment, name=words, content_type=words, size=st.integers(0, 10**9), inline=st.booleans()),
        max_size=3,
    ).map(tuple),
    references=st.lists(words, max_size=3).map(tuple),
    thread=words,
    flags=st.frozensets(st.sampled_from(Flag)),
    labels=st.frozensets(words, max_size=3),
)


@given(emails)
def test_what_was_read_comes_back_unchanged(message: Email) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def test_parts_come_back_as_what_they_are_and_not_as_words() -> None:
    back = from_json(json.loads(json.dumps(to_json(email(flags=frozenset({Flag.SENT}))))))
    assert back.sender == Address(email="ann@customer.example")
    assert {type(flag) for flag in back.flags} == {Flag}


@pytest.mark.parametrize("missing", ["date", "participants", "flags", "attachments", "references", "subject"])
def test_half_a_message_is_an_error_and_no_message(missing: str) -> None:
    values = to_json(email())
    del values[missing]
    with pytest.raises((KeyError, TypeError)):
        from_json(values)


def test_a_message_that_was_kept_before_labels_were_read_has_none() -> None:
    values = to_json(email(labels=frozenset({"Label_1"})))
    del values["labels"]
    assert from_json(values).labels == frozenset()


def test_the_moment_is_exact() -> None:
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(microseconds=1)
    assert from_json(to_json(email(date=moment))).date == moment


@pytest.mark.parametrize("kind", EventKind)
def test_what_an_entry_is_comes_back_as_one_of_our_kinds(kind: EventKind) -> None:
    assert an_event(record_from_json(json.loads(json.dumps(record_to_json(event(kind=kind)))))).kind is kind


@pytest.mark.parametrize(
    "conference", [None, Conference(url="https://rooms.example/j/1"), Conference(code="1", phones=("+1, PIN 2", "+2"))]
)
def test_how_a_meeting_is_joined_comes_back_as_it_was(conference: Conference | None) -> None:
    kept = record_to_json(event(conference=conference))
    assert an_event(record_from_json(json.loads(json.dumps(kept)))).conference == conference


def test_an_event_that_was_kept_before_conferences_were_read_has_none() -> None:
    values = record_to_json(event())
    del values["conference"]
    assert an_event(record_from_json(values)).conference is None


@pytest.mark.parametrize(("stored", "kind"), [("", EventKind.MEETING), ("focusTime", EventKind.OTHER)])
def test_a_kind_that_was_stored_in_a_providers_word_is_still_read(stored: str, kind: EventKind) -> None:
    assert an_event(record_from_json(record_to_json(event()) | {"kind": stored})).kind is kind


def test_what_was_kept_before_pictures_were_told_has_attachments() -> None:
    values = to_json(email(attachments=(Attachment(name="a", content_type="image/png", size=1),)))
    for each in values["attachments"]:
        del each["inline"]
    assert [each.inline for each in from_json(values).attachments] == [False]
