"""How Tasks takes a request that the gate let in: domain, parameters, body, quota, method, fields."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google import discovery, fields
from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.desks import Route
from connectors.simulators.google.discovery import Method
from connectors.simulators.google.tasks.asked import Asked
from connectors.simulators.google.tasks.methods import OPERATIONS
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

TITLE = "Google Tasks API"


def is_on(world: World) -> bool:
    return world.tasks_api_on


def operation(method: Method) -> str:
    return method.id.removeprefix("tasks.")


def writes(method: Method) -> bool:
    return method.http != "GET"


def units(_: World, __: Method) -> int:
    return 1


def method_name(method: Method) -> str:
    """As Google names it in details of refusals: `google.apps.tasks.v1.TasksService.ListTasks`. It is a guess."""
    resource, _, verb = operation(method).partition(".")
    noun = "TaskList" if resource == "tasklists" else "Task"
    return f"google.apps.tasks.v1.TasksService.{verb.capitalize()}{noun}{'s' if verb == 'list' else ''}"


def lists_errors(_: Request) -> bool:
    return True


def carry_out(
    world: World, account: Account, scopes: frozenset[str], request: Request, route: Route
) -> dict[str, Any] | None:
    api, method, path = route
    if not account.domain_allows:
        said = "The domain administrators have disabled Tasks apps."
        raise ApiError(status=403, message=said, reason="domainPolicy")
    query = discovery.bind(method, request.query)
    wanted = fields.parse(query["fields"], api, method.response) if query["fields"] else {}
    found = OPERATIONS.get(operation(method))
    if found is None:
        raise not_simulated(method.id)
    body = discovery.parse_body(api, method, request.body)
    world.tasks_quota.charge(account.email)
    world.task_books.of(account.email).forget(world.now())
    asked = Asked(world=world, account=account, scopes=scopes, path=path, query=query, body=body, request=request)
    answer = found(asked)
    return None if answer is None else fields.select(wanted, answer)
