"""The contract that every connector keeps, and that one test class checks on all of them.

Two kinds of failure, never mixed up. What stops the whole call is raised as `ConnectorError`. What
concerns one record of many is returned in its place as an `ItemError`, next to the successes. No
connector tries again, sleeps, or renews a token: the engine is the only one who decides on that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Protocol

from connectors.errors import ItemError
from connectors.records import (
    Account,
    Allowance,
    Email,
    Page,
    Person,
    Ref,
    Resource,
    Write,
)


class MailConnector(Protocol):
    """One mailbox."""

    key: ClassVar[str]
    resources: ClassVar[frozenset[Resource]]

    def check(self) -> Account:
        """The cheapest authenticated call. Raises `ConnectorError`."""

    def pull(self, resource: Resource, cursor: str | None) -> Iterator[Page]:
        """Pages of the change feed, oldest first; one request a page. `None` starts with a full read.

        A page's cursor is good for another process and another day. A cursor that the provider has
        forgotten raises `ConnectorError` of kind `CURSOR_EXPIRED`; one of another mailbox or resource,
        or one that was tampered with, raises it too.
        """

    def get(self, resource: Resource, refs: Sequence[Ref]) -> list[Email | ItemError]:
        """The records behind `refs`, in their order. One that is gone is an `ItemError` of kind `NOT_FOUND`."""

    def url(self, resource: Resource, ref: Ref) -> str:
        """Opens the item in the provider's own pages."""

    def close(self) -> None:
        """Gives connections back; the connector is not used afterwards."""


class CrmConnector(Protocol):
    """One CRM organization."""

    key: ClassVar[str]

    def check(self) -> Account:
        """The cheapest authenticated call. Raises `ConnectorError`."""

    def find_people(self, addresses: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
        """Who has these addresses: every address asked for is a key, in lower case; unknown ones are empty.

        Contacts come before leads, each by age, oldest first. Converted leads are left out.
        """

    def push(self, writes: Sequence[Write]) -> list[Ref | ItemError]:
        """Creates what is not there yet, in order; an existing record with the same key is adopted.

        A record without all of its relations is an `ItemError`, and pushing it again completes it.
        Raises `ConnectorError` only when nothing is known of any of the writes.
        """

    def url(self, ref: Ref) -> str:
        """Opens the record in the CRM's own pages."""

    def allowance(self) -> Allowance:
        """API calls used and allowed, as the last answers said; costs no call."""

    def close(self) -> None:
        """Gives connections back; the connector is not used afterwards."""
