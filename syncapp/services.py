"""What several layers together do: keep the clockwork going, and renew access."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django_q.models import Task
from django_q.tasks import async_task

from connectors import clock, credentials
from connectors.effects import commit
from connectors.models import SYNCS_BOTH_WAYS, Activity, Credential, Mailbox, Organization
from connectors.oauth import Grant
from connectors.wake import wake
from issues import services as issues
from issues import words
from issues.lifecycle import UNRESOLVED, Status
from issues.models import Attempt, BulkOperation, Decision, Issue
from syncapp.engine import further, gates, lease, stripping
from syncapp.engine.due import writable
from syncapp.loads import BulkLoad
from syncapp.models import Item, Ordered, Overruled, Reconciliation, Run

SYNC_JOB = "syncapp.tasks.sync_mailbox"
WRITE_JOB = "syncapp.tasks.write_mailbox"
READ_JOB = "syncapp.tasks.read_crm"
DELIVER_JOB = "notifications.tasks.deliver"
QUEUE_GONE = "salesforce.QUEUE_GONE"
OWN_FIELD_MISSING = "salesforce.OWN_FIELD_MISSING"
KEEP = timedelta(days=30)
FORGOTTEN = timedelta(seconds=60)  # a retry that nobody picked up in this time lost its wake


def enqueue_sync(mailbox_id: int) -> None:
    """Asks for a job. Inside a transaction the request is a part of it: the queue is a table beside ours."""
    with commit("jobs: ask for a sync"):
        async_task(SYNC_JOB, mailbox_id)


def enqueue_write(mailbox_id: int) -> None:
    """Asks for a job that writes what is due in a mailbox and leaves reading it to its next run."""
    with commit("jobs: ask for a write"):
        async_task(WRITE_JOB, mailbox_id)


def enqueue_read(organization_id: int) -> None:
    """Asks for a job that reads what people changed in the organization's CRM."""
    with commit("jobs: ask for a look at the crm"):
        async_task(READ_JOB, organization_id)


def wake_up(mailbox_id: int) -> None:
    """What `connectors.wake` comes to: a job at once, unless the mailbox rests; then it is due when it goes on."""
    if gates.is_awake(mailbox_id):
        enqueue_sync(mailbox_id)


def wake_to_write(mailbox_id: int) -> None:
    """What `connectors.wake.wake_to_write` comes to."""
    if gates.is_awake(mailbox_id):
        enqueue_write(mailbox_id)


def enqueue_deliver() -> None:
    """Asks for the mails that the journal owes, if it owes any."""
    if Activity.everywhere.filter(alert=True, dispatched_at=None).exists():
        with commit("jobs: ask for mails"):
            async_task(DELIVER_JOB)


def enqueue_letters() -> None:
    """Asks for the mails that are due beside those of the journal."""
    with commit("jobs: ask for letters"):
        async_task(DELIVER_JOB)


def tick() -> int:
    """Looks in the database for what is due and asks for it; how many jobs. Every queue row may be lost:
    the next tick finds the same work."""
    present = clock.now()
    stripping.strip()
    further.miss_none()
    issues.wake_up(present)
    issues.probe_causes(present)
    issues.resume_operations(present - FORGOTTEN)
    due = _due_mailboxes(present) | _probing_mailboxes(present) | _forgotten_mailboxes(present)
    seen = Mailbox.everywhere.filter(pk__in=due).order_by("pk").values_list("pk", "next_run_at")
    jobs = sum(_claim_and_enqueue(mailbox_id, next_run_at, present) for mailbox_id, next_run_at in list(seen))
    readers = Organization.everywhere.filter(
        SYNCS_BOTH_WAYS, next_read_at__lte=present, stopped_at=None, paused_at=None
    )
    due_readers = list(readers.order_by("pk").values_list("pk", "next_read_at"))
    jobs += sum(_claim_and_read(organization_id, seen_at, present) for organization_id, seen_at in due_readers)
    enqueue_deliver()
    return jobs


def _due_mailboxes(present: datetime) -> set[int]:
    """Whose time has come, in organizations that do not stand still, but for those who rest."""
    rows = Mailbox.everywhere.filter(gates.awake(), next_run_at__lte=present, organization__stopped_at=None)
    return set(rows.values_list("pk", flat=True))


def _probing_mailboxes(present: datetime) -> set[int]:
    """One mailbox for each stopped organization that may be probed: one with something to write, if there is,
    else one that can be read."""
    found: set[int] = set()
    for organization in Organization.everywhere.filter(stopped_at__isnull=False, probe_at__lte=present):
        waiting = writable(organization.pk).filter(mailbox=OuterRef("pk"))
        rows = Mailbox.everywhere.filter(gates.awake(), organization=organization).annotate(waits=Exists(waiting))
        first = rows.order_by("-waits", F("stopped_at").asc(nulls_first=True), "pk").first()
        found |= {first.pk} if first else set()
    return found


def _forgotten_mailboxes(present: datetime) -> set[int]:
    """Whose retries were asked for a while ago, and that nobody has worked on since."""
    rows = Issue.everywhere.filter(status=Status.RETRYING, next_attempt_at__lte=present - FORGOTTEN)
    rows = rows.filter(mailbox__isnull=False, mailbox__organization__stopped_at=None)
    untouched = Q(mailbox__tried_at=None) | Q(mailbox__tried_at__lt=F("next_attempt_at"))
    awake = Mailbox.everywhere.filter(gates.awake())
    return set(rows.filter(untouched, mailbox__in=awake).values_list("mailbox_id", flat=True))


