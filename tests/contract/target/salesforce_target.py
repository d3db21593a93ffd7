"""The org that `--target` names, moved through its REST interface alone. What a test made is deleted after it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors import domains
from connectors.contacts import Contact
from connectors.protocol import CrmConnector
from connectors.records import Event, Person, PersonKind, Response, Task
from connectors.relations import Opportunity
from connectors.salesforce import mapping
from connectors.salesforce.connector import SalesforceConnector
from tests.contract.connectors import salesforce_contact_stage as contacts
from tests.contract.connectors import salesforce_event_stage as events
from tests.contract.connectors import salesforce_task_stage as tasks
from tests.contract.connectors.salesforce_stage import ANSWERS, VERSION
from tests.contract.connectors.stage import Closing, Trouble, fault
from tests.contract.simulators.salesforce.bench import connect, session
from tests.contract.target.conftest import Target

OURS = "0" * 40  # keys of the contract begin so; those of the product are hashes
KEYED = ("EmailMessage", "Lead", "Case", "Event", "Task")
COPIED = ("Subject", "MessageDate", "FromAddress", "MessageIdentifier", "TextBody", "Status", "Incoming")
IN_COPY = {"subject": "Subject", "sender": "FromAddress"}


@dataclass(kw_only=True)
class RecordTarget:
    """What the stages of a CRM have in common."""

    sobject: ClassVar[str]
    counted: ClassVar[str]  # the condition of what people entered
    keyed: ClassVar[tuple[str, ...]] = KEYED

    target: Target
    closing: Closing = field(default_factory=Closing)
    made: list[tuple[str, str]] = field(default_factory=list)
    colleagues: Iterator[Person] = field(init=False)

    def __post_init__(self) -> None:
        said = self.target.said
        http = self.closing.keep(session(Path(said["ca_bundle"])))
        self.salesforce = connect(said["instance_url"].rstrip("/"), said["token"], http, version=VERSION)
        self.colleagues = self._colleagues()

    @property
    def org_id(self) -> str:
        (row,) = self._rows("SELECT Id FROM Organization")
        return str(row["Id"])

    def open(self) -> CrmConnector:
        proxy = self.target.proxy
        return self.closing.keep(  # type: ignore[no-any-return]  # what it keeps it gives back
            SalesforceConnector(
                token=self.target.said["token"],
                instance_url=proxy.url,
                version=VERSION,
                wire=proxy.wire,
            )
        )

    def ended(self) -> None:
        """Takes away what is left of the test."""
        for name in self.keyed:
            rows = self._rows(f"SELECT Id FROM {name} WHERE Syncapp_Key__c LIKE '{OURS}%'")
            self.made += [(name, str(row["Id"])) for row in rows]
        for name, record_id in reversed(self.made):
            self._gone(name, record_id)
        self.closing.close()

    # -- People

    def contact(self, address: str, *, days_old: int = 0, account_id: str = "") -> Person:
        account = {"AccountId": account_id} if account_id else {}
        made = self._person("Contact", days_old, Email=address, **account)
        return Person(kind=PersonKind.CONTACT, id=made, email=address.lower(), name="Ann Meyer", account_id=account_id)

    def lead(self, address: str, *, days_old: int = 0, converted: bool = False) -> Person:
        if converted:
            pytest.skip("salesforce: convert a lead")
        made = self._person("Lead", days_old, Email=address, Company="Acme")
        return Person(kind=PersonKind.LEAD, id=made, email=address.lower(), name="Ann Meyer")

    def _person(self, name: str, days_old: int, **fields: str) -> str:
        if days_old:
            pytest.skip("salesforce: make records that are older than they are")
        return self._create(name, {"FirstName": "Ann", "LastName": "Meyer"} | fields)

    def account(self) -> str:
        return self._create("Account", {"Name": "Acme"})

    def company(self, website: str, *, days_old: int = 0) -> Person:
        if days_old:
            pytest.skip("salesforce: make records that are older than they are")
        made = self._create("Account", {"Name": "Acme", "Website": website})
        named = sorted(domains.named(website), key=len)
        return Person(kind=PersonKind.ACCOUNT, id=made, email=domains.entry(named[0]) if named else "", name="Acme")

    def user(self) -> Person:
        found = next(self.colleagues, None)
        if found is None:
            pytest.skip("salesforce: lend as many users as this needs")
        return found

    def _colleagues(self) -> Iterator[Person]:
        for row in self._rows("SELECT Id, Email FROM User WHERE IsActive = true AND UserType = 'Standard' LIMIT 9"):
            yield Person(kind=PersonKind.USER, id=str(row["Id"]), email=str(row["Email"]))

    def second_address(self, person: Person, address: str) -> Person:
        pytest.skip("salesforce: make a second field for addresses")

    def opportunity(self, owner: str, *, days_old: int = 0) -> Opportunity:
        if days_old:
            pytest.skip("salesforce: make records that are older than they are")
        of = {} if owner.startswith("003") else {"AccountId": owner}
        fields = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31"}
        made = self._create("Opportunity", fields | of)
        if not of:
            self._create("OpportunityContactRole", {"OpportunityId": made, "ContactId": owner})
        (row,) = self._rows(f"SELECT LastModifiedDate FROM Opportunity WHERE Id = '{made}'")
        return Opportunity(id=made, name="Deal", changed_at=mapping.moment(row["LastModifiedDate"]))

    def close_opportunity(self, opportunity: Opportunity) -> None:
        self.salesforce.Opportunity.update(opportunity.id, {"StageName": "Closed Won"})

    def last_active(self, person: Person, day: date) -> Person:
        pytest.skip("salesforce: say when somebody was last active")

    def remove(self, person: Person) -> None:
        self._gone(person.kind.value.title(), person.id)

    # -- Messages and leads

    def records(self) -> dict[str, str]:
        return self._pushed("EmailMessage")

    def leads(self) -> dict[str, str]:
        return self._pushed("Lead")

    def cases(self) -> dict[str, str]:
        return self._pushed("Case")

    def case_of(self, key: str) -> str:
        (row,) = self._rows(f"SELECT ParentId FROM EmailMessage WHERE Syncapp_Key__c = '{key}'")
        return str(row["ParentId"] or "")

    def owner_of(self, record_id: str) -> str:
        (row,) = self._rows(f"SELECT OwnerId FROM Case WHERE Id = '{record_id}'")
        return str(row["OwnerId"])

    def colleague(self, name: str, email: str, *, active: bool = True) -> str:
        pytest.skip("salesforce: make a user")

    def queue(self, name: str) -> str:
        pytest.skip("salesforce: make a queue")

    def retire(self, queue_id: str, *, how: str) -> None:
        pytest.skip("salesforce: delete a queue")

    def _pushed(self, name: str) -> dict[str, str]:
        rows = self._rows(f"SELECT Id, Syncapp_Key__c FROM {name} WHERE Syncapp_Key__c LIKE '{OURS}%'")
        found = {str(row["Syncapp_Key__c"]): str(row["Id"]) for row in rows}
        assert len(found) == len(rows), "one key stands in two records"
        return found

    def relations(self, key: str) -> set[str]:
        (row,) = self._rows(f"SELECT Id, RelatedToId FROM EmailMessage WHERE Syncapp_Key__c = '{key}'")
        asked = f"SELECT RelationId FROM EmailMessageRelation WHERE EmailMessageId = '{row['Id']}'"
        related = [each["RelationId"] for each in self._rows(asked)]
        return {str(each) for each in (*related, row["RelatedToId"]) if each}

    def copy(self, record_id: str, **fields: Any) -> str:
        row = self.salesforce.EmailMessage.get(record_id)
        said = {name: row[name] for name in COPIED} | {IN_COPY[name]: value for name, value in fields.items()}
        return self._create("EmailMessage", said)

    # -- Records that are kept in step

    def pages_of(self, size: int) -> None:
        pytest.skip("salesforce: answer in pages of less than 200 rows")

    def fields(self, **of: Any) -> dict[str, Any]:
        """Fields of the object as somebody fills them in."""
        raise NotImplementedError

    def create(self, said: Any, owner: Person, /) -> str:
        raise NotImplementedError

    def repeat(self, said: Any, owner: Person, times: int) -> list[str]:
        pytest.skip("salesforce: make a series of its own")

    def edit(self, record_id: str, **fields: Any) -> None:
        """A second passes first: Salesforce's stamps know no less."""
        time.sleep(1.0)
        getattr(self.salesforce, self.sobject).update(record_id, self.fields(**fields))

    def delete(self, record_id: str) -> None:
        self._gone(self.sobject, record_id)

    def hide(self, record_id: str) -> None:
        pytest.skip("salesforce: hide a record from us")

    def living(self) -> dict[str, str]:
        rows = self._rows(f"SELECT Id, Syncapp_Key__c FROM {self.sobject} WHERE {self.counted}")
        return {str(row["Id"]): str(row["Syncapp_Key__c"] or "") for row in rows}

    def pass_time(self, length: timedelta) -> None:
        pytest.skip("salesforce: move its clock")

    # -- What goes wrong

    def refuse(self, words: str, message: str) -> None:
        pytest.skip("salesforce: take a validation rule")

    def allow(self) -> None:
        """Nothing was refused."""

    def forget_cursors(self) -> None:
        pytest.skip("salesforce: forget cursors when asked to")

    def lose_answer(self) -> None:
        self.target.proxy.plan("drop_after", path=r"/composite(/sobjects)?$")

    def drop_call(self, number: int) -> None:
        pytest.skip("salesforce: lose another answer than the next")

    def end_access(self, how: str) -> None:
        pytest.skip("salesforce: end an access when asked to")

    def strike(self, trouble: Trouble) -> None:
        made = fault(trouble, ANSWERS)
        plan: dict[str, Any] = {"status": made.status, "headers": dict(made.headers), "body": made.body}
        self.target.proxy.plan(made.action.value, method="*", **plan)

    def calls(self) -> int:
        return len(self.target.proxy.seen())

    def connections(self) -> int:
        pytest.skip("salesforce: count connections")

    # -- REST

    def _create(self, name: str, fields: Mapping[str, Any]) -> str:
        made = str(getattr(self.salesforce, name).create(fields)["id"])
        self.made.append((name, made))
        return made

    def _gone(self, name: str, record_id: str) -> None:
        """Whether it was there or not."""
        self.salesforce.restful("composite/sobjects", method="DELETE", params={"ids": record_id, "allOrNone": "false"})

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        return list(self.salesforce.query_all(statement)["records"])


