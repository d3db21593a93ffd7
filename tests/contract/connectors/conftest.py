"""One TLS server for each provider and process; a fresh simulator behind it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.simulators.authority import Certificate, issue
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.salesforce import SalesforceSimulator
from tests.contract.connectors.stage import CountingServer


@pytest.fixture(scope="session")
def contract_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder: Path = tmp_path_factory.mktemp("contract")
    return issue(folder)


@pytest.fixture(scope="session")
def google_server(contract_certificate: Certificate) -> Iterator[CountingServer]:
    with CountingServer(GoogleSimulator(), contract_certificate) as server:
        assert isinstance(server, CountingServer)
        yield server


@pytest.fixture(scope="session")
def salesforce_server(contract_certificate: Certificate) -> Iterator[CountingServer]:
    with CountingServer(SalesforceSimulator(), contract_certificate) as server:
        assert isinstance(server, CountingServer)
        yield server
