"""How an organization signs in is chosen on a page: tried first, kept together with its access, journalled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from connectors import credentials, flows
from connectors.effects import crash_points
from connectors.models import Activity, Credential, Mailbox, Organization, Verb
from connectors.simulators.salesforce.org import INTEGRATION
from issues.models import Issue
from syncapp.engine.running import Ending
from tests import builders
from tests import signing_keys as keys
from tests.driving import codes, sync
from tests.integration.access import signing
from tests.integration.bad_input.answers import answer
from tests.integration.bad_input.person import CONNECTED, Person, sentence
from tests.integration.bad_input.world import World
from tests.integration.pages import scenery
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

DOMAIN = "ours.example"


@pytest.fixture(autouse=True)
def _keys(world: World) -> None:
    signing.set_up(world)


@pytest.fixture
def operator(person: Person) -> Client:
    """A browser of whoever runs the product."""
    client = Client()
    client.force_login(scenery.person("root", is_staff=True, is_superuser=True))
    return client


@dataclass(kw_only=True)
class Page:
    """What somebody sees and does on the page of ways."""

    client: Client
    world: World

    def path(self, provider: str) -> str:
        return f"/connect/organizations/{self.world.organization.slug}/ways/{provider}/"

    def words(self, provider: str) -> str:
        return read(self.client.get(self.path(provider))).words

    def takes(self, provider: str, flow: str, **fields: str) -> str:
        """Sends the form of one way; what is said then."""
        response: Any = self.client.post(self.path(provider), {"flow": flow, **fields})
        if response.status_code == 302:
            said, *_ = [str(message) for message in get_messages(response.wsgi_request)]  # then the first checks
            self.client.get(response["Location"])  # where it is shown, and then no more
            return said
        return read(response).words

    def by_signature(self, username: str = INTEGRATION) -> str:
        return self.takes("salesforce", "jwt", username=username)

    def by_secret(self, domain: str = "") -> str:
        return self.takes("salesforce", "client", domain=domain or self.world.salesforce.base_url)

    def by_leave(self, domains: str = DOMAIN) -> str:
        return self.takes("google", "delegated", domains=domains)


@pytest.fixture
def page(person: Person) -> Page:
    """An administrator's of the organization."""
    return Page(client=person.ours, world=person.world)


@pytest.fixture
def operators_page(operator: Client, world: World) -> Page:
    return Page(client=operator, world=world)


def organization(world: World) -> Organization:
    return Organization.everywhere.get(pk=world.organization.pk)


def grant_of(world: World, mailbox: Mailbox | None = None) -> Any:
    rows = Credential.everywhere.filter(organization=world.organization, mailbox=mailbox)
    return rows.get(provider="google" if mailbox else "salesforce").grant


def notes() -> list[str]:
    rows = Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).order_by("pk")
    return list(rows.values_list("note", flat=True))


def state(world: World) -> Any:
    """All that a refusal must leave as it was."""
    row = organization(world)
    kept = [(each.pk, each.grant) for each in Credential.everywhere.order_by("pk")]
    return row.crm_flow, row.mail_flow, row.crm_org_id, row.crm_version, row.delegated_domains, kept, notes()


DONE = "signs in that way from now on"


# -- Salesforce


def test_a_new_organization_signs_in_by_signature_and_one_that_was_there_as_a_person() -> None:
    assert Organization(slug="new").crm_flow == "jwt"


@pytest.mark.parametrize("way", ["jwt", "client"])
def test_a_way_that_works_is_kept_with_its_access_and_journalled(page: Page, world: World, way: str) -> None:
    assert DONE in (page.by_signature() if way == "jwt" else page.by_secret())
    lasting = signing.JWT if way == "jwt" else signing.client(world)
    assert (organization(world).crm_flow, grant_of(world)) == (way, lasting)
    named = {"jwt": "by Syncapp’s signature (JWT bearer)", "client": "by the app’s secret (client credentials)"}[way]
    assert notes() == [f"sign-in to Salesforce: As a person who signed in → Without a person, {named}"]
    assert world.goes_on(world.ada, "After the switch")


def test_a_persons_sign_in_takes_the_place_of_a_signature_again(page: Page, person: Person, world: World) -> None:
    page.by_signature()
    assert CONNECTED in person.signs_in("salesforce")
    assert organization(world).crm_flow == "consent"
    assert set(grant_of(world)) == {"refresh_token"}
    assert notes()[-1].endswith("→ As a person who signed in")


