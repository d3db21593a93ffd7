"""Accounts by their domains in Salesforce: as few calls as without them, and what a wrong setting is told as."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import Kind
from connectors.relations import Sought
from connectors.simulators.authority import Certificate
from tests.contract.connectors.account_contract import BY_WEBSITE, AccountContract
from tests.contract.connectors.crm_contract import ANN, refused
from tests.contract.connectors.salesforce_stage import SalesforceStage, standing
from tests.contract.connectors.stage import CountingServer, Trouble


class TestSalesforceAccounts(AccountContract):
    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        with standing(SalesforceStage, salesforce_server, contract_certificate) as made:
            yield made

    def test_accounts_are_found_in_the_call_that_looks_for_people(self, stage: SalesforceStage) -> None:
        stage.company("acme.example")
        connector = stage.open()
        connector.find_people([ANN], BY_WEBSITE)
        before = stage.calls()
        many = [f"person{number}@customer.example" for number in range(500)]
        connector.find_people([*many, "@acme.example"], BY_WEBSITE)
        assert stage.calls() - before == 1

    def test_the_first_call_finds_accounts_as_well(self, stage: SalesforceStage) -> None:
        acme = stage.company("acme.example")
        connector, before = stage.open(), stage.calls()
        assert connector.find_people([acme.email], BY_WEBSITE) == {acme.email: (acme,)}
        assert stage.calls() - before == 1

    def test_hundreds_of_domains_are_found(self, stage: SalesforceStage) -> None:
        acme = stage.company("d399.example")
        asked = [f"@d{number}.example" for number in range(400)]
        found = stage.open().find_people(asked, BY_WEBSITE)
        assert {entry: those for entry, those in found.items() if those} == {"@d399.example": (acme,)}

    def test_a_field_of_the_orgs_own_may_name_several_domains(self, stage: SalesforceStage) -> None:
        made = stage.company("www.acme.example")
        stage.account_field(made.id, "Domains__c", "acme.example; Acme-Shop.example")
        sought = Sought(account_fields=("website", "domains__C"))
        found = stage.open().find_people(["@acme.example", "@acme-shop.example"], sought)
        assert {entry: [each.id for each in those] for entry, those in found.items()} == {
            "@acme.example": [made.id],
            "@acme-shop.example": [made.id],
        }

    @pytest.mark.parametrize("field", ["Missing__c", "NumberOfEmployees", "Description", "Syncapp_Domain__c"])
    def test_a_field_that_cannot_be_searched_is_told_as_that(self, stage: SalesforceStage, field: str) -> None:
        failure = refused(lambda: stage.open().find_people([ANN, "@acme.example"], Sought(account_fields=(field,))))
        assert (failure.code, failure.kind) == ("engine.ACCOUNT_FIELD_MISSING", Kind.CONFIG)

    def test_accounts_that_are_hidden_from_us_are_told_as_that(self, stage: SalesforceStage) -> None:
        stage.hide_object("Account")
        failure = refused(lambda: stage.open().find_people([ANN, "@acme.example"], BY_WEBSITE))
        assert failure.code == "engine.ACCOUNT_FIELD_MISSING"

    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.BUSY_FOR_SECONDS])
    def test_a_passing_failure_is_not_told_as_a_missing_field(self, stage: SalesforceStage, trouble: Trouble) -> None:
        connector = stage.open()
        stage.strike(trouble)
        assert refused(lambda: connector.find_people(["@acme.example"], BY_WEBSITE)).kind is not Kind.CONFIG
