"""What people ask of issues: try again, set aside, and what time brings back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from connectors import clock, wake
from connectors.effects import commit, crash_points
from connectors.models import Activity, Mailbox, Organization, Verb
from issues import services
from issues.models import Issue, ScopeChoices
from issues.services import moving
from syncapp.services import wake_to_write, wake_up
from tests import builders
from tests.conftest import Time
from tests.integration.issues.orders import close, counters_are_right, failure, report, rows, the_issue, verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken() -> Iterator[list[int]]:
    """The mailboxes that were woken."""
    called: list[int] = []
    wake.bind(called.append)
    yield called
    wake.bind(wake_up, wake_to_write)


@pytest.fixture
def issue(organization: Organization, mailbox: Mailbox) -> Issue:
    return builders.issue(organization, mailbox=mailbox)


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create_user("ann")


# -- Trying again


def test_a_retry_asks_for_work_and_closes_nothing(issue: Issue, woken: list[int]) -> None:
    assert services.retry(rows(issue)) == 1
    issue.refresh_from_db()
    assert issue.status == "retrying"
    assert issue.next_attempt_at is not None
    assert woken == [issue.mailbox_id]


def test_asking_twice_asks_once(issue: Issue, woken: list[int]) -> None:
    assert [services.retry(rows(issue)), services.retry(rows(issue))] == [1, 0]
    assert woken == [issue.mailbox_id]


def test_what_is_resolved_is_not_tried_again(issue: Issue, organization: Organization, woken: list[int]) -> None:
    close(organization, issue.subject_key)
    assert services.retry(rows(issue)) == 0
    assert woken == []


def test_a_retry_opens_what_was_ignored(issue: Issue) -> None:
    services.ignore(rows(issue), reason="not ours", until=clock.now() + timedelta(days=1))
    services.retry(rows(issue))
    issue.refresh_from_db()
    assert (issue.status, issue.ignored_reason, issue.ignored_until) == ("retrying", "", None)
    assert counters_are_right()


def test_who_asked_stands_in_the_journal(issue: Issue, ann: User) -> None:
    services.retry(rows(issue), actor_id=ann.pk)
    line = Activity.everywhere.get(verb=Verb.RETRIED)
    assert (line.actor, line.issue_number, line.item_key) == (ann, issue.number, issue.subject_key)


def test_each_mailbox_is_woken_once(organization: Organization, woken: list[int]) -> None:
    boxes = [builders.mailbox(organization) for _ in range(2)]
    made = [builders.issue(organization, mailbox=box) for box in boxes for _ in range(3)]
    services.retry(rows(*made))
    assert woken == sorted(box.pk for box in boxes)


def test_a_retry_lets_one_probe_into_a_stopped_mailbox(organization: Organization, mailbox: Mailbox) -> None:
    report(failure(organization, "x", scope=ScopeChoices.MAILBOX, mailbox_id=mailbox.pk))
    services.retry(rows(the_issue(organization, "x")))
    mailbox.refresh_from_db()
    assert mailbox.stopped_at is not None
    assert mailbox.probe_at is not None
    assert mailbox.probe_at <= clock.now()


def test_a_retry_of_a_stopped_organization_wakes_all_its_mailboxes(
    organization: Organization, mailbox: Mailbox, woken: list[int]
) -> None:
    second = builders.mailbox(organization)
    builders.mailbox(builders.organization())
    report(failure(organization, "organization", scope=ScopeChoices.ORGANIZATION))
    services.retry(rows(the_issue(organization, "organization")))
    organization.refresh_from_db()
    assert organization.probe_at is not None
    assert organization.probe_at <= clock.now()
    assert woken == sorted((mailbox.pk, second.pk))


# -- Setting aside


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_nothing_is_set_aside_without_a_reason(issue: Issue, reason: str) -> None:
    with pytest.raises(ValueError, match="Say why"):
        services.ignore(rows(issue), reason=reason)
    issue.refresh_from_db()
    assert issue.status == "open"


def test_what_is_set_aside_says_who_and_why_and_until_when(issue: Issue, ann: User) -> None:
    until = clock.now() + timedelta(days=3)
    assert services.ignore(rows(issue), reason=" not ours ", actor_id=ann.pk, until=until) == 1
    issue.refresh_from_db()
    assert (issue.status, issue.ignored_reason, issue.ignored_by, issue.ignored_until) == (
        "ignored",
        "not ours",
        ann,
        until,
    )
    assert Activity.everywhere.get(verb=Verb.IGNORED).note == " not ours "


def test_what_is_set_aside_is_not_counted(issue: Issue, organization: Organization) -> None:
    services.ignore(rows(issue), reason="x")
    organization.refresh_from_db()
    assert organization.open_issues == 0
    assert counters_are_right()


@pytest.mark.parametrize("scope", [ScopeChoices.MAILBOX, ScopeChoices.ORGANIZATION])
def test_a_stopped_sync_cannot_be_set_aside(organization: Organization, mailbox: Mailbox, scope: str) -> None:
    of = mailbox.pk if scope == ScopeChoices.MAILBOX else None
    report(failure(organization, "x", scope=scope, mailbox_id=of))
    assert services.ignore(rows(the_issue(organization, "x")), reason="x") == 0
    assert the_issue(organization, "x").status == "open"


def test_setting_aside_ends_a_retry(issue: Issue) -> None:
    services.retry(rows(issue), probing=True)
    services.ignore(rows(issue), reason="x")
    issue.refresh_from_db()
    assert (issue.status, issue.next_attempt_at, issue.probing) == ("ignored", None, False)


# -- What time brings back


@pytest.mark.parametrize(("hours", "status"), [(23, "ignored"), (25, "open")])
def test_what_was_set_aside_for_a_time_comes_back_after_it(issue: Issue, time: Time, hours: int, status: str) -> None:
    services.ignore(rows(issue), reason="on holiday", until=clock.now() + timedelta(days=1))
    time.move(hours=hours)
    services.wake_up(clock.now())
    issue.refresh_from_db()
    assert issue.status == status
    assert counters_are_right()


def test_what_was_set_aside_for_good_stays(issue: Issue, time: Time) -> None:
    services.ignore(rows(issue), reason="x")
    time.move(days=4000)
    assert services.wake_up(clock.now()) == 0


ENDS = ("failures:2", "change", "")


@pytest.mark.parametrize("ends", ENDS)
def test_time_alone_ends_nothing_but_a_date(issue: Issue, time: Time, ends: str) -> None:
    services.ignore(rows(issue), reason="x", ending=ends)
    time.move(days=4000)
    assert services.wake_up(clock.now()) == 0


@pytest.mark.parametrize(("ends", "status"), [("change", "open"), ("failures:2", "ignored"), ("", "ignored")])
def test_a_change_of_the_item_ends_what_was_ignored_until_then(
    organization: Organization, issue: Issue, ends: str, status: str
) -> None:
    services.ignore(rows(issue), reason="x", ending=ends)
    with commit("test: stir"):
        services.stir(organization.pk, [issue.subject_key])
    issue.refresh_from_db()
    assert (issue.status, issue.ignored_reason) == (status, "" if status == "open" else "x")
    assert counters_are_right()


def test_a_change_does_not_end_what_is_ignored_until_a_date(organization: Organization, issue: Issue) -> None:
    services.ignore(rows(issue), reason="x", until=clock.now() + timedelta(days=1))
    with commit("test: stir"):
        assert services.stir(organization.pk, [issue.subject_key]) == []


def test_the_last_failure_that_was_ignored_brings_it_back(organization: Organization, issue: Issue) -> None:
    services.ignore(rows(issue), reason="x", ending="failures:3")
    for left in (2, 1):
        report(failure(organization, issue.subject_key))
        issue.refresh_from_db()
        assert (issue.status, issue.ignored_failures, issue.ignored_reason) == ("ignored", left, "x")
    report(failure(organization, issue.subject_key))
    issue.refresh_from_db()
    assert (issue.status, issue.ignored_end, issue.ignored_failures, issue.ignored_reason) == ("open", "", None, "")
    assert issue.failures == 4
    assert Activity.everywhere.get(verb=Verb.WOKEN).note == "It failed as often as it was ignored for."
    assert counters_are_right()


@pytest.mark.parametrize("ends", ["change", ""])
def test_failures_are_no_end_of_anything_else(organization: Organization, issue: Issue, ends: str) -> None:
    services.ignore(rows(issue), reason="x", ending=ends)
    for _ in range(12):
        report(failure(organization, issue.subject_key))
    issue.refresh_from_db()
    assert (issue.status, issue.ignored_failures) == ("ignored", None)


def test_an_end_that_is_none_sets_nothing_aside(issue: Issue) -> None:
    with pytest.raises(ValueError, match="number of failures"):
        services.ignore(rows(issue), reason="x", ending="failures:0")
    issue.refresh_from_db()
    assert issue.status == "open"


def test_somebody_may_stop_ignoring_before_the_end(issue: Issue, ann: User) -> None:
    services.ignore(rows(issue), reason="x", ending="failures:3")
    assert services.stop_ignoring(rows(issue), actor_id=ann.pk) == 1
    assert services.stop_ignoring(rows(issue), actor_id=ann.pk) == 0
    issue.refresh_from_db()
    assert (issue.status, issue.next_attempt_at, issue.ignored_end) == ("open", None, "")
    assert Activity.everywhere.get(verb=Verb.WOKEN).actor == ann
    assert counters_are_right()


def test_what_comes_back_is_new_to_whoever_ignores_it_again(issue: Issue, organization: Organization) -> None:
    services.ignore(rows(issue), reason="x", ending="failures:1")
    report(failure(organization, issue.subject_key))
    services.ignore(rows(issue), reason="y")
    issue.refresh_from_db()
    assert (issue.ignored_end, issue.ignored_failures, issue.ignored_reason) == ("never", None, "y")


def test_coming_back_is_told_in_the_journal_and_forgets_the_reason(issue: Issue, time: Time) -> None:
    services.ignore(rows(issue), reason="x", until=clock.now())
    services.wake_up(clock.now())
    issue.refresh_from_db()
    assert (issue.ignored_reason, issue.ignored_until, issue.ignored_by) == ("", None, None)
    assert Verb.WOKEN in verbs(issue.organization)


def test_however_many_wake_up_at_once_they_do_so_in_portions(
    organization: Organization, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "TOGETHER", 2)
    report(*(failure(organization, f"item-{number}") for number in range(5)))
    services.ignore(Issue.everywhere.all(), reason="x", until=clock.now() + timedelta(hours=1))
    time.move(hours=2)
    names: list[str] = []
    with crash_points(names.append):
        assert services.wake_up(clock.now()) == 5
    assert names.count("issues: wake up: after commit") == 3
    assert not Issue.everywhere.exclude(status="open").exists()
    assert counters_are_right()
