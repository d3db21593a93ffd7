"""Which line of the journal tells somebody something, and how a mail is known again. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Turn(StrEnum):
    """What a line of the journal does to an incident."""

    OPENS = "opens"
    ENDS = "ends"  # and people hear that it is over
    FADES = "fades"  # it is over, and nobody needs to hear of it
    NOTHING = "nothing"


_TURNS = {
    "issue_opened": Turn.OPENS,
    "stopped": Turn.OPENS,
    "recovered": Turn.ENDS,
    "cause_over": Turn.FADES,
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """What matters of a line of the journal."""

    verb: str
    scope: str
    cause: str
    mailbox_address: str


def turn(line: Line) -> Turn:
    return _TURNS.get(line.verb, Turn.NOTHING)


def key(line: Line) -> str:
    """Which incident a line belongs to. Items share one for each cause, and so does what stops nothing; a stopped sync
    has one of its own."""
    if line.scope == "item" or line.verb in ("issue_opened", "cause_over"):
        return f"cause:{line.cause}"
    return f"mailbox:{line.mailbox_address}" if line.scope == "mailbox" else "organization"


def message_id(organization: str, incident: str, ordinal: int, kind: str, address: str, domain: str) -> str:
    """The same for every attempt at one mail, on every machine, after any crash (RFC 5322, section 3.6.4)."""
    text = "\x1f".join((organization, incident, str(ordinal), kind, address.lower()))
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:32]}@{domain}>"
