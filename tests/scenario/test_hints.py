"""From a message that arrives to its record, by a hint that Google sends to a server of ours that really runs."""

from __future__ import annotations

import time as waiting
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django_q.models import OrmQ
from pytest_django import Settings

from connectors import clock, credentials, signers
from connectors.models import Organization
from connectors.oauth import Grant
from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.authority import Certificate
from connectors.watches import Watch
from syncapp import hints
from syncapp.models import Item
from tests.conftest import Time
from tests.driving import codes, drain, sync, turn
from tests.integration.bad_input.world import Servers, World

HOST, TOPIC, ROBOT = "syncapp.example.com", "projects/p/topics/mail", "pusher@p.iam.gserviceaccount.com"
SCOPES = [f"https://www.googleapis.com/auth/{name}" for name in ("gmail.readonly", "calendar.events")]
EVENT = {
    "summary": "Offer",
    "start": {"dateTime": "2030-11-25T10:00:00+01:00"},
    "end": {"dateTime": "2030-11-25T11:00:00+01:00"},
}


@dataclass(kw_only=True)
class House:
    """One mailbox, Ada's, with her calendar; `url` is where the server listens."""

    world: World
    time: Time
    url: str

    def google(self, verb: str, **given: Any) -> Any:
        with self.world.google.lock:
            return self.world.google.control(verb, given)

    def connect(self) -> None:
        said = self.google("grant", account=self.world.ada.address, scopes=SCOPES)
        grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599.0)
        credentials.store(self.world.organization, "google", grant, mailbox=self.world.ada)

    def move(self, seconds: float) -> None:
        """Time goes on for everybody."""
        self.time.move(seconds=seconds)
        for each in (self.world.google, self.world.salesforce):
            each.timeline.move_to(each.timeline.offset + seconds)

    def run(self) -> None:
        sync(self.world.ada)
        OrmQ.objects.all().delete()

    def hear(self, **how: Any) -> list[int]:
        """Has Google send what waits; what we answered. At other times nothing is sent: on SQLite in memory the server
        and this test have one connection to the database, which takes one of them at a time."""
        self.google("push", **how)
        end = waiting.monotonic() + 20
        while self.world.google._postman._busy:
            assert waiting.monotonic() < end
            waiting.sleep(0.02)
        self.google("push", held=True)
        sent = self.google("pushed")["sent"]
        self.world.google.world.pushes.sent.clear()
        return [each["status"] for each in sent]

    def records(self) -> tuple[list[str], int]:
        return self.world.subjects(), sum(call.write for call in self.world.salesforce.calls)


@pytest.fixture
def house(
    live_server: Any, servers: Servers, certificate: Certificate, settings: Settings, time: Time
) -> Iterator[House]:
    google, salesforce = servers.fresh()
    signers.GOOGLE.forget()
    with scoped(EVERYTHING):
        world = World(google=google, salesforce=salesforce, settings=settings, certificate=certificate).build()
        world.ben.delete()
        settings.ALLOWED_HOSTS = [HOST]
        settings.GOOGLE_CALENDAR_API_ROOT = google.base_url
        settings.GOOGLE_CERTS_URL = f"{google.base_url}/oauth2/v3/certs"
        settings.PUSH_URL = f"https://{HOST}"
        settings.GOOGLE_PUSH_TOPIC, settings.GOOGLE_PUSH_ACCOUNT = TOPIC, ROBOT
        made = House(world=world, time=time, url=live_server.url)
        made.connect()
        made.google("topic", topic=TOPIC, endpoint=f"https://{HOST}/push/google/mail/", service_account=ROBOT)
        made.google("push", origin=live_server.url, held=True)
        yield made


def watched() -> list[tuple[str, str]]:
    return sorted(Watch.everywhere.exclude(promised_at=None).values_list("resource", "refused"))


def test_a_message_comes_to_salesforce_by_its_hint(house: House) -> None:
    house.run()
    assert (watched(), house.hear()) == ([("email", "")], [204])
    drain()
    house.world.deliver(house.world.ada, "Renewal")
    assert (house.hear(), OrmQ.objects.count()) == ([204], 1)
    drain()
    assert (house.world.subjects(), codes()) == (["Renewal"], [])


def test_hints_that_come_twice_late_and_in_any_order_write_nothing_more(house: House) -> None:
    house.run()
    house.google("push", held=True, copies=3)
    house.world.deliver(house.world.ada, "One", "Two")
    house.run()
    before = house.records()
    assert house.hear(backwards=True) == [204] * 7
    assert OrmQ.objects.count() == 1
    drain()
    assert (house.records(), before[0]) == (before, ["One", "Two"])


def test_where_hints_are_lost_the_clock_brings_the_message(house: House) -> None:
    house.run()
    house.google("push", held=True, copies=0)
    house.world.deliver(house.world.ada, "Renewal")
    house.move(6 * 60)
    turn()
    assert house.world.subjects() == ["Renewal"]


def test_a_watch_is_renewed_before_it_ends_and_hints_go_on(house: House) -> None:
    house.run()
    for _ in range(9):
        house.move(24 * 3600)
        house.connect()
        house.run()
    asked = [call.operation for call in house.world.google.calls if call.operation == "watch"]
    assert (len(asked), set(house.hear())) == (10, {204})
    drain()
    house.world.deliver(house.world.ada, "Renewal")
    assert house.hear() == [204]
    drain()
    assert house.world.subjects() == ["Renewal"]


def test_after_a_week_without_a_run_nothing_is_told_and_the_next_run_begins_anew(house: House) -> None:
    house.run()
    house.hear()
    house.move(8 * 24 * 3600)
    house.world.deliver(house.world.ada, "Renewal")
    assert house.hear() == []
    house.connect()
    house.world.connect_salesforce()
    house.run()
    assert (house.hear(), house.world.subjects()) == ([204], ["Renewal"])


def test_a_topic_that_is_closed_to_gmail_stops_nothing(house: House) -> None:
    house.google("topic", topic=TOPIC, publisher="no")
    house.world.deliver(house.world.ada, "Renewal")
    house.run()
    assert (house.world.subjects(), codes()) == (["Renewal"], [])
    assert list(Watch.everywhere.values_list("refused", flat=True)) == ["google.pushTopic"]


def test_a_change_in_the_calendar_is_looked_at_by_its_hint(house: House) -> None:
    Organization.everywhere.filter(pk=house.world.organization.pk).update(syncs_events=True)
    house.run()
    assert (watched(), house.hear()) == ([("email", ""), ("event", "")], [204, 204])
    drain()
    house.google("event", account=house.world.ada.address, event=EVENT)
    assert (house.hear(), OrmQ.objects.count()) == ([204], 1)
    drain()
    assert Item.everywhere.filter(resource="event").exists()


def test_the_watches_of_a_mailbox_that_rests_are_ended_at_google(house: House) -> None:
    Organization.everywhere.filter(pk=house.world.organization.pk).update(syncs_events=True)
    house.run()
    Organization.everywhere.filter(pk=house.world.organization.pk).update(paused_at=clock.now())
    assert hints.let_go() == 1
    told = house.google("pushed")
    assert (told["channels"], told["mailboxes"], Watch.everywhere.count()) == ([], [], 0)
