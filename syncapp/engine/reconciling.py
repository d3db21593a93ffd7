"""Compares what we believe with what stands on both sides, a page of items at a time, and takes down what differs.

Only what our rows call in step is compared: what waits, has failed or is kept out is accounted for already. A
comparison takes no lease and moves nothing. What it found is looked at once more in our rows, so that what somebody
worked on meanwhile is no finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from connectors import clock
from connectors.contacts import Contact
from connectors.effects import commit
from connectors.errors import Failure, ItemError
from connectors.errors import Kind as FailureKind
from connectors.models import Mailbox, Organization
from connectors.records import CrmEmail, CrmRecord, Record, Ref, RemoteChange, Resource, Window
from syncapp.engine import comparing, content, gates
from syncapp.engine.comparing import Believed, Finding, Kind
from syncapp.engine.lines import Lines, SideFailed
from syncapp.engine.record_cases import is_hidden
from syncapp.engine.record_planning import leaders, window
from syncapp.models import Binding, Change, Item, Reconciliation

PAGE = 200
ASKED = 50  # events of a calendar in one request
NO_GRACE = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A finding, the item that it is about, and how the side has it now: None where it was deleted.

    `version` is our own number of what stands in the CRM, `ref` the copy in the calendar with its present version.
    """

    item: Item
    finding: Finding
    event: Record | None = None
    version: int = 0
    ref: Ref | None = None


@dataclass(kw_only=True)
class Compared:
    """What a page came to. `unreached` are mailboxes that did not answer, by address, with the failure."""

    last_id: int = 0
    number: int = 0
    differences: list[Difference] = field(default_factory=list)
    unreached: dict[str, Failure] = field(default_factory=dict)


def in_step(organization: Organization) -> QuerySet[Item]:
    """The items that both sides agree on, as our rows have it."""
    rows = Item.objects.filter(organization=organization, synced_at__isnull=False, gone_at=None)
    return rows.exclude(record_id="").filter(changes=None)


def compare(organization: Organization, after_id: int, *, grace: timedelta = NO_GRACE) -> Compared:
    """The page of items after one. What was changed within `grace` is left to the next runs. Raises `SideFailed` where
    the CRM does not answer."""
    items = list(in_step(organization).filter(pk__gt=after_id).order_by("pk")[:PAGE])
    if not items:
        return Compared()
    page = Compared(last_id=items[-1].pk, number=len(items))
    by = {resource: [each for each in items if each.resource == resource] for resource in Resource}
    lines = _lines(organization)
    try:
        page.differences += _messages(lines, organization, by[Resource.EMAIL])
        for resource in organization.both_ways:
            page.differences += _in_crm(lines, organization, resource, by[resource], clock.now() - grace)
    finally:
        lines.close()
    for resource in organization.both_ways:
        page.differences += _in_mailboxes(organization, resource, by[resource], page, clock.now() - grace)
    page.differences = _still(page.differences)
    return page


def _lines(organization: Organization) -> Lines:
    """To the CRM; which mailbox is at the other end plays no part. Items there are, so there is one."""
    return Lines(Mailbox.objects.filter(organization=organization).order_by("pk")[0], organization)


def believed(item: Item) -> Believed:
    return Believed(
        key=item.key,
        record_id=item.record_id,
        title=item.title,
        occurred_at=item.occurred_at,
        version=item.version,
        base=item.base,
        keyless=item.keyless,
    )


# -- The CRM


def _messages(lines: Lines, organization: Organization, items: Sequence[Item]) -> list[Difference]:
    if not items:
        return []
    ids = [each.record_id for each in items]
    keys = [] if organization.is_weaker else [each.key for each in items]  # it would be refused as a whole
    found = lines.crm.call("compare messages", lambda crm: crm.find(Resource.EMAIL, keys, ids))
    records = [each for each in found if isinstance(each, CrmEmail)]
    named = {each.ref.id: each.message_id for each in records}
    return [
        Difference(item=item, finding=finding)
        for item in items
        for finding in comparing.messages(
            replace(believed(item), keyless=item.keyless or organization.is_weaker),
            [r for r in records if _concerns(r, item, named)],
            organization.secret,
        )
    ]


def _concerns(record: CrmEmail, item: Item, named: Mapping[str, str]) -> bool:
    """Whether a record says anything about an item: its key, its id, or the Message-ID of its record."""
    if record.key == item.key or record.ref.id == item.record_id:
        return True
    return bool(record.message_id) and record.message_id == named.get(item.record_id)


def _in_crm(
    lines: Lines, organization: Organization, resource: Resource, items: Sequence[Item], before: datetime
) -> list[Difference]:
    if not items:
        return []
    keys, ids = [each.key for each in items], [each.record_id for each in items]
    found = lines.crm.call(f"compare {resource}s", lambda crm: crm.find(resource, keys, ids))
    records = {each.ref.id: each for each in found if isinstance(each, CrmRecord)}
    known = set(Item.objects.filter(record_id__in=records).values_list("record_id", flat=True))
    told: list[Difference] = []
    for item in items:
        near = [each for each in records.values() if _is_near(each, item, records)]
        findings = comparing.in_crm(
            believed(item),
            near,
            organization.secret,
            known=known,
            hidden=is_hidden(item, organization.secret),
            places=lines.field_maps.places(resource),
        )
        for finding in findings:
            record = records[finding.records[0]]
            if finding.kind is not Kind.ALTERED or _settled(record.record, before):
                told.append(Difference(item=item, finding=finding, event=record.record, version=record.version))
    unseen = [each for each in items if each.record_id not in records and not _is_told(each, told)]
    return told + _deleted(lines, resource, unseen)


