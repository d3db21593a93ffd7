"""The line to one side: opened when first needed, its token renewed once when it ends in the middle of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors import clock, credentials
from connectors.effects import crash_points
from connectors.errors import ConnectorError, Failure, Kind
from connectors.memory import failure
from connectors.models import Credential
from connectors.registry import Access
from issues.catalogue import Scope
from syncapp.engine.lines import Line, SideFailed
from tests.conftest import Time
from tests.integration.ground.tokens import TokenServer

pytestmark = pytest.mark.django_db

ENDED = failure("google.authError", Kind.AUTH, "Invalid Credentials")
FORBIDDEN = failure("google.insufficientPermissions", Kind.PERMISSION)


class Provider:
    """A connector that takes the tokens it is told to take."""

    def __init__(self, token: str, good: set[str], verdict: Failure) -> None:
        self.token, self.good, self.verdict = token, good, verdict
        self.closed = False

    def ask(self) -> str:
        if self.token not in self.good:
            raise ConnectorError(self.verdict)
        return f"answered to {self.token}"

    def close(self) -> None:
        self.closed = True


class World:
    """A line to a provider, and every connector that was opened for it."""

    def __init__(self, credential: Credential | None, *good: str, verdict: Failure = ENDED) -> None:
        self.opened: list[Provider] = []
        self.good, self.verdict = set(good), verdict
        self.line = Line(Scope.MAILBOX, credential, self._open, keyless=False)

    def _open(self, access: Access) -> Provider:
        self.opened.append(Provider(access.token, self.good, self.verdict))
        return self.opened[-1]

    def ask(self) -> str:
        return self.line.call("ask", lambda provider: provider.ask())


def refused(ask: Callable[[], object]) -> SideFailed:
    with pytest.raises(SideFailed) as caught:
        ask()
    return caught.value


def test_nothing_is_opened_before_it_is_needed(credential: Credential) -> None:
    assert World(credential).opened == []


def test_one_connector_serves_many_calls(credential: Credential) -> None:
    world = World(credential, "access-0")
    assert [world.ask(), world.ask()] == ["answered to access-0"] * 2
    assert len(world.opened) == 1


def test_a_token_that_ends_in_mid_run_is_renewed_once(credential: Credential, tokens: TokenServer) -> None:
    world = World(credential, "access-1")
    assert world.ask() == "answered to access-1"
    assert len(tokens.asked) == 1
    assert [provider.closed for provider in world.opened] == [True, False]


def test_a_token_that_is_refused_although_it_is_new_is_not_renewed_again(
    credential: Credential, tokens: TokenServer
) -> None:
    world = World(credential)
    error = refused(world.ask)
    assert (error.failure.code, error.side) == (ENDED.code, Scope.MAILBOX)
    assert len(tokens.asked) == 1


def test_a_refused_refresh_token_is_what_is_told(credential: Credential, tokens: TokenServer) -> None:
    tokens.good = "another"
    assert refused(World(credential).ask).failure.code == "google_oauth.invalid_grant/revoked"


def test_what_is_not_about_the_token_renews_nothing(credential: Credential, tokens: TokenServer) -> None:
    assert refused(World(credential, verdict=FORBIDDEN).ask).failure == FORBIDDEN
    assert tokens.asked == []


def test_a_token_that_is_about_to_end_is_renewed_before_it_is_used(
    credential: Credential, tokens: TokenServer, time: Time
) -> None:
    time.move(seconds=3590)
    world = World(Credential.everywhere.get(), "access-1")
    assert world.ask() == "answered to access-1"
    assert len(world.opened) == 1


def test_what_another_worker_renewed_is_used(credential: Credential, tokens: TokenServer) -> None:
    world = World(Credential.everywhere.get(), "access-1")
    credentials.refresh(Credential.everywhere.get())
    assert world.ask() == "answered to access-1"
    assert len(tokens.asked) == 1


def test_without_any_access_the_side_says_so() -> None:
    assert refused(World(None).ask).failure.code == "engine.MAILBOX_NOT_CONNECTED"


def test_every_call_stands_between_two_points(credential: Credential) -> None:
    reached: list[str] = []
    with crash_points(reached.append):
        World(credential, "access-0").ask()
    assert reached == ["ask: before", "ask: after"]


@pytest.mark.parametrize(("good", "answered"), [("access-0", True), ("nothing", False)])
def test_a_line_knows_whether_it_was_answered(
    credential: Credential, tokens: TokenServer, good: str, answered: bool
) -> None:
    world = World(credential, good)
    if answered:
        world.ask()
    else:
        refused(world.ask)
    assert world.line.answered is answered


def test_where_the_side_lives_is_read_from_its_token(credential: Credential) -> None:
    assert World(None).line.instance_url == ""
    credential.access = {"token": "t", "instance_url": "https://x.my.salesforce.com"}
    assert World(credential).line.instance_url == "https://x.my.salesforce.com"


def test_the_clock_of_the_test_is_the_one_that_counts(credential: Credential, time: Time) -> None:
    time.move(days=1)
    assert credential.access_until is not None
    assert credential.access_until < clock.now()
