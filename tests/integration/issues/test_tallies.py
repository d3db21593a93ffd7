"""What came and went, hour by hour, and what the last days are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.effects import commit
from connectors.models import Mailbox, Organization
from connectors.scoping import scoped
from issues import services, trends
from issues.charts import DAYS
from issues.models import Cause, Issue, Tally
from tests.integration.issues.orders import close, failure, report, rows, tallies_are_right, the_issue

pytestmark = pytest.mark.django_db
Later = Callable[[float], None]


@pytest.fixture
def later(organization: Organization) -> Iterator[Later]:
    """Lets hours pass."""
    hours = [0.0]

    def pass_(more: float) -> None:
        hours[0] += more

    with clock.using(lambda: hours[0] * 3600), scoped(organization.pk):
        yield pass_


def last_days(of: Organization) -> list[tuple[int, int, int]]:
    """(came, went, open) of the last days on which anything was, the oldest first."""
    of.refresh_from_db()
    found = trends.of_organizations(Tally.objects.all(), of.open_issues, clock.now())
    assert len(found) == DAYS
    return [(day.came, day.went, day.open) for day in found if day.came or day.went or day.open]


def wide(cause: Cause) -> Any:
    return trends.with_breadth(Cause.objects.all(), clock.now()).get(pk=cause.pk)


def test_one_hour_has_one_row_for_the_cause_and_one_for_the_organization(
    organization: Organization, later: Later
) -> None:
    report(failure(organization, "a"), failure(organization, "b"))
    close(organization, "a")
    assert sorted(Tally.everywhere.values_list("came", "went")) == [(2, 1), (2, 1)]
    assert tallies_are_right()


def test_an_issue_that_fails_again_comes_once(organization: Organization, later: Later) -> None:
    report(failure(organization))
    services.retry(rows(the_issue(organization)))
    report(failure(organization))
    assert sorted(Tally.everywhere.values_list("came", "went")) == [(1, 0), (1, 0)]


def test_another_cause_is_a_move_that_the_organization_does_not_see(organization: Organization, later: Later) -> None:
    before = report(failure(organization, said="Pick an owner"))["item-1"].cause
    services.retry(rows(the_issue(organization)))
    after = report(failure(organization, said="Pick an account"))["item-1"].cause
    found = {row.cause_id: (row.came, row.went) for row in Tally.everywhere.all()}
    assert found == {None: (1, 0), before.pk: (1, 1), after.pk: (1, 0)}


def test_what_is_set_aside_went_and_comes_back(organization: Organization, later: Later) -> None:
    report(failure(organization))
    services.ignore(rows(the_issue(organization)), reason="x")
    services.stop_ignoring(rows(the_issue(organization)))
    assert sorted(Tally.everywhere.values_list("came", "went")) == [(2, 1), (2, 1)]
    assert tallies_are_right()


def test_the_last_days_say_what_came_and_went_and_was_open(organization: Organization, later: Later) -> None:
    report(*(failure(organization, each) for each in "abc"))
    later(24)
    close(organization, "a", "b")
    later(24)
    report(failure(organization, "d"))
    assert last_days(organization) == [(3, 0, 3), (0, 2, 1), (1, 0, 2)]


def test_what_was_open_before_anybody_counted_is_open_all_along(organization: Organization, later: Later) -> None:
    report(failure(organization, "a"), failure(organization, "b"))
    Tally.everywhere.all().delete()
    assert last_days(organization) == [(0, 0, 2)] * DAYS


def test_days_fall_out_at_the_end(organization: Organization, later: Later) -> None:
    report(failure(organization))
    close(organization, "item-1")
    later(24 * DAYS)
    assert last_days(organization) == []


@pytest.mark.parametrize(("hours", "lately", "before"), [(0, 2, 0), (23, 2, 0), (25, 0, 2), (47, 0, 2), (49, 0, 0)])
def test_a_cause_compares_a_day_with_the_day_before(
    organization: Organization, later: Later, hours: float, lately: int, before: int
) -> None:
    cause = report(failure(organization, "a"), failure(organization, "b"))["a"].cause
    later(hours)
    # The row of an hour counts from its beginning on, so that an hour's edge is left to it.
    assert (wide(cause).came_lately, wide(cause).came_before) == (lately, before)


def test_a_cause_counts_its_mailboxes_and_records(organization: Organization, mailbox: Mailbox, later: Later) -> None:
    cause = report(
        failure(organization, "a", mailbox_id=mailbox.pk),
        failure(organization, "a", mailbox_id=mailbox.pk, direction="to_mailbox"),
        failure(organization, "b", mailbox_id=mailbox.pk),
    )["a"].cause
    assert (wide(cause).open_issues, wide(cause).mailboxes, wide(cause).records) == (3, 1, 2)


def test_what_is_closed_stops_nothing_any_more(organization: Organization, mailbox: Mailbox, later: Later) -> None:
    cause = report(failure(organization, mailbox_id=mailbox.pk))["item-1"].cause
    close(organization, "item-1")
    assert (wide(cause).mailboxes, wide(cause).records) == (0, 0)


def test_only_the_newest_of_a_large_cause_are_looked_at(
    organization: Organization, mailbox: Mailbox, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "COUNTED_AMONG", 2)
    cause = report(*(failure(organization, each, mailbox_id=mailbox.pk) for each in "abc"))["a"].cause
    assert wide(cause).records == 2


def test_the_days_of_many_causes_are_one_query(
    organization: Organization, later: Later, django_assert_num_queries: Any
) -> None:
    report(*(failure(organization, each, said=f"Pick {each}{each}") for each in "abcd"))
    causes = list(Cause.objects.all())
    with django_assert_num_queries(1):
        found = trends.of_causes(causes, clock.now())
    assert {pk: days[-1].open for pk, days in found.items()} == {cause.pk: 1 for cause in causes}


def test_old_tallies_go(organization: Organization, later: Later) -> None:
    report(failure(organization))
    later(48)
    close(organization, "item-1")
    with commit("test: forget"):
        services.forget_tallies(clock.now() - timedelta(hours=24))
    assert set(Tally.everywhere.values_list("came", "went")) == {(0, 1)}
    assert Issue.everywhere.exists()
