"""Sights, items and mails for the oracle's tests; every argument has a harmless default."""

from __future__ import annotations

from typing import Any

from syncapp.demo.ours import Ours
from syncapp.demo.outside import Copy, Outside, OutsideItem, Sight

HERE, THERE = "anna@ours.example", "ben@ours.example"


def sight(subject: str = "Renewal", *, message_id: str = "1@x", date: int = 1000, **more: Any) -> Sight:
    usual: dict[str, Any] = {"message_id": message_id, "date": date, "sender": "ann@x", "text": "Hello"}
    return Sight(subject=subject, **(usual | more))


def item(of: Sight | None = None, *copies: Copy) -> OutsideItem:
    return OutsideItem(sight=of or sight(), copies=list(copies) or [(HERE, "m1")])


def ours(**classes: Any) -> Ours:
    """What our tables say; nobody stands still and nothing is known unless a test says so."""
    copies = ("synced", "failed", "filtered", "waiting", "known")
    nothing: dict[str, Any] = {name: frozenset() for name in (*copies, "stopped")}
    rest = {"issues_by_code": {}, "filtered_by_rule": {}, "open_issues": 0, "unsent": 0}
    return Ours(**(nothing | rest | {name: frozenset(values) for name, values in classes.items()}))


def outside(**more: Any) -> Outside:
    nothing: dict[str, Any] = {"items": [], "records": [], "mails": [], "refusals": []}
    return Outside(**(nothing | more))


def mail(message_id: str, subject: str = "Syncapp · Trouble", to: str = "admin@ours.example") -> dict[str, Any]:
    return {"message_id": message_id, "subject": subject, "to": [to]}
