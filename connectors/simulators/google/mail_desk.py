"""How Gmail takes a request that the gate let in: mailbox, quota, parameters, body, method, fields."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google import discovery, fields, upload
from connectors.simulators.google.answers import ApiError, forbidden, not_simulated, precondition
from connectors.simulators.google.asked import Asked
from connectors.simulators.google.desks import Route
from connectors.simulators.google.discovery import Method
from connectors.simulators.google.operations import LOGGED_AS, NOT_WRITES, OPERATIONS
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

TITLE = "Gmail API"


def is_on(world: World) -> bool:
    return world.api_on


def short(method: Method) -> str:
    return method.id.removeprefix("gmail.users.")


def operation(method: Method) -> str:
    return LOGGED_AS.get(short(method), short(method))


def writes(method: Method) -> bool:
    return method.http != "GET" and short(method) not in NOT_WRITES


def units(world: World, method: Method) -> int:
    return world.quota.units(short(method))


def method_name(method: Method) -> str:
    return method.id


def lists_errors(_: Request) -> bool:
    return True


def carry_out(
    world: World, account: Account, scopes: frozenset[str], request: Request, route: Route
) -> dict[str, Any] | None:
    api, method, path = route
    _check_mailbox(account, path["userId"])
    world.quota.charge(account.email, short(method))
    query = discovery.bind(method, request.query)
    wanted = fields.parse(query["fields"], api, method.response) if query["fields"] else {}
    found = OPERATIONS.get(short(method))
    if found is None:
        raise not_simulated(method.id)
    body, media = upload.body(request, api, method)
    asked = Asked(world=world, account=account, scopes=scopes, path=path, query=query, body=body, media=media)
    answer = found(asked)
    return None if answer is None else fields.select(wanted, answer)


def _check_mailbox(account: Account, user_id: str) -> None:
    """Whether Gmail lets the account into that mailbox."""
    if user_id != "me" and user_id.lower() != account.email:
        raise forbidden(f"Delegation denied for {account.email}")
    if not account.domain_allows:
        said = "The domain administrators have disabled Gmail apps."
        raise ApiError(status=403, message=said, reason="domainPolicy")
    if not account.mail:
        raise precondition("Mail service not enabled")
