"""From the change feed into rows: read a page, plan what it means. No row is without an item, no item without an end.

A page is read in slices of one request each, and each slice is planned in a transaction of its own; the cursor
does not move before everything of the page has come to an end (`settling`). Read twice, a page plans the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.errors import Failure, ItemError, Kind, Matched
from connectors.journal import TITLE, entry, record_all
from connectors.models import Mailbox, Verb
from connectors.records import Email, Flag, Page, Ref, Resource, Window
from issues import services as issues
from issues.models import Resolution
from syncapp.engine import identity, labelling, payload
from syncapp.engine.job import Job
from syncapp.engine.matching import MAILBOX_RULES, filed
from syncapp.engine.settling import Failed, settle
from syncapp.models import Binding, Change, ChangeState, Filtered, Item

KEPT = ("payload", "bare", "needs_mailbox")  # what `_keep` writes
SLICE = 50  # one request to Gmail
ALONE_AFTER = 2  # claims without an end: from then on an item is read and prepared by itself


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One message of a page. Without `email` it could not be read, as `failure` says, or nobody has tried yet."""

    remote_id: str
    key: str
    email: Email | None = None
    failure: Failure | None = None


def window(mailbox: Mailbox) -> Window | None:
    """What a full read is about; None is everything.

    It begins so many days before the mailbox came to us, whenever that read is: one after a forgotten cursor or a long
    pause reaches back as far as the first one did, so that nothing is lost between the two.
    """
    days = settings.SYNC_EMAIL_FIRST_DAYS
    return Window(start=mailbox.created_at - timedelta(days=days), end=clock.now()) if days else None


def take_in(job: Job, page: Page) -> None:
    """Reads and plans a page. Raises `SideFailed` and `LeaseLost`."""
    gone = [change.ref.id for change in page.changes if change.gone]
    fresh = unknown(job, [change.ref for change in page.changes if not change.gone])
    if job.held.asks_for_care:
        fresh = suspect(job, fresh)
    for at in range(0, len(fresh), SLICE):
        seen = read(job, fresh[at : at + SLICE])
        plan(job, seen)
        _put_off(job, {s.key: s.failure for s in seen if s.failure})
    if gone:
        bury(job, gone)


def suspect(job: Job, refs: Sequence[Ref]) -> list[Ref]:
    """Rows for messages that nobody has read yet, because workers died of reading; gives back what was read before.

    Each counts as one that two died of: it is read by itself, and set aside if it kills again.
    """
    before = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=[ref.id for ref in refs])
    known = set(before.values_list("remote_id", flat=True))
    seen = [_unread(job, ref) for ref in refs if ref.id not in known]
    with commit("suspect"):
        plan(job, seen)
        rows = Change.objects.filter(mailbox=job.mailbox, item__key__in=[s.key for s in seen])
        rows.filter(state=ChangeState.PENDING, claims__lt=ALONE_AFTER).update(claims=ALONE_AFTER)
    return [ref for ref in refs if ref.id in known]


def _unread(job: Job, ref: Ref, failure: Failure | None = None) -> Seen:
    text = identity.provisional(job.mailbox.address, ref.id)
    return Seen(remote_id=ref.id, key=_key(job, text), failure=failure)


def unknown(job: Job, refs: Sequence[Ref]) -> list[Ref]:
    """What has no row yet, and what only this mailbox's filing kept out: that may have changed."""
    known = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=[ref.id for ref in refs])
    settled = set(known.exclude(item__filtered__rule__in=MAILBOX_RULES).values_list("remote_id", flat=True))
    return [ref for ref in refs if ref.id not in settled]


def read(job: Job, refs: Sequence[Ref]) -> list[Seen]:
    """The messages behind the refs; those that are gone by now are left out."""
    answers = job.lines.mail.call("get messages", lambda mail: mail.get(Resource.EMAIL, refs))
    labelling.look_for(job, [each for each in answers if isinstance(each, Email)])
    pairs = zip(refs, answers, strict=True)
    return [seen_as(job, ref, answer) for ref, answer in pairs if not _is_gone(answer)]


def _is_gone(answer: Email | ItemError) -> bool:
    return isinstance(answer, ItemError) and answer.failure.kind is Kind.NOT_FOUND


