"""A person chooses between two versions: one door, one row, one retry; a new question forgets the old answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from connectors.effects import commit
from connectors.models import Activity, Organization, Verb
from issues import services
from issues.models import Decision, Issue
from tests import builders

pytestmark = pytest.mark.django_db

ASKS: dict[str, Any] = {
    "fields": {"title": {"crm": "Review", "mailbox": "Retro"}},
    "choices": ["crm", "mailbox"],
}


def asking(of: Organization, **values: Any) -> Issue:
    return builders.issue(of, **({"code": "engine.SYNC_CONFLICT", "evidence": ASKS} | values))


def fail_again(issue: Issue, code: str, evidence: dict[str, Any]) -> None:
    report = services.Report(
        organization_id=issue.organization_id,
        scope=issue.scope,
        subject_key=issue.subject_key,
        code=code,
        evidence=evidence,
    )
    with commit("test: report"):
        services.report([report])


def chosen() -> list[str]:
    return list(Decision.everywhere.values_list("choice", flat=True))


@pytest.mark.parametrize("choice", ["crm", "mailbox"])
def test_the_choice_is_kept_and_the_item_tried_again(organization: Organization, choice: str) -> None:
    issue = asking(organization)
    assert services.decide(issue, choice) is True
    issue.refresh_from_db()
    assert (chosen(), issue.status) == ([choice], "retrying")


def test_the_last_choice_counts(organization: Organization) -> None:
    issue = asking(organization)
    for choice in ("crm", "mailbox"):
        services.decide(issue, choice)
    assert chosen() == ["mailbox"]


def test_the_journal_says_who_chose_what(organization: Organization) -> None:
    ann = User.objects.create(username="ann")
    services.decide(asking(organization), "crm", actor_id=ann.pk)
    row = Activity.everywhere.get(verb=Verb.DECIDED)
    assert (row.actor, row.note) == (ann, "Keep what Salesforce says")


@pytest.mark.parametrize("choice", ["", "burn", "CRM"])
def test_what_is_not_offered_changes_nothing(organization: Organization, choice: str) -> None:
    issue = asking(organization)
    with pytest.raises(ValueError, match="not among those"):
        services.decide(issue, choice)
    issue.refresh_from_db()
    assert (chosen(), issue.status) == ([], "open")


def test_an_issue_that_asks_nothing_takes_no_choice(organization: Organization) -> None:
    with pytest.raises(ValueError, match="not among those"):
        services.decide(builders.issue(organization), "crm")


def test_what_is_resolved_is_not_decided_any_more(organization: Organization) -> None:
    issue = asking(organization)
    Issue.everywhere.update(status="resolved", resolution="synced", proof="p", resolved_at=issue.first_at)
    assert (services.decide(issue, "crm"), chosen()) == (False, [])


def test_what_was_set_aside_is_open_again_with_a_choice(organization: Organization) -> None:
    issue = asking(organization)
    services.ignore(Issue.everywhere.all(), reason="later")
    services.decide(issue, "crm")
    issue.refresh_from_db()
    assert issue.status == "retrying"


@pytest.mark.parametrize(
    ("code", "evidence", "left"),
    [
        # Salesforce was busy: the answer still holds.
        ("salesforce.UNABLE_TO_LOCK_ROW", {}, ["crm"]),
        # They were changed again: nobody has seen these versions yet.
        ("engine.SYNC_CONFLICT", {**ASKS, "fields": {"title": {"crm": "A", "mailbox": "B"}}}, []),
    ],
)
def test_only_a_new_question_forgets_the_answer(
    organization: Organization, code: str, evidence: dict[str, Any], left: list[str]
) -> None:
    issue = asking(organization)
    services.decide(issue, "crm")
    fail_again(issue, code, evidence)
    assert chosen() == left


def test_evidence_whose_seal_is_broken_asks_nothing(organization: Organization) -> None:
    issue = asking(organization)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE issues_issue SET evidence = 'broken'")
    issue = Issue.everywhere.get(pk=issue.pk)
    assert services.question_of(issue) is None
