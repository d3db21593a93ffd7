from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from issues import words
from issues.catalogue import CATALOGUE, Advice, Entry, Fixer
from issues.lifecycle import Status

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=6, hours=23), "6 days"),
        (timedelta(days=13), "1 week"),
        (timedelta(days=30), "1 month"),
        (timedelta(days=364), "12 months"),
        (timedelta(days=1000), "2 years"),
    ],
)
def test_a_length_is_said_in_its_largest_whole_unit(length: timedelta, said: str) -> None:
    assert words.lasting(length) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "just now"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW + timedelta(seconds=30), "in a moment"),
        (NOW - timedelta(minutes=5), "5 minutes ago"),
        (NOW + timedelta(minutes=4), "in 4 minutes"),
        (NOW + timedelta(minutes=3, seconds=59, milliseconds=900), "in 4 minutes"),
        (NOW + timedelta(days=7) - timedelta(milliseconds=200), "in 1 week"),
        (NOW - timedelta(days=7) + timedelta(milliseconds=200), "6 days ago"),
        (NOW - timedelta(days=6), "6 days ago"),
    ],
)
def test_a_moment_is_said_as_seen_from_now(moment: datetime, said: str) -> None:
    assert words.ago(moment, NOW) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 e-mails"), (1, "1 e-mail"), (2, "2 e-mails"), (1204, "1,204 e-mails")]
)
def test_numbers_stand_before_nouns_with_thousands_apart(count: int, said: str) -> None:
    assert words.things(count, "email") == said


def test_a_resource_without_a_noun_is_an_item() -> None:
    assert words.things(2, "something new") == "2 items"


def test_a_plural_of_its_own_is_used() -> None:
    assert words.counted(2, "mailbox", "mailboxes") == "2 mailboxes"


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["Ann"], "Ann"), (["Ann", "Ben"], "Ann and Ben"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_listed_as_in_a_sentence(names: list[str], said: str) -> None:
    assert words.listed(names) == said


@pytest.mark.parametrize("url", ["https://mail.google.com/mail/#all/1", "http://localhost:8080/x"])
def test_web_addresses_may_be_followed(url: str) -> None:
    assert words.safe_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt://x/%0aalert(1)",
        "data:text/html,<script>",
        "//evil.example/x",
        "https:",
        "/relative",
        "http://[",
        " javascript:alert(1)",
    ],
)
def test_nothing_else_is_a_link(url: str) -> None:
    assert words.safe_link(url) == ""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\u2066b\u2069\u061c", "ab"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("日本語 and العربية", "日本語 and العربية"),
    ],
)
def test_what_would_show_other_words_is_taken_out(text: str, seen: str) -> None:
    assert words.visible(text) == seen


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_sign_and_a_word(status: Status) -> None:
    sign = words.sign(status)
    assert sign.word
    assert sign.icon


def test_no_two_statuses_share_a_sign() -> None:
    assert len({(sign.icon, sign.word) for sign in words.SIGNS.values()}) == len(Status)


@pytest.mark.parametrize(("scope", "word"), [("item", "Open"), ("mailbox", "Stopped"), ("organization", "Stopped")])
def test_what_stops_a_sync_is_called_stopped(scope: str, word: str) -> None:
    assert words.sign(Status.OPEN, scope).word == word


def test_a_stopped_sync_that_is_tried_again_says_so() -> None:
    assert words.sign(Status.RETRYING, "mailbox").word == "Trying again"


@pytest.mark.parametrize("fixer", list(Fixer))
def test_every_role_has_a_name(fixer: Fixer) -> None:
    assert words.who(fixer)


@pytest.mark.parametrize("advice", list(Advice))
def test_every_advice_has_a_sentence(advice: Advice) -> None:
    assert words.ADVICE[advice].endswith(".")


def test_only_the_readers_own_mailbox_is_theirs() -> None:
    reader = frozenset({Fixer.END_USER, Fixer.SALESFORCE_ADMIN})
    assert [words.who(fixer, reader) for fixer in sorted(reader)] == ["You", "Salesforce administrator"]


RULE = CATALOGUE["salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"]


@pytest.mark.parametrize(
    ("reader", "first"),
    [
        (frozenset({Fixer.END_USER}), "You"),
        (frozenset({Fixer.SALESFORCE_ADMIN}), "Salesforce administrator"),
        (frozenset(), "The mailbox's owner"),
    ],
)
def test_the_readers_own_steps_come_first(reader: words.Reader, first: str) -> None:
    assert words.step_groups(RULE, reader)[0].who == first


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.id)
def test_grouping_by_role_loses_no_step_and_keeps_their_order(entry: Entry) -> None:
    groups = words.step_groups(entry, frozenset({Fixer.END_USER}))
    assert sorted(text for group in groups for text in group.texts) == sorted(step.text for step in entry.steps)
    for group in groups:
        steps = [step.text for step in entry.steps if words.who(step.who, frozenset({Fixer.END_USER})) == group.who]
        assert list(group.texts) == steps
