"""Whose version counts where both sides changed an event since they last agreed. Pure.

What only one side changed goes over to the other, field by field. Where both changed the same field and mean
different things by it, the organization's rule says whose is kept; the other one is handed back, so that somebody can
still read what was overruled. Where the rule is to ask, nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.policies import ConflictRule
from connectors.records import Record
from syncapp.engine.content import BOTH_WAYS, TO_MAILBOX, differing, with_fields
from syncapp.engine.decisions import Action

Keeps = Callable[[Record], Record]  # how an event reads back once it was written to the CRM
CRM, MAILBOX = "crm", "mailbox"
CHOICES = (CRM, MAILBOX)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The event as both sides are to have it. `overruled` are the fields that the loser said otherwise."""

    event: Record
    loser: str = ""
    overruled: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A person has to choose, about these fields."""

    fields: frozenset[str]


def both_changed(
    mailbox: Record,
    crm: Record,
    *,
    by_mailbox: Collection[str],
    by_crm: Collection[str],
    rule: str,
    chosen: str = "",
    keeps: Keeps = lambda event: event,
) -> Settled | Asked:
    """`by_mailbox` and `by_crm` are the fields that each side changed. `chosen` is what a person decided: "crm",
    "mailbox", or "" where nobody has. What the CRM has no room for is no difference."""
    merged, contested = _contested(mailbox, crm, frozenset(by_mailbox), frozenset(by_crm), rule, keeps)
    if not contested:
        return Settled(event=merged)
    winner = chosen or _winner(mailbox, crm, rule)
    if not winner:
        return Asked(fields=contested)
    event = with_fields(merged, crm, contested) if winner == CRM else merged
    return Settled(event=event, loser=MAILBOX if winner == CRM else CRM, overruled=contested)


def _contested(
    mailbox: Record, crm: Record, by_mailbox: frozenset[str], by_crm: frozenset[str], rule: str, keeps: Keeps
) -> tuple[Record, frozenset[str]]:
    """What both can be brought to without a word, as the mailbox has the rest, and the fields of that rest.

    Where the rule is to ask, whoever chooses a version gets that version, and nothing of the other one.
    """
    if rule == ConflictRule.ASK:
        return mailbox, differing(keeps(mailbox), crm, (by_mailbox | by_crm) & BOTH_WAYS)
    merged = with_fields(mailbox, crm, by_crm & TO_MAILBOX - by_mailbox)
    return merged, differing(keeps(merged), crm, by_mailbox & by_crm & BOTH_WAYS)


def _winner(mailbox: Record, crm: Record, rule: str) -> str:
    """The side whose word counts; "" where a person has to say. Of two that are equally new, the calendar's."""
    if rule == ConflictRule.NEWEST:
        return CRM if (crm.changed_at or _NEVER) > (mailbox.changed_at or _NEVER) else MAILBOX
    return {ConflictRule.CRM: CRM, ConflictRule.MAILBOX: MAILBOX}.get(ConflictRule(rule), "")


def one_deleted(action: Action, rule: str, chosen: str = "") -> Action | None:
    """What follows where one side changed what the other deleted; None where a person has to say.

    By `NEWEST` the change is kept: nobody knows when it was deleted, and a deletion can be repeated.
    """
    kept = {Action.CHANGED_AND_DELETED: Action.TO_CRM, Action.DELETED_AND_CHANGED: Action.TO_MAILBOX}[action]
    deleted = {
        Action.CHANGED_AND_DELETED: Action.DELETE_IN_MAILBOX,
        Action.DELETED_AND_CHANGED: Action.DELETE_IN_CRM,
    }[action]
    changed_by = MAILBOX if action is Action.CHANGED_AND_DELETED else CRM
    winner = chosen or {ConflictRule.NEWEST: changed_by, ConflictRule.CRM: CRM, ConflictRule.MAILBOX: MAILBOX}.get(
        ConflictRule(rule), ""
    )
    if not winner:
        return None
    return kept if winner == changed_by else deleted
