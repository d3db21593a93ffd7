"""Two calendars and a CRM that are kept in step both ways, while people go on changing things on both sides.

Everything was in step once; then a meeting of two is moved twice, an event of the CRM gets another room, one event is
changed on both sides, one is deleted, and one is new on each side. Whoever works when, the end is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from connectors import clock
from connectors.effects import step
from connectors.memory import MemoryMailbox
from connectors.memory.calendar import MemoryCalendar, share
from connectors.memory.places import Part
from connectors.models import Mailbox, Organization
from connectors.records import Event, Resource
from syncapp import services
from syncapp.engine.crm_reading import read_crm
from tests import builders
from tests.builders import event
from tests.conftest import Time
from tests.driving import rest
from tests.scenario.scene import JOBS, Outcome, Scene, Stage, jobs_of
from tests.scenario.sight import Delivered, Recorded

ANNA, BEN = "005000000000001", "005000000000002"
PEOPLE_ARE_DONE = "people: are done"


class Meetings(Scene):
    settings: ClassVar[dict[str, Any]] = {"syncs_events": True}

    def __init__(self, time: Time) -> None:
        self.truth: dict[str, str] = {}
        super().__init__(time)
        self.anna, self.ben = self.mailboxes
        self._until_quiet()
        self._people_begin()

    def fill(self, organization: Organization) -> None:
        anna, ben = (
            self.store(builders.mailbox(organization, f"{name}@ours.example", crm_user_id=user)).calendar
            for name, user in (("anna", ANNA), ("ben", BEN))
        )
        self.talk, _ = share(self._event("talk"), anna, ben)
        self.lunch = anna.add(self._event("lunch"))
        self.fair = anna.add(self._event("fair"))
        self.visit = self.crm.events.create(self._event("visit"), owner_id=ANNA)

    def _event(self, name: str) -> Event:
        """What an event is, is its name: the first word of its title on both sides."""
        made = event(name, uid=f"{name}@meetings")
        self.truth[name] = _content(made)
        return made

    @property
    def calendar(self) -> MemoryCalendar:
        return self._of(self.anna)

    def _of(self, mailbox: Mailbox) -> MemoryCalendar:
        return self.store(mailbox).calendar

    # -- Who acts

    def _people_begin(self) -> None:
        """There is work to do from the start."""
        self._moves_the_talk("talk at ten")
        self.crm.events.edit(self.visit.id, location="Room 9")
        self.calendar.edit(self.fair, title="fair of prices")
        self.crm.events.edit(self._record("fair"), location="Hall 3")
        self.truth |= {"visit": "visit, Room 9", "fair": "fair of prices, Hall 3"}

    def people(self) -> None:
        """What they do meanwhile, one thing after the other."""
        step("people: move the talk once more")
        self._moves_the_talk("talk at eleven")
        step("people: find another room for the visit once more, in the CRM")
        self.crm.events.edit(self.visit.id, location="Room 10")
        self.truth["visit"] = "visit, Room 10"
        step("people: cancel the lunch")
        self.calendar.delete(self.lunch)
        del self.truth["lunch"]
        step("people: meet for tea, and to close a deal")
        self._of(self.ben).add(self._event("tea"))
        self.crm.events.create(self._event("deal"), owner_id=BEN)
        step(PEOPLE_ARE_DONE)

    def _moves_the_talk(self, title: str) -> None:
        self.calendar.edit(self.talk, title=title)
        self.truth["talk"] = f"{title}, Room 7"

    def _record(self, name: str) -> str:
        (found,) = (record.id for record in self.crm.events.living.values() if _name(record.event) == name)
        return found

    def worker(self, mailbox: Mailbox) -> Callable[[], None]:
        return jobs_of(mailbox, self.endings)

    def reader(self) -> None:
        """Whoever reads what happened in the CRM."""
        for _ in range(JOBS):
            if not read_crm(self.organization.pk):
                return

    def comes_to_rest(self) -> None:
        """One worker alone, until nothing is due: the CRM is read, and everybody's calendar, and once more."""
        self._until_quiet()
        self._until_quiet()

    def _until_quiet(self) -> None:
        Organization.everywhere.update(next_read_at=clock.now())
        Mailbox.everywhere.update(next_run_at=clock.now())
        rest(self.time, hours=1.5)

    @property
    def stages(self) -> Sequence[Stage]:
        return (Stage(outside=self.people, inside=self.comes_to_rest),)

    # -- Seen from outside

    def delivered(self) -> list[Delivered]:
        return [each for mailbox in self.mailboxes for each in self._shown(mailbox)]

    def _shown(self, mailbox: Mailbox) -> list[Delivered]:
        calendar = self._of(mailbox)
        places = {id_: place for place, id_ in enumerate(calendar.feed, start=1)}
        return [
            Delivered(
                mailbox_id=mailbox.pk,
                remote_id=id_,
                identity=_name(found),
                contents=frozenset({self.truth.get(_name(found), "")}),
                place=places[id_],
                good=True,
                resource=Resource.EVENT,
            )
            for id_, found in calendar.living.items()
        ]

    def recorded(self) -> list[Recorded]:
        living = self.crm.events.living.values()
        return [Recorded(id=r.id, identity=_name(r.event), content=_content(r.event)) for r in living]

    def passed(self, cursor: str) -> int:
        for mailbox in self.mailboxes:
            if place := self._of(mailbox).cursors.places.get(cursor):
                return {Part.CHANGES: place.at, Part.ROLLED: place.since}.get(place.part, 0)
        return super().passed(cursor)

    def broken(self) -> list[str]:
        return super().broken() or [
            f"I-4 No lost update: “{_name(each)}” is “{_content(each)}” in the calendar of {mailbox.address}"
            for mailbox in self.mailboxes
            for each in self._of(mailbox).living.values()
            if _content(each) != self.truth.get(_name(each))
        ]

    def outcome(self) -> Outcome:
        places = [("CRM", [r.event for r in self.crm.events.living.values()])]
        places += [(m.address, list(self._of(m).living.values())) for m in self.mailboxes]
        events = sorted((f"{place}: {_content(each)}", ()) for place, found in places for each in found)
        return self.seen(tuple(events))

    def second_pass(self) -> Counter[str]:
        services.enqueue_read(self.organization.pk)
        return super().second_pass()

    def _writes(self) -> int:
        stores: list[MemoryMailbox] = [self.store(mailbox) for mailbox in self.mailboxes]
        return self.crm.writes + sum(store.writes for store in stores)


def _name(found: Event) -> str:
    return found.title.split()[0]


def _content(found: Event) -> str:
    return f"{found.title}, {found.location}"
