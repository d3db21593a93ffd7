"""A CRM in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, ClassVar
from urllib.parse import quote

from connectors.attachments import FileWrite
from connectors.doubles import Double
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.facts import USUAL, Survey, Wishes
from connectors.field_maps import FieldMap, Fit, misfit
from connectors.fills import Sheet
from connectors.loads import Load, Loaded
from connectors.memory.crm_contacts import MemoryCrmContacts
from connectors.memory.crm_fills import MemoryFills, explained
from connectors.memory.crm_loads import MemoryCrmLoads
from connectors.memory.crm_records import MemoryCrmEvents, MemoryCrmTasks
from connectors.memory.failing import Faults, failure
from connectors.memory.messages import KEYLESS, alike, find, message
from connectors.needs import Need, Standing
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
    PersonKind,
    PersonWrite,
    Queue,
    RecordWrite,
    Ref,
    Resource,
    Window,
    Write,
)
from connectors.relations import PEOPLE_ALONE, Opportunity, OpportunityRule, Sought

PREFIXES: Mapping[type, str] = {EmailWrite: "02s", PersonWrite: "00Q", CaseWrite: "500"}
QUEUE = "00G"
OWN_FIELD_MISSING = failure("salesforce.OWN_FIELD_MISSING", Kind.CONFIG, "No such column 'Syncapp_Key__c'")
NOT_READY = failure("engine.CASES_NOT_READY", Kind.CONFIG, "No such column 'Syncapp_Key__c' on sobject of type Case")
Verdict = Callable[[Write], Failure | None]


class MemoryCrm:
    """One CRM organization with its `events`, `tasks` and `contacts`. In `people` those besides these contacts stand
    once for each address, an account once for each domain.

    `rules` are asked about every write; the first that objects wins.
    """

    key: ClassVar[str] = "memory_crm"

    def __init__(self, org_id: str) -> None:
        self.org_id = org_id
        self.people: list[Person] = []
        self.opportunities: dict[str, list[Opportunity]] = {}
        self.removed: set[str] = set()
        self.queued: dict[str, str] = {}  # queues that may own cases: id → name
        self.colleagues: list[CrmUser] = []  # who may own records
        self.records: dict[str, Write] = {}
        self.ids: dict[str, str] = {}
        self.others: dict[str, CrmEmail] = {}
        self.rules: list[Verdict] = []
        self.files: dict[str, FileWrite] = {}  # by their ids
        self.file_rules: list[Callable[[FileWrite], Failure | None]] = []
        self.faults = Faults()
        self.fills = MemoryFills()
        self.events = MemoryCrmEvents(org_id)
        self.tasks = MemoryCrmTasks(org_id)
        self.contacts = MemoryCrmContacts(org_id)
        self.loads = MemoryCrmLoads(self.faults, self._inserted)
        self.calls = 0
        self.writes = 0
        self.has_our_fields = True
        self.usage = Allowance()
        self.unseen: set[tuple[str, str]] = set()  # (user, record) that the user may not read
        self.surveyed = Survey()
        self._ids = count(1)

    def check(self) -> Account:
        self._called()
        return Account(id="user", name="integration", organization_id=self.org_id)

    def find_people(self, addresses: Sequence[str], sought: Sought = PEOPLE_ALONE) -> Mapping[str, tuple[Person, ...]]:
        self._called()
        people = (person for person in [*self.people, *self.contacts.people()] if _is_sought(person, sought))
        ranked = sorted(people, key=lambda person: (person.secondary, person.kind is not PersonKind.CONTACT))
        wanted = {address.lower() for address in addresses}
        return {address: tuple(self._known(p, sought) for p in ranked if p.email == address) for address in wanted}

    def _known(self, person: Person, sought: Sought) -> Person:
        """Opportunities are open as long as they stand here, under the ids of accounts and of contacts with a role."""
        rule, owner = sought.opportunities, person.account_id
        if rule is OpportunityRule.ROLE or person.kind is PersonKind.ACCOUNT:
            owner = person.id
        wanted = rule is not OpportunityRule.NONE and (rule, person.kind) != (OpportunityRule.ROLE, PersonKind.ACCOUNT)
        return _told(person, sought, self.opportunities.get(owner, ()) if wanted else ())

    def changes(self, resource: Resource, cursor: str | None, window: Window) -> Iterator[CrmPage]:
        return self._of(resource).changes(cursor, window, self._called)

    def current(self, resource: Resource, record_ids: Sequence[str]) -> list[CrmRecord | ItemError]:
        self._called()
        return self._of(resource).current(record_ids)

    def _of(self, resource: Resource) -> MemoryCrmEvents | MemoryCrmTasks | MemoryCrmContacts:
        match resource:
            case Resource.TASK:
                return self.tasks
            case Resource.CONTACT:
                return self.contacts
            case _:
                return self.events

    def find(
        self, resource: Resource, keys: Sequence[str], record_ids: Sequence[str]
    ) -> list[CrmEmail] | list[CrmRecord]:
        self._called()
        if resource is Resource.EMAIL:
            if keys and not self.has_our_fields:
                raise ConnectorError(OWN_FIELD_MISSING)
            return find(self.messages(), keys, record_ids)
        return self._of(resource).find(keys, record_ids)

    def alike(self, emails: Sequence[Email]) -> list[CrmEmail]:
        self._called()
        return alike(self.messages(), emails)

    def sign(self, keys: Mapping[str, str]) -> dict[str, Ref | ItemError]:
        self._called()
        self.writes += len(keys)
        return {record_id: self._signed(record_id, key) for record_id, key in keys.items()}

    def _signed(self, record_id: str, key: str) -> Ref | ItemError:
        before = next((each for each, id_ in self.ids.items() if id_ == record_id), None)
        if before is None:
            return ItemError(failure=failure("salesforce.ENTITY_IS_DELETED", Kind.NOT_FOUND, "entity is deleted"))
        if not self.has_our_fields:
            return ItemError(failure=OWN_FIELD_MISSING)
        if key in self.ids and key != before:
            return ItemError(failure=failure("salesforce.DUPLICATE_VALUE", Kind.CONFLICT, "duplicate value found"))
        write = self.records.pop(before)
        self.records[key], self.ids[key] = replace(write, key=key, keyless=False), self.ids.pop(before)  # type: ignore[arg-type]  # of a message
        return Ref(id=record_id)

    def discard(self, resource: Resource, record_ids: Sequence[str]) -> list[Ref | ItemError]:
        self._called()
        self.writes += len(record_ids)
        for record_id in record_ids:
            self.lose(record_id)
        return [Ref(id=record_id) for record_id in record_ids]

    def messages(self) -> list[CrmEmail]:
        """All that are there: ours, and what others have put beside them."""
        ours = (message(self.ids[key], write) for key, write in self.records.items() if isinstance(write, EmailWrite))
        return [*ours, *self.others.values()]

    def lose(self, record_id: str) -> None:
        """A message, an event, a task or a contact is deleted behind our back."""
        self.others.pop(record_id, None)
        for store in (self.events, self.tasks, self.contacts):
            if record_id in store.living:
                store.delete(record_id)
        if self.files.pop(record_id, None):
            self.removed.add(record_id)
        for key in [key for key, id_ in self.ids.items() if id_ == record_id]:
            del self.records[key], self.ids[key]

    def copy(self, record_id: str, **fields: Any) -> Ref:
        """Somebody makes a second record of a message, without our key unless told otherwise."""
        (of,) = [each for each in self.messages() if each.ref.id == record_id]
        made = replace(of, **{"key": "", "ref": Ref(id=f"02s{next(self._ids):015d}"), **fields})
        self.others[made.ref.id] = made
        return made.ref

    def push(self, writes: Sequence[Write]) -> list[Ref | ItemError]:
        self._called()
        results = [self._one(write) for write in writes]
        self.faults.lose()
        return results

    def open_load(self, resource: Resource) -> str:
        self._called()
        return self.loads.open()

    def fill_load(self, load_id: str, writes: Sequence[RecordWrite]) -> None:
        self._called()
        self.loads.fill(load_id, writes)

    def close_load(self, load_id: str) -> None:
        self._called()
        self.loads.close(load_id)

    def look_at_load(self, load_id: str) -> Load:
        self._called()
        return self.loads.look(load_id)

    def told_of_load(self, load_id: str) -> list[Loaded]:
        self._called()
        return self.loads.told(load_id)

    def drop_load(self, load_id: str) -> None:
        self._called()
        self.loads.drop(load_id)

    def _inserted(self, write: RecordWrite) -> Ref | ItemError | None:
        """None: the key is taken."""
        return None if self._of(write.resource).of_key(write.key) else self._one(write)

    def remove(self, person: Person) -> None:
        """Somebody deletes a person; what is to be related to them is refused from here on."""
        self.people = [each for each in self.people if each.id != person.id]
        self.removed.add(person.id)
        if person.id in self.contacts.living:
            self.contacts.delete(person.id)

    @property
    def lost_answers(self) -> deque[bool]:
        """Whether the answers to the next pushes are lost."""
        return self.faults.lost_answers

    def _one(self, write: Write) -> Ref | ItemError:
        self.writes += 1
        write = self.fills.filled(write)
        if isinstance(write, RecordWrite):
            refused = self._refused(write) if write.record else None
            return ItemError(failure=refused) if refused else self._of(write.resource).write(write)
        if not isinstance(write, CaseWrite) and write.keyless:
            write = replace(write, key=f"{KEYLESS}{next(self._ids)}")
        elif not self.has_our_fields:
            return ItemError(failure=NOT_READY if isinstance(write, CaseWrite) else OWN_FIELD_MISSING)
        if write.key in self.ids:
            return Ref(id=self.ids[write.key])
        refused = self._refused(write)
        return ItemError(failure=refused) if refused else self._made(write)

    def _refused(self, write: Write) -> Failure | None:
        return (
            self._lost(write)
            or self._ownerless(write)
            or explained(write, next((verdict for rule in self.rules if (verdict := rule(write))), None))
        )

    def _ownerless(self, write: Write) -> Failure | None:
        """A case of a queue that is not there is not made."""
        if not isinstance(write, CaseWrite) or not write.owner_id.startswith(QUEUE) or write.owner_id in self.queued:
            return None
        offered = [{"id": queue.id, "name": queue.name} for queue in self._by_name()]
        refused = failure("salesforce.QUEUE_GONE", Kind.CONFIG, "invalid cross reference id")
        evidence = {"queue": write.owner_id, "candidates": offered}
        return replace(refused, fields=(write.owner_id,), evidence=evidence)

    def readable(self, user_id: str, record_ids: Sequence[str]) -> frozenset[str]:
        self._called()
        there = {each.ref.id for each in self.messages()}
        for store in (self.events, self.tasks, self.contacts):
            there |= {id_ for id_, record in store.living.items() if not record.hidden}
        return frozenset(each for each in record_ids if each in there and (user_id, each) not in self.unseen)

    def find_files(self, keys: Sequence[str]) -> Mapping[str, str]:
        self._called()
        return {file.key: file_id for file_id, file in reversed(self.files.items()) if file.key in keys}

    def upload(self, file: FileWrite) -> Ref | ItemError:
        self._called()
        refused = next((verdict for rule in self.file_rules if (verdict := rule(file))), None)
        if refused:
            return ItemError(failure=refused)
        file_id = f"069{next(self._ids):015d}"
        self.files[file_id] = file
        self.faults.lose()
        return Ref(id=file_id)

    def queues(self) -> list[Queue]:
        self._called()
        return self._by_name()

    def users(self, text: str) -> list[CrmUser]:
        said = text.strip().lower()
        if not said:
            return []
        self._called()
        found = [each for each in self.colleagues if _has(each, said)]
        return sorted(found, key=lambda each: (each.name, each.id))[:20]

    def _by_name(self) -> list[Queue]:
        return sorted((Queue(id=id_, name=name) for id_, name in self.queued.items()), key=lambda queue: queue.name)

    def accounts(self, names: Sequence[str]) -> Mapping[str, str]:
        self._called()
        return {name: self._account(name) for name in names}

    def _account(self, name: str) -> str:
        """The only one that has this name."""
        wanted = name.strip().lower()
        ids = [id_ for id_, each in self.contacts.accounts.items() if wanted and each.lower() == wanted]
        return ids[0] if len(ids) == 1 else ""

    def _made(self, write: PersonWrite | CaseWrite | EmailWrite) -> Ref:
        self.records[write.key] = write
        self.ids[write.key] = f"{PREFIXES[type(write)]}{next(self._ids):015d}"
        if isinstance(write, PersonWrite):
            name = f"{write.first_name} {write.last_name}".strip()
            lead = Person(kind=PersonKind.LEAD, id=self.ids[write.key], email=write.email, name=name)
            self.people.append(lead)
        return Ref(id=self.ids[write.key])

    def _lost(self, write: Write) -> Failure | None:
        """A record with a relation that cannot be made is not made."""
        lost = next((person_id for person_id in _related(write) if person_id in self.removed), "")
        return failure("salesforce.ENTITY_IS_DELETED", Kind.NOT_FOUND, f"{lost} is deleted") if lost else None

    def ensure_fields(self, *, syncs_contacts: bool = False) -> list[Need]:
        """What it needs it has."""
        self._called()
        return [Need(name="key", standing=Standing.THERE)]

    def survey(self, wishes: Wishes = USUAL) -> Survey:
        """What it was told to say of itself."""
        self._called()
        return self.surveyed

    def fits(self, lines: Sequence[FieldMap]) -> list[Fit]:
        """It has no fields of its own: every line fits that makes sense."""
        self._called()
        return [Fit(trouble=misfit(line), field=line.field) for line in lines]

    def sheet(self, target: str, names: Sequence[str], *, record_id: str = "", user_id: str = "") -> Sheet:
        self._called()
        return self.fills.sheet(names, user_id)

    def doubles(self, record_ids: Sequence[str], *, user_id: str = "") -> list[Double]:
        self._called()
        there = {each.id: each for each in reversed([*self.people, *self.contacts.people()])}
        may = user_id in self.fills.editors if user_id and self.fills.editors is not None else None
        return [
            Double(id=p.id, kind=p.kind.value, name=p.name, detail=p.email, may_edit=may)
            for p in (there[each] for each in dict.fromkeys(record_ids) if each in there)
        ]

    def url(self, ref: Ref) -> str:
        return f"https://crm.invalid/{quote(ref.id, safe='')}"

    def allowance(self) -> Allowance:
        return self.usage

    def close(self) -> None:
        """Nothing is held open."""

    def _called(self) -> None:
        self.calls += 1
        self.faults.strike()


def _told(person: Person, sought: Sought, opportunities: Sequence[Opportunity]) -> Person:
    """Somebody with what was asked for, whose open opportunities are these."""
    told = person if sought.activity else replace(person, active=None)
    return replace(told, opportunities=tuple(o if sought.activity else replace(o, active=None) for o in opportunities))


def _has(user: CrmUser, text: str) -> bool:
    return text in (user.id.lower(), user.id[:15].lower()) or text in f"{user.name}\n{user.email}".lower()


def _is_sought(person: Person, sought: Sought) -> bool:
    return person.kind is not PersonKind.ACCOUNT or bool(sought.account_fields)


def _related(write: Write) -> list[str]:
    """The ids of whom and what a record is to be related to."""
    if isinstance(write, EmailWrite):
        return [*(link.person_id for link in write.links), write.case_id, *write.files]
    if isinstance(write, CaseWrite):
        return [write.contact_id]
    return [invitee.id for invitee in write.invitees] if isinstance(write, RecordWrite) else []
