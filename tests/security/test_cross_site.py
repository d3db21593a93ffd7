"""What another site can make a browser do here, in which somebody is signed in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization, Role
from tests import builders
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organization:
    return builders.organization(slug="acme", crm="salesforce")


@pytest.fixture
def admin(acme: Organization) -> User:
    return scenery.administrator(acme, "ann")


@pytest.fixture
def mailbox(acme: Organization, admin: User) -> Mailbox:
    return builders.mailbox(acme, provider="google", owner=admin)


def _addresses(mailbox: Mailbox) -> list[str]:
    return [f"/connect/google/{mailbox.pk}/", f"/connect/salesforce/{mailbox.organization_id}/"]


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none", None])
def test_from_our_own_pages_the_way_leads_to_the_provider(mailbox: Mailbox, admin: User, site: str | None) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    for address in _addresses(mailbox):
        answer = _signed_in(admin).get(address, headers=headers)
        assert "code_challenge" in answer.headers["Location"]


def test_another_site_sends_nobody_off_to_renew_access(mailbox: Mailbox, admin: User) -> None:
    for address in _addresses(mailbox):
        client = _signed_in(admin)
        answer = client.get(address, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.headers["Location"] == "/"
        assert "connecting" not in client.session


def test_an_answer_of_the_provider_comes_from_another_site_and_is_heard(mailbox: Mailbox, admin: User) -> None:
    client = _signed_in(admin)
    sent = client.get(_addresses(mailbox)[0], headers={"Sec-Fetch-Site": "same-origin"}).headers["Location"]
    state = sent.partition("state=")[2].partition("&")[0]
    refused = f"/connect/google/callback/?state={state}&error=access_denied"
    page = client.get(refused, headers={"Sec-Fetch-Site": "cross-site"}, follow=True).content.decode()
    assert "not started here" not in page
    assert "not started here" in client.get(refused, follow=True).content.decode()  # a state is good once


# -- What stays behind in a browser that several people use


@pytest.mark.parametrize("path", ["/", "/issues/", "/codes/", "/nothing/", "/issues/acme/1/", "/api/v1/docs/"])
def test_what_somebody_was_shown_stays_in_no_cache(admin: User, path: str) -> None:
    assert "no-store" in _signed_in(admin).get(path).headers["Cache-Control"]


def test_what_is_open_to_everybody_may_be_cached(client: Client) -> None:
    assert "Cache-Control" not in client.get("/codes/").headers


def test_a_member_without_any_organization_counts_as_somebody(client: Client) -> None:
    client.force_login(scenery.person("zed"))
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_roles_that_may_not_connect_learn_nothing(mailbox: Mailbox, acme: Organization) -> None:
    member = scenery.person("mia")
    acme.memberships(manager="everywhere").create(user=member, role=Role.MEMBER)
    assert [_signed_in(member).get(address).status_code for address in _addresses(mailbox)] == [404, 404]
