"""The corpus: what the reader makes of some fifty odd messages, against what the standards say of them."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.mime import parse
from connectors.records import Email, Party
from tests.corpus.make_mail import FOLDER, messages

RECEIVED = datetime(2026, 5, 5, 5, 5, tzinfo=UTC)
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expectations.toml").read_text("utf-8"))
FILES = sorted(path.name for path in FOLDER.glob("*.eml"))


def read(name: str) -> Email:
    return parse((FOLDER / name).read_bytes(), received=RECEIVED)


def folded(text: str) -> str:
    return " ".join(text.split())


def test_there_are_forty_eight_messages_and_each_has_its_expectations() -> None:
    assert (len(FILES), FILES) == (48, sorted(EXPECTED))


def test_the_files_are_what_the_maker_makes() -> None:
    made = dict(messages())
    assert {name: (FOLDER / name).read_bytes() == made.get(name) for name in FILES} == dict.fromkeys(made, True)


@pytest.mark.parametrize("name", FILES)
def test_subject(name: str) -> None:
    expected, subject = EXPECTED[name], read(name).subject
    if "subject" in expected:
        assert subject == expected["subject"]
    else:
        assert (subject[: len(expected["subject_begins"])], len(subject)) == (
            expected["subject_begins"],
            expected["subject_length"],
        )


@pytest.mark.parametrize("name", FILES)
def test_sender(name: str) -> None:
    expected, sender = EXPECTED[name], read(name).sender
    assert sender is not None
    assert (sender.email, sender.name) == (expected["sender"], expected.get("name", sender.name))


@pytest.mark.parametrize("name", FILES)
def test_date(name: str) -> None:
    assert read(name).date == EXPECTED[name].get("date", RECEIVED)


@pytest.mark.parametrize("name", FILES)
def test_words(name: str) -> None:
    expected, text = EXPECTED[name]["text"], folded(read(name).text)
    assert text.startswith(expected)
    assert bool(text) == bool(expected)


@pytest.mark.parametrize("name", [name for name in FILES if "never" in EXPECTED[name]])
def test_what_is_not_to_be_seen(name: str) -> None:
    text = read(name).text
    assert [words for words in EXPECTED[name]["never"] if words in text] == []


@pytest.mark.parametrize("name", FILES)
def test_attachments(name: str) -> None:
    assert [a.name for a in read(name).attachments] == EXPECTED[name].get("attachments", [])


@pytest.mark.parametrize("name", FILES)
def test_recipients(name: str) -> None:
    expected, found = EXPECTED[name], [a.email for a in read(name).addresses(Party.TO, Party.CC, Party.BCC)]
    assert len(found) == expected.get("recipients_in_all", len(expected.get("recipients", found)))
    assert found == expected.get("recipients", found)


@pytest.mark.parametrize("name", [name for name in FILES if {"message_id", "answers"} & EXPECTED[name].keys()])
def test_what_ties_it_to_others(name: str) -> None:
    expected, email = EXPECTED[name], read(name)
    assert email.message_id == expected.get("message_id", email.message_id)
    assert list(email.references) == expected.get("answers", list(email.references))


@pytest.mark.parametrize("name", FILES)
def test_flags(name: str) -> None:
    assert sorted(read(name).flags) == EXPECTED[name].get("flags", [])
