"""How a run ends: good, which is proof that what stood still works again, or failed, which may stop it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Min

from connectors import clock, registry
from connectors.effects import commit, within_commit
from connectors.models import Mailbox
from issues import catalogue
from issues import services as issues
from issues.catalogue import Scope
from issues.lifecycle import UNRESOLVED
from issues.models import Issue, ScopeChoices
from syncapp.engine import allowance, carrying, gauging, lease, queueless, retry, stalled
from syncapp.engine.due import TRIED, WRITTEN, writable
from syncapp.engine.job import Job
from syncapp.engine.lease import Held
from syncapp.engine.lines import SideFailed
from syncapp.engine.rationing import level_now
from syncapp.engine.settling import chance
from syncapp.models import Change, ChangeState, Outcome, Run


def finish(job: Job, outcome: Outcome) -> None:
    """A run that came to its end. Only one that read the mailbox is good and re-opens it. Raises `LeaseLost`."""
    present = clock.now()
    with commit("run: finish"):
        job.show()
        Run.objects.filter(pk=job.run.pk).update(outcome=outcome, finished_at=present)
        # Issues before the mailbox: they lock their organization, and nobody waits for that with a row in hand.
        if outcome is Outcome.GOOD:
            _recovered(job, f"mailbox:{job.mailbox.pk}", *stalled.subjects(job.mailbox.pk))
        queueless.end(job.organization)
        if _organization_works(job, read=outcome is Outcome.GOOD):
            issues.recover(job.organization.pk, "organization", f"run {job.run.pk}")
            _all_are_due(job, present)
        next_run = _next_run(job, outcome, present)
        good = {"failed_runs": 0, "good_at": present} if outcome is Outcome.GOOD else {}
        Mailbox.objects.filter(pk=job.mailbox.pk).update(next_run_at=next_run, expected_at=next_run, **good)
        if outcome is Outcome.GOOD:
            lease.prove(job.held)


@within_commit
def _recovered(job: Job, *subjects: str) -> None:
    """Of these, what an issue is about; that it is over, this run proves."""
    rows = Issue.objects.filter(subject_key__in=subjects, status__in=UNRESOLVED)
    for subject_key in list(rows.values_list("subject_key", flat=True)):
        issues.recover(job.organization.pk, subject_key, f"run {job.run.pk}")


@within_commit
def _all_are_due(job: Job, present: datetime) -> None:
    """Those who waited behind a stop are late through no fault of the clockwork."""
    Mailbox.objects.filter(organization=job.organization, expected_at__lt=present).update(expected_at=present)


def _next_run(job: Job, outcome: Outcome, present: datetime) -> datetime:
    """At the interval, or before that when something is tried again by itself."""
    waiting = Change.objects.filter(mailbox=job.mailbox, state=ChangeState.WAITING)
    waiting = waiting.filter(TRIED)
    if job.only_writes:
        waiting = waiting.filter(WRITTEN)
    soonest = waiting.aggregate(at=Min("next_attempt_at"))["at"]
    regular = present + allowance.interval(level_now(job), timedelta(seconds=settings.SYNC_INTERVAL_SECONDS))
    if not job.reads and outcome is Outcome.WROTE:
        regular = min(regular, job.mailbox.expected_at)  # whoever was only written to is looked at when it was to be
    look = carrying.under_way(job.mailbox).aggregate(at=Min("look_at"))["at"]
    sooner: list[datetime] = [each for each in (soonest, look) if each and not job.by_hand]
    return min([regular, *sooner])


def put_off(mailbox: Mailbox, held: Held, until: datetime | None) -> None:
    """A job that was not let in: neither a good run nor a failed one. It is looked at again at the interval at the
    latest, since whoever it waits for may be back any time. Raises `LeaseLost`."""
    regular = clock.now() + timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)
    again = min(regular, until) if until else regular
    with commit("run: put off"):
        lease.show(held)
        Mailbox.objects.filter(pk=mailbox.pk).update(next_run_at=again, expected_at=again)


def _organization_works(job: Job, *, read: bool) -> bool:
    """Proof that a stopped organization works again: a write, or an answer where nothing can be written.

    What has to be read from a stopped mailbox first is no proof of anything, whichever way. Where the mail provider
    stopped them all, only a mailbox that could be `read` to the end proves something.
    """
    if job.organization.stopped_at is None or not job.lines.crm.answered:
        return False
    if job.organization.stopped_by.partition(".")[0].removesuffix("_oauth") in registry.MAIL:
        return read
    wrote = Run.objects.filter(pk=job.run.pk, written__gt=0).exists()
    return wrote or not writable(job.organization.pk).exists()


def fail(job: Job, error: SideFailed) -> None:
    """A finished failed run. What it stops, if anything, is one issue of the mailbox or the organization.

    Where only the writing of a stopped mailbox failed, nothing is counted: its issue stands already.
    A mailbox in trouble of its own may have proved before that its stopped organization works again.
    Raises `LeaseLost`.
    """
    present, failure = clock.now(), error.failure
    with commit("run: failed"):
        job.show()
        verdict = _verdict(job, error, present)
        Run.objects.filter(pk=job.run.pk).update(outcome=Outcome.FAILED, finished_at=present, code=failure.code)
        if verdict.stop == ScopeChoices.ORGANIZATION or (verdict.stop and not job.only_writes):
            _stop(job, error, verdict)
        own_trouble = error.side is Scope.MAILBOX and verdict.stop != ScopeChoices.ORGANIZATION
        if own_trouble and _organization_works(job, read=False):
            issues.recover(job.organization.pk, "organization", f"run {job.run.pk}")
        rows = Mailbox.objects.filter(pk=job.mailbox.pk)
        rows.update(next_run_at=_again_at(verdict), expected_at=_again_at(verdict))
        if verdict.counts and not job.only_writes:
            rows.update(failed_runs=F("failed_runs") + 1)


@within_commit
def _verdict(job: Job, error: SideFailed, present: datetime) -> retry.RunVerdict:
    """By the ladder. What passes by itself is counted against whoever was asked, unless it is a defect of ours."""
    failure, entry = error.failure, catalogue.entry(error.failure.code)
    in_a_row = 0
    if not retry.needs_somebody(failure, entry) and failure.provider != "engine":
        issues.take_turns([job.organization.pk])  # before any other row that transactions meet at
        in_a_row = gauging.note_failure(job.organization, job.mailbox, error.side, failure, job.turns, chance)
    return retry.run_failed(
        failure,
        entry,
        side=error.side,
        failed_runs=job.mailbox.failed_runs,
        in_a_row=in_a_row,
        now=present,
        chance=chance,
    )


def _again_at(verdict: retry.RunVerdict) -> datetime:
    """By the ladder, and no later than the probe of what stands still now."""
    return min(verdict.again_at, verdict.probe_at) if verdict.probe_at else verdict.again_at


@within_commit
def _stop(job: Job, error: SideFailed, verdict: retry.RunVerdict) -> None:
    """One issue. Who was told that nobody came is to hear that there is another reason now."""
    _recovered(job, *stalled.subjects(job.mailbox.pk))
    whole = verdict.stop == ScopeChoices.ORGANIZATION
    failure = error.failure
    report = issues.Report(
        organization_id=job.organization.pk,
        scope=verdict.stop,
        subject_key="organization" if whole else f"mailbox:{job.mailbox.pk}",
        mailbox_id=None if whole else job.mailbox.pk,
        code=verdict.code,
        said=failure.said,
        fields=failure.fields,
        title=job.organization.name if whole else job.mailbox.address,
        mailbox_url="" if whole else job.mailbox_url(""),
        crm_url=job.crm_url(""),
        evidence={"last_code": failure.code},
        http_status=failure.status or None,
        request_id=failure.request_id,
        probe_at=verdict.probe_at,
    )
    issues.report([report])
