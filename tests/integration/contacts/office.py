"""An organization whose contacts are kept in step with a Salesforce org behind real TLS; its mailbox is in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connectors.contacts import Contact
from connectors.memory.contacts import MemoryContacts
from connectors.models import Mailbox, Organization
from connectors.records import Ref
from syncapp.engine.crm_reading import read_crm
from tests import builders
from tests.conftest import Time
from tests.driving import sync, turn
from tests.integration.bad_input.world import World


@dataclass(kw_only=True)
class Office:
    """Anna is the user that we work as in Salesforce, so that whoever belongs to her there is in her address book."""

    world: World
    time: Time
    anna: Mailbox = field(init=False)

    def __post_init__(self) -> None:
        Organization.everywhere.filter(pk=self.world.organization.pk).update(syncs_contacts=True)
        self.anna = builders.mailbox(self.world.organization, "anna@ours.example", crm_user_id=self.user["id"])

    @property
    def organization(self) -> Organization:
        return Organization.everywhere.get(pk=self.world.organization.pk)

    @property
    def user(self) -> dict[str, str]:
        found: dict[str, str] = self.control("accounts")["users"][0]
        return found

    @property
    def book(self) -> MemoryContacts:
        return builders.store_of(self.anna).contacts

    def control(self, verb: str, **given: Any) -> Any:
        """What somebody does in Salesforce."""
        return self.world.salesforce.control(verb, given)

    def enters(self, **fields: Any) -> str:
        """Anna enters a contact there: its id."""
        made = self.control(
            "create", object="Contact", fields={"LastName": "Meyer", "OwnerId": self.user["id"], **fields}
        )
        return str(made["id"])

    def changes(self, record_id: str, **fields: Any) -> None:
        self.time.move(seconds=1)
        self.control("update", id=record_id, fields=fields)

    def runs(self, times: int = 1) -> None:
        """One run of the organization's reader and of the mailbox, each time some minutes later."""
        for _ in range(times):
            self.time.move(minutes=6)
            while read_crm(self.organization.pk):
                pass
            sync(self.anna)

    def a_day_passes(self) -> None:
        """The schedules do what they do; what waits for a person is tried once in a while."""
        for wait in (timedelta(hours=25), *[timedelta(minutes=6)] * 3):
            self.time.move(seconds=wait.total_seconds())
            turn()

    # -- How it stands

    def ours(self) -> list[Mapping[str, Any]]:
        """What of Salesforce's contacts is kept in step."""
        return [row for row in self.world.salesforce.org.store.rows("Contact") if row["Syncapp_Key__c"]]

    def only(self) -> Mapping[str, Any]:
        (row,) = self.ours()
        return row

    def shared(self) -> tuple[Ref, Contact]:
        """The only contact in the address book."""
        ((id_, found),) = self.book.shared.items()
        return self.book.entries[id_].ref, found

    def titles(self) -> list[str]:
        return sorted(each.title for each in self.book.shared.values())

    def is_quiet(self) -> bool:
        """Whether one more run writes nothing."""
        before = self._writes()
        self.runs()
        return before == self._writes()

    def _writes(self) -> tuple[int, int]:
        there = sum(call.write for call in self.world.salesforce.calls)
        return there, builders.store_of(self.anna).writes
