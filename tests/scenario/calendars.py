"""Two calendars and a CRM with everything in them that makes events hard, played through to the end however often the
worker dies on the way.

A meeting of both colleagues, a series, a whole day, a private event, one that lies far away, one that the CRM refuses
until its rule is gone, events that were born in the CRM; edits on either side and on both, deletions both ways, a
calendar that forgets its cursor, and very many deletions at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.core import mail

from connectors.memory import MAILBOXES
from connectors.memory.calendar import MemoryCalendar, share
from connectors.memory.crm_records import CrmEntry
from connectors.memory.places import Part
from connectors.models import Organization
from connectors.records import Event, Ref, Resource
from issues import services as issues
from issues.models import Issue
from syncapp import services
from syncapp.models import Binding, Cursor, Filtered, Item, Overruled
from tests import builders
from tests.builders import contact, event
from tests.conftest import Time
from tests.driving import RULE, refusing, rest
from tests.scenario import invariants
from tests.scenario.invariants import ALWAYS, AT_REST, Found, Watch
from tests.scenario.scene import Scene, Stage

ANNA, BEN = "anna@ours.example", "ben@ours.example"
USERS = {ANNA: "005000000000001", BEN: "005000000000002"}
GREEN = "2"
BULK = 12  # events that go all at once
# Of messages alone: an event is written again whenever it changes, and its record may go again.
OF_MESSAGES = frozenset({"I-1", "I-2", "I-3", "I-4", "I-6", "I-18", "I-25"})


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How it stands at the end. `calendars` and `records` are what each says; `overruled` which fields of which side
    were given up; `mails` are their Message-IDs."""

    calendars: tuple[str, ...]
    records: tuple[str, ...]
    issues: tuple[tuple[str, str, str, str], ...]
    filtered: tuple[tuple[str, str], ...]
    overruled: tuple[tuple[str, str], ...]
    mails: frozenset[str]


class EventScene(Scene):
    """What worlds of events have in common: both sides seen from outside, and the promises as far as they are about
    events."""

    addresses: Sequence[str] = (ANNA, BEN)

    def __init__(self, time: Time) -> None:
        self._numbers = count(1)
        super().__init__(time)
        self.watch = EventWatch(self)

    def calendar(self, address: str) -> MemoryCalendar:
        return MAILBOXES[address].calendar

    def record(self, title: str) -> CrmEntry[Event]:
        (found,) = [each for each in self.crm.events.living.values() if each.event.title == title]
        return found

    def event(self, title: str, **more: Any) -> Event:
        """The same in every world, so that everything comes in the same order."""
        return event(title, uid=more.pop("uid", f"{next(self._numbers)}@scene"), **more)

    def colleagues(self, organization: Organization) -> None:
        Organization.everywhere.filter(pk=organization.pk).update(syncs_events=True)
        for address in self.addresses:
            builders.mailbox(organization, address, crm_user_id=USERS[address])
            MAILBOXES[address].page_size = 8

    def later(self, happens: Callable[[], object]) -> Callable[[], None]:
        """When everybody is due again."""

        def outside() -> None:
            self.time.move(seconds=settings.SYNC_INTERVAL_SECONDS)
            happens()

        return outside

    def rests(self) -> None:
        """For two rounds: a worker that dies may lose what it meant to say to another, who then finds it by itself;
        and what a full read did not find is asked for in the second one."""
        rest(self.time, hours=1)

    # -- How it ends

    def ended(self) -> Ended:
        return Ended(
            calendars=tuple(sorted(self._shown())),
            records=tuple(sorted(_said(each.event) for each in self.crm.events.living.values())),
            issues=tuple(sorted(Issue.everywhere.values_list("code", "status", "title", "resolution"))),
            filtered=tuple(sorted(Filtered.everywhere.values_list("item__title", "rule"))),
            overruled=tuple(sorted({(row.side, " ".join(row.fields)) for row in Overruled.everywhere.all()})),
            mails=self.mails(),
        )

    def _shown(self) -> Iterator[str]:
        for address in self.addresses:
            for entry in self.calendar(address).entries.values():
                if not entry.gone:
                    yield f"{address}: {_said(entry.event)}, colour “{entry.colour}”"

    def broken(self) -> list[str]:
        general = [each for each in (*ALWAYS, *AT_REST) if each.number not in OF_MESSAGES]
        return self.watch.found or [*invariants.broken(self, general), *self.out_of_step()]

    def out_of_step(self) -> list[str]:
        """I-1, I-3 and I-4, of events: what leads in the calendars and the record of it say the same, one by one."""
        ours = [each for each in self.crm.events.living.values() if each.owner_id in USERS.values()]
        there = Counter(_said(each) for each in self._leading())
        records = Counter(_said(each.event) for each in ours)
        kept_out = set(Filtered.everywhere.values_list("item__title", flat=True))
        said = set(Issue.everywhere.exclude(status="resolved").values_list("title", flat=True))
        found = [f"I-3 {number} records say “{each}”" for each, number in records.items() if number > 1]
        for name, (one, other) in {"calendars": (there, records), "CRM": (records, there)}.items():
            alone = (one - other).elements()
            found += [f"I-4 in the {name} alone: “{each}”" for each in alone if _title(each) not in kept_out | said]
        records_of_ours = set(Item.everywhere.exclude(synced_at=None).values_list("record_id", flat=True))
        lost = records_of_ours - set(self.crm.events.living)
        return found + [f"I-1 record {each} counts as synced and is not there" for each in lost]

    def _leading(self) -> Iterator[Event]:
        for address in self.addresses:
            yield from (each for each in self.calendar(address).living.values() if each.leads)

    def passes_over(self) -> Found:
        """I-2, of events: what a calendar's cursor has passed is an item that has come to an end of its own."""
        rows = Cursor.everywhere.filter(resource=Resource.EVENT).exclude(mailbox=None).select_related("mailbox")
        for cursor in rows:
            calendar = self.calendar(cursor.mailbox.address) if cursor.mailbox else None
            place = calendar.cursors.places.get(cursor.value) if calendar else None
            if calendar and cursor.mailbox and place and place.part is Part.CHANGES:
                passed = {id_ for id_ in calendar.feed[: place.at] if not calendar.entries[id_].gone}
                known = Binding.everywhere.filter(mailbox=cursor.mailbox, remote_id__in=passed)
                silent = known.filter(item__synced_at=None, item__filtered=None, item__changes=None)
                for each in passed - set(known.exclude(pk__in=silent).values_list("remote_id", flat=True)):
                    yield f"“{calendar.entries[each].event.title}” lies before the cursor and is no item of ours"

    def second_pass(self) -> Counter[str]:
        services.enqueue_read(self.organization.pk)
        return super().second_pass()

    def _totals(self) -> dict[str, int]:
        writes = {address: MAILBOXES[address].writes for address in self.addresses}
        return {"writes": self.crm.writes, "issues": Issue.everywhere.count(), "mails": len(mail.outbox)} | writes


