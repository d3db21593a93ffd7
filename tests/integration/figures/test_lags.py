"""How long the oldest item waited, kept day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.models import Mailbox, Organization
from connectors.scoping import EVERYTHING, scoped
from issues.charts import DAYS
from syncapp import figuring, lags, tasks
from syncapp.models import Change, ChangeState
from syncapp.waited import Waited
from tests import builders
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db
HOUR = 3600
Later = Callable[[float], None]


@pytest.fixture
def later() -> Iterator[Later]:
    """Lets seconds pass, from the noon of today on, so that hours stay within their day."""
    noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    passed = [(noon - clock.now()).total_seconds()]

    def pass_(more: float) -> None:
        passed[0] += more

    with clock.using(lambda: passed[0]):
        yield pass_


@pytest.fixture
def organization(db: None, later: Later) -> Organization:
    return builders.organization()


@pytest.fixture
def mailbox(organization: Organization) -> Mailbox:
    return builders.mailbox(organization)


def noted(of: Organization) -> list[int | None]:
    """The last two days."""
    lags.note(clock.now())
    with scoped(of.pk):
        return [seconds for _, seconds in lags.by_day(Waited.objects.all(), clock.now())][-2:]


def about(seconds: int | None, expected: int) -> bool:
    """But for the moments that the test itself takes."""
    return seconds is not None and 0 <= seconds - expected < 60


@pytest.mark.parametrize("state", [ChangeState.PENDING, ChangeState.WAITING])
def test_what_waits_longest_counts(mailbox: Mailbox, later: Later, state: ChangeState) -> None:
    scenery.change(mailbox, state)
    later(HOUR)
    scenery.change(mailbox, state)
    later(HOUR)
    before, today = noted(mailbox.organization)
    assert before is None
    assert about(today, 2 * HOUR)


def test_what_needs_a_person_does_not_wait(mailbox: Mailbox, later: Later) -> None:
    scenery.change(mailbox, ChangeState.FAILED)
    Change.everywhere.filter(pk=scenery.change(mailbox, ChangeState.WAITING).pk).update(issue=scenery.fail(mailbox)[0])
    later(HOUR)
    assert noted(mailbox.organization)[-1] == 0


def test_the_worst_of_a_day_stays(mailbox: Mailbox, later: Later) -> None:
    change = scenery.change(mailbox, ChangeState.PENDING)
    later(HOUR)
    noted(mailbox.organization)
    change.delete()
    later(HOUR)
    assert about(noted(mailbox.organization)[-1], HOUR)


def test_each_day_has_its_own(mailbox: Mailbox, later: Later) -> None:
    noted(mailbox.organization)
    scenery.change(mailbox, ChangeState.PENDING)
    later(24 * HOUR)
    before, today = noted(mailbox.organization)
    assert before == 0
    assert about(today, 24 * HOUR)


def test_organizations_are_told_apart_and_the_worst_of_all_is_shown(mailbox: Mailbox, later: Later) -> None:
    other = builders.mailbox(builders.organization())
    scenery.change(mailbox, ChangeState.PENDING)
    later(HOUR)
    scenery.change(other, ChangeState.PENDING)
    later(HOUR)
    assert about(noted(other.organization)[-1], HOUR)
    both = lags.by_day(Waited.everywhere.all(), clock.now())
    assert about(both[-1][1], 2 * HOUR)


def test_old_days_go_and_the_housekeeping_looks(mailbox: Mailbox, later: Later) -> None:
    tasks.housekeeping()
    later(31 * 24 * HOUR)
    tasks.housekeeping()
    assert [row.on for row in Waited.everywhere.all()] == [clock.now().date()]


@pytest.mark.parametrize("organizations", [1, 5])
def test_the_figures_are_three_queries(later: Later, organizations: int, django_assert_num_queries: Any) -> None:
    for _ in range(organizations):
        scenery.fail(builders.mailbox(builders.organization()), titles=tuple("ab"))
    lags.note(clock.now())
    with scoped(EVERYTHING), django_assert_num_queries(3):
        found = figuring.figures_of(Organization.objects.all())
    assert [figure.key for figure in found] == ["open", "moves", "waits"]
    assert [len(figure.rows) for figure in found] == [DAYS] * 3
    assert found[0].peak == str(2 * organizations)
