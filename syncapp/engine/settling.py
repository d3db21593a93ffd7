"""Where a try ends: done with proof, waiting, an issue, or kept out by name. One transaction, fence shown.

The cursor moves here, in the same transaction, once nothing of the mailbox is pending any more. So it never
passes an item that has not come to an end of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from django.db.models import QuerySet

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.errors import Failure, Kind
from connectors.journal import entry, record_all
from connectors.models import Activity, Verb
from connectors.records import Direction, Resource
from issues import catalogue
from issues import services as issues
from issues.catalogue import Scope
from issues.lifecycle import UNRESOLVED
from issues.models import Issue, Resolution, ScopeChoices
from syncapp.engine import queueless, retry
from syncapp.engine.due import TRIED
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.models import Binding, Change, ChangeState, Cursor, Filtered, Item

chance = Random()


@dataclass(frozen=True, kw_only=True)
class Synced:
    """`lacking` are the codes of what kept attachments back that were wanted, `keyless` says that the record stands
    there without our key."""

    record_id: str
    lacking: tuple[str, ...] = ()
    keyless: bool = False


@dataclass(frozen=True, kw_only=True)
class KeptOut:
    rule: str


@dataclass(frozen=True, kw_only=True)
class Failed:
    """`about_id` is the record in Salesforce to look at first, "" if there is none; `side` is who refused."""

    failure: Failure
    about_id: str = ""
    side: Scope = Scope.MAILBOX


Result = Synced | KeptOut | Failed


def settle(job: Job, results: Sequence[tuple[Change, Result]], cursor: str | None) -> None:
    """Writes down what became of these changes. Raises `LeaseLost`.

    A refusal of one record that is really about a whole side (its storage is full, a field is hidden, the mailbox
    may not be read) leaves its change pending and is raised as `SideFailed`, after the others are settled.
    """
    stops = [(r.failure, side) for _, r in results if isinstance(r, Failed) and (side := larger(r))]
    own = [(change, r) for change, r in results if not (isinstance(r, Failed) and larger(r))]
    with commit("settle"):
        job.show()
        _done(job, [(c, r) for c, r in own if isinstance(r, Synced)])
        _kept_out(job, [(c, r) for c, r in own if isinstance(r, KeptOut)])
        _failed(job, [(c, r) for c, r in own if isinstance(r, Failed)])
        move_cursor(job, cursor)
    if stops:
        raise SideFailed(*stops[0])


def larger(failed: Failed) -> Scope | None:
    """What stands still, if the refusal is about more than this record. What passes by itself waits with its item."""
    if failed.failure.code == queueless.CODE:
        return None
    entry = catalogue.entry(failed.failure.code)
    if entry.scope is Scope.ORGANIZATION:
        return Scope.ORGANIZATION
    lasts = entry.scope is Scope.MAILBOX and entry.retry is not catalogue.Retry.BACKOFF
    return failed.side if lasts or failed.failure.kind is Kind.AUTH else None


@within_commit
def move_cursor(job: Job, cursor: str | None, resource: Resource = Resource.EMAIL) -> None:
    """Moves the mailbox's cursor unless something that it read is still pending. What somebody has set aside is not:
    its issue accounts for it, and nobody will work it off."""
    pending = Change.objects.filter(TRIED, mailbox=job.mailbox, state=ChangeState.PENDING, direction=Direction.TO_CRM)
    if cursor is None or pending.filter(item__resource=resource).exists():
        return
    moved = {"value": cursor, "moved_at": clock.now()}
    if not Cursor.objects.filter(mailbox=job.mailbox, resource=resource).update(**moved):
        Cursor.objects.create(organization=job.organization, mailbox=job.mailbox, resource=resource, **moved)


@within_commit
def _done(job: Job, done: Sequence[tuple[Change, Synced]]) -> None:
    """In Salesforce, with the record as proof. The change has done its work and goes; another mailbox that took it
    over may have written the same record before, and then it is told already."""
    present = clock.now()
    for change, result in done:
        change.item.record_id, change.item.synced_at = result.record_id, present
        change.item.keyless = result.keyless
        if change.item.filled_in is not None:  # a message is never written again
            change.item.given = None
            change.item.save(update_fields=["given"])
    Item.objects.bulk_update([c.item for c, _ in done], ["record_id", "synced_at", "keyless"], batch_size=200)
    proofs = {change.item.key: f"record {result.record_id}" for change, result in done}
    issues.close(job.organization.pk, proofs, Resolution.SYNCED)
    there = _there(Change.objects.all(), [change for change, _ in done])
    _drop(job, there, Verb.SYNCED)
    lacking = {change.pk: result.lacking for change, result in done}
    record_all(_about(job, change, Verb.BY_NAME, code=code) for change in there for code in lacking[change.pk])
    job.count(written=len(there))


@within_commit
def _kept_out(job: Job, out: Sequence[tuple[Change, KeptOut]]) -> None:
    """Kept out of Salesforce by a rule with a name; but not what another mailbox has taken over meanwhile."""
    if not out:
        return
    issues.take_turns([job.organization.pk])
    ours = set(_there(Change.objects.filter(mailbox=job.mailbox), [change for change, _ in out]))
    out = [(change, result) for change, result in out if change in ours]
    rows = [Filtered(organization=job.organization, item=change.item, rule=result.rule) for change, result in out]
    Filtered.objects.bulk_create(rows, ignore_conflicts=True)
    proofs = {change.item.key: f"rule {result.rule}" for change, result in out}
    issues.close(job.organization.pk, proofs, Resolution.FILTERED)
    _drop(job, [change for change, _ in out], Verb.FILTERED, [result.rule for _, result in out])
    job.count(filtered=len(out))


def _there(rows: QuerySet[Change], changes: Sequence[Change]) -> list[Change]:
    """Those of the changes that are still among these rows and say the same, locked until the transaction ends."""
    wanted = rows.select_for_update(of=("self",)).filter(pk__in=[change.pk for change in changes])
    still = dict(wanted.order_by("pk").values_list("pk", "revision"))
    return [change for change in changes if still.get(change.pk) == change.revision]


def _drop(job: Job, changes: Sequence[Change], verb: Verb, notes: Sequence[str] = ()) -> None:
    Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
    said = notes or [""] * len(changes)
    record_all(_about(job, change, verb, note=note) for change, note in zip(changes, said, strict=True))


@within_commit
def _failed(job: Job, failed: Sequence[tuple[Change, Failed]]) -> None:
    """Each by the ladder: tried again by itself, or an issue. No failure is without a line in the journal.

    What another mailbox has taken over meanwhile is its own to judge, and what says something new was not tried yet.
    """
    if not failed:
        return
    issues.take_turns([job.organization.pk])
    ours = set(_there(Change.objects.filter(mailbox=job.mailbox), [change for change, _ in failed]))
    failed = [(change, result) for change, result in failed if change in ours]
    present = clock.now()
    reports, waiting = list[issues.Report](), list[Activity]()
    urls = _mailbox_urls(job, [change for change, _ in failed])
    directions = _directions([change for change, _ in failed])
    ownerless = queueless.tell(job.organization, [result.failure for _, result in failed], job.crm_url(""))
    for change, result in failed:
        failure = result.failure
        verdict = _verdict(change, failure, present)
        change.state = ChangeState.WAITING if verdict.again_at else ChangeState.FAILED
        change.tries, change.next_attempt_at, change.code = verdict.tries, verdict.again_at, failure.code
        change.claims = 0
        if verdict.issue or queueless.is_told_of_alone(change, failure):
            url = urls.get(change.item_id, "")
            report = _report(job, change, result, mailbox_url=url, alert=verdict.alert)
            reports.append(replace(report, direction=directions[change.pk]))
        else:
            waiting.append(_about(job, change, Verb.SYNC_ERROR, code=failure.code))
    opened = {place: issue for part in _by_direction(reports) for place, issue in _open(part).items()}
    for change, result in failed:
        behind = ownerless.get(queueless.queue_of(result.failure))
        change.issue = opened.get((change.item.key, directions[change.pk])) or behind or change.issue
    fields = ["state", "tries", "next_attempt_at", "code", "claims", "issue"]
    Change.objects.bulk_update([change for change, _ in failed], fields, batch_size=200)
    record_all(waiting)
    job.count(failed=len(failed))


def _verdict(change: Change, failure: Failure, present: datetime) -> retry.ItemVerdict:
    """By the ladder; what waits for a queue is told of with all others that do."""
    if failure.code == queueless.CODE:
        return retry.held_up(tries=change.tries, now=present)
    entry_of = catalogue.entry(failure.code)
    return retry.item_failed(failure, entry_of, tries=change.tries, now=present, chance=chance)


def _directions(changes: Sequence[Change]) -> dict[int, str]:
    """Where each of these is told of: an item that waits both ways has one issue, whichever way it fails now."""
    issues_of = Issue.objects.filter(pk__in=[c.issue_id for c in changes], scope=ScopeChoices.ITEM)
    waits = dict(issues_of.filter(status__in=UNRESOLVED).values_list("pk", "direction"))
    return {change.pk: waits.get(change.issue_id or 0, change.direction) for change in changes}


def _by_direction(reports: Sequence[issues.Report]) -> list[list[issues.Report]]:
    """The answer names subjects alone, and an item may fail both ways."""
    directions = dict.fromkeys(each.direction for each in reports)
    return [[each for each in reports if each.direction == direction] for direction in directions]


@within_commit
def _open(reports: Sequence[issues.Report]) -> dict[tuple[str, str], Issue]:
    """The issues of reports of one direction, by subject and direction."""
    return {(key, reports[0].direction): issue for key, issue in issues.report(reports).items()}


def _about(job: Job, change: Change, verb: Verb, *, code: str = "", note: str = "") -> Activity:
    return entry(
        organization=job.organization,
        mailbox=job.mailbox,
        verb=verb,
        item_key=change.item.key,
        scope=ScopeChoices.ITEM,
        title=change.item.title,
        code=code,
        note=note,
    )


def _report(job: Job, change: Change, failed: Failed, *, mailbox_url: str, alert: bool) -> issues.Report:
    failure, item = failed.failure, change.item
    return issues.Report(
        organization_id=job.organization.pk,
        scope=ScopeChoices.ITEM,
        subject_key=item.key,
        mailbox_id=job.mailbox.pk,
        resource=item.resource,
        direction=change.direction,
        code=failure.code,
        said=failure.said,
        fields=failure.fields,
        title=item.title,
        private=item.private,
        conversation_key=item.conversation_key,
        mailbox_url=mailbox_url,
        crm_url=job.crm_url(failed.about_id),
        evidence=dict(failure.evidence),
        http_status=failure.status or None,
        request_id=failure.request_id,
        alert=alert,
    )


def _mailbox_urls(job: Job, changes: Sequence[Change]) -> dict[int, str]:
    """Where this mailbox's copies of the items open, by item."""
    rows = Binding.objects.filter(mailbox=job.mailbox, item__in=[change.item_id for change in changes])
    copies = rows.order_by("-pk").values_list("item_id", "remote_id", "item__resource")
    return {item: job.mailbox_url(ref, Resource(resource)) for item, ref, resource in copies}
