"""The two accounts of a world of events: they agree when all is well, and each thing that must not be is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors import credentials
from connectors.google.oauth import SCOPES, SCOPES_OF
from connectors.models import Mailbox
from connectors.oauth import Grant
from connectors.records import Resource
from syncapp.engine.crm_reading import read_crm
from syncapp.models import Filtered, Item
from tests.driving import sync
from tests.integration.commands.compared import Compared

LATER = "a record beside it"


@dataclass(frozen=True, kw_only=True)
class Calendars:
    """Ada has three events, one of them with Ben; a fourth was born in Salesforce."""

    compared: Compared

    @property
    def ada(self) -> Mailbox:
        return self.compared.world.ada

    def build(self) -> Calendars:
        world = self.compared.world
        world.organization.syncs_events = True
        world.organization.save(update_fields=["syncs_events"])
        world.settings.GOOGLE_CALENDAR_API_ROOT = world.google.base_url
        for mailbox in (world.ada, world.ben):
            self._connect(mailbox)
        self.place("Offer", 1)
        self.place("Planning", 2, attendees=[{"email": world.ben.address}])
        self.place("Far away", 400)
        self.book("Phone call", 3)
        return self

    def _connect(self, mailbox: Mailbox) -> None:
        scopes = [*SCOPES, *SCOPES_OF[Resource.EVENT]]
        said = self.compared.doors.google("grant", account=mailbox.address, scopes=scopes)
        grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599)
        credentials.store(mailbox.organization, "google", grant, mailbox=mailbox, account=mailbox.address)
        fields = {"Username": mailbox.address, "Email": mailbox.address, "LastName": mailbox.address, "Alias": "user"}
        mailbox.crm_user_id = self.compared.doors.salesforce("create", object="User", fields=fields)["id"]
        mailbox.save(update_fields=["crm_user_id"])

    def settled(self) -> Calendars:
        """Two looks at the CRM: what a calendar's worker wrote is no news at the second."""
        for _ in range(2):
            read_crm(self.compared.world.organization.pk)
            sync(self.ada, self.compared.world.ben)
        return self

    def numbers(self) -> tuple[dict[str, Any], set[str]]:
        """What is told of events, and of what does not hold the part about events."""
        found = self.compared.account()
        broken = {each.removeprefix("event: ") for each in found.broken if each.startswith("event: ")}
        return found.values["by_resource"]["event"], broken

    # -- What happens

    def place(self, title: str, days: int, **more: Any) -> None:
        when = {side: {"dateTime": at.isoformat(), "timeZone": "UTC"} for side, at in _hour(days).items()}
        self.compared.doors.google("event", account=self.ada.address, event={"summary": title, **when, **more})

    def book(self, title: str, days: int, **more: Any) -> None:
        start, end = (at.strftime("%Y-%m-%dT%H:%M:%S.000+0000") for at in _hour(days).values())
        fields = {"Subject": title, "StartDateTime": start, "EndDateTime": end, "OwnerId": self.ada.crm_user_id}
        self.compared.doors.salesforce("create", object="Event", fields=fields | more)

    def place_unread(self) -> None:
        self.place("Nobody read this", 4)

    def book_unread(self) -> None:
        self.book("Nobody read this", 4)

    def lose_a_record(self) -> None:
        self.compared.doors.salesforce("delete", id=self.row("Offer")["Id"])

    def rename_a_record(self) -> None:
        self.compared.doors.salesforce("update", id=self.row("Offer")["Id"], fields={"Subject": "Quite another"})

    def write_from_nowhere(self) -> None:
        self.as_integration("Written of nothing", 9)

    def write_twice(self) -> None:
        self.as_integration("Offer", 1)

    def as_integration(self, title: str, days: int) -> None:
        """A record of no event, or a second one, as only the integration can have made it."""
        self.book(title, days, Location=LATER)
        org = self.compared.world.salesforce.org
        row = next(row for row in org.store.rows("Event") if row["Location"] == LATER)
        org.store.put("Event", row | {"CreatedById": org.integration_user, "Location": None})
        org.store.commit()

    def row(self, title: str) -> dict[str, Any]:
        rows: list[dict[str, Any]] = self.compared.doors.salesforce("snapshot")["records"]["Event"]
        return next(row for row in rows if row["Subject"] == title and not row["IsChild"])


def _hour(days: int) -> dict[str, datetime]:
    start = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return {"start": start, "end": start + timedelta(hours=1)}


