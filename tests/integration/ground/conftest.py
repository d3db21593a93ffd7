from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from connectors import credentials
from connectors.models import Credential, Mailbox
from connectors.simulators.authority import Certificate, issue
from connectors.simulators.server import SimulatorServer
from connectors.transport import Session
from connectors.wire import Wire
from tests import builders
from tests.conftest import Time
from tests.integration.ground.plain import PlainServer
from tests.integration.ground.tokens import FRESH, TokenServer


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="session")
def certificate(certificates: Path) -> Certificate:
    return issue(certificates / "good")


@pytest.fixture
def server(certificate: Certificate) -> Iterator[PlainServer]:
    simulator = PlainServer()
    with SimulatorServer(simulator, certificate):
        yield simulator


@pytest.fixture
def wire(server: PlainServer, certificate: Certificate) -> Wire:
    """Short times, and only this server."""
    return Wire(
        hosts=frozenset({server.host}),
        ca_bundle=str(certificate.ca),
        connect=2.0,
        read=2.0,
        total=2.0,
        largest_body=100_000,
    )


@pytest.fixture
def session(wire: Wire) -> Iterator[Session]:
    with Session(wire) as made:
        yield made


@pytest.fixture
def tokens(certificate: Certificate, settings: Settings) -> Iterator[TokenServer]:
    simulator = TokenServer()
    with SimulatorServer(simulator, certificate):
        settings.GOOGLE_TOKEN_URL = f"{simulator.base_url}/token"
        settings.PROVIDER_EXTRA_HOSTS = [urlsplit(simulator.base_url).netloc]
        settings.PROVIDER_CA_BUNDLE = str(certificate.ca)
        yield simulator


@pytest.fixture
def google_mailbox(time: Time) -> Mailbox:
    return builders.mailbox(builders.organization(), provider="google")


@pytest.fixture
def credential(google_mailbox: Mailbox) -> Credential:
    return credentials.store(
        google_mailbox.organization, "google", FRESH, mailbox=google_mailbox, account=google_mailbox.address
    )
