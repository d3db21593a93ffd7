"""From what a CRM tells into rows: which items are meant, and whether there is anything to do about them.

What we wrote ourselves says what was agreed on and is no change. What nobody with a mailbox owns is nobody's item.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.models import Mailbox, Organization
from connectors.records import CrmChange, CrmPage, CrmRecord, Direction, Resource
from issues import services as issues
from issues.models import Resolution
from syncapp.engine import agreeing, contact_planning, content, identity, lease
from syncapp.engine.decisions import News
from syncapp.engine.intending import Intent, intend
from syncapp.engine.lease import Held
from syncapp.engine.lines import Lines
from syncapp.engine.record_cases import GIVEN_PROOF, GONE_PROOF, NOBODYS_PROOF, RULE_PROOF, is_anothers
from syncapp.engine.record_planning import describe, leaders, window
from syncapp.models import Binding, Change, Cursor, Filtered, Item

STRAY = "It was over before its record was made."


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


def plan(reading: Reading, page: CrmPage, resource: Resource) -> None:
    """Rows for what a page says, and the cursor with them. Raises `LeaseLost`."""
    with commit("plan crm events"):
        lease.show(reading.held)
        issues.take_turns([reading.organization.pk])
        reading.shown_at = time.monotonic()
        items = _known(page.changes, resource)
        _born(reading, [c.record for c in page.changes if c.record and _is_new(c, items)])
        changed(reading, [(items[c.record_id], c) for c in page.changes if c.record_id in items])
        Cursor.objects.update_or_create(
            organization=reading.organization,
            mailbox=None,
            resource=resource,
            defaults={"value": page.cursor, "moved_at": clock.now(), "users": sorted(reading.mailboxes)},
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
    intend_all(reading, [(made[fresh[r.ref.id].key], r, box.pk) for r, box in ours if inside.holds(r.record)])


def _item(reading: Reading, record: CrmRecord, secret: str) -> Item:
    resource = content.resource_of(record.record)
    key = identity.key(secret, resource, identity.record_text(record.ref.id))
    item = Item(organization=reading.organization, resource=resource, key=key, record_id=record.ref.id)
    describe(item, record.record, secret)
    return item


@within_commit
def intend_all(reading: Reading, told: Sequence[tuple[Item, CrmRecord | None, int]], proof: str = GONE_PROOF) -> None:
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
def changed(reading: Reading, pairs: Sequence[tuple[Item, CrmChange]], proof: str = GONE_PROOF) -> None:
    """What says something else than what was agreed on, and what is gone, by this proof."""
    let_go = _let_go(pairs)
    pairs = _without_let_go(reading, pairs, let_go)
    strays = [(item, change) for item, change in pairs if _is_stray(item, change)]
    _take_away(reading, [(item, change.record) for item, change in strays if change.record])
    over_already = {item.pk for item, _ in strays}
    pairs = [(item, change) for item, change in pairs if item.pk not in over_already]
    copies = leaders([item.pk for item, _ in pairs])
    rows = Change.objects.filter(item__in=[item for item, _ in pairs], direction=Direction.TO_MAILBOX)
    waiting = {row.item_id: row for row in rows.select_related("mailbox")}
    asked = {pk: row for pk, row in waiting.items() if row.asked}  # they may be there by now
    orphans = _orphans(pairs, copies)
    given: dict[bool, list[tuple[Item, CrmRecord | None, int]]] = {True: [], False: []}
    told: list[tuple[Item, CrmRecord | None, int]] = []
    over: list[Item] = []
    far: list[tuple[Item, CrmChange]] = []
    for item, change in pairs:
        holder = copies.get(item.pk) or asked.get(item.pk)
        owner = _owner(reading, change)
        if item.resource in content.PERSONAL and owner is None:
            holder = holder or waiting.get(item.pk)
        mailbox_id = holder.mailbox_id if holder else owner
        if holder and change.record and is_anothers(item, holder.mailbox, change.record):
            given[owner is not None].append((item, None, holder.mailbox_id))
        elif mailbox_id is None or (change.record is None and item.pk not in copies and item.pk not in asked):
            over += [] if change.record else [item]
        elif _is_far(item, change, waits=item.pk in waiting):
            far.append((item, change))
        elif item.pk in orphans or item.pk in let_go or _says_else(reading, item, change, waits=item.pk in waiting):
            told.append((item, change.record, mailbox_id))
    for_now = ("outside_window", *content.LET_GO)
    Filtered.objects.filter(item__in=[item for item, _, _ in told], rule__in=for_now).delete()
    _begin_anew([item for item, record, _ in told if record and item.pk in orphans])
    intend_all(reading, told, proof)
    intend_all(reading, given[True], GIVEN_PROOF)
    intend_all(reading, given[False], NOBODYS_PROOF)
    _bury(reading, over)
    _still_far(reading, [(item, change.record) for item, change in far if change.record])


@within_commit
def _without_let_go(
    reading: Reading, pairs: Sequence[tuple[Item, CrmChange]], let_go: Collection[int]
) -> list[tuple[Item, CrmChange]]:
    """Without contacts that their owner's mailbox has let go, and does not want again, and without those that came to
    be somebody's who has no mailbox; whoever else they came to be is told."""
    had = contact_planning.last_holders(let_go)
    told: list[tuple[Item, CrmChange]] = []
    left: list[Item] = []
    for item, change in pairs:
        box, owner = had.get(item.pk), _owner(reading, change)
        if change.record and box and owner is None and is_anothers(item, box, change.record):
            left.append(item)
        elif not (change.record and box and owner == box.pk):
            told.append((item, change))
    _leave(left)
    return told


