"""What Syncapp needs in Salesforce, as an administrator sees it: first what will happen, then how each of it stands."""

from __future__ import annotations

import pytest
from django.test import Client

from connectors import clock
from connectors.models import Activity, Organization, Verb
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


# -- Weaker mode

OFFERED, IN_EFFECT = "mail can go on without them", "Weaker mode is in effect"


def weaker(person: Person) -> None:
    Organization.everywhere.filter(pk=person.world.organization.pk).update(weaker_mode=True, keyless_at=clock.now())


def test_where_the_fields_may_not_be_made_the_page_offers_to_go_without(lacking: Person) -> None:
    assert (OFFERED in looks(lacking), OFFERED in presses(lacking)) == (False, True)


def test_where_they_are_there_it_offers_nothing(person: Person) -> None:
    assert OFFERED not in presses(person)


def test_in_weaker_mode_it_says_so_before_and_after(lacking: Person) -> None:
    weaker(lacking)
    for page in (looks(lacking), presses(lacking)):
        assert (IN_EFFECT in page, OFFERED in page) == (True, False)


def test_once_the_fields_are_made_the_same_page_says_that_it_is_over(lacking: Person) -> None:
    weaker(lacking)
    allow(lacking, *RIGHTS)
    page = presses(lacking)
    assert (IN_EFFECT in page, "<bdi>Weaker mode</bdi>" in page) == (False, False)


# -- The first checks


def looks_only(person: Person) -> str:
    return person.ours.post(path(person), {"only": "look"}).content.decode()


def test_to_only_look_makes_nothing(lacking: Person) -> None:
    allow(lacking, *RIGHTS)
    page = looks_only(lacking)
    assert "First checks" in page
    assert f"Syncapp may not see {ATTACHMENTS}." in page
    assert not Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).exists()


def test_what_was_made_is_followed_by_the_first_checks(person: Person) -> None:
    page = presses(person)
    assert page.index("Activity.Syncapp_Version__c") < page.index("First checks")


def test_what_could_not_be_found_out_says_so_and_why(person: Person) -> None:
    page = looks_only(person)
    assert "Could not be found out" in page
    assert catalogue.entry("salesforce.INVALID_TYPE").slug in page


def test_other_software_is_told_with_what_to_do(person: Person) -> None:
    allow(person, "ViewSetup", "CustomizeApplication")
    person.world.salesforce.control("other-app", {"name": "Riva"})
    page = looks_only(person)
    assert "<b><bdi>Riva</bdi></b>" in page
    assert "Switch one of the two off" in page


def test_names_of_others_are_no_markup(person: Person) -> None:
    allow(person, "CustomizeApplication")
    person.world.salesforce.control("other-app", {"name": "<script>Riva</script>", "traces": ["token"]})
    page = looks_only(person)
    assert "<script>Riva" not in page
    assert "Riva" in page


def test_an_org_that_does_not_answer_the_checks_is_said_in_a_sentence(person: Person) -> None:
    person.world.spoil("salesforce", "/composite$", action="drop_before")
    entry, page = catalogue.entry(RESET), looks_only(person)
    assert (entry.plain in page, entry.steps[0].text in page) == (True, True)


def test_who_has_just_connected_hears_what_was_found(person: Person) -> None:
    person.signs_in("salesforce")
    (said,) = person.found
    assert "Other sync software" in said
    assert "What Syncapp needs there" in said


def test_who_has_just_connected_hears_first_what_needs_to_be_mended(person: Person) -> None:
    person.world.salesforce.control("require-field", {"object": "Lead", "field": "Title"})
    person.signs_in("salesforce")
    assert person.found[0].startswith("The first checks found: Required fields (to be mended)")


def test_a_mailbox_that_was_connected_is_not_checked(person: Person) -> None:
    person.signs_in("google")
    assert person.found == []


def test_checks_that_fail_do_not_spoil_the_connecting(person: Person) -> None:
    person.world.spoil("salesforce", "/composite$", action="answer", status=503, body="")
    assert "is connected" in person.signs_in("salesforce")
    assert person.found[0].startswith("The first checks found: Connection to Salesforce (to be mended)")
