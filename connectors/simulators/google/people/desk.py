"""How People takes a request that the gate let in: domain, quota, parameters, body, method, fields."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google import discovery, fields
from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.desks import Route
from connectors.simulators.google.discovery import Method
from connectors.simulators.google.people import listing
from connectors.simulators.google.people.asked import Asked
from connectors.simulators.google.people.methods import OPERATIONS
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

TITLE = "People API"
_NAMES = {"get": "GetPerson", "connections.list": "ListConnections"}


def is_on(world: World) -> bool:
    return world.people_api_on


def operation(method: Method) -> str:
    return method.id.removeprefix("people.")


def writes(method: Method) -> bool:
    return method.http != "GET"


def units(_: World, __: Method) -> int:
    return 1


def method_name(method: Method) -> str:
    """As Google names it in details of refusals: `google.people.v1.PeopleService.ListConnections`.

    What the service of contact groups is called there is not on record.
    """
    if method.id.startswith("people.contactGroups."):
        verb = method.id.rpartition(".")[2]
        return f"google.people.v1.ContactGroupsService.{verb[0].upper() + verb[1:]}ContactGroups"
    short = method.id.removeprefix("people.people.")
    last = short.rpartition(".")[2]
    return f"google.people.v1.PeopleService.{_NAMES.get(short, last[0].upper() + last[1:])}"


def lists_errors(request: Request) -> bool:
    return request.first("$.xgafv") == "1"


def carry_out(
    world: World, account: Account, scopes: frozenset[str], request: Request, route: Route
) -> dict[str, Any] | None:
    api, method, path = route
    if not account.domain_allows:
        said = "The domain administrators have disabled Contacts apps."
        raise ApiError(status=403, message=said, reason="domainPolicy")
    query = discovery.bind(method, request.query)
    wanted = fields.parse(query["fields"], api, method.response) if query["fields"] else {}
    found = OPERATIONS.get(operation(method))
    if found is None:
        raise not_simulated(method.id)
    body = discovery.parse_body(api, method, request.body)
    full = found is listing.answer and listing.is_full_sync(request.query)
    world.people_quota.charge(account.email, operation(method), full_sync=full)
    world.address_books.of(account.email).forget(world.now())
    asked = Asked(world=world, account=account, scopes=scopes, path=path, query=query, body=body)
    answer: dict[str, Any] = fields.select(wanted, found(asked))
    return answer
