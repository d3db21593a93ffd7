"""Address books and their contacts. Every book counts its changes; a sync token is a place in that count.

A write is seen by `get` at once. Lists tell of it after the book's delay, as Google's do: it documents several
minutes for requests that sync (https://developers.google.com/people/api/rest/v1/people.connections/list), users saw
5 to 15 seconds. Whether a list without a sync token is spared is not known; here it is late, too.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

KEPT = 7 * 24 * 3600.0  # for so long a sync token is good, and a deleted contact remembered
Fields = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a contact was from one change on: `fields` without what the server says itself.

    `change` is its place in the book's count; lists tell of it from `known_at` on, in seconds since 1970.
    """

    fields: Fields
    change: int
    at: float
    known_at: float
    deleted: bool = False


@dataclass(kw_only=True)
class Contact:
    """`versions` are the newest one that lists know of and those after it, oldest first."""

    id: int
    versions: list[Version] = field(default_factory=list)

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    def known(self, change: int) -> Version | None:
        """The newest version up to that change; `None` where the contact came later."""
        return next((v for v in reversed(self.versions) if v.change <= change), None)

    @property
    def resource_name(self) -> str:
        return f"people/c{self.id}"

    @property
    def source_id(self) -> str:
        return f"{self.id:x}"

    def etag(self, version: Version) -> str:
        """That of the source. It is another one after each change, and tells nothing else."""
        digest = sha256(f"{self.id}:{version.change}".encode()).digest()
        return f"#{base64.b64encode(digest[:8]).decode()}"


@dataclass(kw_only=True)
class Group:
    """A contact group that its owner made. `change` grows with whatever happens to it."""

    id: str
    name: str
    client_data: list[dict[str, str]] = field(default_factory=list)
    change: int = 0
    at: float = 0.0


@dataclass(kw_only=True)
class AddressBook:
    """The contacts of one account. `delay` is in seconds; `groups` are Google's own groups that take members from
    clients, `own` those that the account's owner made.
    """

    owner: str
    contacts: dict[int, Contact] = field(default_factory=dict)
    groups: tuple[str, ...] = ("myContacts", "starred")
    own: dict[str, Group] = field(default_factory=dict)
    change: int = 0
    generation: int = 0  # of the sync tokens: those of an earlier one are too old
    delay: float = 0.0
    late: dict[int, float] = field(default_factory=dict)  # changes that lists do not tell of yet, with their moments

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({"own": {}} | state)  # kept by a simulator that had no groups of people's own

    def put(self, contact_id: int, fields: Fields, now: float, *, deleted: bool = False) -> Contact:
        """Stores what the contact is from now on, as the book's newest change."""
        known = self.known(now)
        self.change += 1
        contact = self.contacts.setdefault(contact_id, Contact(id=contact_id))
        version = Version(fields=fields, change=self.change, at=now, known_at=now + self.delay, deleted=deleted)
        if self.delay:
            self.late[self.change] = version.known_at
        before = contact.known(known)
        contact.versions = [v for v in contact.versions if v is before or v.change > known] + [version]
        return contact

    def living(self, resource_name: str) -> Contact | None:
        """The contact of that name as it is at this moment; `None` for a deleted one."""
        digits = resource_name.removeprefix("people/c")
        contact = self.contacts.get(int(digits)) if digits.isascii() and digits.isdigit() else None
        return None if contact is None or contact.latest.deleted else contact

    @property
    def all_living(self) -> list[Contact]:
        return [contact for contact in self.contacts.values() if not contact.latest.deleted]

    def known(self, now: float) -> int:
        """The change up to which lists tell everything."""
        self.late = {change: at for change, at in self.late.items() if at > now}
        return min(self.late) - 1 if self.late else self.change

    def forget(self, now: float) -> None:
        """Drops deleted contacts that no sync token can ask for any more."""
        for contact in [c for c in self.contacts.values() if c.latest.deleted and c.latest.known_at < now - KEPT]:
            del self.contacts[contact.id]

    def expire_tokens(self) -> None:
        """From now on every sync token that was given out is too old."""
        self.generation += 1


class AddressBooks:
    """Not safe for threads by itself: the simulator holds its lock around every request."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random.Random("people")
        self.by_account: dict[str, AddressBook] = {}

    def of(self, email: str) -> AddressBook:
        """The account's own book, made when it is first looked for."""
        return self.by_account.setdefault(email, AddressBook(owner=email))

    def forget_account(self, email: str) -> None:
        self.by_account.pop(email, None)

    def new_id(self) -> int:
        return self._random.getrandbits(62) | 1 << 60

    def now(self) -> float:
        return self._clock()
