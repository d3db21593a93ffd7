"""The world in which one cell of the matrix is played, and what happens in it.

Two Google mailboxes and a Salesforce org behind real TLS, and a wire of our own before each (`relay`). Ada's mail
meets the fault; Ben, who rests meanwhile, is the neighbour whom it must not concern.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from django.db import connection
from pytest_django import DjangoDbBlocker

from connectors import clock, credentials
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.simulator import Call, Simulator
from issues import services as issues
from issues.lifecycle import Status
from issues.models import Issue
from notifications.models import Recipient
from syncapp import services
from syncapp.engine.crm_reading import read_crm
from tests.databases import SERVER, opened
from tests.driving import drain, sync
from tests.integration.bad_input.world import HURRY, World
from tests.scenario.matrix.house import House, Together

FIRST, SECOND = "first", "second"
CALENDAR_SCOPES = (
    "https://www.googleapis.com/auth/gmail.readonly",
    "https://www.googleapis.com/auth/calendar.events",
)
# Refusals of the API that end with a new consent.
RENEWED = frozenset({"google.insufficientPermissions", "google.authError"})


@dataclass(kw_only=True)
class Deeds:
    """`mine` are the subjects that Ada's mailbox brings to Salesforce in the end, each once, and `meetings` the titles
    that both her calendar and Salesforce have then. `scopes` are what she grants, where it is not what everybody does.
    `database` is where others find it, "" where nobody else can open it.
    """

    world: World
    house: House
    time: Together
    database: str
    blocker: DjangoDbBlocker
    mine: set[str] = field(default_factory=set)
    meetings: set[str] = field(default_factory=set)
    scopes: tuple[str, ...] = ()
    user_id: str = ""

    def build(self) -> Self:
        self.world.build()
        self.world.settings.PROVIDER_CA_BUNDLE = str(self.house.trusted)
        self.time.others += [self.world.google, self.world.salesforce]
        Recipient.everywhere.create(organization=self.world.organization, address="admin@ours.example")
        self.rests(self.world.ben)
        self.arrives(FIRST, SECOND)
        return self

    # -- What happens

    def rests(self, mailbox: Mailbox) -> None:
        """Nothing asks for this mailbox for a long time."""
        Mailbox.everywhere.filter(pk=mailbox.pk).update(next_run_at=clock.now() + timedelta(days=99))

    def arrives(self, *subjects: str) -> None:
        self.world.deliver(self.world.ada, *subjects)
        self.mine |= set(subjects)

    def keeps_calendars(self) -> None:
        """From now on calendars are kept in step as well; all that was there before is synced."""
        self.world.settings.GOOGLE_CALENDAR_API_ROOT = self.world.google.base_url
        self.scopes = CALENDAR_SCOPES
        user = {"Username": "ada@ours.example", "Email": "ada@ours.example", "LastName": "Ada"}
        self.user_id = self.world.salesforce.control("create", {"object": "User", "fields": user})["id"]
        Mailbox.everywhere.filter(pk=self.world.ada.pk).update(crm_user_id=self.user_id)
        Organization.everywhere.filter(pk=self.world.organization.pk).update(syncs_events=True)
        for mailbox in (self.world.ada, self.world.ben):
            self.connect(mailbox)
        self.works()

    def connect(self, mailbox: Mailbox) -> None:
        grant = self._google_grant(mailbox)
        credentials.store(self.world.organization, "google", grant, mailbox=mailbox, account=mailbox.address)

    def visit(self, title: str, minutes: int = 30) -> str:
        """Somebody enters an event for Ada in Salesforce; its reader sees it and wakes her mailbox. The record's id."""
        start = f"{self.world.salesforce.timeline.now() + timedelta(days=1):%Y-%m-%dT%H:00:00Z}"
        fields = {"Subject": title, "StartDateTime": start, "DurationInMinutes": minutes, "OwnerId": self.user_id}
        made: str = self.world.salesforce.control("create", {"object": "Event", "fields": fields})["id"]
        self.meetings.add(title)
        self.reads_crm()
        return made

    def meets(self, title: str) -> str:
        """Ada enters an event in her calendar; its id there."""
        start = self.world.google.timeline.now() + timedelta(days=1)
        sides = {"start": start, "end": start + timedelta(hours=1)}
        event = {"summary": title} | {side: {"dateTime": f"{at:%Y-%m-%dT%H:00:00Z}"} for side, at in sides.items()}
        made: str = self.world.google.control("event", {"account": self.world.ada.address, "event": event})["id"]
        self.meetings.add(title)
        self.asks()
        return made

    def reads_crm(self) -> None:
        while read_crm(self.world.organization.pk):
            pass

    def asks(self) -> None:
        """Somebody wants Ada's mailbox looked at now."""
        Mailbox.everywhere.filter(pk=self.world.ada.pk).update(next_run_at=clock.now())

    def works(self) -> None:
        """What is due, through the queue; whoever dies loses its job."""
        services.tick()
        drain()

    def works_elsewhere(self, mailbox: Mailbox) -> None:
        """In another thread, as another process would: with a connection of its own."""
        with opened(self.database, self.blocker), scoped(EVERYTHING):
            sync(mailbox)

    def in_a_hurry(self) -> None:
        """From the next line on, a request may take next to no time."""
        self.world.settings.SYNC_REQUEST_SECONDS = HURRY
        self.world.settings.EMAIL_TIMEOUT = self.world.settings.EMAIL_SECONDS = HURRY

    def speaks_tls(self) -> None:
        """From the next mail on, the mail server is met over TLS."""
        self.house.relays["postbox"].usual = self.house.certificates[""]
        self.house.relays["postbox"].mend()
        self.world.settings.EMAIL_USE_SSL = True

    def loses_connection(self) -> None:
        """PostgreSQL ends the connection that this process has."""
        import psycopg

        pid = connection.connection.info.backend_pid
        with psycopg.connect(SERVER, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def message_id(self, subject: str) -> str:
        """What Google calls a message of Ada's."""
        box = self.world.google.world.account(self.world.ada.address).mailbox
        return next(m.id for m in box.messages.values() if f"Subject: {subject}".encode() in m.raw)

    def simulator(self, side: str) -> Simulator:
        return self.world.google if side == "google" else self.world.salesforce

    def calls(self, side: str) -> list[Call]:
        return self.simulator(side).calls

    def number_of_calls(self) -> int:
        return len(self.calls("google")) + len(self.calls("salesforce"))

    # -- What a person does

    def _google_grant(self, mailbox: Mailbox) -> Grant:
        wanted = {"scopes": [*self.scopes]} if self.scopes else {}
        said = self.world.google.control("grant", {"account": mailbox.address, **wanted})
        return Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599.0)

    def renew_google(self) -> None:
        ada = self.world.ada
        grant = self._google_grant(ada)
        services.renew(self.world.organization, "google", grant, mailbox=ada, account=ada.address)

    def renew_salesforce(self) -> None:
        user = self.world.salesforce.control("accounts", {})["users"][0]["username"]
        said = self.world.salesforce.control("grant", {"username": user})
        grant = Grant(
            access_token=said["access_token"],
            refresh_token=said["refresh_token"],
            lifetime=7200.0,
            instance_url=self.world.salesforce.base_url,
        )
        services.renew(self.world.organization, "salesforce", grant)

    def a_person_sees_to_it(self) -> None:
        """Whoever reads the mail takes the step that it names: a new consent, else once more."""
        for issue in list(Issue.everywhere.exclude(status=Status.RESOLVED)):
            provider = issue.code.partition(".")[0]
            if provider == "google_oauth" or issue.code in RENEWED:
                self.renew_google()
            elif provider == "salesforce_oauth":
                self.renew_salesforce()
        issues.retry(Issue.everywhere.exclude(status=Status.RESOLVED))
