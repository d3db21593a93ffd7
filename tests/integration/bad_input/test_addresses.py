"""Addresses where nobody is, where somebody else is, or that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.simulators.authority import Certificate, issue
from connectors.simulators.server import SimulatorServer
from issues import services as issues
from issues.models import Issue
from syncapp.engine.running import Ending
from tests import builders
from tests.conftest import Time
from tests.driving import codes, fresh, silent, sync, synced
from tests.integration.bad_input.answers import CERTIFICATE, NO_NAME, NON_JSON, NOT_ALLOWED, PAGE, REFUSED, answer
from tests.integration.bad_input.world import World, behind, explained, only_issue
from tests.integration.ground.plain import PlainServer

pytestmark = pytest.mark.django_db


def somebody_else_syncs() -> bool:
    """Whether a mailbox of another organization is synced all the same."""
    other = builders.mailbox(builders.organization())
    builders.store_of(other).deliver(builders.email())
    before = synced()
    return sync(other) == [Ending.DONE] and synced() == before + 1


# -- No address at all


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gmail",
        "http://localhost",
        "ftp://localhost",
        "https://",
        "https:///gmail",
        "https://localhost:99999",
        "https://exa mple.com",
        "https://user@localhost",
        "https://[bad",
        "https://a..b",
        f"https://{'a' * 70}.example",
    ],
)
def test_a_bad_address_of_google_in_the_settings_is_said_and_mended_there(world: World, url: str) -> None:
    right = world.settings.GOOGLE_API_ROOT
    world.deliver(world.ada, "first")
    world.settings.GOOGLE_API_ROOT = url
    assert sync(world.ada) == [Ending.FAILED]
    assert only_issue().code == NOT_ALLOWED
    assert somebody_else_syncs()
    world.settings.GOOGLE_API_ROOT = right
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada) == [Ending.DONE]
    assert (world.subjects(), codes(), silent()) == (["first"], [], [])


@pytest.mark.parametrize("url", ["https://evil.example", "http://localhost", "https://[bad", "no address"])
def test_an_org_that_is_said_to_live_elsewhere_is_not_followed_there(world: World, url: str) -> None:
    """The instance address comes from Salesforce with the token; the token goes to nobody but its own hosts."""
    world.deliver(world.ada, "first")
    world.connect_salesforce(instance_url=url)
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope) == (NOT_ALLOWED, "organization")
    assert somebody_else_syncs()
    world.connect_salesforce()
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada, world.ben) == [Ending.DONE, Ending.DONE]
    assert (world.subjects(), codes()) == (["first"], [])


# -- Nobody there


@pytest.mark.parametrize(
    ("host", "code"), [(None, REFUSED), ("nobody.invalid", NO_NAME)], ids=["closed port", "no such name"]
)
def test_where_nobody_is_the_run_fails_and_everybody_waits(
    world: World, closed_port: str, host: str | None, code: str
) -> None:
    right, wrong = world.settings.GOOGLE_API_ROOT, f"https://{host or closed_port}"
    world.deliver(world.ada, "first")
    world.settings.GOOGLE_API_ROOT = wrong
    assert sync(world.ada) == [Ending.FAILED]
    assert (world.code(world.ada), codes()) == (code, [])
    assert explained(code)
    assert somebody_else_syncs()
    world.settings.GOOGLE_API_ROOT = right
    assert sync(world.ada) == [Ending.DONE]
    assert world.subjects() == ["first"]


@pytest.mark.parametrize(
    ("host", "code"), [(None, REFUSED), ("nobody.my.salesforce.invalid", NO_NAME)], ids=["closed port", "no such name"]
)
def test_an_org_that_is_not_there_fails_the_run_and_keeps_what_was_read(
    world: World, closed_port: str, host: str | None, code: str
) -> None:
    host = host or closed_port
    world.settings.PROVIDER_EXTRA_HOSTS = [*world.settings.PROVIDER_EXTRA_HOSTS, host]
    world.deliver(world.ada, "first")
    world.connect_salesforce(instance_url=f"https://{host}")
    assert sync(world.ada) == [Ending.FAILED]
    assert (world.code(world.ada), codes()) == (code, [])
    world.connect_salesforce()
    assert sync(world.ada) == [Ending.DONE]
    assert world.subjects() == ["first"]


def test_after_ten_runs_that_found_nobody_there_somebody_is_asked_to_look(
    world: World, closed_port: str, time: Time
) -> None:
    world.settings.GOOGLE_API_ROOT = f"https://{closed_port}"
    for _ in range(10):
        sync(world.ada)
        time.move(days=1)
    found = only_issue()
    assert (found.code, found.scope, found.evidence) == (
        "engine.CONSECUTIVE_FAILURES",
        "mailbox",
        {"last_code": REFUSED},
    )
    assert fresh(world.ben).stopped_at is None


# -- Somebody else there


@pytest.mark.parametrize("case", ["not in the bundle", "expired", "other name"])
@pytest.mark.parametrize("side", ["google", "salesforce"])
def test_a_bad_certificate_is_talked_to_by_nobody_and_said_once(
    world: World, certificates: Path, certificate: Certificate, side: str, case: str
) -> None:
    names = ("elsewhere.example",) if case == "other name" else ("localhost",)
    shown = issue(certificates / f"bad {side} {case}", names=names, expired=case == "expired")
    trusted = certificate if case == "not in the bundle" else both(certificates, certificate, shown)
    world.deliver(world.ada, "first")
    simulator = world.google if side == "google" else world.salesforce
    with behind(simulator, shown) as there:
        world.settings.PROVIDER_CA_BUNDLE = str(trusted.ca)
        move(world, side, there)
        heard = len(simulator.calls)
        assert sync(world.ada, world.ben)[0] is Ending.FAILED
        assert (len(simulator.calls), only_issue().code, only_issue().scope) == (heard, CERTIFICATE, "organization")
        assert somebody_else_syncs()
    world.settings.PROVIDER_CA_BUNDLE = str(certificate.ca)
    move(world, side, simulator.base_url)
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada, world.ben) == [Ending.DONE, Ending.DONE]
    assert (world.subjects(), codes()) == (["first"], [])


def both(certificates: Path, one: Certificate, other: Certificate) -> Certificate:
    """Trusts the authorities of both: what is wrong with a server is its name or its age and nothing else."""
    bundle = certificates / f"both {other.ca.parent.name}.pem"
    bundle.write_bytes(one.ca.read_bytes() + other.ca.read_bytes())
    return Certificate(ca=bundle, chain=one.chain, key=one.key)


def move(world: World, side: str, url: str) -> None:
    """From now on the provider is to be found there."""
    world.settings.PROVIDER_EXTRA_HOSTS = [*world.settings.PROVIDER_EXTRA_HOSTS, url.removeprefix("https://")]
    if side == "google":
        world.settings.GOOGLE_API_ROOT = url
    else:
        world.connect_salesforce(instance_url=url)


# -- Sent elsewhere


@pytest.mark.parametrize("body", [PAGE, ""], ids=["with a page", "without a word"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(("side", "door"), [("google", "/messages$"), ("salesforce", "/composite/sobjects$")])
def test_a_redirect_to_another_host_is_not_followed_and_no_token_gets_there(
    world: World, certificate: Certificate, side: str, door: str, status: int, body: str
) -> None:
    world.deliver(world.ada, "first")
    stranger = PlainServer()
    with SimulatorServer(stranger, certificate):
        # Even where the stranger is trusted.
        world.settings.PROVIDER_EXTRA_HOSTS = [*world.settings.PROVIDER_EXTRA_HOSTS, stranger.host]
        headers = {"Location": f"{stranger.base_url}/echo", "Content-Type": "text/html"}
        world.spoil(side, door, **answer(body, status, headers))
        assert sync(world.ada) == [Ending.FAILED]
        assert stranger.calls == []
    assert world.code(world.ada) == NON_JSON
    assert world.goes_on(world.ben, "beside")
    assert sync(world.ada) == [Ending.DONE]
    assert world.everything_arrived_once("first", "beside")
