"""From a calendar's feed into rows: whose copy of which event this is, and whether it says anything new.

One meeting in several mailboxes is one item. The organizer's copy leads; where the organizer is none of ours, the
oldest living copy does. What another copy says of its own (that its owner calls it private, or declined and threw it
away) changes nothing for the item. Read twice, a page plans the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from connectors import clock, rounds
from connectors.contacts import Contact
from connectors.effects import commit, within_commit
from connectors.journal import TITLE, entry, record_all
from connectors.models import Verb
from connectors.records import Direction, Event, Page, Record, Ref, RemoteChange, Resource, Task, Window
from issues import services as issues
from issues.models import Resolution
from syncapp.engine import contact_planning, content, identity, payload
from syncapp.engine.filtering import keep_out
from syncapp.engine.intending import Intent, intend
from syncapp.engine.job import Job
from syncapp.models import Binding, Change, Filtered, Item

DESCRIBED = ("title", "private", "occurred_at", "address_key")  # what `describe` says of an item
_KEYED = (Resource.EVENT, Resource.CONTACT)  # what carries our key in a mailbox
TOMBSTONE = "The mailbox says that it was deleted."
# Rules that go by what the record says now, and where it is seen.
_FOR_NOW = (
    "outside_window",
    "private",
    content.CALENDAR_LET_GO,
    *content.NO_MEETING,
    *content.LET_GO,
    *content.TAKEN,
)


def window() -> Window:
    """The days that are kept in step, as of now. Whole days in UTC, so that the window rolls once a day."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(
        start=midnight - timedelta(days=settings.SYNC_WINDOW_DAYS_BACK),
        end=midnight + timedelta(days=settings.SYNC_WINDOW_DAYS_AHEAD + 1),
    )


def listed(resource: Resource) -> Q:
    """The items, as a condition on their copies, that a full read has to show if they are still there.

    That a task was done long ago, and is not listed, nobody can tell from its row: it is asked for by name.
    """
    return Q() if resource in content.PERSONAL else Q(item__occurred_at__gte=window().start)


def take_in(job: Job, page: Page) -> None:
    """Plans a page of a calendar, of tasks or of an address book. Raises `LeaseLost`."""
    page = contact_planning.kept(job, page)
    if not page.changes:
        return
    events = [change for change in page.changes if isinstance(change.record, Record)]
    gone = [change.ref.id for change in page.changes if change.gone]
    with commit("plan events"):
        job.show()
        issues.take_turns([job.organization.pk])  # two mailboxes may see the same meetings at once
        items = _items(job, events)
        known = set(_known_refs(job, events))
        bind(job, events, items)
        _retire_masters(job, events)
        _judge(job, events, items)
        _note_copies(job, [c for c in events if c.ref.id not in known], items)
        if gone:
            bury(job, gone, TOMBSTONE)
        job.count(read=len(events))


# -- Which item, and whose copy


@within_commit
def _items(job: Job, changes: Sequence[RemoteChange]) -> dict[str, Item]:
    """The item of each event, by the calendar's id; made where it is new.

    An id that we know stays with its item. Else the identity decides, and our own key only where a copy that we made is
    missing: nobody outside can lay hands on an item by writing its key on an event.
    """
    bound = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=[c.ref.id for c in changes])
    found = {b.remote_id: b.item for b in bound.select_related("item")}
    keys = {c.ref.id: key_of(job, c.ref, c.record) for c in changes if isinstance(c.record, Record)}
    _name(found, keys)
    rest = [c for c in changes if c.ref.id not in found]
    known = by_key(keys[c.ref.id] for c in rest) | _by_our_key(job, rest, keys) | _by_what_we_sent(job, rest, keys)
    known |= contact_planning.by_address(job, [c for c in rest if keys[c.ref.id] not in known], keys)
    fresh = {keys[c.ref.id]: c for c in rest if keys[c.ref.id] not in known}
    Item.objects.bulk_create((_item(job, key, fresh[key]) for key in sorted(fresh)), ignore_conflicts=True)
    known |= by_key(fresh)
    return found | {c.ref.id: known[keys[c.ref.id]] for c in rest}


@within_commit
def _name(found: Mapping[str, Item], keys: Mapping[str, str]) -> None:
    """An item that was made here by us learns under which identity the calendars know it."""
    for ref, item in found.items():
        if not item.alias and item.key != keys[ref]:
            item.alias = keys[ref]
            item.save(update_fields=["alias"])


def key_of(job: Job, ref: Ref, record: Record) -> str:
    """The key of its identity in the mailboxes: of an event in all calendars alike, of all else in this one."""
    match record:
        case Event():
            text = identity.event_text(record.uid, record.occurrence)
        case Task():
            text = identity.task_text(job.mailbox.address, ref.id)
        case Contact():
            text = identity.contact_text(job.mailbox.address, ref.id)
    return identity.key(job.organization.secret, content.resource_of(record), text)


