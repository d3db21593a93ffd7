"""Which version of Salesforce's interface an organization speaks, and what happens where there is none."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages

from connectors.models import Activity, Organization, Verb
from tests.integration.bad_input.answers import NON_JSON, RESET, Spoiling, answer
from tests.integration.bad_input.person import CONNECTED, Person, sentence
from tests.integration.bad_input.world import World

pytestmark = pytest.mark.django_db

VERSIONS = "/services/data/$"


def spoken(world: World) -> str:
    return Organization.everywhere.get(pk=world.organization.pk).crm_version


def asks(person: Person) -> str:
    """Presses the button on the organization's page; what the page says then."""
    response = person.ours.post(f"/connect/organizations/{person.world.organization.slug}/version/")
    assert response["Location"] == f"/admin/connectors/organization/{person.world.organization.pk}/change/"
    (said,) = [str(message) for message in get_messages(response.wsgi_request)]
    return said


def asked_for(world: World) -> set[str]:
    """The versions in the addresses of what was asked of Salesforce."""
    paths = [call.path for call in world.salesforce.calls]
    return {path.split("/")[3] for path in paths if path.startswith("/services/data/v")}


@pytest.mark.parametrize(("newest", "version"), [(67, "66.0"), (66, "66.0"), (60, "60.0"), (46, "46.0")])
def test_connecting_finds_the_newest_that_both_know(person: Person, newest: int, version: str) -> None:
    person.world.salesforce.control("api-version", {"newest": newest})
    assert CONNECTED in person.signs_in("salesforce")
    assert spoken(person.world) == version


def test_a_run_speaks_the_version_of_its_organization_and_not_that_of_the_settings(world: World) -> None:
    world.salesforce.control("api-version", {"newest": 60})
    Organization.everywhere.update(crm_version="60.0")
    assert world.goes_on(world.ada, "In an older tongue")
    assert asked_for(world) == {"v60.0"}


def test_an_org_that_is_too_old_is_refused_and_costs_nothing(person: Person) -> None:
    before = person.grant("salesforce")
    person.world.salesforce.control("api-version", {"newest": 45})
    assert person.signs_in("salesforce").startswith("This Salesforce org is too old for Syncapp")
    assert (person.grant("salesforce"), spoken(person.world)) == (before, "66.0")


def test_where_we_are_too_old_for_the_org_that_is_said(person: Person) -> None:
    person.world.spoil("salesforce", VERSIONS, **answer([{"version": "80.0"}]))
    assert person.signs_in("salesforce").startswith("Syncapp is too old for this Salesforce org")


@pytest.mark.parametrize(
    ("spoiling", "code"),
    [
        (answer("<html>soon back</html>"), NON_JSON),
        (answer([]), NON_JSON),
        (answer({}), NON_JSON),
        (answer([7, None]), NON_JSON),
        ({"action": "drop_before"}, RESET),
        (answer("", 503), "salesforce.SERVER_UNAVAILABLE"),
    ],
    ids=["a page", "an empty list", "an empty object", "a list of others", "a dropped connection", "an outage"],
)
def test_a_strange_list_of_versions_is_said_and_costs_nothing(person: Person, spoiling: Spoiling, code: str) -> None:
    before = person.grant("salesforce")
    person.world.spoil("salesforce", VERSIONS, **spoiling)
    assert person.signs_in("salesforce") == sentence(code)
    assert person.grant("salesforce") == before


def test_asking_again_keeps_what_the_org_says_now_and_journals_it(person: Person) -> None:
    person.world.salesforce.control("api-version", {"newest": 62})
    assert "speaks version 62.0" in asks(person)
    row = Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED)
    assert (row.note, row.actor_id) == ("API version of Salesforce: 66.0 → 62.0", person.mailbox.owner_id)


def test_asking_again_when_nothing_is_new_writes_nothing(person: Person) -> None:
    assert "speaks version 66.0" in asks(person)
    assert not Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).exists()


@pytest.mark.parametrize(
    ("spoiling", "said"),
    [
        (answer([{"version": "40.0"}]), "This Salesforce org is too old for Syncapp"),
        ({"action": "drop_before"}, sentence(RESET)),
    ],
    ids=["too old", "no answer"],
)
def test_asking_again_in_vain_changes_nothing(person: Person, spoiling: Spoiling, said: str) -> None:
    person.world.spoil("salesforce", VERSIONS, **spoiling)
    assert asks(person).startswith(said)
    assert spoken(person.world) == "66.0"


def test_an_organization_without_access_has_nobody_to_ask(person: Person) -> None:
    person.world.organization.credentials.filter(provider="salesforce").delete()
    assert asks(person) == "There is no Salesforce to ask yet. Connect it first."


def test_the_version_and_the_way_to_ask_again_stand_on_the_page(person: Person) -> None:
    page = person.ours.get(f"/admin/connectors/organization/{person.world.organization.pk}/change/").content.decode()
    assert "API version of Salesforce" in page
    assert "66.0" in page
    assert "Ask for the API version" in page
