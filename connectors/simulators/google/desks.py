"""What the APIs do each in their own way with a request that the gate let in. Modules named `desk` are such desks."""

from __future__ import annotations

from typing import Any, Protocol

from connectors.simulators.google.discovery import Api, Method
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

Route = tuple[Api, Method, dict[str, str]]


class Desk(Protocol):
    """`TITLE` is the API's name in Google's console."""

    TITLE: str

    def is_on(self, world: World) -> bool:
        """Whether the project has enabled the API."""

    def operation(self, method: Method) -> str:
        """The method's name in the log of calls."""

    def writes(self, method: Method) -> bool:
        """Whether the method changes what people would notice."""

    def units(self, world: World, method: Method) -> int:
        """What the method costs; 1 where an API only counts calls."""

    def method_name(self, method: Method) -> str:
        """As Google names it in details of refusals."""

    def lists_errors(self, request: Request) -> bool:
        """Whether refusals have `errors` beside their `status`."""

    def carry_out(
        self, world: World, account: Account, scopes: frozenset[str], request: Request, route: Route
    ) -> dict[str, Any] | None:
        """The answer as JSON, `None` for a method that answers nothing. Raises `ApiError`."""
