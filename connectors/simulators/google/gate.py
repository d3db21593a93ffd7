"""The way of a request to an API: address, token, API switched on, scope, account, quota, parameters, method."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from connectors.simulators.google import discovery, mail_desk, oauth
from connectors.simulators.google.answers import (
    PROJECT_NUMBER,
    ApiError,
    error_detail,
    help_detail,
    json_reply,
    no_content,
    precondition,
    unknown_path,
)
from connectors.simulators.google.calendar import desk as calendar_desk
from connectors.simulators.google.desks import Desk, Route
from connectors.simulators.google.discovery import Api, Method
from connectors.simulators.google.grants import AccessToken
from connectors.simulators.google.people import desk as people_desk
from connectors.simulators.google.tasks import desk as tasks_desk
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Call, Reply, Request

APIS = (("gmail", "v1"), ("calendar", "v3"), ("people", "v1"), ("tasks", "v1"))
API_ROOTS = {"gmail": "/gmail/v1/", "calendar": "/calendar/v3/", "people": "/v1/", "tasks": "/tasks/v1/"}
DESKS: dict[str, Desk] = {"gmail": mail_desk, "calendar": calendar_desk, "people": people_desk, "tasks": tasks_desk}


def known_scopes() -> frozenset[str]:
    """All scopes that a client may ask a person for."""
    return frozenset(oauth.IDENTITY).union(*(discovery.load(*api).scopes for api in APIS))


def pretty(request: Request) -> bool:
    return request.first("prettyPrint") != "false"


class Gate:
    def __init__(self, world: World) -> None:
        self._world = world

    def call(self, request: Request, call: Call) -> Reply:
        """Carries out one call and writes into `call` what it was. Raises `ApiError`."""
        request = _meant(request)
        found = _route(request)
        if found is None:
            call.operation = "unknown"
            return unknown_path(request.path)
        api, method, _ = found
        desk = DESKS[api.name]
        call.operation, call.write = desk.operation(method), desk.writes(method)
        call.units = desk.units(self._world, method)
        try:
            answer = self._answered(request, call, found, desk)
        except ApiError as refusal:
            refusal.listed = desk.lists_errors(request)
            raise
        return no_content() if answer is None else json_reply(answer, pretty=pretty(request))

    def _answered(self, request: Request, call: Call, route: Route, desk: Desk) -> dict[str, Any] | None:
        api, method, _ = route
        token = self._token(request, api)
        call.account = token.email
        account = self._admitted(token, api, method)
        return desk.carry_out(self._world, account, self._scopes(token), request, route)

    def _token(self, request: Request, api: Api) -> AccessToken:
        text = oauth.bearer(request)
        if not text:
            raise _without_token(api)
        token = self._world.grants.living_access(text)
        if token is None:
            raise _bad_token(api, "ACCESS_TOKEN_EXPIRED" if text in self._world.grants.access else "")
        owner = self._world.accounts.get(token.email)
        if owner and owner.suspended:
            raise _bad_token(api, "ACCOUNT_STATE_INVALID")
        return token

    def _admitted(self, token: AccessToken, api: Api, method: Method) -> Account:
        if not DESKS[api.name].is_on(self._world):
            raise _switched_off(api)
        account = self._world.accounts.get(token.email)
        if not method.scopes & self._scopes(token):
            raise _scope_missing(api, method)
        if account is None:  # a service account that acts for nobody has no mailbox
            raise precondition("Precondition check failed.")
        return account

    def _scopes(self, token: AccessToken) -> frozenset[str]:
        account = self._world.accounts.get(token.email)
        return frozenset(token.scopes) - (account.withdrawn if account else set())


def _meant(request: Request) -> Request:
    """A GET with too long an address comes as a POST that says so, its query in the body: the library does that."""
    kind = request.headers.get("content-type", "")
    if request.method != "POST" or request.headers.get("x-http-method-override", "") != "GET":
        return request
    if kind.partition(";")[0] != "application/x-www-form-urlencoded":
        return request
    query = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return replace(request, method="GET", query=query, body=b"")


def _route(request: Request) -> Route | None:
    for name in APIS:
        api = discovery.load(*name)
        found = api.route(request.method, request.path)
        if found:
            return api, *found
    return None


_EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_REALM = 'Bearer realm="https://accounts.google.com/"'


def _without_token(api: Api) -> ApiError:
    return ApiError(
        status=401,
        message=f"Request is missing required authentication credential. {_EXPECTED}",
        short="Login Required.",
        reason="required",
        location="Authorization",
        details=(error_detail("CREDENTIALS_MISSING", service=api.service),),
        challenge=_REALM,
    )


def _bad_token(api: Api, why: str) -> ApiError:
    return ApiError(
        status=401,
        message=f"Request had invalid authentication credentials. {_EXPECTED}",
        short="Invalid Credentials",
        reason="authError",
        location="Authorization",
        details=(error_detail(why, service=api.service),) if why else (),
        challenge=f'{_REALM}, error="invalid_token"',
    )


def _scope_missing(api: Api, method: Method) -> ApiError:
    named = DESKS[api.name].method_name(method)
    return ApiError(
        status=403,
        message="Request had insufficient authentication scopes.",
        short="Insufficient Permission",
        reason="insufficientPermissions",
        details=(error_detail("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service=api.service, method=named),),
        challenge=f'{_REALM}, error="insufficient_scope", scope="{" ".join(sorted(method.scopes))}"',
    )


def _switched_off(api: Api) -> ApiError:
    url = f"https://console.developers.google.com/apis/api/{api.service}/overview?project={PROJECT_NUMBER}"
    return ApiError(
        status=403,
        message=f"{DESKS[api.name].TITLE} has not been used in project {PROJECT_NUMBER} before or it is disabled. "
        f"Enable it by visiting {url} then retry.",
        reason="accessNotConfigured",
        domain="usageLimits",
        details=(
            error_detail("SERVICE_DISABLED", service=api.service, consumer=f"projects/{PROJECT_NUMBER}"),
            help_detail("Google developers console API activation", url),
        ),
    )