@dataclass(kw_only=True)
class CrmTarget(RecordTarget):
    """Both stages of a CRM, that of messages and that of events."""

    sobject: ClassVar[str] = "Event"
    counted: ClassVar[str] = "IsChild = false"

    def fields(self, **of: Any) -> dict[str, Any]:
        return events.record(**of)

    def create(self, event: Event, owner: Person, invited: Sequence[Person] = ()) -> str:
        made = self._create("Event", events.whole(event) | {"OwnerId": owner.id})
        for person in invited:
            self._create("EventRelation", {"EventId": made, "RelationId": person.id})
        return made

    def invited(self, record_id: str) -> dict[str, Response]:
        rows = self._rows(f"SELECT RelationId, Status FROM EventRelation WHERE EventId = '{record_id}'")
        about = self.salesforce.Event.get(record_id)["WhoId"]
        alone = {str(about): Response.NONE} if about else {}
        return alone | {str(row["RelationId"]): events.ANSWERS[str(row["Status"])] for row in rows}


@dataclass(kw_only=True)
class TaskTarget(RecordTarget):
    """The stage of tasks."""

    sobject: ClassVar[str] = "Task"
    counted: ClassVar[str] = "IsRecurrence = false"

    def fields(self, **of: Any) -> dict[str, Any]:
        return tasks.record(**of)

    def create(self, task: Task, owner: Person, /) -> str:
        return self._create("Task", tasks.whole(task) | {"OwnerId": owner.id})

    def log(self, task: Task, owner: Person) -> list[str]:
        fields = tasks.whole(task) | {"OwnerId": owner.id}
        return [self._create("Task", fields | {"TaskSubtype": kind}) for kind in ("Email", "Call")]


@dataclass(kw_only=True)
class ContactTarget(RecordTarget):
    """The stage of contacts."""

    sobject: ClassVar[str] = "Contact"
    counted: ClassVar[str] = "LastName != null"
    keyed: ClassVar[tuple[str, ...]] = (*KEYED, "Contact")

    def fields(self, **of: Any) -> dict[str, Any]:
        return contacts.record(**of)

    def create(self, contact: Contact, owner: Person, /) -> str:
        account = {"AccountId": self.account_named(contact.company)} if contact.company else {}
        return self._create("Contact", contacts.whole(contact) | {"OwnerId": owner.id} | account)

    def account_named(self, name: str) -> str:
        return self._create("Account", {"Name": name})

    def person_account(self, contact: Contact, owner: Person) -> str:
        pytest.skip("salesforce: have person accounts")
