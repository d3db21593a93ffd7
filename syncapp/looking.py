"""Looks at both sides of one item now, because somebody asked: one call to each, and a third one where it has to be
known what that person may see in the CRM. Nothing is changed by it.

What an administrator sees of the CRM is what Syncapp sees there. Whoever looks at an item of their own mailbox sees of
the CRM what their user there may read, and nothing where nobody knows who that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from connectors import clock, credentials, records, registry
from connectors.errors import ItemError, Kind
from connectors.fields import SealBroken
from connectors.models import Organization
from connectors.protocol import CrmConnector
from connectors.records import CrmEmail, CrmRecord, Email, Record, Ref, RemoteChange, Resource
from connectors.services import endpoints, field_maps
from issues import catalogue
from issues.catalogue import Entry
from syncapp import both_sides
from syncapp.both_sides import Mapped, Row
from syncapp.engine import gates, gauging, rationing
from syncapp.engine.lines import PATIENCE, Line, Lines, SideFailed, crm_line
from syncapp.engine.record_cases import is_hidden
from syncapp.models import Binding, Breaker, Item


class Standing(StrEnum):
    """How a side was found."""

    THERE = "there"
    GONE = "gone"
    NEVER = "never"  # it was not written there yet, or lies in no mailbox any more
    HIDDEN = "hidden"  # from whoever looks
    RESTS = "rests"  # sync is paused, so nothing is asked
    LEFT_ALONE = "left_alone"  # it keeps failing, and is not asked before its time
    UNREAD = "unread"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side. `why` is the page of the code for which it could not be read."""

    standing: Standing
    found: Record | Email | CrmEmail | None = None
    why: Entry | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """Both sides, as they stood `at` that moment, field by field."""

    at: datetime
    mailbox: Standing
    crm: Standing
    why_mailbox: Entry | None
    why_crm: Entry | None
    rows: tuple[Row, ...]

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether both sides were read, so that they can be compared."""
        return self.mailbox is Standing.THERE and self.crm is Standing.THERE


def look(item: Item, copy: Binding | None, *, reads_as: str | None) -> Look:
    """At the item and this copy of it. `reads_as` is the CRM's user whose sight counts, "" where nobody knows who that
    is, None for whoever may see what Syncapp sees. Raises nothing: a side that cannot be read says so."""
    organization = item.organization
    lines = Lines(copy.mailbox, organization, patience=PATIENCE) if copy else None
    line = lines.crm if lines else crm_line(organization, patience=PATIENCE)
    try:
        mailbox = _mailbox(item, copy, lines) if copy and lines else Side(standing=Standing.NEVER)
        crm = _crm(item, line, reads_as)
        rationing.note_said(organization, line.peek(lambda asked: asked.allowance()) or records.Allowance())
    finally:
        lines.close() if lines else line.close()
    return Look(
        at=clock.now(),
        mailbox=mailbox.standing,
        crm=crm.standing,
        why_mailbox=mailbox.why,
        why_crm=crm.why,
        rows=_rows(item, copy, mailbox, crm),
    )


def _mailbox(item: Item, copy: Binding, lines: Lines) -> Side:
    if gates.rests(item.organization, copy.mailbox):
        return Side(standing=Standing.RESTS)
    if row := gauging.left_alone(item.organization, copy.mailbox.provider, copy.mailbox):
        return _left_alone(row)
    ref, resource = Ref(id=copy.remote_id, version=copy.version), Resource(item.resource)
    if resource is Resource.EMAIL:
        return _answered(lambda: _message(lines.mail.call("look at a message", lambda m: m.get(resource, [ref]))[0]))
    return _answered(lambda: _copy(lines.mail.call("look at a copy", lambda mail: mail.look(resource, [ref]))[0]))


def _message(answer: Email | ItemError) -> Side:
    return _refused(answer) if isinstance(answer, ItemError) else Side(standing=Standing.THERE, found=answer)


def _copy(answer: RemoteChange | ItemError) -> Side:
    if isinstance(answer, ItemError):
        return _refused(answer)
    record = answer.record
    if answer.gone or record is None or isinstance(record, Email):
        return Side(standing=Standing.GONE)
    return Side(standing=Standing.THERE, found=record)


def _crm(item: Item, line: Line[CrmConnector], reads_as: str | None) -> Side:
    if not item.record_id:
        return Side(standing=Standing.NEVER)
    if reads_as == "":
        return Side(standing=Standing.HIDDEN)
    if gates.rests(item.organization):
        return Side(standing=Standing.RESTS)
    if row := gauging.left_alone(item.organization, item.organization.crm):
        return _left_alone(row)
    return _answered(lambda: _record(item, line, reads_as))


def _record(item: Item, line: Line[CrmConnector], reads_as: str | None) -> Side:
    """That it was deleted is nothing that it says, so that everybody may know who sees the item."""
    found = _message_there(item, line) if item.resource == Resource.EMAIL else _record_there(item, line)
    if reads_as is None or found.standing is not Standing.THERE:
        return found
    seen = line.call("ask who may read", lambda crm: crm.readable(reads_as, [item.record_id]))
    return found if item.record_id in seen else Side(standing=Standing.HIDDEN)


def _message_there(item: Item, line: Line[CrmConnector]) -> Side:
    (*found,) = line.call("look at a message", lambda crm: crm.find(Resource.EMAIL, [], [item.record_id]))
    own = next((each for each in found if isinstance(each, CrmEmail) and each.ref.id == item.record_id), None)
    return Side(standing=Standing.THERE, found=own) if own else Side(standing=Standing.GONE)


def _record_there(item: Item, line: Line[CrmConnector]) -> Side:
    resource = Resource(item.resource)
    (answer,) = line.call("look at a record", lambda crm: crm.current(resource, [item.record_id]))
    return _refused(answer) if isinstance(answer, ItemError) else _there(answer)


def _there(answer: CrmRecord) -> Side:
    return Side(standing=Standing.THERE, found=answer.record)


def _answered(ask: Callable[[], Side]) -> Side:
    try:
        return ask()
    except SideFailed as error:
        return Side(standing=Standing.UNREAD, why=catalogue.shown(error.failure.code))


def _refused(answer: ItemError) -> Side:
    if answer.failure.kind is Kind.NOT_FOUND:
        return Side(standing=Standing.GONE)
    return Side(standing=Standing.UNREAD, why=catalogue.shown(answer.failure.code))


def _left_alone(row: Breaker) -> Side:
    """It failed so often that it is not to be asked before its time."""
    return Side(standing=Standing.LEFT_ALONE, why=catalogue.shown(row.code) if row.code else None)


def _rows(item: Item, copy: Binding | None, mailbox: Side, crm: Side) -> tuple[Row, ...]:
    if item.resource == Resource.EMAIL:
        email, there = mailbox.found, crm.found
        found = both_sides.of_message(
            email if isinstance(email, Email) else None, there if isinstance(there, CrmEmail) else None
        )
        return found if crm.standing is Standing.THERE else both_sides.without_crm(found)
    organization = item.organization
    maps = field_maps(organization, copy.mailbox) if copy else field_maps(organization)
    mapped = Mapped(
        keeps=lambda record: registry.crm_keeps(organization.crm, record, maps),
        places=maps.places(Resource(item.resource)),
        hidden=is_hidden(item, organization.secret),
        private_events=organization.private_events,
    )
    mine, theirs = (side.found if isinstance(side.found, Record) else None for side in (mailbox, crm))
    found = both_sides.rows(mine, theirs, item.base, organization.secret, mapped)
    return both_sides.without_crm(found) if crm.standing is Standing.HIDDEN else found


def links(item: Item, copy: Binding | None) -> list[tuple[str, str]]:
    """(side, address) of the item on both sides, as far as they are known; costs no call."""
    found: list[tuple[str, str]] = []
    if copy:
        box, resource = copy.mailbox, Resource(item.resource)
        found.append(("mailbox", registry.mail_url(box.provider, box.address, endpoints(), resource, copy.remote_id)))
    if item.record_id:
        found.append(("crm", registry.crm_url(item.organization.crm, _root(item.organization), item.record_id)))
    return found


def _root(organization: Organization) -> str:
    """Where its CRM lives, as its token said; "" where nobody can open that."""
    key = credentials.of_crm(organization)
    try:
        return str(key.access.get("instance_url", "")) if key and key.access else ""
    except SealBroken:
        return ""


def outlined(found: Look) -> Look:
    """The same for those who may know which fields differ, and not what they say."""
    return replace(found, rows=both_sides.without_words(found.rows))
