"""One TLS server for each test session of a process; a fresh org for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.simulators.authority import Certificate, issue
from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.server import SimulatorServer
from tests.contract.simulators.salesforce.bench import VERSION, Bench, connect, session


@pytest.fixture(scope="session")
def salesforce_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder: Path = tmp_path_factory.mktemp("salesforce")
    return issue(folder)


@pytest.fixture(scope="session")
def salesforce_server(salesforce_certificate: Certificate) -> Iterator[SimulatorServer]:
    with SimulatorServer(SalesforceSimulator(), salesforce_certificate) as server:
        yield server


@pytest.fixture
def bench(salesforce_server: SimulatorServer, salesforce_certificate: Certificate) -> Iterator[Bench]:
    sim = SalesforceSimulator()
    sim.base_url = salesforce_server.url
    salesforce_server.simulator = sim
    with session(salesforce_certificate.ca) as http:
        yield Bench(sim, http, connect(sim.base_url, sim.token(), http, version=VERSION))