def by_key(keys: Iterable[str]) -> dict[str, Item]:
    wanted = set(keys)
    rows = Item.objects.filter(Q(key__in=wanted) | Q(alias__in=wanted)).exclude(resource=Resource.EMAIL)
    return {key: item for item in rows.order_by("-pk") for key in (item.key, item.alias) if key in wanted}


@within_commit
def _by_our_key(job: Job, changes: Sequence[RemoteChange], keys: Mapping[str, str]) -> dict[str, Item]:
    """What we made ourselves and did not live to write down: the calendar gives it back with our key on it.

    Only where we have something to make here, or the item was born in the CRM and no calendar knows it yet.
    """
    marked = {c.record.key: c for c in changes if isinstance(c.record, Event | Contact) and c.record.key}
    rows = Item.objects.filter(key__in=marked, resource__in=_KEYED).exclude(record_id="")
    items = list(rows.select_for_update(of=("self",)).order_by("pk"))
    living = leaders(item.pk for item in items)
    changes_here = Change.objects.filter(mailbox=job.mailbox, item__in=items, direction=Direction.TO_MAILBOX)
    wanted = set(changes_here.values_list("item_id", flat=True))
    adopted: dict[str, Item] = {}
    for item in items:
        if item.pk not in living and (item.pk in wanted or _is_new_to_calendars(job, item)):
            item.alias = keys[marked[item.key].ref.id]
            item.save(update_fields=["alias"])
            adopted[item.alias] = item
    changes_here.filter(item__in=adopted.values()).exclude(asked=None).update(asked=None)
    return adopted


@within_commit
def _by_what_we_sent(job: Job, changes: Sequence[RemoteChange], keys: Mapping[str, str]) -> dict[str, Item]:
    """Likewise, of tasks, which carry no key: what says the same as one that we asked for, without an answer."""
    tasks = [c for c in changes if isinstance(c.record, Task)]
    rows = Change.objects.filter(mailbox=job.mailbox, direction=Direction.TO_MAILBOX).exclude(asked=None)
    unanswered = list(rows.select_related("item").order_by("pk")) if tasks else []
    adopted: dict[str, Item] = {}
    for row in unanswered:
        sent = payload.record_from_json(row.asked["record"])
        found = next((c for c in tasks if isinstance(c.record, Task) and not content.differing(sent, c.record)), None)
        if found is not None:
            tasks.remove(found)
            row.item.alias = keys[found.ref.id]
            row.item.save(update_fields=["alias"])
            Change.objects.filter(pk=row.pk).update(asked=None)
            adopted[row.item.alias] = row.item
    return adopted


def _is_new_to_calendars(job: Job, item: Item) -> bool:
    if item.resource != Resource.EVENT:
        return False
    born = identity.key(job.organization.secret, Resource.EVENT, identity.record_text(item.record_id))
    return not item.alias and item.key == born


def _item(job: Job, key: str, change: RemoteChange) -> Item:
    assert isinstance(change.record, Record)  # noqa: S101 - tombstones and messages were sorted out before
    item = Item(organization=job.organization, resource=content.resource_of(change.record), key=key)
    describe(item, content.projected(change.record, job.organization.private_events), job.organization.secret)
    return item


def describe(item: Item, record: Record, secret: str) -> None:
    """What a list shows of an event, a task or a contact, and what a contact is known by on the other side."""
    item.title, item.occurred_at = record.title[:TITLE], content.when(record)
    item.private = item.private or content.is_private(record)
    if isinstance(record, Contact):
        item.address_key = identity.address_key(secret, record.email) if record.email else ""


@within_commit
def bind(job: Job, changes: Sequence[RemoteChange], items: Mapping[str, Item]) -> None:
    """This mailbox's copies, as they are now."""
    rows = [_binding(job, change, items[change.ref.id]) for change in changes]
    contact_planning.lead(rows)
    _keep_private(job, {items[c.ref.id].pk: items[c.ref.id] for c in changes if content.is_private(c.record)}.values())
    Binding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["mailbox", "remote_id"],
        update_fields=["version", "content_hash", "leads", "series", "seen_at", "missing_since", "gone_at"],
    )


@within_commit
def _keep_private(job: Job, items: Iterable[Item]) -> None:
    """Somebody who has these marked them private. That stays so: what we keep of them may be from that time."""
    fresh = [item for item in items if not item.private]
    for item in fresh:
        item.private = True
    if fresh:
        Item.objects.filter(pk__in=[item.pk for item in fresh]).update(private=True)
        issues.keep_private(job.organization.pk, [item.key for item in fresh])


