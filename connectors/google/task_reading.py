"""Reading the task lists of an account, all of them, and single tasks; see `task_cursor` for how a read goes on.

A full read shows what its window holds. Later rounds show whatever was updated since, wherever it lies, with
tombstones; what was updated shortly before comes once more. A task may be moved to another list. What that leaves
behind where it was nobody says: so a tombstone counts where no other list has the task, which is asked for (one more
request for a page with tombstones, where there are several lists).

Tasks that are assigned to the account from a document or a Chat space are not read (`showAssigned` is not asked for):
they belong to where they come from, and to delete one deletes the original there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.google import tasks
from connectors.google.client import BATCH, TasksClient
from connectors.google.parts import gone, said_of, unreadable
from connectors.google.task_cursor import TaskPosition, list_gone
from connectors.records import Page, Record, Ref, RemoteChange, Task, Window

LISTS = 1_000  # the most that tasklists.list gives
PAGE = 100  # the most that tasks.list gives
GONE = gone("task")
Found = tuple[str, Mapping[str, Any]] | Failure  # a task and the list that has it


def pages(client: TasksClient, address: str, cursor: str | None, window: Window | None) -> Iterator[Page]:
    """As `MailConnector.pull`. A page that names lists shows nothing."""
    position = TaskPosition() if cursor is None else TaskPosition.opened(cursor, address)
    while True:
        changes, position = _read(client, position, window) if position.at else ((), _named(client, position))
        yield Page(changes=changes, cursor=position.sealed(address), complete=position.is_start)
        if position.is_start:
            return


def _named(client: TasksClient, position: TaskPosition) -> TaskPosition:
    said, dated = client.lists(size=LISTS, page=position.page)
    lists = said.get("items", [])
    now = tasks.moment([str(each.get("updated", "")) for each in lists], dated)
    return position.named([str(each["id"]) for each in lists], said.get("nextPageToken", ""), now)


def _read(
    client: TasksClient, position: TaskPosition, window: Window | None
) -> tuple[tuple[RemoteChange, ...], TaskPosition]:
    said = _listed(client, position)
    found = [tasks.change(position.tasklist, each) for each in said.get("items", [])]
    held = [each for each in found if _is_held(each, window)]
    shown = held if position.is_full else _without_moved(client, found, position.others)
    return tuple(shown), position.turned(said.get("nextPageToken", ""))


def _listed(client: TasksClient, position: TaskPosition) -> dict[str, Any]:
    """One page of the list that is read; it may have gone since it was named."""
    where, since = position.tasklist, position.updated_min
    try:
        return client.list_tasks(where, size=PAGE, page=position.page, fields=tasks.FIELDS, since=since)
    except ConnectorError as error:
        if error.failure.kind is Kind.NOT_FOUND:
            raise list_gone() from None
        raise


def _is_held(change: RemoteChange, window: Window | None) -> bool:
    """Whether a full read shows it. What cannot be read is shown: nothing may stay out in silence."""
    return not change.gone and (window is None or not isinstance(change.record, Task) or window.holds(change.record))


def _without_moved(client: TasksClient, found: list[RemoteChange], others: Sequence[str]) -> list[RemoteChange]:
    """Without the tombstones of what is in one of the other lists. Raises `ConnectorError` where that is not known."""
    dead = [change.ref.id for change in found if change.gone]
    elsewhere = _best(client, [(each, id_) for id_ in dead for each in others], tasks.LOOK_FIELDS)
    unknown = next((each for each in elsewhere.values() if _rank(each) == _UNKNOWN), None)
    if isinstance(unknown, Failure):
        raise ConnectorError(unknown)
    return [each for each in found if not each.gone or _rank(elsewhere.get(each.ref.id, GONE)) != _ALIVE]


# -- Single tasks


def current(client: TasksClient, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
    """The tasks as they stand now, 50 in a request. Only a token that is not good concerns all of them."""
    return [_one(each) for each in looked_at(client, refs, tasks.FIELDS)]


def _one(found: Found) -> RemoteChange | ItemError:
    if isinstance(found, Failure):
        return ItemError(failure=found)
    change = tasks.change(*found)
    return change if change.gone or change.record else ItemError(failure=unreadable("task"))


def looked_at(client: TasksClient, refs: Sequence[Ref], fields: str) -> list[Found]:
    """What Google says of each and in which list it is, or why it does not. What is not in the list where it was seen
    is looked for in all. Raises `ConnectorError` where Google says nothing of any.
    """
    asked = [ref for ref in refs if tasks.is_id(ref.id)]
    found = _best(client, [(tasks.list_of(ref.version), ref.id) for ref in asked if ref.version], fields)
    lost = list(dict.fromkeys(ref.id for ref in asked if _rank(found.get(ref.id, GONE)) > _UNKNOWN))
    if lost:
        lists = _lists(client)
        anywhere = _best(client, [(each, id_) for id_ in lost for each in lists], fields)
        found |= {id_: _better(found.get(id_, GONE), each) for id_, each in anywhere.items()}
    return [found.get(ref.id, GONE) for ref in refs]


def _lists(client: TasksClient) -> list[str]:
    found: list[str] = []
    page = ""
    while True:
        said, _ = client.lists(size=LISTS, page=page)
        found += [str(each["id"]) for each in said.get("items", [])]
        page = said.get("nextPageToken", "")
        if not page:
            return found


def _best(client: TasksClient, places: Sequence[tuple[str, str]], fields: str) -> dict[str, Found]:
    """Of each task that is asked for in these lists the answer that says the most; each place is a list and a task."""
    found: dict[str, Found] = {}
    for at in range(0, len(places), BATCH):
        part = places[at : at + BATCH]
        answers = client.ask([client.get(*place, fields) for place in part])
        for (tasklist, id_), answer in zip(part, answers, strict=True):
            said = said_of(answer)
            one = said if isinstance(said, Failure) else (tasklist, said)
            found[id_] = _better(found.get(id_, one), one)
    _stop_without_access(found.values())
    return found


_ALIVE, _UNKNOWN, _DELETED, _NOWHERE = range(4)


def _better(one: Found, other: Found) -> Found:
    return min(one, other, key=_rank)


def _rank(found: Found) -> int:
    """What is there counts before what may be there, and that before what was."""
    if isinstance(found, Failure):
        return _NOWHERE if found.kind is Kind.NOT_FOUND else _UNKNOWN
    return _DELETED if tasks.is_gone(found[1]) else _ALIVE


def is_gone(found: Found) -> bool:
    return _rank(found) > _UNKNOWN


def _stop_without_access(found: Iterable[Found]) -> None:
    denied = next((each for each in found if isinstance(each, Failure) and each.kind is Kind.AUTH), None)
    if denied:
        raise ConnectorError(denied)


# -- The same task twice


def twins(client: TasksClient, records: Sequence[Record], since: datetime) -> list[tuple[Ref, ...]]:
    """As `MailConnector.twins`: what the default list has. How far clocks differ is for the caller to allow for."""
    tasklist = client.default_list
    found = sorted(_since(client, tasklist, since), key=lambda change: _changed_at(change, since))
    return [tuple(each.ref for each in found if tasks.is_same(_task(each), record)) for record in records]


def _since(client: TasksClient, tasklist: str, since: datetime) -> Iterator[RemoteChange]:
    page, low = "", f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{since.microsecond // 1000:03d}Z"
    while True:
        said = client.list_tasks(tasklist, size=PAGE, page=page, fields=tasks.FIELDS, since=low)
        yield from (tasks.change(tasklist, each) for each in said.get("items", []) if not tasks.is_gone(each))
        page = said.get("nextPageToken", "")
        if not page:
            return


def _task(change: RemoteChange) -> Task | None:
    return change.record if isinstance(change.record, Task) else None


def _changed_at(change: RemoteChange, since: datetime) -> datetime:
    task = _task(change)
    return task.changed_at if task and task.changed_at else since
