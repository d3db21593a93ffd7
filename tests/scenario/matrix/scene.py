"""A cell's world as it stands, told by both stores and by our own rows, and how it comes to its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.db.models import Q
from django_q.models import OrmQ

from connectors import clock
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.lifecycle import Status
from issues.models import Issue
from notifications import services as notifications
from notifications.models import Delivery, Incident
from syncapp.models import Breaker, Change, Cursor, Item, Lease, Mark, Outcome, Run
from tests.driving import silent, sync, turn
from tests.scenario.matrix.deeds import Deeds
from tests.scenario.matrix.table import Case

BESIDE = "beside"
ROUNDS = 200
RED = "11"  # “tomato”, as Google numbers it


@dataclass(kw_only=True)
class Scene(Deeds):
    """What a cell is judged by."""

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

    def positions(self) -> list[tuple[str, str]]:
        """How far Ada's mailbox is read, by resource."""
        rows = Cursor.everywhere.filter(mailbox=self.world.ada).order_by("resource")
        return list(rows.values_list("resource", "value"))

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
        """What stands more than once where it is to stand once; a message is also synced once in our journal."""
        store = self.world.salesforce.org.store
        titles = Activity.everywhere.filter(verb=Verb.SYNCED).values_list("title", flat=True)
        counted = Counter(self.world.subjects())
        counted += Counter(f"lead {row['Email']}" for row in store.rows("Lead"))
        counted += Counter(f"record {row['Subject']}" for row in store.rows("Event"))
        counted += Counter(f"event {event['summary']}" for event in self._events())
        counted += Counter(f"line {title}" for title in titles if title in self.mine)
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

    def goes_on_failing(self) -> None:
        """Until somebody is told. Raises `AssertionError` if nobody ever is."""
        for _ in range(ROUNDS):
            if Issue.everywhere.exists():
                return
            self.time.move(seconds=(self._next_moment() - clock.now()).total_seconds() + 1)
            turn()
        raise AssertionError("nobody is told of what fails and fails")

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