def _binding(job: Job, change: RemoteChange, item: Item) -> Binding:
    record = change.record
    assert isinstance(record, Record)  # noqa: S101 - tombstones and messages were sorted out before
    return Binding(
        organization=job.organization,
        mailbox=job.mailbox,
        item=item,
        remote_id=change.ref.id,
        version=change.ref.version,
        content_hash=content.digest(record, job.organization.secret),
        leads=not isinstance(record, Event) or record.leads,
        series=record.series if isinstance(record, Event) else "",
        seen_at=clock.now(),
    )


def leaders(item_ids: Iterable[int]) -> dict[int, Binding]:
    """The copy that leads, of each item that still lies in a mailbox."""
    rows = Binding.objects.filter(item__in=list(item_ids), gone_at=None).order_by("item", "-leads", "pk")
    found: dict[int, Binding] = {}
    for row in rows.select_related("mailbox"):
        found.setdefault(row.item_id, row)
    return found


@within_commit
def _retire_masters(job: Job, changes: Sequence[RemoteChange]) -> None:
    """A series that lay outside of the window as a whole stood for itself; now its occurrences do."""
    series = {c.record.series for c in changes if isinstance(c.record, Event) and c.record.series and not c.outside}
    rows = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=series, gone_at=None)
    over = list(rows.filter(item__filtered__rule="outside_window").values_list("item_id", flat=True))
    if over:
        rows.filter(item__in=over).update(gone_at=clock.now())
        Filtered.objects.filter(item__in=over).delete()
        Item.objects.filter(pk__in=over).update(gone_at=clock.now())


def _known_refs(job: Job, changes: Sequence[RemoteChange]) -> Iterable[str]:
    rows = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=[c.ref.id for c in changes])
    return rows.values_list("remote_id", flat=True)


@within_commit
def _note_copies(job: Job, fresh: Sequence[RemoteChange], items: Mapping[str, Item]) -> None:
    """A copy that says something else than the one that leads is noted when it is first seen, and not written."""
    leading = leaders({items[c.ref.id].pk for c in fresh})
    said = {c.ref.id: content.digest(c.record, job.organization.secret) for c in fresh if isinstance(c.record, Record)}
    others = [
        (items[ref], leader)
        for ref, digest in said.items()
        if (leader := leading.get(items[ref].pk)) and leader.mailbox_id != job.mailbox.pk
        if leader.content_hash not in ("", digest)
    ]
    record_all(
        entry(
            organization=job.organization,
            mailbox=job.mailbox,
            verb=Verb.OTHER_CONTENT,
            item_key=item.key,
            title=item.title,
            note=f"The copy in {leader.mailbox.address} leads.",
        )
        for item, leader in others
    )


# -- What is new about it


@within_commit
def _judge(job: Job, changes: Sequence[RemoteChange], items: Mapping[str, Item]) -> None:
    """What is kept out by a rule, and what is to be written."""
    ids = {item.pk for item in items.values()}
    leading = leaders(ids)
    waiting = set(Change.objects.filter(item__in=ids, direction=Direction.TO_CRM).values_list("item_id", flat=True))
    spoken = waiting | set(Filtered.objects.filter(item__in=ids).values_list("item_id", flat=True))
    ours = [c for c in changes if _speaks(job, items[c.ref.id], c.ref, leading, spoken)]
    rules = {c.ref.id: rule for c in ours if (rule := rule_of(job, c, items[c.ref.id]))}
    _keep_out(job, {items[ref].pk: (items[ref], rule) for ref, rule in rules.items()})
    _let_in([items[c.ref.id] for c in ours if c.ref.id not in rules])
    policy = job.organization.private_events
    intend(
        job.organization.pk,
        [
            Intent(
                item=items[c.ref.id],
                direction=Direction.TO_CRM,
                mailbox_id=job.mailbox.pk,
                event=content.projected(c.record, policy),
            )
            for c in ours
            if isinstance(c.record, Record)
            and c.ref.id not in rules
            and is_new(job, items[c.ref.id], c.record, items[c.ref.id].pk in waiting)
        ],
    )


def _speaks(job: Job, item: Item, ref: Ref, leading: Mapping[int, Binding], spoken: set[int]) -> bool:
    """Whether this copy has a say: it leads, or nobody else has said anything about the item yet, not even that it is
    to be kept out. Of copies in two calendars of one mailbox one leads."""
    leader = leading.get(item.pk)
    if leader is None or (leader.mailbox_id == job.mailbox.pk and _is_beside(leader, ref)):
        return leader is None or item.resource != Resource.CONTACT or leader.remote_id == ref.id
    return item.synced_at is None and not item.record_id and item.pk not in spoken


def rule_of(job: Job, change: RemoteChange, item: Item) -> str:
    """The rule that keeps it out. What is in the CRM already stays in step wherever it moves to; a contact leaves."""
    assert isinstance(change.record, Record)  # noqa: S101 - tombstones and messages were sorted out before
    if isinstance(change.record, Contact) and change.outside:
        return content.LEFT_GROUP
    rule = content.kept_out(change.record, job.organization.private_events, job.organization.absences)
    if rule or item.synced_at is not None or item.base:
        return rule
    return "outside_window" if change.outside or not window().holds(change.record) else ""


