"""Drives a world to rest on the virtual clock.

Whatever is due is carried out first; only when nothing is due does the clock move, to the next moment at which
something tries again by itself. At rest nothing is due but probes, and a whole virtual day of probes changed no
status, no record and no mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, Q, QuerySet

from connectors import clock
from connectors.models import SYNCS_BOTH_WAYS, Mailbox, Organization
from connectors.records import Resource
from issues import catalogue
from issues.lifecycle import Status
from issues.models import Cause, Issue
from notifications.models import Delivery
from syncapp import services
from syncapp.demo import ours
from syncapp.demo.doors import Doors
from syncapp.demo.worker import Died, Worker
from syncapp.models import Change, ChangeState, Item, Lease

DAY = timedelta(days=1)
SCHEDULE = ("syncapp.tasks.reap", "syncapp.tasks.tick", "notifications.tasks.deliver")
MOST_ROUNDS = 500


class NoRest(RuntimeError):
    """The world did not come to rest."""


@dataclass(kw_only=True)
class Driver:
    """`tell` hears how far it is; `kills` collects where the worker died."""

    doors: Doors
    worker: Worker
    tell: Callable[[str], None]
    kills: list[dict[str, Any]] = field(default_factory=list)

    def to_rest(self) -> None:
        """Raises `NoRest` if there is none within `MOST_ROUNDS` moves of the clock."""
        for _ in range(MOST_ROUNDS):
            self._work_off()
            due = next_due()
            if due is not None:
                self._move_to(due)
            elif self._a_quiet_day():
                return
        raise NoRest(f"still not at rest: next due {next_due()}")

    def next_round(self) -> None:
        """Lets the time pass until every mailbox is looked at again."""
        self._move_to(clock.now() + timedelta(seconds=settings.SYNC_INTERVAL_SECONDS))
        self._work_off()

    def once_more(self) -> None:
        """One more run of every mailbox and look at every CRM, without moving the clock."""
        for organization_id in Organization.everywhere.filter(SYNCS_BOTH_WAYS).values_list("pk", flat=True):
            services.enqueue_read(organization_id)
        for mailbox_id in Mailbox.everywhere.values_list("pk", flat=True):
            services.enqueue_sync(mailbox_id)
        self._work_off()

    def _work_off(self) -> None:
        """Carries out jobs and schedules until neither has anything left."""
        while True:
            self._survive(self._jobs)
            for function in SCHEDULE:
                self._survive(lambda function=function: self.worker.call(function))  # type: ignore[misc]
            if not self._survive(self.worker.run):
                return

    def _jobs(self) -> None:
        while self.worker.run():
            self.tell(_progress())

    def _survive(self, act: Callable[[], Any]) -> Any:
        """Does something; a worker that dies of it is replaced, and the work is found again."""
        try:
            return act()
        except Died as died:
            lease = Lease.everywhere.select_related("mailbox").filter(owner__endswith=f":{died.pid}").first()
            if lease is None or died.exit != -9:
                raise
            whose = lease.mailbox.address if lease.mailbox else "reader of the CRM"
            kill = {"step": died.step, "mailbox": whose, "pid": died.pid, "exit": died.exit}
            self.kills.append(kill)
            self.worker.bury(died.step)
            self.tell(f"killed at “{died.step}”, going on")
            return True

    def _move_to(self, moment: datetime) -> None:
        seconds = (moment - clock.now()).total_seconds()
        offset = float(self.doors.salesforce("clock")["offset"])
        self.doors.move_clock(offset + max(seconds, 0) + 1)

    def _a_quiet_day(self) -> bool:
        """Lets a virtual day of probes pass; True if it changed nothing that was there.

        What comes into the window that day is no unrest: a series without an end has something new for each.
        """
        newest = Item.everywhere.order_by("pk").values_list("pk", flat=True).last() or 0
        before, end = self._state(newest), clock.now() + DAY
        while clock.now() < end:
            self._move_to(min(next_probe() or end, end))
            self._work_off()
            if next_due() is not None:
                return False
        return self._state(newest) == before

    def _state(self, newest: int) -> tuple[Any, ...]:
        mails = Delivery.everywhere.filter(sent_at__isnull=False).count()
        return ours.statuses(), Item.everywhere.filter(pk__lte=newest, synced_at__isnull=False).count(), mails


_NOUNS = {Resource.EMAIL: "messages", Resource.EVENT: "events", Resource.TASK: "tasks", Resource.CONTACT: "contacts"}


def _progress() -> str:
    synced = Item.everywhere.filter(synced_at__isnull=False)
    numbers = {resource: synced.filter(resource=resource).count() for resource in Resource}
    said = (f"{numbers[each]} {noun}" for each, noun in _NOUNS.items())
    return f"{', '.join(said)} are in Salesforce"


def next_due() -> datetime | None:
    """When something tries again by itself, probes and regular runs aside.

    What is due already and was not carried out waits for something else, such as the lease of a dead worker;
    then it is that moment which counts.
    """
    running = Q(organization__stopped_at=None)
    moments = [
        _soonest(Change.everywhere.filter(running, state=ChangeState.WAITING), "next_attempt_at"),
        _soonest(Lease.everywhere.exclude(owner=""), "until"),
        _soonest(Delivery.everywhere.filter(sent_at=None, failed_at=None), "due_at"),
        _soonest(Mailbox.everywhere.filter(running, failed_runs__gt=0, stopped_at=None), "next_run_at"),
        *(gate.probe_at for gate in _passing_stops()),
    ]
    retried = _soonest(Issue.everywhere.filter(running, status=Status.RETRYING), "next_attempt_at")
    if retried:
        moments.append(retried + services.FORGOTTEN)
    known = [moment for moment in moments if moment]
    return min((m for m in known if m > clock.now()), default=min(known, default=None))


def _soonest(rows: QuerySet[Any], column: str) -> datetime | None:
    found: datetime | None = rows.aggregate(at=Min(column))["at"]
    return found


def _passing_stops() -> list[Mailbox | Organization]:
    """What stands still for a reason that passes by itself, such as used-up API calls."""
    stopped: list[Mailbox | Organization] = [
        *Organization.everywhere.filter(stopped_at__isnull=False),
        *Mailbox.everywhere.filter(stopped_at__isnull=False),
    ]
    return [gate for gate in stopped if catalogue.entry(gate.stopped_by).retry is catalogue.Retry.BACKOFF]


def next_probe() -> datetime | None:
    """When the next probe is due: of a cause, a mailbox or an organization."""
    moments = (
        _soonest(Cause.everywhere.filter(open_issues__gt=0), "probe_at"),
        _soonest(Mailbox.everywhere.filter(stopped_at__isnull=False), "probe_at"),
        _soonest(Organization.everywhere.filter(stopped_at__isnull=False), "probe_at"),
    )
    return min((m for m in moments if m), default=None)
