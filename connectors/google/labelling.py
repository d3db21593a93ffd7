"""The label on messages that failed: found by its name, made where it is missing, put on and taken off.

Gmail nests labels by their names alone, so the one above is made as well. What `messages.batchModify` is asked to do to
messages that are gone it leaves out without a word
(https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/batchModify).
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors import labels
from connectors.errors import ConnectorError, Kind
from connectors.google import mapping
from connectors.google.client import RELABELLED, GmailClient
from connectors.records import Ref

SHOWN = {"messageListVisibility": "show", "labelListVisibility": "labelShow"}
RED = {"backgroundColor": "#fb4c2f", "textColor": "#ffffff"}  # both of Gmail's palette
LABEL_GONE = "google.labelGone"


def failed(client: GmailClient) -> str:
    """As `MailConnector.failed_label`. One that somebody else made with this name is taken as it is."""
    listed = mapping.labels(client.list_labels())
    found = labels.named(labels.FAILED, listed)
    if found:
        return found
    above = labels.FAILED.rpartition("/")[0]
    if not labels.named(above, listed):
        _make_above(client, above)
    return str(client.make_label({"name": labels.FAILED, "color": RED, **SHOWN})["id"])


def _make_above(client: GmailClient, name: str) -> None:
    """Without it the label is there all the same, under its whole name."""
    try:
        client.make_label({"name": name, **SHOWN})
    except ConnectorError as error:
        if error.failure.kind is not Kind.CONFLICT:
            raise


def put(client: GmailClient, refs: Sequence[Ref], label: str, *, on: bool) -> None:
    """As `MailConnector.label_failed`."""
    ids = [ref.id for ref in refs]
    for at in range(0, len(ids), RELABELLED):
        _put(client, ids[at : at + RELABELLED], label, on=on)


def _put(client: GmailClient, ids: Sequence[str], label: str, *, on: bool) -> None:
    try:
        client.relabel({"ids": ids, "addLabelIds" if on else "removeLabelIds": [label]})
    except ConnectorError as error:
        if on or error.failure.code != LABEL_GONE:
            raise
