"""Signing in without a person: by an assertion, client credentials or a service account; and every refusal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jwt
import pytest

from connectors import credentials
from connectors.errors import ConnectorError
from connectors.models import Credential, Organization
from connectors.simulators.salesforce.org import ADMINISTRATOR, INTEGRATION
from issues import services as issues
from issues.models import Issue
from syncapp.engine.running import Ending
from tests import signing_keys as keys
from tests.conftest import Time
from tests.driving import codes, sync
from tests.integration.access import signing
from tests.integration.access.signing import DELEGATED, JWT, client
from tests.integration.bad_input.answers import RESET
from tests.integration.bad_input.world import World, explained

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys(world: World) -> None:
    signing.set_up(world)


def token_calls(world: World, side: str) -> int:
    simulator = world.google if side == "google" else world.salesforce
    return sum(call.operation == "token" for call in simulator.calls)


def code_of(ask: Callable[[], object]) -> str:
    with pytest.raises(ConnectorError) as caught:
        ask()
    failure = caught.value.failure
    explained(failure.code)
    return failure.code


# -- It works, and goes on working


@pytest.mark.parametrize("way", ["jwt", "client"])
def test_an_organization_syncs_without_a_refresh_token(world: World, way: str) -> None:
    signing.org_signs_in(world, JWT if way == "jwt" else client(world))
    assert world.goes_on(world.ada, "By ourselves")
    assert "refresh_token" not in credentials.of_crm(world.organization).grant  # type: ignore[union-attr]  # stored above


@pytest.mark.parametrize("way", ["jwt", "client"])
def test_access_that_ends_is_renewed_and_the_grant_stays(world: World, way: str) -> None:
    lasting = JWT if way == "jwt" else client(world)
    credential = signing.org_signs_in(world, lasting)
    signing.ends(credential)
    before = token_calls(world, "salesforce")
    assert world.goes_on(world.ada, "Renewed")
    assert token_calls(world, "salesforce") == before + 1
    assert Credential.everywhere.get(pk=credential.pk).grant == lasting


def test_a_session_that_salesforce_ends_in_mid_run_is_renewed_once(world: World) -> None:
    signing.org_signs_in(world, JWT)
    world.salesforce.control("expire-tokens", {})
    before = token_calls(world, "salesforce")
    assert world.goes_on(world.ada, "Again")
    assert token_calls(world, "salesforce") == before + 1


def test_two_who_renew_at_once_ask_once(world: World) -> None:
    credential = signing.org_signs_in(world, JWT)
    late = Credential.everywhere.get(pk=credential.pk)
    before = token_calls(world, "salesforce")
    credentials.refresh(Credential.everywhere.get(pk=credential.pk))
    credentials.refresh(late)
    assert token_calls(world, "salesforce") == before + 1


def test_a_mailbox_is_read_by_the_service_account_as_its_owner(world: World) -> None:
    credential = signing.mailbox_is_read(world, world.ada)
    signing.ends(credential)
    world.google.control("revoke", {"account": world.ada.address})  # what people granted plays no part
    assert world.goes_on(world.ada, "Without a consent")
    assert Credential.everywhere.get(pk=credential.pk).grant == DELEGATED


@pytest.mark.parametrize("events", [False, True])
def test_google_is_asked_for_the_least_that_the_organization_needs(world: World, events: bool) -> None:
    """Where the domain's administrator has listed mail alone, mail alone is asked for."""
    signing.delegate(world, signing.SCOPES[0])
    Organization.everywhere.update(syncs_events=events)
    world.organization.refresh_from_db()
    ask = partial(credentials.ask, "google", DELEGATED, world.organization, world.ada)
    if events:
        assert code_of(ask) == "google_oauth.unauthorized_client/dwd"
    else:
        assert ask().access_token


def test_an_assertion_is_for_our_app_and_good_for_two_minutes(world: World, time: Time) -> None:
    heard: list[str] = []
    answer = world.salesforce.answer

    def listen(request: Any, call: Any) -> Any:
        heard.append(request.form().get("assertion", ""))
        return answer(request, call)

    world.salesforce.answer = listen  # type: ignore[method-assign]  # only listens
    credentials.ask("salesforce", JWT, world.organization)
    claims = jwt.decode(heard[0], options={"verify_signature": False})
    assert claims["iss"] == world.settings.SALESFORCE_CLIENT_ID
    assert (claims["sub"], claims["aud"]) == (INTEGRATION, world.settings.SALESFORCE_LOGIN_URL)


def test_when_calendars_are_switched_on_access_to_them_is_asked_for_at_once(world: World) -> None:
    credential = signing.mailbox_is_read(world, world.ada)
    before = token_calls(world, "google")
    credentials.access(Credential.everywhere.get(pk=credential.pk))
    assert token_calls(world, "google") == before
    Organization.everywhere.update(syncs_events=True)
    for _ in range(2):
        credentials.access(Credential.everywhere.get(pk=credential.pk))
    assert token_calls(world, "google") == before + 1


