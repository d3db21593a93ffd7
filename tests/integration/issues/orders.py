"""What tests of issues ask for again and again, each in one word."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, Sum

from connectors.effects import commit
from connectors.models import Activity, Mailbox, Organization
from issues import services
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import Cause, Issue, Resolution, ScopeChoices, Tally
from issues.services import Report

CODE = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"


def failure(of: Organization, subject: str = "item-1", **values: Any) -> Report:
    """A failure of one item, as the engine reports it."""
    wanted: dict[str, Any] = {
        "organization_id": of.pk,
        "scope": ScopeChoices.ITEM,
        "subject_key": subject,
        "code": CODE,
        "said": "Pick an owner",
        "title": f"About {subject}",
    }
    return Report(**(wanted | values))


def report(*failures: Report) -> dict[str, Issue]:
    with commit("test: report"):
        return services.report(failures)


def close(of: Organization, *subjects: str, resolution: Resolution = Resolution.SYNCED) -> list[Issue]:
    with commit("test: close"):
        return services.close(of.pk, dict.fromkeys(subjects, "record 02s1"), resolution)


def recover(of: Organization, subject: str) -> None:
    with commit("test: recover"):
        services.recover(of.pk, subject, "run 7")


def the_issue(of: Organization, subject: str = "item-1") -> Issue:
    return Issue.everywhere.get(organization=of, subject_key=subject)


def rows(*issues: Issue) -> Any:
    return Issue.everywhere.filter(pk__in=[issue.pk for issue in issues])


def verbs(of: Organization) -> list[str]:
    return list(Activity.everywhere.filter(organization=of).order_by("pk").values_list("verb", flat=True))


def counters_are_right() -> bool:
    """Every counter is the number of rows that it counts."""
    open_ = Count("issues", filter=Q(issues__status__in=NEEDS_SOMEBODY))
    return all(
        row.open_issues == row.counted
        for model in (Organization, Mailbox, Cause)
        for row in model.everywhere.annotate(counted=open_)
    )


def tallies_are_right() -> bool:
    """What came less what went, of each cause and of each organization, is what is open."""
    left = Tally.everywhere.order_by().annotate(more=F("came") - F("went"))
    of_causes = dict(left.exclude(cause=None).values_list("cause").annotate(Sum("more")))
    of_all = dict(left.filter(cause=None).values_list("organization").annotate(Sum("more")))
    return all(row.open_issues == of_causes.get(row.pk, 0) for row in Cause.everywhere.all()) and all(
        row.open_issues == of_all.get(row.pk, 0) for row in Organization.everywhere.all()
    )
