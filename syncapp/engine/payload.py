"""A message as JSON and back: what a change keeps until it is settled. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors.records import Address, Attachment, Email, Flag, Participant, Party


def to_json(email: Email) -> dict[str, Any]:
    return asdict(email) | {"date": email.date.isoformat(), "flags": sorted(email.flags)}


def from_json(values: dict[str, Any]) -> Email:
    return Email(
        **{
            **values,
            "date": datetime.fromisoformat(values["date"]),
            "participants": tuple(
                Participant(party=Party(p["party"]), address=Address(**p["address"])) for p in values["participants"]
            ),
            "references": tuple(values["references"]),
            "attachments": tuple(Attachment(**a) for a in values["attachments"]),
            "flags": frozenset(Flag(f) for f in values["flags"]),
        }
    )
