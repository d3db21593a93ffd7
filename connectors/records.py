"""What travels between mailboxes and Salesforce, in nobody's dialect: frozen, provider-neutral values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from connectors.calendars import Conference
from connectors.contacts import Contact
from connectors.fills import NO_FILLS, Fill
from connectors.relations import Opportunity


class Resource(StrEnum):
    EMAIL = "email"
    EVENT = "event"
    TASK = "task"
    CONTACT = "contact"


class Direction(StrEnum):
    TO_CRM = "to_crm"
    TO_MAILBOX = "to_mailbox"


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
    AUTOMATIC = "automatic"  # nobody wrote it: a bounce, an answer while somebody is away
    SEALED = "sealed"  # encrypted, or inside of its signature: what it says is for whoever has the key
    HEADERS_ONLY = "headers_only"  # by the organization's choice: nothing else of it was read
    UNREADABLE = "unreadable"  # headers at most: its inside could not be taken apart


@dataclass(frozen=True, kw_only=True)
class Ref:
    """Where a record stands at its provider: an id that never changes, and a version if there is one."""

    id: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a mailbox can put on its messages: an id that never changes, and a name that people may change."""

    id: str
    name: str


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
    """An attachment by name; `size` is in bytes, decoded. `inline` is a picture that the HTML shows."""

    name: str
    content_type: str
    size: int
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Email:
    """One message. Texts are decoded; `message_id` is without angle brackets and "" where there is none.

    `date` is aware and in UTC. Where the header is missing or unreadable it is the provider's own date.
    `references` are the messages it answers, oldest first; `thread` is the mailbox's own name of the thread.
    `labels` are the ids of those that the mailbox has put on it, which is no part of what it says.
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
    labels: frozenset[str] = frozenset()

    @property
    def sender(self) -> Address | None:
        return next(iter(self.addresses(Party.FROM)), None)

    def addresses(self, *parties: Party) -> tuple[Address, ...]:
        return tuple(p.address for p in self.participants if p.party in parties)


class EventKind(StrEnum):
    """What an entry in a calendar is. `OTHER` is whatever a provider has beyond these, and is no meeting either."""

    MEETING = "meeting"
    ABSENCE = "absence"
    BIRTHDAY = "birthday"
    FOCUS_TIME = "focus_time"
    WORKING_LOCATION = "working_location"
    FROM_MAIL = "from_mail"
    OTHER = "not_a_meeting"


class Response(StrEnum):
    """What somebody who is invited has said."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, kw_only=True)
class Attendee:
    address: Address
    response: Response = Response.NONE


@dataclass(frozen=True, kw_only=True)
class Event:
    """One meeting, or one occurrence of a series, as one side shows it. Texts are decoded.

    `uid` is the iCalUID and `occurrence` the start that the series first gave it: `20261128T150000Z`, `20261128` for
    whole days, "" where there is no series. `start` and `end` are aware and in UTC, the end is the first moment after
    it; of an `all_day` event both are midnight UTC of its dates. `leads` says that this copy is the organizer's, which
    may change what all copies share. `key` is our key where the record carries one. `changed_at` is when it was last
    changed.
    """

    uid: str
    title: str
    start: datetime
    end: datetime
    occurrence: str = ""
    all_day: bool = False
    text: str = ""
    location: str = ""
    busy: bool = True
    private: bool = False
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    conference: Conference | None = None
    leads: bool = True
    series: str = ""
    kind: EventKind = EventKind.MEETING
    key: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing that somebody is to do, as one side shows it. Texts are decoded.

    `due` is a day, of nobody's time zone, None where it has none. `key` is our key where the record carries one;
    `changed_at` is when it was last changed, aware and in UTC.
    """

    title: str
    text: str = ""
    due: date | None = None
    done: bool = False
    key: str = ""
    changed_at: datetime | None = None


Record = Event | Task | Contact  # what is kept in step both ways


def an_event(record: object) -> Event:
    """It, where it is an event. Raises TypeError where it is something else."""
    if not isinstance(record, Event):
        raise TypeError(f"a {type(record).__name__} is no event")
    return record


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days that are kept in step, aware, in UTC: events that end after `start` and begin before `end`, tasks but
    for those that were done before it began, and all contacts."""

    start: datetime
    end: datetime

    def holds(self, record: Record) -> bool:
        if isinstance(record, Contact):
            return True
        if isinstance(record, Task):
            return not record.done or record.changed_at is None or record.changed_at > self.start
        return record.end > self.start and record.start < self.end


