"""What is otherwise with contacts when an address book tells of them.

What people keep outside of what is shared is theirs: nothing of it comes into our tables. What they throw away, or take
out of what is shared, stays in the CRM, where it belongs to more people than to them; their mailbox does not get it
again. And who comes as somebody that the CRM has, or had, for this mailbox is that one, by address and name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from connectors import clock
from connectors.contacts import Contact, same_name
from connectors.effects import within_commit
from connectors.journal import entry, record_all
from connectors.models import Mailbox, Verb
from connectors.records import Direction, Page, RemoteChange, Resource
from issues import services as issues
from issues.models import Resolution
from syncapp.engine import content, identity
from syncapp.engine.filtering import keep_out
from syncapp.engine.job import Job
from syncapp.models import Binding, Change, ChangeState, Item


def kept(job: Job, page: Page) -> Page:
    """The page without contacts that are not shared, but for those that were."""
    outside = {c.ref.id for c in page.changes if c.outside and isinstance(c.record, Contact)}
    if not outside:
        return page
    living = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=outside, gone_at=None)
    strangers = outside - set(living.values_list("remote_id", flat=True))
    return replace(page, changes=tuple(c for c in page.changes if c.ref.id not in strangers))


def lead(copies: Sequence[Binding]) -> None:
    """Of a contact one entry is in step: what is taken back out of the trash stands beside the one that came after it,
    here or with somebody else, and has no say while that is there."""
    ids = [copy.item_id for copy in copies if copy.item.resource == Resource.CONTACT]
    rows = Binding.objects.filter(item__in=ids, gone_at=None, leads=True).order_by("-pk")
    leading = {row.item_id: (row.mailbox_id, row.remote_id) for row in rows}
    for copy in copies:
        mine = copy.mailbox_id, copy.remote_id
        copy.leads = copy.leads and leading.setdefault(copy.item_id, mine) == mine


@within_commit
def let_go(job: Job, out: Mapping[int, tuple[Item, str]]) -> None:
    """Contacts that the mailbox lets go, by the rule that says so. Those that Salesforce has deleted or given away are
    on their way out already, and go on to whoever is to have them; the mailbox keeps what it has for itself."""
    going = _leaving([item for item, _ in out.values()])
    leave_out(job, {pk: each for pk, each in out.items() if pk not in going})
    proofs = {item.key: f"rule {rule}" for pk, (item, rule) in out.items() if pk in going}
    issues.close(job.organization.pk, proofs, Resolution.FILTERED, direction=Direction.TO_CRM.value)
    rows = Change.objects.filter(item__in=going)
    rows.filter(direction=Direction.TO_CRM).delete()
    # Nothing is to be deleted here any more, so that nobody has to be asked.
    rows.update(state=ChangeState.PENDING, next_attempt_at=None, issue=None, code="")
    Binding.objects.filter(item__in=going, mailbox=job.mailbox).update(gone_at=clock.now(), missing_since=None)


def _leaving(items: Sequence[Item]) -> set[int]:
    """Those that are to leave the mailbox, by the word of the CRM."""
    told = Change.objects.filter(item__in=items, direction=Direction.TO_MAILBOX, gone=True)
    return set(told.values_list("item_id", flat=True))


@within_commit
def leave_out(job: Job, out: Mapping[int, tuple[Item, str]]) -> None:
    """Contacts that the mailbox lets go, or that the CRM has otherwise, by the rule that says so. Nothing is written on
    either side. What was let go is none of this mailbox's copies any more."""
    if not out:
        return
    items = [item for item, _ in out.values()]
    for direction in Direction:
        proofs = {item.key: f"rule {rule}" for item, rule in out.values()}
        issues.close(job.organization.pk, proofs, Resolution.FILTERED, direction=direction.value)
    Change.objects.filter(item__in=items).delete()
    keep_out(job.organization, {item.pk: rule for item, rule in out.values()})
    over = [item for item, rule in out.values() if rule in content.LET_GO]
    Binding.objects.filter(item__in=over, mailbox=job.mailbox).update(gone_at=clock.now(), missing_since=None)
    Item.objects.filter(pk__in=[item.pk for item in over]).update(base={}, sent={}, synced_at=None)
    _note(job, out.values())
    job.count(filtered=len(out))


@within_commit
def _note(job: Job, out: Iterable[tuple[Item, str]]) -> None:
    record_all(
        entry(
            organization=job.organization,
            mailbox=job.mailbox,
            verb=Verb.FILTERED,
            item_key=item.key,
            title=item.title,
            note=rule,
        )
        for item, rule in out
    )


