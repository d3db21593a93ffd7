"""What the contract of events needs from outside of a connector: people who enter, change and delete events.

Fields are those of `Event`, by name. Ids and refs are the provider's own, as the connector tells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from connectors.protocol import MailConnector
from connectors.records import Event, Person, Ref, Response
from tests.contract.connectors.record_crm_stage import RecordCrmStage
from tests.contract.connectors.stage import Trouble


class EventMailStage(Protocol):
    """One calendar at a provider that is made for the test, with nothing in it."""

    @property
    def address(self) -> str:
        """In lower case, as we know it."""

    def open(self) -> MailConnector:
        """A connector as another process would open it; it is closed after the test."""

    def neighbour(self) -> EventMailStage:
        """Another calendar at the same provider."""

    def pages_of(self, size: int) -> None:
        """From now on a page of a read holds so many entries at the most."""

    def add(self, event: Event) -> Ref:
        """Somebody enters an event; its `uid` and its organizer are the provider's affair."""

    def repeat(self, event: Event, times: int) -> list[Ref]:
        """Somebody enters a series, once a day for so many days: its occurrences."""

    def share(self, event: Event, *guests: EventMailStage) -> list[Ref]:
        """Somebody invites others: our own copy, which leads, then the guests' copies in their order."""

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        """Somebody changes an event, or one occurrence of a series."""

    def delete(self, ref: Ref) -> None: ...

    def touch(self, ref: Ref) -> Ref:
        """Something of no account changes: the version is another one, and the content is not."""

    def paint(self, ref: Ref, colour: str) -> Ref:
        """Somebody gives this copy a colour, by the number that Google has for it."""

    def colour(self, ref: Ref) -> str:
        """What colour this copy has now; "" is the calendar's own."""

    def living(self) -> list[str]:
        """The ids of all events that are there, single ones and occurrences."""

    def forget_cursors(self) -> None: ...

    def lose_answer(self) -> None:
        """The next write is carried out, and its answer is lost."""

    def end_access(self, how: str) -> None:
        """The token in hand is `expired` or `revoked`."""

    def strike(self, trouble: Trouble) -> None: ...

    def calls(self) -> int:
        """Requests so far; many writes in one request count once."""


class FurtherStage(EventMailStage, Protocol):
    """A calendar of somebody else's beside the account's own, which shares it with the account. Refs that it gives are
    the provider's own within it."""

    @property
    def beside(self) -> str:
        """The id of the further calendar."""

    def further(self) -> FurtherStage:
        """The calendar beside this one; what is done by it is done there."""

    def open_with(self, *calendars: str) -> MailConnector:
        """A connector for the account with these further calendars; it is closed after the test."""

    def take_away(self) -> None:
        """The calendar is not shared with the account any more."""

    def show_only(self) -> None:
        """The account may see its events, and not change them."""


class EventCrmStage(RecordCrmStage, Protocol):
    """One organization at a CRM that is made for the test, without any event in it."""

    def contact(self, address: str) -> Person: ...

    def lead(self, address: str) -> Person: ...

    def remove(self, person: Person) -> None: ...

    def create(self, event: Event, owner: Person, invited: Sequence[Person] = ()) -> str:
        """Somebody enters an event into the CRM, in this user's calendar: its id."""

    def repeat(self, event: Event, owner: Person, times: int) -> list[str]:
        """Somebody enters a series in the CRM's own way, once a day for so many days: its occurrences."""

    def invited(self, record_id: str) -> dict[str, Response]:
        """Who is related to an event and what they said, by the id of the person."""
