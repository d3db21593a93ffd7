"""A small world in this process, with the demo's two accounts of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from connectors.simulators.postbox import Postbox
from syncapp.demo.doors import Doors
from syncapp.demo.reporting import Account, account
from tests.driving import sync
from tests.integration.bad_input.world import ANN, World


@dataclass(frozen=True, kw_only=True)
class Compared:
    """`settled` brings five messages to rest; then a test plants what must not be, and compares."""

    world: World
    postbox: Postbox
    doors: Doors

    def settled(self) -> Compared:
        self.world.deliver(self.world.ada, "one", "two", "three")
        self.world.deliver(self.world.ben, "four", "five")
        sync(self.world.ada, self.world.ben)
        return self

    def account(self) -> Account:
        """As in a world of real mail: without the made world's proportions."""
        return account(self.doors, (), made=False)

    # -- What must not be

    def arrive_unread(self) -> None:
        """A message outside that no row of ours knows."""
        self.world.deliver(self.world.ada, "nobody read this")

    def write_twice(self) -> None:
        """A second record of a message, under another key or none."""
        first = self.rows()[0]
        copy = {name: first[name] for name in ("Subject", "FromAddress", "MessageDate", "MessageIdentifier")}
        self.doors.salesforce("create", object="EmailMessage", fields={**copy, "Incoming": True, "Status": "1"})

    def write_from_nowhere(self) -> None:
        fields = {"Subject": "Who wrote this?", "FromAddress": ANN, "MessageDate": "2026-03-02T09:30:00.000+0000"}
        self.doors.salesforce("create", object="EmailMessage", fields={**fields, "Incoming": True, "Status": "1"})

    def lose_a_record(self) -> None:
        self.doors.salesforce("delete", id=self.rows()[0]["Id"])

    def send_a_mail(self) -> None:
        said = b"Message-ID: <stray@syncapp.example>\r\nSubject: Nobody expects this\r\n\r\nHello\r\n"
        self.postbox.take("syncapp@ours.example", ["admin@ours.example"], said)

    def forge_a_subject(self) -> None:
        """Another text under a true identity: what a careless mapping would write."""
        store = self.world.salesforce.org.store
        row = next(iter(store.rows("EmailMessage")))
        row["Subject"] = "Quite another subject"

    def rows(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.doors.salesforce("snapshot")["records"]["EmailMessage"]
        return found


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
