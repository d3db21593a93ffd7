"""One order for many issues: chosen once, carried out in chunks, the same however often it is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries

from connectors import clock
from connectors.effects import commit
from connectors.models import Activity, Mailbox, Organization, Verb
from issues import services
from issues.models import BulkOperation, Cause, Issue, ScopeChoices
from issues.services import Choice, carrying_out
from tests import builders
from tests.integration.issues.orders import close, counters_are_right, failure, report, the_issue

pytestmark = pytest.mark.django_db
RETRY, IGNORE = BulkOperation.Verb.RETRY, BulkOperation.Verb.IGNORE


def many(organization: Organization, number: int, **values: Any) -> list[Issue]:
    report(*(failure(organization, f"item-{n}", **values) for n in range(number)))
    return list(Issue.everywhere.filter(organization=organization).order_by("pk"))


def start(organization: Organization, verb: str = RETRY, choice: Choice | None = None, **more: Any) -> BulkOperation:
    return services.start_operation(organization.pk, verb, choice or Choice(), **more)[0]


def carry_out(operation: BulkOperation) -> int:
    """Runs the chunks to the end; how many jobs that took."""
    jobs = 1
    while not services.run_operation(operation.pk):
        jobs += 1
    operation.refresh_from_db()
    return jobs


def statuses(organization: Organization) -> dict[str, str]:
    return dict(Issue.everywhere.filter(organization=organization).values_list("subject_key", "status"))


# -- The order


def test_an_order_says_how_many_it_is_about_before_anything_moves(organization: Organization) -> None:
    many(organization, 7)
    operation = start(organization)
    assert (operation.total, operation.done, operation.state) == (7, 0, "running")
    assert set(statuses(organization).values()) == {"open"}
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("more", [{}, {"idempotency_key": "k1"}])
def test_a_double_click_is_one_order(organization: Organization, more: dict[str, Any]) -> None:
    many(organization, 3)
    first, again = (services.start_operation(organization.pk, RETRY, Choice(), **more) for _ in range(2))
    assert (first[1], again[1], first[0] == again[0]) == (True, False, True)
    assert OrmQ.objects.count() == 1


def test_the_key_finds_its_order_even_when_it_is_finished(organization: Organization) -> None:
    many(organization, 1)
    first = start(organization, idempotency_key="k1")
    carry_out(first)
    assert start(organization, idempotency_key="k1") == first


def test_without_a_key_a_finished_order_can_be_given_again(organization: Organization) -> None:
    many(organization, 1)
    first = start(organization)
    carry_out(first)
    assert start(organization) != first


def test_another_choice_is_another_order(organization: Organization) -> None:
    issues = many(organization, 2)
    assert start(organization, choice=Choice(ids=(issues[0].pk,))) != start(organization)


def test_organizations_do_not_see_each_others_keys(organization: Organization) -> None:
    other = builders.organization()
    assert start(organization, idempotency_key="k") != start(other, idempotency_key="k")


def test_two_that_click_at_once_get_one_order(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one's order appears after we looked for one and before we insert ours."""
    many(organization, 2)
    quicker = start(organization)
    looked = services.bulk._same
    answers = iter([None])
    monkeypatch.setattr(services.bulk, "_same", lambda fresh: next(answers, looked(fresh)))
    with commit("a larger transaction"):
        found, is_new = services.start_operation(organization.pk, RETRY, Choice())
    assert (found, is_new) == (quicker, False)


@pytest.mark.parametrize("reason", ["", "  "])
def test_setting_aside_needs_a_reason(organization: Organization, reason: str) -> None:
    with pytest.raises(ValueError, match="Say why"):
        start(organization, IGNORE, reason=reason)
    assert not BulkOperation.everywhere.exists()


@pytest.mark.parametrize("number", [10, 1000])
def test_the_request_costs_the_same_for_ten_and_for_a_thousand(organization: Organization, number: int) -> None:
    many(organization, number)
    with CaptureQueriesContext(connection) as queries:
        start(organization)
    assert len(queries) <= 10


