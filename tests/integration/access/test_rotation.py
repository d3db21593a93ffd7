"""Refresh tokens that Salesforce replaces at each use, and two hosts whose clocks are five minutes apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connectors import credentials
from connectors.effects import crash_points
from connectors.errors import ConnectorError
from connectors.models import Credential
from syncapp.engine.running import Ending
from tests.conftest import Time
from tests.driving import codes, sync
from tests.integration.access import signing
from tests.integration.bad_input.world import World

pytestmark = pytest.mark.django_db

SKEW = 5  # minutes
ENDED = "salesforce_oauth.invalid_grant/expired_token"


@pytest.fixture(autouse=True)
def _rotation(world: World) -> None:
    world.salesforce.control("login", {"rotation": True})
    world.connect_salesforce(lifetime=0)


@contextmanager
def host_ahead(time: Time) -> Iterator[None]:
    """What is done by a host whose clock is five minutes ahead of ours."""
    time.move(minutes=SKEW)
    yield
    time.move(minutes=-SKEW)


def at_hand(world: World) -> Credential:
    """The organization's credential as one more process loads it."""
    return Credential.everywhere.get(organization=world.organization, provider="salesforce")


def refreshes(world: World) -> int:
    return sum(call.operation == "token" for call in world.salesforce.calls)


def is_locked_out(world: World) -> bool:
    (*_, grant) = world.salesforce.org.grants.grants.values()
    return grant.revoked


def test_hosts_apart_that_take_turns_use_each_refresh_token_once(world: World, time: Time) -> None:
    seen = [at_hand(world).grant["refresh_token"]]
    for ahead in (True, False, True, False):
        if ahead:
            with host_ahead(time):
                credentials.refresh(at_hand(world))
        else:
            credentials.refresh(at_hand(world))
        seen.append(at_hand(world).grant["refresh_token"])
    assert len(set(seen)) == 5
    assert not is_locked_out(world)


def test_a_host_ahead_that_comes_second_uses_what_the_first_one_got(world: World, time: Time) -> None:
    late = at_hand(world)
    token = credentials.refresh(at_hand(world)).token
    with host_ahead(time):
        assert credentials.refresh(late).token == token
    assert refreshes(world) == 1


def test_access_that_a_host_ahead_takes_for_longer_than_it_lasts_is_renewed_when_it_is_refused(
    world: World, time: Time
) -> None:
    with host_ahead(time):
        credentials.refresh(at_hand(world))
    world.salesforce.control("expire-tokens", {})
    assert world.goes_on(world.ada, "Although it ended early")
    assert not is_locked_out(world)


def test_the_new_refresh_token_is_stored_before_anything_is_asked_with_its_access(world: World, time: Time) -> None:
    reached: list[tuple[str, bool]] = []
    before = at_hand(world).grant

    def look(point: str) -> None:
        reached.append((point, at_hand(world).grant != before))

    world.deliver(world.ada, "New")
    with host_ahead(time), crash_points(look):
        assert sync(world.ada) == [Ending.DONE]
    points = [point for point, _ in reached]
    at = points.index("credential: store refresh: after commit")
    assert points[at - 3 : at] == [
        "credential: refresh: before",
        "credential: refresh: after",
        "credential: store refresh: before commit",
    ]
    assert [stored for _, stored in reached] == [False] * at + [True] * (len(reached) - at)


def refused_meanwhile(world: World, time: Time) -> list[str]:
    """How a host whose clock is ahead is refused that comes before the answer to our own refresh is stored."""
    refused: list[str] = []

    def the_other_comes(point: str) -> None:
        if point == "credential: refresh: after" and not refused:
            refused.append("")
            with host_ahead(time), pytest.raises(ConnectorError) as caught:
                credentials.refresh(at_hand(world))
            refused[0] = caught.value.failure.code

    with crash_points(the_other_comes):
        credentials.refresh(at_hand(world))
    return refused


def test_reuse_by_a_host_ahead_is_recognised_at_once_said_and_not_repeated(world: World, time: Time) -> None:
    """To a clock that is five minutes ahead, the right of whoever is refreshing seems to have ended. Salesforce takes
    the second use of one token for theft and ends both: that has to be said, and must not become a loop.
    """
    assert refused_meanwhile(world, time) == [ENDED]
    assert (is_locked_out(world), refreshes(world)) == (True, 2)
    world.deliver(world.ada, "Waits")
    assert sync(world.ada) == [Ending.FAILED]
    assert codes() == [ENDED]
    assert refreshes(world) == 3
    assert sync(world.ada) != [Ending.DONE]
    assert refreshes(world) <= 4


def test_without_a_refresh_token_there_is_nothing_to_lose(world: World, time: Time) -> None:
    """Salesforce does not take the signature of a host that far ahead; the others go on as if nothing had been."""
    signing.set_up(world)
    signing.org_signs_in(world, signing.JWT)
    assert refused_meanwhile(world, time) == ["salesforce_oauth.invalid_grant/assertion"]
    assert world.goes_on(world.ada, "As if nothing had been")
