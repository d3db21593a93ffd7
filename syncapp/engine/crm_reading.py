"""Reads what people changed in an organization's CRM: once for all of its mailboxes, under a lease of its own.

The reader only writes down what it saw; the mailboxes' workers carry it out. What we wrote ourselves says what was
agreed on and is no change. A deletion is told by the CRM or is none: what is merely not shown may have been hidden.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.errors import Failure, ItemError, Kind
from connectors.models import Mailbox, Organization
from connectors.records import CrmChange, CrmPage, CrmRecord, Direction, Resource, Window
from connectors.scoping import scoped
from connectors.wake import wake_to_write
from issues import catalogue
from issues import services as issues
from issues.catalogue import Scope
from issues.models import Resolution, ScopeChoices
from syncapp.engine import allowance, content, identity, lease, retry, stopping
from syncapp.engine.allowance import Level
from syncapp.engine.breaker import State
from syncapp.engine.event_cases import RULE_PROOF
from syncapp.engine.event_planning import describe, leaders, window
from syncapp.engine.guarding import ABSENT
from syncapp.engine.intending import Intent, intend
from syncapp.engine.lease import Held, LeaseLost
from syncapp.engine.lines import Lines, SideFailed
from syncapp.engine.preparing import unexpected
from syncapp.engine.rationing import ration_of
from syncapp.engine.settling import chance
from syncapp.models import Binding, Breaker, Change, Cursor, Filtered, Item

log = logging.getLogger(__name__)
PROOF = "The CRM says that it was deleted."
LOST = f"{ABSENT} from a full read, and deleted as the CRM says"
ASKED = 200  # records in one request
STRAY = "It was over before its record was made."
_FOREVER = datetime(3999, 1, 1, tzinfo=UTC)  # Salesforce knows no year after 4000


@dataclass(kw_only=True)
class Reading:
    """What one job of a reader works with. `mailboxes` are those that have a user in the CRM, by that user's id."""

    organization: Organization
    held: Held
    lines: Lines
    mailboxes: Mapping[str, Mailbox]
    woken: set[int] = field(default_factory=set)
    shown_at: float = field(default_factory=lambda: time.monotonic())  # noqa: PLW0108 - whichever clock stands there then

    def __post_init__(self) -> None:
        self.lines.keep_with(self.keep)

    def box_of(self, record: CrmRecord) -> Mailbox | None:
        """The mailbox of the record's owner; people also know their user by the first 15 characters of its id."""
        return self.mailboxes.get(record.owner_id) or self.mailboxes.get(record.owner_id[:15])

    def keep(self) -> None:
        """Before every call on a line: a whole lease ahead of us. Raises `LeaseLost`."""
        if time.monotonic() - self.shown_at > settings.SYNC_LEASE_SECONDS / 3:
            lease.renew(self.held)
            self.shown_at = time.monotonic()


def read_crm(organization_id: int) -> bool:
    """Reads for a while; True if there is more to read. Raises nothing but what kills the process."""
    organization = Organization.everywhere.filter(pk=organization_id).first()
    if organization is None or not organization.both_ways:
        return False
    with scoped(organization.pk):
        held = lease.claim_reader(organization, f"{socket.gethostname()}:{os.getpid()}")
        if held is None:
            return False
        try:
            more = _with_lease(organization, held)
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost)
            more = False
        return lease.release(held) or more


def _with_lease(organization: Organization, held: Held) -> bool:
    """Raises `LeaseLost`."""
    organization.refresh_from_db()
    rest = ration_of(organization)
    if organization.stopped_at or organization.paused_at or _left_alone(organization) or rest.level is Level.BY_HAND:
        _next_at(organization, held, _interval(Level.FREE))
        return False
    boxes = Mailbox.objects.filter(organization=organization).exclude(crm_user_id="").order_by("pk")
    any_mailbox = Mailbox.objects.filter(organization=organization).first()
    if any_mailbox is None:
        return False
    lines = Lines(any_mailbox, organization)
    reading = Reading(
        organization=organization, held=held, lines=lines, mailboxes={b.crm_user_id: b for b in reversed(boxes)}
    )
    try:
        lease.beware(held)
        more = _read_on(reading)
        _next_at(organization, held, _interval(rest.level), proved=True)
    except SideFailed as error:
        _failed(reading, error.failure)
        more = False
    except LeaseLost:
        raise
    except Exception as error:
        log.exception("reader of organization %s", organization.pk)
        _failed(reading, unexpected(error))
        more = False
    finally:
        lines.close()
    return more


def _left_alone(organization: Organization) -> bool:
    """Whether the CRM fails so often that only a mailbox's probe asks it."""
    rows = Breaker.objects.filter(organization=organization, provider=organization.crm, mailbox=None)
    return rows.exclude(state=State.CLOSED).exists()


