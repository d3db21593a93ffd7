"""What must always hold, each promise a function with its number: the crash points, the two workers, the wrong
designs and whoever else plays a world ask the same ones.

Two accounts are compared: what lies in the stores of both sides (`Sight`), and what our rows say. Each function
yields what it found to be wrong, one short sentence each; nothing is good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django_q.models import OrmQ

from connectors.models import Activity, Mailbox, Verb
from connectors.records import Resource
from issues.lifecycle import UNRESOLVED
from issues.models import Issue, Resolution, ScopeChoices
from notifications.models import Delivery
from syncapp.models import Binding, Change, ChangeState, Cursor, Filtered, Item, Lease, Run
from tests.integration.issues.orders import counters_are_right
from tests.scenario.sight import Again, Sight

Found = Iterator[str]
Promise = Callable[[Sight], Found]


class Violated(AssertionError):
    """A promise was broken; `number` says which."""

    def __init__(self, broken: Sequence[str]) -> None:
        super().__init__("\n".join(broken))
        self.number = broken[0].partition(" ")[0]


@dataclass(frozen=True, kw_only=True)
class Invariant:
    number: str
    promise: str
    broken: Promise

    def __call__(self, sight: Sight) -> list[str]:
        return [f"{self.number} {self.promise}: {found}" for found in self.broken(sight)]


ALWAYS: list[Invariant] = []  # after every commit
AT_REST: list[Invariant] = []  # once nothing is due


def _invariant(number: str, promise: str, where: list[Invariant] = AT_REST) -> Callable[[Promise], Invariant]:
    def enter(broken: Promise) -> Invariant:
        where.append(made := Invariant(number=number, promise=promise, broken=broken))
        return made

    return enter


def broken(sight: Sight, invariants: Iterable[Invariant]) -> list[str]:
    """What does not hold, the lowest number first."""
    return [found for each in invariants for found in each(sight)]


# -- Items and records


@_invariant("I-1", "No item is silent")
def nothing_is_silent(sight: Sight) -> Found:
    """What was delivered is in the CRM, or a row says by name why not: of the item, or of what it waits behind."""
    records = {(each.identity, each.id) for each in sight.recorded()}
    spoken, held = _spoken(), _held()
    items = _items()
    for each in sight.delivered():
        item = items.get((each.mailbox_id, each.remote_id))
        if each.mailbox_id in held and (item is None or not item.synced_at):
            continue
        if item is None:
            yield f"nobody knows of “{each.identity}”"
        elif item.synced_at and (each.identity, item.record_id) not in records:
            yield f"“{each.identity}” counts as synced and is not there"
        elif not item.synced_at and item.pk not in spoken:
            yield f"“{each.identity}” is neither synced nor filtered nor waits, and no issue is about it"


def _items() -> dict[tuple[int, str], Item]:
    """What each copy is a copy of."""
    rows = Binding.everywhere.select_related("item")
    return {(row.mailbox_id, row.remote_id): row.item for row in rows}


def _spoken() -> set[int]:
    """Items that a row says something of: a filter, an issue, or a wait."""
    about = Issue.everywhere.filter(status__in=UNRESOLVED, scope=ScopeChoices.ITEM).values("subject_key")
    waiting = Change.everywhere.filter(state=ChangeState.WAITING, next_attempt_at__isnull=False)
    return {
        *Filtered.everywhere.values_list("item_id", flat=True),
        *Item.everywhere.filter(key__in=about).values_list("pk", flat=True),
        *waiting.values_list("item_id", flat=True),
    }


def _held() -> set[int]:
    """Mailboxes that stand still, by themselves or with their organization, and an issue says so."""
    stopped = Issue.everywhere.filter(status__in=UNRESOLVED).exclude(scope=ScopeChoices.ITEM)
    own = stopped.filter(scope=ScopeChoices.MAILBOX).values("mailbox_id")
    theirs = stopped.filter(scope=ScopeChoices.ORGANIZATION).values("organization_id")
    rows = Mailbox.everywhere.filter(Q(pk__in=own) | Q(organization__in=theirs))
    return set(rows.values_list("pk", flat=True))


@_invariant("I-2", "The cursor never passes a silent item", ALWAYS)
def no_cursor_passes_a_silent_item(sight: Sight) -> Found:
    """What lies before a mailbox's cursor has come to an end of its own there."""
    cursors = Cursor.everywhere.filter(mailbox__isnull=False)
    passed = {(c.mailbox_id, c.resource): sight.passed(c.value) for c in cursors}
    items = _items()
    rows = Change.everywhere.filter(state=ChangeState.PENDING, item__synced_at=None)
    pending = set(rows.values_list("mailbox_id", "item_id"))
    for each in sight.delivered():
        if each.place <= passed.get((each.mailbox_id, each.resource), 0):
            item = items.get((each.mailbox_id, each.remote_id))
            if item is None or (each.mailbox_id, item.pk) in pending:
                yield f"“{each.identity}” lies before the cursor and is still to be worked on"


@_invariant("I-3", "No duplicate record")
def nothing_is_recorded_twice(sight: Sight) -> Found:
    """One record for each thing, and an item of ours that knows of it, unless it is still being worked on."""
    records = sight.recorded()
    for identity, number in Counter(each.identity for each in records).items():
        if number > 1:
            yield f"{number} records of “{identity}”"
    ours = set(Item.everywhere.exclude(record_id="").values_list("record_id", flat=True))
    unsettled, items = set(Change.everywhere.values_list("item_id", flat=True)), _items()
    copies = {(each.mailbox_id, each.remote_id): each.identity for each in sight.delivered()}
    unsure = {copies[place] for place, item in items.items() if item.pk in unsettled and place in copies}
    for each in records:
        if each.id not in ours and each.identity not in unsure:
            yield f"no item of ours has the record {each.id} of “{each.identity}”"


