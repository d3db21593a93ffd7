"""Attachments from a mailbox at Google into Salesforce Files, over the wire."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from connectors.models import Activity, Organization, Verb
from connectors.simulators.faults import Fault
from tests.builders import email
from tests.contract.connectors.google_stage import raw
from tests.corpus.make_mail import FOLDER
from tests.driving import codes, sync, synced
from tests.integration.bad_input.conftest import certificate, certificates, servers, world
from tests.integration.bad_input.world import World

__all__ = ["certificate", "certificates", "servers", "world"]

OFFER = ("offer.pdf", "application/pdf", b"%PDF" + bytes(range(256)))
SETUP = ("setup.exe", "application/octet-stream", b"MZ")


@pytest.fixture(autouse=True)
def brings(world: World) -> None:
    Organization.everywhere.update(brings_files=True)


def place(world: World, message: bytes) -> None:
    text = base64.b64encode(message).decode()
    world.google.control("deliver", {"accounts": [world.ada.address], "raw": text})


def messages(world: World) -> list[dict[str, Any]]:
    return list(world.salesforce.org.store.rows("EmailMessage"))


def files(world: World, message_id: str) -> dict[str, bytes]:
    """The files of a message, by their names."""
    org = world.salesforce.org
    documents = {
        r["ContentDocumentId"] for r in org.store.rows("ContentDocumentLink") if r["LinkedEntityId"] == message_id
    }
    versions = [r for r in org.store.rows("ContentVersion") if r["ContentDocumentId"] in documents]
    return {r["PathOnClient"]: org.blobs[r["Id"]] for r in versions}


def test_a_file_arrives_byte_by_byte_and_the_message_has_it(world: World) -> None:
    place(world, raw(email(), OFFER))
    sync(world.ada)
    (message,) = messages(world)
    assert files(world, message["Id"]) == {"offer.pdf": OFFER[2]}
    assert (message["HasAttachment"], message["Syncapp_Attachments__c"]) == (True, "offer.pdf")


def test_a_file_that_the_org_blocks_is_named_with_the_reason(world: World) -> None:
    world.salesforce.control("files", {"blocked": ["exe"]})
    place(world, raw(email(), SETUP, OFFER))
    sync(world.ada)
    (message,) = messages(world)
    shown = "setup.exe (not brought: Salesforce does not take this kind of file)\noffer.pdf"
    assert (message["Syncapp_Attachments__c"], list(files(world, message["Id"]))) == (shown, ["offer.pdf"])
    assert list(Activity.everywhere.filter(verb=Verb.BY_NAME).values_list("code", flat=True)) == [
        "salesforce.FILE_KIND_BLOCKED"
    ]


def test_where_there_is_no_room_for_files_messages_go_on(world: World) -> None:
    world.salesforce.control("files", {"full": True})
    place(world, raw(email(), OFFER))
    sync(world.ada)
    world.ada.organization.refresh_from_db()
    assert (synced(), codes(), world.ada.organization.stopped_at) == (1, [], None)


def test_without_the_key_on_files_messages_go_on(world: World) -> None:
    world.salesforce.control("remove-field", {"object": "ContentVersion", "field": "Syncapp_Key__c"})
    place(world, raw(email(), OFFER))
    sync(world.ada)
    (message,) = messages(world)
    assert (synced(), codes(), files(world, message["Id"])) == (1, [], {})


def test_a_lost_answer_makes_no_second_file(world: World, time: Any) -> None:
    world.salesforce.faults.append(Fault.of({"action": "drop_after", "method": "POST", "path": "/ContentVersion/$"}))
    place(world, raw(email(), OFFER))
    sync(world.ada)
    assert synced() == 0
    time.move(hours=1)
    sync(world.ada)
    (message,) = messages(world)
    assert (len(list(world.salesforce.org.store.rows("ContentVersion"))), list(files(world, message["Id"]))) == (
        1,
        ["offer.pdf"],
    )


@pytest.mark.parametrize(
    ("name", "brought"),
    [
        ("05-attachments.eml", ["notes.txt", "Stückliste.csv", "Übersicht Q1 2026.pdf"]),
        ("06-inline-image.eml", []),
        ("07-message-in-a-message.eml", ["Ole.eml"]),
        ("24-smime-signed.eml", []),
        ("25-pgp-encrypted.eml", ["encrypted.asc"]),
        ("41-smime-encrypted.eml", ["smime.p7m"]),
        ("45-answer-to-an-invitation.eml", ["invite.ics"]),
    ],
)
def test_of_odd_messages_those_files_come_that_are_of_use(world: World, name: str, brought: list[str]) -> None:
    place(world, (FOLDER / name).read_bytes())
    sync(world.ada)
    (message,) = messages(world)
    assert sorted(files(world, message["Id"]), key=str.casefold) == sorted(brought, key=str.casefold)