def _interval(level: Level) -> timedelta:
    return allowance.interval(level, timedelta(seconds=settings.SYNC_INTERVAL_SECONDS))


def _next_at(organization: Organization, held: Held, after: timedelta, *, proved: bool = False) -> None:
    with commit("reader: next"):
        lease.show(held)
        if proved:
            lease.prove(held)
        Organization.everywhere.filter(pk=organization.pk).update(next_read_at=clock.now() + after)


def _failed(reading: Reading, failure: Failure) -> None:
    """What only a person can mend stops the organization; all else is tried again at the interval, since the
    mailboxes' own runs meet the same CRM and count how often it fails."""
    organization = reading.organization
    entry = catalogue.entry(failure.code)
    after = max(_interval(Level.FREE), timedelta(seconds=failure.retry_after or 0))
    with commit("reader: failed"):
        lease.show(reading.held)
        if retry.needs_somebody(failure, entry):
            verdict = retry.run_failed(
                failure,
                entry,
                side=Scope.ORGANIZATION,
                failed_runs=0,
                in_a_row=0,
                now=clock.now(),
                chance=chance,
            )
            issues.report([_stop(organization, failure, verdict)])
        Organization.everywhere.filter(pk=organization.pk).update(next_read_at=clock.now() + after)


def _stop(organization: Organization, failure: Failure, verdict: retry.RunVerdict) -> issues.Report:
    return issues.Report(
        organization_id=organization.pk,
        scope=ScopeChoices.ORGANIZATION,
        subject_key="organization",
        code=verdict.code,
        said=failure.said,
        fields=failure.fields,
        title=organization.name,
        http_status=failure.status or None,
        request_id=failure.request_id,
        probe_at=verdict.probe_at,
    )


# -- Page by page


def _read_on(reading: Reading) -> bool:
    """Reads until there is no more, or the time is over; True if it is. Wakes whoever has something to do."""
    end = time.monotonic() + settings.SYNC_JOB_SECONDS
    complete = all(_read_to_the_end(reading, resource, end) for resource in reading.organization.both_ways)
    for mailbox_id in sorted(reading.woken):
        wake_to_write(mailbox_id)
    return not complete


def _read_to_the_end(reading: Reading, resource: Resource, end: float) -> bool:
    """Whether there is no more of this resource; False if the time is over before."""
    complete = False
    while not complete and time.monotonic() < end and not stopping.is_told():
        page = _next_page(reading, resource)
        plan(reading, page, resource)
        complete = page.complete
    if complete:
        _look_for_missing(reading, resource)
    if complete and resource is Resource.EVENT:
        _come_into_view(reading)
    return complete


def _next_page(reading: Reading, resource: Resource) -> CrmPage:
    """A cursor that lies too far back starts with what is there now, and what is not is looked for afterwards."""
    row = Cursor.objects.filter(organization=reading.organization, mailbox=None, resource=resource).first()
    try:
        return _page(reading, resource, (row.value or None) if row else None)
    except SideFailed as error:
        if error.failure.kind is not Kind.CURSOR_EXPIRED or row is None or not row.value:
            raise
    with commit("cursor: forget"):
        lease.show(reading.held)
        Cursor.objects.filter(pk=row.pk).update(value="", full_since=clock.now())
    return _page(reading, resource, None)


def _page(reading: Reading, resource: Resource, cursor: str | None) -> CrmPage:
    """At first whatever is not over: nothing in the CRM says later that an old event came into the window."""
    days = Window(start=window().start, end=_FOREVER)
    return reading.lines.crm.call(f"read crm {resource}s", lambda crm: next(iter(crm.changes(resource, cursor, days))))


def plan(reading: Reading, page: CrmPage, resource: Resource) -> None:
    """Rows for what a page says, and the cursor with them. Raises `LeaseLost`."""
    with commit("plan crm events"):
        lease.show(reading.held)
        issues.take_turns([reading.organization.pk])
        reading.shown_at = time.monotonic()
        items = _known(page.changes, resource)
        _born(reading, [c.record for c in page.changes if c.record and _is_new(c, items)])
        _changed(reading, [(items[c.record_id], c) for c in page.changes if c.record_id in items])
        Cursor.objects.update_or_create(
            organization=reading.organization,
            mailbox=None,
            resource=resource,
            defaults={"value": page.cursor, "moved_at": clock.now()},
        )


def _known(changes: Sequence[CrmChange], resource: Resource) -> dict[str, Item]:
    """The items of these records, by their ids."""
    ids = [change.record_id for change in changes]
    rows = Item.objects.filter(resource=resource, record_id__in=ids)
    keys = {c.record.key: c.record_id for c in changes if c.record and c.record.key}
    by_key = {keys[item.key]: item for item in Item.objects.filter(resource=resource, key__in=keys)}
    return by_key | {item.record_id: item for item in rows}


