"""The people of the machine: what they do in their calendars and in the CRM, written down as they do it.

A meeting is known by the tag that its title begins with, on every side and in whatever record or copy it has come to
lie; nobody ever changes that. So both stores can be compared without asking a row of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from connectors import clock
from connectors.records import Address, Attendee, Event, Response
from tests.scenario.machine.history import History, words_of
from tests.scenario.machine.sides import Calendar, Copy, Record, Sides

CRM, MAILBOX = "crm", "mailbox"
NOBODY = "nobody"  # somebody in the CRM who has no mailbox
CUSTOMER = Address(email="ann@customer.example", name="Ann")


@dataclass(kw_only=True)
class Meeting:
    """One meeting as the people know it. `organizer` is the calendar that leads it, "" where it is not one of ours;
    `owner` the user of the CRM where it was born there. `unwanted`: it never belongs into the CRM, whatever happens.
    `ended_by` are the sides where somebody deleted it."""

    tag: str
    organizer: str = ""
    owner: str = ""
    unwanted: bool = False
    private: bool = False
    history: History = field(default_factory=History)
    ended_by: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class People:
    """Two colleagues with their calendars, somebody outside who invites them, and users of the CRM."""

    sides: Sides
    meetings: list[Meeting] = field(default_factory=list)
    colours: dict[tuple[str, str], str] = field(default_factory=dict)
    began: datetime = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        self._tags, self._values = count(1), count(1)

    # -- What they see

    @property
    def users(self) -> dict[str, str]:
        """The colleagues' ids in the CRM, by address."""
        return {address: id_ for id_, address in self.sides.people.items() if address in self.sides.calendars}

    def copies(self, meeting: Meeting) -> dict[str, Copy]:
        """The living copies in the calendars of the colleagues, by address."""
        return {address: own for address, calendar in self.sides.calendars.items() if (own := _copy(calendar, meeting))}

    def leading(self, meeting: Meeting) -> Copy | None:
        """The organizer's copy, wherever it lies; None where the meeting is in no calendar of an organizer."""
        found = [*self.copies(meeting).values(), *filter(None, [_copy(self.sides.outside, meeting)])]
        return next((copy for copy in found if copy.event.leads), None)

    def records(self, meeting: Meeting) -> list[Record]:
        return [each for each in self._living_records() if _is_of(each.event, meeting)]

    def record(self, meeting: Meeting) -> Record | None:
        """The record that somebody would open; not one that is hidden from us, since we are told of nothing then."""
        return next((each for each in self.records(meeting) if not each.hidden), None)

    def record_ids(self, meeting: Meeting) -> list[str]:
        """Of all records that it ever had."""
        return [each.id for each in self.sides.diary.records.values() if _is_of(each.event, meeting)]

    def remote_ids(self, meeting: Meeting) -> dict[str, list[str]]:
        """Of all copies that ever were, by address."""
        return {
            address: [entry.id for entry in calendar.entries.values() if _is_of(entry.event, meeting)]
            for address, calendar in self.sides.calendars.items()
        }

    def titles(self) -> list[str]:
        """Of everything that is there, on both sides."""
        entries = [each for calendar in self.sides.calendars.values() for each in calendar.entries.values()]
        living = [each.event for each in entries if not each.gone]
        return [event.title for event in (*living, *(each.event for each in self._living_records()))]

    def _living_records(self) -> list[Record]:
        return [each for each in self.sides.diary.records.values() if not each.gone]

    # -- New meetings

    def _new(self, event: Event, *, side: str, **values: Any) -> Meeting:
        meeting = Meeting(tag=event.title.partition(" ")[0], **values)
        meeting.history.began(words_of(event), side)
        self.meetings.append(meeting)
        return meeting

    def event(self, *, days: float = 0, all_day: bool = False, **more: Any) -> Event:
        """A meeting that nobody has entered yet, with a tag, a uid and a time of its own."""
        number = next(self._tags)
        values: dict[str, Any] = {
            "uid": f"uid-{number}",
            "title": f"m{number}: first title",
            "text": f"first words of m{number}",
            "location": f"first room of m{number}",
        }
        return Event(**(values | self._time(days=days, all_day=all_day) | more))

    def _time(self, *, days: float = 0, all_day: bool = False) -> dict[str, Any]:
        """A time that no meeting had yet, about so many days after tomorrow."""
        number = next(self._values)
        if all_day:
            midnight = self.began.replace(hour=0, minute=0, second=0, microsecond=0)
            start = midnight + timedelta(days=1 + days + number % 90)
            return {"start": start, "end": start + timedelta(days=1 + number // 90), "all_day": True}
        start = self.began.replace(minute=0, second=0, microsecond=0) + timedelta(days=1 + days, minutes=number)
        return {"start": start, "end": start + timedelta(minutes=30), "all_day": False}

    def enter(self, address: str, event: Event, **values: Any) -> Meeting:
        """Somebody enters a meeting into a calendar."""
        self.sides.enter(self.sides.calendars[address], event)
        return self._new(event, side=MAILBOX, organizer=address, **values)

    def enter_series(self, address: str, times: int) -> list[Meeting]:
        """A series: each of its occurrences is a meeting of its own."""
        uid = self.event().uid
        events = [self.event(days=7 * number, uid=uid) for number in range(times)]
        self.sides.repeat(self.sides.calendars[address], events)
        return [self._new(event, side=MAILBOX, organizer=address) for event in events]

    def invite(self, address: str, *, outsider: bool) -> Meeting:
        """A meeting for both colleagues, by one of them or by somebody outside."""
        event = self.event(attendees=(Attendee(address=CUSTOMER, response=Response.ACCEPTED),))
        calendars = self.sides.calendars
        guests = [calendar for each, calendar in calendars.items() if outsider or each != address]
        self.sides.share(event, self.sides.outside if outsider else calendars[address], guests)
        return self._new(event, side=MAILBOX, organizer="" if outsider else address)

    def enter_in_crm(self, address: str, *, days: float = 0) -> Meeting:
        """A meeting of the colleague with this address, or of `NOBODY`."""
        event, owner = self.event(days=days), self.users.get(address, self.sides.nobody)
        self.sides.diary.create(event, owner_id=owner)
        return self._new(event, side=CRM, owner=owner, unwanted=address == NOBODY)

    # -- Changes

    def fresh(self, meeting: Meeting, name: str, *, note: str = "", days: float = 0) -> dict[str, Any]:
        """A new value for a field. `note` is a word in a title that a rule of some side minds."""
        if name == "time":
            return self._time(days=days, all_day=days == 0 and next(self._values) % 5 == 0)
        said = f"{name} {next(self._values)}"
        return {name: f"{meeting.tag} {said} {note}".rstrip() if name == "title" else f"{said} of {meeting.tag}"}

    def edit(self, meeting: Meeting, name: str, **how: Any) -> None:
        """The organizer changes a field."""
        copy = self.leading(meeting)
        assert copy is not None
        values = self.fresh(meeting, name, **how)
        before = words_of(copy.event)
        copy.calendar.edit(copy.ref, **values)
        after = words_of(copy.calendar.entries[copy.id].event)
        meeting.history.wrote(name, after[name], MAILBOX, over=before[name])

    def edit_in_crm(self, meeting: Meeting, name: str, **how: Any) -> None:
        record = self.record(meeting)
        assert record is not None
        values = self.fresh(meeting, name, **how)
        before = words_of(record.event)
        self.sides.diary.edit(record.id, **values)
        after = words_of(self.sides.diary.records[record.id].event)
        meeting.history.wrote(name, after[name], CRM, over=before[name])

    def edit_own_copy(self, copy: Copy, meeting: Meeting) -> None:
        """A guest changes the own copy: nobody else sees that, and it need not survive the organizer's next change."""
        self.sides.edit_own_copy(copy, self.fresh(meeting, "title")["title"])

    def delete(self, meeting: Meeting) -> None:
        """The organizer calls it off."""
        copy = self.leading(meeting)
        assert copy is not None
        meeting.history.deleted(words_of(copy.event))
        meeting.ended_by.add(MAILBOX)
        copy.calendar.delete(copy.ref)

    def delete_own_copy(self, copy: Copy, meeting: Meeting) -> None:
        """A guest throws the own copy away; with the last one that we could see, the meeting is over for us."""
        copy.calendar.delete(copy.ref)
        if not meeting.organizer and not self.copies(meeting):
            meeting.history.deleted(words_of(copy.event))
            meeting.ended_by.add(MAILBOX)

    def delete_in_crm(self, meeting: Meeting) -> None:
        record = self.record(meeting)
        assert record is not None
        meeting.history.deleted(words_of(record.event))
        meeting.ended_by.add(CRM)
        self.sides.diary.delete(record.id)

    def make_private(self, meeting: Meeting, private: bool) -> None:
        copy = self.leading(meeting)
        assert copy is not None
        meeting.private = private
        copy.calendar.edit(copy.ref, private=private)

    def paint(self, copy: Copy, colour: str) -> None:
        copy.calendar.paint(copy.ref, colour)
        self.colours[copy.calendar.address, copy.id] = colour


def _is_of(event: Event, meeting: Meeting) -> bool:
    return event.title.startswith(f"{meeting.tag} ")


def _copy(calendar: Calendar, meeting: Meeting) -> Copy | None:
    found = [each for each in calendar.entries.values() if not each.gone and _is_of(each.event, meeting)]
    assert len(found) < 2, f"{meeting.tag} stands {len(found)} times in {calendar.address}"
    return found[0] if found else None
