"""A failure becomes an issue, or one more attempt of the one that stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from connectors import clock
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.lifecycle import Status
from issues.models import Attempt, Cause, Issue, Resolution, ScopeChoices
from issues.services import Report, reporting
from issues.services.reporting import Key
from tests import builders
from tests.conftest import Time
from tests.integration.issues.orders import close, counters_are_right, failure, report, rows, the_issue, verbs

pytestmark = pytest.mark.django_db


# -- The first failure


def test_a_failure_opens_an_issue(organization: Organization, mailbox: Mailbox) -> None:
    report(failure(organization, mailbox_id=mailbox.pk, http_status=400, request_id="r1", fields=("OwnerId",)))
    issue = the_issue(organization)
    assert (issue.status, issue.code, issue.failures, issue.fields) == (
        "open",
        failure(organization).code,
        1,
        ["OwnerId"],
    )
    assert (issue.mailbox, issue.title) == (mailbox, "About item-1")
    attempt = issue.attempts.get()
    assert (attempt.said, attempt.http_status, attempt.request_id) == ("Pick an owner", 400, "r1")


def test_numbers_begin_above_a_thousand_and_never_repeat(organization: Organization) -> None:
    opened = report(*(failure(organization, f"item-{n}") for n in range(5)))
    assert [issue.number for issue in opened.values()] == [1001, 1002, 1003, 1004, 1005]
    assert report(failure(organization, "item-9"))["item-9"].number == 1006


def test_each_organization_counts_its_own_numbers(organization: Organization) -> None:
    other = builders.organization()
    report(failure(organization), failure(other))
    assert {the_issue(organization).number, the_issue(other).number} == {1001}


def test_an_issue_is_quoted_by_its_number(organization: Organization) -> None:
    assert str(builders.issue(organization)) == "SYNC-1001"


def test_one_subject_has_an_issue_in_each_direction(organization: Organization) -> None:
    report(failure(organization), failure(organization, direction="to_mailbox"))
    assert Issue.everywhere.count() == 2


def test_texts_are_cut_to_what_their_columns_hold(organization: Organization) -> None:
    report(failure(organization, title="t" * 999, request_id="r" * 999))
    assert len(the_issue(organization).title) == 300
    assert len(the_issue(organization).attempts.get().request_id) == 120


def test_what_the_provider_said_is_sealed(organization: Organization) -> None:
    report(failure(organization, said="canary-9f2c", evidence={"x": "canary-9f2c"}))
    with connection.cursor() as cursor:
        for table in ("issues_issue", "issues_attempt", "issues_cause"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "canary-9f2c" not in str(cursor.fetchall())
    assert the_issue(organization).evidence == {"x": "canary-9f2c"}


def test_nothing_to_report_is_nothing(organization: Organization) -> None:
    assert report() == {}


# -- Once more


def test_a_repeat_adds_an_attempt_and_opens_nothing(organization: Organization) -> None:
    for _ in range(3):
        report(failure(organization))
    assert (the_issue(organization).failures, Attempt.everywhere.count()) == (3, 3)


def test_the_first_error_is_never_overwritten(organization: Organization) -> None:
    report(failure(organization, said="first"))
    report(failure(organization, said="second", code="salesforce.STRING_TOO_LONG"))
    issue = the_issue(organization)
    assert [attempt.said for attempt in issue.attempts.all()] == ["first", "second"]
    assert issue.code == "salesforce.STRING_TOO_LONG"


def test_one_subject_twice_in_one_report_is_one_issue(organization: Organization) -> None:
    report(failure(organization), failure(organization, said="Pick an account"))
    assert (the_issue(organization).failures, Attempt.everywhere.count()) == (2, 2)
    assert counters_are_right()


@pytest.mark.parametrize(
    ("status", "after"), [(Status.OPEN, "open"), (Status.RETRYING, "open"), (Status.IGNORED, "ignored")]
)
def test_where_a_failure_leads(organization: Organization, status: Status, after: str) -> None:
    report(failure(organization))
    Issue.everywhere.update(status=status)
    report(failure(organization))
    assert the_issue(organization).status == after


def test_a_failure_ends_a_retry(organization: Organization) -> None:
    report(failure(organization))
    Issue.everywhere.update(status=Status.RETRYING, next_attempt_at=clock.now(), probing=True)
    report(failure(organization))
    issue = the_issue(organization)
    assert (issue.next_attempt_at, issue.probing) == (None, False)


def test_evidence_is_that_of_the_last_failure(organization: Organization) -> None:
    report(failure(organization, evidence={"candidates": [1]}))
    report(failure(organization))
    assert the_issue(organization).evidence is None


# -- After a resolution


def test_a_later_failure_of_something_resolved_is_a_regression(organization: Organization, time: Time) -> None:
    report(failure(organization))
    close(organization, "item-1")
    time.move(minutes=1)
    report(failure(organization))
    issue = the_issue(organization)
    assert (issue.status, issue.resolution, issue.proof, issue.resolved_at) == ("open", "", "", None)
    assert issue.regressed_at is not None
    assert (issue.number, issue.failures) == (1001, 2)


def test_an_answer_that_comes_late_changes_nothing(organization: Organization) -> None:
    report(failure(organization))
    late = failure(organization, attempted_at=clock.now() - timedelta(seconds=5))
    close(organization, "item-1")
    assert report(late) == {}
    assert (the_issue(organization).status, Attempt.everywhere.count()) == ("resolved", 1)
    assert counters_are_right()


def test_a_regression_is_told_again(organization: Organization, time: Time) -> None:
    report(failure(organization))
    close(organization, "item-1")
    time.move(minutes=1)
    report(failure(organization))
    assert Activity.everywhere.filter(verb=Verb.ISSUE_OPENED, alert=True).count() == 2


def test_a_regression_that_is_told_later_is_told(organization: Organization, time: Time) -> None:
    """A passing failure is an issue from its fourth try on and told after its tenth, in its second life too."""
    report(failure(organization))
    close(organization, "item-1")
    time.move(minutes=1)
    report(failure(organization, alert=False))
    assert the_issue(organization).alerted_at is None
    time.move(minutes=1)
    report(failure(organization, alert=True))
    assert Activity.everywhere.filter(verb=Verb.ISSUE_OPENED, alert=True).count() == 2


# -- Causes


def test_failures_with_one_reason_share_a_cause(organization: Organization) -> None:
    report(*(failure(organization, f"item-{n}", said=f"Pick an owner, ticket {n}") for n in range(37)))
    cause = Cause.everywhere.get()
    assert (cause.open_issues, cause.code) == (37, failure(organization).code)


def test_organizations_never_share_a_cause(organization: Organization) -> None:
    report(failure(organization), failure(builders.organization()))
    assert Cause.everywhere.count() == 2


def test_an_issue_whose_reason_changes_moves_to_the_other_cause(organization: Organization) -> None:
    report(failure(organization))
    report(failure(organization, said="Pick an account"))
    assert sorted(Cause.everywhere.values_list("open_issues", flat=True)) == [0, 1]
    assert counters_are_right()


def test_a_cause_without_open_issues_is_over_and_says_so(organization: Organization) -> None:
    report(failure(organization), failure(organization, "item-2"))
    close(organization, "item-1")
    assert Verb.CAUSE_OVER not in verbs(organization)
    close(organization, "item-2")
    assert Activity.everywhere.get(verb=Verb.CAUSE_OVER).cause == Cause.everywhere.get().fingerprint


# -- The journal, and who is told


def test_each_failure_is_a_line_with_its_precise_code(organization: Organization) -> None:
    report(failure(organization))
    report(failure(organization, code="salesforce.STRING_TOO_LONG"))
    lines = Activity.everywhere.filter(verb=Verb.SYNC_ERROR).order_by("pk")
    assert [line.code for line in lines] == [failure(organization).code, "salesforce.STRING_TOO_LONG"]
    assert {line.item_key for line in lines} == {"item-1"}


@pytest.mark.parametrize(
    ("alerts", "told"),
    [([True], 1), ([True, True, True], 1), ([False], 0), ([False, False, True], 1), ([False, True, True], 1)],
)
def test_somebody_is_told_once(organization: Organization, alerts: list[bool], told: int, time: Time) -> None:
    for alert in alerts:
        report(failure(organization, alert=alert))
        time.move(minutes=1)
    assert Activity.everywhere.filter(verb=Verb.ISSUE_OPENED, alert=True).count() == told


@pytest.mark.parametrize(
    ("said", "probing", "told"),
    [("Pick an owner", False, 1), ("Pick an account", False, 2), ("Pick an account", True, 1)],
    ids=["the same reason", "another reason", "another reason, found by a probe"],
)
def test_another_reason_after_somebody_tried_again_is_told(
    organization: Organization, time: Time, said: str, probing: bool, told: int
) -> None:
    report(failure(organization))
    time.move(minutes=1)
    rows(the_issue(organization)).update(status=Status.RETRYING, probing=probing)
    report(failure(organization, said=said))
    assert Activity.everywhere.filter(verb=Verb.ISSUE_OPENED, alert=True).count() == told


def test_nobody_is_told_of_what_is_ignored(organization: Organization) -> None:
    report(failure(organization, alert=False))
    rows(the_issue(organization)).update(status=Status.IGNORED)
    report(failure(organization, alert=True))
    assert not Activity.everywhere.filter(alert=True).exists()


# -- What stands still


@pytest.mark.parametrize("scope", [ScopeChoices.MAILBOX, ScopeChoices.ORGANIZATION])
def test_a_stopped_sync_is_marked_with_its_reason(organization: Organization, mailbox: Mailbox, scope: str) -> None:
    probe_at = clock.now() + timedelta(hours=1)
    of = mailbox.pk if scope == ScopeChoices.MAILBOX else None
    report(failure(organization, "x", scope=scope, mailbox_id=of, probe_at=probe_at))
    stopped = mailbox if of else organization
    stopped.refresh_from_db()
    assert (stopped.stopped_by, stopped.probe_at) == (failure(organization).code, probe_at)
    assert stopped.stopped_at is not None
    assert Verb.STOPPED in verbs(organization)


def test_since_when_it_stands_still_does_not_change_with_another_failure(
    organization: Organization, mailbox: Mailbox, time: Time
) -> None:
    for _ in range(2):
        report(failure(organization, "x", scope=ScopeChoices.MAILBOX, mailbox_id=mailbox.pk))
        time.move(minutes=5)
    mailbox.refresh_from_db()
    assert mailbox.stopped_at == the_issue(organization, "x").first_at


# -- What the database sees to


def test_the_database_takes_no_second_unresolved_issue(organization: Organization) -> None:
    issue = builders.issue(organization)
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.everywhere.create(
            organization=organization,
            number=1,
            scope="item",
            subject_key=issue.subject_key,
            code="x",
            cause=issue.cause,
        )


@pytest.mark.parametrize("missing", ["proof", "resolution", "resolved_at"])
def test_the_database_takes_no_resolution_without_proof(organization: Organization, missing: str) -> None:
    issue = builders.issue(organization)
    resolved = {"status": "resolved", "proof": "x", "resolution": Resolution.SYNCED, "resolved_at": clock.now()}
    resolved[missing] = None if missing == "resolved_at" else ""
    with pytest.raises(IntegrityError), transaction.atomic():
        rows(issue).update(**resolved)


def test_two_that_report_one_subject_at_once_end_with_one_issue(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's issue appears after we looked for one and before we insert ours."""
    numbers = reporting._numbers

    def somebody_is_quicker(reports: Sequence[Report]) -> dict[Key, int]:
        monkeypatch.setattr(reporting, "_numbers", numbers)
        report(failure(organization))
        return numbers(reports)

    monkeypatch.setattr(reporting, "_numbers", somebody_is_quicker)
    opened = report(failure(organization, said="Pick an owner"))
    issue = Issue.everywhere.get()
    assert opened == {"item-1": issue}
    assert issue.failures == issue.attempts.count() == 2
    assert counters_are_right()