def seen_as(job: Job, ref: Ref, answer: Email | ItemError) -> Seen:
    """What the mailbox gave for a ref, under the key of its identity as far as that is known."""
    if isinstance(answer, ItemError):
        return _unread(job, ref, answer.failure)
    text = identity.identity(answer, job.mailbox.address, ref.id)
    return Seen(remote_id=ref.id, key=_key(job, text), email=answer)


def _key(job: Job, text: str) -> str:
    return identity.key(job.organization.secret, Resource.EMAIL, text)


def plan(job: Job, seen: Sequence[Seen]) -> None:
    """Rows for what was read: items, this mailbox's copies, and a change for each item that needs one."""
    with commit("plan"):
        job.show()
        # In one order everywhere: two mailboxes that see the same messages at once wait for each other's inserts.
        in_order = sorted(seen, key=lambda s: s.key)
        Item.objects.bulk_create((_item(job, s) for s in in_order), ignore_conflicts=True)
        items = {i.key: i for i in Item.objects.filter(key__in=[s.key for s in seen])}
        Binding.objects.bulk_create((_binding(job, s, items[s.key]) for s in seen), ignore_conflicts=True)
        _intend(job, seen, items)
        _note_copies(job, seen, items)
        job.count(read=len(seen))


def _item(job: Job, seen: Seen) -> Item:
    item = Item(organization=job.organization, key=seen.key, provisional=seen.email is None)
    if seen.email:
        describe(item, seen.email)
    return item


def describe(item: Item, email: Email) -> None:
    """What a list shows of an item."""
    item.title = email.subject[:TITLE]
    item.conversation_key = identity.conversation(email)
    item.occurred_at = email.date
    # Nobody can tell other content from this where the content was not read.
    item.content_hash = "" if Flag.HEADERS_ONLY in email.flags else identity.content_hash(email)


def _binding(job: Job, seen: Seen, item: Item) -> Binding:
    thread = seen.email.thread if seen.email else ""
    return Binding(
        organization=job.organization, mailbox=job.mailbox, item=item, remote_id=seen.remote_id, thread_id=thread
    )


@within_commit
def _intend(job: Job, seen: Sequence[Seen], items: dict[str, Item]) -> None:
    """A change for each item that is not in Salesforce, not filtered for good and has no change yet."""
    ids = [item.pk for item in items.values()]
    _unfilter(seen, items)
    _take_over(job, seen, items)
    filtered = set(Filtered.objects.filter(item__in=ids).values_list("item_id", flat=True))
    Change.objects.bulk_create(
        (
            _change(job, s, items[s.key])
            for s in seen
            if items[s.key].synced_at is None and items[s.key].pk not in filtered
        ),
        ignore_conflicts=True,
    )


def _unfilter(seen: Sequence[Seen], items: dict[str, Item]) -> None:
    """Forgets that a mailbox's own filing kept an item out: this copy is judged anew."""
    again = [items[s.key].pk for s in seen if s.email is not None]
    Filtered.objects.filter(item__in=again, rule__in=MAILBOX_RULES).delete()


@within_commit
def _take_over(job: Job, seen: Sequence[Seen], items: dict[str, Item]) -> None:
    """What another mailbox files as spam and nobody has judged yet is judged by this mailbox's better copy."""
    rules = labelling.rules_of(job)
    better = {items[s.key].pk: s.email for s in seen if s.email and not filed(s.email, rules)}
    elsewhere = Change.objects.select_for_update(of=("self",)).filter(item__in=better, state=ChangeState.PENDING)
    for change in elsewhere.exclude(mailbox=job.mailbox).order_by("pk"):
        theirs = labelling.rules_in(change.mailbox_id, job.organization)
        if change.payload and filed(payload.from_json(change.payload), theirs):
            change.mailbox = job.mailbox
            _keep(job, change, better[change.item_id])
            change.save(update_fields=["mailbox", *KEPT])


def _keep(job: Job, change: Change, email: Email) -> None:
    """Has a change say what was read, and whether its mailbox is to be asked for files when it is written."""
    change.payload = payload.to_json(email)
    change.bare = Flag.HEADERS_ONLY in email.flags
    change.needs_mailbox = bool(job.organization.file_rules.wanted(email.attachments))


