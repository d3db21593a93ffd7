"""Both sides compared from outside, meeting by meeting: by their tags, and by what the people know that they did. Pure.

No row of ours is asked. What only rows can know (what explains a difference, and whose words were kept) is told by
whoever has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.records import Event
from tests.scenario.machine.history import WORDS, Shown, words_of
from tests.scenario.machine.meetings import CRM, MAILBOX, Meeting, People
from tests.scenario.machine.sides import Copy, Record


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What lost on a side, by a rule, in some fields; `said` is "" where it was a deletion that lost."""

    side: str
    rule: str
    said: Shown
    fields: frozenset[str]


@dataclass(kw_only=True)
class Seen:
    """How a meeting stands: its copies in our calendars and its records. Of what our rows know: whether an open issue
    explains a difference, by which `rules` it is kept out, and what was `kept` of it."""

    meeting: Meeting
    copies: dict[str, Copy]
    records: list[Record]
    is_explained: bool = False
    rules: frozenset[str] = frozenset()
    kept: Sequence[Kept] = ()

    @property
    def leading(self) -> Copy | None:
        return next((copy for copy in self.copies.values() if copy.event.leads), None)


class Outside:
    """`rule` is the organization's about conflicts."""

    def __init__(self, people: People, rule: str) -> None:
        self.people, self.rule = people, rule

    def wrong(self) -> list[str]:
        """What must not be, one sentence each."""
        found = [f"{m.tag} {said}" for m in self.people.meetings for said in self.about(self.seen(m))]
        return [*found, *self._strangers()]

    def seen(self, meeting: Meeting) -> Seen:
        return Seen(meeting=meeting, copies=self.people.copies(meeting), records=self.people.records(meeting))

    def about(self, seen: Seen) -> Iterator[str]:
        if len(seen.records) > 1:
            yield f"has {len(seen.records)} records"
        yield from self._where_it_is(seen)
        yield from self._is_kept(seen)
        yield from self._winners(seen)

    # -- Where it is

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
            yield from self.agrees(seen, there, seen.records[0])

    def _is_on_one_side(self, seen: Seen, side: str) -> Iterator[str]:
        """For what was born there and lies outside of the days that are kept in step, that is as it should be."""
        if "outside_window" not in seen.rules or (side == "CRM") != bool(seen.meeting.owner):
            yield f"is in the {side} alone ({', '.join(seen.rules) or 'no rule'})"

    def agrees(self, seen: Seen, there: Sequence[Copy], record: Record) -> Iterator[str]:
        if not any(_same(copy.event, record.event) for copy in there):
            yield f"says “{_said(there[0].event)}” in the calendar and “{_said(record.event)}” in the CRM"

    def _stays_out(self, seen: Seen) -> Iterator[str]:
        if seen.meeting.owner and seen.meeting.unwanted:
            if seen.copies:
                yield "belongs to nobody and is in a calendar"
        elif seen.records:
            yield "is to be left out and is in the CRM"
        elif not seen.rules:
            yield "is left out by no rule"

    # -- What became of words

    def _is_kept(self, seen: Seen) -> Iterator[str]:
        """What somebody wrote and nobody replaced on purpose is there, or was overruled and can be read (I-5)."""
        overruled = {(name, each.said[name]) for each in seen.kept if each.said for name in WORDS}
        leading = self.people.leading(seen.meeting)
        shown = [words_of(each.event) for each in seen.records] + ([words_of(leading.event)] if leading else [])
        for name, value in seen.meeting.history.lost(shown, overruled):
            yield f"lost the {name} “{value}” that somebody wrote in the {seen.meeting.history.sides[name, value]}"

    def _winners(self, seen: Seen) -> Iterator[str]:
        """By a rule that names a side, the other side is the one that was overruled."""
        against = (each for each in seen.kept if each.said and each.fields and each.rule == each.side == self.rule)
        if self.rule in (CRM, MAILBOX):
            yield from (f"overruled the {each.side}, against the rule" for each in against)

    def _strangers(self) -> Iterator[str]:
        tags = {meeting.tag for meeting in self.people.meetings}
        for title in self.people.titles():
            if title.partition(" ")[0] not in tags:
                yield f"“{title}” was made by nobody"


def _said(event: Event) -> str:
    return ", ".join([*words_of(event).values(), "busy" if event.busy else "free"])


def _same(one: Event, other: Event) -> bool:
    return words_of(one) == words_of(other) and (one.busy, one.all_day) == (other.busy, other.all_day)