def _claim_and_enqueue(mailbox_id: int, seen: datetime, present: datetime) -> bool:
    """One job a mailbox and interval, however many ticks run side by side; `seen` is when the next run was due."""
    with commit("tick: enqueue"):
        claimed = Mailbox.everywhere.filter(pk=mailbox_id, next_run_at=seen)
        if not claimed.update(next_run_at=present + timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)):
            return False
        enqueue_sync(mailbox_id)
    return True


def _claim_and_read(organization_id: int, seen: datetime, present: datetime) -> bool:
    """One job an organization and interval; `seen` is when the next read was due."""
    with commit("tick: enqueue read"):
        claimed = Organization.everywhere.filter(pk=organization_id, next_read_at=seen)
        if not claimed.update(next_read_at=present + timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)):
            return False
        enqueue_read(organization_id)
    return True


def reap() -> int:
    """Goes on with the work of workers that never came back; how many."""
    with commit("reap"):
        mailboxes = lease.reap()
        for mailbox_id in mailboxes:
            enqueue_sync(mailbox_id)
    return len(mailboxes)


def housekeeping() -> None:
    """Drops what has been kept for as long as it is of use. Customer content goes first, rows later."""
    before = clock.now() - KEEP
    with commit("housekeeping: content"):
        closed = Issue.everywhere.filter(resolved_at__lt=before)
        Attempt.everywhere.filter(issue__in=closed).exclude(said=None).update(said=None)
        closed.exclude(evidence=None).update(evidence=None)
        Decision.everywhere.filter(issue__in=closed).exclude(answer=None).update(answer=None)
        Overruled.everywhere.filter(at__lt=before).delete()
        over = Item.everywhere.filter(Q(gone_at__lt=before) | Q(filtered__at__lt=before), given__isnull=False)
        Item.everywhere.filter(pk__in=list(over.values_list("pk", flat=True))).update(given=None)
    with commit("housekeeping: rows"):
        Run.everywhere.filter(finished_at__lt=before).delete()
        Ordered.everywhere.filter(at__lt=before).delete()
        Reconciliation.everywhere.filter(started_at__lt=before).delete()
        BulkLoad.everywhere.filter(finished_at__lt=before).delete()
        Task.objects.filter(stopped__lt=before).delete()
        issues.forget_tallies(before)
    issues.forget_parts(before)
    with commit("housekeeping: help"):
        issues.drop_old_help(clock.now())


def renew(
    organization: Organization,
    provider: str,
    grant: Grant,
    *,
    mailbox: Mailbox | None = None,
    account: str = "",
    actor_id: int | None = None,
    lasting: Mapping[str, str] | None = None,
) -> Credential:
    """Stores fresh access and sets what stood still behind the old one going; the first good run closes the issue."""
    with commit("renew"):
        credential = credentials.store(
            organization, provider, grant, mailbox=mailbox, account=account, actor_id=actor_id, lasting=lasting
        )
        _set_going(organization, mailbox, actor_id)
    return credential


def renew_by_leave(mailbox: Mailbox, actor_id: int | None) -> Credential:
    """Has the service account read a mailbox, and sets going what stood still behind its old access."""
    with commit("renew"):
        credential = credentials.delegate(mailbox, actor_id=actor_id)
        _set_going(mailbox.organization, mailbox, actor_id)
    return credential


def _set_going(organization: Organization, mailbox: Mailbox | None, actor_id: int | None) -> None:
    subject = f"mailbox:{mailbox.pk}" if mailbox else "organization"
    rows = Issue.everywhere.filter(organization=organization, subject_key=subject, status__in=UNRESOLVED)
    issues.retry(rows, actor_id=actor_id)
    for each in [mailbox] if mailbox else list(Mailbox.everywhere.filter(organization=organization)):
        wake(each.pk)


def free_cases(organization_id: int, *, actor_id: int | None = None) -> None:
    """Tries again by itself what waits because nobody could own its case: there is another owner now."""
    choice = issues.Choice(code=QUEUE_GONE)
    issues.start_operation(organization_id, BulkOperation.Verb.RETRY, choice, actor_id=actor_id)


def free_fields(organization_id: int, *, actor_id: int | None = None) -> None:
    """Tries again by itself what stands still for want of a field of ours."""
    choice = issues.Choice(code=OWN_FIELD_MISSING)
    issues.start_operation(organization_id, BulkOperation.Verb.RETRY, choice, actor_id=actor_id)


def free_mapped(organization_id: int, *, actor_id: int | None = None) -> None:
    """Tries again by itself what waits for the sake of the field mapping, which somebody changed."""
    free_those(organization_id, words.MAPPED, actor_id=actor_id)


def free_those(
    organization_id: int, codes: Collection[str], *, mailbox_id: int | None = None, actor_id: int | None = None
) -> None:
    """Tries again by itself what waits under these codes, of one mailbox or of all; one order for each code that
    anything waits under."""
    for code in codes:
        choice = issues.Choice(code=code, mailbox=mailbox_id)
        if issues.choose(organization_id, BulkOperation.Verb.RETRY, choice).exists():
            issues.start_operation(organization_id, BulkOperation.Verb.RETRY, choice, actor_id=actor_id)
