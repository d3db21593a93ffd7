"""Open opportunities in Salesforce: one call more, only where they are wanted, and what hides them is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Kind
from connectors.records import Response
from connectors.relations import Opportunity
from connectors.simulators.authority import Certificate
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN, ids, refused
from tests.contract.connectors.event_crm_contract import write
from tests.contract.connectors.opportunity_contract import IN_ROLE, OF_ACCOUNT, OpportunityContract, found
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged
from tests.contract.connectors.salesforce_record_stage import door
from tests.contract.connectors.salesforce_stage import SalesforceStage, standing
from tests.contract.connectors.stage import CountingServer, Trouble

both = pytest.mark.parametrize("sought", [OF_ACCOUNT, IN_ROLE])


class TestSalesforceOpportunities(OpportunityContract):
    @pytest.fixture
    def stage(self, salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceStage]:
        with standing(SalesforceStage, salesforce_server, contract_certificate) as made:
            yield made

    @both
    def test_they_are_one_call_more_for_hundreds_of_people(self, stage: SalesforceStage, sought: Any) -> None:
        account = stage.account()
        asked = [f"person{number}@customer.example" for number in range(300)]
        for address in asked[::30]:
            stage.contact(address, account_id=account)
        connector, before = stage.open(), stage.calls()
        connector.find_people(asked, sought)
        assert stage.calls() - before == 2

    @both
    def test_where_nobody_has_any_there_is_no_call_more(self, stage: SalesforceStage, sought: Any) -> None:
        stage.lead(ANN)
        connector, before = stage.open(), stage.calls()
        connector.find_people([ANN, "nobody@customer.example"], sought)
        assert stage.calls() - before == 1

    def test_two_roles_in_one_are_one_opportunity(self, stage: SalesforceStage) -> None:
        ann = stage.contact(ANN)
        made = stage.opportunity(ann.id)
        stage.role(made, ann)
        assert found(stage.open(), ANN, IN_ROLE).opportunities == (made,)

    @both
    def test_the_day_of_the_last_activity_is_told_where_it_is_asked_for(
        self, stage: SalesforceStage, sought: Any
    ) -> None:
        account = stage.account()
        ann = stage.contact(ANN, account_id=account)
        made = stage.active_opportunity(stage.opportunity(ann.id if sought is IN_ROLE else account))
        assert found(stage.open(), ANN, replace(sought, activity=True)).opportunities == (made,)

    @both
    def test_that_we_may_not_see_any_is_told_as_that(self, stage: SalesforceStage, sought: Any) -> None:
        stage.contact(ANN, account_id=stage.account())
        stage.hide_object("Opportunity")
        failure = refused(lambda: stage.open().find_people([ANN], sought))
        assert (failure.code, failure.kind) == ("engine.OPPORTUNITIES_UNSEEN", Kind.CONFIG)

    def test_a_passing_failure_is_not_told_as_that(self, stage: SalesforceStage) -> None:
        stage.contact(ANN, account_id=stage.account())
        connector = stage.open()
        stage.strike_second(Trouble.BROKEN)
        assert refused(lambda: connector.find_people([ANN], OF_ACCOUNT)).kind is Kind.TRANSIENT


def about(stage: SalesforceEventStage, event_id: str) -> tuple[str, str]:
    """Whom and what an event is about."""
    row = stage.simulator.org.store.get(event_id) or {}
    return str(row["WhoId"] or ""), str(row["WhatId"] or "")


class TestEvents:
    @pytest.fixture(params=[False, True], ids=["alone", "shared"])
    def stage(
        self, salesforce_server: CountingServer, contract_certificate: Certificate, request: pytest.FixtureRequest
    ) -> Iterator[SalesforceEventStage]:
        with staged(salesforce_server, contract_certificate) as made:
            door(made, "activities", shared=request.param)
            yield made

    @pytest.fixture
    def deal(self, stage: SalesforceEventStage) -> Opportunity:
        return stage.opportunity(stage.account())

    def test_a_new_event_is_about_the_opportunity(self, stage: SalesforceEventStage, deal: Opportunity) -> None:
        ann = stage.contact(ANN)
        wanted = replace(write(stage.user(), event(), ann), about_id=deal.id)
        (made,) = ids(stage.open().push([wanted]))
        assert (about(stage, made), set(stage.invited(made)) >= {ann.id}) == ((ann.id, deal.id), True)

    def test_a_lead_who_is_invited_stands_beside_it(self, stage: SalesforceEventStage, deal: Opportunity) -> None:
        """Salesforce takes no lead as the person of an event that is about something else."""
        lead, ann = stage.lead("bob@prospect.example"), stage.contact(ANN)
        wanted = replace(write(stage.user(), event(), lead, ann), about_id=deal.id)
        (made,) = ids(stage.open().push([wanted]))
        assert (about(stage, made), stage.invited(made)[lead.id]) == ((ann.id, deal.id), Response.NONE)

    def test_what_people_made_of_it_stays(self, stage: SalesforceEventStage, deal: Opportunity) -> None:
        owner = stage.user()
        wanted = replace(write(owner, event()), about_id=deal.id)
        (made,) = ids(stage.open().push([wanted]))
        door(stage, "update", id=made, fields={"WhatId": None})
        ids(stage.open().push([replace(wanted, record_id=made, version=2)]))
        assert about(stage, made) == ("", "")
