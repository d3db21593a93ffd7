"""Fields of ours that are missing: who presses “What Syncapp needs there…” waits for nothing more."""

from __future__ import annotations

import pytest

from connectors.needs import Standing
from issues.models import BulkOperation
from syncapp import equipping
from tests.driving import codes, drain, statuses
from tests.integration.orgs_that_differ.house import WHOLE, House
from tests.integration.orgs_that_differ.orgs import EVERYWHERE, MISSING, RIGHTS, each

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(house: House) -> House:
    """Nothing is written for want of our fields, which our user may not make."""
    each("remove-field", *EVERYWHERE)(house)
    house.arrives()
    house.runs()
    assert codes() == [MISSING]
    return house


def allow(house: House) -> None:
    for right in RIGHTS:
        house.control("permission", name=right, on=True)


def press(house: House) -> set[Standing]:
    """What the button does, and the jobs that come of it."""
    needs = equipping.equip(house.organization)
    drain()
    return {need.standing for need in needs}


def test_once_they_are_made_everything_goes_on_at_once(stopped: House) -> None:
    allow(stopped)
    press(stopped)
    assert (statuses(), stopped.organization.stopped_at) == (["resolved"], None)


def test_all_of_it_is_there_after_one_more_run(stopped: House) -> None:
    allow(stopped)
    press(stopped)
    stopped.runs()
    assert stopped.arrived() == WHOLE


def test_where_they_may_not_be_made_the_issue_stays_and_says_so(stopped: House) -> None:
    assert Standing.REFUSED in press(stopped)
    assert (codes(), stopped.arrived()) == ([MISSING], [])


def test_to_press_twice_makes_nothing_twice(stopped: House) -> None:
    allow(stopped)
    press(stopped)
    assert press(stopped) == {Standing.THERE}
    stopped.runs()
    assert stopped.arrived() == WHOLE


def test_beside_those_of_a_package_ours_are_made_without_a_prefix(house: House) -> None:
    house.control("namespace", prefix="acme")
    house.arrives()
    house.runs()
    assert codes() == [MISSING]
    allow(house)
    assert press(house) == {Standing.THERE, Standing.MADE}
    house.runs()
    assert (statuses(), house.arrived()) == (["resolved"], WHOLE)


def test_those_of_the_orgs_own_namespace_are_ours_and_not_made_again(house: House) -> None:
    house.control("namespace", prefix="acme", own=True)
    allow(house)
    assert press(house) == {Standing.THERE}


def test_fields_that_were_shown_to_us_by_somebody_else_count_as_well(stopped: House) -> None:
    each("restore-field", *EVERYWHERE)(stopped)
    press(stopped)
    assert statuses() == ["resolved"]


def test_where_nothing_waits_nothing_is_tried_again(house: House) -> None:
    allow(house)
    each("remove-field", "Lead.Syncapp_Key__c")(house)
    press(house)
    assert not BulkOperation.everywhere.exists()
