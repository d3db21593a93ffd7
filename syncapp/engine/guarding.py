"""Holds back deletions where so many stand together that a person is to look first (`engine.guard` says when)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.effects import commit, within_commit
from connectors.records import Direction, Resource
from issues import services as issues
from issues.lifecycle import UNRESOLVED, Status
from issues.models import Issue, Resolution, ScopeChoices
from syncapp.engine.guard import is_mass
from syncapp.engine.job import Job
from syncapp.engine.record_cases import GIVEN_PROOF, RULE_PROOF, Verdict
from syncapp.models import Change, ChangeState, Item

CODE = "engine.MASS_CHANGE"
ABSENT = "absent"  # how the proof of a deletion begins that nobody told us of


def subject(job: Job, direction: Direction, resource: Resource) -> str:
    """What the issue is about: a mailbox that lost so many of them, or the organization's CRM."""
    side = f"mailbox:{job.mailbox.pk}" if direction is Direction.TO_CRM else "organization"
    return f"{side}:mass" if resource is Resource.EVENT else f"{side}:mass:{resource}"


def held_back(job: Job, verdicts: Sequence[Verdict], direction: Direction) -> set[int]:
    """The items among these, of one resource, whose deletion must not be carried out now; their changes wait for a
    person.

    Raises `LeaseLost`.
    """
    gone = too_many(job, verdicts, direction)
    if not gone:
        return set()
    resource = Resource(gone[0].item.resource)
    with commit("mass change: ask"):
        job.show()
        opened = issues.report([_report(job, direction, resource)])
        _wait_behind(opened.get(subject(job, direction, resource)), gone, verdicts)
    return {change.item_id for change in gone}


def too_many(job: Job, verdicts: Sequence[Verdict], direction: Direction) -> list[Change]:
    """The deletions among these that a person is to look at first; none where they are few, or where one said yes."""
    gone = [change for change in _deletions(verdicts, direction) if not _is_allowed(change)]
    return gone if gone and _is_mass(job, gone, direction) else []


def _deletions(verdicts: Sequence[Verdict], direction: Direction) -> list[Change]:
    """What a rule takes out is not among them, since people made the rule; nor what somebody chose to be deleted, who
    looked at this very item; nor what comes into another mailbox here."""
    verdicts = [v for v in verdicts if not v.plan.decided]
    if direction is Direction.TO_CRM:
        crm = [v.case for v in verdicts if v.plan.delete_in_crm and not v.case.taken_out_by]
        return [case.to_crm for case in crm if case.to_crm and case.to_crm.gone]
    mailbox = [v.case.to_mailbox for v in verdicts if v.plan.delete_in_mailbox and v.heir is None]
    return [change for change in mailbox if change and change.gone]


@within_commit
def _wait_behind(issue: Issue | None, gone: Sequence[Change], verdicts: Sequence[Verdict]) -> None:
    """What the other side says of the same items waits as well: left to be done now, it would be planned alike and
    held back over and over. News of it that came in the meantime is looked at."""
    waits: dict[str, Any] = {"state": ChangeState.FAILED, "issue": issue, "code": CODE, "claims": 0}
    ids, items = {change.pk for change in gone}, {change.item_id for change in gone}
    Change.objects.filter(pk__in=ids).update(**waits)
    there = [change for verdict in verdicts if verdict.case.item.pk in items for change in verdict.case.changes]
    for change in [each for each in there if each.pk not in ids]:
        Change.objects.filter(pk=change.pk, revision=change.revision).update(**waits)


def _is_allowed(change: Change) -> bool:
    """Whether a person has looked and said yes; a probe is nobody."""
    issue = change.issue
    return issue is not None and issue.code == CODE and issue.status == Status.RETRYING and not issue.probing


def _is_mass(job: Job, gone: Sequence[Change], direction: Direction) -> bool:
    """Those that a rehearsal only thinks of stand in no table."""
    thought_of = sum(change.pk is None for change in gone)
    resource = gone[0].item.resource
    rows = Change.objects.filter(direction=direction, gone=True, item__resource=resource)
    rows = rows.exclude(proof__startswith=RULE_PROOF).exclude(proof=GIVEN_PROOF)
    known = Item.objects.filter(resource=resource, gone_at=None).exclude(base={})
    done = 0
    if direction is Direction.TO_CRM:
        rows = rows.filter(mailbox=job.mailbox)
        known = known.filter(bindings__mailbox=job.mailbox).distinct()
        done = _over_since_it_began(job, resource)
    by_absence = all(change.proof.startswith(ABSENT) for change in gone)
    return is_mass(rows.count() + thought_of + done, known.count() + done, by_absence=by_absence)


def _over_since_it_began(job: Job, resource: str) -> int:
    """What has come to its end on both sides in this run, whoever had a hand in it: a worker that died may have."""
    over = Item.objects.filter(resource=resource, gone_at__gte=job.run.started_at, bindings__mailbox=job.mailbox)
    return over.exclude(record_id="").distinct().count()


def _report(job: Job, direction: Direction, resource: Resource) -> issues.Report:
    here = direction is Direction.TO_CRM
    return issues.Report(
        organization_id=job.organization.pk,
        scope=ScopeChoices.MAILBOX if here else ScopeChoices.ORGANIZATION,
        subject_key=subject(job, direction, resource),
        direction=direction,
        mailbox_id=job.mailbox.pk if here else None,
        resource=resource,
        code=CODE,
        title=job.mailbox.address if here else job.organization.name,
        stops=False,
    )


@within_commit
def close_if_over(job: Job, resource: Resource) -> None:
    """Where nothing waits behind the question any more, it is answered."""
    directions = {subject(job, direction, resource): direction for direction in Direction}
    rows = Issue.everywhere.filter(organization=job.organization, subject_key__in=directions, status__in=UNRESOLVED)
    for issue in rows:
        if not Change.objects.filter(issue=issue).exists():
            proof = {issue.subject_key: "nothing waits behind it"}
            direction = directions[issue.subject_key]
            issues.close(job.organization.pk, proof, Resolution.WORKS, direction=direction)