# -- Labels on what failed

MODIFY = signing.SCOPES[0].replace("readonly", "modify")


def may_label(world: World) -> bool | None:
    return Credential.everywhere.get(mailbox=world.ada).may_label


def wants_labels(world: World, *allowed: str) -> Credential:
    """Ada's mailbox, once failed messages are to be labelled, and this is what her domain allows."""
    signing.delegate(world, *allowed)
    credential = signing.mailbox_is_read(world, world.ada)
    Organization.everywhere.update(labels_failed=True)
    return credential


def opens(credential: Credential) -> None:
    """What a job does before its first call."""
    credentials.access(Credential.everywhere.get(pk=credential.pk))


def test_where_the_domain_allows_labels_they_are_asked_for_at_once(world: World) -> None:
    credential = wants_labels(world, signing.SCOPES[0], MODIFY)
    before = token_calls(world, "google")
    for _ in range(2):
        opens(credential)
    assert (may_label(world), token_calls(world, "google") - before) == (True, 1)


def test_a_domain_that_allows_no_labels_is_read_as_before(world: World) -> None:
    credential = wants_labels(world, signing.SCOPES[0])
    before = token_calls(world, "google")
    for _ in range(2):
        opens(credential)
    assert (may_label(world), token_calls(world, "google") - before) == (False, 2)
    assert world.goes_on(world.ada, "Read as before")
    assert codes() == []


def test_a_domain_that_comes_to_allow_labels_is_believed_at_the_next_renewal(world: World) -> None:
    credential = wants_labels(world, signing.SCOPES[0])
    opens(credential)
    signing.delegate(world, signing.SCOPES[0], MODIFY)
    signing.ends(credential)
    opens(credential)
    assert may_label(world) is True


def test_a_domain_that_allows_nothing_stops_the_mailbox_with_labels_or_without(world: World) -> None:
    credential = wants_labels(world, *signing.SCOPES[:1])
    signing.delegate(world)
    assert code_of(lambda: opens(credential)) == "google_oauth.unauthorized_client/dwd"


def test_a_switch_to_the_service_account_knows_nothing_of_labels_until_it_asked(world: World) -> None:
    wants_labels(world, signing.SCOPES[0], MODIFY)
    credentials.delegate(world.ada)
    assert may_label(world) is None


# -- It does not


Spoil = Callable[[World], object]


def login(**values: object) -> Spoil:
    return lambda world: world.salesforce.control("login", values)


def setting(name: str, value: str) -> Spoil:
    return lambda world: setattr(world.settings, name, value)


ORG: dict[str, tuple[str, Spoil, str]] = {
    "jwt: another key": ("jwt", setting("SALESFORCE_JWT_KEY", keys.private("another")), "invalid_grant/assertion"),
    "jwt: user not approved": (
        "jwt",
        lambda world: (
            world.salesforce.control("client", {"preapproved": [ADMINISTRATOR]})
            and world.salesforce.control("revoke-grant", {})
        ),
        "invalid_grant/user_not_approved",
    ),
    "jwt: unknown app": ("jwt", setting("SALESFORCE_CLIENT_ID", "3MVG9unknown"), "invalid_client_id"),
    "jwt: inactive user": (
        "jwt",
        lambda world: world.salesforce.control("user", {"username": INTEGRATION, "active": False}),
        "invalid_grant/inactive_user",
    ),
    "jwt: inactive org": ("jwt", login(org_active=False), "invalid_grant/inactive_org"),
    "jwt: from elsewhere": ("jwt", login(ip_restricted=True), "invalid_grant/ip_restricted"),
    "client: no user": (
        "client",
        lambda world: world.salesforce.control("client", {"run_as": ""}),
        "invalid_grant/no_run_as_user",
    ),
    "client: wrong secret": ("client", setting("SALESFORCE_CLIENT_SECRET", "wrong"), "invalid_client"),
    "client: unknown app": ("client", setting("SALESFORCE_CLIENT_ID", "3MVG9unknown"), "invalid_client_id"),
    "client: inactive org": ("client", login(org_active=False), "invalid_grant/inactive_org"),
}


@pytest.mark.parametrize(("way", "spoil", "name"), ORG.values(), ids=ORG)
def test_a_refusal_of_salesforce_has_its_code(world: World, way: str, spoil: Spoil, name: str) -> None:
    spoil(world)
    lasting = JWT if way == "jwt" else client(world)
    assert code_of(lambda: credentials.ask("salesforce", lasting, world.organization)) == f"salesforce_oauth.{name}"


def trouble(kind: str) -> Spoil:
    return lambda world: world.google.control("token-trouble", {"account": world.ada.address, "kind": kind})


def suspended(how: str) -> Spoil:
    return lambda world: world.google.control("suspend", {"account": world.ada.address, "as": how})


