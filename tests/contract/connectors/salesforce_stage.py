"""The Salesforce connector on a Salesforce simulator, moved through the simulator's door."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from connectors import domains
from connectors.protocol import CrmConnector
from connectors.records import Person, PersonKind
from connectors.relations import Opportunity
from connectors.salesforce.connector import SalesforceConnector
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Action, Fault
from connectors.simulators.salesforce import SalesforceSimulator
from tests.contract.connectors.stage import Answers, Closing, CountingServer, Trouble, fault, reach

VERSION = "66.0"
SECOND = "Second_Email__c"


def _words(status: int, code: str, message: str) -> tuple[int, str]:
    return status, json.dumps([{"errorCode": code, "message": message}])


_BUSY = _words(429, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")
ANSWERS: Answers = {
    Trouble.BUSY_FOR_SECONDS: _BUSY,
    Trouble.BUSY_UNTIL: _BUSY,
    Trouble.BROKEN: _words(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. ErrorId: 1-2 (3)"),
}


S = TypeVar("S", bound="SalesforceStage")


@contextmanager
def standing(kind: type[S], server: CountingServer, certificate: Certificate) -> Iterator[S]:
    """A stage of this kind, with an org of its own behind the server."""
    simulator = SalesforceSimulator()
    simulator.base_url = server.url
    server.simulator = simulator
    made = kind(server=server, certificate=certificate, simulator=simulator)
    yield made
    made.closing.close()


@dataclass(kw_only=True)
class SalesforceStage:
    server: CountingServer
    certificate: Certificate
    simulator: SalesforceSimulator
    closing: Closing = field(default_factory=Closing)
    token: str = field(init=False)
    rules: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token = self._door("grant", username=self._door("accounts")["users"][0]["username"])["access_token"]

    @property
    def org_id(self) -> str:
        return self.simulator.org.id

    def open(self) -> CrmConnector:
        return self.closing.keep(  # type: ignore[no-any-return]  # what it keeps it gives back
            SalesforceConnector(
                token=self.token,
                instance_url=self.simulator.base_url,
                version=VERSION,
                wire=reach(self.simulator, self.certificate),
            )
        )

    def contact(self, address: str, *, days_old: int = 0, account_id: str = "") -> Person:
        account = {"AccountId": account_id} if account_id else {}
        made = self._made("Contact", days_old, Email=address, **account)
        return Person(kind=PersonKind.CONTACT, id=made, email=address.lower(), name="Ann Meyer", account_id=account_id)

    def lead(self, address: str, *, days_old: int = 0, converted: bool = False) -> Person:
        made = self._made("Lead", days_old, Email=address, Company="Acme")
        if converted:
            self._put("Lead", made, IsConverted=True)
        return Person(kind=PersonKind.LEAD, id=made, email=address.lower(), name="Ann Meyer")

    def _made(self, name: str, days_old: int, **fields: str) -> str:
        made = str(self._door("create", object=name, fields={"FirstName": "Ann", "LastName": "Meyer"} | fields)["id"])
        created = datetime.now(UTC) - timedelta(days=days_old)
        self._put(name, made, CreatedDate=created.strftime("%Y-%m-%dT%H:%M:%S.000+0000"))
        return made

    def _put(self, name: str, record_id: str, **fields: object) -> None:
        """What no API can write."""
        with self.simulator.lock:
            store = self.simulator.org.store
            store.put(name, (store.get(record_id) or {}) | fields)
            store.commit()

    def account(self) -> str:
        return str(self._door("create", object="Account", fields={"Name": "Acme"})["id"])

    def company(self, website: str, *, days_old: int = 0) -> Person:
        made = self.account()
        created = datetime.now(UTC) - timedelta(days=days_old)
        self._put("Account", made, Website=website, CreatedDate=created.strftime("%Y-%m-%dT%H:%M:%S.000+0000"))
        named = sorted(domains.named(website), key=len)
        return Person(kind=PersonKind.ACCOUNT, id=made, email=domains.entry(named[0]) if named else "", name="Acme")

    def person_account(self, address: str) -> Person:
        """Somebody who is an account and a contact in one, in an org that has such."""
        self._door("person-accounts")
        made = str(self._door("create", object="Account", fields={"LastName": "Meyer", "PersonEmail": address})["id"])
        row = self.simulator.org.store.get(made) or {}
        contact = str(row["PersonContactId"])
        return Person(kind=PersonKind.CONTACT, id=contact, email=address, name="Meyer", account_id=made)

    def account_address(self, account_id: str, address: str) -> None:
        """Writes an address into a field of the account itself."""
        if SECOND not in self.simulator.org.schema.objects["Account"].fields:
            self._door("add-field", object="Account", name=SECOND, type="email")
        self._put("Account", account_id, **{SECOND: address})

    def account_field(self, account_id: str, name: str, value: str) -> None:
        """Somebody makes a text field for accounts, and fills it in for one."""
        self._door("add-field", object="Account", name=name, type="string")
        self._put("Account", account_id, **{name: value})

    def hide_object(self, name: str) -> None:
        """Our user may not read an object any more."""
        self._door("object-access", object=name, denied=["read"])

    def lose_second_addresses(self) -> None:
        """Somebody deletes the field of contacts that has them."""
        self._door("remove-field", object="Contact", field=SECOND)

    def fail_describe(self, status: int, code: str) -> None:
        """The next call that describes objects finds nobody, and of the objects says this alone."""
        found = {"body": {"totalSize": 0, "done": True, "records": []}, "httpStatusCode": 200, "httpHeaders": {}}
        said = {"body": [{"errorCode": code, "message": "so it is"}], "httpStatusCode": status, "httpHeaders": {}}
        names = ("query0", "query1", "Contact", "Lead", "Account")
        parts = [(found if name.startswith("query") else said) | {"referenceId": name} for name in names]
        body = json.dumps({"compositeResponse": parts})
        self.simulator.faults.append(Fault(action=Action.ANSWER, path="/composite$", status=200, body=body))

    def second_address(self, person: Person, address: str) -> Person:
        name = person.kind.value.title()
        if SECOND not in self.simulator.org.schema.objects[name].fields:
            self._door("add-field", object=name, name=SECOND, type="email")
        self._put(name, person.id, **{SECOND: address})
        return replace(person, email=address.lower(), secondary=True)

    def opportunity(self, owner: str, *, days_old: int = 0) -> Opportunity:
        of = {} if owner.startswith("003") else {"AccountId": owner}
        fields = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", **of}
        made = str(self._door("create", object="Opportunity", fields=fields)["id"])
        if not of:
            self._door("create", object="OpportunityContactRole", fields={"OpportunityId": made, "ContactId": owner})
        at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_old)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        self._put("Opportunity", made, CreatedDate=stamp, LastModifiedDate=stamp)
        return Opportunity(id=made, name="Deal", changed_at=at)

    def role(self, opportunity: Opportunity, person: Person) -> None:
        """Gives a contact one more role."""
        fields = {"OpportunityId": opportunity.id, "ContactId": person.id, "Role": "Evaluator"}
        self._door("create", object="OpportunityContactRole", fields=fields)

    def active_opportunity(self, opportunity: Opportunity) -> Opportunity:
        self._put("Opportunity", opportunity.id, LastActivityDate="2026-11-03")
        return replace(opportunity, active=date(2026, 11, 3))

    def strike_second(self, trouble: Trouble) -> None:
        """It goes wrong with the call after the next."""
        self.simulator.faults.append(replace(fault(trouble, ANSWERS), after=1))

    def close_opportunity(self, opportunity: Opportunity) -> None:
        self._door("update", id=opportunity.id, fields={"StageName": "Closed Won"})

    def last_active(self, person: Person, day: date) -> Person:
        self._put(person.kind.value.title(), person.id, LastActivityDate=day.isoformat())
        return replace(person, active=day)

    def remove(self, person: Person) -> None:
        self._door("delete", id=person.id)

    def refuse(self, words: str, message: str) -> None:
        self.rules.append(words)
        self._door(
            "validation-rule",
            object="EmailMessage",
            name=words,
            message=message,
            field="Subject",
            pattern=re.escape(words),
        )

    def allow(self) -> None:
        for name in self.rules:
            self._door("remove-rule", name=name)

    def lose_answer(self) -> None:
        lost = {"action": "drop_after", "method": "POST", "path": "/composite/sobjects$"}
        self.simulator.faults.append(Fault.of(lost))

    def records(self) -> dict[str, str]:
        return self._pushed("EmailMessage")

    def leads(self) -> dict[str, str]:
        return self._pushed("Lead")

    def hide_cases(self, *, wholly: bool) -> None:
        """Our user may not see the key of cases any more, or no cases at all."""
        if wholly:
            self._door("object-access", object="Case", denied=["read", "create", "edit"])
        else:
            self._door("field-access", object="Case", field="Syncapp_Key__c", access="none")

    def cases(self) -> dict[str, str]:
        return self._pushed("Case")

    def case_of(self, key: str) -> str:
        return str((self.simulator.org.store.get(self.records()[key]) or {})["ParentId"] or "")

    def owner_of(self, record_id: str) -> str:
        return str((self.simulator.org.store.get(record_id) or {})["OwnerId"])

    def files_of(self, key: str) -> dict[str, bytes]:
        org = self.simulator.org
        links = [row for row in org.store.rows("ContentDocumentLink") if row["LinkedEntityId"] == self.records()[key]]
        documents = {row["ContentDocumentId"] for row in links}
        versions = [row for row in org.store.rows("ContentVersion") if row["ContentDocumentId"] in documents]
        return {str(row["PathOnClient"]): org.blobs[row["Id"]] for row in versions}

    def delete_file(self, file_id: str) -> None:
        self._door("delete", id=file_id)

    def refuse_files(self, why: str) -> None:
        given: dict[str, dict[str, Any]] = {
            "too large": {"file": 2047},
            "blocked": {"blocked": ["exe"]},
            "no room": {"full": True},
        }
        self._door("files", **given[why])

    def block(self, ending: str) -> None:
        self._door("files", blocked=[ending])

    def break_files(self, code: str) -> None:
        self._door("files", broken=code)

    def hide_file_key(self) -> None:
        self._door("field-access", object="ContentVersion", field="Syncapp_Key__c", access="none")

    def newer_version(self, document_id: str, *, key: str) -> None:
        """Somebody brings a newer version of a file, with the fields of the one before."""
        fields = {
            "ContentDocumentId": document_id,
            "PathOnClient": "newer.txt",
            "VersionData": "bmV3",
            "Syncapp_Key__c": key,
        }
        self._door("create", object="ContentVersion", fields=fields)

    def lose_upload(self) -> None:
        self.simulator.faults.append(Fault.of({"action": "drop_after", "method": "POST", "path": "/ContentVersion/?$"}))

    def colleague(self, name: str, email: str, *, active: bool = True) -> str:
        fields = {"Username": email, "Email": email, "LastName": name, "IsActive": active}
        return str(self._door("create", object="User", fields=fields)["id"])

    def queue(self, name: str) -> str:
        return str(self._door("queue", name=name, objects=["Case"])["id"])

    def retire(self, queue_id: str, *, how: str) -> None:
        if how == "deleted":
            self._door("remove-queue", id=queue_id)
        else:
            self._door("queue", id=queue_id, objects=["Lead"])

    def _pushed(self, name: str) -> dict[str, str]:
        rows = [row for row in self.simulator.org.store.rows(name) if row["Syncapp_Key__c"]]
        found = {str(row["Syncapp_Key__c"]): str(row["Id"]) for row in rows}
        assert len(found) == len(rows), "one key stands in two records"
        return found

    def relations(self, key: str) -> set[str]:
        record_id = self.records()[key]
        store = self.simulator.org.store
        rows = [r for r in store.rows("EmailMessageRelation") if r["EmailMessageId"] == record_id]
        related = (store.get(record_id) or {})["RelatedToId"]
        return {str(id_) for id_ in (*(row["RelationId"] for row in rows), related) if id_}

    def end_access(self, how: str) -> None:
        self._door({"expired": "expire-tokens", "revoked": "revoke-grant"}[how])

    def strike(self, trouble: Trouble) -> None:
        self.simulator.faults.append(fault(trouble, ANSWERS))

    def calls(self) -> int:
        return len(self.simulator.calls)

    def connections(self) -> int:
        return self.server.settled()

    def _door(self, verb: str, **arguments: Any) -> Any:
        with self.simulator.lock:
            return self.simulator.control(verb, arguments)
