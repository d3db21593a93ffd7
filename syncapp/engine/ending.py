"""How a run ends: good, which is proof that what stood still works again, or failed, which may stop it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Min

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.models import Mailbox
from issues import catalogue
from issues import services as issues
from issues.models import ScopeChoices
from syncapp.engine import retry
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.settling import chance
from syncapp.models import Change, ChangeState, Outcome, Run


def finish(job: Job, outcome: Outcome) -> None:
    """A run that came to its end. Only one that read the mailbox is good and re-opens it. Raises `LeaseLost`."""
    present = clock.now()
    with commit("run: finish"):
        job.show()
        Run.objects.filter(pk=job.run.pk).update(outcome=outcome, finished_at=present)
        rows = Mailbox.objects.filter(pk=job.mailbox.pk)
        rows.update(next_run_at=_next_run(job, present))
        if outcome is Outcome.GOOD:
            rows.update(failed_runs=0, good_at=present)
            issues.recover(job.organization.pk, f"mailbox:{job.mailbox.pk}", f"run {job.run.pk}")
        if _crm_works(job):
            issues.recover(job.organization.pk, "organization", f"run {job.run.pk}")


def _next_run(job: Job, present: datetime) -> datetime:
    """At the interval, or before that when something is tried again by itself."""
    waiting = Change.objects.filter(mailbox=job.mailbox, state=ChangeState.WAITING)
    soonest = waiting.aggregate(at=Min("next_attempt_at"))["at"]
    regular = present + timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)
    return min(regular, soonest) if soonest else regular


def _crm_works(job: Job) -> bool:
    """Proof that a stopped organization works again: a write, or an answer where nothing can be written.

    What has to be read from a stopped mailbox first is no proof of anything, whichever way.
    """
    if job.organization.stopped_at is None or not job.lines.crm.answered:
        return False
    wrote = Run.objects.filter(pk=job.run.pk, written__gt=0).exists()
    return wrote or not Change.objects.filter(state=ChangeState.PENDING, payload__isnull=False).exists()


def fail(job: Job, error: SideFailed) -> None:
    """A finished failed run. What it stops, if anything, is one issue of the mailbox or the organization.

    Where only the writing of a stopped mailbox failed, nothing is counted: its issue stands already.
    Raises `LeaseLost`.
    """
    present, failure = clock.now(), error.failure
    verdict = retry.run_failed(
        failure,
        catalogue.entry(failure.code),
        side=error.side,
        failed_runs=job.mailbox.failed_runs,
        now=present,
        chance=chance,
    )
    with commit("run: failed"):
        job.show()
        Run.objects.filter(pk=job.run.pk).update(outcome=Outcome.FAILED, finished_at=present, code=failure.code)
        rows = Mailbox.objects.filter(pk=job.mailbox.pk)
        rows.update(next_run_at=verdict.again_at)
        if verdict.counts and not job.only_writes:
            rows.update(failed_runs=F("failed_runs") + 1)
        if verdict.stop == ScopeChoices.ORGANIZATION or (verdict.stop and not job.only_writes):
            _stop(job, error, verdict)


@within_commit
def _stop(job: Job, error: SideFailed, verdict: retry.RunVerdict) -> None:
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
