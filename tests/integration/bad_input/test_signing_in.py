"""The pages of signing in, when the other side, or whoever comes back from there, does something else than it should.

Whatever it is: the person reads what happened and what to do, and the access that was there before is kept.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import credentials
from connectors.models import Credential, Organization
from connectors.simulators.authority import issue
from connectors.simulators.server import SimulatorServer
from tests.conftest import Time
from tests.integration.bad_input.answers import (
    CERTIFICATE,
    MEANINGLESS,
    NON_JSON,
    NOT_ALLOWED,
    PAGE,
    REFUSED,
    Spoiling,
    answer,
)
from tests.integration.bad_input.person import CONNECTED, Person, person, sentence
from tests.integration.bad_input.world import behind
from tests.integration.ground.plain import PlainServer

__all__ = ["person"]

pytestmark = pytest.mark.django_db

both = pytest.mark.parametrize("provider", ["google", "salesforce"])


@both
def test_the_right_way_stores_new_access(person: Person, provider: str) -> None:
    before = person.grant(provider)
    assert CONNECTED in person.signs_in(provider)
    assert person.grant(provider) != before


# -- What is asked for


@pytest.mark.parametrize(
    ("syncs_events", "asked"), [(False, {"gmail.readonly"}), (True, {"gmail.readonly", "calendar.events"})]
)
def test_the_calendar_is_asked_for_only_where_it_is_kept_in_step(
    person: Person, syncs_events: bool, asked: set[str]
) -> None:
    Organization.everywhere.filter(pk=person.mailbox.organization_id).update(syncs_events=syncs_events)
    query = parse_qs(urlsplit(person.leaves()).query)
    assert {scope.rpartition("/auth/")[2] for scope in query["scope"][0].split()} == asked


@pytest.mark.parametrize(("wanted", "asked"), [(False, {"gmail.readonly"}), (True, {"gmail.modify"})])
def test_the_right_to_label_is_asked_for_only_where_failed_messages_get_a_label(
    person: Person, wanted: bool, asked: set[str]
) -> None:
    Organization.everywhere.filter(pk=person.mailbox.organization_id).update(labels_failed=wanted)
    query = parse_qs(urlsplit(person.leaves()).query)
    assert {scope.rpartition("/auth/")[2] for scope in query["scope"][0].split()} == asked


@pytest.mark.parametrize("wanted", [False, True])
def test_whether_messages_may_be_labelled_is_known_from_the_first_day(person: Person, wanted: bool) -> None:
    Organization.everywhere.filter(pk=person.mailbox.organization_id).update(labels_failed=wanted)
    person.signs_in()
    assert Credential.everywhere.get(mailbox=person.mailbox).may_label is wanted


@pytest.mark.parametrize("wanted", [False, True])
def test_a_renewal_knows_it_too(person: Person, wanted: bool) -> None:
    Organization.everywhere.filter(pk=person.mailbox.organization_id).update(labels_failed=wanted)
    person.signs_in()
    Credential.everywhere.update(may_label=None)
    credentials.refresh(Credential.everywhere.get(mailbox=person.mailbox))
    assert Credential.everywhere.get(mailbox=person.mailbox).may_label is wanted


# -- Our own settings


@pytest.mark.parametrize(
    ("provider", "setting", "code"),
    [
        ("google", "GOOGLE_CLIENT_SECRET", "google_oauth.invalid_client"),
        ("salesforce", "SALESFORCE_CLIENT_SECRET", "salesforce_oauth.invalid_client"),
    ],
)
def test_a_wrong_secret_is_said_and_costs_nothing(person: Person, provider: str, setting: str, code: str) -> None:
    before = person.grant(provider)
    setattr(person.world.settings, setting, "wrong")
    assert person.signs_in(provider) == sentence(code)
    assert person.grant(provider) == before


@pytest.mark.parametrize(
    ("url", "code"),
    [(None, REFUSED), ("http://localhost/token", NOT_ALLOWED), ("https://[bad", NOT_ALLOWED), ("token", NOT_ALLOWED)],
    ids=["closed port", "no TLS", "no address", "a word"],
)
def test_an_address_where_nobody_is_is_said(person: Person, closed_port: str, url: str | None, code: str) -> None:
    query = person.agrees(person.leaves())
    before = person.grant()
    person.world.settings.GOOGLE_TOKEN_URL = url or f"https://{closed_port}/token"
    assert person.comes_back(query) == sentence(code)
    assert person.grant() == before


@both
def test_a_certificate_that_is_not_good_is_said(person: Person, certificates: Path, provider: str) -> None:
    query = person.agrees(person.leaves(provider))
    world, before = person.world, person.grant(provider)
    simulator = world.google if provider == "google" else world.salesforce
    heard = len(simulator.calls)
    with behind(simulator, issue(certificates / f"signing in {provider}")) as there:
        world.settings.PROVIDER_EXTRA_HOSTS = [*world.settings.PROVIDER_EXTRA_HOSTS, there.removeprefix("https://")]
        world.settings.GOOGLE_TOKEN_URL, world.settings.SALESFORCE_LOGIN_URL = f"{there}/token", there
        assert person.comes_back(query, provider) == sentence(CERTIFICATE)
    assert (person.grant(provider), len(simulator.calls)) == (before, heard)


# -- What the token endpoint says


@both
@pytest.mark.parametrize(("spoiling", "code"), [pytest.param(*row, id=name) for name, row in MEANINGLESS.items()])
def test_a_strange_answer_is_said_and_the_second_time_goes_well(
    person: Person, provider: str, spoiling: Spoiling, code: str
) -> None:
    before = person.grant(provider)
    person.world.spoil(provider, "/token$", **spoiling)
    assert person.signs_in(provider) == sentence(code)
    assert person.grant(provider) == before
    assert CONNECTED in person.signs_in(provider)


@pytest.mark.parametrize("status", [200, 400, 401])
def test_an_error_is_said_by_its_name_whatever_its_status(person: Person, status: int) -> None:
    body = {"error": "invalid_client", "error_description": "The provided client secret is invalid."}
    person.world.spoil("google", "/token$", **answer(body, status))
    assert person.signs_in() == sentence("google_oauth.invalid_client")


def test_nobody_follows_a_redirect_with_our_secret(person: Person) -> None:
    stranger = PlainServer()
    with SimulatorServer(stranger, person.world.certificate):
        person.world.settings.PROVIDER_EXTRA_HOSTS = [*person.world.settings.PROVIDER_EXTRA_HOSTS, stranger.host]
        person.world.spoil("google", "/token$", **answer(PAGE, 307, {"Location": f"{stranger.base_url}/echo"}))
        assert person.signs_in() == sentence(NON_JSON)
        assert stranger.calls == []


@both
def test_access_that_cannot_be_renewed_is_not_stored(person: Person, provider: str) -> None:
    before = person.grant(provider)
    query = person.agrees(person.leaves(provider))
    org = f"{person.world.salesforce.base_url}/id/{person.world.salesforce.org.id}/005000000000001AAA"
    token = person.world.google.control("grant", {"account": person.mailbox.address})["access_token"]
    person.world.spoil(provider, "/token$", **answer({"access_token": token, "expires_in": 3600, "id": org}))
    assert "sign in again" in person.comes_back(query, provider)
    assert person.grant(provider) == before


def test_a_salesforce_that_does_not_say_which_org_it_is_is_not_stored(person: Person) -> None:
    before = person.grant("salesforce")
    Organization.everywhere.update(crm_org_id="")
    query = person.agrees(person.leaves("salesforce"))
    body = {"access_token": "t", "refresh_token": "r", "instance_url": person.world.salesforce.base_url}
    person.world.spoil("salesforce", "/token$", **answer(body))
    assert "did not say which" in person.comes_back(query, "salesforce")
    assert person.grant("salesforce") == before


# -- What the browser brings back


@pytest.mark.parametrize("code", ["", "4/nonsense", "nonsense", "x" * 3000, "\x00"])
def test_a_code_that_is_none_is_said(person: Person, code: str) -> None:
    before = person.grant()
    state = parse_qs(urlsplit(person.leaves()).query)["state"][0]
    said = person.comes_back({"state": state, "code": code})
    assert said.count(".") >= 2
    assert person.grant() == before


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "google_oauth.access_denied"),
        ("admin_policy_enforced", "google_oauth.admin_policy_enforced"),
        ("moon_phase", "google_oauth.UNKNOWN"),
        ("", "google_oauth.UNKNOWN"),
        ("<script>alert(1)</script>", "google_oauth.UNKNOWN"),
        ("x" * 5000, "google_oauth.UNKNOWN"),
    ],
    ids=["declined", "policy", "unheard of", "empty", "hostile", "long"],
)
def test_a_refusal_on_the_consent_page_is_said(person: Person, error: str, code: str) -> None:
    state = parse_qs(urlsplit(person.leaves()).query)["state"][0]
    assert person.comes_back({"state": state, "error": error}) == sentence(code)


@pytest.mark.parametrize("spoil", ["missing", "another", "of the other provider", "used", "old"])
def test_a_sign_in_that_was_not_begun_here_is_refused(person: Person, time: Time, spoil: str) -> None:
    query, provider = person.agrees(person.leaves()), "google"
    if spoil == "missing":
        del query["state"]
    elif spoil == "another":
        query["state"] = query["state"][::-1]
    elif spoil == "of the other provider":
        provider = "salesforce"
    elif spoil == "used":
        person.comes_back(query)
    else:
        time.move(minutes=11)
    before = person.grant()
    assert "Please start it again." in person.comes_back(query, provider)
    assert person.grant() == before


def test_somebody_elses_mailbox_is_not_taken_for_this_one(person: Person) -> None:
    before = person.grant()
    url = person.leaves().replace("login_hint=ada%40ours.example", "")
    said = person.comes_back(person.agrees(url, "ben@ours.example"))
    assert "ben@ours.example" in said
    assert "ada@ours.example" in said
    assert "Nothing was changed." in said
    assert person.grant() == before


def test_another_org_is_not_taken_for_this_one(person: Person) -> None:
    Organization.everywhere.update(crm_org_id="00D000000000999AAA")
    before = person.grant("salesforce")
    said = person.signs_in("salesforce")
    assert "00D000000000999AAA" in said
    assert "Nothing was changed." in said
    assert person.grant("salesforce") == before


@pytest.mark.parametrize("provider", ["pigeon", "Google", "memory", "exchange", "google%00"])
@pytest.mark.parametrize("page", ["1/", "callback/"])
def test_a_provider_that_nobody_knows_has_no_pages(person: Person, provider: str, page: str) -> None:
    assert person.ours.get(f"/connect/{provider}/{page}").status_code == 404
