from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import Attachment, Email, Flag, Resource
from syncapp.engine import identity
from tests.builders import WHEN, email

BOX, OTHER = "ann@ours.example", "bob@ours.example"
MESSAGE = email(message_id="1@x", references=("0@x",))


def same(one: Email, other: Email) -> bool:
    return identity.identity(one, BOX, "m1") == identity.identity(other, OTHER, "m9")


# -- Two copies of one message


@pytest.mark.parametrize(
    "copy",
    [
        MESSAGE,
        replace(MESSAGE, thread="t9", flags=frozenset({Flag.SENT})),
        replace(MESSAGE, subject="Re: Renewal"),  # a list put a mark before it
        replace(MESSAGE, subject="  RENEWAL "),
        replace(MESSAGE, date=WHEN + timedelta(milliseconds=400)),
        replace(MESSAGE, text="other words"),  # a footer was added on the way
    ],
)
def test_copies_in_two_mailboxes_are_one_item(copy: Email) -> None:
    assert same(MESSAGE, copy)


@pytest.mark.parametrize(
    "other",
    [
        replace(MESSAGE, message_id="2@x"),
        replace(MESSAGE, date=WHEN + timedelta(seconds=1)),
        replace(MESSAGE, subject="Invoice"),
        replace(MESSAGE, participants=email("eve@evil.example").participants),
    ],
)
def test_a_message_id_alone_makes_no_copy(other: Email) -> None:
    """Anybody can send a message with somebody else's Message-ID."""
    assert not same(MESSAGE, other)


def test_without_a_message_id_the_mailboxs_own_id_tells_items_apart() -> None:
    nameless = replace(MESSAGE, message_id="")
    assert identity.identity(nameless, BOX, "m1") != identity.identity(nameless, BOX, "m2")
    assert identity.identity(nameless, BOX, "m1") != identity.identity(nameless, OTHER, "m1")


def test_without_a_message_id_the_identity_is_that_of_not_having_read_it() -> None:
    assert identity.identity(replace(MESSAGE, message_id=""), BOX, "m1") == identity.provisional(BOX, "m1")


def test_mailboxes_are_told_apart_without_regard_to_capitals() -> None:
    assert identity.provisional("Ann@Ours.example", "m1") == identity.provisional(BOX, "m1")


def test_no_message_can_pass_for_one_that_was_not_read() -> None:
    assert identity.identity(replace(MESSAGE, message_id=BOX), BOX, "m1") != identity.provisional(BOX, "m1")


def test_a_message_without_sender_has_an_identity() -> None:
    assert same(email("", message_id="1@x"), email("", message_id="1@x"))


# -- Subjects


@pytest.mark.parametrize(
    "subject",
    [
        "Renewal",
        "Re: Renewal",
        "RE: FW: Fwd:Renewal",
        "AW: WG: Renewal",
        "Re[2]: Renewal",
        "SV:  Renewal",
        "TR : Renewal",
        "re:re:re:re: renewal",
    ],
)
def test_marks_of_replies_and_forwards_do_not_count(subject: str) -> None:
    assert identity.normalised(subject) == "renewal"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("", ""),
        ("Re:", ""),
        ("Regarding: Renewal", "regarding: renewal"),
        ("Renewal Re: 2", "renewal re: 2"),
        ("STRASSE and Straße", "strasse and strasse"),
        ("a\t b\u00a0c", "a b c"),
    ],
)
def test_what_else_a_subject_becomes(subject: str, expected: str) -> None:
    assert identity.normalised(subject) == expected


@given(st.text(max_size=80))
def test_a_normalised_subject_is_normal(subject: str) -> None:
    once = identity.normalised(subject)
    assert identity.normalised(f"Re: {once}") == identity.normalised(once)


# -- Keys


def test_a_key_is_64_hexadecimal_digits_in_lower_case() -> None:
    key = identity.key("ab" * 32, Resource.EMAIL, "text")
    assert len(key) == 64
    assert key == key.lower() == bytes.fromhex(key).hex()


def test_two_organizations_have_different_keys_for_the_same_message() -> None:
    assert identity.key("ab" * 32, Resource.EMAIL, "text") != identity.key("cd" * 32, Resource.EMAIL, "text")