def _is_new(change: CrmChange, items: Mapping[str, Item]) -> bool:
    """Whether it was born in the CRM: what carries our key, and is none of our items, comes from a calendar."""
    return change.record is not None and not change.record.key and change.record_id not in items


@within_commit
def _born(reading: Reading, records: Sequence[CrmRecord]) -> None:
    """What somebody with a mailbox entered into the CRM. Whose owner has none is nobody's item."""
    ours = [(r, box) for r in records if (box := reading.box_of(r)) is not None]
    secret = reading.organization.secret
    fresh = {r.ref.id: _item(reading, r, secret) for r, _ in ours}
    Item.objects.bulk_create(sorted(fresh.values(), key=lambda item: item.key), ignore_conflicts=True)
    made = {item.key: item for item in Item.objects.filter(key__in=[item.key for item in fresh.values()])}
    inside = window()
    out = [made[fresh[r.ref.id].key] for r, _ in ours if not inside.holds(r.record)]
    Filtered.objects.bulk_create(
        [Filtered(organization=reading.organization, item=item, rule="outside_window") for item in out],
        ignore_conflicts=True,
    )
    _intend(reading, [(made[fresh[r.ref.id].key], r, box.pk) for r, box in ours if inside.holds(r.record)])


def _item(reading: Reading, record: CrmRecord, secret: str) -> Item:
    resource = content.resource_of(record.record)
    key = identity.key(secret, resource, identity.record_text(record.ref.id))
    item = Item(organization=reading.organization, resource=resource, key=key, record_id=record.ref.id)
    describe(item, record.record)
    return item


@within_commit
def _intend(reading: Reading, told: Sequence[tuple[Item, CrmRecord | None, int]], proof: str = PROOF) -> None:
    intend(
        reading.organization.pk,
        [
            Intent(
                item=item,
                direction=Direction.TO_MAILBOX,
                mailbox_id=mailbox_id,
                event=record.record if record else None,
                proof="" if record else proof,
            )
            for item, record, mailbox_id in told
        ],
    )
    reading.woken |= {mailbox_id for _, _, mailbox_id in told}


@within_commit
def _changed(reading: Reading, pairs: Sequence[tuple[Item, CrmChange]], proof: str = PROOF) -> None:
    """What says something else than what was agreed on, and what is gone, by this proof."""
    strays = [(item, change) for item, change in pairs if _is_stray(item, change)]
    _take_away(reading, [(item, change.record) for item, change in strays if change.record])
    over_already = {item.pk for item, _ in strays}
    pairs = [(item, change) for item, change in pairs if item.pk not in over_already]
    copies = leaders([item.pk for item, _ in pairs])
    rows = Change.objects.filter(item__in=[item for item, _ in pairs], direction=Direction.TO_MAILBOX)
    waiting = set(rows.values_list("item_id", flat=True))
    asked = dict(rows.exclude(asked=None).values_list("item_id", "mailbox_id"))  # they may be there by now
    told: list[tuple[Item, CrmRecord | None, int]] = []
    over: list[Item] = []
    far: list[tuple[Item, CrmChange]] = []
    for item, change in pairs:
        mailbox_id = copies[item.pk].mailbox_id if item.pk in copies else asked.get(item.pk, _owner(reading, change))
        if mailbox_id is None or (change.record is None and item.pk not in copies and item.pk not in asked):
            over += [] if change.record else [item]
        elif _is_far(item, change, waits=item.pk in waiting):
            far.append((item, change))
        elif _says_else(reading, item, change, waits=item.pk in waiting):
            told.append((item, change.record, mailbox_id))
    Filtered.objects.filter(item__in=[item for item, _, _ in told], rule="outside_window").delete()
    _intend(reading, told, proof)
    _bury(reading, over)
    _still_far([(item, change.record) for item, change in far if change.record])


def _is_stray(item: Item, change: CrmChange) -> bool:
    """Whether we made this record and nobody wants it any more: whoever wrote it slept while the event was deleted or
    kept out, and did not live to write the record down."""
    if change.record is None or change.record.key != item.key or change.record_id == item.record_id:
        return False
    return item.gone_at is not None or _is_kept_out(item)


@within_commit
def _take_away(reading: Reading, strays: Sequence[tuple[Item, CrmRecord]]) -> None:
    """By a mailbox that has, or had, a copy."""
    for item, record in strays:
        item.record_id = record.ref.id
        item.save(update_fields=["record_id"])
        copy = Binding.objects.filter(item=item).order_by("-pk").first()
        rule = Filtered.objects.filter(item=item).values_list("rule", flat=True).first()
        if copy is not None:
            proof = f"{RULE_PROOF}{rule}" if rule else STRAY
            intent = Intent(item=item, direction=Direction.TO_CRM, mailbox_id=copy.mailbox_id, event=None, proof=proof)
            intend(reading.organization.pk, [intent])
            reading.woken.add(copy.mailbox_id)


