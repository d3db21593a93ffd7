"""What the contract of tasks needs from outside of a connector: somebody who enters, changes and deletes tasks.

Fields are those of `Task`, by name. Ids and refs are the provider's own, as the connector tells them.
"""

from __future__ import annotations

from typing import Any, Protocol

from connectors.protocol import MailConnector
from connectors.records import Ref, Task
from tests.contract.connectors.stage import Trouble


class TaskMailStage(Protocol):
    """The tasks of one account at a provider that is made for the test, with nothing among them."""

    @property
    def address(self) -> str:
        """In lower case, as we know it."""

    def open(self) -> MailConnector:
        """A connector as another process would open it; it is closed after the test."""

    def neighbour(self) -> TaskMailStage:
        """Another account at the same provider."""

    def pages_of(self, size: int) -> None:
        """From now on a page of a read holds so many entries at the most."""

    def add(self, task: Task, tasklist: str = "") -> Ref:
        """Somebody enters a task into the list of that name, which is made where it is not there; "" is the list that
        is there from the beginning.
        """

    def drop_list(self, tasklist: str) -> None:
        """Somebody deletes a list with all that is in it."""

    def edit(self, ref: Ref, **fields: Any) -> Ref: ...

    def delete(self, ref: Ref) -> None: ...

    def move(self, ref: Ref, tasklist: str) -> Ref:
        """Somebody puts a task into another list."""

    def touch(self, ref: Ref) -> Ref:
        """Something of no account changes: the version is another one, and the content is not."""

    def wait(self, days: int) -> None:
        """So many days go by, here and at the provider."""

    def living(self) -> list[str]:
        """The ids of all tasks that are there."""

    def forget_cursors(self) -> None:
        """Every cursor so far is too old for all deletions since to be known."""

    def lose_answer(self) -> None:
        """The next write is carried out, and its answer is lost."""

    def end_access(self, how: str) -> None:
        """The token in hand is `expired` or `revoked`."""

    def strike(self, trouble: Trouble) -> None: ...

    def calls(self) -> int:
        """Requests so far; many writes in one request count once."""