def _change(job: Job, seen: Seen, item: Item) -> Change:
    code = seen.failure.code if seen.failure else ""
    change = Change(organization=job.organization, mailbox=job.mailbox, item=item, code=code)
    if seen.email:
        _keep(job, change, seen.email)
    return change


def _note_copies(job: Job, seen: Iterable[Seen], items: dict[str, Item]) -> None:
    """One record is written from the first copy; a copy that says something else is noted, never written."""
    record_all(
        entry(
            organization=job.organization,
            mailbox=job.mailbox,
            verb=Verb.OTHER_CONTENT,
            item_key=s.key,
            title=s.email.subject,
            note="The first copy stands in Salesforce.",
        )
        for s in seen
        if s.email
        and Flag.HEADERS_ONLY not in s.email.flags
        and items[s.key].content_hash
        and items[s.key].content_hash != identity.content_hash(s.email)
    )


def _put_off(job: Job, unread: Mapping[str, Failure]) -> None:
    """What could not be read has had its first try with that. Asking again at once is not for us to decide."""
    if unread:
        rows = Change.objects.filter(mailbox=job.mailbox, item__key__in=unread, state=ChangeState.PENDING)
        found = rows.select_related("item", "issue").order_by("pk")
        settle(job, [(change, Failed(failure=unread[change.item.key])) for change in found], None)


def bury(job: Job, remote_ids: Sequence[str]) -> None:
    """Messages deleted in the mailbox. What was never written and lies nowhere else any more is over."""
    present = clock.now()
    with commit("bury"):
        job.show()
        rows = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=remote_ids, gone_at=None)
        items = list(rows.values_list("item_id", flat=True))
        rows.update(gone_at=present)
        over = Item.objects.filter(pk__in=items, synced_at=None).exclude(bindings__gone_at=None)
        keys = {item.key: f"gone from every mailbox at {present:%Y-%m-%dT%H:%M:%SZ}" for item in over}
        issues.close(job.organization.pk, keys, Resolution.GONE)
        Change.objects.filter(item__key__in=keys).delete()


def read_again(job: Job, change: Change) -> Email | Failure | None:
    """The message of a change that has none, or only its headers. None: it turned out to be another item's copy."""
    binding = Binding.objects.filter(item=change.item, mailbox=job.mailbox, gone_at=None).first()
    if binding is None:
        return not_in_mailbox()
    ref = Ref(id=binding.remote_id)
    (answer,) = job.lines.mail.call("get message again", lambda mail: mail.get(Resource.EMAIL, [ref]))
    if isinstance(answer, ItemError):
        return answer.failure
    return answer if _recognise(job, change, binding, answer) else None


def not_in_mailbox() -> Failure:
    """There is no copy left to read."""
    return Failure(provider="engine", code="engine.NOT_IN_MAILBOX", kind=Kind.NOT_FOUND, matched=Matched.CODE)


def _recognise(job: Job, change: Change, binding: Binding, email: Email) -> bool:
    """Gives an item its true identity, now that it could be read. False if that item is there already."""
    item = change.item
    key = _key(job, identity.identity(email, job.mailbox.address, binding.remote_id))
    with commit("recognise"):
        job.show()
        twin = Item.objects.filter(key=key).exclude(pk=item.pk).first()
        if twin is not None:
            _merge(job, change, Seen(remote_id=binding.remote_id, key=key, email=email), twin)
            return False
        issues.rename(
            job.organization.pk, item.key, key, title=email.subject, conversation=identity.conversation(email)
        )
        item.key, item.provisional = key, False
        describe(item, email)
        item.save()
        _keep(job, change, email)
        change.save(update_fields=KEPT)
    return True


@within_commit
def _merge(job: Job, change: Change, seen: Seen, twin: Item) -> None:
    """The item of the change turned out to be a copy of another one; that copy is judged like any other."""
    item = change.item
    Binding.objects.filter(item=item).update(item=twin)
    issues.close(job.organization.pk, {item.key: f"the same message as {twin.key[:12]}"}, Resolution.MERGED)
    change.delete()
    item.delete()
    _intend(job, [seen], {seen.key: twin})
    _note_copies(job, [seen], {seen.key: twin})