def _owner(reading: Reading, change: CrmChange) -> int | None:
    box = reading.box_of(change.record) if change.record else None
    return box.pk if box else None


def _says_else(reading: Reading, item: Item, change: CrmChange, *, waits: bool) -> bool:
    """Whether there is anything to do. A record that nobody has agreed on yet is our own write on its way."""
    if change.record is None:
        return item.gone_at is None
    base = item.base.get("crm", {})
    if not base:
        born_here = item.synced_at is None and not change.record.key
        return waits or (born_here and window().holds(change.record.record) and not _is_kept_out(item))
    hashes = content.hashes(change.record.record, reading.organization.secret)
    return waits or bool(content.changed(hashes, base, content.BOTH_WAYS))


def _is_far(item: Item, change: CrmChange, *, waits: bool) -> bool:
    """Whether it is in no calendar, and lies outside of the window as before."""
    if change.record is None or item.base or item.synced_at is not None or waits:
        return False
    return not window().holds(change.record.record) and Filtered.objects.filter(item=item).exists()


@within_commit
def _still_far(pairs: Sequence[tuple[Item, CrmRecord]]) -> None:
    """Where it lies now says when the window will have reached it."""
    for item, record in pairs:
        describe(item, record.record)
    Item.objects.bulk_update([item for item, _ in pairs], ["title", "occurred_at"], batch_size=200)


def _is_kept_out(item: Item) -> bool:
    return Filtered.objects.filter(item=item).exclude(rule="outside_window").exists()


@within_commit
def _bury(reading: Reading, items: Sequence[Item]) -> None:
    """Deleted in the CRM, and in no calendar: it is over."""
    if not items:
        return
    ids = [item.pk for item in items]
    for direction in Direction:
        proofs = {item.key: PROOF for item in items}
        issues.close(reading.organization.pk, proofs, Resolution.GONE, direction=direction.value)
    Change.objects.filter(item__in=ids).delete()
    Item.objects.filter(pk__in=ids).update(gone_at=clock.now(), synced_at=None, base={})


def _look_for_missing(reading: Reading, resource: Resource) -> None:
    """After a cursor was lost: records that we know are asked for by name, since nobody tells any more that they were
    deleted. Those that are merely hidden say so."""
    rows = Cursor.objects.filter(organization=reading.organization, mailbox=None, resource=resource)
    if not rows.exclude(full_since=None).exists():
        return
    known = Item.objects.filter(resource=resource, gone_at=None)
    if resource is Resource.EVENT:
        known = known.filter(occurred_at__gte=window().start)
    ids = list(known.exclude(record_id="").exclude(base={}).order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), ASKED):
        _find(reading, resource, list(Item.objects.filter(pk__in=ids[at : at + ASKED]).order_by("pk")))
    with commit("crm events: all found"):
        lease.show(reading.held)
        rows.update(full_since=None)


def _find(reading: Reading, resource: Resource, items: Sequence[Item]) -> None:
    reading.keep()
    ids = [item.record_id for item in items]
    answers = reading.lines.crm.call(f"find missing crm {resource}s", lambda crm: crm.current(resource, ids))
    told = [(i, a) for i, a in zip(items, answers, strict=True) if isinstance(a, ItemError)]
    gone = [item for item, answer in told if answer.failure.kind is Kind.NOT_FOUND]
    if gone:
        with commit("crm events: missing"):
            lease.show(reading.held)
            issues.take_turns([reading.organization.pk])
            _changed(reading, [(item, CrmChange(record_id=item.record_id)) for item in gone], LOST)


def _come_into_view(reading: Reading) -> None:
    """Events of the CRM that lay outside of the window when they were read, and lie in it now."""
    days = window()
    rows = Item.objects.filter(
        resource=Resource.EVENT,
        filtered__rule="outside_window",
        gone_at=None,
        occurred_at__lt=days.end,
        occurred_at__gt=days.start,
    ).exclude(record_id="")
    found = list(rows.order_by("pk")[:200])
    if not found:
        return
    ids = [item.record_id for item in found]
    answers = reading.lines.crm.call("look at events", lambda crm: crm.current(Resource.EVENT, ids))
    there = [(i, a) for i, a in zip(found, answers, strict=True) if isinstance(a, CrmRecord)]
    with commit("crm events: into view"):
        lease.show(reading.held)
        issues.take_turns([reading.organization.pk])
        Filtered.objects.filter(item__in=[i.pk for i, a in there if days.holds(a.record)]).delete()
        boxes = [(i, a, reading.box_of(a)) for i, a in there if days.holds(a.record)]
        _intend(reading, [(i, a, box.pk) for i, a, box in boxes if box is not None])
