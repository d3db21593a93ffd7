"""The reference implementations, moved from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count

from connectors import domains
from connectors.attachments import FileWrite
from connectors.errors import Failure, Kind
from connectors.memory import CRMS, MAILBOXES, MemoryCrm, MemoryMailbox, failure
from connectors.protocol import CrmConnector, MailConnector
from connectors.records import Attachment, CaseWrite, CrmUser, Email, EmailWrite, Flag, Person, PersonKind, Ref, Write
from connectors.relations import Opportunity
from tests.builders import WHEN
from tests.contract.connectors.stage import MINUTES, SECONDS, Enclosed, MailStage, Trouble

_numbers = count(1)


def _troubles(busy: str, down: str) -> Mapping[Trouble, Failure]:
    waiting = failure(busy, Kind.RATE_LIMITED, "too fast")
    return {
        Trouble.BUSY_FOR_SECONDS: replace(waiting, retry_after=SECONDS),
        Trouble.BUSY_UNTIL: replace(waiting, retry_after=60.0 * MINUTES),
        Trouble.BROKEN: failure(down, Kind.TRANSIENT, "internal error"),
        Trouble.DOWN: failure(down, Kind.TRANSIENT, "maintenance"),
        Trouble.HUNG_UP: failure("network.CONNECTION_RESET", Kind.TRANSIENT, "hung up"),
    }


_MAIL = _troubles("google.rateLimitExceeded", "google.backendError")
_CRM = _troubles("salesforce.REQUEST_LIMIT_EXCEEDED", "salesforce.SERVER_UNAVAILABLE")
NAMES = {PersonKind.ACCOUNT: "Acme"}
_FILES: Mapping[str, tuple[str, Kind, Callable[[FileWrite], bool]]] = {
    "too large": ("salesforce.FILE_TOO_LARGE", Kind.INVALID, lambda file: len(file.content) >= 2048),
    "blocked": ("salesforce.FILE_KIND_BLOCKED", Kind.INVALID, lambda file: file.name.endswith(".exe")),
    "no room": ("salesforce.STORAGE_LIMIT_EXCEEDED", Kind.CONFIG, lambda file: True),
}
_ENDED = 1000  # calls: for ever


@dataclass(kw_only=True)
class MemoryMailStage:
    address: str = field(default_factory=lambda: f"box{next(_numbers)}@ours.example")
    store: MemoryMailbox = field(init=False)

    def __post_init__(self) -> None:
        self.store = MAILBOXES[self.address] = MemoryMailbox(self.address)

    def open(self) -> MailConnector:
        self.store.headers_only = False
        return self.store

    def open_for_headers(self) -> MailConnector:
        """One in memory is the same for all who open it, as whoever opened it last wants it."""
        self.store.headers_only = True
        return self.store

    def neighbour(self) -> MailStage:
        return MemoryMailStage()

    def pages_of(self, size: int) -> None:
        self.store.page_size = size

    def deliver(self, email: Email, *filed: Flag) -> Ref:
        return self.store.deliver(replace(email, flags=frozenset(filed)))

    def deliver_with(self, email: Email, *files: Enclosed) -> Ref:
        told = tuple(Attachment(name=name, content_type=kind, size=len(content)) for name, kind, content in files)
        return self.store.deliver(replace(email, attachments=told), *(content for _, _, content in files))

    def delete(self, ref: Ref) -> None:
        self.store.delete(ref)

    def star(self, ref: Ref) -> None:
        self.store.feed.append((ref.id, False))

    def label(self, name: str) -> str:
        return self.store.label(name)

    def rename_label(self, label: str, name: str) -> None:
        self.store.names[label] = name

    def drop_label(self, label: str) -> None:
        self.store.drop_label(label)

    def relabel(self, ref: Ref, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        self.store.relabel(ref, add=add, remove=remove)

    def forget_cursors(self) -> None:
        self.store.forget_cursors()

    def end_access(self, how: str) -> None:
        self.store.faults.waiting.extend([failure("google.authError", Kind.AUTH, how)] * _ENDED)

    def strike(self, trouble: Trouble) -> None:
        self.store.faults.waiting.append(_MAIL[trouble])

    def calls(self) -> int:
        return self.store.calls

    def connections(self) -> int:
        return 0


@dataclass(kw_only=True)
class MemoryCrmStage:
    org_id: str = field(default_factory=lambda: f"00D{next(_numbers):012d}")
    store: MemoryCrm = field(init=False)
    ages: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = CRMS[self.org_id] = MemoryCrm(self.org_id)

    def open(self) -> CrmConnector:
        return CRMS[self.org_id]

    def contact(self, address: str, *, days_old: int = 0, account_id: str = "") -> Person:
        return self._person(PersonKind.CONTACT, "003", address, days_old, account_id)

    def lead(self, address: str, *, days_old: int = 0, converted: bool = False) -> Person:
        made = self._person(PersonKind.LEAD, "00Q", address, days_old)
        if converted:
            self.store.people.remove(made)
        return made

    def _person(self, kind: PersonKind, prefix: str, address: str, days_old: int, account_id: str = "") -> Person:
        """In its place: the people of a CRM in memory stand in the order of their age."""
        number = f"{prefix}{next(_numbers):015d}"
        made = Person(
            kind=kind, id=number, email=address.lower(), name=NAMES.get(kind, "Ann Meyer"), account_id=account_id
        )
        self.ages[made.id] = days_old
        self.store.people.append(made)
        self.store.people.sort(key=lambda person: -self.ages.get(person.id, 0))
        return made

    def account(self) -> str:
        return f"001{next(_numbers):015d}"

    def company(self, website: str, *, days_old: int = 0) -> Person:
        entries = sorted((domains.entry(each) for each in domains.named(website)), key=len)
        made = self._person(PersonKind.ACCOUNT, "001", entries[0] if entries else "", days_old)
        self.store.people += [replace(made, email=each) for each in entries[1:]]
        self.store.people.sort(key=lambda person: -self.ages.get(person.id, 0))
        return made

    def second_address(self, person: Person, address: str) -> Person:
        found = replace(person, email=address.lower(), secondary=True)
        if person in self.store.people:  # else a lead that was converted
            self.store.people.append(found)
        self.store.people.sort(key=lambda each: -self.ages.get(each.id, 0))
        return found

    def opportunity(self, owner: str, *, days_old: int = 0) -> Opportunity:
        made = Opportunity(id=f"006{next(_numbers):015d}", name="Deal", changed_at=WHEN - timedelta(days=days_old))
        theirs = self.store.opportunities.setdefault(owner, [])
        theirs.append(made)
        theirs.sort(key=lambda each: each.changed_at)
        return made

    def close_opportunity(self, opportunity: Opportunity) -> None:
        for theirs in self.store.opportunities.values():
            theirs[:] = [each for each in theirs if each.id != opportunity.id]

    def last_active(self, person: Person, day: date) -> Person:
        found = replace(person, active=day)
        self.store.people[self.store.people.index(person)] = found
        return found

    def remove(self, person: Person) -> None:
        self.store.remove(person)

    def refuse(self, words: str, message: str) -> None:
        verdict = failure("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind.INVALID, message)

        def rule(write: Write) -> Failure | None:
            return verdict if isinstance(write, EmailWrite) and words in write.email.subject else None

        self.store.rules.append(rule)

    def allow(self) -> None:
        self.store.rules.clear()

    def lose_answer(self) -> None:
        self.store.lost_answers.append(True)

    def records(self) -> dict[str, str]:
        return self._pushed("02s")

    def leads(self) -> dict[str, str]:
        return self._pushed("00Q")

    def cases(self) -> dict[str, str]:
        return self._pushed("500")

    def case_of(self, key: str) -> str:
        write = self.store.records[key]
        assert isinstance(write, EmailWrite)
        return write.case_id

    def owner_of(self, record_id: str) -> str:
        (key,) = (key for key, id_ in self.store.ids.items() if id_ == record_id)
        write = self.store.records[key]
        assert isinstance(write, CaseWrite)
        return write.owner_id

    def files_of(self, key: str) -> dict[str, bytes]:
        write = self.store.records[key]
        assert isinstance(write, EmailWrite)
        files = [self.store.files[each] for each in write.files]
        return {file.name: file.content for file in files}

    def delete_file(self, file_id: str) -> None:
        self.store.lose(file_id)

    def refuse_files(self, why: str) -> None:
        code, kind, is_refused = _FILES[why]
        self.store.file_rules.append(lambda file: failure(code, kind, why) if is_refused(file) else None)

    def lose_upload(self) -> None:
        self.store.lost_answers.append(True)

    def colleague(self, name: str, email: str, *, active: bool = True) -> str:
        made = CrmUser(id=f"005{next(_numbers):012d}AAA", name=name, email=email)
        if active:
            self.store.colleagues.append(made)
        return made.id

    def queue(self, name: str) -> str:
        made = f"00G{next(_numbers):015d}"
        self.store.queued[made] = name
        return made

    def retire(self, queue_id: str, *, how: str) -> None:
        assert how in {"deleted", "unserved"}
        del self.store.queued[queue_id]

    def _pushed(self, prefix: str) -> dict[str, str]:
        return {key: id_ for key, id_ in self.store.ids.items() if id_.startswith(prefix)}

    def relations(self, key: str) -> set[str]:
        write = self.store.records[key]
        assert isinstance(write, EmailWrite)
        return {link.person_id for link in write.links} | ({write.opportunity_id or write.account_id} - {""})

    def end_access(self, how: str) -> None:
        self.store.faults.waiting.extend([failure("salesforce.INVALID_SESSION_ID", Kind.AUTH, how)] * _ENDED)

    def strike(self, trouble: Trouble) -> None:
        self.store.faults.waiting.append(_CRM[trouble])

    def calls(self) -> int:
        return self.store.calls

    def connections(self) -> int:
        return 0
