"""The contacts of one user and their groups, by the People API. Only what stands in the contact itself is read and
written, nothing of the profile that Google may know of the same person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.google.client import ApiClient, Http

ME = "people/me"
SOURCES = ["READ_SOURCE_TYPE_CONTACT"]
FIELDS = (  # all that is read of a person
    "metadata,names,emailAddresses,phoneNumbers,addresses,organizations,birthdays,biographies,memberships,clientData"
)
READ = 200  # the most that getBatchGet gives
GROUPS = 1_000  # the most that contactGroups.list gives
GROUP_FIELDS = "clientData,groupType,name"
Body = Mapping[str, Any]


class PeopleClient(ApiClient):
    """Google wants the writes of one user one after the other: a batch of calls, which it may carry out all at once, is
    not used. Its own methods for many contacts do all of them or none.
    """

    def __init__(self, *, http: Http, api_root: str) -> None:
        super().__init__(http, api_root, "people", "v1")
        self._people = self._collection("people")
        self._connections = self._collection("people", "connections")
        self._groups = self._collection("contactGroups")

    # -- Contacts

    def changes(self, *, size: int, page: str, token: str) -> dict[str, Any]:
        """One page of all contacts, or of those that changed since the sync token. The last one has a new token."""
        request = self._connections.list(
            resourceName=ME,
            personFields=FIELDS,
            sources=SOURCES,
            pageSize=size,
            pageToken=page or None,
            syncToken=token or None,
            requestSyncToken=True,
        )
        return self._ask(request, "contacts", "nextPageToken", "nextSyncToken")

    def newest(self, *, size: int, page: str) -> dict[str, Any]:
        """One page of all contacts, those that were changed last before the others. Of none the answer is empty."""
        request = self._connections.list(
            resourceName=ME,
            personFields=FIELDS,
            sources=SOURCES,
            pageSize=size,
            pageToken=page or None,
            sortOrder="LAST_MODIFIED_DESCENDING",
        )
        return self._ask(request, "contacts")

    def get(self, names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """What Google says of each of these resource names, at most `READ` of them, by name."""
        request = self._people.getBatchGet(resourceNames=list(names), personFields=FIELDS, sources=SOURCES)
        said = self._ask(request, "contacts", "responses")
        return {str(each.get("requestedResourceName", "")): each for each in said["responses"]}

    def create(self, bodies: Sequence[Body]) -> list[Mapping[str, Any]]:
        """The contacts that were made, several of them in no certain order."""
        if len(bodies) == 1:
            request = self._people.createContact(body=bodies[0], personFields=FIELDS, sources=SOURCES)
            return [self._ask(request, "create a contact", "resourceName")]
        wanted = {"contacts": [{"contactPerson": body} for body in bodies], "readMask": FIELDS, "sources": SOURCES}
        said = self._ask(self._people.batchCreateContacts(body=wanted), "create contacts", "createdPeople")
        return [each.get("person", {}) for each in said["createdPeople"]]

    def update(self, bodies: Mapping[str, Body], fields: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Replaces these fields of each, by resource name, and says what stands there then."""
        if len(bodies) == 1:
            ((name, body),) = bodies.items()
            request = self._people.updateContact(
                resourceName=name, body=body, updatePersonFields=",".join(fields), personFields=FIELDS, sources=SOURCES
            )
            return {name: self._ask(request, "update a contact", "resourceName")}
        wanted = {"contacts": bodies, "updateMask": ",".join(fields), "readMask": FIELDS, "sources": SOURCES}
        said = self._ask(self._people.batchUpdateContacts(body=wanted), "update contacts", "updateResult")
        return {name: each.get("person", {}) for name, each in said["updateResult"].items()}

    def delete(self, names: Sequence[str]) -> None:
        if len(names) == 1:
            self._ask(self._people.deleteContact(resourceName=names[0]), "delete a contact")
        else:
            self._ask(self._people.batchDeleteContacts(body={"resourceNames": list(names)}), "delete contacts")

    # -- Groups

    def groups(self) -> Iterator[Mapping[str, Any]]:
        """All of them, Google's own ones too."""
        page = ""
        while True:
            request = self._groups.list(pageSize=GROUPS, pageToken=page or None, groupFields=GROUP_FIELDS)
            said = self._ask(request, "groups", "contactGroups", "totalItems")
            yield from said.get("contactGroups", [])
            page = said.get("nextPageToken", "")
            if not page:
                return

    def create_group(self, name: str, data: Sequence[Body]) -> Mapping[str, Any]:
        body = {"contactGroup": {"name": name, "clientData": list(data)}, "readGroupFields": "name"}
        return self._ask(self._groups.create(body=body), "create a group", "resourceName")

    def mark_group(self, name: str, data: Sequence[Body]) -> None:
        """Writes what we know the group by, and leaves its name."""
        body = {"contactGroup": {"clientData": list(data)}, "updateGroupFields": "clientData"}
        self._ask(self._groups.update(resourceName=name, body=body), "mark a group", "resourceName")
