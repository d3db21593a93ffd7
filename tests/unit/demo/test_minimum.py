"""The denominator of `bench calls`: the fewest calls that the providers' limits allow."""

from __future__ import annotations

import pytest

from syncapp.bench.minimum import (
    calendar_to_salesforce,
    gmail_to_salesforce,
    gmail_units,
    idle_round,
    salesforce_to_calendar,
)


@pytest.mark.parametrize(
    ("items", "mail", "calendar", "salesforce"),
    [(1, 4, 3, 2), (100, 5, 3, 3), (1_000, 28, 7, 21), (100_000, 2_740, 580, 2_050)],
    ids=["1", "100", "1000", "100000"],
)
def test_a_fifth_as_many_addresses_as_items(items: int, mail: int, calendar: int, salesforce: int) -> None:
    addresses = max(1, items // 5)
    assert gmail_to_salesforce(items, addresses) == mail
    assert calendar_to_salesforce(items, addresses) == calendar
    assert salesforce_to_calendar(items) == salesforce


@pytest.mark.parametrize(
    ("messages", "old", "new"),
    [(0, 0, 0), (1, 7, 22), (500, 2_502, 10_002), (501, 2_509, 10_024), (100_000, 500_400, 2_000_400)],
)
def test_units_of_gmail_by_the_age_of_the_project(messages: int, old: int, new: int) -> None:
    assert (gmail_units(messages, get=5), gmail_units(messages, get=20)) == (old, new)


def test_an_idle_round_is_a_look_at_each_place() -> None:
    assert idle_round(500, resources=1, objects=1) == 501
    assert idle_round(6, resources=2, objects=1) == 13


@pytest.mark.parametrize(
    ("messages", "addresses", "calls"),
    [
        pytest.param(0, 0, 0, id="nothing needs nothing"),
        pytest.param(50, 1, 4, id="a full batch of reads"),
        pytest.param(51, 1, 5, id="one message more than a batch"),
        pytest.param(200, 1, 1 + 4 + 1 + 1, id="a full collection"),
        pytest.param(201, 1, 1 + 5 + 1 + 2, id="one record more than a collection"),
        pytest.param(500, 1, 1 + 10 + 1 + 3, id="a full page of the feed"),
        pytest.param(501, 1, 2 + 11 + 1 + 3, id="one change more than a page"),
        pytest.param(1, 500, 4, id="as many addresses as one look-up takes"),
        pytest.param(1, 501, 5, id="one address more"),
        pytest.param(1, 0, 3, id="all addresses known"),
    ],
)
def test_every_limit_counts_from_its_first_excess_on(messages: int, addresses: int, calls: int) -> None:
    assert gmail_to_salesforce(messages, addresses) == calls


@pytest.mark.parametrize(
    ("events", "addresses", "calls"),
    [
        pytest.param(0, 0, 0, id="nothing needs nothing"),
        pytest.param(200, 1, 1 + 1 + 1, id="a full collection"),
        pytest.param(201, 1, 1 + 1 + 2, id="one record more than a collection"),
        pytest.param(2_500, 1, 1 + 1 + 13, id="a full page of the calendar"),
        pytest.param(2_501, 1, 2 + 1 + 13, id="one event more than a page"),
        pytest.param(1, 501, 1 + 2 + 1, id="one address more than a look-up takes"),
        pytest.param(1, 0, 2, id="all addresses known"),
    ],
)
def test_every_limit_of_a_calendar_counts_from_its_first_excess_on(events: int, addresses: int, calls: int) -> None:
    assert calendar_to_salesforce(events, addresses) == calls


@pytest.mark.parametrize(
    ("events", "calls"),
    [
        pytest.param(0, 0, id="nothing needs nothing"),
        pytest.param(50, 1 + 1, id="a full batch"),
        pytest.param(51, 1 + 2, id="one event more than a batch"),
        pytest.param(2_000, 1 + 40, id="a full page of a query"),
        pytest.param(2_001, 2 + 41, id="one record more than a page"),
    ],
)
def test_every_limit_towards_a_calendar_counts_from_its_first_excess_on(events: int, calls: int) -> None:
    assert salesforce_to_calendar(events) == calls
