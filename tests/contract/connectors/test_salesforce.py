"""The contract on the Salesforce connector, over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.records import Ref, Resource
from connectors.relations import Sought
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from tests.builders import event
from tests.contract.connectors.case_contract import CaseContract, case
from tests.contract.connectors.census_contract import CensusContract
from tests.contract.connectors.crm_contract import ANN, CrmConnectorContract, ids, message, refused
from tests.contract.connectors.event_crm_contract import EventCrmContract, write
from tests.contract.connectors.file_contract import FileContract, file
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged
from tests.contract.connectors.salesforce_record_contract import SalesforceRecordContract
from tests.contract.connectors.salesforce_stage import SalesforceStage, standing
from tests.contract.connectors.stage import CountingServer, Trouble
from tests.contract.connectors.user_contract import UserContract


class TestSalesforce(CrmConnectorContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        with standing(SalesforceStage, salesforce_server, contract_certificate) as made:
            yield made

    def test_one_key_stands_once_in_a_request(self, stage: SalesforceStage) -> None:
        write = message()
        stage.open().push([write, write])
        assert stage.simulator.org.refused == []

    def test_an_org_with_email_alone_is_asked_once(self, stage: SalesforceStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.find_people([ANN])
        assert stage.calls() - before == 1

    def test_where_else_addresses_stand_is_asked_once_for_all_connectors(self, stage: SalesforceStage) -> None:
        found = stage.second_address(stage.contact(ANN), "ann@home.example")
        stage.open().find_people([ANN])
        connector, before = stage.open(), stage.calls()
        assert connector.find_people(["ann@home.example"]) == {"ann@home.example": (found,)}
        assert stage.calls() - before == 1

    def test_500_addresses_in_an_org_with_a_second_field_are_one_call(self, stage: SalesforceStage) -> None:
        stage.second_address(stage.contact(ANN), "ann@home.example")
        connector = stage.open()
        connector.find_people([ANN])
        before = stage.calls()
        connector.find_people([f"person{number}@customer.example" for number in range(500)])
        assert stage.calls() - before == 1

    def test_a_field_that_is_taken_away_is_not_asked_for_again(self, stage: SalesforceStage) -> None:
        ann = stage.contact(ANN)
        stage.second_address(ann, "ann@home.example")
        connector = stage.open()
        connector.find_people([ANN])
        stage.lose_second_addresses()
        assert connector.find_people([ANN]) == {ANN: (ann,)}

    @pytest.mark.parametrize(
        ("status", "code"), [(503, "SERVER_UNAVAILABLE"), (403, "REQUEST_LIMIT_EXCEEDED"), (401, "INVALID_SESSION_ID")]
    )
    def test_where_an_org_cannot_say_its_fields_now_nobody_is_held_for_unknown(
        self, stage: SalesforceStage, status: int, code: str
    ) -> None:
        found = stage.second_address(stage.contact(ANN), "ann@home.example")
        stage.fail_describe(status, code)
        connector = stage.open()
        with pytest.raises(ConnectorError):
            connector.find_people([found.email])
        assert connector.find_people([found.email]) == {found.email: (found,)}

    @pytest.mark.parametrize(("status", "code"), [(404, "NOT_FOUND"), (403, "INSUFFICIENT_ACCESS")])
    def test_an_object_that_is_hidden_from_us_has_no_fields(
        self, stage: SalesforceStage, status: int, code: str
    ) -> None:
        stage.fail_describe(status, code)
        connector = stage.open()
        connector.find_people([ANN])
        before = stage.calls()
        connector.find_people([ANN])
        assert stage.calls() - before == 1

    def test_a_person_account_is_its_contact_with_the_account_as_its_account(self, stage: SalesforceStage) -> None:
        ann = stage.person_account(ANN)
        assert stage.open().find_people([ANN]) == {ANN: (ann,)}

    def test_an_address_of_the_account_counts_for_a_person_and_not_for_a_business(self, stage: SalesforceStage) -> None:
        ann = stage.person_account(ANN)
        business = stage.account()
        stage.contact("bob@customer.example", account_id=business)
        for account_id in (ann.account_id, business):
            stage.account_address(account_id, "office@customer.example")
        found = replace(ann, email="office@customer.example", secondary=True)
        assert stage.open().find_people([found.email]) == {found.email: (found,)}

    def test_when_people_were_last_active_costs_no_call(self, stage: SalesforceStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.find_people([ANN], Sought(activity=True))
        assert stage.calls() - before == 1

    def test_the_allowance_is_what_the_last_answer_said(self, stage: SalesforceStage) -> None:
        connector = stage.open()
        connector.find_people([ANN])
        told = connector.allowance()
        assert (told.used, told.allowed) == (1, 100_000)


class TestSalesforceFiles(FileContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        with standing(SalesforceStage, salesforce_server, contract_certificate) as made:
            yield made

    def test_a_newer_version_by_somebody_else_is_the_same_file(self, stage: SalesforceStage) -> None:
        connector, write = stage.open(), file()
        connector.upload(write)
        document = connector.find_files([write.key])[write.key]
        stage.newer_version(document, key=write.key)
        assert connector.find_files([write.key]) == {write.key: document}

    @pytest.mark.parametrize("html", [True, False])
    def test_a_page_that_the_org_blocks_is_a_blocked_kind(self, stage: SalesforceStage, *, html: bool) -> None:
        stage.block("html" if html else "bat")
        result = stage.open().upload(file("page.html" if html else "run.BAT"))
        assert isinstance(result, ItemError)
        assert result.failure.code == "salesforce.FILE_KIND_BLOCKED"

    def test_where_the_key_of_files_is_hidden_it_says_so(self, stage: SalesforceStage) -> None:
        stage.hide_file_key()
        result = stage.open().upload(file())
        assert isinstance(result, ItemError)
        assert result.failure.code == refused(lambda: stage.open().find_files(["0"])).code
        assert result.failure.code == "salesforce.OWN_FIELD_MISSING"

    def test_files_that_lie_elsewhere_and_do_not_answer_are_unavailable(self, stage: SalesforceStage) -> None:
        stage.break_files("CONTENT_HUB_TIMEOUT_EXCEPTION")
        assert refused(lambda: stage.open().upload(file())).code == "salesforce.FILES_UNAVAILABLE"


class TestSalesforceUsers(UserContract):
    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        with standing(SalesforceStage, salesforce_server, contract_certificate) as made:
            yield made


class TestSalesforceCases(CaseContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        with standing(SalesforceStage, salesforce_server, contract_certificate) as made:
            yield made

    @pytest.mark.parametrize("wholly", [False, True])
    def test_where_cases_are_not_ready_they_are_refused_and_messages_are_not(
        self, stage: SalesforceStage, *, wholly: bool
    ) -> None:
        stage.hide_cases(wholly=wholly)
        opened, logged = stage.open().push([case(), message()])
        assert isinstance(opened, ItemError)
        assert (opened.failure.code, type(logged)) == ("engine.CASES_NOT_READY", Ref)

    def test_an_org_that_is_busy_has_not_refused_cases(self, stage: SalesforceStage) -> None:
        stage.strike(Trouble.BROKEN)
        assert refused(lambda: stage.open().push([case()])).kind is Kind.TRANSIENT

    def test_only_a_refused_queue_costs_a_second_call(self, stage: SalesforceStage) -> None:
        queue, connector, before = stage.queue("Support"), stage.open(), stage.calls()
        connector.push([case(owner_id=queue)])
        assert stage.calls() - before == 1

    def test_where_the_queues_cannot_be_asked_the_refusal_stays_as_it_came(self, stage: SalesforceStage) -> None:
        queue, connector = stage.queue("Support"), stage.open()
        stage.retire(queue, how="deleted")
        stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "/composite$"}))
        (said,) = connector.push([case(owner_id=queue)])
        assert isinstance(said, ItemError)
        assert said.failure.code == "salesforce.INVALID_CROSS_REFERENCE_KEY"

    def test_a_queue_that_takes_no_cases_is_told_as_gone_also_where_the_others_cannot_be_asked(
        self, stage: SalesforceStage
    ) -> None:
        queue, connector = stage.queue("Support"), stage.open()
        stage.retire(queue, how="unserved")
        stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "/composite$"}))
        (said,) = connector.push([case(owner_id=queue)])
        assert isinstance(said, ItemError)
        assert (said.failure.code, said.failure.evidence["candidates"]) == ("salesforce.QUEUE_GONE", [])


class TestSalesforceEvents(EventCrmContract, SalesforceRecordContract):
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
