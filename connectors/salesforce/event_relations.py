"""Who is related to an event: what has to be written so that those who are invited are, and nobody is lost. Pure.

Everybody who is invited and known is an invitee, a row of EventRelation with what they answered; WhoId, whom the event
is about, is the first contact or lead among them. With Shared Activities WhoId is a row of EventRelation by itself,
so that the same person cannot be given a second one: that refusal is no failure.

What people did in Salesforce stays. Only a relation that we made is taken back when somebody is not invited any more,
and only who has one is taken out of WhoId. An answer is written where the calendar has one; the owner, whose calendar
the event stands in, is not invited to it; and a lead is no WhoId beside something that the event is related to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.records import Event, Invitee, PersonKind, RecordWrite, Response
from connectors.salesforce.event_mapping import STATUS, show_as, shows_otherwise
from connectors.salesforce.ids import whole
from connectors.salesforce.mapping import Row

PEOPLE = ("003", "00Q", "005")  # what the ids of contacts, leads and users begin with

# Refusals that say that there is nothing left to do, by the method of the step.
DONE: Mapping[str, frozenset[str]] = {
    "PATCH": frozenset(),
    "DELETE": frozenset({"salesforce.ENTITY_IS_DELETED", "salesforce.INVALID_CROSS_REFERENCE_KEY"}),
    "POST": frozenset({"salesforce.DUPLICATE_VALUE"}),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One write that the event of `key` needs beside its own; of a DELETE, `values` hold the id alone."""

    key: str
    method: str
    values: Mapping[str, Any]
    sobject: str = "EventRelation"
    person_id: str = ""

    @property
    def record(self) -> dict[str, Any]:
        """As a record of a collection."""
        return {"attributes": {"type": self.sobject}, **self.values}

    def of(self, event_id: str) -> Step:
        """The same relation of an event whose id is known by now."""
        return replace(self, values={**self.values, "EventId": event_id})


def invitees(write: RecordWrite, owner_id: str) -> list[Invitee]:
    """Those who are invited, each once, without the owner. Their ids have 18 characters, if they are ids at all."""
    known = [replace(invitee, id=whole(invitee.id) or invitee.id) for invitee in write.invitees]
    once = {invitee.id: invitee for invitee in reversed(known)}
    return [invitee for invitee in reversed(once.values()) if invitee.id != whole(owner_id)]


def first_person(invited: Iterable[Invitee], *, with_leads: bool = True) -> str | None:
    """The first of them whom an event can be about."""
    kinds = (PersonKind.CONTACT, PersonKind.LEAD) if with_leads else (PersonKind.CONTACT,)
    return next((invitee.id for invitee in invited if invitee.kind in kinds), None)


def invitation(key: str, event_id: str, invitee: Invitee) -> Step:
    values = {"EventId": event_id, "RelationId": invitee.id, "Status": STATUS[invitee.response]}
    return Step(key=key, method="POST", values=values, person_id=invitee.id)


def differences(write: RecordWrite, event: Event, row: Row, related: Sequence[Row], user_id: str) -> list[Step]:
    """What the record `row` still lacks once the event itself was written.

    `related` are its rows of EventRelation, `user_id` is who we are.
    """
    invited = invitees(write, row["OwnerId"] or "")
    there = {r["RelationId"]: r for r in related}
    wanted = {invitee.id for invitee in invited}
    ours = [r for r in there.values() if r["CreatedById"] == whole(user_id)]
    surplus = [r for r in ours if r["RelationId"] not in wanted and r["RelationId"].startswith(PEOPLE)]
    steps = _of_the_event(write, event, row, invited, there, surplus)
    for invitee in invited:
        steps += _of_invitee(write.key, row["Id"], invitee, there.get(invitee.id))
    return [*steps, *(Step(key=write.key, method="DELETE", values={"Id": r["Id"]}) for r in surplus)]


def strangers(write: RecordWrite, related: Iterable[Row]) -> bool:
    """Whether somebody is related who is not invited, so that it matters who made that relation."""
    invited = {whole(invitee.id) for invitee in write.invitees}
    return any(r["RelationId"] not in invited for r in related)


def _of_the_event(
    write: RecordWrite,
    event: Event,
    row: Row,
    invited: Sequence[Invitee],
    there: Mapping[str, Row],
    surplus: Sequence[Row],
) -> list[Step]:
    """How it shows, where that says something else (there is more than one way of being busy), and whom it is about."""
    fields: dict[str, Any] = {}
    if shows_otherwise(event, row["ShowAs"]):
        fields["ShowAs"] = show_as(event)
    now = row["WhoId"] or ""
    first = first_person(invited, with_leads=not row["WhatId"])
    if now in {r["RelationId"] for r in surplus} or (not now and first and first not in there):
        fields["WhoId"] = first
    if not fields:
        return []
    values = {"Id": row["Id"], **fields}
    return [Step(key=write.key, method="PATCH", values=values, sobject="Event", person_id=fields.get("WhoId") or "")]


def _of_invitee(key: str, event_id: str, invitee: Invitee, row: Row | None) -> list[Step]:
    if row is None:
        return [invitation(key, event_id, invitee)]
    status = STATUS[invitee.response]
    if invitee.response is Response.NONE or row["Status"] == status:
        return []
    values = {"Id": row["Id"], "Status": status}
    return [Step(key=key, method="PATCH", values=values, person_id=invitee.id)]
