"""Both sides compared from outside, and our rows asked for what nobody outside can know: whether what differs is
explained by an open issue or a named rule, and whether what was overruled is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from connectors.memory.calendar import MARK
from connectors.models import Organization
from connectors.records import an_event
from issues.lifecycle import NEEDS_SOMEBODY, UNRESOLVED
from issues.models import Issue
from syncapp.engine import payload
from syncapp.models import Change, Filtered, Item, Overruled
from tests.scenario.machine.history import words_of
from tests.scenario.machine.meetings import Meeting, People
from tests.scenario.machine.outside import Kept, Outside, Seen
from tests.scenario.machine.sides import Copy, Record


@dataclass(kw_only=True)
class Known(Seen):
    """With our items of it, if there are any."""

    items: list[Item]


class Oracle(Outside):
    def __init__(self, people: People, organization: Organization) -> None:
        super().__init__(people, organization.event_conflicts)

    def wrong(self) -> list[str]:
        return [*super().wrong(), *self._messages(), *self._issues()]

    def seen(self, meeting: Meeting) -> Known:
        items = self._items(meeting)
        unresolved = Issue.everywhere.filter(status__in=UNRESOLVED)
        behind = Change.everywhere.filter(item__in=items, issue__in=unresolved)
        about = unresolved.filter(subject_key__in=[item.key for item in items])
        rows = Overruled.everywhere.filter(item__in=items)
        return Known(
            **vars(super().seen(meeting))
            | {
                "items": items,
                "is_explained": about.exists() or behind.exists(),
                "rules": frozenset(Filtered.everywhere.filter(item__in=items).values_list("rule", flat=True)),
                "kept": [_kept(row) for row in rows],
            }
        )

    def _items(self, meeting: Meeting) -> list[Item]:
        ours = Q(record_id__in=self.people.record_ids(meeting))
        for address, refs in self.people.remote_ids(meeting).items():
            ours |= Q(bindings__mailbox__address=address, bindings__remote_id__in=refs)
        return list(Item.everywhere.filter(ours).distinct())

    # -- One meeting

    def about(self, seen: Seen) -> Iterator[str]:
        assert isinstance(seen, Known)
        if len(seen.items) > 1 and len({item.record_id for item in seen.items} - {""}) > 1:
            yield f"is {len(seen.items)} items"
        yield from super().about(seen)
        yield from self._marks(seen)

    def agrees(self, seen: Seen, there: Sequence[Copy], record: Record) -> Iterator[str]:
        found = [*super().agrees(seen, there, record)]
        yield from found
        if not found and seen.leading and not seen.leading.event.key:  # whom a copy of our making invites, nobody knows
            yield from self._invitees(seen, seen.leading)

    def _invitees(self, seen: Seen, leading: Copy) -> Iterator[str]:
        organizer = [leading.event.organizer.email] if leading.event.organizer else []
        wanted = {*organizer, *(a.address.email for a in leading.event.attendees)}
        found = {self.people.sides.people[each.id] for each in seen.records[0].invitees}
        owner = seen.records[0].owner_id
        if found != {each for each in wanted if self.people.users.get(each) != owner}:
            yield f"of {owner} invites {sorted(found)} in the CRM and {sorted(wanted)} in the calendar"

    def _marks(self, seen: Known) -> Iterator[str]:
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

    def _messages(self) -> Iterator[str]:
        """Each message is in the CRM, once."""
        subjects = self.people.sides.recorded()
        for subject in sorted(self.people.sides.sent() | set(subjects)):
            if subjects[subject] != 1:
                yield f"the message “{subject}” is {subjects[subject]} times in the CRM"

    def _issues(self) -> Iterator[str]:
        """At most one open issue for each subject and direction (I-17)."""
        rows = Issue.everywhere.filter(status__in=UNRESOLVED).values_list("subject_key", "direction")
        for (subject, direction), number in Counter(rows).items():
            if number > 1:
                yield f"{number} issues are open about {subject[:12]}, {direction}"


def _kept(row: Overruled) -> Kept:
    content: Any = row.content
    said = words_of(an_event(payload.record_from_json(content))) if content else {}
    return Kept(side=row.side, rule=row.rule, said=said, fields=frozenset(row.fields))