MAILBOX: dict[str, tuple[Spoil, str]] = {
    "nobody of that address": (
        lambda world: world.google.control("delete-account", {"account": world.ada.address}),
        "invalid_grant/invalid_user",
    ),
    "a scope is not listed": (signing.delegate, "unauthorized_client/dwd"),
    "a deleted account": (suspended("deleted"), "invalid_grant/deleted"),
    "a suspended account": (suspended("disabled"), "invalid_grant/deleted"),
    "a policy": (trouble("admin-policy"), "admin_policy_enforced"),
    "another key": (setting("GOOGLE_SERVICE_ACCOUNT", keys.key_file("another")), "invalid_grant/service_account"),
    "an account that is gone": (
        setting("GOOGLE_SERVICE_ACCOUNT", keys.key_file(client_email="gone@syncapp.iam.gserviceaccount.com")),
        "invalid_grant/service_account",
    ),
}


@pytest.mark.parametrize(("spoil", "name"), MAILBOX.values(), ids=MAILBOX)
def test_a_refusal_of_google_has_its_code(world: World, spoil: Spoil, name: str) -> None:
    spoil(world)
    ask = partial(credentials.ask, "google", DELEGATED, world.organization, world.ada)
    assert code_of(ask) == f"google_oauth.{name}"


@pytest.mark.parametrize(
    ("provider", "minutes", "code"),
    [
        ("salesforce", -10, "salesforce_oauth.invalid_grant/assertion_time"),
        ("salesforce", -1, ""),
        ("salesforce", 2, ""),
        ("salesforce", 10, "salesforce_oauth.invalid_grant/assertion"),
        ("google", -61, "google_oauth.invalid_grant/jwt_time"),
        ("google", -30, ""),
        ("google", 4, ""),
        ("google", 6, "google_oauth.invalid_grant/jwt_time"),
    ],
)
def test_a_clock_that_is_off_is_forgiven_as_far_as_the_provider_does(
    world: World, time: Time, provider: str, minutes: int, code: str
) -> None:
    time.move(minutes=minutes)
    lasting, mailbox = (JWT, None) if provider == "salesforce" else (DELEGATED, world.ada)
    ask = partial(credentials.ask, provider, lasting, world.organization, mailbox)
    if code:
        assert code_of(ask) == code
    else:
        assert ask().access_token


@pytest.mark.parametrize("value", ["", "no key", keys.public()])
@pytest.mark.parametrize(
    ("provider", "name"), [("salesforce", "SALESFORCE_JWT_KEY"), ("google", "GOOGLE_SERVICE_ACCOUNT")]
)
def test_without_its_key_an_installation_asks_nobody_and_says_what_it_lacks(
    world: World, provider: str, name: str, value: str
) -> None:
    setattr(world.settings, name, value)
    before = token_calls(world, provider)
    lasting, mailbox = (JWT, None) if provider == "salesforce" else (DELEGATED, world.ada)
    with pytest.raises(ConnectorError) as caught:
        credentials.ask(provider, lasting, world.organization, mailbox)
    failure = caught.value.failure
    assert (failure.code, failure.said) == ("engine.SIGN_IN_NOT_SET_UP", f"not set, or set wrong: {name}")
    assert token_calls(world, provider) == before


def test_a_domain_that_is_not_of_salesforce_hears_nothing_of_our_secret(world: World) -> None:
    elsewhere = {"flow": "client", "domain": "https://acme.my.salesforce.com.evil.example"}
    assert code_of(lambda: credentials.ask("salesforce", elsewhere, world.organization)) == "network.HOST_NOT_ALLOWED"


def test_the_addresses_in_a_key_file_are_not_heeded(world: World) -> None:
    assert "elsewhere.invalid" in world.settings.GOOGLE_SERVICE_ACCOUNT
    assert credentials.ask("google", DELEGATED, world.organization, world.ada).access_token


# -- What comes of a refusal


def test_a_refused_assertion_stops_the_organization_and_the_right_certificate_sets_it_going(world: World) -> None:
    signing.ends(signing.org_signs_in(world, JWT))
    world.salesforce.control("client", {"certificate": keys.public("another")})
    world.deliver(world.ada, "Waits")
    assert sync(world.ada) == [Ending.FAILED]
    assert codes() == ["salesforce_oauth.invalid_grant/assertion"]
    world.salesforce.control("client", {"certificate": keys.public()})
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada) == [Ending.DONE]
    assert (world.subjects(), codes()) == (["Waits"], [])


def test_a_connection_that_drops_is_tried_again_by_itself(world: World) -> None:
    credential = signing.org_signs_in(world, JWT)
    world.spoil("salesforce", "/token$", action="drop_before")
    assert code_of(lambda: credentials.refresh(credential)) == RESET
    assert credentials.refresh(Credential.everywhere.get(pk=credential.pk)).token