def test_a_key_never_changes() -> None:
    """With another key everything that was ever written would be written again."""
    expected = "8cbcaf8594273d3787eb4a48275147db2a8cf2b2d722a793dd30c178d7c7f5e7"
    message = replace(MESSAGE, date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    assert identity.key("00" * 32, Resource.EMAIL, identity.identity(message, BOX, "m1")) == expected


@pytest.mark.parametrize("address", ["ann@x.example", "Ann@X.example"])
def test_an_address_has_one_lead(address: str) -> None:
    assert identity.lead_key("ab" * 32, address) == identity.lead_key("ab" * 32, "ANN@x.EXAMPLE")


def test_a_lead_has_another_key_than_any_message() -> None:
    assert identity.lead_key("ab" * 32, "ann@x.example") != identity.key("ab" * 32, Resource.EMAIL, "ann@x.example")


# -- Conversations and content


@pytest.mark.parametrize(
    "member",
    [
        email(message_id="0@x"),
        email(message_id="5@x", references=("0@x", "3@x")),
        email(message_id="", references=("0@x",), thread="whatever"),
    ],
)
def test_a_conversation_goes_by_the_message_that_began_it(member: Email) -> None:
    assert identity.conversation(member) == identity.conversation(MESSAGE)


def test_without_any_id_the_mailboxs_thread_is_the_conversation() -> None:
    one, other = email(message_id="", thread="t1"), email(message_id="", thread="t2")
    assert identity.conversation(one) != identity.conversation(other)


@pytest.mark.parametrize(
    "copy",
    [
        replace(MESSAGE, thread="elsewhere"),
        replace(MESSAGE, flags=frozenset({Flag.SENT})),
        replace(MESSAGE, labels=frozenset({"Label_7"})),
    ],
)
def test_where_a_copy_lies_is_not_its_content(copy: Email) -> None:
    assert identity.content_hash(copy) == identity.content_hash(MESSAGE)


@pytest.mark.parametrize(
    "other",
    [
        replace(MESSAGE, text="other"),
        replace(MESSAGE, html="<p>other"),
        replace(MESSAGE, subject="Re: Renewal"),
        replace(MESSAGE, attachments=(Attachment(name="a", content_type="text/plain", size=1),)),
        replace(MESSAGE, participants=email(cc=("c@x.example",)).participants),
    ],
)
def test_what_a_person_would_call_other_content_is(other: Email) -> None:
    assert identity.content_hash(other) != identity.content_hash(MESSAGE)


# -- Events


def test_occurrences_of_one_series_are_items_of_their_own() -> None:
    texts = {identity.event_text("1@x", each) for each in ("", "20261128", "20261128T150000Z", "20261205T150000Z")}
    assert len(texts) == 4


@pytest.mark.parametrize(("uid", "occurrence"), [("1@x", "20261128"), ("1@x20261128", ""), ("1@x", "2026112")])
def test_no_uid_runs_into_its_occurrence(uid: str, occurrence: str) -> None:
    others = {("1@x", "20261128"), ("1@x20261128", ""), ("1@x", "2026112")} - {(uid, occurrence)}
    assert identity.event_text(uid, occurrence) not in {identity.event_text(*each) for each in others}


def test_a_record_is_no_event_of_a_calendar() -> None:
    """Whoever sends an invitation with a record's id for its uid gets no record of somebody else's."""
    assert identity.record_text("00U1") not in {identity.event_text("00U1", ""), identity.event_text("", "00U1")}


def test_an_event_and_a_message_with_one_id_are_two_items() -> None:
    secret = "5e" * 32
    assert identity.key(secret, Resource.EVENT, "1@x") != identity.key(secret, Resource.EMAIL, "1@x")


SECRET = "5a" * 32
FILE = Attachment(name="offer.pdf", content_type="application/pdf", size=7)


def test_whether_a_picture_is_shown_is_no_other_content() -> None:
    """It follows from the HTML, and what was read before it was told is to stay the same."""
    one, other = (replace(MESSAGE, attachments=(replace(FILE, inline=inline),)) for inline in (False, True))
    assert identity.content_hash(one) == identity.content_hash(other)


def test_the_key_of_a_file_is_the_same_whenever_it_is_made() -> None:
    assert identity.file_key(SECRET, "k", 0, FILE) == identity.file_key(SECRET, "k", 0, replace(FILE, inline=True))


@pytest.mark.parametrize(
    "other",
    [
        identity.file_key(SECRET, "other", 0, FILE),
        identity.file_key(SECRET, "k", 1, FILE),
        identity.file_key(SECRET, "k", 0, replace(FILE, name="other.pdf")),
        identity.file_key(SECRET, "k", 0, replace(FILE, size=8)),
        identity.file_key("00" * 32, "k", 0, FILE),
    ],
    ids=["message", "place", "name", "size", "organization"],
)
def test_the_key_of_another_file_is_another(other: str) -> None:
    assert identity.file_key(SECRET, "k", 0, FILE) != other
