"""What travels between mailboxes and Salesforce, in nobody's dialect: frozen, provider-neutral values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Resource(StrEnum):
    EMAIL = "email"


class Direction(StrEnum):
    TO_CRM = "to_crm"


class NoMatch(StrEnum):
    """What becomes of a message that fits nobody in the CRM."""

    LOG = "log"
    LEAD = "lead"
    FILTER = "filter"


class Party(StrEnum):
    """The part that an address plays in a message."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"


class Flag(StrEnum):
    """What a rule may go by: where the provider filed the message, and whether we could read all of it."""

    DRAFT = "draft"
    SPAM = "spam"
    TRASH = "trash"
    SENT = "sent"
    OVERSIZED = "oversized"  # headers only: the message is larger than the installer allows
    UNREADABLE = "unreadable"  # headers at most: its inside could not be taken apart


@dataclass(frozen=True, kw_only=True)
class Ref:
    """Where a record stands at its provider: an id that never changes, and a version if there is one."""

    id: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Address:
    """A person as a header names one. `email` is lower case; it is kept as it came even if malformed."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Participant:
    party: Party
    address: Address


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """An attachment by name; `size` is in bytes, decoded."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Email:
    """One message. Texts are decoded; `message_id` is without angle brackets and "" where there is none.

    `date` is aware and in UTC. Where the header is missing or unreadable it is the provider's own date.
    `references` are the messages it answers, oldest first; `thread` is the mailbox's own name of the thread.
    """

    message_id: str
    date: datetime
    subject: str
    participants: tuple[Participant, ...]
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    references: tuple[str, ...] = ()
    thread: str = ""
    flags: frozenset[Flag] = frozenset()

    @property
    def sender(self) -> Address | None:
        return next(iter(self.addresses(Party.FROM)), None)

    def addresses(self, *parties: Party) -> tuple[Address, ...]:
        return tuple(p.address for p in self.participants if p.party in parties)


class PersonKind(StrEnum):
    CONTACT = "contact"
    LEAD = "lead"
    USER = "user"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the CRM knows under an address. `account_id` is "" for all but contacts that have one."""

    kind: PersonKind
    id: str
    email: str
    name: str = ""
    account_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A relation of a message: this person plays this part in it."""

    party: Party
    person_id: str
    address: str


@dataclass(frozen=True, kw_only=True)
class PersonWrite:
    """A lead to create. `key` is unique in the CRM, so that writing it twice makes one."""

    key: str
    email: str
    first_name: str
    last_name: str
    company: str
    owner_id: str = ""


@dataclass(frozen=True, kw_only=True)
class EmailWrite:
    """A message to create with its relations. `key` is unique in the CRM."""

    key: str
    email: Email
    incoming: bool
    links: tuple[Link, ...] = ()
    account_id: str = ""


Write = PersonWrite | EmailWrite


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who we are at a provider: the answer of the cheapest authenticated call."""

    id: str
    name: str
    organization_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """API calls used and allowed in the provider's own window; `None` where it did not say."""

    used: int | None = None
    allowed: int | None = None


@dataclass(frozen=True, kw_only=True)
class RemoteChange:
    """One entry of a change feed. `gone` is a tombstone; `record` is there only if the feed carries bodies."""

    ref: Ref
    gone: bool = False
    record: Email | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A piece of a change feed. `cursor` covers exactly the changes up to here; `complete` means no more."""

    changes: tuple[RemoteChange, ...] = field(default=())
    cursor: str
    complete: bool
