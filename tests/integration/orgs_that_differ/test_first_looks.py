"""The first checks look at what an organization's own settings want, before the first item fails for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.facts import Fact, Verdict
from connectors.models import Organization
from connectors.salesforce.demand_facts import VALUES
from connectors.salesforce.domain_facts import DOMAINS
from syncapp import first_checks
from tests.integration.orgs_that_differ.house import House

pytestmark = pytest.mark.django_db


def wants(house: House, **values: Any) -> None:
    Organization.everywhere.filter(pk=house.organization.pk).update(**values)


def look(house: House) -> Mapping[str, Fact]:
    return {fact.name: fact for fact in first_checks.look(house.organization)}


def hides_opportunities(house: House) -> None:
    house.control("object-access", object="Opportunity", denied=["read"])


def has_no_absences(house: House) -> None:
    house.control("picklist", object="Event", field="ShowAs", without=["OutOfOffice"], restricted=True)


def changes_nothing(_: House) -> None:
    """The field that is named was never there."""


WANTED = {
    "opportunities": (hides_opportunities, {"opportunity_rule": "only"}, "Opportunity"),
    "domains": (
        changes_nothing,
        {"finds_accounts": True, "account_fields": ["Website", "Domain__c"]},
        DOMAINS,
    ),
    "absences": (has_no_absences, {"absences": "show"}, VALUES),
}


@pytest.mark.parametrize(("differs", "wanted", "name"), WANTED.values(), ids=list(WANTED))
def test_what_the_org_lacks_of_what_is_wanted_is_told_before_an_item_fails(
    house: House, differs: Any, wanted: dict[str, Any], name: str
) -> None:
    differs(house)
    before = look(house)
    assert name not in before or before[name].verdict is Verdict.GOOD
    wants(house, **wanted)
    fact = look(house)[name]
    assert (fact.verdict, len(fact.steps)) == (Verdict.BAD, 2)
    assert fact.steps[1].startswith("Or, in Syncapp, ")


def test_fields_of_domains_are_not_looked_at_where_no_account_is_found_by_them(house: House) -> None:
    wants(house, finds_accounts=False, account_fields=["Domain__c"])
    assert DOMAINS not in look(house)


def test_absences_are_not_looked_at_where_there_are_no_calendars(house: House) -> None:
    has_no_absences(house)
    wants(house, absences="show", syncs_events=False)
    assert look(house)[VALUES].verdict is Verdict.GOOD


def test_it_warns_of_what_would_have_stopped_everything(house: House) -> None:
    wants(house, opportunity_rule="role")
    hides_opportunities(house)
    fact = look(house)["Opportunity"]
    house.arrives()
    house.runs()
    assert (fact.verdict, house.organization.stopped_at is not None) == (Verdict.BAD, True)
