"""The day on which the key to Salesforce ends: entered by an administrator, and warned of a month before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.facts import Verdict
from connectors.models import Activity, Credential, Organization, Verb
from issues.lifecycle import Status
from issues.models import Issue
from syncapp import checking, first_checks
from tests.integration.pages import scenery
from tests.integration.pages.test_admin_settings import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(organization: Organization) -> Organization:
    """Its CRM wants access, which is there; nobody answers."""
    organization.crm = "salesforce"
    organization.save()
    Credential.everywhere.create(organization=organization, provider="salesforce", grant={"flow": "jwt"})
    return organization


def ends(organization: Organization, days: int | None) -> Verdict:
    """What is found where it ends in so many days."""
    organization.access_ends_on = None if days is None else clock.now().date() + timedelta(days=days)
    organization.save(update_fields=["access_ends_on"])
    return {fact.name: fact for fact in first_checks._access(organization)}[first_checks.KEY].verdict


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        (None, Verdict.CLOSED),
        (400, Verdict.GOOD),
        (32, Verdict.GOOD),
        (29, Verdict.ASK),
        (1, Verdict.ASK),
        (0, Verdict.BAD),
        (-5, Verdict.BAD),
    ],
)
def test_it_is_told_by_the_day_that_was_entered(theirs: Organization, days: int | None, verdict: Verdict) -> None:
    assert ends(theirs, days) is verdict


@pytest.mark.parametrize("after", [400, None])
def test_the_warning_ends_with_a_new_day_or_with_none(theirs: Organization, after: int | None) -> None:
    states = []
    for days in (5, after):
        ends(theirs, days)
        first_checks._settle(theirs, first_checks._warnings(first_checks._access(theirs)))
        states.append(Issue.everywhere.get(code="engine.ACCESS_ENDS").status)
    assert states == [Status.OPEN, Status.RESOLVED]


def test_a_crm_without_access_has_no_key(organization: Organization) -> None:
    assert first_checks.KEY not in {fact.name for fact in checking.check_organization(organization)}


def boss(organization: Organization) -> Client:
    client = Client()
    user: User = scenery.administrator(organization, "ann")
    client.force_login(user)
    return client


def test_an_administrator_enters_it_and_the_journal_says_so(organization: Organization) -> None:
    change(boss(organization), organization, access_ends_on="2027-03-01")
    organization.refresh_from_db()
    assert organization.access_ends_on == date(2027, 3, 1)
    assert "2027-03-01" in Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED).note


def test_what_is_no_day_is_said_beside_the_field(organization: Organization) -> None:
    answer: Any = change(boss(organization), organization, access_ends_on="next spring")
    organization.refresh_from_db()
    assert organization.access_ends_on is None
    assert "Enter a valid date." in answer.content.decode()