@_invariant("I-4", "No lost update")
def no_update_is_lost(sight: Sight) -> Found:
    """Each record says what its thing says now."""
    contents: dict[str, frozenset[str]] = {}
    for copy in sight.delivered():
        contents[copy.identity] = contents.get(copy.identity, frozenset()) | copy.contents
    for each in sight.recorded():
        if each.content not in contents.get(each.identity, {each.content}):
            yield f"the record of “{each.identity}” says “{each.content}”"


@_invariant("I-6", "One bad item never stops the others")
def what_is_good_is_there(sight: Sight) -> Found:
    there = {each.identity for each in sight.recorded()}
    for identity in sorted({each.identity for each in sight.delivered() if each.good} - there):
        yield f"“{identity}” is good and not there"


# -- Work


@_invariant("I-10", "It comes to an end")
def nothing_is_left_over(sight: Sight) -> Found:
    left = {
        "work": Change.everywhere.filter(state=ChangeState.PENDING),
        "an unfinished run": Run.everywhere.filter(outcome=""),
        "a job": OrmQ.objects.all(),
        "an unsent mail": Delivery.everywhere.filter(sent_at=None),
        "a line that nobody looked at": Activity.everywhere.filter(alert=True, dispatched_at=None),
    }
    for name, rows in left.items():
        if rows.exists():
            yield f"{name} is left"


@_invariant("I-11", "At most one worker acts for a mailbox")
def nobody_holds_a_lease(sight: Sight) -> Found:
    """Whoever worked has given the lease back, or was relieved of it."""
    for lease in Lease.everywhere.exclude(owner=""):
        yield f"{lease} is held by {lease.owner}"


# -- Issues, the journal and mails


@_invariant("I-17", "At most one open issue for each subject", ALWAYS)
def no_two_issues_are_about_one_thing(sight: Sight) -> Found:
    rows = Issue.everywhere.filter(status__in=UNRESOLVED).order_by()
    groups = rows.values("organization", "subject_key", "direction").annotate(number=Count("pk"))
    for each in groups.filter(number__gt=1):
        yield f"{each['number']} open issues are about {each['subject_key'][:12]}"


@_invariant("I-18", "An issue closes only on proof")
def what_counts_as_synced_is(sight: Sight) -> Found:
    closed = Issue.everywhere.filter(resolution=Resolution.SYNCED).values("subject_key")
    for item in Item.everywhere.filter(key__in=closed, synced_at=None):
        yield f"the issue of “{item}” is closed as written, and it is not"


@_invariant("I-21", "Every counter counts its rows")
def counters_count(sight: Sight) -> Found:
    if not counters_are_right():
        yield "a number of open issues is wrong"


@_invariant("I-25", "The journal has one line for each change of state")
def no_message_became_synced_twice(sight: Sight) -> Found:
    """A message is written once; an event as often as it changes."""
    messages = Item.everywhere.filter(resource=Resource.EMAIL).values("key")
    lines = Activity.everywhere.filter(verb=Verb.SYNCED, item_key__in=messages).values_list("item_key", flat=True)
    for key, number in Counter(lines).items():
        if number > 1:
            yield f"item {key[:12]} became synced {number} times"


@_invariant("I-26", "One mail for each incident and recipient")
def no_incident_is_told_twice(sight: Sight) -> Found:
    """A mail may leave twice, but then it is the same mail: its Message-ID is the delivery's."""
    known = set(Delivery.everywhere.values_list("message_id", flat=True))
    for sent in sight.mails() - known:
        yield f"{sent} is a mail that nobody planned"


# -- Played through, once more, or otherwise


def never_ends(error: AssertionError) -> list[str]:
    """I-10, where somebody gave up waiting for the end."""
    return [f"I-10 It comes to an end: {error}"]


def ends_as(number: str, end: object, expected: object) -> list[str]:
    """I-8, where a step was done twice, and I-11, where two workers met: the end is the same as without."""
    return [] if end == expected else [f"{number} The end is the same as without: {end}\nand not {expected}"]


def a_second_pass_does_nothing(world: Again) -> list[str]:
    """I-9: nothing is written, no issue opened and no mail sent where nothing changed."""
    made = +world.second_pass()
    return [f"I-9 A second sync without changes does nothing: {dict(made)}"] if made else []


class Watch:
    """Asks after every commit what must always hold; keeps the first that did not.

    It raises nothing: the point stands in the middle of the product, which would catch it. Most commits move neither
    a cursor nor an issue, and are not asked about.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._seen: list[tuple[object, ...]] = []
        self.found: list[str] = []

    def __call__(self, point: str) -> None:
        if not point.endswith(": after commit") or self.found:
            return
        before, self._seen = self._seen, _cursors_and_issues()
        if self._seen != before:
            self.found = broken(self._sight, ALWAYS)


def _cursors_and_issues() -> list[tuple[object, ...]]:
    """As plain as it can be asked: this is asked some hundred times in each schedule."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, value FROM syncapp_cursor ORDER BY id")
        cursors = cursor.fetchall()
        cursor.execute("SELECT id, status FROM issues_issue ORDER BY id")
        return [*cursors, *cursor.fetchall()]
