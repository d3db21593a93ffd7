"""What a minute costs, how long a grant lives, and for whom a page token is good."""

from __future__ import annotations

import pytest

from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.grants import IDLE_SECONDS, MOST_GRANTS, Code, Grants
from connectors.simulators.google.quota import PROJECT_MINUTE, TARIFFS, Quota
from connectors.simulators.google.world import PageTokens


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# -- Quota


def test_what_was_spent_is_free_again_after_a_minute(clock: Clock) -> None:
    quota = Quota(clock)
    quota.add("a", 10)
    clock.now += 30
    quota.add("a", 5)
    clock.now += 31
    assert quota.spent("a") == 5
    assert quota.spent("") == 5


def test_the_last_unit_may_be_spent_and_no_more(clock: Clock) -> None:
    quota = Quota(clock)
    for _ in range(300):
        quota.charge("a", "messages.get")
    with pytest.raises(ApiError) as caught:
        quota.charge("a", "history.list")
    assert (caught.value.status, caught.value.reason) == (403, "rateLimitExceeded")


def test_a_refused_call_costs_nothing(clock: Clock) -> None:
    quota = Quota(clock)
    quota.add("a", 5_990)
    with pytest.raises(ApiError):
        quota.charge("a", "messages.get")
    quota.charge("a", "messages.list")
    assert quota.spent("a") == 5_995


def test_a_project_has_a_limit_of_its_own(clock: Clock) -> None:
    quota = Quota(clock)
    quota.add("", PROJECT_MINUTE)
    with pytest.raises(ApiError) as caught:
        quota.charge("a", "labels.list")
    assert "'Queries per minute'" in caught.value.message


@pytest.mark.parametrize(("age", "limit", "get"), [("old", 15_000, 5), ("new", 6_000, 20)])
def test_tariffs_follow_the_project_s_age(age: str, limit: int, get: int) -> None:
    assert TARIFFS[age].user_minute == limit
    assert TARIFFS[age].units["messages.get"] == get


# -- Grants


def code(clock: Clock) -> Code:
    return Code(
        client_id="c",
        email="a",
        scopes=("s",),
        redirect_uri="r",
        challenge="",
        method="",
        offline=True,
        consent=True,
        ends_at=clock.now + 600,
    )


def test_a_code_is_taken_once(clock: Clock) -> None:
    grants = Grants(clock)
    text = grants.issue_code(code(clock))
    assert grants.take_code(text) is not None
    assert grants.take_code(text) is None


def test_only_the_oldest_of_more_than_a_hundred_grants_ends(clock: Clock) -> None:
    grants = Grants(clock)
    issued = [grants.issue("c", "a", ("s",)) for _ in range(MOST_GRANTS + 2)]
    assert [grants.lives(g) for g in issued] == [False, False] + [True] * MOST_GRANTS


def test_grants_of_other_clients_and_people_do_not_count(clock: Clock) -> None:
    grants = Grants(clock)
    first = [grants.issue("c", "a", ()), grants.issue("d", "a", ()), grants.issue("c", "b", ())]
    for _ in range(MOST_GRANTS - 1):
        grants.issue("c", "a", ())
    assert all(grants.lives(g) for g in first)


def test_a_grant_without_use_ends_after_six_months(clock: Clock) -> None:
    grants = Grants(clock)
    grant = grants.issue("c", "a", ())
    clock.now += IDLE_SECONDS
    assert grants.lives(grant)
    clock.now += 1
    assert not grants.lives(grant)


def test_only_what_ended_for_that_reason_is_revived(clock: Clock) -> None:
    grants = Grants(clock)
    grants.issue("c", "a", ())
    grants.end("a", "one")
    grants.issue("c", "a", ())
    grants.end("a", "two")
    assert grants.revive("a", ("one",)) == 1
    assert [grants.lives(g) for g in grants.of("a")] == [True, False]


# -- Page tokens


def test_a_page_token_is_good_for_its_list_only() -> None:
    tokens = PageTokens()
    token = tokens.issue(("ada", "messages"), 7)
    assert token.isdigit()
    assert tokens.open(token, ("ada", "messages")) == 7
    with pytest.raises(ApiError):
        tokens.open(token, ("bob", "messages"))


def test_page_tokens_do_not_pile_up() -> None:
    tokens = PageTokens()
    first = tokens.issue(("a",), 1)
    for number in range(PageTokens.KEPT):
        tokens.issue(("a",), number)
    with pytest.raises(ApiError):
        tokens.open(first, ("a",))
