"""Which issues an order is about: as somebody chose them, and which of those the order can move."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from issues.finding import STOPPED, TYPES, matching, mended_by, readable_by
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue, ScopeChoices

ANY = "all"  # as a status: whatever the order can move
NEEDS_SOMEBODY = "needed"  # as a status: whatever of that is not set aside
HALTED = "stopped"  # as a status: what stands still as a whole

_ELIGIBLE = {
    BulkOperation.Verb.RETRY: (Status.OPEN, Status.IGNORED),
    BulkOperation.Verb.IGNORE: (Status.OPEN, Status.RETRYING),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which issues are meant. What is left empty does not narrow; all empty means all of the organization.

    `mailboxes` also limits what a member may touch: it is set by the caller's rights, not by the caller, and so is
    `reader`, whose eyes `text` looks for titles with. `without` are ids that were taken out. Ignored issues are only
    retried where they are named by id, or by `status`. `type` and `text` mean what they mean in the lists of issues;
    `since` is a moment in ISO 8601.
    """

    ids: tuple[int, ...] = ()
    cause: int | None = None
    conversation: str = ""
    code: str = ""
    status: str = ""
    mailbox: int | None = None
    type: str = ""
    fixer: str = ""
    text: str = ""
    since: str = ""
    without: tuple[int, ...] = ()
    mailboxes: tuple[int, ...] | None = None
    reader: int | None = None

    @classmethod
    def of(cls, values: dict[str, Any]) -> Choice:
        """From the JSON of a stored operation."""
        plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**plain)

    @property
    def values(self) -> dict[str, Any]:
        """What narrows, by name; what does not is left out."""
        every = {each.name: getattr(self, each.name) for each in fields(self)}
        return {each.name: every[each.name] for each in fields(self) if every[each.name] != each.default}

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.values, sort_keys=True).encode()).hexdigest()


def eligible(verb: str, choice: Choice) -> Collection[Status]:
    """The statuses from which the order moves what was chosen."""
    movable = _ELIGIBLE[BulkOperation.Verb(verb)]
    if choice.status == ANY or choice.ids:
        return movable
    if choice.status in (NEEDS_SOMEBODY, HALTED):
        return tuple(each for each in movable if each is not Status.IGNORED)
    return tuple(each for each in movable if each == choice.status) if choice.status else movable[:1]


def choose(organization_id: int, verb: str, choice: Choice) -> QuerySet[Issue]:
    """The issues that a choice means right now and that the verb can move."""
    rows = Issue.everywhere.filter(organization=organization_id, status__in=eligible(verb, choice))
    if verb == BulkOperation.Verb.IGNORE:
        rows = rows.filter(scope=ScopeChoices.ITEM)
    if choice.ids:
        rows = rows.filter(pk__in=choice.ids)
    if choice.mailboxes is not None:
        rows = rows.filter(mailbox__in=choice.mailboxes)
    rows = rows.filter(_condition(choice))
    return rows.exclude(pk__in=choice.without) if choice.without else rows


def _condition(choice: Choice) -> Q:
    """What narrows by a column, all of it together."""
    columns: dict[str, object] = {
        "cause": choice.cause,
        "conversation_key": choice.conversation,
        "code": choice.code,
        "mailbox": choice.mailbox,
        "last_at__gte": choice.since and datetime.fromisoformat(choice.since),
    }
    condition = Q(**{name: value for name, value in columns.items() if value})
    if choice.status == HALTED:
        condition &= STOPPED
    if choice.type:
        condition &= TYPES[choice.type][1]
    if choice.fixer:
        condition &= mended_by(choice.fixer)
    return condition & matching(choice.text, readable_by(choice.reader)) if choice.text.strip() else condition
