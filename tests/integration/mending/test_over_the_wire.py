"""Mending in place, against a Salesforce org behind real TLS: a lead without a name, and one that is there already."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.models import Organization
from connectors.policies import NoMatch
from connectors.scoping import scoped
from issues.models import Issue
from syncapp import doubles, mending
from tests import builders
from tests.driving import codes, sync
from tests.integration.bad_input.world import World
from tests.integration.mending.refusing import ROOT, fill


@pytest.fixture
def strangers(world: World) -> World:
    """An organization that makes leads of strangers."""
    Organization.everywhere.filter(pk=world.organization.pk).update(no_match=NoMatch.LEAD)
    return world


def refused(world: World, sender: str, *, name: str = "") -> Issue:
    world.deliver_email(world.ada, builders.email(sender, world.ada.address, "Order 1", name=name))
    sync(world.ada)
    return Issue.everywhere.get(status="open")


def leads(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.salesforce.snapshot()["records"]["Lead"]
    return rows


@pytest.mark.django_db
def test_a_last_name_and_a_demanded_field_are_filled_in(strangers: World) -> None:
    strangers.salesforce.control("require-field", {"object": "Lead", "field": "LeadSource"})
    issue = refused(strangers, "orders@shop.example")
    assert (issue.code, sorted(issue.fields)) == ("salesforce.REQUIRED_FIELD_MISSING", ["LastName", "LeadSource"])
    with scoped(strangers.organization.pk):
        offered = mending.offer(ROOT, issue)
        assert offered is not None
        assert sorted(blank.label for blank in offered.blanks) == ["Last Name", "Lead Source"]
        fill(issue, LastName="Shop", LeadSource="Web")
    sync(strangers.ada)
    (lead,) = leads(strangers)
    assert (codes(), lead["LastName"], lead["LeadSource"]) == ([], "Shop", "Web")
    assert len(strangers.salesforce.snapshot()["records"]["EmailMessage"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("anyway", [False, True])
def test_the_lead_that_is_meant_is_chosen_or_another_one_made(strangers: World, anyway: bool) -> None:
    rule = {"object": "Lead", "name": "D", "fields": ["Company"], "allowSave": True}
    strangers.salesforce.control("duplicate-rule", rule)
    fields = {"LastName": "Zeller", "Company": "new.example"}
    there = strangers.salesforce.control("create", {"object": "Lead", "fields": fields})["id"]
    issue = refused(strangers, "petra@new.example", name="Petra Zeller")
    with scoped(strangers.organization.pk):
        offered = doubles.choices(ROOT, issue)
        assert offered is not None
        assert ([each.id for each in offered.doubles], offered.anyway) == ([there], True)
        doubles.choose(issue, offered, **({"anyway": True} if anyway else {"record_id": there}))
    sync(strangers.ada)
    relations = strangers.salesforce.snapshot()["records"]["EmailMessageRelation"]
    related = {row["RelationId"] for row in relations} & {row["Id"] for row in leads(strangers)}
    assert (codes(), len(leads(strangers)), there in related) == ([], 2 if anyway else 1, not anyway)