def _is_near(record: CrmRecord, item: Item, records: Mapping[str, CrmRecord]) -> bool:
    own = records.get(item.record_id)
    same_time = own is not None and content.when(record.record) == content.when(own.record)
    return record.key == item.key or record.ref.id == item.record_id or (not record.key and same_time)


def _is_told(item: Item, told: Sequence[Difference]) -> bool:
    return any(each.item.pk == item.pk for each in told)


def _settled(event: Record, before: datetime) -> bool:
    """Whether it was changed long enough ago that a run should have seen it."""
    return event.changed_at is None or event.changed_at <= before


def _deleted(lines: Lines, resource: Resource, items: Sequence[Item]) -> list[Difference]:
    """Of those that the CRM does not show: what it says is deleted. What is merely hidden is no finding."""
    if not items:
        return []
    ids = [each.record_id for each in items]
    answers = lines.crm.call(f"compare missing {resource}s", lambda crm: crm.current(resource, ids))
    return [
        Difference(item=item, finding=comparing.missing_in_crm(believed(item)))
        for item, answer in zip(items, answers, strict=True)
        if isinstance(answer, ItemError) and answer.failure.kind is FailureKind.NOT_FOUND
    ]


# -- Calendars


def _in_mailboxes(
    organization: Organization, resource: Resource, items: Sequence[Item], page: Compared, before: datetime
) -> list[Difference]:
    """The copies that lead, of events only in the days that are kept in step; a mailbox that stands still is not
    asked."""
    near = {each.pk: each for each in items if resource in content.PERSONAL or _is_in(window(), each)}
    by_mailbox: dict[int, list[Binding]] = {}
    for binding in leaders(near).values():
        by_mailbox.setdefault(binding.mailbox_id, []).append(binding)
    told: list[Difference] = []
    for bindings in by_mailbox.values():
        mailbox = bindings[0].mailbox
        if mailbox.stopped_at is not None or gates.rests(organization, mailbox):
            continue
        try:
            told += _in_mailbox(organization, mailbox, resource, bindings, near, before)
        except SideFailed as error:
            page.unreached[mailbox.address] = error.failure
    return told


def _is_in(days: Window, item: Item) -> bool:
    return item.occurred_at is not None and days.start <= item.occurred_at < days.end


def _in_mailbox(
    organization: Organization,
    mailbox: Mailbox,
    resource: Resource,
    bindings: Sequence[Binding],
    items: Mapping[int, Item],
    before: datetime,
) -> list[Difference]:
    lines, told = Lines(mailbox, organization), list[Difference]()
    try:
        for at in range(0, len(bindings), ASKED):
            part = bindings[at : at + ASKED]
            refs = [Ref(id=each.remote_id) for each in part]
            answers = lines.mail.call(f"compare {resource}s here", lambda mail, refs=refs: mail.look(resource, refs))  # type: ignore[misc]
            for binding, answer in zip(part, answers, strict=True):
                told += _copy(organization, binding, items[binding.item_id], answer, before)
    finally:
        lines.close()
    return told


def _copy(
    organization: Organization, binding: Binding, item: Item, answer: RemoteChange | ItemError, before: datetime
) -> list[Difference]:
    if isinstance(answer, ItemError):
        return []  # it can neither be shown nor called gone
    record = answer.record if isinstance(answer.record, Record) and not answer.gone else None
    if record is not None and not _settled(record, before):
        return []
    if isinstance(record, Contact) and answer.outside:
        record = None  # it is not shared any more, and what it says is no concern of ours
    seen = content.projected(record, organization.private_events) if record else None
    findings = comparing.in_mailbox(believed(item), seen, organization.secret, binding.remote_id)
    return [Difference(item=item, finding=finding, event=record, ref=answer.ref) for finding in findings]


# -- What is still so


def _still(differences: Sequence[Difference]) -> list[Difference]:
    """Without those whose item somebody has worked on since it was read. Of an item, the worst comes first."""
    ids = {each.item.pk for each in differences}
    busy = set(Change.objects.filter(item__in=ids).values_list("item_id", flat=True))
    now = {each.pk: each for each in Item.objects.filter(pk__in=ids)}
    kept = [d for d in differences if d.item.pk not in busy and _is_as_it_was(d.item, now.get(d.item.pk))]
    return [each for each in kept if _counts(each)]


def _is_as_it_was(before: Item, now: Item | None) -> bool:
    return now is not None and (now.record_id, now.version, now.base) == (before.record_id, before.version, before.base)


def _counts(difference: Difference) -> bool:
    """A message that is gone from Salesforce and lies in no mailbox any more is gone on both sides."""
    item, finding = difference.item, difference.finding
    if item.resource != Resource.EMAIL or finding.kind is not Kind.MISSING:
        return True
    return Binding.objects.filter(item=item, gone_at=None).exists()


# -- One comparison over many pages


def step(row: Reconciliation, page: Compared, requeued: int) -> bool:
    """Takes down a page; True if that was the last one. Two that come with the same page count it once."""
    kinds = [each.finding.kind for each in page.differences]
    over = page.number < PAGE or not row.whole
    with commit("verify: page"):
        rows = Reconciliation.objects.filter(pk=row.pk, position=row.position, finished_at=None)
        rows.update(
            position=page.last_id or row.position,
            compared=F("compared") + page.number,
            altered=F("altered") + kinds.count(Kind.ALTERED),
            missing=F("missing") + kinds.count(Kind.MISSING),
            doubled=F("doubled") + kinds.count(Kind.DOUBLED),
            requeued=F("requeued") + requeued,
            finished_at=clock.now() if over else None,
        )
    row.refresh_from_db()
    return over
