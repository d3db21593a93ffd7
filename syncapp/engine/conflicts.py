"""Whose version counts where both sides changed an event since they last agreed. Pure.

What only one side changed goes over to the other, field by field. Where both changed the same field and mean
different things by it, the organization's rule says whose is kept; the other one is handed back, so that somebody can
still read what was overruled. Where the rule is to ask, nothing is decided here.

What a person answers holds for the two versions that the person saw, field by field. As soon as either side says
something else in a field that is still contested, it is as if nobody had answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.policies import ConflictRule
from connectors.records import Record
from syncapp.engine.content import BOTH_WAYS, TO_MAILBOX, differing, shown, with_fields
from syncapp.engine.decisions import Action

Keeps = Callable[[Record], Record]  # how an event reads back once it was written to the CRM
CRM, MAILBOX = "crm", "mailbox"
CHOICES = (CRM, MAILBOX)
DELETED = "deleted"  # instead of what a field says, on the side where it is gone
_NEVER = datetime.min.replace(tzinfo=UTC)

Said = Mapping[str, Mapping[str, object]]  # field → side → what it says there


def said(mailbox: Record | None, crm: Record | None, fields: Collection[str]) -> dict[str, dict[str, object]]:
    """These fields as both sides say them, as JSON: to show a person, and to know later whether it is still so."""
    sides = {CRM: crm, MAILBOX: mailbox}
    told = {side: shown(record, fields) if record else {} for side, record in sides.items()}
    return {name: {side: told[side].get(name, DELETED) for side in CHOICES} for name in sorted(fields)}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A side for each field, as a person chose, and what both sides said then."""

    sides: Mapping[str, str] = field(default_factory=dict)
    seen: Said = field(default_factory=dict)

    def held(self, now: Said) -> dict[str, str]:
        """The sides of those fields that still say what the person saw."""
        return {name: self.sides[name] for name, told in now.items() if name in self.sides and self._saw(name, told)}

    def holds(self, now: Said) -> bool:
        """Whether all of these fields are answered, as they stand now."""
        return len(self.held(now)) == len(now)

    def _saw(self, name: str, told: Mapping[str, object]) -> bool:
        return json.dumps(self.seen.get(name), sort_keys=True) == json.dumps(told, sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The event as both sides are to have it. `overruled` are the fields that the loser said otherwise, `conceded`
    those in which the other side had to give way to the loser."""

    event: Record
    loser: str = ""
    overruled: frozenset[str] = frozenset()
    conceded: frozenset[str] = frozenset()


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
    answer: Answer | None = None,
    keeps: Keeps = lambda event: event,
) -> Settled | Asked:
    """`by_mailbox` and `by_crm` are the fields that each side changed. `chosen` is what a person decided about all of
    them: "crm", "mailbox", or "" where nobody has; an `answer` stands above it, as long as it holds. What the CRM has
    no room for is no difference."""
    merged, contested = _contested(mailbox, crm, frozenset(by_mailbox), frozenset(by_crm), rule, keeps)
    if not contested:
        return Settled(event=merged)
    sides = _answered(mailbox, crm, contested, answer) if answer else {}
    if not sides:
        winner = ("" if answer else chosen) or _winner(mailbox, crm, rule)
        sides = dict.fromkeys(contested, winner) if winner else {}
    return _settled(merged, crm, sides) if sides else Asked(fields=contested)


def _answered(mailbox: Record, crm: Record, contested: frozenset[str], answer: Answer) -> Mapping[str, str]:
    """The side of each contested field; nothing where a single one is not answered as it stands now."""
    now = said(mailbox, crm, contested)
    return answer.held(now) if answer.holds(now) else {}


def _settled(merged: Record, crm: Record, sides: Mapping[str, str]) -> Settled:
    """`merged` is as the mailbox has what is contested."""
    from_crm = frozenset(name for name, side in sides.items() if side == CRM)
    from_mailbox = frozenset(sides) - from_crm
    event = with_fields(merged, crm, from_crm)
    if from_crm:
        return Settled(event=event, loser=MAILBOX, overruled=from_crm, conceded=from_mailbox)
    return Settled(event=event, loser=CRM, overruled=from_mailbox)


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