def test_finding_the_running_order_costs_little(
    organization: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many(organization, 10)
    start(organization)
    with django_assert_max_num_queries(4):
        start(organization)


# -- Carrying it out


def test_a_retry_of_all_is_a_retry_of_each(organization: Organization) -> None:
    many(organization, 5)
    operation = start(organization)
    carry_out(operation)
    assert set(statuses(organization).values()) == {"retrying"}
    assert (operation.done, operation.state) == (5, "finished")
    assert set(operation.issues.all()) == set(Issue.everywhere.all())


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three in a chunk, two chunks in a job."""
    monkeypatch.setattr(carrying_out, "CHUNK", 3)
    monkeypatch.setattr(carrying_out, "CHUNKS", 2)


@pytest.mark.parametrize(("number", "jobs"), [(0, 1), (1, 1), (3, 1), (4, 1), (6, 1), (7, 2), (12, 2), (13, 3)])
def test_the_work_comes_in_chunks(organization: Organization, small_chunks: None, number: int, jobs: int) -> None:
    if number:
        many(organization, number)
    operation = start(organization)
    assert carry_out(operation) == jobs
    assert (operation.done, operation.total) == (number, number)
    assert OrmQ.objects.filter().count() == jobs
    assert counters_are_right()


def test_one_job_does_its_chunks_and_asks_for_the_next(organization: Organization, small_chunks: None) -> None:
    many(organization, 8)
    operation = start(organization)
    assert not services.run_operation(operation.pk)
    assert list(statuses(organization).values()).count("retrying") == 6
    assert OrmQ.objects.count() == 2


def test_a_chunk_costs_hardly_more_for_two_hundred_than_for_ten(organization: Organization) -> None:
    def cost(number: int) -> int:
        of = builders.organization()
        many(of, number)
        operation = start(of)
        with CaptureQueriesContext(connection) as queries:
            services.run_operation(operation.pk)
        return len(queries)

    # SQLite takes so many values in one statement, and no more: a few statements are two or three there.
    assert cost(200) <= cost(10) + 4


def test_two_jobs_at_the_same_place_do_its_work_once(organization: Organization) -> None:
    many(organization, 3)
    operation = start(organization)
    stale = BulkOperation.everywhere.get(pk=operation.pk)
    services.run_operation(operation.pk)
    before = Activity.everywhere.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BulkOperation.everywhere, "get", lambda **_: stale)
        services.run_operation(operation.pk)
    assert Activity.everywhere.count() == before


def test_running_a_finished_order_again_is_harmless(organization: Organization) -> None:
    many(organization, 3)
    operation = start(organization)
    carry_out(operation)
    before = Activity.everywhere.count()
    assert services.run_operation(operation.pk)
    assert Activity.everywhere.count() == before


def test_what_comes_later_is_not_part_of_the_order(organization: Organization) -> None:
    many(organization, 2)
    operation = start(organization)
    report(failure(organization, "later"))
    carry_out(operation)
    assert statuses(organization)["later"] == "open"


def test_what_was_resolved_meanwhile_is_left_alone(organization: Organization) -> None:
    many(organization, 2)
    operation = start(organization)
    close(organization, "item-0")
    carry_out(operation)
    assert (statuses(organization)["item-0"], operation.done) == ("resolved", 1)


def test_an_order_to_set_aside_says_who_and_why(organization: Organization) -> None:
    many(organization, 2)
    until = clock.now() + timedelta(days=2)
    carry_out(start(organization, IGNORE, reason="not ours", ending=until))
    rows = Issue.everywhere.all()
    assert {(row.status, row.ignored_reason, row.ignored_until) for row in rows} == {("ignored", "not ours", until)}


def test_an_order_to_set_aside_says_what_ends_it(organization: Organization) -> None:
    many(organization, 3)
    carry_out(start(organization, IGNORE, reason="not ours", ending="failures:4"))
    rows = Issue.everywhere.all()
    assert {(row.ignored_end, row.ignored_failures) for row in rows} == {("failures", 4)}


def test_a_lost_job_is_asked_for_again(organization: Organization) -> None:
    many(organization, 2)
    operation = start(organization)
    OrmQ.objects.all().delete()
    assert services.resume_operations(clock.now()) == 1
    assert OrmQ.objects.count() == 1
    carry_out(operation)
    assert services.resume_operations(clock.now()) == 0


# -- What a choice means


def test_ignored_issues_are_tried_again_only_if_they_are_named(organization: Organization) -> None:
    (issue,) = many(organization, 1)
    services.ignore(Issue.everywhere.all(), reason="x")
    assert not services.choose(organization.pk, RETRY, Choice()).exists()
    assert services.choose(organization.pk, RETRY, Choice(ids=(issue.pk,))).exists()


def test_what_cannot_be_set_aside_is_not_chosen(organization: Organization) -> None:
    report(failure(organization, "organization", scope=ScopeChoices.ORGANIZATION))
    assert not services.choose(organization.pk, IGNORE, Choice()).exists()
    assert services.choose(organization.pk, RETRY, Choice()).exists()


def test_each_part_of_a_choice_narrows_it(organization: Organization, mailbox: Mailbox) -> None:
    report(
        failure(organization, "a", conversation_key="c1", mailbox_id=mailbox.pk),
        failure(organization, "b", conversation_key="c2", said="Pick an account"),
        failure(organization, "c", code="salesforce.STRING_TOO_LONG"),
    )
    cause = Cause.everywhere.get(issues__subject_key="b")
    choices = {
        "a": [
            Choice(conversation="c1"),
            Choice(mailboxes=(mailbox.pk,)),
            Choice(ids=(the_issue(organization, "a").pk,)),
        ],
        "b": [Choice(cause=cause.pk), Choice(cause=cause.pk, conversation="c2")],
        "c": [Choice(code="salesforce.STRING_TOO_LONG")],
        "": [Choice(mailboxes=()), Choice(code="x"), Choice(cause=cause.pk, conversation="c1")],
    }
    for expected, each in ((name, choice) for name, all_ in choices.items() for choice in all_):
        found = services.choose(organization.pk, RETRY, each).values_list("subject_key", flat=True)
        assert "".join(found) == expected


def test_ids_of_another_organization_choose_nothing(organization: Organization) -> None:
    theirs = builders.issue(builders.organization())
    assert not services.choose(organization.pk, RETRY, Choice(ids=(theirs.pk,))).exists()


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(status="open"), "abe"),
        (Choice(status="needed"), "abe"),
        (Choice(status="stopped"), "e"),
        (Choice(status="ignored"), "c"),
        (Choice(status="all"), "abce"),
        (Choice(status="resolved"), ""),
        (Choice(type="event"), "b"),
        (Choice(type="whole"), "e"),
        (Choice(fixer="salesforce_admin"), "a"),
        (Choice(fixer="end_user"), "b"),
        (Choice(text="About b"), "b"),
        (Choice(text="mia@"), "a"),
        (Choice(text="SYNC-1"), "a"),
        (Choice(text="  "), "abe"),
        (Choice(since="2026-03-02T00:00:00+00:00"), "abe"),
        (Choice(since="2999-01-01T00:00:00+00:00"), ""),
        (Choice(type="event", text="About a"), ""),
    ],
)
def test_a_filter_narrows_as_the_lists_do(organization: Organization, choice: Choice, found: str) -> None:
    box = builders.mailbox(organization, "mia@ours.example")
    report(
        failure(organization, "a", mailbox_id=box.pk, resource="email"),
        failure(organization, "b", code="salesforce.STRING_TOO_LONG", resource="event"),
        failure(organization, "c"),
        failure(organization, "d"),
        failure(organization, "organization", scope=ScopeChoices.ORGANIZATION, code="salesforce.STRING_TOO_LONG"),
    )
    Organization.everywhere.filter(pk=organization.pk).update(last_issue_number=0)
    Issue.everywhere.filter(subject_key="organization").update(subject_key="e", resource="", title="", code="x")
    Issue.everywhere.filter(subject_key="a").update(number=1)
    services.ignore(Issue.everywhere.filter(subject_key="c"), reason="x")
    close(organization, "d")
    rows = services.choose(organization.pk, RETRY, choice).order_by("subject_key")
    assert "".join(rows.values_list("subject_key", flat=True)) == found


def test_a_filter_by_mailbox_stays_within_what_the_caller_may_touch(organization: Organization) -> None:
    own, other = builders.mailbox(organization), builders.mailbox(organization)
    report(failure(organization, "a", mailbox_id=own.pk), failure(organization, "b", mailbox_id=other.pk))
    wanted = {Choice(mailbox=own.pk, mailboxes=(own.pk,)): 1, Choice(mailbox=other.pk, mailboxes=(own.pk,)): 0}
    assert {each: services.choose(organization.pk, RETRY, each).count() for each in wanted} == wanted


def test_what_is_left_out_is_not_chosen(organization: Organization) -> None:
    first, *others = many(organization, 3)
    rows = services.choose(organization.pk, RETRY, Choice(without=(first.pk,)))
    assert set(rows) == set(others)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(ids=(3, 1)),
        Choice(mailboxes=()),
        Choice(cause=4, conversation="c", code="x", mailboxes=(1,)),
        Choice(status="all", mailbox=3, type="email", fixer="end_user", text="x", without=(1, 2)),
    ],
)
def test_a_choice_comes_back_from_its_order_as_it_was(organization: Organization, choice: Choice) -> None:
    stored = start(organization, choice=choice)
    stored.refresh_from_db()
    assert Choice.of(dict(stored.choice)) == choice


def test_retries_are_told_in_the_journal_one_by_one(organization: Organization) -> None:
    many(organization, 3)
    carry_out(start(organization))
    assert Activity.everywhere.filter(verb=Verb.RETRIED).count() == 3
