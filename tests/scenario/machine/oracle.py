"""Both stores compared from outside, meeting by meeting: by their tags, and by what the people know that they did.

Rows of ours are asked only for what nobody outside can know: whether what differs is explained by an open issue or a
named rule, and whether what was overruled is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from connectors.memory.calendar import MARK
from connectors.records import Event, an_event
from issues.lifecycle import NEEDS_SOMEBODY, UNRESOLVED
from issues.models import Issue
from syncapp.engine import payload
from syncapp.models import Change, Filtered, Item, Overruled
from tests.scenario.machine.history import WORDS, words_of
from tests.scenario.machine.meetings import CRM, MAILBOX, Meeting
from tests.scenario.machine.office import Office
from tests.scenario.machine.sides import Copy, Record


@dataclass(kw_only=True)
class Seen:
    """How a meeting stands: its copies in our calendars, its records, and our item of it, if there is one."""

    meeting: Meeting
    copies: dict[str, Copy]
    leading: Copy | None
    records: list[Record]
    items: list[Item]
    is_explained: bool
    rules: frozenset[str]


class Oracle:
    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = office.people

    def wrong(self) -> list[str]:
        """What must not be, one sentence each."""
        found = [f"{m.tag} {said}" for m in self.people.meetings for said in self._about(self._seen(m))]
        return [*found, *self._strangers(), *self._messages(), *self._issues()]

    def _seen(self, meeting: Meeting) -> Seen:
        copies, records = self.people.copies(meeting), self.people.records(meeting)
        ours = Q(record_id__in=self.people.record_ids(meeting))
        for address, refs in self.people.remote_ids(meeting).items():
            ours |= Q(bindings__mailbox__address=address, bindings__remote_id__in=refs)
        items = list(Item.everywhere.filter(ours).distinct())
        keys = [item.key for item in items]
        unresolved = Issue.everywhere.filter(status__in=UNRESOLVED)
        behind = Change.everywhere.filter(item__in=items, issue__in=unresolved)
        return Seen(
            meeting=meeting,
            copies=copies,
            leading=next((copy for copy in copies.values() if copy.event.leads), None),
            records=records,
            items=items,
            is_explained=unresolved.filter(subject_key__in=keys).exists() or behind.exists(),
            rules=frozenset(Filtered.everywhere.filter(item__in=items).values_list("rule", flat=True)),
        )

    # -- One meeting

    def _about(self, seen: Seen) -> Iterator[str]:
        if len(seen.records) > 1:
            yield f"has {len(seen.records)} records"
        if len(seen.items) > 1 and len({item.record_id for item in seen.items} - {""}) > 1:
            yield f"is {len(seen.items)} items"
        yield from self._where_it_is(seen)
        yield from self._is_kept(seen)
        yield from self._marks(seen)

    def _where_it_is(self, seen: Seen) -> Iterator[str]:
        """On both sides the same, or on one of them for a reason."""
        meeting = seen.meeting
        there = [seen.leading] if seen.leading else list(seen.copies.values())
        if not there and not seen.records:
            if not meeting.ended_by:
                yield "is gone from both sides, and nobody deleted it"
        elif seen.is_explained:
            return
        elif meeting.unwanted or (meeting.private and there):
            yield from self._stays_out(seen)
        elif not there or not seen.records:
            yield from self._is_on_one_side(seen, "calendar" if there else "CRM")
        else:
            yield from self._agrees(seen, there, seen.records[0])

    def _is_on_one_side(self, seen: Seen, side: str) -> Iterator[str]:
        """For what was born there and lies outside of the days that are kept in step, that is as it should be."""
        if "outside_window" not in seen.rules or (side == "CRM") != bool(seen.meeting.owner):
            yield f"is in the {side} alone ({', '.join(seen.rules) or 'no rule'})"

    def _agrees(self, seen: Seen, there: list[Copy], record: Record) -> Iterator[str]:
        if not any(_same(copy.event, record.event) for copy in there):
            yield f"says “{_said(there[0].event)}” in the calendar and “{_said(record.event)}” in the CRM"
        elif seen.leading and not seen.leading.event.key:  # whom a copy of our making invites, nobody knows
            yield from self._invitees(seen, seen.leading)

    def _stays_out(self, seen: Seen) -> Iterator[str]:
        if seen.meeting.owner and seen.meeting.unwanted:
            if seen.copies:
                yield "belongs to nobody and is in a calendar"
        elif seen.records:
            yield "is to be left out and is in the CRM"
        elif not seen.rules:
            yield "is left out by no rule"

    def _invitees(self, seen: Seen, leading: Copy) -> Iterator[str]:
        organizer = [leading.event.organizer.email] if leading.event.organizer else []
        wanted = {*organizer, *(a.address.email for a in leading.event.attendees)}
        found = {self.office.sides.people[each.id] for each in seen.records[0].invitees}
        owner = seen.records[0].owner_id
        if found != {each for each in wanted if self.people.users.get(each) != owner}:
            yield f"of {owner} invites {sorted(found)} in the CRM and {sorted(wanted)} in the calendar"

    def _is_kept(self, seen: Seen) -> Iterator[str]:
        """What somebody wrote and nobody replaced on purpose is there, or was overruled and can be read (I-5)."""
        rows = list(Overruled.everywhere.filter(item__in=seen.items))
        kept = [(row, words_of(an_event(payload.record_from_json(row.content)))) for row in rows if row.content]
        overruled = {(name, said[name]) for _, said in kept for name in WORDS}
        leading = self.people.leading(seen.meeting)
        shown = [words_of(each.event) for each in seen.records] + ([words_of(leading.event)] if leading else [])
        for name, value in seen.meeting.history.lost(shown, overruled):
            yield f"lost the {name} “{value}” that somebody wrote in the {seen.meeting.history.sides[name, value]}"
        yield from self._winners(seen, kept)

    def _winners(self, seen: Seen, kept: list[tuple[Overruled, dict[str, str]]]) -> Iterator[str]:
        """By a rule that names a side, the other side is the one that was overruled."""
        rule = self.office.organization.event_conflicts
        if rule in (CRM, MAILBOX):
            for row, _ in kept:
                if row.fields and row.rule == rule and row.side == rule:
                    yield f"overruled the {rule}, against the rule"

    def _marks(self, seen: Seen) -> Iterator[str]:
        """Red where an issue is open, and nowhere else (I-23); a colour that a person chose since then stays."""
        keys = [item.key for item in seen.items]
        is_open = Issue.everywhere.filter(subject_key__in=keys, status__in=NEEDS_SOMEBODY).exists()
        for address, copy in seen.copies.items():
            chosen = self.people.colours.get((address, copy.id), "")
            if copy.colour != MARK and is_open and copy.colour != chosen:
                yield f"has the colour “{copy.colour}” in {address}, which nobody chose"
            elif copy.colour == "" and is_open:
                yield f"is not marked in {address}"
            elif not is_open and copy.colour != chosen:
                yield f"has the colour “{copy.colour}” in {address} and not “{chosen}”"

    # -- Everything else

    def _strangers(self) -> Iterator[str]:
        tags = {meeting.tag for meeting in self.people.meetings}
        for title in self.people.titles():
            if title.partition(" ")[0] not in tags:
                yield f"“{title}” was made by nobody"

    def _messages(self) -> Iterator[str]:
        """Each message is in the CRM, once."""
        subjects = self.office.sides.recorded()
        for subject in sorted(self.office.sides.sent() | set(subjects)):
            if subjects[subject] != 1:
                yield f"the message “{subject}” is {subjects[subject]} times in the CRM"

    def _issues(self) -> Iterator[str]:
        """At most one open issue for each subject and direction (I-17)."""
        rows = Issue.everywhere.filter(status__in=UNRESOLVED).values_list("subject_key", "direction")
        for (subject, direction), number in Counter(rows).items():
            if number > 1:
                yield f"{number} issues are open about {subject[:12]}, {direction}"


def _said(event: Event) -> str:
    return ", ".join([*words_of(event).values(), "busy" if event.busy else "free"])


def _same(one: Event, other: Event) -> bool:
    return words_of(one) == words_of(other) and (one.busy, one.all_day) == (other.busy, other.all_day)
