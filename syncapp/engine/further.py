"""Calendars beside a mailbox's own: one that cannot be read any more is an issue, one that is wanted no more is let go.

What lay in a calendar that is let go stays as it is, on both sides: nobody meant to delete it. It is left out by a rule
until it is seen in a calendar that is kept in step.
"""

from __future__ import annotations

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.records import Direction, Page, Resource
from connectors.rounds import beginning
from connectors.routes import FurtherCalendar
from issues import services as issues
from issues.lifecycle import UNRESOLVED, Status
from issues.models import Issue, Resolution, ScopeChoices
from syncapp.engine import content
from syncapp.engine.filtering import keep_out
from syncapp.engine.job import Job
from syncapp.engine.record_planning import leaders
from syncapp.models import Binding, Change, Item

CODE = "engine.CALENDAR_LOST"
BACK, LET_GO = "it can be read again", "it is not kept in step any more"
OFF = "calendars are not kept in step any more"


def note(job: Job, page: Page) -> None:
    """Says that a calendar is not there, or not for us, and that it is back. Raises `LeaseLost`."""
    if not page.calendar:
        return
    row = FurtherCalendar.objects.filter(mailbox=job.mailbox, remote_id=page.calendar).first()
    known = _issue(job, row) if row else None
    if row is None or page.lost is (known is not None and known.status != Status.RETRYING):
        return
    with commit("calendar: lost or back"):
        job.show()
        if page.lost and _is_still(row, wanted=True):
            issues.report([_report(job, row)])
        elif known is not None:
            close(row, BACK)


@within_commit
def _is_still(row: FurtherCalendar, *, wanted: bool) -> bool:
    """Whether nobody has taken it out, or added it again, meanwhile, nor can before what follows is settled."""
    return FurtherCalendar.objects.select_for_update().filter(pk=row.pk, wanted=wanted).first() is not None


def miss_none() -> None:
    """Where an organization came to keep no calendars in step, none of them is missed. Also where nothing runs."""
    boxes = FurtherCalendar.everywhere.filter(organization__syncs_events=False).values("mailbox")  # few, of all issues
    missed = Issue.everywhere.filter(mailbox__in=boxes, code=CODE, status__in=UNRESOLVED)
    for organization_id, subject in list(missed.values_list("organization_id", "subject_key")):
        with commit("calendar: miss none"):
            _close(organization_id, subject, OFF)


@within_commit
def close(row: FurtherCalendar, proof: str) -> None:
    """Nobody has to do anything about this calendar any more; nothing happens where it was not missed."""
    _close(row.organization_id, _subject(row), proof)


def let_go(job: Job) -> None:
    """Has no more to do with the calendars that are wanted no more. Raises `LeaseLost`."""
    for row in FurtherCalendar.objects.filter(mailbox=job.mailbox, wanted=False):
        with commit("calendar: let go"):
            job.show()
            if _is_still(row, wanted=False):
                issues.take_turns([job.organization.pk])
                _let_go(job, row)


@within_commit
def _let_go(job: Job, row: FurtherCalendar) -> None:
    copies = Binding.objects.filter(mailbox=job.mailbox, remote_id__startswith=beginning(row.remote_id), gone_at=None)
    ids = list(copies.values_list("item_id", flat=True))
    copies.update(gone_at=clock.now(), missing_since=None)
    elsewhere = leaders(ids)
    Binding.objects.filter(pk__in=[copy.pk for copy in elsewhere.values()]).update(missing_since=clock.now())
    _leave(job, [item for item in Item.objects.filter(pk__in=ids) if item.pk not in elsewhere])
    close(row, LET_GO)
    row.delete()


@within_commit
def _leave(job: Job, items: list[Item]) -> None:
    """Nobody agrees on these any more; whatever was still to be written of them is not."""
    ids = [item.pk for item in items]
    for direction in Direction:
        proof = {item.key: LET_GO for item in items}
        issues.close(job.organization.pk, proof, Resolution.FILTERED, direction=direction.value)
    Change.objects.filter(item__in=ids).delete()
    Item.objects.filter(pk__in=ids).update(base={}, sent={}, synced_at=None)
    keep_out(job.organization, dict.fromkeys(ids, content.CALENDAR_LET_GO))


def _issue(job: Job, row: FurtherCalendar) -> Issue | None:
    rows = Issue.objects.filter(organization=job.organization, subject_key=_subject(row), status__in=UNRESOLVED)
    return rows.first()


@within_commit
def _close(organization_id: int, subject: str, proof: str) -> None:
    issues.close(organization_id, {subject: proof}, Resolution.WORKS, direction=Direction.TO_CRM.value)


def _subject(row: FurtherCalendar) -> str:
    return f"mailbox:{row.mailbox_id}:calendar:{row.pk}"


def _report(job: Job, row: FurtherCalendar) -> issues.Report:
    return issues.Report(
        organization_id=job.organization.pk,
        scope=ScopeChoices.MAILBOX,
        subject_key=_subject(row),
        direction=Direction.TO_CRM,
        mailbox_id=job.mailbox.pk,
        resource=Resource.EVENT,
        code=CODE,
        title=row.name,
        stops=False,
    )
