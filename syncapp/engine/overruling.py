"""Keeps what is overruled, sealed, before it is written over: whoever dies in between has lost nobody's words.

What was kept and could then not be written is kept once, however often it is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.effects import commit, within_commit
from connectors.journal import entry, record_all
from connectors.models import Verb
from issues import services as issues
from issues.models import ScopeChoices
from syncapp.engine import payload
from syncapp.engine.conflicts import CRM, MAILBOX
from syncapp.engine.job import Job
from syncapp.engine.record_cases import Verdict
from syncapp.models import Overruled


def keep(job: Job, verdicts: Sequence[Verdict]) -> None:
    """The versions that lose by these plans; the journal names their fields. Raises `LeaseLost`."""
    losing = [verdict for verdict in verdicts if verdict.plan.loser]
    if not losing:
        return
    with commit("overruled: keep"):
        job.show()
        issues.take_turns([job.organization.pk])
        for verdict in losing:
            _keep(job, verdict)


@within_commit
def _keep(job: Job, verdict: Verdict) -> None:
    """Where somebody chose field by field, both sides lose something."""
    plan = verdict.plan
    _keep_side(job, verdict, plan.loser, plan.overruled)
    if plan.conceded:
        _keep_side(job, verdict, MAILBOX if plan.loser == CRM else CRM, plan.conceded)


@within_commit
def _keep_side(job: Job, verdict: Verdict, side: str, fields: frozenset[str]) -> None:
    plan, item = verdict.plan, verdict.case.item
    lost = verdict.crm if side == CRM else verdict.mailbox
    row = Overruled(organization=job.organization, item=item, side=side)
    row.rule = verdict.case.taken_out_by or plan.rule or job.organization.event_conflicts
    row.fields, row.content = sorted(fields), payload.record_to_json(lost) if lost else None
    rows = Overruled.objects.filter(item=item)
    last = (rows.filter(side=side) if plan.conceded else rows).order_by("pk").last()
    if last is not None and _said(last) == _said(row):
        return
    row.save()
    said = ", ".join(row.fields) or "it was deleted there"
    line = entry(
        organization=job.organization,
        mailbox=job.mailbox,
        verb=Verb.OVERRULED,
        item_key=item.key,
        scope=ScopeChoices.ITEM,
        title=item.title,
        note=f"{row.get_side_display()}: {said}",
    )
    record_all([line])


def _said(row: Overruled) -> tuple[Any, ...]:
    return row.side, row.fields, payload.record_from_json(row.content) if row.content else None
