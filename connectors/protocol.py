"""The contract that every connector keeps, and that one test class checks on all of them.

Two kinds of failure, never mixed up. What stops the whole call is raised as `ConnectorError`. What
concerns one record of many is returned in its place as an `ItemError`, next to the successes. No
connector tries again, sleeps, or renews a token: the engine is the only one who decides on that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from connectors.attachments import FileWrite
from connectors.calendars import Calendar
from connectors.doubles import Double
from connectors.errors import ItemError
from connectors.facts import USUAL, Survey, Wishes
from connectors.field_maps import FieldMap, Fit
from connectors.fills import Sheet
from connectors.hints import Channel, Place, Promise
from connectors.loads import Load, Loaded
from connectors.needs import Need
from connectors.records import (
    Account,
    Allowance,
    CrmEmail,
    CrmPage,
    CrmRecord,
    CrmUser,
    Email,
    Label,
    Marking,
    Page,
    Person,
    Put,
    Queue,
    Record,
    RecordWrite,
    Ref,
    RemoteChange,
    Resource,
    Window,
    Write,
)
from connectors.relations import PEOPLE_ALONE, Sought


class MailConnector(Protocol):
    """One mailbox."""

    key: ClassVar[str]
    resources: ClassVar[frozenset[Resource]]

    def check(self) -> Account:
        """The cheapest authenticated call. Raises `ConnectorError`."""

    def labels(self) -> list[Label]:
        """Those of the mailbox, the provider's own as well. One request. Raises `ConnectorError`."""

    def failed_label(self) -> str:
        """The id of the label that messages get which failed, `labels.FAILED`; made where none has that name. Three
        requests at the most. Raises `ConnectorError`: of kind PERMISSION where we may only read, of kind CONFLICT where
        somebody made it in the same moment, and it is found the next time.
        """

    def label_failed(self, refs: Sequence[Ref], label: str, *, on: bool) -> None:
        """Puts a label (an id) on messages, or takes it off; up to 1,000 of them are one request.

        Doing it again changes nothing, and is no change of the content. What is gone is passed over, and nobody says
        which. A label that is gone is off everywhere; putting it on is a `ConnectorError` of kind NOT_FOUND. Raises
        `ConnectorError`, where some of it may be done.
        """

    def find_calendar(self, id_: str) -> Calendar:
        """A calendar that the account sees beside its own. One request. Raises `ConnectorError`: of kind NOT_FOUND or
        PERMISSION where it is not there, or not for this account."""

    def pull(
        self, resource: Resource, cursor: str | None, window: Window | None = None, labels: Collection[str] = ()
    ) -> Iterator[Page]:
        """Pages of the change feed, oldest first; one request a page. `None` starts with a full read.

        A page's cursor is good for another process and another day. A cursor that the provider has
        forgotten raises `ConnectorError` of kind `CURSOR_EXPIRED`; one of another mailbox or resource,
        or one that was tampered with, raises it too.

        A full read of messages shows those that the provider received since the `window` began, everything without
        one; what arrives from then on, or changes, is shown whatever its date. A message that is given one of `labels`
        (ids), or loses it, has changed.

        Events come with their records, each occurrence of a series as one of its own. A full read of them shows what
        lies in the `window`, and whatever lies wholly outside of it once, as `outside`; changes are shown wherever
        they lie. The window rolls: where its end lies later than that of the last read, what is new in it is listed
        before the changes.

        A connector that was opened with further calendars reads them after the account's own, each of them in full at
        first; their events have refs by which all methods know them. One that is not there any more, or not for us, is
        a page that says so, and stops none of the others: its events are an `ItemError` of code
        `engine.EVENT_OUT_OF_REACH`, and never gone.
        """

    def get(self, resource: Resource, refs: Sequence[Ref]) -> list[Email | ItemError]:
        """The records behind `refs`, in their order. One that is gone is an `ItemError` of kind `NOT_FOUND`."""

    def contents(self, ref: Ref) -> Sequence[bytes] | ItemError:
        """The bytes of a message's attachments, in the order that `get` tells them in, each when it is taken. One
        request. Raises `ConnectorError`.
        """

    def look(self, resource: Resource, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
        """Records as they stand now, with their versions, in the order of `refs`; what was deleted is a tombstone."""

    def twins(self, resource: Resource, records: Sequence[Record], since: datetime) -> list[tuple[Ref, ...]]:
        """What was made or changed since then and says the same as each of these, in their order, oldest first.

        Where nobody may choose an id for what he makes, an earlier try whose answer was lost is found here. Raises
        `ConnectorError`.
        """

    def push(self, puts: Sequence[Put]) -> list[Ref | ItemError]:
        """Writes events and tasks, in order, many in one request; the new version is in the answer. Idempotent but for
        new tasks (see `Put`).

        Deleting what is gone already is done: the answer is its ref. Raises `ConnectorError` only when nothing is
        known of any of the writes.
        """

    def mark(self, markings: Sequence[Marking]) -> list[str | ItemError]:
        """Marks events as failed, or puts back what they looked like; what each looked like before this call.

        Marking what is marked already changes nothing. A mark is no change of the content.
        """

    def watch(self, channel: Channel) -> Promise:
        """Asks to be told of changes in a place; asking again, with another id, makes it last. One request.

        Whatever is told is a hint to look, and nothing that is read changes by it. Raises `ConnectorError`.
        """

    def unwatch(self, place: Place, channel_id: str, remote_id: str) -> None:
        """Ends that; what has ended already is ended. One request. Raises `ConnectorError`."""

    def url(self, resource: Resource, ref: Ref) -> str:
        """Opens the item in the provider's own pages."""

    def close(self) -> None:
        """Gives connections back; the connector is not used afterwards."""


class CrmConnector(Protocol):
    """One CRM organization."""

    key: ClassVar[str]

    def check(self) -> Account:
        """The cheapest authenticated call. Raises `ConnectorError`."""

    def find_people(self, addresses: Sequence[str], sought: Sought = PEOPLE_ALONE) -> Mapping[str, tuple[Person, ...]]:
        """Who has these addresses: every address asked for is a key, in lower case; unknown ones are empty.

        Those whose first address it is come before those whose secondary one it is, contacts before leads, each by
        age, oldest first. Converted leads are left out. A person account is the contact that it has. Nothing is told
        that is not `sought`.

        Where fields of accounts are sought, `@customer.example` asks for the accounts of a domain, in ASCII: those of
        which such a field names it as `connectors.domains` reads it, by age. That the CRM has no such field for us is a
        `ConnectorError` of kind CONFIG whose code ends in `ACCOUNT_FIELD_MISSING`.

        Where open opportunities are sought, contacts and accounts come with theirs, by age: those of the account, or
        those in which the contact has a role. That we may not see any is a `ConnectorError` of kind CONFIG whose code
        ends in `OPPORTUNITIES_UNSEEN`.
        """

    def changes(self, resource: Resource, cursor: str | None, window: Window) -> Iterator[CrmPage]:
        """What changed in the CRM, oldest first, for all of its users; one request a page and resource.

        `None` shows everything in the window that is there now. Later reads overlap the one before, so the same change
        may come twice; deletions are told as such only where the CRM says so, never from absence. Copies that the CRM
        made for those who are invited, and the patterns of its own series, are left out; so are tasks that stand for a
        message or a call, and the contacts of person accounts. A cursor that lies too far back for deletions to be
        known raises `ConnectorError` of kind `CURSOR_EXPIRED`.
        """

    def current(self, resource: Resource, record_ids: Sequence[str]) -> list[CrmRecord | ItemError]:
        """The records as they stand now, in the order of their ids.

        One that was deleted is an `ItemError` of kind NOT_FOUND; one that is there but may not be seen by us, one of
        kind PERMISSION, as far as the CRM lets us tell them apart.
        """

    def find(
        self, resource: Resource, keys: Sequence[str], record_ids: Sequence[str]
    ) -> list[CrmEmail] | list[CrmRecord]:
        """The records that have one of these keys or ids, and those that may be a copy of one of them, each once.

        Of a message that is whatever has the same Message-ID, of an event whatever has no key and begins at the same
        moment, of a task with a title whatever has no key, the same title and the same owner, of a contact with an
        address whatever has no key and the same first address. Copies that the CRM made for those who are invited are
        none, nor is whatever `changes` leaves out. Deleted records are not shown, nor those that we may not see. Where
        messages are looked for by their ids alone, no field of ours is asked for.
        """

    def alike(self, emails: Sequence[Email]) -> list[CrmEmail]:
        """The messages that may be one of these, each once: by their Message-ID, or, where they have none, by their
        date. No field of ours is asked for, so their `key` is "". Raises `ConnectorError`.
        """

    def sign(self, keys: Mapping[str, str]) -> dict[str, Ref | ItemError]:
        """Gives messages that were written without one their key: key and answer by the id of the record.

        Raises `ConnectorError` only when nothing is known of any of them.
        """

    def discard(self, resource: Resource, record_ids: Sequence[str]) -> list[Ref | ItemError]:
        """Deletes these records, in their order, as far as the CRM allows so that somebody can bring them back.

        Deleting what is deleted is done. Raises `ConnectorError` only when nothing is known of any of them.
        """

    def push(self, writes: Sequence[Write]) -> list[Ref | ItemError]:
        """Creates what is not there yet, in order; an existing record with the same key is adopted.

        A record without all of its relations is an `ItemError`, and pushing it again completes it. What people filled
        in (`fills`) is laid over each record. A refusal that names fields says in its evidence which kind of record it
        was (`target`) and what was `sent` in them. Events, tasks and
        contacts are also changed and deleted (see `RecordWrite`); a version that is too low is an `ItemError` of kind
        CONFLICT whose code is `salesforce.SYNCAPP_STALE` or the like of another CRM, and whose evidence has the
        `version` that stands there if the CRM said it. Deleting what is deleted is done.
        A case whose queue is gone, or may not own cases any more, is an `ItemError` of kind CONFIG whose code ends in
        `QUEUE_GONE`, and whose evidence has the `queue` and, as `candidates`, those that may own cases instead.
        Raises `ConnectorError` only when nothing is known of any of the writes.
        """

    def open_load(self, resource: Resource) -> str:
        """Opens a load of new records: its id. Nothing is ever written of one that is not closed; so whoever does not
        hear the answer opens another one. `registry.crm_loads` says of which resources there are loads. Raises
        `ConnectorError`, here and in all that follows.
        """

    def fill_load(self, load_id: str, writes: Sequence[RecordWrite]) -> None:
        """Gives a load all of its records, once: a second time, or once it is closed, is refused."""

    def close_load(self, load_id: str) -> None:
        """Has the CRM write what the load was given. What `push` would adopt is left as it is."""

    def look_at_load(self, load_id: str) -> Load:
        """How it stands. One request. Of kind NOT_FOUND where there is no such load (any more)."""

    def told_of_load(self, load_id: str) -> list[Loaded]:
        """What became of the records of a load that is DONE. Those of which nothing is told are for `push` to write:
        they could not be carried, have been left alone, or stand there already."""

    def drop_load(self, load_id: str) -> None:
        """Has the CRM stop where it is. One that is over is refused."""

    def accounts(self, names: Sequence[str]) -> Mapping[str, str]:
        """The ids of the accounts that are called so, by name as it was asked for, whatever the case of its letters.

        "" where there is none, or several; accounts of single persons are none. Raises `ConnectorError`.
        """

    def readable(self, user_id: str, record_ids: Sequence[str]) -> frozenset[str]:
        """Those of these records that a user of the CRM may read, by what the CRM itself says. Raises
        `ConnectorError`.
        """

    def find_files(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The files that have these keys, by key: the ids under which a message takes them along. Deleted ones are
        none, and of several with one key it is the oldest. Raises `ConnectorError`.
        """

    def upload(self, file: FileWrite) -> Ref | ItemError:
        """Puts a file into the CRM, whether or not there is one with its key. One request. Raises `ConnectorError`."""

    def queues(self) -> list[Queue]:
        """The queues that may own cases, by name. Raises `ConnectorError`."""

    def users(self, text: str) -> list[CrmUser]:
        """Those who may own records, by name: whoever has the text in their name, address or login, whatever the case
        of its letters, 20 at the most, or the one whose id it is. Nobody for no text. Raises `ConnectorError`."""

    def ensure_fields(self, *, syncs_contacts: bool = False) -> list[Need]:
        """Makes what our records need in the CRM where it is missing: how each of it stands then.

        What contacts need is made only where they are kept in step. Doing it again finds all there and changes nothing.
        What may not be made, or not be seen by us, is REFUSED and says why, what there is goes on without it. Raises
        `ConnectorError` for what stops every call.
        """

    def survey(self, wishes: Wishes = USUAL) -> Survey:
        """What the CRM says of itself, and what that means for our records; nothing is changed.

        Of cases it is told only where we open some, of writing contacts only where they are kept in step, of files
        where we bring some, and of opportunities and of the domains of accounts where they are sought. What may not be
        seen by us is told as unknown. Raises `ConnectorError` for what stops every call.
        """

    def fits(self, lines: Sequence[FieldMap]) -> list[Fit]:
        """Whether writing by each of these lines would work, by what the CRM says of its fields; nothing is written.

        They stand beside the lines that the connector was opened with. Raises `ConnectorError`.
        """

    def sheet(self, target: str, names: Sequence[str], *, record_id: str = "", user_id: str = "") -> Sheet:
        """How fields of a kind of record (a `field_maps.Target`) are filled in by a person, in the order of `names`.

        What is not there, is closed to us, or is no value that somebody could type, is left out. Where a user is named,
        it is also told whether they may change the record with `record_id`, or, without one, make such records. Nothing
        is written. Two requests at the most. Raises `ConnectorError`.
        """

    def doubles(self, record_ids: Sequence[str], *, user_id: str = "") -> list[Double]:
        """Those of the contacts and leads that are there, in the order of their ids: thirty at the most. Where a user
        is named, it is told which of them they may change. One request. Raises `ConnectorError`."""

    def url(self, ref: Ref) -> str:
        """Opens the record in the CRM's own pages."""

    def allowance(self) -> Allowance:
        """API calls used and allowed, as the last answers said; costs no call."""

    def close(self) -> None:
        """Gives connections back; the connector is not used afterwards."""
