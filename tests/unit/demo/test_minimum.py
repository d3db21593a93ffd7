"""The denominator of `bench calls`: the fewest calls that the providers' limits allow."""

from __future__ import annotations

import pytest

from syncapp.bench.minimum import gmail_to_salesforce


@pytest.mark.parametrize(
    ("messages", "calls"),
    [(1, 4), (100, 5), (1_000, 28), (100_000, 2_740)],
    ids=["1", "100", "1000", "100000"],
)
def test_a_fifth_as_many_addresses_as_messages(messages: int, calls: int) -> None:
    assert gmail_to_salesforce(messages, max(1, messages // 5)) == calls


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
