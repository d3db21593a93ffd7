"""How much of what an org may use is used up, by what it says of its limits."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import Failure, Kind
from connectors.facts import Fact, Verdict
from connectors.records import Allowance
from connectors.salesforce.limit_facts import CALLS, LIMITS, RECORDS, limits

UNSEEN = Failure(provider="salesforce", code="salesforce.INSUFFICIENT_ACCESS", kind=Kind.PERMISSION)
SAID = {each.key: {"Max": 1000, "Remaining": 900} for each in LIMITS}


UNTOLD = Allowance()


def told(said: Any, allowance: Allowance = UNTOLD) -> dict[str, Fact]:
    return {fact.name: fact for fact in limits(said, allowance)}


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (1000, Verdict.GOOD),
        (251, Verdict.GOOD),
        (250, Verdict.ASK),
        (1, Verdict.ASK),
        (0, Verdict.BAD),
        (-20, Verdict.BAD),
    ],
)
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.key)
def test_from_three_quarters_on_somebody_is_to_look(limit: Any, left: int, verdict: Verdict) -> None:
    fact = told(SAID | {limit.key: {"Max": 1000, "Remaining": left}})[limit.name]
    assert (fact.verdict, bool(fact.steps), fact.warns) == (verdict, verdict is not Verdict.GOOD, limit.warns)


def test_the_numbers_are_told_as_people_write_them() -> None:
    fact = told(SAID | {"DailyApiRequests": {"Max": 100_000, "Remaining": 18_796}})[CALLS]
    assert fact.text == "81 % is used: 81,204 of 100,000 calls of 24 hours."


@pytest.mark.parametrize(
    "said", [UNSEEN, {}, {"DailyApiRequests": 5}, {"DailyApiRequests": {"Max": "9", "Remaining": 0}}]
)
def test_what_was_not_told_is_unknown_and_warns_of_nothing(said: Any) -> None:
    for fact in told(said).values():
        assert (fact.verdict, bool(fact.steps), fact.warns) == (Verdict.UNKNOWN, True, "")


def test_calls_are_known_from_every_answer_where_the_limits_may_not_be_seen() -> None:
    facts = told(UNSEEN, Allowance(used=80, allowed=100))
    assert (facts[CALLS].verdict, facts[RECORDS].verdict) == (Verdict.ASK, Verdict.UNKNOWN)


def test_an_org_without_an_allowance_divides_by_nothing() -> None:
    assert told(SAID | {"DailyApiRequests": {"Max": 0, "Remaining": 0}})[CALLS].verdict is Verdict.UNKNOWN