@pytest.fixture
def calendars(compared: Compared) -> Calendars:
    return Calendars(compared=compared).build()


ALL_WELL = {"items": 4, "synced": 3, "filtered": 1, "failed": 0, "held": 0, "records": 3, "copies": 1, "silent": 0}


def test_all_is_well(calendars: Calendars) -> None:
    numbers, broken = calendars.settled().numbers()
    assert ({name: numbers[name] for name in ALL_WELL}, broken) == (ALL_WELL, set())
    assert (numbers["altered"], numbers["mismatched"], numbers["duplicates"]) == (0, 0, 0)


SILENT = {"items == synced + failed + held + filtered", "silent == 0"}
PLANTED: dict[str, tuple[Callable[[Calendars], None], dict[str, int], set[str]]] = {
    "an event without a row of ours": (Calendars.place_unread, {"items": 5, "silent": 1}, SILENT),
    "one born in Salesforce without a row of ours": (Calendars.book_unread, {"items": 5, "silent": 1}, SILENT),
    "a record that is gone": (Calendars.lose_a_record, {"records": 2}, {"records == synced", "unpaired == 0"}),
    "a record that was renamed behind our back": (
        Calendars.rename_a_record,
        {"records": 2, "altered": 1, "astray": 1},
        {"records == synced", "unpaired == 0", "astray == 0"},
    ),
    "a record of nothing": (
        Calendars.write_from_nowhere,
        {"records": 4, "duplicates": 0},
        {"records == synced", "unpaired == 0"},
    ),
    "a second record of one event": (
        Calendars.write_twice,
        {"records": 4, "duplicates": 1},
        {"records == synced", "unpaired == 0", "duplicates == 0"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_must_not_be_is_seen(calendars: Calendars, name: str) -> None:
    plant, wanted, equations = PLANTED[name]
    plant(calendars.settled())
    numbers, broken = calendars.numbers()
    assert {each: numbers[each] for each in wanted} == wanted
    assert broken == equations


def test_an_event_whose_row_was_lost_is_silent_though_its_record_is_there(calendars: Calendars) -> None:
    calendars.settled()
    Item.everywhere.filter(title="Offer").delete()
    numbers, _ = calendars.numbers()
    assert (numbers["silent"], numbers["synced"], numbers["records"]) == (1, 2, 3)


class TestClasses:
    """Each class is told by its own rows, also of what is in no calendar."""

    def test_an_event_that_fails_after_it_was_synced_is_failed_and_no_longer_synced(self, calendars: Calendars) -> None:
        calendars.settled()
        rule = {"object": "Event", "name": "Never", "field": "Subject", "pattern": "^Dearer", "message": "No."}
        calendars.compared.doors.salesforce("validation-rule", **rule)
        google = calendars.compared.doors.google
        events = google("snapshot")["calendars"][calendars.ada.address]["events"]
        (offer,) = [event for event in events if event["summary"] == "Offer"]
        google("change-event", account=calendars.ada.address, id=offer["id"], event={"summary": "Dearer offer"})
        calendars.settled()
        numbers, broken = calendars.numbers()
        assert {name: numbers[name] for name in ("synced", "failed", "altered", "astray")} == {
            "synced": 2,
            "failed": 1,
            "altered": 1,
            "astray": 0,
        }
        assert broken == set()

    def test_what_is_born_in_salesforce_and_no_calendar_takes_has_failed(self, calendars: Calendars) -> None:
        calendars.book("Of no length", 5, DurationInMinutes=0, EndDateTime=None)
        numbers, broken = calendars.settled().numbers()
        assert (numbers["items"], numbers["failed"], numbers["records"], broken) == (5, 1, 3, set())

    def test_what_is_born_in_salesforce_outside_the_window_is_filtered(self, calendars: Calendars) -> None:
        calendars.book("Next year", 300)
        numbers, broken = calendars.settled().numbers()
        assert (numbers["items"], numbers["filtered"], broken) == (5, 2, set())
        assert set(Filtered.everywhere.values_list("rule", flat=True)) == {"outside_window"}

    def test_what_is_born_for_a_stopped_mailbox_is_held(self, calendars: Calendars) -> None:
        calendars.settled()
        calendars.compared.doors.google("revoke", account=calendars.ada.address)
        calendars.book("Call back", 6)
        calendars.settled()
        numbers, broken = calendars.numbers()
        assert (numbers["items"], numbers["held"], numbers["synced"], broken) == (5, 1, 3, set())
