"""Some fifty odd messages, from a mailbox at Google into Salesforce over the wire: what a person would see there.

The table is the corpus's own (`tests/corpus/mail/expectations.toml`), which says what the standards say; our reader
and our mapping have no part in it. Recipients that Salesforce knows stand in its relations, the others in its fields.
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from issues.models import Issue
from syncapp.models import Binding
from tests.corpus.make_mail import FOLDER
from tests.driving import sync
from tests.integration.bad_input.conftest import certificate, certificates, servers, world
from tests.integration.bad_input.world import World

__all__ = ["certificate", "certificates", "servers", "world"]

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expectations.toml").read_text("utf-8"))
Row = Mapping[str, Any]


COPIES = {"13-copy.eml": "01-plain.eml", "14-same-identity-other-content.eml": "02-alternative.eml"}
REFUSED = {"22-idn-and-smtputf8.eml": "salesforce.INVALID_EMAIL_ADDRESS"}


def deliver(world: World, *names: str) -> dict[str, str]:
    """Which file has which id in the mailbox."""
    ids = {}
    for name in names:
        text = base64.b64encode((FOLDER / name).read_bytes()).decode()
        placed = world.google.control("deliver", {"accounts": [world.ada.address], "raw": text})
        ids[placed[world.ada.address]["id"]] = name
    return ids


@pytest.fixture
def files(world: World) -> dict[str, str]:
    """All of them are read, the copies after what they are copies of."""
    found = deliver(world, *sorted(EXPECTED.keys() - COPIES.keys()))
    sync(world.ada)
    found |= deliver(world, *COPIES)
    sync(world.ada)
    return found


def records(world: World, files: Mapping[str, str]) -> dict[str, Row]:
    """By the name of the file."""
    store = world.salesforce.org.store
    bindings = Binding.objects.exclude(item__record_id="").select_related("item")
    return {files[binding.remote_id]: store.get(binding.item.record_id) or {} for binding in bindings}


def seen(row: Row) -> dict[str, Any]:
    """A record as its page shows it."""
    addressed = (row[name] or "" for name in ("ToAddress", "CcAddress", "BccAddress"))
    return {
        "subject": row["Subject"] or "",
        "sender": row["FromAddress"] or "",
        "name": row["FromName"] or "",
        "date": datetime.strptime(row["MessageDate"], "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC),
        "text": " ".join((row["TextBody"] or "").split()),
        "attachments": (row["Syncapp_Attachments__c"] or "").splitlines(),
        "recipients": [address for line in addressed for address in line.split("; ") if address],
    }


def misread(expected: Row, found: Row) -> list[str]:
    """The columns in which a record says something else than it should."""
    whole = ("subject", "sender", "name", "date", "recipients")
    wrong = [name for name in whole if found[name] != expected.get(name, found[name])]
    shown = expected.get("shown", expected["text"])
    if not found["text"].startswith(shown) or bool(found["text"]) != bool(shown):
        wrong.append("text")
    if found["attachments"] != expected.get("attachments", []):
        wrong.append("attachments")
    return wrong


def test_a_person_sees_there_what_was_sent(world: World, files: dict[str, str]) -> None:
    rows = records(world, files)
    table = {name: EXPECTED[COPIES.get(name, name)] for name in rows}
    assert {name: wrong for name, row in rows.items() if (wrong := misread(table[name], seen(row)))} == {}


def test_what_is_not_there_is_an_issue(world: World, files: dict[str, str]) -> None:
    missing = EXPECTED.keys() - records(world, files).keys()
    codes = dict(Issue.objects.values_list("subject_key", "code"))
    keys = {files[b.remote_id]: b.item.key for b in Binding.objects.select_related("item")}
    assert {name: codes[keys[name]] for name in missing} == REFUSED


def test_a_copy_makes_no_second_record(world: World, files: dict[str, str]) -> None:
    rows = records(world, files)
    assert {name: rows[name]["Id"] == rows[first]["Id"] for name, first in COPIES.items()} == dict.fromkeys(
        COPIES, True
    )


@pytest.mark.parametrize("name", ["subject", "sender", "name", "date", "recipients", "text", "attachments"])
def test_a_record_that_says_something_else_would_be_noticed(name: str) -> None:
    expected = EXPECTED["05-attachments.eml"] | {"name": "", "recipients": []}
    columns = ("subject", "sender", "name", "date", "recipients", "text", "attachments")
    good = {column: expected[column] for column in columns}
    spoilt = good | {name: ["x"] if isinstance(good[name], list) else "x"}
    assert (misread(expected, good), misread(expected, spoilt)) == ([], [name])
