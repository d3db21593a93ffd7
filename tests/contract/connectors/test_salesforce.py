"""The contract on the Salesforce connector, over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from connectors.records import Resource
from connectors.simulators.authority import Certificate
from connectors.simulators.salesforce import SalesforceSimulator
from tests.builders import event
from tests.contract.connectors.census_contract import CensusContract
from tests.contract.connectors.crm_contract import ANN, CrmConnectorContract, ids, message
from tests.contract.connectors.event_crm_contract import EventCrmContract, write
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged
from tests.contract.connectors.salesforce_stage import SalesforceStage
from tests.contract.connectors.stage import CountingServer


class TestSalesforce(CrmConnectorContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        simulator = SalesforceSimulator()
        simulator.base_url = salesforce_server.url
        salesforce_server.simulator = simulator
        made = SalesforceStage(server=salesforce_server, certificate=contract_certificate, simulator=simulator)
        yield made
        made.closing.close()

    def test_one_key_stands_once_in_a_request(self, stage: SalesforceStage) -> None:
        write = message()
        stage.open().push([write, write])
        assert stage.simulator.org.refused == []

    def test_the_allowance_is_what_the_last_answer_said(self, stage: SalesforceStage) -> None:
        connector = stage.open()
        connector.find_people([ANN])
        told = connector.allowance()
        assert (told.used, told.allowed) == (1, 100_000)


class TestSalesforceEvents(EventCrmContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(
        self, salesforce_server: CountingServer, contract_certificate: Certificate
    ) -> Iterator[SalesforceEventStage]:
        with staged(salesforce_server, contract_certificate) as made:
            yield made


class TestSalesforceCensus(CensusContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(
        self, salesforce_server: CountingServer, contract_certificate: Certificate
    ) -> Iterator[SalesforceEventStage]:
        with staged(salesforce_server, contract_certificate) as made:
            yield made

    def test_200_messages_are_two_calls(self, stage: SalesforceEventStage) -> None:
        writes = [message(f"{number}") for number in range(200)]
        made = ids(stage.open().push(writes))
        before = stage.calls()
        found = stage.open().find(Resource.EMAIL, [each.key for each in writes], made)
        assert (len(found), stage.calls() - before) == (200, 2)

    def test_200_events_are_two_calls(self, stage: SalesforceEventStage) -> None:
        owner = stage.user()
        writes = [write(owner, event(days=number)) for number in range(200)]
        made = ids(stage.open().push(writes))
        before = stage.calls()
        found = stage.open().find(Resource.EVENT, [each.key for each in writes], made)
        assert (len(found), stage.calls() - before) == (200, 2)