@within_commit
def _keep_out(job: Job, out: Mapping[int, tuple[Item, str]]) -> None:
    """By its name. What stands in the CRM already, and may not be there any more, is taken away first; contacts stay
    there."""
    contacts = {pk: each for pk, each in out.items() if each[0].resource == Resource.CONTACT}
    contact_planning.let_go(job, contacts)
    there = {pk: each for pk, each in out.items() if pk not in contacts and _may_be_in_crm(each[0])}
    away = {pk: each for pk, each in out.items() if pk not in contacts and pk not in there}
    intend(
        job.organization.pk,
        [
            Intent(item=i, direction=Direction.TO_CRM, mailbox_id=job.mailbox.pk, event=None, proof=f"rule {rule}")
            for i, rule in there.values()
        ],
    )
    proofs = {item.key: f"rule {rule}" for item, rule in away.values()}
    issues.close(job.organization.pk, proofs, Resolution.FILTERED)
    Change.objects.filter(item__in=away, direction=Direction.TO_CRM).delete()
    keep_out(job.organization, {item.pk: rule for item, rule in away.values()})
    job.count(filtered=len(away))


def _may_be_in_crm(item: Item) -> bool:
    """It is, or it may be: nobody has heard what became of a write."""
    return bool(item.record_id or item.sent)


@within_commit
def _let_in(items: Sequence[Item]) -> None:
    """What a rule kept out by what the event said then is judged by what it says now."""
    Filtered.objects.filter(item__in=items, rule__in=_FOR_NOW).delete()


def is_new(job: Job, item: Item, event: Record, waits: bool) -> bool:
    """Whether the event says something else than what was agreed on, or than what is on its way."""
    if waits:
        return True
    seen = content.projected(event, job.organization.private_events)
    hashes = content.hashes(seen, job.organization.secret)
    return bool(content.changed(hashes, item.base.get("mailbox", {}), content.TO_CRM))


# -- What is gone


@within_commit
def bury(job: Job, remote_ids: Sequence[str], proof: str) -> None:
    """Copies that were deleted, with proof. With the copy that leads, or the last one, the event is off. Contacts stay
    in the CRM."""
    named = Q(remote_id__in=remote_ids) | Q(series__in=remote_ids)  # a series is deleted under its own id
    rows = Binding.objects.filter(named, mailbox=job.mailbox, gone_at=None)
    dead = list(rows.select_related("item"))
    rows.update(gone_at=clock.now(), missing_since=None)
    living = leaders([b.item_id for b in dead])
    over = [b.item for b in dead if b.item_id not in living or (b.leads and not _was_moved(b, living[b.item_id]))]
    _look_at([living[b.item_id] for b in dead if b.item_id in living and _follows(living[b.item_id], b)])
    written = contact_planning.without_kept(job, [item for item in over if _may_be_in_crm(item)])
    intend(
        job.organization.pk,
        [
            Intent(item=item, direction=Direction.TO_CRM, mailbox_id=job.mailbox.pk, event=None, proof=proof)
            for item in written
        ],
    )
    never = {item.pk: item for item in over if not _may_be_in_crm(item)}
    issues.close(job.organization.pk, {item.key: proof for item in never.values()}, Resolution.GONE)
    Change.objects.filter(item__in=never).delete()
    Item.objects.filter(pk__in=never).update(gone_at=clock.now())


def _was_moved(dead: Binding, living: Binding) -> bool:
    """Whether the same mailbox has it in another of its calendars now, or another entry of the same person."""
    if dead.item.resource == Resource.CONTACT:
        return living.mailbox_id == dead.mailbox_id
    there = living.leads and living.mailbox_id == dead.mailbox_id
    return there and rounds.split(living.remote_id)[0] != rounds.split(dead.remote_id)[0]


def _is_beside(leader: Binding, ref: Ref) -> bool:
    """Whether they are of one calendar."""
    return rounds.split(leader.remote_id)[0] == rounds.split(ref.id)[0]


def _follows(living: Binding, dead: Binding) -> bool:
    """Whether a guest's copy leads now, after one that said something else; or the other entry of a person."""
    if dead.item.resource == Resource.CONTACT:
        return not living.leads and dead.leads and living.mailbox_id == dead.mailbox_id
    return not living.leads and not dead.leads and living.pk > dead.pk and living.content_hash != dead.content_hash


@within_commit
def _look_at(copies: Sequence[Binding]) -> None:
    """Each is asked for by name with the next run of its mailbox."""
    Binding.objects.filter(pk__in=[copy.pk for copy in copies]).update(missing_since=clock.now())
