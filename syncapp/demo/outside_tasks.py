"""The outside oracle for tasks: what is in the lists and in Salesforce, told by the simulators' stores alone.

An item is a task in a list of somebody's that is not done, or was done within the days that are kept in step. A record
is a task of Salesforce that says the same. One that says something else of an item is `altered`: it is not in step.
What was entered in Salesforce is an item of its owner's mailbox without a record until it is in a list. Nothing here
knows our key: both sides are paired by what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syncapp.demo.one_by_one import Item, paired
from syncapp.demo.outside import start_of

KINDS = (None, "Task")  # of subtypes; the others stand for messages and calls


@dataclass(frozen=True, kw_only=True)
class Chore:
    """What an independent look at a task sees; `id` in Salesforce alone."""

    title: str
    due: str
    done: bool
    text: str
    id: str = ""


TaskItem = Item[Chore]


@dataclass(frozen=True, kw_only=True)
class OutsideTasks:
    """Everything the oracle counts. `altered` are items with a record that says something else than they do."""

    items: list[TaskItem]
    records: list[Chore]
    altered: list[tuple[TaskItem, Chore]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A task of Salesforce. `born_here` means that no integration wrote it first."""

    owner: str
    born_here: bool
    chore: Chore


Sameness = Callable[[Chore], Hashable]
SURELY: Sameness = lambda chore: (chore.title, chore.due, chore.done, start_of(chore.text))  # noqa: E731
LIKELY: Sameness = lambda chore: chore.title  # noqa: E731


def look(google: Mapping[str, Any], salesforce: Mapping[str, Any], since: datetime) -> OutsideTasks:
    """Out of both snapshots. `since` is when the days that are kept in step begin."""
    found, rows = items(google, since), own_rows(salesforce)
    sure, lonely, free = paired(found, [row.chore for row in rows], SURELY)
    altered, _, alone = paired(lonely, free, LIKELY)
    left = {chore.id for chore in alone}
    waiting = [row for row in rows if row.chore.id in left and row.born_here]
    return OutsideTasks(
        items=found + _waiting(google, salesforce, waiting),
        records=[record for _, record in sure] + [r.chore for r in rows if r.chore.id in left and not r.born_here],
        altered=altered,
    )


def items(google: Mapping[str, Any], since: datetime) -> list[TaskItem]:
    """All that is to be in step, of all lists of everybody."""
    return [
        TaskItem(sight=_sight(task), copies=[(account, task["id"])])
        for account, books in google["tasks"].items()
        for book in books
        for task in book["tasks"]
        if not task.get("deleted") and _counts(task, since)
    ]


def _counts(task: Mapping[str, Any], since: datetime) -> bool:
    """Whoever ticks a task off changes it; when it was changed last says when it was done."""
    return task["status"] != "completed" or datetime.fromisoformat(task["updated"]) > since


def _sight(task: Mapping[str, Any]) -> Chore:
    title = " ".join(task.get("title", "").split())
    done = task["status"] == "completed"
    return Chore(title=title, due=task.get("due", "")[:10], done=done, text=task.get("notes", ""))


def own_rows(salesforce: Mapping[str, Any]) -> list[Row]:
    """Without what stands for messages and calls, patterns of series, and what lies in the recycle bin."""
    integration = next(iter(salesforce["records"]["User"]))["Id"]
    return [
        Row(owner=row["OwnerId"], born_here=row["CreatedById"] != integration, chore=_record(row))
        for row in salesforce["records"]["Task"]
        if not (row["IsDeleted"] or row["IsRecurrence"]) and row["TaskSubtype"] in KINDS
    ]


def _record(row: Mapping[str, Any]) -> Chore:
    title = " ".join((row["Subject"] or "").split())
    due, text = row["ActivityDate"] or "", row["Description"] or ""
    return Chore(id=row["Id"], title=title, due=due, done=row["IsClosed"], text=text)


def _waiting(google: Mapping[str, Any], salesforce: Mapping[str, Any], unlisted: Iterable[Row]) -> list[TaskItem]:
    """What was entered in Salesforce and is to come into its owner's list, if there is one."""
    users = {user["Id"]: (user["Email"] or "").lower() for user in salesforce["records"]["User"]}
    boxes = {user: address for user, address in users.items() if address in google["accounts"]}
    return [TaskItem(sight=r.chore, copies=[(boxes[r.owner], r.chore.id)]) for r in unlisted if r.owner in boxes]


def pair(wanted: Iterable[TaskItem], records: Iterable[Chore]) -> tuple[list[tuple[TaskItem, Chore]], list[TaskItem]]:
    """(pairs that say the same, items without a partner)."""
    pairs, lonely, _ = paired(wanted, records, SURELY)
    return pairs, lonely


def duplicates(wanted: Iterable[TaskItem], records: Iterable[Chore]) -> int:
    """Records beyond what the lists account for."""
    _, _, free = paired(wanted, records, SURELY)
    return len(free)