def test_the_newest_version_that_both_know_is_found_by_the_way(page: Page, world: World) -> None:
    world.salesforce.control("api-version", {"newest": 61})
    page.by_signature()
    assert organization(world).crm_version == "61.0"


def test_what_stood_still_goes_on_after_a_switch(page: Page, world: World) -> None:
    world.connect_salesforce(lifetime=0)
    world.salesforce.control("revoke-grant", {})
    world.deliver(world.ada, "Waited")
    assert sync(world.ada) == [Ending.FAILED]
    page.by_signature()
    assert sync(world.ada) == [Ending.DONE]
    assert (world.subjects(), codes()) == (["Waited"], [])


@pytest.mark.parametrize(("setting", "way"), [("SALESFORCE_JWT_KEY", "jwt"), ("SALESFORCE_CLIENT_SECRET", "client")])
def test_what_the_installation_lacks_is_named_and_nothing_asked(
    page: Page, world: World, setting: str, way: str
) -> None:
    setattr(world.settings, setting, "")
    before, heard = state(world), len(world.salesforce.calls)
    assert setting in page.words("salesforce")
    assert setting in (page.by_signature() if way == "jwt" else page.by_secret())
    assert (state(world), len(world.salesforce.calls)) == (before, heard)


def test_a_refusal_of_salesforce_is_said_with_its_steps_and_changes_nothing(page: Page, world: World) -> None:
    world.salesforce.control("client", {"certificate": keys.public("another")})
    before = state(world)
    assert sentence("salesforce_oauth.invalid_grant/assertion") in page.by_signature()
    assert state(world) == before


def test_a_token_that_is_good_for_no_call_is_not_kept(page: Page, world: World) -> None:
    before = state(world)
    world.spoil("salesforce", "/userinfo$", **answer("Bad_OAuth_Token", 403))
    assert "Nothing was changed." in page.by_signature()
    assert state(world) == before


def test_another_org_than_the_organizations_own_is_refused(page: Page, world: World) -> None:
    Organization.everywhere.update(crm_org_id="00D000000000999AAA")
    before = state(world)
    said = page.by_signature()
    assert "belongs to 00D000000000999AAA" in said
    assert state(world) == before


def test_an_answer_that_claims_another_org_than_the_call_shows_is_refused(page: Page, world: World) -> None:
    Organization.everywhere.update(crm_org_id="00D000000000999AAA")
    before = state(world)
    token = world.salesforce.control("token", {"username": INTEGRATION})["access_token"]
    url = world.salesforce.base_url
    claim = {"access_token": token, "instance_url": url, "id": f"{url}/id/00D000000000999AAA/005000000000001AAA"}
    world.spoil("salesforce", "/token$", **answer(claim))
    assert "did not say which org" in page.by_signature()
    assert state(world) == before


def test_which_org_is_theirs_administrators_show_by_signing_in_as_a_person(page: Page, world: World) -> None:
    """A user name is no secret: with it alone, anybody's org could be taken for one's own."""
    Organization.everywhere.update(crm_org_id="")
    before = state(world)
    assert "Sign in to Salesforce as a person first" in page.by_signature()
    assert "Sign in to Salesforce as a person first" in page.by_secret()
    assert state(world) == before


def test_whoever_runs_the_product_may_say_which_org_it_is(operators_page: Page, world: World) -> None:
    Organization.everywhere.update(crm_org_id="")
    assert DONE in operators_page.by_signature()
    assert organization(world).crm_org_id == world.salesforce.org.id


def test_an_org_that_is_another_organizations_is_not_given_away(operators_page: Page, world: World) -> None:
    builders.organization(name="Rival", crm_org_id=world.salesforce.org.id)
    Organization.everywhere.filter(pk=world.organization.pk).update(crm_org_id="")
    assert "belongs to Rival already" in operators_page.by_signature()
    assert organization(world).crm_org_id == ""


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://evil.example\\.my.salesforce.com",
        "https://a@acme.my.salesforce.com",
        "https://169.254.169.254",
        "https://[bad",
        "login.salesforce.com",
        "https://test.salesforce.com/",
        "ftp://acme.my.salesforce.com",
    ],
)
def test_an_address_that_is_not_an_orgs_own_hears_nothing(page: Page, world: World, domain: str) -> None:
    before, heard = state(world), len(world.salesforce.calls)
    response = page.client.post(page.path("salesforce"), {"flow": "client", "domain": domain})
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert (state(world), len(world.salesforce.calls)) == (before, heard)


