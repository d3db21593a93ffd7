"""What Syncapp needs in Salesforce, as an administrator sees it: first what will happen, then how each of it stands."""

from __future__ import annotations

import pytest
from django.test import Client

from connectors.models import Activity, Verb
from issues import catalogue
from tests.integration.bad_input.answers import RESET
from tests.integration.bad_input.person import Person, sentence
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db

ATTACHMENTS = "Syncapp_Attachments__c"
RIGHTS = ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets")


@pytest.fixture
def lacking(person: Person) -> Person:
    """Somebody removed the field for the names of attachments."""
    person.world.salesforce.control("remove-field", {"object": "EmailMessage", "field": ATTACHMENTS})
    return person


def allow(person: Person, *rights: str) -> None:
    for name in rights:
        person.world.salesforce.control("permission", {"name": name, "on": True})


def path(person: Person) -> str:
    return f"/connect/organizations/{person.world.organization.slug}/needs/"


def looks(person: Person) -> str:
    return person.ours.get(path(person)).content.decode()


def presses(person: Person) -> str:
    return person.ours.post(path(person)).content.decode()


def test_to_look_at_the_page_makes_nothing_and_asks_nobody(lacking: Person) -> None:
    allow(lacking, *RIGHTS)
    before = len(lacking.world.salesforce.calls)
    assert "Make what is missing" in looks(lacking)
    assert len(lacking.world.salesforce.calls) == before


def test_the_button_makes_what_is_missing_and_says_by_whom_in_the_journal(lacking: Person) -> None:
    allow(lacking, *RIGHTS)
    assert presses(lacking).count("Made just now") == 1
    row = Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED)
    assert (row.note, row.actor_id) == (f"made in Salesforce: EmailMessage.{ATTACHMENTS}", lacking.mailbox.owner_id)


def test_what_may_not_be_made_says_why_and_what_goes_without_it(lacking: Person) -> None:
    page = presses(lacking)
    assert "Is missing" in page
    assert "The names of attachments are not shown." in page
    assert catalogue.entry("salesforce.INSUFFICIENT_ACCESS").slug in page


def test_what_may_not_be_looked_at_says_so(person: Person) -> None:
    assert "May not be looked at" in presses(person)


def test_an_org_that_does_not_answer_is_said_in_a_sentence(person: Person) -> None:
    person.world.spoil("salesforce", "describe", action="drop_before")
    assert sentence(RESET) in presses(person)


def test_a_member_who_administers_nothing_is_kept_out(person: Person) -> None:
    stranger = Client()
    stranger.force_login(scenery.joins(scenery.person("member"), person.world.organization))
    assert stranger.post(path(person)).status_code in (403, 404)


def test_the_way_to_it_stands_on_the_page_of_the_organization(person: Person) -> None:
    page = person.ours.get(f"/admin/connectors/organization/{person.world.organization.pk}/change/").content.decode()
    assert path(person) in page
