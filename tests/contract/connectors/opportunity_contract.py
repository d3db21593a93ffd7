"""What every CRM connector promises of the open opportunities of people and accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.protocol import CrmConnector
from connectors.records import Party, Person
from connectors.relations import OpportunityRule, Sought
from tests.contract.connectors.crm_contract import ANN, ids, link, message
from tests.contract.connectors.stage import CrmStage

OF_ACCOUNT = Sought(opportunities=OpportunityRule.ONLY)
IN_ROLE = Sought(opportunities=OpportunityRule.ROLE)


def found(connector: CrmConnector, address: str, sought: Sought) -> Person:
    (person,) = connector.find_people([address], sought)[address]
    return person


class OpportunityContract:
    """Each test gets a CRM of its own."""

    @pytest.mark.parametrize("rule", [OpportunityRule.ONLY, OpportunityRule.LAST_CHANGED])
    def test_a_contact_comes_with_the_open_ones_of_the_account_by_age(
        self, stage: CrmStage, rule: OpportunityRule
    ) -> None:
        account = stage.account()
        ann = stage.contact(ANN, account_id=account)
        young, old = stage.opportunity(account), stage.opportunity(account, days_old=9)
        stage.opportunity(stage.account())
        assert found(stage.open(), ANN, Sought(opportunities=rule)) == replace(ann, opportunities=(old, young))

    def test_a_contact_comes_with_the_open_ones_in_which_there_is_a_role(self, stage: CrmStage) -> None:
        account = stage.account()
        ann = stage.contact(ANN, account_id=account)
        stage.opportunity(account)
        young, old = stage.opportunity(ann.id), stage.opportunity(ann.id, days_old=9)
        assert found(stage.open(), ANN, IN_ROLE) == replace(ann, opportunities=(old, young))

    @pytest.mark.parametrize("sought", [OF_ACCOUNT, IN_ROLE])
    def test_closed_ones_are_left_out(self, stage: CrmStage, sought: Sought) -> None:
        account = stage.account()
        ann = stage.contact(ANN, account_id=account)
        made = stage.opportunity(ann.id if sought is IN_ROLE else account)
        stage.close_opportunity(made)
        assert found(stage.open(), ANN, sought) == ann

    @pytest.mark.parametrize("sought", [OF_ACCOUNT, IN_ROLE])
    def test_who_has_none_comes_without(self, stage: CrmStage, sought: Sought) -> None:
        ann = stage.contact(ANN)
        assert found(stage.open(), ANN, sought) == ann

    def test_an_account_comes_with_its_own(self, stage: CrmStage) -> None:
        acme = stage.company("acme.example")
        made = stage.opportunity(acme.id)
        sought = replace(OF_ACCOUNT, account_fields=("Website",))
        assert found(stage.open(), acme.email, sought) == replace(acme, opportunities=(made,))

    @pytest.mark.parametrize("sought", [OF_ACCOUNT, IN_ROLE])
    def test_a_lead_has_none(self, stage: CrmStage, sought: Sought) -> None:
        lead = stage.lead(ANN)
        assert found(stage.open(), ANN, sought) == lead

    def test_none_is_told_where_none_is_sought(self, stage: CrmStage) -> None:
        account = stage.account()
        ann = stage.contact(ANN, account_id=account)
        stage.opportunity(account)
        assert stage.open().find_people([ANN]) == {ANN: (ann,)}

    def test_a_message_is_about_the_opportunity_and_not_the_account(self, stage: CrmStage) -> None:
        account = stage.account()
        ann = stage.contact(ANN, account_id=account)
        made = stage.opportunity(account)
        write = replace(message("Renewal", link(ann, Party.FROM), account_id=account), opportunity_id=made.id)
        ids(stage.open().push([write]))
        assert stage.relations(write.key) == {ann.id, made.id}

    def test_one_that_was_closed_meanwhile_takes_the_message_all_the_same(self, stage: CrmStage) -> None:
        made = stage.opportunity(stage.account())
        stage.close_opportunity(made)
        write = replace(message(), opportunity_id=made.id)
        ids(stage.open().push([write]))
        assert stage.relations(write.key) == {made.id}
