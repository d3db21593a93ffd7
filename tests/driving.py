"""Drives the engine in one process: runs jobs, empties the queue, turns the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from connectors import clock
from connectors.effects import crash_points
from connectors.errors import Failure, Kind
from connectors.memory import Verdict, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import CaseWrite, EmailWrite, RecordWrite, Write
from issues.models import Issue
from notifications import services as notifications
from notifications.models import Delivery
from syncapp import services
from syncapp.engine.running import Ending, run_job
from syncapp.models import Change, Filtered, Item, Lease, Run
from tests.conftest import Time

RULE = failure("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind.INVALID, "Pick an owner")
LOCKED = failure("salesforce.UNABLE_TO_LOCK_ROW", Kind.TRANSIENT, "unable to obtain exclusive access")
REVOKED = failure("google_oauth.invalid_grant/revoked", Kind.AUTH, "Token has been expired or revoked.")
HICCUP = failure("google.backendError", Kind.TRANSIENT, "Backend Error")
CRM_DOWN = failure("salesforce.SERVER_UNAVAILABLE", Kind.TRANSIENT, "down")
ALLOWANCE = failure("salesforce.REQUEST_LIMIT_EXCEEDED", Kind.RATE_LIMITED, "TotalRequests Limit exceeded.")
STORAGE = failure("salesforce.STORAGE_LIMIT_EXCEEDED", Kind.CONFIG, "storage limit exceeded")


def _headline(write: Write) -> str:
    if isinstance(write, CaseWrite):
        return write.subject
    if isinstance(write, EmailWrite):
        return write.email.subject
    if isinstance(write, RecordWrite):
        return write.record.title if write.record else ""
    return write.email


def refusing(words: str, verdict: Failure = RULE, *, times: int = -1) -> Verdict:
    """A rule of the CRM: refuses what has these words in its subject, in its title, or, of a lead, in its address."""
    left = times

    def rule(write: Write) -> Failure | None:
        nonlocal left
        if words not in _headline(write) or left == 0:
            return None
        left -= 1
        return verdict

    return rule


def sync(*mailboxes: Mailbox) -> list[Ending]:
    """Jobs for each mailbox until it wants no more; how each ended."""
    endings: list[Ending] = []
    for mailbox in mailboxes:
        while (ending := run_job(mailbox.pk)) is Ending.AGAIN:
            pass
        endings.append(ending)
    return endings


class Killed(BaseException):
    """The worker is gone, with whatever it knew."""


def points(mailbox: Mailbox) -> list[str]:
    """The points that one job of the mailbox comes by, in their order."""
    seen: list[str] = []
    with crash_points(seen.append):
        sync(mailbox)
    return seen


def dies_at(place: int, mailbox: Mailbox) -> None:
    """One job of the mailbox, whose worker dies at the point of that place, if it comes so far; its lease is over."""
    left = place

    def die(name: str) -> None:
        nonlocal left
        if left == 0:
            left = -1
            raise Killed(name)
        left -= 1

    try:
        with crash_points(die):
            sync(mailbox)
    except Killed:
        Lease.everywhere.update(owner="", until="2000-01-01T00:00:00Z")


def drain() -> int:
    """Runs what stands in the queue, oldest first; a job that crashes is lost, as a queue may lose it."""
    done = 0
    while row := OrmQ.objects.order_by("pk").first():
        row.delete()
        task = SignedPackage.loads(row.payload)
        import_string(task["func"])(*task["args"], **task["kwargs"])
        done += 1
    return done


def turn() -> int:
    """Everything that the schedules do, once; how many jobs came of it."""
    services.reap()
    services.tick()
    done = drain()
    notifications.deliver()
    return done


def rest(time: Time, *, hours: float = 30) -> None:
    """Goes on until nothing is due for so many hours of virtual time; every world comes to rest in 200 rounds."""
    end = clock.now() + timedelta(hours=hours)
    drain()
    for _ in range(200):
        turn()
        soonest = _next_moment()
        if soonest is None or soonest > end:
            return
        time.move(seconds=max((soonest - clock.now()).total_seconds(), 0) + 1)
    raise AssertionError(f"it never comes to rest: something is due at {soonest} and at {clock.now()} still")


def _next_moment() -> datetime | None:
    """When something is due next."""
    dead = Lease.everywhere.exclude(owner="")
    stopped = Organization.everywhere.filter(stopped_at__isnull=False)
    moments = [
        Mailbox.everywhere.filter(organization__stopped_at=None).aggregate(at=Min("next_run_at"))["at"],
        stopped.aggregate(at=Min("probe_at"))["at"],
        dead.aggregate(at=Min("until"))["at"],
        Delivery.everywhere.filter(sent_at=None, failed_at=None).aggregate(at=Min("due_at"))["at"],
        Delivery.everywhere.filter(sent_at=None, failed_at=None).aggregate(at=Min("claimed_until"))["at"],
    ]
    return min((moment for moment in moments if moment), default=None)


# -- How things stand


def statuses() -> list[str]:
    return sorted(Issue.everywhere.values_list("status", flat=True))


def codes() -> list[str]:
    """The codes of what is unresolved."""
    return sorted(Issue.everywhere.exclude(status="resolved").values_list("code", flat=True))


def synced() -> int:
    return Item.everywhere.filter(synced_at__isnull=False).count()


def filtered() -> dict[str, int]:
    rules = list(Filtered.everywhere.values_list("rule", flat=True))
    return {rule: rules.count(rule) for rule in rules}


def states() -> list[str]:
    return sorted(Change.everywhere.values_list("state", flat=True))


def outcomes(mailbox: Mailbox) -> list[str]:
    return list(Run.everywhere.filter(mailbox=mailbox).order_by("pk").values_list("outcome", flat=True))


def silent() -> list[Item]:
    """Items that are nothing at all: neither synced nor filtered nor behind a change or an issue, and not gone."""
    nothing = Item.everywhere.filter(synced_at=None, filtered=None, changes=None)
    spoken = Issue.everywhere.exclude(status="resolved").values("subject_key")
    return list(nothing.exclude(key__in=spoken).filter(bindings__gone_at=None).distinct())


def told() -> list[tuple[str, str]]:
    """What somebody is to hear of, and about what: (verb, scope)."""
    heard = (Verb.ISSUE_OPENED, Verb.STOPPED, Verb.RECOVERED)
    rows = Activity.everywhere.filter(alert=True, verb__in=heard).order_by("pk")
    return list(rows.values_list("verb", "scope"))


def fresh(mailbox: Mailbox) -> Mailbox:
    """The mailbox as it stands in the database."""
    return Mailbox.everywhere.get(pk=mailbox.pk)