def _let_go(pairs: Sequence[tuple[Item, CrmChange]]) -> set[int]:
    contacts = [item.pk for item, _ in pairs if item.resource == Resource.CONTACT]
    rows = Filtered.objects.filter(item__in=contacts, rule__in=content.LET_GO)
    return set(rows.values_list("item_id", flat=True)) if contacts else set()


@within_commit
def _leave(items: Sequence[Item]) -> None:
    """They are none of ours any more: whoever enters the person again finds somebody else's contact."""
    Filtered.objects.filter(item__in=items).delete()
    Item.objects.filter(pk__in=[item.pk for item in items]).update(gone_at=clock.now())


def _is_stray(item: Item, change: CrmChange) -> bool:
    """Whether we made this record and nobody wants it any more: whoever wrote it slept while the event was deleted or
    kept out, and did not live to write the record down."""
    if change.record is None or change.record.key != item.key or change.record_id == item.record_id:
        return False
    if item.resource == Resource.CONTACT:
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
    if item.resource in content.PERSONAL and item.gone_at is not None:
        return window().holds(change.record.record)  # it was brought back, or given back
    if not base:
        born_here = item.synced_at is None and not change.record.key
        return waits or (born_here and window().holds(change.record.record) and not _is_kept_out(item))
    elsewhere = agreeing.moved(item.base, reading.lines.field_maps.places(Resource(item.resource)))
    secret = reading.organization.secret
    side = agreeing.crm_side(change.record.record, False, base, secret, hidden=False, moved=elsewhere)
    return waits or side.news is News.UPSERT


def _orphans(pairs: Sequence[tuple[Item, CrmChange]], copies: Mapping[int, Binding]) -> set[int]:
    """Tasks and contacts whose mailbox was taken out of our hands, with all that we knew of its copy."""
    lonely = [i.pk for i, _ in pairs if i.resource in content.PERSONAL and i.base and i.pk not in copies]
    if not lonely:
        return set()
    rows = Item.objects.filter(pk__in=lonely, bindings=None, changes=None)
    return set(rows.values_list("pk", flat=True))


@within_commit
def _begin_anew(items: Sequence[Item]) -> None:
    """Nobody has agreed on these with the mailbox that is to have them."""
    for item in items:
        item.base, item.sent, item.synced_at = {}, {}, None
    Item.objects.bulk_update(items, ["base", "sent", "synced_at"], batch_size=200)


def _is_far(item: Item, change: CrmChange, *, waits: bool) -> bool:
    """Whether it is in no calendar, and lies outside of the window as before."""
    if change.record is None or item.base or item.synced_at is not None or waits:
        return False
    return not window().holds(change.record.record) and Filtered.objects.filter(item=item).exists()


@within_commit
def _still_far(reading: Reading, pairs: Sequence[tuple[Item, CrmRecord]]) -> None:
    """Where it lies now says when the window will have reached it."""
    for item, record in pairs:
        describe(item, record.record, reading.organization.secret)
    Item.objects.bulk_update([item for item, _ in pairs], ["title", "private", "occurred_at"], batch_size=200)


def _is_kept_out(item: Item) -> bool:
    return Filtered.objects.filter(item=item).exclude(rule="outside_window").exists()


@within_commit
def _bury(reading: Reading, items: Sequence[Item]) -> None:
    """Deleted in the CRM, and in no calendar: it is over."""
    if not items:
        return
    ids = [item.pk for item in items]
    for direction in Direction:
        proofs = {item.key: GONE_PROOF for item in items}
        issues.close(reading.organization.pk, proofs, Resolution.GONE, direction=direction.value)
    Change.objects.filter(item__in=ids).delete()
    Item.objects.filter(pk__in=ids).update(gone_at=clock.now(), synced_at=None, base={})
