"""A request to People that was let in, and the contact that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.people.errors import not_a_contact, not_found
from connectors.simulators.google.people.store import AddressBook, Contact
from connectors.simulators.google.world import Account, World

ME = "people/me"
CONTACTS = {"https://www.googleapis.com/auth/contacts", "https://www.googleapis.com/auth/contacts.readonly"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose contacts, with which scopes, and the checked path, query and body."""

    world: World
    account: Account
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: dict[str, Any]

    @property
    def book(self) -> AddressBook:
        return self.world.address_books.of(self.account.email)

    @property
    def now(self) -> float:
        return self.world.now()


# The answer as JSON.
Operation = Callable[[Asked], dict[str, Any]]


def is_me(asked: Asked, resource_name: str) -> bool:
    return resource_name in (ME, f"people/{asked.account.subject}")


def found(asked: Asked, resource_name: str) -> Contact:
    """The contact of that name. Raises the refusal 404, as for one that the scopes do not reach."""
    contact = asked.book.living(resource_name) if CONTACTS & asked.scopes else None
    if contact is None:
        raise not_found()
    return contact


def writable(asked: Asked, resource_name: str) -> Contact:
    """Likewise, to change it. Raises the refusal 400 for a person that is no contact."""
    if is_me(asked, resource_name):
        raise not_a_contact(resource_name)
    return found(asked, resource_name)