def test_an_address_is_taken_without_its_path(page: Page, world: World) -> None:
    assert DONE in page.by_secret(f"{world.salesforce.base_url.removeprefix('https://')}/lightning/page/home")
    assert grant_of(world)["domain"] == world.salesforce.base_url


def test_a_crash_between_the_access_and_the_setting_keeps_neither(page: Page, world: World) -> None:
    class Crash(BaseException):
        pass

    def crash(point: str) -> None:
        if point == "sign-in: keep: before commit":
            raise Crash

    before = state(world)
    with pytest.raises(Crash), crash_points(crash):
        page.by_signature()
    assert state(world) == before


# -- Google


def test_domains_that_let_us_in_are_read_without_anybodys_consent(operators_page: Page, world: World) -> None:
    world.google.control("revoke", {"account": world.ada.address})
    assert DONE in operators_page.by_leave()
    assert (organization(world).mail_flow, organization(world).delegated_domains) == ("delegated", [DOMAIN])
    assert [grant_of(world, box) for box in (world.ada, world.ben)] == [{"flow": "delegated"}] * 2
    assert "sign-in to Google: Each person connects their own mailbox → The domain’s administrator" in notes()[0]
    assert world.goes_on(fresh(world.ada), "By leave")


def fresh(mailbox: Mailbox) -> Mailbox:
    return Mailbox.everywhere.select_related("organization").get(pk=mailbox.pk)


def test_a_mailbox_that_is_added_later_needs_nobody_either(operators_page: Page, world: World) -> None:
    operators_page.by_leave()
    eve = builders.mailbox(organization(world), "eve@ours.example", provider="google")
    world.google.control("account", {"email": eve.address})
    assert world.goes_on(eve, "New here")


def test_a_mailbox_elsewhere_is_for_its_owner_to_connect(operators_page: Page, world: World) -> None:
    elsewhere = builders.mailbox(organization(world), "boss@rival.example", provider="google")
    world.google.control("account", {"email": elsewhere.address})
    operators_page.by_leave()
    sync(fresh(elsewhere))
    assert codes() == ["engine.MAILBOX_NOT_CONNECTED"]


@pytest.mark.parametrize(
    "address", ["boss@rival.example", "boss@sub.ours.example", "boss@notours.example", "ours.example"]
)
def test_only_an_address_of_the_domain_itself_is_covered(address: str) -> None:
    assert not flows.covers(["ours.example"], address)


def test_a_mailbox_that_changes_its_address_is_not_read_by_leave_any_more(operators_page: Page, world: World) -> None:
    operators_page.by_leave()
    Mailbox.everywhere.filter(pk=world.ada.pk).update(address="boss@rival.example")
    world.google.control("account", {"email": "boss@rival.example"})
    sync(fresh(world.ada))
    assert codes() == ["engine.MAILBOX_NOT_CONNECTED"]


def test_administrators_may_not_say_which_domains_let_us_in(page: Page, world: World) -> None:
    """The service account is the installation's: with a domain's name alone, anybody's mail could be read."""
    before = state(world)
    assert "is said by whoever runs Syncapp" in page.words("google")
    assert "is said by whoever runs Syncapp" in page.by_leave()
    assert state(world) == before


def test_a_domain_that_is_read_for_another_organization_is_not_given_away(operators_page: Page, world: World) -> None:
    builders.organization(name="Rival", mail_flow="delegated", delegated_domains=[DOMAIN, "rival.example"])
    before = state(world)
    assert "ours.example is read for Rival already" in operators_page.by_leave()
    assert state(world) == before


def test_without_a_mailbox_there_is_nothing_to_try_it_with(operators_page: Page, world: World) -> None:
    assert "There is no mailbox in other.example to try it with" in operators_page.by_leave("other.example")


def test_what_is_no_domain_is_said_beside_the_field(operators_page: Page, world: World) -> None:
    before = state(world)
    assert "is no domain" in operators_page.by_leave("no domain")
    assert state(world) == before


def test_a_refusal_of_google_is_said_and_changes_nothing(operators_page: Page, world: World) -> None:
    signing.delegate(world)
    before = state(world)
    assert sentence("google_oauth.unauthorized_client/dwd") in operators_page.by_leave()
    assert state(world) == before


def test_an_installation_without_a_service_account_says_so(operators_page: Page, world: World) -> None:
    world.settings.GOOGLE_SERVICE_ACCOUNT = ""
    before = state(world)
    assert "GOOGLE_SERVICE_ACCOUNT" in operators_page.by_leave()
    assert state(world) == before


