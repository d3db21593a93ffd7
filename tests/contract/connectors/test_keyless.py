"""Without fields of ours: the contract on the pair in memory and on Salesforce, and what only Salesforce does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from connectors.salesforce import fields
from connectors.simulators.authority import Certificate
from tests.contract.connectors.crm_contract import ids, message
from tests.contract.connectors.keyless_contract import KeylessContract, alike, without
from tests.contract.connectors.memory_event_stage import MemoryEventCrmStage
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_record_stage import staged_as
from tests.contract.connectors.stage import CountingServer

RIGHTS = ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets")
OURS = [(name, each.name) for each in fields.FIELDS for name in each.objects]


class BareMemoryStage(MemoryEventCrmStage):
    def equip(self) -> None:
        self.store.has_our_fields = True


class TestMemoryKeyless(KeylessContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> BareMemoryStage:
        made = BareMemoryStage()
        made.store.has_our_fields = False
        return made


class BareSalesforceStage(SalesforceEventStage):
    def strip(self) -> None:
        for sobject, name in OURS:
            self._door("remove-field", object=sobject, field=name)

    def equip(self) -> None:
        for right in RIGHTS:
            self._door("permission", name=right, on=True)
        self.open().ensure_fields()


class TestSalesforceKeyless(KeylessContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(
        self, salesforce_server: CountingServer, contract_certificate: Certificate
    ) -> Iterator[BareSalesforceStage]:
        with staged_as(BareSalesforceStage, salesforce_server, contract_certificate) as made:
            made.strip()
            yield made

    def test_200_messages_are_looked_for_with_one_call(self, stage: BareSalesforceStage) -> None:
        sent = [message(str(number)) for number in range(200)]
        ids(stage.open().push([without(each) for each in sent]))
        before = stage.calls()
        assert len(alike(stage, *(each.email for each in sent))) == 200
        assert stage.calls() - before == 1

    def test_200_messages_get_their_keys_with_one_call(self, stage: BareSalesforceStage) -> None:
        sent = [message(str(number)) for number in range(200)]
        made = ids(stage.open().push([without(each) for each in sent]))
        stage.equip()
        before = stage.calls()
        stage.open().sign({id_: write.key for id_, write in zip(made, sent, strict=True)})
        assert stage.calls() - before == 1
