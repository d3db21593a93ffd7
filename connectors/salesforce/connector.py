"""Salesforce as a `CrmConnector`.

Records are inserted under a unique key of ours, 200 at a time. A key that is there already is our own earlier
write whose answer got lost, or another mailbox's copy: the record is looked up by its key and adopted. Events,
tasks and contacts, which are changed and read as well, have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

from connectors.attachments import FileWrite
from connectors.doubles import Double
from connectors.errors import ConnectorError, ItemError
from connectors.facts import USUAL, Survey, Wishes
from connectors.field_maps import NO_MAPS, FieldMap, FieldMaps, Fit, Target, target_of
from connectors.fills import Sheet
from connectors.loads import Load, Loaded
from connectors.needs import Need
from connectors.records import (
    Account,
    Allowance,
    CaseWrite,
    CrmEmail,
    CrmPage,
    CrmRecord,
    CrmUser,
    Email,
    EmailWrite,
    Person,
    PersonWrite,
    Queue,
    RecordWrite,
    Ref,
    Resource,
    Window,
    Write,
)
from connectors.relations import PEOPLE_ALONE, Sought
from connectors.salesforce import (
    blanks,
    cases,
    census,
    contact_reads,
    doubles,
    duplicates,
    facts,
    fields,
    files,
    map_checks,
    mapped,
    mapping,
    messages,
    opportunities,
    people,
    record_access,
    users,
)
from connectors.salesforce.batching import TAKEN, Result, having_keys, in_batches, result
from connectors.salesforce.client import SalesforceClient, create
from connectors.salesforce.contact_reads import ContactSight
from connectors.salesforce.contact_writes import ContactWriter
from connectors.salesforce.event_writes import EventWriter
from connectors.salesforce.loads import Loads
from connectors.salesforce.record_reads import RecordReader
from connectors.salesforce.sources import EVENTS, TASKS, Sight
from connectors.salesforce.task_writes import TaskWriter
from connectors.wire import Wire

LONGEST_ADDRESS = 80  # characters that an e-mail field holds; nobody in Salesforce has a longer one

W = TypeVar("W", bound=Write)


class SalesforceConnector:
    """One Salesforce org, as the integration user. Its cursors are good for the organization `org_id` alone. By `maps`
    records have more fields, or others, than those that are built in.
    """

    key: ClassVar[str] = "salesforce"

    def __init__(
        self, *, token: str, instance_url: str, version: str, wire: Wire, org_id: str = "", maps: FieldMaps = NO_MAPS
    ) -> None:
        self._maps = maps
        self._client = SalesforceClient(token=token, instance_url=instance_url, version=version, wire=wire)
        self._organization = org_id or instance_url
        self._sights = {source.resource: Sight(source, maps) for source in (EVENTS, TASKS)}
        self._sights[Resource.CONTACT] = ContactSight(self._client, self._organization, maps)
        self._readers = {
            resource: RecordReader(self._client, self._organization, sight) for resource, sight in self._sights.items()
        }
        self._writers = {
            Resource.EVENT: EventWriter(self._client, maps),
            Resource.TASK: TaskWriter(self._client, maps),
            Resource.CONTACT: ContactWriter(self._client, maps),
        }
        self._loads = Loads(self._client, self._writers, maps)

    def check(self) -> Account:
        said = self._client.userinfo()
        return Account(
            id=said.get("user_id", ""),
            name=said.get("preferred_username", ""),
            organization_id=said.get("organization_id", ""),
        )

    def versions(self) -> list[str]:
        """The versions of its interface that the org offers; asked without a token. Raises `ConnectorError`."""
        return self._client.versions()

    def find_people(self, addresses: Sequence[str], sought: Sought = PEOPLE_ALONE) -> Mapping[str, tuple[Person, ...]]:
        found: dict[str, list[Person]] = {address.lower(): [] for address in addresses}
        wanted = sorted(address for address in found if len(address) <= LONGEST_ADDRESS)
        those_found = people.find(self._client, self._organization, wanted, sought)
        for person in opportunities.with_theirs(self._client, those_found, sought):
            if person.email in found:  # else it is another address of somebody who was asked for
                found[person.email].append(person)
        return {address: tuple(sorted(those, key=lambda p: p.secondary)) for address, those in found.items()}

    def changes(self, resource: Resource, cursor: str | None, window: Window) -> Iterator[CrmPage]:
        return self._readers[resource].changes(cursor, window)

    def current(self, resource: Resource, record_ids: Sequence[str]) -> list[CrmRecord | ItemError]:
        return self._readers[resource].current(record_ids)

    def find(
        self, resource: Resource, keys: Sequence[str], record_ids: Sequence[str]
    ) -> list[CrmEmail] | list[CrmRecord]:
        if resource is Resource.EMAIL:
            return census.messages(self._client, keys, record_ids)
        sight = self._sights[resource]
        sight.look()
        return sight.asked(lambda source: census.records(self._client, source, keys, record_ids))

    def alike(self, emails: Sequence[Email]) -> list[CrmEmail]:
        return census.alike(self._client, emails)

    def sign(self, keys: Mapping[str, str]) -> dict[str, Result]:
        return census.sign(self._client, keys)

    def discard(self, resource: Resource, record_ids: Sequence[str]) -> list[Result]:
        return census.discard(self._client, record_ids)

    def push(self, writes: Sequence[Write]) -> list[Result]:
        known: dict[str, Result] = {}
        in_batches(_once(w for w in writes if isinstance(w, PersonWrite) and not w.anyway), self._leads, known)
        in_batches(_once(w for w in writes if isinstance(w, PersonWrite) and w.anyway), self._leads, known)
        in_batches(_once(w for w in writes if isinstance(w, CaseWrite)), self._cases, known)
        in_batches(_once(w for w in writes if isinstance(w, EmailWrite)), self._messages, known)
        for resource, writer in self._writers.items():
            writer.push((w for w in writes if isinstance(w, RecordWrite) and w.resource is resource), known)
        return [self._told(write, known[write.key]) for write in writes]

    def _told(self, write: Write, found: Result) -> Result:
        """A refusal for the sake of what the organization mapped says so."""
        if isinstance(found, Ref):
            return found
        return ItemError(failure=mapped.refused(found.failure, target_of(write), self._maps))

    def _leads(self, writes: Sequence[PersonWrite]) -> dict[str, Result]:
        return self._create("Lead", writes, mapping.lead)

    def _cases(self, writes: Sequence[CaseWrite]) -> dict[str, Result]:
        made = cases.opened(writes, lambda: self._create("Case", writes, cases.record))
        return cases.explained(self._client, writes, made)

    def _messages(self, writes: Sequence[EmailWrite]) -> dict[str, Result]:
        return messages.explained(self._client, lambda: self._create("EmailMessage", writes, mapping.email_message))

    def _create(self, sobject: str, writes: Sequence[W], record: Callable[[W], dict[str, Any]]) -> dict[str, Result]:
        def made(some: Sequence[W]) -> dict[str, Result]:
            sent = [mapped.filled(record(write), write, self._maps) for write in some]
            told = [result(each, self._client) for each in self._sent(sent, some[0])]
            answers = (mapped.refused_of(a, s, w) for a, s, w in zip(told, sent, some, strict=True))
            results = {w.key: self._told(w, answer) for w, answer in zip(some, answers, strict=True)}
            return duplicates.explained(self._client, results, {w.key: r for w, r in zip(some, sent, strict=True)})

        results = mapped.carried_out(self._maps, made, writes)
        return results | self._adopted(sobject, results)

    def _sent(self, records: Sequence[Mapping[str, Any]], first: Write) -> list[dict[str, Any]]:
        """What is said of new records; where people have said that these are no duplicates, the call says so."""
        if not isinstance(first, PersonWrite) or not first.anyway:
            return self._client.create(records)
        said = self._client.composite({"records": create(records, anyway=True)})
        return self._client.results(said["records"], len(records))

    def _adopted(self, sobject: str, results: Mapping[str, Result]) -> dict[str, Result]:
        """The records that have our keys already.

        Whichever value was taken: the message that says so is in the language of the user, and names no field where
        two writes meet. Only a record that is found under the key is adopted.
        """
        keys = [k for k, r in results.items() if isinstance(r, ItemError) and r.failure.code == TAKEN]
        if not keys:
            return {}
        try:
            rows = having_keys(self._client, sobject, keys)
        except ConnectorError as error:
            return {key: ItemError(failure=error.failure) for key in keys}
        return {key: Ref(id=row["Id"]) for key, row in rows.items()}

    def open_load(self, resource: Resource) -> str:
        return self._loads.open(resource)

    def fill_load(self, load_id: str, writes: Sequence[RecordWrite]) -> None:
        self._loads.fill(load_id, writes)

    def close_load(self, load_id: str) -> None:
        self._loads.close(load_id)

    def look_at_load(self, load_id: str) -> Load:
        return self._loads.look(load_id)

    def told_of_load(self, load_id: str) -> list[Loaded]:
        return self._loads.told(load_id)

    def drop_load(self, load_id: str) -> None:
        self._loads.drop(load_id)

    def accounts(self, names: Sequence[str]) -> Mapping[str, str]:
        return contact_reads.accounts(self._client, self._sights[Resource.CONTACT], names)

    def readable(self, user_id: str, record_ids: Sequence[str]) -> frozenset[str]:
        return record_access.readable(self._client, user_id, record_ids)

    def find_files(self, keys: Sequence[str]) -> dict[str, str]:
        return files.find(self._client, keys)

    def upload(self, file: FileWrite) -> Result:
        return files.upload(self._client, file)

    def queues(self) -> list[Queue]:
        return cases.queues(self._client)

    def users(self, text: str) -> list[CrmUser]:
        return users.users(self._client, text)

    def ensure_fields(self, *, syncs_contacts: bool = False) -> list[Need]:
        return fields.ensure(self._client, syncs_contacts=syncs_contacts)

    def survey(self, wishes: Wishes = USUAL) -> Survey:
        return facts.survey(self._client, wishes, maps=self._maps)

    def fits(self, lines: Sequence[FieldMap]) -> list[Fit]:
        return map_checks.fits(self._client, lines, self._maps.maps)

    def sheet(self, target: str, names: Sequence[str], *, record_id: str = "", user_id: str = "") -> Sheet:
        return blanks.sheet(self._client, Target(target), names, record_id=record_id, user_id=user_id)

    def doubles(self, record_ids: Sequence[str], *, user_id: str = "") -> list[Double]:
        return doubles.doubles(self._client, record_ids, user_id)

    def url(self, ref: Ref) -> str:
        return f"{self._client.instance_url}/{quote(ref.id, safe='')}"

    def allowance(self) -> Allowance:
        return self._client.allowance()

    def close(self) -> None:
        self._client.close()


def _once(writes: Iterable[W]) -> list[W]:
    """A key that stands twice is written once."""
    return [*{write.key: write for write in writes}.values()]
