"""What the contract of contacts needs from outside of a connector: somebody who enters, changes and deletes them.

Fields are those of `Contact`, by name. Ids and refs are the provider's own, as the connector tells them.
"""

from __future__ import annotations

from typing import Protocol

from connectors.contacts import Contact
from connectors.protocol import MailConnector
from connectors.records import Ref
from tests.contract.connectors.list_contract import ListStage


class ContactMailStage(ListStage, Protocol):
    """The contacts of one account at a provider that is made for the test, with nothing among them."""

    @property
    def address(self) -> str:
        """In lower case, as we know it."""

    def open(self) -> MailConnector:
        """A connector as another process would open it; it is closed after the test."""

    def add(self, contact: Contact, /, *, outside: bool = False) -> Ref:
        """Somebody enters a contact, into our group or, `outside`, into none of ours."""

    def share(self, ref: Ref) -> Ref:
        """Somebody puts a contact into our group."""

    def keep(self, ref: Ref) -> Ref:
        """Somebody takes a contact out of our group."""

    def drop_group(self) -> None:
        """Somebody deletes our group, and none of its contacts."""

    def shared(self) -> list[str]:
        """The ids of those in our group."""
