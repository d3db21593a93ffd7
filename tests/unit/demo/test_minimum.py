"""The denominator of `bench calls`: the fewest calls that the providers' limits allow."""

from __future__ import annotations

import pytest

from syncapp.bench.minimum import (
    calendar_to_salesforce,
    first_contacts,
    gmail_to_salesforce,
    gmail_units,
    idle_round,
    people_to_salesforce,
    salesforce_to_calendar,
    salesforce_to_people,
    salesforce_to_tasks,
    tasks_to_salesforce,
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
    ("contacts", "people", "looked_up", "salesforce", "with_group"),
    [(1, 2, 3, 2, 3), (100, 2, 3, 2, 3), (1_000, 6, 8, 6, 7), (100_000, 600, 800, 550, 551)],
    ids=["1", "100", "1000", "100000"],
)
def test_contacts_with_and_without_what_keeps_them_from_standing_twice(
    contacts: int, people: int, looked_up: int, salesforce: int, with_group: int
) -> None:
    """Each has an address of its own. The table has neither the look-up nor the group."""
    assert people_to_salesforce([contacts], 0) == people
    assert people_to_salesforce([contacts], contacts) == looked_up
    assert salesforce_to_people([contacts], groups=0) == salesforce
    assert salesforce_to_people([contacts]) == with_group


@pytest.mark.parametrize(
    ("tasks", "there", "together", "back"),
    [(1, 3, 3, 3), (100, 3, 3, 4), (1_000, 21, 16, 22), (18_000, 361, 271, 370)],
    ids=["1", "100", "1000", "as many as a list has room for"],
)
def test_tasks_are_listed_and_settled_a_hundred_at_a_time_and_written_by_fifty(
    tasks: int, there: int, together: int, back: int
) -> None:
    assert (tasks_to_salesforce([tasks]), salesforce_to_tasks([tasks])) == (there, back)
    assert tasks_to_salesforce([tasks], by_page=False) == together


def test_each_mailbox_has_its_own_pages_batches_and_places_and_salesforce_is_read_once() -> None:
    assert people_to_salesforce([1_000, 1], 1_001) == (1 + 1) + 3 + (5 + 1)
    assert salesforce_to_people([200, 1]) == 1 + (1 + 1) + (1 + 1)
    assert tasks_to_salesforce([100, 1]) == (1 + 1 + 1) * 2
    assert salesforce_to_tasks([50, 1]) == 1 + (1 + 1) * 2


@pytest.mark.parametrize(
    ("messages", "old", "new"),
    [(0, 0, 0), (1, 7, 22), (500, 2_502, 10_002), (501, 2_509, 10_024), (100_000, 500_400, 2_000_400)],
)
def test_units_of_gmail_by_the_age_of_the_project(messages: int, old: int, new: int) -> None:
    assert (gmail_units(messages, get=5), gmail_units(messages, get=20)) == (old, new)


@pytest.mark.parametrize(
    ("contacts", "calls"),
    [
        pytest.param(1, 1 + 1 + 1, id="one"),
        pytest.param(2_000, 2 + 4 + 10, id="the most that go in collections"),
        pytest.param(2_001, 3 + 5 + 6, id="one more"),
        pytest.param(10_000, 10 + 20 + 6, id="a full load"),
        pytest.param(10_001, 11 + 21 + 12, id="one record more than a load"),
    ],
)
def test_an_address_book_that_is_read_for_the_first_time(contacts: int, calls: int) -> None:
    assert first_contacts(contacts) == calls


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


@pytest.mark.parametrize(
    ("contacts", "there", "back"),
    [
        pytest.param(200, 1 + 1 + 1, 1 + 1 + 1, id="a full collection, and a full batch"),
        pytest.param(201, 1 + 1 + 2, 1 + 1 + 2, id="one more"),
        pytest.param(500, 1 + 1 + 3, 1 + 1 + 3, id="as many addresses as one look-up takes"),
        pytest.param(501, 1 + 2 + 3, 1 + 1 + 3, id="one address more"),
        pytest.param(1_001, 2 + 3 + 6, 1 + 1 + 6, id="one more than a page of the address book"),
        pytest.param(2_001, 3 + 5 + 11, 2 + 1 + 11, id="one more than a page of a query"),
    ],
)
def test_every_limit_of_contacts_counts_from_its_first_excess_on(contacts: int, there: int, back: int) -> None:
    assert (people_to_salesforce([contacts], contacts), salesforce_to_people([contacts])) == (there, back)


@pytest.mark.parametrize(
    ("tasks", "there", "back"),
    [
        pytest.param(50, 1 + 1 + 1, 1 + 1 + 1, id="a full batch"),
        pytest.param(51, 1 + 1 + 1, 1 + 1 + 2, id="one task more"),
        pytest.param(101, 1 + 2 + 2, 1 + 1 + 3, id="one more than a page of the list"),
        pytest.param(201, 1 + 3 + 3, 1 + 1 + 5, id="one more than two pages"),
        pytest.param(2_001, 1 + 21 + 21, 2 + 1 + 41, id="one more than a page of a query"),
    ],
)
def test_every_limit_of_tasks_counts_from_its_first_excess_on(tasks: int, there: int, back: int) -> None:
    assert (tasks_to_salesforce([tasks]), salesforce_to_tasks([tasks])) == (there, back)
