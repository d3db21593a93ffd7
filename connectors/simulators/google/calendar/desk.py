"""How Calendar takes a request that the gate let in: service on, quota, parameters, body, method, fields."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google import fields
from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.calendar import requests
from connectors.simulators.google.calendar.errors import CalendarError
from connectors.simulators.google.calendar.methods import OPERATIONS
from connectors.simulators.google.calendar.rights import Asked
from connectors.simulators.google.desks import Route
from connectors.simulators.google.discovery import Method
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

TITLE = "Google Calendar API"
NOT_WRITES = {"events.watch", "channels.stop"}


def is_on(world: World) -> bool:
    return world.calendar_api_on


def operation(method: Method) -> str:
    return method.id.removeprefix("calendar.")


def writes(method: Method) -> bool:
    return method.http != "GET" and operation(method) not in NOT_WRITES


def units(_: World, __: Method) -> int:
    return 1


def method_name(method: Method) -> str:
    """As Google names it in details of refusals: `calendar.v3.Events.List`."""
    return "calendar.v3." + ".".join(part[0].upper() + part[1:] for part in operation(method).split("."))


def lists_errors(_: Request) -> bool:
    return True


def _admit(world: World, account: Account, method: Method) -> None:
    """Raises the refusal where the account has no Calendar, the domain blocks it, or too much was asked."""
    if not account.domain_allows:
        said = "The domain administrators have disabled Calendar apps."
        raise ApiError(status=403, message=said, reason="domainPolicy")
    if not account.calendar:
        said = "The user must be signed up for Google Calendar."
        raise CalendarError(status=403, message=said, reason="notACalendarUser", domain="calendar")
    world.calendar_quota.charge(account.email, write=writes(method))


def carry_out(
    world: World, account: Account, scopes: frozenset[str], request: Request, route: Route
) -> dict[str, Any] | None:
    api, method, path = route
    _admit(world, account, method)
    query = requests.query(method, request.query)
    wanted = requests.wanted(str(query["fields"]), api, method)
    found = OPERATIONS.get(operation(method))
    if found is None:
        raise not_simulated(method.id)
    asked = Asked(
        world=world,
        account=account,
        scopes=scopes & method.scopes,
        path=path,
        query=query,
        body=requests.body(api, method, request.body),
        request=request,
    )
    answer = found(asked)
    return None if answer is None else fields.select(wanted, answer)