class PersonKind(StrEnum):
    CONTACT = "contact"
    LEAD = "lead"
    USER = "user"
    ACCOUNT = "account"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the CRM knows under an address, which is `secondary` where another one is their first, or an account
    that it knows under a domain, with a sign before it: `@customer.example`.

    `account_id` is "" for all but contacts that have one; that of a person account is the person's own account.
    `active` is the day of their last activity, None where there is none or it was not asked for; so are the open
    `opportunities`, of the account or those in which a contact has a role, oldest first.
    """

    kind: PersonKind
    id: str
    email: str
    name: str = ""
    account_id: str = ""
    secondary: bool = False
    active: date | None = None
    opportunities: tuple[Opportunity, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A relation of a message: this person plays this part in it."""

    party: Party
    person_id: str
    address: str


@dataclass(frozen=True, kw_only=True)
class PersonWrite:
    """A lead to create. `key` is unique in the CRM, so that writing it twice makes one; `keyless` as of a message."""

    key: str
    email: str
    first_name: str
    last_name: str
    company: str
    owner_id: str = ""
    keyless: bool = False
    fills: tuple[Fill, ...] = NO_FILLS
    anyway: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseWrite:
    """A case to open for a conversation. `key` is unique in the CRM; a case that has it already stays as it is.

    `owner_id` is a user or a queue, "" for whom the CRM gives it to; `contact_id` "" where nobody is known under the
    address of the `sender`.
    """

    key: str
    subject: str
    text: str = ""
    sender: Address | None = None
    contact_id: str = ""
    owner_id: str = ""
    fills: tuple[Fill, ...] = NO_FILLS


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Several people in the CRM who may own cases together."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CrmUser:
    """Somebody who works in the CRM, and may own records there."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class EmailWrite:
    """A message to create with its relations. `key` is unique in the CRM.

    It is about the opportunity, or else about the account. With `case_id` it is a message of that case, and of no other
    record than people; then these do not count. `files` are the ids of those that it takes along (see
    `CrmConnector.find_files`): later there is no way to add one. A `keyless` one is written without any field of our
    own, since the CRM has none: writing it twice makes two. `fills` are what people filled in for this record, here and
    in every other write.
    """

    key: str
    email: Email
    incoming: bool
    links: tuple[Link, ...] = ()
    account_id: str = ""
    opportunity_id: str = ""
    case_id: str = ""
    files: tuple[str, ...] = ()
    keyless: bool = False
    fills: tuple[Fill, ...] = NO_FILLS


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody whom the CRM knows and who is invited."""

    kind: PersonKind
    id: str
    response: Response = Response.NONE


@dataclass(frozen=True, kw_only=True)
class RecordWrite:
    """An event, a task or a contact as it is to stand in the CRM. `record` None: the one with `record_id` is to be
    gone, a `resource`.

    Without `record_id` it is made under `key`, which is unique there; one that has the key already is adopted and
    brought up to date. `version` is our own number of this state of the item: the CRM refuses a lower one than it has.
    `owner_id`, and `account_id` of a contact, count where it is made; later it stays with whom it belongs to.
    `invitees` are all of those who are to be related to an event, the first contact or lead before the others; the
    owner among them is left out. With `record_id` only these `fields` of a task or a contact are written: where the CRM
    knows more, as how far it has come, the rest stays. A new event is about the account or opportunity `about_id`, if
    there is one. With `anyway` a person has said that it is no duplicate, which counts where the CRM's rules allow it;
    so in a lead.
    """

    resource: Resource
    key: str
    version: int
    record: Record | None
    record_id: str = ""
    owner_id: str = ""
    invitees: tuple[Invitee, ...] = ()
    about_id: str = ""
    fields: frozenset[str] = frozenset()
    account_id: str = ""
    fills: tuple[Fill, ...] = NO_FILLS
    anyway: bool = False


