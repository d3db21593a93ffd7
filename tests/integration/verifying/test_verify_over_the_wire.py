"""The comparison on calendars and Salesforce behind real TLS: alter, delete and double one record each, and repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors import clock, credentials
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.scoping import scoped
from syncapp.engine.crm_reading import read_crm
from syncapp.models import Item
from tests.contract.connectors.google_event_stage import SCOPES
from tests.driving import codes, sync
from tests.integration.bad_input.world import World
from tests.integration.verifying.running import verify
from tests.integration.verifying.witness import tables, writes

pytestmark = pytest.mark.django_db

FIELDS = ("Subject", "StartDateTime", "EndDateTime", "Location", "Description", "ShowAs", "OwnerId", "IsAllDayEvent")


class Calendars:
    """Ada's calendar and Salesforce, with what people do there behind our back."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.settings.GOOGLE_CALENDAR_API_ROOT = world.google.base_url
        user = world.salesforce.control("accounts", {})["users"][0]
        Organization.everywhere.filter(pk=world.organization.pk).update(syncs_events=True)
        Mailbox.everywhere.filter(pk=world.ada.pk).update(crm_user_id=user["id"])
        said = world.google.control("grant", {"account": world.ada.address, "scopes": list(SCOPES)})
        grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599.0)
        credentials.store(world.organization, "google", grant, mailbox=world.ada, account=world.ada.address)

    def add(self, *titles: str) -> None:
        for number, title in enumerate(titles, start=1):
            start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=number)
            event: dict[str, Any] = {
                "summary": title,
                "location": "Room 7",
                "start": {"dateTime": start.isoformat()},
                "end": {"dateTime": (start + timedelta(hours=1)).isoformat()},
            }
            self.world.google.control("event", {"account": self.world.ada.address, "event": event})

    def run(self) -> None:
        """One run of the organization's reader and of the mailbox."""
        while read_crm(self.world.organization.pk):
            pass
        sync(self.world.ada)

    def record(self, title: str) -> str:
        return Item.everywhere.get(title=title).record_id

    def row(self, title: str) -> dict[str, Any]:
        return dict(self.world.salesforce.org.store.get(self.record(title)) or {})

    def in_salesforce(self) -> list[str]:
        rows = self.world.salesforce.org.store.rows("Event")
        return sorted(str(row["Subject"]) for row in rows if not row["IsChild"])


@pytest.fixture
def calendars(world: World) -> Calendars:
    made = Calendars(world)
    made.add("one", "two", "three", "four")
    made.run()
    assert codes() == []
    assert made.in_salesforce() == ["four", "one", "three", "two"]
    return made


def test_in_step_nothing_is_found_and_nothing_written(
    calendars: Calendars, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    before, written = tables(), writes(world)
    said = verify(capsys)
    after = tables()
    assert (said.status, said.number("compared"), writes(world)) == (0, 4, written)
    assert [label for label in before if before[label] != after[label]] == ["syncapp.Reconciliation"]


def test_exactly_what_was_altered_deleted_and_doubled_is_named_and_put_right_by_a_repair_and_one_run(
    calendars: Calendars, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    doubled = {name: value for name, value in calendars.row("three").items() if name in FIELDS}
    made = str(world.salesforce.control("create", {"object": "Event", "fields": doubled})["id"])
    world.salesforce.control("update", {"id": calendars.record("one"), "fields": {"Subject": "altered"}})
    world.salesforce.control("delete", {"id": calendars.record("two")})
    said = verify(capsys)
    assert (said.status, said.named) == (1, [("altered", "one"), ("doubled", "three"), ("missing", "two")])
    by = {each["kind"]: each for each in said.findings}
    assert (by["altered"]["fields"], by["doubled"]["records"]) == (["title"], [made])
    assert all(each["link"].startswith(world.salesforce.base_url) for each in said.findings)
    assert verify(capsys, "--repair").number("requeued") == 3
    calendars.run()
    said = verify(capsys)
    assert (said.status, said.named) == (0, [])
    assert calendars.in_salesforce() == ["altered", "four", "three"]


def test_what_was_altered_reached_the_calendar(
    calendars: Calendars, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.salesforce.control("update", {"id": calendars.record("one"), "fields": {"Location": "Room 9"}})
    verify(capsys, "--repair")
    with scoped(world.organization.pk):
        sync(world.ada)
    assert verify(capsys).status == 0
