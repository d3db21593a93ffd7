"""Salesforce as a `CrmConnector`.

Records are inserted under a unique key of ours, 200 at a time. A key that is there already is our own earlier
write whose answer got lost, or another mailbox's copy: the record is looked up by its key and adopted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError, ItemError
from connectors.records import (
    Account,
    Allowance,
    EmailWrite,
    Person,
    PersonKind,
    PersonWrite,
    Ref,
    Write,
)
from connectors.salesforce import mapping
from connectors.salesforce.client import RECORDS, SalesforceClient
from connectors.salesforce.errors import item_failure
from connectors.wire import Wire

ADDRESSES = 250  # in one query: keeps a statement well below the longest that Salesforce takes
LONGEST_ADDRESS = 80  # characters that an e-mail field holds; nobody in Salesforce has a longer one
CONTACTS = "SELECT Id, Email, Name, AccountId FROM Contact WHERE Email IN {} ORDER BY CreatedDate, Id"
LEADS = "SELECT Id, Email, Name FROM Lead WHERE Email IN {} AND IsConverted = false ORDER BY CreatedDate, Id"
TAKEN = "salesforce.DUPLICATE_VALUE"
BY_KEY = "SELECT Id, Syncapp_Key__c FROM {:literal} WHERE Syncapp_Key__c IN {}"

W = TypeVar("W", bound=Write)
Result = Ref | ItemError


class SalesforceConnector:
    """One Salesforce org, as the integration user."""

    key: ClassVar[str] = "salesforce"

    def __init__(self, *, token: str, instance_url: str, version: str, wire: Wire) -> None:
        self._client = SalesforceClient(token=token, instance_url=instance_url, version=version, wire=wire)

    def check(self) -> Account:
        said = self._client.userinfo()
        return Account(
            id=said.get("user_id", ""),
            name=said.get("preferred_username", ""),
            organization_id=said.get("organization_id", ""),
        )

    def find_people(self, addresses: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
        found: dict[str, list[Person]] = {address.lower(): [] for address in addresses}
        wanted = sorted(address for address in found if len(address) <= LONGEST_ADDRESS)
        for at in range(0, len(wanted), 2 * ADDRESSES):
            for person in self._people(wanted[at : at + 2 * ADDRESSES]):
                found.setdefault(person.email, []).append(person)
        return {address: tuple(people) for address, people in found.items()}

    def _people(self, addresses: Sequence[str]) -> Iterable[Person]:
        """Contacts, then leads, of up to 500 addresses: two queries on each object in one call."""
        parts = [addresses[at : at + ADDRESSES] for at in range(0, len(addresses), ADDRESSES)]
        asked = [(kind, format_soql(soql, list(part))) for kind, soql in _OBJECTS for part in parts]
        answers = self._client.queries([statement for _, statement in asked])
        return [mapping.person(row, kind) for (kind, _), rows in zip(asked, answers, strict=True) for row in rows]

    def push(self, writes: Sequence[Write]) -> list[Result]:
        people = [w for w in writes if isinstance(w, PersonWrite)]
        emails = [w for w in writes if isinstance(w, EmailWrite)]
        results = self._create("Lead", people, mapping.lead)
        results |= self._create("EmailMessage", emails, mapping.email_message)
        return [results[write.key] for write in writes]

    def _create(self, sobject: str, writes: Sequence[W], record: Callable[[W], dict[str, Any]]) -> dict[str, Result]:
        """By key. A key that stands twice is written once. What a first call told is not lost if a later one fails."""
        once = list({write.key: write for write in writes}.values())
        results: dict[str, Result] = {}
        for at in range(0, len(once), RECORDS):
            part = once[at : at + RECORDS]
            try:
                answers = self._client.create([record(write) for write in part])
            except ConnectorError as error:
                if not results:
                    raise
                results |= {write.key: ItemError(failure=error.failure) for write in once[at:]}
                break
            results |= {w.key: self._result(a) for w, a in zip(part, answers, strict=True)}
        return results | self._adopted(sobject, results)

    def _result(self, said: Mapping[str, Any]) -> Result:
        if said.get("success") is True and said.get("id"):
            return Ref(id=said["id"])
        return ItemError(failure=item_failure(said, self._client.last()))

    def _adopted(self, sobject: str, results: Mapping[str, Result]) -> dict[str, Result]:
        """The records that have our keys already.

        Whichever value was taken: the message that says so is in the language of the user, and names no field where
        two writes meet. Only a record that is found under the key is adopted.
        """
        keys = [k for k, r in results.items() if isinstance(r, ItemError) and r.failure.code == TAKEN]
        adopted: dict[str, Result] = {}
        for at in range(0, len(keys), RECORDS):
            part = keys[at : at + RECORDS]
            try:
                (rows,) = self._client.queries([format_soql(BY_KEY, sobject, part)])
            except ConnectorError as error:
                return adopted | {key: ItemError(failure=error.failure) for key in keys[at:]}
            adopted |= {row[mapping.KEY]: Ref(id=row["Id"]) for row in rows}
        return adopted

    def url(self, ref: Ref) -> str:
        return f"{self._client.instance_url}/{quote(ref.id, safe='')}"

    def allowance(self) -> Allowance:
        return self._client.allowance()

    def close(self) -> None:
        self._client.close()


_OBJECTS = ((PersonKind.CONTACT, CONTACTS), (PersonKind.LEAD, LEADS))
