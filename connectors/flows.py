"""The ways to sign in at a provider, and what each of them asks a token endpoint.

    consent     somebody let us in on the provider's page; what lasts is a refresh token
    jwt         Salesforce: an assertion for one user of the org, signed with the key of this installation
    client      Salesforce: our id and secret, shown at the org's own address; the org says as whom we work
    delegated   Google: an assertion for one person of a domain whose administrator let our service account act so

Pure: settings come in as `Endpoints`, what a credential keeps as its grant. Only `consent` proves that whoever
connects may do so; see docs/adr/0012.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from connectors import assertions, oauth, registry
from connectors.errors import ConnectorError, Failure, Kind, Matched
from connectors.google import oauth as google
from connectors.records import Resource
from connectors.registry import Endpoints
from connectors.rights import Right
from connectors.salesforce import oauth as salesforce


class Flow(StrEnum):
    CONSENT = "consent"
    JWT = "jwt"
    CLIENT = "client"
    DELEGATED = "delegated"


DELEGATED = {"flow": Flow.DELEGATED.value}  # what a credential keeps of it: whose mailbox it is, its row says


@dataclass(frozen=True, kw_only=True)
class Request:
    """A wish for an access token. `lasting` is what the credential keeps, `subject` whose mailbox it is; `at` is now,
    in seconds since 1970, `resources` are what is kept in step beside messages, `labels` whether some get a label."""

    provider: str
    lasting: Mapping[str, str]
    endpoints: Endpoints
    at: float
    subject: str = ""
    resources: tuple[Resource, ...] = ()
    labels: bool = False


def covers(domains: Collection[str], address: str) -> bool:
    """Whether one of these domains is that of the address; one beneath it is another one."""
    name, _, domain = address.lower().rpartition("@")
    return bool(name) and domain in domains


def flow_of(lasting: Mapping[str, str]) -> Flow:
    """How the holder of this grant signs in; one that keeps a refresh token names nothing."""
    return Flow(lasting.get("flow", Flow.CONSENT))


def rights(provider: str, flow: Flow, *, resources: Collection[Resource] = (), labels: bool = False) -> list[Right]:
    """What access to a provider has to let us do; none where we know of none."""
    if provider == "google":
        return google.rights(resources, labels=labels)
    if provider == "salesforce":
        return salesforce.rights(keeps_token=flow is Flow.CONSENT)
    return []


_NEEDS: Mapping[tuple[str, Flow], tuple[str, ...]] = {
    ("salesforce", Flow.CONSENT): ("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"),
    ("salesforce", Flow.JWT): ("SALESFORCE_CLIENT_ID", "SALESFORCE_JWT_KEY"),
    ("salesforce", Flow.CLIENT): ("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"),
    ("google", Flow.CONSENT): ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
    ("google", Flow.DELEGATED): ("GOOGLE_SERVICE_ACCOUNT",),
}


def needs(provider: str, flow: Flow) -> tuple[str, ...]:
    """The settings that this way takes. Raises KeyError where the provider has no such way."""
    return _NEEDS[provider, flow]


def lacking(provider: str, flow: Flow, endpoints: Endpoints) -> tuple[str, ...]:
    """The settings that this way needs and the installation has not got, or has wrong."""
    return tuple(name for name in needs(provider, flow) if not is_good(name, endpoints))


def is_good(name: str, endpoints: Endpoints) -> bool:
    """Whether a setting is there and, if it is a key, opens."""
    value = str(getattr(endpoints, name.lower()))
    try:
        if name == "SALESFORCE_JWT_KEY":
            assertions.check(value)
        if name == "GOOGLE_SERVICE_ACCOUNT":
            assertions.check(google.robot(value).private_key)
    except assertions.BadKey:
        return False
    return bool(value)


def question(request: Request) -> oauth.Question:
    """What to ask the provider for an access token.

    Raises `ConnectorError` of kind CONFIG where this installation lacks what the way needs. For a refresh token that is
    left to the provider, whose words are more exact.
    """
    flow = flow_of(request.lasting)
    missing = lacking(request.provider, flow, request.endpoints) if flow is not Flow.CONSENT else ()
    if missing:
        raise ConnectorError(_not_set_up(missing))
    return _QUESTIONS[flow](request)


def _refresh(request: Request) -> oauth.Question:
    return oauth.refresh(registry.app(request.provider, request.endpoints), request.lasting["refresh_token"])


def _jwt(request: Request) -> oauth.Question:
    known = request.endpoints
    claims = salesforce.claims(
        client_id=known.salesforce_client_id,
        username=request.lasting["username"],
        audience=known.salesforce_login_url,
        at=request.at,
    )
    app = registry.app("salesforce", known)
    return oauth.assertion(app, assertions.signed(claims, known.salesforce_jwt_key))


def _client(request: Request) -> oauth.Question:
    known = request.endpoints
    return oauth.client_credentials(
        salesforce.app(
            login_url=request.lasting["domain"],
            client_id=known.salesforce_client_id,
            client_secret=known.salesforce_client_secret,
        )
    )


def _delegated(request: Request) -> oauth.Question:
    app = registry.app("google", request.endpoints, resources=request.resources, labels=request.labels)
    robot = google.robot(request.endpoints.google_service_account)
    claims = google.claims(robot, app, subject=request.subject, at=request.at)
    return oauth.assertion(app, assertions.signed(claims, robot.private_key))


_QUESTIONS: Mapping[Flow, Callable[[Request], oauth.Question]] = {
    Flow.CONSENT: _refresh,
    Flow.JWT: _jwt,
    Flow.CLIENT: _client,
    Flow.DELEGATED: _delegated,
}


def _not_set_up(missing: tuple[str, ...]) -> Failure:
    return Failure(
        provider="engine",
        code="engine.SIGN_IN_NOT_SET_UP",
        kind=Kind.CONFIG,
        said=f"not set, or set wrong: {', '.join(missing)}",
        matched=Matched.CODE,
    )