@within_commit
def without_kept(job: Job, deleted: Sequence[Item]) -> list[Item]:
    """Of what was deleted in this mailbox and may be in the CRM, what is to be deleted there as well: no contact, but
    for one that the CRM has deleted, too."""
    contacts = [item for item in deleted if item.resource == Resource.CONTACT]
    if not contacts:
        return list(deleted)
    gone = _leaving(contacts)
    leave_out(job, {item.pk: (item, content.THROWN_AWAY) for item in contacts if item.pk not in gone})
    return [item for item in deleted if item.resource != Resource.CONTACT or item.pk in gone]


# -- Who is known already


@within_commit
def by_address(job: Job, changes: Sequence[RemoteChange], keys: Mapping[str, str]) -> dict[str, Item]:
    """Contacts that are new to this mailbox, and that it was to get or had let go: the items, by the key of what is
    there now."""
    new = [(keys[c.ref.id], c.record) for c in changes if isinstance(c.record, Contact) and not c.outside]
    told = zip(new, waiting(job, [contact for _, contact in new]), strict=True)
    known = {key: item for (key, _), item in told if item}
    for alias, item in known.items():
        item.alias = alias
        item.save(update_fields=["alias"])
    Change.objects.filter(item__in=known.values()).exclude(asked=None).update(asked=None)
    return known


def waiting(job: Job, contacts: Sequence[Contact]) -> list[Item | None]:
    """For each of these, in their order, the item of the CRM that is this person, that this mailbox was to get or has
    let go, and that no mailbox has, each once; none where there are several: which of them it is, is for the rules to
    say."""
    living = Binding.objects.filter(item=OuterRef("pk"), gone_at=None)
    meant = Change.objects.filter(item=OuterRef("pk"), mailbox=job.mailbox, direction=Direction.TO_MAILBOX, gone=False)
    had = Binding.objects.filter(item=OuterRef("pk")).exclude(gone_at=None).order_by("-gone_at", "-pk")
    let_go = Q(filtered__rule__in=content.LET_GO, let_go_by=job.mailbox.pk)
    rows = with_address(job, contacts).annotate(let_go_by=Subquery(had.values("mailbox")[:1])).exclude(record_id="")
    items = grouped(rows.filter(~Exists(living), Exists(meant) | let_go))
    taken: set[int] = set()
    told: list[Item | None] = []
    for contact in contacts:
        found = [item for item in alike(job, contact, items) if item.pk not in taken]
        told.append(found[0] if len(found) == 1 else None)
        taken |= {item.pk for item in found if len(found) == 1}
    return told


@within_commit
def told_too_early(job: Job, contacts: Mapping[int, Contact]) -> set[int]:
    """Of these, by item, who may be in the CRM by now although it did not have them when this job looked: another
    mailbox is bringing the same person, or has since. Nobody else begins to until this transaction ends, so that of
    two who looked before either wrote one goes on, and the other looks again. Nobody waits for a mailbox that was taken
    out, whose changes went with it."""
    if not contacts:
        return set()
    issues.take_turns([job.organization.pk])
    rows = with_address(job, contacts.values()).exclude(pk__in=contacts)
    on_its_way = Exists(Change.objects.filter(item=OuterRef("pk"), direction=Direction.TO_CRM))
    others = grouped(rows.filter(~Q(sent={}) & Q(on_its_way) | Q(synced_at__gte=job.run.started_at)))
    return {pk for pk, contact in contacts.items() if alike(job, contact, others)}


def with_address(job: Job, contacts: Iterable[Contact]) -> QuerySet[Item]:
    """The contacts of the organization that have one of their addresses."""
    wanted = {key for contact in contacts for key in _keys(job, contact)}
    return Item.objects.filter(resource=Resource.CONTACT, address_key__in=wanted, gone_at=None)


def grouped(items: Iterable[Item]) -> dict[str, list[Item]]:
    """By the keys of their addresses."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.address_key, []).append(item)
    return found


def alike(job: Job, contact: Contact, items: Mapping[str, Sequence[Item]]) -> list[Item]:
    """Those of these, grouped, that have one of its addresses and may have its name."""
    near = (item for key in _keys(job, contact) for item in items.get(key, ()))
    return [item for item in near if same_name(item.title, contact.title)]


def _keys(job: Job, contact: Contact) -> list[str]:
    return [identity.address_key(job.organization.secret, each) for each in dict.fromkeys(contact.emails)]


def last_holders(item_ids: Iterable[int]) -> dict[int, Mailbox]:
    """The mailbox that had each contact last, of these. It may have been another one's before."""
    rows = Binding.objects.filter(item__in=list(item_ids))
    had = rows.exclude(gone_at=None).select_related("mailbox").order_by("gone_at", "pk")
    return {row.item_id: row.mailbox for row in had}