Write = PersonWrite | CaseWrite | EmailWrite | RecordWrite


@dataclass(frozen=True, kw_only=True)
class CrmEmail:
    """A message as it stands in the CRM: `key` is our key, and `message_id`, without angle brackets, and `sender`, in
    lower case, are as a header has them; each "" where it has none. `date` is aware and in UTC.
    """

    ref: Ref
    date: datetime
    key: str = ""
    message_id: str = ""
    subject: str = ""
    sender: str = ""


@dataclass(frozen=True, kw_only=True)
class CrmRecord:
    """An event, a task or a contact as it stands in the CRM. `ref.version` is its modification stamp, `version` our
    number of it (0 where it has none), `key` our key ("" where it has none), `owner_id` the user whose it is. Of an
    event, `uid` and `occurrence` are "", and there is nobody: who is invited is not read back. How it is joined is told
    apart from its text.
    """

    ref: Ref
    record: Record
    key: str = ""
    version: int = 0
    owner_id: str = ""

    @property
    def event(self) -> Event:
        """The record, where it is an event. Raises TypeError where it is something else."""
        return an_event(self.record)


@dataclass(frozen=True, kw_only=True)
class CrmChange:
    """One entry of what changed in the CRM. `record` is None exactly where it was deleted."""

    record_id: str
    record: CrmRecord | None = None


@dataclass(frozen=True, kw_only=True)
class CrmPage:
    """A piece of what changed in the CRM. `cursor` covers what precedes it; `complete` means no more."""

    changes: tuple[CrmChange, ...] = ()
    cursor: str
    complete: bool


@dataclass(frozen=True, kw_only=True)
class Put:
    """An event, a task or a contact as it is to stand in a mailbox. `record` None: the one behind `ref` is to be gone,
    a `resource`.

    Without `ref` an event is made under an id that follows from `key` and `generation`, so that writing it twice makes
    one; where one with that id was deleted for good, the answer is an `ItemError` of kind CONFLICT whose code ends in
    `generation`. A conference is for people to add: it comes without. The id of a task or a contact is the provider's
    choice: writing it twice makes two (see `MailConnector.twins`). A contact that is made is among those that are kept
    in step, and carries the key. With `ref` only `fields` of it are written, and only if it still has the version in
    `ref`: else the answer is an `ItemError` of kind CONFLICT. Nobody is told by mail.
    """

    resource: Resource
    key: str
    record: Record | None
    generation: int = 0
    ref: Ref | None = None
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Marking:
    """Whether an event is to be marked as failed. `before` is what `mark` said it looked like, to put it back.

    `None` says that nobody heard the answer: put back is what the event itself remembers, and nothing if it does not.
    """

    ref: Ref
    on: bool
    before: str | None = ""


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
    """One entry of a change feed. `gone` is a tombstone; `record` is there only if the feed carries bodies.

    `outside` says that nothing of it lies in the window that was asked for; then `record` stands for all of it.
    """

    ref: Ref
    gone: bool = False
    record: Email | Record | None = None
    outside: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A piece of a change feed. `cursor` covers exactly the changes up to here; `complete` means no more.

    `calendar` is the further calendar that it is of, "" for the account's own and for whatever is no calendar. `lost`:
    that calendar is not there any more, or not for us. `lags`: what it says of a record that we have ever written may
    be older than our write; whoever wants to know how that one stands looks at it by name.
    """

    changes: tuple[RemoteChange, ...] = field(default=())
    cursor: str
    complete: bool
    calendar: str = ""
    lost: bool = False
    lags: bool = False
