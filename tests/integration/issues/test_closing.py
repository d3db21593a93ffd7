"""An issue closes on proof, and on nothing else."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.effects import commit
from connectors.models import Activity, Mailbox, Organization, Verb
from issues import services
from issues.models import BulkOperation, Issue, Resolution, ScopeChoices
from tests import builders
from tests.conftest import Time
from tests.integration.issues.orders import (
    close,
    counters_are_right,
    failure,
    recover,
    report,
    rows,
    the_issue,
    verbs,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resolution", list(Resolution))
def test_a_closed_issue_names_its_proof(organization: Organization, resolution: Resolution) -> None:
    report(failure(organization))
    close(organization, "item-1", resolution=resolution)
    issue = the_issue(organization)
    assert (issue.status, issue.resolution, issue.proof) == ("resolved", resolution, "record 02s1")
    assert issue.resolved_at is not None
    assert counters_are_right()


@pytest.mark.parametrize("status", ["open", "retrying", "ignored"])
def test_whatever_is_unresolved_closes(organization: Organization, status: str) -> None:
    report(failure(organization))
    issue = the_issue(organization)
    if status == "retrying":
        services.retry(rows(issue))
    elif status == "ignored":
        services.ignore(rows(issue), reason="x")
    close(organization, "item-1")
    assert the_issue(organization).status == "resolved"
    assert counters_are_right()


def test_closing_twice_changes_nothing_more(organization: Organization) -> None:
    report(failure(organization))
    close(organization, "item-1")
    before = verbs(organization)
    assert close(organization, "item-1") == []
    assert verbs(organization) == before


def test_only_the_subjects_that_were_proved_close(organization: Organization) -> None:
    report(failure(organization), failure(organization, "item-2"))
    close(organization, "item-1", "item-3")
    assert the_issue(organization, "item-2").status == "open"


def test_the_same_subject_of_another_organization_stays_open(organization: Organization) -> None:
    other = builders.organization()
    report(failure(organization), failure(other))
    close(organization, "item-1")
    assert the_issue(other).status == "open"


def test_no_proof_closes_nothing(organization: Organization) -> None:
    report(failure(organization))
    assert close(organization) == []


def test_an_issue_goes_on_under_its_true_name(organization: Organization) -> None:
    report(failure(organization, "provisional", evidence={"x": 1}))
    with commit("test: rename"):
        services.rename(organization.pk, "provisional", "true", title="Renewal", conversation="c1")
    issue = the_issue(organization, "true")
    assert (issue.title, issue.conversation_key, issue.evidence, issue.number) == ("Renewal", "c1", None, 1001)


def test_after_a_rename_the_next_failure_finds_it(organization: Organization) -> None:
    report(failure(organization, "provisional"))
    with commit("test: rename"):
        services.rename(organization.pk, "provisional", "true", title="", conversation="")
    report(failure(organization, "true"))
    assert the_issue(organization, "true").failures == 2


# -- A stopped sync that runs again


def test_a_recovery_sets_the_mailbox_going_and_is_told(organization: Organization, mailbox: Mailbox) -> None:
    subject = f"mailbox:{mailbox.pk}"
    report(failure(organization, subject, scope=ScopeChoices.MAILBOX, mailbox_id=mailbox.pk))
    recover(organization, subject)
    mailbox.refresh_from_db()
    assert (mailbox.stopped_at, mailbox.stopped_by, mailbox.probe_at) == (None, "", None)
    line = Activity.everywhere.get(verb=Verb.RECOVERED)
    assert (line.alert, line.scope, line.mailbox) == (True, "mailbox", mailbox)


def test_a_recovery_sets_the_organization_going(organization: Organization) -> None:
    report(failure(organization, "organization", scope=ScopeChoices.ORGANIZATION))
    recover(organization, "organization")
    organization.refresh_from_db()
    assert organization.stopped_at is None


def test_where_nothing_stood_still_nobody_hears_of_a_recovery(organization: Organization, mailbox: Mailbox) -> None:
    recover(organization, f"mailbox:{mailbox.pk}")
    assert Verb.RECOVERED not in verbs(organization)


def test_a_recovered_mailbox_leaves_the_issues_of_its_items_open(organization: Organization, mailbox: Mailbox) -> None:
    builders.issue(organization, mailbox=mailbox)
    recover(organization, f"mailbox:{mailbox.pk}")
    assert Issue.everywhere.get().status == "open"


# -- A probe that went well


def probed(organization: Organization, others: int) -> Issue:
    """An issue that is being probed, beside others of its cause."""
    report(*(failure(organization, f"item-{n}") for n in range(others + 1)))
    issue = the_issue(organization, "item-0")
    services.retry(rows(issue), probing=True)
    return issue


@pytest.mark.parametrize("others", [1, 36])
def test_a_probe_that_went_well_sets_the_rest_of_its_cause_going(organization: Organization, others: int) -> None:
    issue = probed(organization, others)
    close(organization, issue.subject_key)
    operation = BulkOperation.everywhere.get()
    assert (operation.verb, operation.total, operation.choice["cause"]) == ("retry", others, issue.cause_id)


def test_where_nothing_is_left_of_the_cause_nothing_is_started(organization: Organization) -> None:
    close(organization, probed(organization, 0).subject_key)
    assert not BulkOperation.everywhere.exists()


def test_a_probe_that_came_to_nothing_sets_nothing_going(organization: Organization) -> None:
    probed(organization, 2)
    close(organization, "item-0", resolution=Resolution.GONE)
    assert not BulkOperation.everywhere.exists()


def test_a_retry_by_a_person_sets_nothing_else_going(organization: Organization) -> None:
    report(failure(organization), failure(organization, "item-2"))
    services.retry(rows(the_issue(organization)))
    close(organization, "item-1")
    assert not BulkOperation.everywhere.exists()


def test_what_was_set_aside_once_and_fails_again_is_not_set_aside_any_more(
    organization: Organization, time: Time
) -> None:
    report(failure(organization))
    services.ignore(rows(the_issue(organization)), reason="x", until=clock.now())
    close(organization, "item-1")
    time.move(minutes=1)
    report(failure(organization))
    issue = the_issue(organization)
    assert (issue.status, issue.ignored_reason, issue.ignored_until) == ("open", "", None)
