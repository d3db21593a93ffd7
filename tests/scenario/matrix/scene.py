"""The world in which one cell of the matrix is played, and how it stands in it.

Two Google mailboxes and a Salesforce org behind real TLS, and a wire of our own before each (`relay`). Ada's mail
meets the fault; Ben, who rests meanwhile, is the neighbour whom it must not concern. Time is virtual, for the
simulators too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.db import connection
from django.db.models import Q
from django_q.models import OrmQ
from pytest_django import DjangoDbBlocker

from connectors import clock, credentials
from connectors.models import Activity, Mailbox, Organization
from connectors.oauth import Grant
from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.simulator import Call, Simulator
from issues import services as issues
from issues.lifecycle import Status
from issues.models import Issue
from notifications import services as notifications
from notifications.models import Delivery, Incident, Recipient
from syncapp import services
from syncapp.engine.crm_reading import read_crm
from syncapp.models import Breaker, Change, Item, Lease, Mark, Outcome, Run
from tests.databases import SERVER, opened
from tests.driving import drain, silent, sync, turn
from tests.integration.bad_input.world import HURRY, World
from tests.scenario.matrix.house import House, Together
from tests.scenario.matrix.table import Case

FIRST, SECOND, BESIDE = "first", "second", "beside"
ROUNDS = 200
RED = "11"  # “tomato”, as Google numbers it
CALENDAR_SCOPES = (
    "https://www.googleapis.com/auth/gmail.readonly",
    "https://www.googleapis.com/auth/calendar.events",
)


@dataclass(kw_only=True)
class Scene:
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

    def build(self) -> Scene:
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

    def goes_on_failing(self) -> None:
        """Until somebody is told. Raises `AssertionError` if nobody ever is."""
        for _ in range(ROUNDS):
            if Issue.everywhere.exists():
                return
            self.time.move(seconds=(self._next_moment() - clock.now()).total_seconds() + 1)
            turn()
        raise AssertionError("nobody is told of what fails and fails")

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

    # -- How it stands

    def standing(self) -> str:
        """What became of Ada's mail, in the words of the table."""
        stops = self._codes(~Q(scope="item"))
        if stops:
            return f"incident {stops}"
        if own := self._codes(Q(scope="item")):
            return f"issue {own}"
        if alone := self.left_alone():
            return f"held {alone}"
        if self.is_synced():
            return "synced"
        return self._waiting()

    def left_alone(self) -> str:
        """By which code a provider must not be asked at present, "" where it may."""
        row = Breaker.everywhere.filter(state="open", probe_at__gt=clock.now()).order_by("-pk").first()
        return row.code if row else ""

    def _codes(self, which: Q) -> str:
        rows = Issue.everywhere.filter(which).exclude(status=Status.RESOLVED)
        return " ".join(sorted(set(rows.values_list("code", flat=True))))

    def _waiting(self) -> str:
        """By which code, "" where the worker could not say it any more."""
        waiting = Change.everywhere.filter(mailbox=self.world.ada, state="waiting")
        if codes := sorted(set(waiting.values_list("code", flat=True))):
            return f"waiting {' '.join(codes)}"
        last = Run.everywhere.filter(mailbox=self.world.ada).order_by("-pk").first()
        if last is not None and last.outcome == Outcome.GOOD:
            return "lost"
        return f"waiting {last.code}".strip() if last else "waiting"

    def is_synced(self) -> bool:
        """All of Ada's mail is in Salesforce once, all meetings are on both sides, and we know it."""
        known = Counter(Item.everywhere.exclude(synced_at=None).values_list("title", flat=True))
        there = self.mine <= set(self.world.subjects()) and self.meetings <= self.planned() & self.recorded()
        return there and {known[title] for title in self.mine | self.meetings} <= {1}

    def _events(self) -> list[dict[str, Any]]:
        """What is in Ada's calendar and not called off."""
        events = self.world.google.snapshot()["calendars"][self.world.ada.address]["events"]
        return [event for event in events if event["status"] != "cancelled"]

    def event_id(self, title: str) -> str:
        return next(str(event["id"]) for event in self._events() if event["summary"] == title)

    def planned(self) -> set[str]:
        """The titles in Ada's calendar."""
        return {event["summary"] for event in self._events()}

    def red(self) -> set[str]:
        """The titles of those in it that are marked as failed."""
        return {event["summary"] for event in self._events() if event.get("colorId") == RED}

    def recorded(self) -> set[str]:
        """The titles of the events in Salesforce."""
        return {str(row["Subject"]) for row in self.world.salesforce.org.store.rows("Event")}

    def doubled(self) -> list[str]:
        """What stands more than once where it is to stand once."""
        store = self.world.salesforce.org.store
        counted = Counter(self.world.subjects())
        counted += Counter(f"lead {row['Email']}" for row in store.rows("Lead"))
        counted += Counter(f"record {row['Subject']}" for row in store.rows("Event"))
        counted += Counter(f"event {event['summary']}" for event in self._events())
        return [name for name, times in counted.items() if times > 1]

    def letters(self) -> list[str]:
        """The Message-IDs of all mails that left, copies too."""
        return [str(m.extra_headers["Message-ID"]) for m in mail.outbox] + [
            x.message_id for x in self.house.postbox.letters
        ]

    def letters_are_right(self) -> bool:
        """Whether every mail that was owed has left, and no other one; a copy is the same mail."""
        return set(self.letters()) == set(Delivery.everywhere.values_list("message_id", flat=True))

    def told(self) -> int:
        """Of how many things somebody has been told by now; mails that are owed leave first."""
        notifications.deliver()
        return len(set(self.letters()))

    def owed(self, case: Case) -> int:
        """How many mails a case has to bring: one where a person is needed, and none where it passes by itself."""
        if case.column == "S13":
            return 1  # the event has its issue, marked or not
        if case.column == "S14":
            return int(case.kind == "synced" or case.row == "N4")  # lost was the answer, not the mail
        return int(case.kind in ("issue", "incident"))

    def all_wait(self) -> bool:
        """Whether the organization stands still, so that Ben has to wait as well."""
        stopped = Organization.everywhere.filter(pk=self.world.organization.pk, stopped_at__isnull=False).exists()
        crm = Breaker.everywhere.filter(provider="salesforce", state="open", probe_at__gt=clock.now())
        return stopped or crm.exists()

    def writes(self) -> int:
        return sum(call.write for side in ("google", "salesforce") for call in self.calls(side))

    # -- How it ends

    def comes_to_rest(self) -> None:
        """Goes on by itself until nothing is open any more. Raises `AssertionError` with what still is."""
        for _ in range(ROUNDS):
            turn()
            if not self.open_ends():
                return
            self.time.move(seconds=(self._next_moment() - clock.now()).total_seconds() + 1)
        raise AssertionError(f"it never comes to rest: {self.open_ends()}")

    def open_ends(self) -> list[str]:
        checks = {
            "not all is synced": not self.is_synced(),
            "more is in Salesforce than there is": set(self.world.subjects()) != self.mine | {BESIDE},
            "an event is where it does not belong": not self.planned() == self.recorded() == self.meetings,
            "a mark is left": bool(self.red()) or Mark.everywhere.exists(),
            "something is open": Issue.everywhere.exclude(status=Status.RESOLVED).exists(),
            "an incident is open": Incident.everywhere.filter(closed_at=None).exists(),
            "work is left": Change.everywhere.exists(),
            "a job is left": OrmQ.objects.exists(),
            "a lease is held": Lease.everywhere.exclude(owner="").exists(),
            "a run never ended": Run.everywhere.filter(outcome="").exists(),
            "a mail is owed": Delivery.everywhere.filter(sent_at=None).exists(),
            "a line was not looked at": Activity.everywhere.filter(alert=True, dispatched_at=None).exists(),
            "an item is silent": bool(silent()),
        }
        return [name for name, is_so in checks.items() if is_so]

    def _next_moment(self) -> datetime:
        """When something may change by itself, within the next days."""
        present = clock.now()
        moments = [
            *Mailbox.everywhere.values_list("next_run_at", flat=True),
            *Organization.everywhere.values_list("probe_at", flat=True),
            *Organization.everywhere.filter(syncs_events=True).values_list("next_read_at", flat=True),
            *Lease.everywhere.exclude(owner="").values_list("until", flat=True),
            *Delivery.everywhere.filter(sent_at=None).values_list("due_at", flat=True),
            *Delivery.everywhere.filter(sent_at=None).values_list("claimed_until", flat=True),
        ]
        return min((at for at in moments if at and present < at < present + timedelta(days=9)), default=present)

    def neighbour_goes_on(self) -> bool:
        """Whether Ben's mail gets to Salesforce meanwhile."""
        if BESIDE not in self.world.subjects():
            self.world.deliver(self.world.ben, BESIDE)
        Mailbox.everywhere.filter(pk=self.world.ben.pk).update(next_run_at=clock.now())
        sync(self.world.ben)
        return BESIDE in self.world.subjects()

    def second_pass(self) -> int:
        """How many writes one more look at both mailboxes makes."""
        before = self.writes()
        self.reads_crm()
        sync(self.world.ada, self.world.ben)
        return self.writes() - before


# Refusals of the API that end with a new consent.
RENEWED = frozenset({"google.insufficientPermissions", "google.authError"})
