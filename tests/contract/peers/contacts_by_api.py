"""Contacts that are moved through Google's own API alone, whoever serves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.contacts import Contact
from connectors.google import contact_body, contacts
from connectors.google.contact_groups import NAME
from connectors.google.people_client import FIELDS
from connectors.records import Ref
from tests.contract.connectors.google_contact_stage import OF_FIELD, body
from tests.contract.peers.google_by_api import GoogleByApi

GROUPS = "v1/contactGroups"
SOURCE = "sources=READ_SOURCE_TYPE_CONTACT"
SHOWN = f"personFields={FIELDS}&{SOURCE}"
AT_ONCE = 200  # the most that may be deleted in one request
# What changes contacts, one of them or several.
WRITES = r":(batch)?([Cc]reate|[Uu]pdate|[Dd]elete)Contacts?$"


@dataclass(kw_only=True)
class ContactsByApi(GoogleByApi):
    """`group` is the resource name of ours as far as it is known, "" otherwise."""

    group: str = field(default="", init=False)

    def empty(self) -> None:
        """Nobody is left, nor any group of ours."""
        names = list(self._names())
        for at in range(0, len(names), AT_ONCE):
            self._service("POST", "v1/people:batchDeleteContacts", json={"resourceNames": names[at : at + AT_ONCE]})
        if self._found():
            self.drop_group()

    def add(self, contact: Contact, /, *, outside: bool = False) -> Ref:
        groups = [contact_body.MY_CONTACTS, *([] if outside else [self._sure_group()])]
        member = [{"contactGroupMembership": {"contactGroupResourceName": each}} for each in groups]
        said = {name: [each for each in entries if each] for name, entries in body(contact).items()}
        return self._told("POST", "v1/people:createContact?", said | {"memberships": member})

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        whole = body(replace(contacts.contact(self._raw(ref)), **fields))
        return self._write(ref, {OF_FIELD[name]: whole[OF_FIELD[name]] for name in fields})

    def touch(self, ref: Ref) -> Ref:
        """Something that no contact of ours says."""
        return self._write(ref, {"nicknames": [{"value": "Somebody"}]})

    def delete(self, ref: Ref) -> None:
        self._service("DELETE", f"v1/people/{ref.id}:deleteContact")

    def share(self, ref: Ref) -> Ref:
        return self._moved(ref, "resourceNamesToAdd", self._sure_group())

    def keep(self, ref: Ref) -> Ref:
        return self._moved(ref, "resourceNamesToRemove", self._sure_group())

    def drop_group(self) -> None:
        self._service("DELETE", f"v1/{self._sure_group()}?deleteContacts=false")
        self.group = ""

    def shared(self) -> list[str]:
        found = self._found()
        if not found:
            return []
        said = self._service("GET", f"v1/{found}?maxMembers=1000")
        return [contacts.id_of({"resourceName": each}) for each in said.get("memberResourceNames", [])]

    def living(self) -> list[str]:
        return [contacts.id_of({"resourceName": each}) for each in self._names()]

    def lose_answer(self) -> None:
        self.proxy.plan("drop_after", method="*", path=WRITES)

    # -- By the API

    def _names(self) -> Iterator[str]:
        page = ""
        while True:
            more = f"&pageToken={page}" if page else ""
            said = self._service("GET", f"v1/people/me/connections?personFields=metadata&{SOURCE}&pageSize=1000{more}")
            yield from (each["resourceName"] for each in said.get("connections", []))
            page = said.get("nextPageToken", "")
            if not page:
                return

    def _found(self) -> str:
        """Our group as it is called now, "" where there is none."""
        listed = self._service("GET", f"{GROUPS}?groupFields=groupType,name&pageSize=1000").get("contactGroups", [])
        names = [each["resourceName"] for each in listed if each.get("name") == NAME]
        self.group = next(iter(names), "")
        return self.group

    def _sure_group(self) -> str:
        if not self.group and not self._found():
            self.group = self._service("POST", GROUPS, json={"contactGroup": {"name": NAME}})["resourceName"]
        return self.group

    def _moved(self, ref: Ref, way: str, group: str) -> Ref:
        self._service("POST", f"v1/{group}/members:modify", json={way: [f"people/{ref.id}"]})
        return contacts.ref(self._raw(ref))

    def _raw(self, ref: Ref) -> dict[str, Any]:
        found: dict[str, Any] = self._service("GET", f"v1/people/{ref.id}?{SHOWN}")
        return found

    def _write(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        """A change of these fields, as they stand then."""
        said = {name: [each for each in entries if each] for name, entries in fields.items()}
        stamp = {"metadata": self._raw(ref)["metadata"]}
        path = f"v1/people/{ref.id}:updateContact?updatePersonFields={','.join(fields)}&"
        return self._told("PATCH", path, said | stamp)

    def _told(self, method: str, path: str, said: dict[str, Any]) -> Ref:
        return contacts.ref(self._service(method, f"{path}{SHOWN}", json=said))

    def _service(self, method: str, path: str, **options: Any) -> Any:
        return self.ask(method, f"{self.own}{self.contacts}/{path}", **options)
