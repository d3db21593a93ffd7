"""What the contract of records that are kept in step needs from outside of a CRM: people who enter and change them.

Fields are those of `Event`, `Task` or `Contact`, by name. Ids are the CRM's own, as the connector tells them.
"""

from __future__ import annotations

from typing import Any, Protocol

from connectors.protocol import CrmConnector
from connectors.records import Person
from tests.contract.connectors.stage import Trouble


class RecordCrmStage(Protocol):
    """One organization at a CRM that is made for the test, without any record of the kind in it."""

    def open(self) -> CrmConnector:
        """A connector as another process would open it; it is closed after the test."""

    def pages_of(self, size: int) -> None:
        """From now on a page of a read holds so many entries at the most."""

    def user(self) -> Person:
        """A colleague, who has a calendar and a task list in the CRM."""

    def create(self, said: Any, owner: Person, /) -> str:
        """Somebody enters a record into the CRM, as this user's: its id."""

    def edit(self, record_id: str, **fields: Any) -> None: ...

    def delete(self, record_id: str) -> None: ...

    def hide(self, record_id: str) -> None:
        """It is there as before, and we may not see it any more."""

    def living(self) -> dict[str, str]:
        """The keys of all records that are there, by id; what the CRM made of them by itself is left out."""

    def refuse(self, words: str, message: str) -> None:
        """A rule of the CRM refuses records with these words in their title, and says `message`."""

    def allow(self) -> None:
        """No such rule refuses anything any more."""

    def forget_cursors(self) -> None:
        """Every cursor so far lies too far back for deletions to be known."""

    def lose_answer(self) -> None:
        """The next write is carried out, and its answer is lost."""

    def end_access(self, how: str) -> None:
        """The token in hand is `expired` or `revoked`."""

    def strike(self, trouble: Trouble) -> None: ...

    def calls(self) -> int:
        """Requests so far."""
