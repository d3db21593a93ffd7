"""The Salesforce connector behind a wire that others wrote, and that breaks in the middle of a write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import Kind
from connectors.records import Ref
from connectors.salesforce.connector import SalesforceConnector
from connectors.simulators.authority import Certificate
from connectors.simulators.salesforce import SalesforceSimulator
from tests.contract.connectors.crm_contract import message, refused
from tests.contract.connectors.salesforce_stage import VERSION, SalesforceStage
from tests.contract.connectors.stage import CountingServer
from tests.contract.peers.conftest import MITMPROXY, Proxy, needs, proxied

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def proxy(
    salesforce_server: CountingServer, contract_certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    needs(MITMPROXY)
    folder: Path = tmp_path_factory.mktemp("authority")
    with proxied(salesforce_server.url, folder, contract_certificate.ca) as made:
        yield made


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> SalesforceStage:
    simulator = SalesforceSimulator()
    simulator.base_url = salesforce_server.url
    salesforce_server.simulator = simulator
    return SalesforceStage(server=salesforce_server, certificate=contract_certificate, simulator=simulator)


def opened(stage: SalesforceStage, proxy: Proxy) -> SalesforceConnector:
    return SalesforceConnector(token=stage.token, instance_url=proxy.url, version=VERSION, wire=proxy.wire)


@pytest.mark.parametrize(("plan", "arrived"), [("drop_before", 0), ("drop_after", 3), ("cut", 3)])
def test_a_write_whose_answer_did_not_come_is_sent_once_and_found_again(
    stage: SalesforceStage, proxy: Proxy, plan: str, arrived: int
) -> None:
    writes = [message() for _ in range(3)]
    proxy.plan(plan)
    before = len(proxy.seen())
    connector = opened(stage, proxy)
    assert refused(lambda: connector.push(writes)).kind is Kind.TRANSIENT
    assert len(proxy.seen()) - before == 1
    assert len(stage.records()) == arrived
    found = opened(stage, proxy).push(writes)
    assert found == [Ref(id=stage.records()[write.key]) for write in writes]
    assert len(stage.records()) == 3
