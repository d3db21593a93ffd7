"""The keys of Google are asked for when one is needed, seldom, and never used longer than Google says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from connectors import network
from connectors import signers as signing
from connectors.effects import commit
from connectors.errors import ConnectorError
from connectors.id_tokens import Key
from connectors.services import wire
from connectors.signers import KeySet, Signers, published
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Action, Fault
from connectors.simulators.server import Call, Reply, Request, SimulatorServer
from connectors.simulators.simulator import Simulator
from tests.conftest import Time

ONE: Key = {"kty": "RSA", "kid": "one"}
TWO: Key = {"kty": "RSA", "kid": "two"}


@dataclass
class Google:
    """What is answered, and how often somebody asked."""

    keys: dict[str, Key] = field(default_factory=lambda: {"one": ONE})
    lifetime: float = 3600.0
    is_down: bool = False
    asked: int = 0

    def fetch(self) -> KeySet:
        self.asked += 1
        if self.is_down:
            raise network.error("READ_TIMEOUT", "google")
        return KeySet(keys=dict(self.keys), lifetime=self.lifetime)


@pytest.fixture
def google(time: Time) -> Google:
    return Google()


@pytest.fixture
def signers(google: Google) -> Signers:
    return Signers(google.fetch)


def test_keys_are_asked_for_once_and_kept(google: Google, signers: Signers) -> None:
    assert [signers.key("one") for _ in range(50)] == [ONE] * 50
    assert google.asked == 1


@pytest.mark.parametrize(("lifetime", "kept"), [(3600.0, 3600), (0.0, 300), (10.0**9, 86_400)])
def test_they_are_kept_as_long_as_google_says_within_reason(
    google: Google, signers: Signers, time: Time, lifetime: float, kept: float
) -> None:
    google.lifetime = lifetime
    signers.key("one")
    time.move(seconds=kept - 5)
    signers.key("one")
    assert google.asked == 1
    time.move(seconds=10)
    signers.key("one")
    assert google.asked == 2


def test_a_new_key_is_found_as_soon_as_somebody_signs_with_it(google: Google, signers: Signers, time: Time) -> None:
    signers.key("one")
    google.keys["two"] = TWO
    time.move(minutes=2)
    assert (signers.key("two"), google.asked) == (TWO, 2)


def test_made_up_names_ask_google_once_a_minute(google: Google, signers: Signers, time: Time) -> None:
    assert {signers.key(f"made up {n}") for n in range(100)} == {None}
    assert google.asked == 1
    time.move(seconds=61)
    signers.key("made up")
    assert google.asked == 2


def test_while_google_is_silent_nobody_is_let_in_and_it_is_asked_seldom(
    google: Google, signers: Signers, time: Time
) -> None:
    google.is_down = True
    for _ in range(20):
        with pytest.raises(ConnectorError):
            signers.key("one")
    assert google.asked == 1
    google.is_down = False
    time.move(seconds=61)
    assert signers.key("one") == ONE


def test_keys_that_last_are_good_while_google_is_silent(google: Google, signers: Signers, time: Time) -> None:
    signers.key("one")
    google.is_down = True
    time.move(minutes=2)
    assert (signers.key("one"), signers.key("two")) == (ONE, None)


def test_keys_that_have_ended_are_good_no_more(google: Google, signers: Signers, time: Time) -> None:
    signers.key("one")
    google.is_down = True
    time.move(hours=2)
    for _ in range(3):
        with pytest.raises(ConnectorError):
            signers.key("one")


# -- Over the wire


class Publisher(Simulator):
    name = "publisher"
    reply = Reply.json({"keys": [ONE, {"kty": "EC", "kid": "no"}]}, headers={"Cache-Control": "public, max-age=22170"})

    def answer(self, request: Request, call: Call) -> Reply:
        return self.reply


@pytest.fixture
def publisher(certificate: Certificate, settings: Settings) -> Iterator[Publisher]:
    simulator = Publisher()
    with SimulatorServer(simulator, certificate):
        settings.GOOGLE_CERTS_URL = f"{simulator.base_url}/oauth2/v3/certs"
        settings.PROVIDER_CA_BUNDLE = str(certificate.ca)
        yield simulator


def test_what_is_published_is_read_with_the_time_for_which_it_lasts(publisher: Publisher) -> None:
    assert published() == KeySet(keys={"one": ONE}, lifetime=22170.0)


def test_without_a_time_it_lasts_five_minutes(publisher: Publisher) -> None:
    publisher.reply = Reply.json({"keys": [ONE]})
    assert published().lifetime == 300.0


@pytest.mark.parametrize(
    "reply",
    [
        Reply.json({"keys": []}),
        Reply.json({"keys": "none"}),
        Reply.json([]),
        Reply.html("<p>hello"),
        Reply.json({"keys": [ONE]}, 500),
        Reply(status=302, headers={"Location": "https://elsewhere.invalid/"}),
    ],
    ids=["none", "words", "list", "page", "error", "redirect"],
)
def test_what_holds_no_keys_is_no_answer(publisher: Publisher, reply: Reply) -> None:
    publisher.reply = reply
    with pytest.raises(ConnectorError) as caught:
        published()
    assert json.dumps(dict(ONE)) not in str(caught.value)


def test_a_publisher_that_drips_holds_nobody_longer_than_all_of_the_time(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "SECONDS", 0.3)
    publisher.faults.append(Fault(action=Action.DRIP, pause=0.02))
    with pytest.raises(ConnectorError) as caught:
        published()
    assert caught.value.failure.code == "network.READ_TIMEOUT"


def test_nobody_asks_inside_of_a_transaction(publisher: Publisher, db: None) -> None:
    with commit("test"), pytest.raises(RuntimeError, match="leaves the process"):
        published()


def test_no_other_host_than_that_of_the_setting_is_let_through(publisher: Publisher, settings: Settings) -> None:
    assert wire().allows(urlsplit(settings.GOOGLE_CERTS_URL).netloc)
    settings.GOOGLE_CERTS_URL = "https://www.googleapis.com/oauth2/v3/certs"
    assert not wire().allows(urlsplit(publisher.base_url).netloc)
