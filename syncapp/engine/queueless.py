"""New conversations whose cases nobody can own, because their queue is gone: one issue of the organization for each
queue, which asks for another one, and everything else goes on.

What waits for it is tried with the issue, and once a day by itself. Another queue, chosen there or in the settings,
sets all of it going; the issue is over as soon as nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from connectors.effects import within_commit
from connectors.errors import Failure
from connectors.models import Organization
from issues import services as issues
from issues.lifecycle import UNRESOLVED
from issues.models import Issue, Resolution, ScopeChoices
from syncapp.models import Change

CODE = "salesforce.QUEUE_GONE"
SUBJECT = "organization:queue:"
PROOF = "nothing waits for this queue any more"


def queue_of(failure: Failure) -> str:
    """The id of the queue that is gone, by the 15 characters that are enough; "" where it is about none."""
    return str(failure.evidence.get("queue", ""))[:15]


@within_commit
def tell(organization: Organization, failures: Sequence[Failure], crm_url: str) -> dict[str, Issue]:
    """Tells of each queue once, whatever else these are about; the issues, by the queues."""
    first = {queue_of(failure): failure for failure in reversed(failures) if failure.code == CODE}
    told = issues.report([_report(organization, first[queue], crm_url) for queue in sorted(first)])
    return {queue: told[SUBJECT + queue] for queue in first if SUBJECT + queue in told}


def is_told_of_alone(change: Change, failure: Failure) -> bool:
    """Whether the item has an issue of its own, or comes by one with this failure if it is to have any."""
    if failure.code != CODE:
        return change.issue_id is not None
    issue = change.issue
    return issue is not None and issue.scope == ScopeChoices.ITEM and issue.status in UNRESOLVED


def _report(organization: Organization, failure: Failure, crm_url: str) -> issues.Report:
    return issues.Report(
        organization_id=organization.pk,
        scope=ScopeChoices.ORGANIZATION,
        subject_key=SUBJECT + queue_of(failure),
        code=failure.code,
        said=failure.said,
        fields=failure.fields,
        title=f"Queue {queue_of(failure)}",
        crm_url=crm_url,
        evidence=dict(failure.evidence),
        http_status=failure.status or None,
        request_id=failure.request_id,
        stops=False,
    )


@within_commit
def end(organization: Organization) -> None:
    """Closes what nothing waits for any more."""
    told = _told(organization)
    if not told.exists():
        return
    issues.take_turns([organization.pk])
    over = [issue.subject_key for issue in told if not _is_waited_for(issue)]
    issues.close(organization.pk, dict.fromkeys(over, PROOF), Resolution.WORKS)


def _told(organization: Organization, scope: ScopeChoices = ScopeChoices.ORGANIZATION) -> QuerySet[Issue]:
    return Issue.objects.filter(organization=organization, code=CODE, scope=scope, status__in=UNRESOLVED)


def _is_waited_for(issue: Issue) -> bool:
    of_items = _told(issue.organization, ScopeChoices.ITEM).filter(fields=issue.fields)
    return of_items.exists() or Change.objects.filter(issue=issue).exists()
