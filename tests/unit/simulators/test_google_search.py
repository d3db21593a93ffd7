"""Gmail's search box: operators, quotes, negation, OR and groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.google.mailbox import Mailbox
from connectors.simulators.google.search import find, moment, parse

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def box() -> Mailbox:
    """Four messages: a (oldest) to d; c has a file, b was sent, d is in the bin."""
    mailbox = Mailbox("search", lambda: NOW)
    ours = mailbox.add_label("Salesforce Emails/Sync Error")
    letters = {
        "a": ("From: Ada Byron <ada@example.com>\nTo: bob@x.example\nSubject: Big Renewal", ["INBOX", "UNREAD"]),
        "b": ("From: bob@x.example\nTo: ada@example.com\nCc: carl@y.example\nSubject: Re: renewal", ["SENT", ours.id]),
        "c": ("From: carl@y.example\nTo: list@example.com\nSubject: File\nList-Id: <l.example>", ["INBOX", "STARRED"]),
        "d": ("From: dora@z.example\nSubject: Gone", ["TRASH"]),
    }
    for number, (name, (head, labels)) in enumerate(letters.items()):
        file = "\nContent-Disposition: attachment; filename=plan.pdf" if name == "c" else ""
        raw = f"{head}\nMessage-ID: <{name}@id.example>{file}\n\nThe text of {name} {'x' * 2000 * number}".encode()
        mailbox.add(raw, labels, internal_date=int((NOW - (3 - number) * 86_400) * 1000))
    return mailbox


def names(query: str, *, hidden: bool = False, labels: tuple[str, ...] = ()) -> str:
    """The names of the messages found, newest first."""
    found = find(box(), query, list(labels), hidden=hidden, now=NOW)
    return "".join(message.content.message_id[0] for message in found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "cba"),
        ("from:ada@example.com", "a"),
        ("from:byron", "a"),  # by name
        ("to:ada@example.com", "b"),
        ("to:carl@y.example", "b"),  # Cc counts
        ("cc:carl", "b"),
        ("subject:renewal", "ba"),  # letter case does not count
        ('subject:"big renewal"', "a"),
        ("subject:(renewal big)", "a"),  # every word
        ("rfc822msgid:<b@id.example>", "b"),
        ("rfc822msgid:b@id.example", "b"),
        ("list:l.example", "c"),
        ("has:attachment", "c"),
        ("filename:pdf", "c"),
        ("is:unread", "a"),
        ("is:read", "cb"),
        ("is:starred", "c"),
        ("in:inbox", "ca"),
        ("in:sent", "b"),
        ("label:inbox", "ca"),
        ("label:salesforce-emails-sync-error", "b"),
        ('label:"Salesforce Emails/Sync Error"', "b"),
        ("in:trash", "d"),
        ("in:anywhere", "dcba"),
        ("label:trash", "d"),
        ("text", "ba"),  # the third is a file without text
        ('"text of a"', "a"),
        ("smaller:1k", "a"),
        ("larger:3k", "c"),
        ("larger:3000", "c"),
    ],
)
def test_an_operator_finds(query: str, found: str) -> None:
    assert names(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("-from:ada@example.com", "cb"),
        ("-is:unread -is:starred", "b"),
        ("subject:renewal in:sent", "b"),  # side by side: both
        ("from:carl OR from:ada", "ca"),
        ("from:carl OR from:ada in:inbox", "ca"),  # OR joins before that
        ("in:inbox from:ada OR from:bob", "a"),
        ("{from:carl from:ada}", "ca"),
        ("(from:carl OR from:bob) has:attachment", "c"),
        ("-(from:carl OR from:ada)", "b"),
        ("-{from:carl from:ada}", "b"),
        ("from:(carl y.example)", "c"),
    ],
)
def test_terms_are_joined(query: str, found: str) -> None:
    assert names(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"after:{int(NOW - 86_400)}", "c"),
        (f"before:{int(NOW - 86_400)}", "ba"),
        (f"after:{int(NOW - 2 * 86_400)} before:{int(NOW)}", "cb"),
        ("after:2026/11/21", "c"),  # midnight in Pacific standard time is 08:00 UTC
        ("before:2026-11-20", "a"),
        ("newer_than:1d", "c"),
        ("newer_than:25h", "c"),
        ("older_than:2d", "a"),
        ("older_than:1m", ""),
    ],
)
def test_dates_narrow(query: str, found: str) -> None:
    assert names(query) == found


def test_a_date_is_midnight_in_pacific_standard_time() -> None:
    assert moment("2026/11/22") == datetime(2026, 11, 22, 8, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("text", ["2026/13/01", "yesterday", "12", ""])
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text) is None


def test_labels_must_all_be_there() -> None:
    assert names("", labels=("INBOX", "STARRED")) == "c"


def test_the_bin_is_seen_when_asked_for() -> None:
    assert names("", hidden=True) == "dcba"
    assert names("", labels=("TRASH",)) == "d"


def test_an_unknown_operator_is_searched_as_text() -> None:
    assert names("colour:red") == ""
    assert names("has:yellow-star") == ""


def test_a_day_later_the_same_query_finds_less() -> None:
    found = find(box(), "newer_than:2d", [], hidden=False, now=NOW + timedelta(days=1).total_seconds())
    assert [m.content.message_id[0] for m in found] == ["c"]


@given(st.text(alphabet='ab:-(){}" OR', max_size=30))
def test_no_query_is_refused(query: str) -> None:
    find(box(), query, [], hidden=False, now=NOW)
    assert callable(parse(query))