class EventWatch(Watch):
    """Asks of events what must hold after every commit."""

    def __init__(self, scene: EventScene) -> None:
        super().__init__(scene)
        self._scene = scene

    def __call__(self, point: str) -> None:
        if point in ("cursor: move: after commit", "settle events in crm: after commit") and not self.found:
            self.found = [f"I-2 {each}" for each in self._scene.passes_over()]


class Calendars(EventScene):
    """The large world."""

    def fill(self, organization: Organization) -> None:
        self.colleagues(organization)
        self.crm.people.append(contact())
        self.crm.rules.append(refusing("bad"))
        hers, his = self.calendar(ANNA), self.calendar(BEN)
        share(self.event("of both"), hers, his)
        hers.paint(hers.add(self.event("bad deal")), GREEN)
        hers.add(self.event("private", private=True))
        hers.add(self.event("far away", days=300))
        hers.add(self.event("whole day", all_day=True))
        for number in range(2):
            start = self.event("weekly", days=2 + 7 * number).start
            stamp = f"{start:%Y%m%dT%H%M%SZ}"
            hers.add(self.event(f"weekly {number}", uid="weekly", days=2 + 7 * number, occurrence=stamp, series="w"))
        for title in ("contested", "merged", "to be deleted", "deleted in vain", "deleted by the CRM"):
            hers.add(self.event(title))
        for number in range(BULK):
            his.add(self.event(f"bulk {number:02}"))
        for address in (ANNA, BEN):
            self.crm.events.create(self.event(f"visit of {address}"), owner_id=USERS[address])
        self.crm.events.create(self.event("far visit", days=300), owner_id=USERS[ANNA])
        self.crm.events.create(self.event("of nobody"), owner_id="005000000000009")

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (
            Stage(inside=self.rests),
            Stage(outside=self.later(self._edited), inside=self._somebody_tries_again),
            Stage(outside=self.later(self._deleted), inside=self.rests),
            Stage(outside=self.later(lambda: None), inside=self._somebody_says_yes),
        )

    def _somebody_tries_again(self) -> None:
        issues.start_operation(self.organization.pk, "retry", issues.Choice(code=RULE.code))
        self.rests()

    def _ref(self, title: str, address: str = ANNA) -> Ref:
        entries = self.calendar(address).entries.values()
        (found,) = [entry.ref for entry in entries if entry.event.title == title and not entry.gone]
        return found

    def _edited(self) -> None:
        """The rule is gone. People edit on both sides, in the same fields and in different ones; an occurrence moves;
        a version moves and nothing else does."""
        self.crm.rules.clear()
        hers = self.calendar(ANNA)
        hers.edit(self._ref("contested"), title="contested by Anna", text="by Anna")
        self.time.move(seconds=5)
        self.crm.events.edit(self.record("contested").id, title="contested by the CRM", location="by the CRM")
        hers.edit(self._ref("merged"), text="by Anna")
        self.crm.events.edit(self.record("merged").id, location="by the CRM")
        later = self.record("weekly 1").event.start + timedelta(hours=3)
        hers.edit(self._ref("weekly 1"), start=later, end=later + timedelta(hours=1))
        hers.edit(self._ref("of both"), title="of both, at last")
        hers.touch(self._ref("whole day"))
        self.crm.events.edit(self.record(f"visit of {ANNA}").id, location="by the CRM")
        self.calendar(BEN).edit(self._ref(f"visit of {BEN}", BEN), title="visit, says Ben")

    def _deleted(self) -> None:
        """Both ways; one that the other side changed; very many at once; and then her calendar forgets how far it was
        read."""
        hers = self.calendar(ANNA)
        hers.delete(self._ref("to be deleted"))
        hers.delete(self._ref("deleted in vain"))
        self.crm.events.edit(self.record("deleted in vain").id, text="not yet")
        self.crm.events.delete(self.record("deleted by the CRM").id)
        self.crm.events.delete(self.record(f"visit of {ANNA}").id)
        hers.forget_cursors()
        hers.add(self.event("after that"))
        for number in range(BULK):
            self.calendar(BEN).delete(self._ref(f"bulk {number:02}", BEN))

    def _somebody_says_yes(self) -> None:
        issues.retry(Issue.everywhere.filter(code="engine.MASS_CHANGE"))
        self.rests()


def _said(each: Event) -> str:
    days = "whole days " if each.all_day else ""
    return f"{each.title} | {each.location} | {each.text} | {days}{each.start:%H:%M}–{each.end:%H:%M}"


def _title(said: str) -> str:
    return said.partition(" | ")[0]
