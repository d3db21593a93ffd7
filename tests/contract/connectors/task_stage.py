"""What the contract of tasks needs from outside of a connector: somebody who enters, changes and deletes tasks.

Fields are those of `Task`, by name. Ids and refs are the provider's own, as the connector tells them.
"""

from __future__ import annotations

from typing import Protocol

from connectors.protocol import MailConnector
from connectors.records import Ref, Task
from tests.contract.connectors.list_contract import ListStage


class TaskMailStage(ListStage, Protocol):
    """The tasks of one account at a provider that is made for the test, with nothing among them."""

    @property
    def address(self) -> str:
        """In lower case, as we know it."""

    def open(self) -> MailConnector:
        """A connector as another process would open it; it is closed after the test."""

    def add(self, task: Task, /, tasklist: str = "") -> Ref:
        """Somebody enters a task into the list of that name, which is made where it is not there; "" is the list that
        is there from the beginning.
        """

    def drop_list(self, tasklist: str) -> None:
        """Somebody deletes a list with all that is in it."""

    def move(self, ref: Ref, tasklist: str) -> Ref:
        """Somebody puts a task into another list."""
