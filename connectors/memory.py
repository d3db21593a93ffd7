"""A mailbox and a CRM in memory: the reference implementations of the contract, and the fastest test doubles.

They keep every promise of `connectors.protocol` and no other; whoever writes a new connector reads these
first. `MAILBOXES` and `CRMS` are where the registry finds them, by address and by organization id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import ClassVar
from urllib.parse import quote

from connectors.errors import ConnectorError, Failure, ItemError, Kind, Matched
from connectors.records import (
    Account,
    Allowance,
    Email,
    EmailWrite,
    Page,
    Person,
    PersonKind,
    PersonWrite,
    Ref,
    RemoteChange,
    Resource,
    Write,
)

Verdict = Callable[[Write], Failure | None]

MAILBOXES: dict[str, MemoryMailbox] = {}
CRMS: dict[str, MemoryCrm] = {}


def failure(code: str, kind: Kind, said: str = "", fields: tuple[str, ...] = ()) -> Failure:
    """A failure as a provider would give it."""
    provider = code.partition(".")[0]
    return Failure(provider=provider, code=code, kind=kind, said=said, fields=fields, matched=Matched.CODE)


class _Faults:
    """Calls that fail on demand, in the order they were asked for."""

    def __init__(self) -> None:
        self.waiting: deque[Failure | None] = deque()

    def strike(self) -> None:
        """Raises what the next call is to fail with; `None` in the queue lets one call pass."""
        if self.waiting:
            planned = self.waiting.popleft()
            if planned is not None:
                raise ConnectorError(planned)


class MemoryMailbox:
    """One mailbox. Its change feed is a list of (id, gone); a cursor is `address:number`, of those given out."""

    key: ClassVar[str] = "memory"
    resources: ClassVar[frozenset[Resource]] = frozenset({Resource.EMAIL})

    def __init__(self, address: str, *, page_size: int = 50) -> None:
        self.address = address
        self.page_size = page_size
        self.messages: dict[str, Email] = {}
        self.feed: list[tuple[str, bool]] = []
        self.unreadable: dict[str, Failure] = {}
        self.cursors: set[str] = set()
        self.faults = _Faults()
        self.calls = 0
        self._ids = count(1)

    def deliver(self, email: Email) -> Ref:
        """A message arrives."""
        message_id = f"m{next(self._ids)}"
        self.messages[message_id] = email
        self.feed.append((message_id, False))
        return Ref(id=message_id)

    def delete(self, ref: Ref) -> None:
        del self.messages[ref.id]
        self.feed.append((ref.id, True))

    def forget_cursors(self) -> None:
        """Every cursor that was given out is too old from here on."""
        self.cursors.clear()

    def check(self) -> Account:
        self._called()
        return Account(id=self.address, name=self.address)

    def pull(self, resource: Resource, cursor: str | None) -> Iterator[Page]:
        at = self._opened(cursor)
        while True:
            self._called()
            part = self.feed[at : at + self.page_size]
            at += len(part)
            complete = at >= len(self.feed)
            cursor = f"{self.address}:{at}"
            self.cursors.add(cursor)
            yield Page(changes=_latest(part), cursor=cursor, complete=complete)
            if complete:
                return

    def _opened(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        if cursor not in self.cursors:
            raise ConnectorError(failure("google.notFound:historyId", Kind.CURSOR_EXPIRED, "unknown cursor"))
        return int(cursor.rpartition(":")[2])

    def get(self, resource: Resource, refs: Sequence[Ref]) -> list[Email | ItemError]:
        self._called()
        return [self._one(ref) for ref in refs]

    def _one(self, ref: Ref) -> Email | ItemError:
        if ref.id in self.unreadable:
            return ItemError(failure=self.unreadable[ref.id])
        if ref.id not in self.messages:
            return ItemError(failure=failure("google.notFound", Kind.NOT_FOUND, "no such message"))
        return self.messages[ref.id]

    def url(self, resource: Resource, ref: Ref) -> str:
        return f"https://mailbox.invalid/{self.address}/{quote(ref.id, safe='')}"

    def close(self) -> None:
        """Nothing is held open."""

    def _called(self) -> None:
        self.calls += 1
        self.faults.strike()


def _latest(part: Iterable[tuple[str, bool]]) -> tuple[RemoteChange, ...]:
    """Each message once, as it stood at the end of the page."""
    return tuple(RemoteChange(ref=Ref(id=each), gone=gone) for each, gone in dict(part).items())


class MemoryCrm:
    """One CRM organization. `rules` are asked about every write; the first that objects wins."""

    key: ClassVar[str] = "memory_crm"

    def __init__(self, org_id: str) -> None:
        self.org_id = org_id
        self.people: list[Person] = []
        self.removed: set[str] = set()
        self.records: dict[str, Write] = {}
        self.ids: dict[str, str] = {}
        self.rules: list[Verdict] = []
        self.faults = _Faults()
        self.lost_answers: deque[bool] = deque()
        self.calls = 0
        self.writes = 0
        self.usage = Allowance()
        self._ids = count(1)

    def check(self) -> Account:
        self._called()
        return Account(id="user", name="integration", organization_id=self.org_id)

    def find_people(self, addresses: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
        self._called()
        ranked = sorted(self.people, key=lambda person: person.kind is not PersonKind.CONTACT)
        wanted = {address.lower() for address in addresses}
        return {address: tuple(p for p in ranked if p.email == address) for address in wanted}

    def push(self, writes: Sequence[Write]) -> list[Ref | ItemError]:
        self._called()
        results = [self._one(write) for write in writes]
        if self.lost_answers and self.lost_answers.popleft():
            raise ConnectorError(failure("network.CONNECTION_RESET", Kind.TRANSIENT, "after the write"))
        return results

    def remove(self, person: Person) -> None:
        """Somebody deletes a person; what is to be related to them is refused from here on."""
        self.people.remove(person)
        self.removed.add(person.id)

    def _one(self, write: Write) -> Ref | ItemError:
        self.writes += 1
        if write.key in self.ids:
            return Ref(id=self.ids[write.key])
        refused = self._lost(write) or next((verdict for rule in self.rules if (verdict := rule(write))), None)
        if refused:
            return ItemError(failure=refused)
        self.records[write.key] = write
        self.ids[write.key] = f"{'02s' if isinstance(write, EmailWrite) else '00Q'}{next(self._ids):015d}"
        if isinstance(write, PersonWrite):
            name = f"{write.first_name} {write.last_name}".strip()
            lead = Person(kind=PersonKind.LEAD, id=self.ids[write.key], email=write.email, name=name)
            self.people.append(lead)
        return Ref(id=self.ids[write.key])

    def _lost(self, write: Write) -> Failure | None:
        """A record with a relation that cannot be made is not made."""
        links = write.links if isinstance(write, EmailWrite) else ()
        lost = next((link.person_id for link in links if link.person_id in self.removed), "")
        return failure("salesforce.ENTITY_IS_DELETED", Kind.NOT_FOUND, f"{lost} is deleted") if lost else None

    def url(self, ref: Ref) -> str:
        return f"https://crm.invalid/{quote(ref.id, safe='')}"

    def allowance(self) -> Allowance:
        return self.usage

    def close(self) -> None:
        """Nothing is held open."""

    def _called(self) -> None:
        self.calls += 1
        self.faults.strike()
