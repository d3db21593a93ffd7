"""The contact group, which people call a label, whose members are kept in step.

It is called “Salesforce” when we make it, and known by a mark of ours whatever somebody calls it later. Where there is
no group with the mark, one of that name is taken, and marked. Where there is none at all, all contacts are outside of
it: it is made anew before contacts are read in full, so that people find it, and before one of ours is made in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import ConnectorError
from connectors.google.contact_slots import KEY
from connectors.google.people_client import PeopleClient

NAME = "Salesforce"
MARK = {"key": KEY, "value": "group"}
OF_PEOPLE = "USER_CONTACT_GROUP"
TAKEN = "google.duplicate"


class AddressBook:
    """The contacts of one account with our group, which is asked for once and only where it is needed. `supposed` is
    the group as a cursor knows it: it may be gone by now, or another one."""

    def __init__(self, client: PeopleClient) -> None:
        self.client = client
        self.supposed = ""
        self._group: str | None = None

    def group(self) -> str:
        """The resource name of our group, "" where there is none."""
        if self._group is None:
            self._group = str((self._found() or {}).get("resourceName", ""))
        return self._group

    def sure_group(self) -> str:
        """The same; where there is none, it is made."""
        if not self._group:
            self._group = self._made()
        return self._group

    def _found(self) -> Mapping[str, Any] | None:
        groups = [each for each in self.client.groups() if each.get("groupType") == OF_PEOPLE]
        marked = next((each for each in groups if _is_marked(each)), None)
        return marked or next((each for each in groups if _is_called(each)), None)

    def _made(self) -> str:
        found = self._found() or self._new()
        if not _is_marked(found):
            self.client.mark_group(str(found["resourceName"]), [*found.get("clientData", []), MARK])
        return str(found["resourceName"])

    def _new(self) -> Mapping[str, Any]:
        try:
            return {**self.client.create_group(NAME, [MARK]), "clientData": [MARK]}
        except ConnectorError as error:
            # Somebody else was faster: another process of ours, or its owner.
            found = self._found() if error.failure.code == TAKEN else None
            if found is None:
                raise
            return found


def _is_marked(group: Mapping[str, Any]) -> bool:
    return any({"key": each.get("key"), "value": each.get("value")} == MARK for each in group.get("clientData", []))


def _is_called(group: Mapping[str, Any]) -> bool:
    return str(group.get("name", "")).strip().casefold() == NAME.casefold()
