"""What the first checks say where an organization wants more: opportunities, accounts by their domains, absences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import ConnectorError, ItemError
from connectors.facts import Fact, Verdict, Wishes
from connectors.records import EventKind, RecordWrite, Resource
from connectors.relations import OpportunityRule, Sought
from connectors.salesforce import demand_facts, right_facts, uses
from connectors.salesforce.domain_facts import DOMAINS
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN, key
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_facts_stage import bench, stage
from tests.contract.simulators.salesforce.bench import Bench

__all__ = ["bench", "stage"]  # fixtures
RULES = [OpportunityRule.ONLY, OpportunityRule.LAST_CHANGED, OpportunityRule.ROLE]
AWAY = Wishes(shows_absences=True)


def related(rule: OpportunityRule, **more: Any) -> Wishes:
    return Wishes(sought=Sought(opportunities=rule, **more))


def named(*fields: str) -> Wishes:
    return Wishes(sought=Sought(account_fields=fields))


def told(stage: SalesforceEventStage, wishes: Wishes) -> dict[str, Fact]:
    return {fact.name: fact for fact in stage.open().survey(wishes).facts}


def are_found(stage: SalesforceEventStage, wishes: Wishes) -> bool:
    """Whether looking for people works, as it is done before anything is written."""
    try:
        stage.open().find_people([ANN, "@customer.example"], wishes.sought)
    except ConnectorError:
        return False
    return True


WHOLE = Wishes(
    opens_cases=True,
    syncs_contacts=True,
    brings_files=True,
    shows_absences=True,
    sought=Sought(activity=True, account_fields=("Website",), opportunities=OpportunityRule.ROLE),
)


def test_whatever_is_wanted_it_is_three_calls(stage: SalesforceEventStage) -> None:
    connector, before = stage.open(), stage.calls()
    connector.survey(WHOLE)
    assert stage.calls() - before == 3


def test_whatever_is_wanted_no_object_is_told_twice(stage: SalesforceEventStage) -> None:
    names = [fact.name for fact in stage.open().survey(WHOLE).facts]
    assert len(names) == len(set(names))


def test_what_is_not_wanted_is_not_told(stage: SalesforceEventStage) -> None:
    assert not {"Opportunity", "OpportunityContactRole", "Account", DOMAINS} & told(stage, Wishes()).keys()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("activity", [False, True])
def test_where_opportunities_can_be_seen_all_is_well(
    stage: SalesforceEventStage, rule: OpportunityRule, *, activity: bool
) -> None:
    found = told(stage, related(rule, activity=activity))
    assert found["Opportunity"].verdict is Verdict.GOOD
    assert ("OpportunityContactRole" in found) is (rule is OpportunityRule.ROLE)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("how", ["object", "field"])
def test_opportunities_that_are_hidden_are_told_before_anything_fails(
    stage: SalesforceEventStage, bench: Bench, rule: OpportunityRule, how: str
) -> None:
    if how == "object":
        bench.control("object-access", object="Opportunity", denied=["read"])
    elif rule is OpportunityRule.ROLE:
        bench.control("field-access", object="OpportunityContactRole", field="ContactId", access="none")
    else:
        bench.control("field-access", object="Opportunity", field="AccountId", access="none")
    stage.contact(ANN, account_id=stage.account())
    bad = [fact for fact in told(stage, related(rule)).values() if fact.verdict is Verdict.BAD]
    assert {fact.name for fact in bad} <= {"Opportunity", "OpportunityContactRole"}
    assert bad
    assert all(fact.text.endswith(uses.OPPORTUNITY.without) for fact in bad)
    assert all(fact.steps == (right_facts.GRANT, uses.OPPORTUNITY.otherwise) for fact in bad)
    assert not are_found(stage, related(rule))


@pytest.mark.parametrize(
    ("made", "field", "verdict"),
    [
        ({}, "Website", Verdict.GOOD),
        ({}, "Domain__c", Verdict.BAD),
        ({"type": "string"}, "Domain__c", Verdict.GOOD),
        ({"type": "double"}, "Domain__c", Verdict.BAD),
        ({"type": "textarea", "length": 1000}, "Domain__c", Verdict.BAD),
    ],
)
def test_a_field_of_domains_is_told_as_a_search_by_it_ends(
    stage: SalesforceEventStage, bench: Bench, made: dict[str, Any], field: str, verdict: Verdict
) -> None:
    if made:
        bench.control("add-field", object="Account", name="Domain__c", **made)
    assert told(stage, named(field))[DOMAINS].verdict is verdict
    assert are_found(stage, named(field)) is (verdict is Verdict.GOOD)


def test_one_that_is_hidden_later_is_told(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("field-access", object="Account", field="Website", access="none")
    fact = told(stage, named("Website"))[DOMAINS]
    assert fact.text.startswith("Account has no Website that Syncapp can see.")


def test_where_accounts_are_hidden_their_domains_are_unknown(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("object-access", object="Account", denied=["read"])
    found = told(stage, named("Website"))
    assert (found["Account"].verdict, found[DOMAINS].verdict) == (Verdict.BAD, Verdict.UNKNOWN)


def is_written(stage: SalesforceEventStage) -> bool:
    absent = replace(event("Away"), kind=EventKind.ABSENCE)
    write = RecordWrite(resource=Resource.EVENT, key=key(), version=1, record=absent, owner_id=stage.user().id)
    (found,) = stage.open().push([write])
    return not isinstance(found, ItemError)


@pytest.mark.parametrize("restricted", [True, False])
def test_where_absences_are_shown_their_value_is_looked_for(
    stage: SalesforceEventStage, bench: Bench, *, restricted: bool
) -> None:
    bench.control("picklist", object="Event", field="ShowAs", without=["OutOfOffice"], restricted=restricted)
    assert told(stage, Wishes())[demand_facts.VALUES].verdict is Verdict.GOOD
    fact = told(stage, AWAY)[demand_facts.VALUES]
    assert (fact.verdict is Verdict.GOOD) is is_written(stage) is not restricted
    assert ("“OutOfOffice” in Event.ShowAs" in fact.text, demand_facts.NO_ABSENCES in fact.steps) == (
        restricted,
        restricted,
    )


def test_of_another_value_nobody_says_to_leave_absences_out(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("picklist", object="Event", field="ShowAs", without=["Free"], restricted=True)
    fact = told(stage, AWAY)[demand_facts.VALUES]
    assert (fact.verdict, demand_facts.NO_ABSENCES in fact.steps) == (Verdict.BAD, False)
