"""The pages of first checks: what was found last, red first, with who mends it and how."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.errors import Failure, Kind
from connectors.facts import Fact, Survey, Verdict
from connectors.fixers import Fixer
from connectors.memory import CRMS
from connectors.models import Mailbox, Organization
from syncapp.checked import Checked
from tests import builders
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db

REFUSED = Failure(provider="salesforce", code="salesforce.INSUFFICIENT_ACCESS", kind=Kind.PERMISSION)
FOUND = (
    Fact(name="Fine", verdict=Verdict.GOOD, text="All is well with it."),
    Fact(name="Unsure", verdict=Verdict.ASK, text="It may matter.", steps=("Look at it.",), who=Fixer.MAILBOX_ADMIN),
    Fact(name="Closed <b>", verdict=Verdict.BAD, text="It is closed.", steps=("Open it.",), failure=REFUSED),
)


@pytest.fixture
def box(acme: Organization) -> Mailbox:
    CRMS[acme.crm_org_id].surveyed = Survey(facts=FOUND)
    return builders.mailbox(acme, "mia@ours.example")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin_(acme: Organization) -> Client:
    return signed_in(scenery.administrator(acme, "ann"))


def of(target: Organization | Mailbox) -> str:
    if isinstance(target, Organization):
        return f"/checks/organizations/{target.slug}/"
    return f"/checks/mailboxes/{target.pk}/"


def test_before_anybody_looked_the_page_says_so_and_asks_nobody(
    acme: Organization, box: Mailbox, admin_: Client
) -> None:
    calls = CRMS[acme.crm_org_id].calls
    page = admin_.get(of(acme)).content.decode()
    assert ("Nobody has looked yet." in page, "Look now" in page) == (True, True)
    assert CRMS[acme.crm_org_id].calls == calls


def test_the_button_looks_and_the_page_keeps_what_was_found(acme: Organization, box: Mailbox, admin_: Client) -> None:
    admin_.post(of(acme))
    page = admin_.get(of(acme)).content.decode()
    assert page.index("Closed") < page.index("Unsure") < page.index("Fine")
    assert "1 needs to be mended and 1 is to be looked at." in page
    assert "Look again" in page


def test_each_line_says_who_mends_it_and_how(acme: Organization, box: Mailbox, admin_: Client) -> None:
    page = admin_.post(of(acme), follow=True).content.decode()
    for said in ("Open it.", "Salesforce administrator", "Look at it.", "Mailbox administrator"):
        assert said in page
    assert "/codes/salesforce.insufficient_access/" in page


def test_names_of_others_are_no_markup(acme: Organization, box: Mailbox, admin_: Client) -> None:
    assert "Closed <b>" not in admin_.post(of(acme), follow=True).content.decode()


def test_an_owner_sees_those_of_the_mailbox_and_not_of_the_organization(acme: Organization, box: Mailbox) -> None:
    mine = signed_in(scenery.owner_of(box, "mia"))
    page = mine.post(of(box), follow=True).content.decode()
    assert "Connection to" in page
    assert of(acme) not in page
    assert mine.get(of(acme)).status_code == 403
    assert mine.post(of(acme)).status_code == 403


def test_a_colleague_sees_neither(acme: Organization, box: Mailbox) -> None:
    other = signed_in(scenery.joins(scenery.person("bob"), acme))
    assert [other.get(of(target)).status_code for target in (box, acme)] == [404, 403]


def test_a_stranger_is_told_that_there_is_no_such_page(acme: Organization, box: Mailbox) -> None:
    rival = builders.organization(slug="rival")
    other = signed_in(scenery.administrator(rival, "zoe"))
    assert [other.post(of(target)).status_code for target in (box, acme)] == [404, 404]
    assert Checked.everywhere.count() == 0


def test_the_way_to_them_stands_where_people_look(acme: Organization, box: Mailbox, admin_: Client) -> None:
    organization = admin_.get(f"/admin/connectors/organization/{acme.pk}/change/").content.decode()
    mailbox = admin_.get(f"/admin/connectors/mailbox/{box.pk}/change/").content.decode()
    home = signed_in(scenery.owner_of(box, "mia")).get("/").content.decode()
    assert (of(acme) in organization, of(box) in mailbox, of(box) in home) == (True, True, True)


def test_an_issue_of_the_whole_leads_to_them_and_one_of_an_item_does_not(
    acme: Organization, box: Mailbox, admin_: Client
) -> None:
    whole = scenery.stop_all(acme)
    one = scenery.stop(box)
    (item,) = scenery.fail(box)
    pages = [admin_.get(f"/issues/{acme.slug}/{each.number}/").content.decode() for each in (whole, one, item)]
    assert [of(acme) in pages[0], of(box) in pages[1], "/checks/" in pages[2]] == [True, True, False]


def test_a_member_who_sees_an_issue_of_the_organization_is_not_sent_where_the_door_is_shut(
    acme: Organization, box: Mailbox
) -> None:
    mine = signed_in(scenery.owner_of(box, "mia"))
    page = mine.get(f"/issues/{acme.slug}/{scenery.stop_all(acme).number}/").content.decode()
    assert "/checks/" not in page
