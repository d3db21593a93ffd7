from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.authority import Certificate
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.server import SimulatorServer
from tests.integration.bad_input.world import Servers, World
from tests.integration.ground.conftest import certificate, certificates

__all__ = ["certificate", "certificates"]


@pytest.fixture(scope="session")
def servers(certificate: Certificate) -> Iterator[Servers]:
    with (
        SimulatorServer(GoogleSimulator(), certificate) as google,
        SimulatorServer(SalesforceSimulator(), certificate) as salesforce,
    ):
        yield Servers(google=google, salesforce=salesforce)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address on this machine where nobody listens, and where nobody else can begin to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"localhost:{held.getsockname()[1]}"


@pytest.fixture
def world(db: None, servers: Servers, certificate: Certificate, settings: Settings) -> Iterator[World]:
    google, salesforce = servers.fresh()
    with scoped(EVERYTHING):
        made = World(google=google, salesforce=salesforce, settings=settings, certificate=certificate)
        yield made.build()
