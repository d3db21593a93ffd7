"""How Calendar takes a request that the gate let in: service on, quota, parameters, body, method, fields."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google import fields
from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.calendar import requests
from connectors.simulators.google.calendar.errors import CalendarError
from connectors.simulators.google.calendar.methods import OPERATIONS
from connectors.simulators.google.calendar.rights import Asked
from connectors.simulators.google.discovery import Api, Method
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

PREFIX = "calendar."


def short(method: Method) -> str:
    return method.id.removeprefix(PREFIX)


def method_name(method: Method) -> str:
    """As Google names it in details of refusals: `calendar.v3.Events.List`."""
    return "calendar.v3." + ".".join(part[0].upper() + part[1:] for part in short(method).split("."))


def admit(world: World, account: Account, method: Method) -> None:
    """Raises the refusal where the account has no Calendar, the domain blocks it, or too much was asked."""
    if not account.domain_allows:
        said = "The domain administrators have disabled Calendar apps."
        raise ApiError(status=403, message=said, reason="domainPolicy")
    if not account.calendar:
        said = "The user must be signed up for Google Calendar."
        raise CalendarError(status=403, message=said, reason="notACalendarUser", domain="calendar")
    world.calendar_quota.charge(account.email, write=method.http != "GET")


def carry_out(
    world: World, account: Account, scopes: frozenset[str], request: Request, route: tuple[Api, Method, dict[str, str]]
) -> dict[str, Any] | None:
    api, method, path = route
    query = requests.query(method, request.query)
    wanted = requests.wanted(str(query["fields"]), api, method)
    operation = OPERATIONS.get(short(method))
    if operation is None:
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
    answer = operation(asked)
    return None if answer is None else fields.select(wanted, answer)