def test_when_each_person_connects_again_what_the_service_account_had_is_gone(
    operators_page: Page, page: Page, world: World
) -> None:
    operators_page.by_leave()
    world.connect(world.ben)
    assert DONE in page.takes("google", "consent")
    assert not Credential.everywhere.filter(mailbox=world.ada).exists()
    assert set(grant_of(world, world.ben)) == {"refresh_token"}
    sync(fresh(world.ada))
    assert [issue.code for issue in Issue.everywhere.exclude(status="resolved")] == ["engine.MAILBOX_NOT_CONNECTED"]


def test_a_person_whose_mailbox_is_read_by_leave_has_nothing_to_renew(
    operators_page: Page, person: Person, world: World
) -> None:
    operators_page.by_leave()
    response = person.ours.get(f"/connect/google/{world.ada.pk}/")
    assert response["Location"] == "/"
    (said,) = [str(message) for message in get_messages(response.wsgi_request)]
    assert said.startswith("ada@ours.example is read with the leave of your Google administrator.")


def test_a_mailbox_that_is_read_by_leave_counts_as_connected_before_its_first_run(
    operators_page: Page, person: Person, world: World
) -> None:
    operators_page.by_leave()
    builders.mailbox(organization(world), "new@ours.example", provider="google", owner=world.ada.owner)
    assert "Connect this mailbox" not in person.ours.get("/").content.decode()


# -- The pages


def test_the_page_says_which_way_is_in_use(page: Page, world: World) -> None:
    shown = page.client.get(page.path("salesforce")).content.decode()
    assert shown.count("In use") == 1
    assert shown.index("In use") > shown.index('id="way-consent"')
    page.by_signature()
    again = page.client.get(page.path("salesforce")).content.decode()
    assert again.index('id="way-jwt"') < again.index("In use") < again.index('id="way-client"')


def test_the_organizations_page_leads_there_and_names_the_ways(page: Page, world: World) -> None:
    shown = page.client.get(f"/admin/connectors/organization/{world.organization.pk}/change/").content.decode()
    assert page.path("salesforce") in shown
    assert page.path("google") in shown
    assert "As a person who signed in" in shown
    assert "Each person connects their own mailbox" in shown


@pytest.mark.parametrize(("flow", "leads_to"), [("consent", "/connect/salesforce/"), ("jwt", "/ways/salesforce/")])
def test_renewing_leads_to_where_the_organization_signs_in(page: Page, world: World, flow: str, leads_to: str) -> None:
    Organization.everywhere.update(crm_flow=flow)
    links = read(page.client.get(f"/admin/connectors/organization/{world.organization.pk}/change/")).links
    (target,) = [link for words, link in links if words == "Renew access"]
    assert leads_to in target


@pytest.mark.parametrize(
    ("provider", "flow"),
    [("salesforce", "consent"), ("salesforce", "delegated"), ("google", "jwt"), ("google", ""), ("pigeon", "jwt")],
)
def test_a_way_that_is_not_offered_there_cannot_be_taken(page: Page, world: World, provider: str, flow: str) -> None:
    before = state(world)
    assert page.client.post(page.path(provider), {"flow": flow}).status_code == 404
    assert state(world) == before


@pytest.mark.parametrize("provider", ["salesforce", "google"])
def test_members_choose_nothing(world: World, provider: str) -> None:
    client = Client()
    client.force_login(scenery.owner_of(world.ben))
    path = f"/connect/organizations/{world.organization.slug}/ways/{provider}/"
    assert client.get(path).status_code == 403
    assert client.post(path, {"flow": "consent"}).status_code == 403


def test_no_key_and_no_secret_is_on_a_page(page: Page, operators_page: Page, world: World) -> None:
    page.by_signature()
    operators_page.by_leave()
    for each in (page, operators_page):
        for provider in ("salesforce", "google"):
            shown = each.client.get(each.path(provider)).content.decode()
            assert "PRIVATE KEY" not in shown
            assert world.settings.SALESFORCE_CLIENT_SECRET not in shown


def test_what_renews_access_stands_sealed_in_the_database(page: Page, world: World) -> None:
    page.by_signature()
    row = credentials.of_crm(world.organization)
    assert row is not None
    raw = Credential.everywhere.filter(pk=row.pk).values_list("grant", "access").get()
    assert INTEGRATION not in "".join(map(str, raw))
