"""Reads events, tasks or contacts: what changed for all users of the organization, and single records as they stand.

What changed comes by one Composite, which counts as one call, for up to 2,000 records:

    changed    queryAll by SystemModstamp: living records, and deleted ones as long as they lie in the recycle bin
    deleted    getDeleted: those that were purged as well, the time that the answer covers by Salesforce's own clock,
               and a refusal where its log of fifteen days does not reach back as far as our cursor
    left out   which deleted ones are none that we show, such as copies for people invited
    entering   what the window, which rolls, has reached since the last read, where time alone brings records into it

queryAll alone would be one call too, but it says nothing of what left the recycle bin, and nobody would notice that a
cursor is too old for deletions to be known. Further pages of the same read ask for the first part alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from simple_salesforce.format import format_soql

from connectors.clock import now
from connectors.errors import ConnectorError, Failure, ItemError, Kind, Matched
from connectors.records import CrmChange, CrmPage, CrmRecord, Window
from connectors.salesforce import client as calls
from connectors.salesforce.client import QUERIES, ROWS, Part, Said, SalesforceClient
from connectors.salesforce.cursor import Position
from connectors.salesforce.ids import whole
from connectors.salesforce.mapping import Row, literal, moment
from connectors.salesforce.sources import Sight, Source

OVERLAP = timedelta(minutes=10)  # a change is stamped when it begins, and seen when it is committed
SHORTEST = timedelta(minutes=2)  # getDeleted wants more than a minute, and cuts seconds off
LOG = timedelta(days=14)  # a day less than its log of deletions
IDS = 400  # in one query: keeps its address within what a request may have

CHANGED = (
    "SELECT {columns:literal} FROM {sobject:literal} WHERE {conditions:literal} "
    "ORDER BY SystemModstamp, Id LIMIT {rows}"
)
ENTERING = (
    "SELECT {columns:literal} FROM {sobject:literal} WHERE {own:literal} AND {reach:literal} >= {start:literal} "
    "AND {reach:literal} < {end:literal} ORDER BY {reach:literal}, Id LIMIT {rows}"
)
LEFT_OUT = (
    "SELECT Id FROM {sobject:literal} WHERE IsDeleted = true AND {left_out:literal} "
    "AND SystemModstamp >= {start:literal}"
)
BY_ID = "SELECT {:literal} FROM {:literal} WHERE Id IN {}"
_UNKNOWN_LOG = frozenset({"salesforce.INVALID_REPLICATION_DATE", "salesforce.EXCEEDED_ID_LIMIT"})


class RecordReader:
    """What `CrmConnector` reads of one source, as far as we see its fields."""

    def __init__(self, client: SalesforceClient, organization: str, sight: Sight) -> None:
        self._client = client
        self._sight = sight
        self._scope = sight.source.scope(organization)

    # -- What changed

    def changes(self, cursor: str | None, window: Window) -> Iterator[CrmPage]:
        """See `CrmConnector.changes`. What the window has reached since the last read is shown as well."""
        position = Position.opened(cursor, self._scope) if cursor is not None else _start(window)
        while True:
            changes, position, complete = self._sight.asked(partial(self._page, position, window))
            yield CrmPage(changes=changes, cursor=position.sealed(self._scope), complete=complete)
            if complete:
                return

    @property
    def _source(self) -> Source:
        return self._sight.source

    def _page(self, position: Position, window: Window, source: Source) -> tuple[tuple[CrmChange, ...], Position, bool]:
        said = self._sight.composite(self._client, lambda of: _parts(of, position, window))
        rows, whole = self._client.page(said["changed"])
        whole = whole and len(rows) < ROWS
        found = {row["Id"]: self._change(row) for row in rows}
        if "deleted" in said:
            gone, position = self._deletions(said, position)
            found = {record_id: CrmChange(record_id=record_id) for record_id in gone} | found
        if "entering" in said:
            entered, position = self._entered(said["entering"], position, window)
            found = {change.record_id: change for change in entered} | found
        if rows:
            position = position.after(literal(moment(rows[-1]["SystemModstamp"])), rows[-1]["Id"])
        if position.mode == "full":
            found = {
                key: change for key, change in found.items() if change.record and window.holds(change.record.record)
            }
        complete = whole and not _reaches(source, position, window)
        return tuple(found.values()), position.ended() if complete else position, complete

    def _deletions(self, said: Mapping[str, Said], position: Position) -> tuple[list[str], Position]:
        """The ids that Salesforce calls deleted, without those that were none that we show."""
        try:
            told = self._client.value(said["deleted"])
        except ConnectorError as error:
            raise _expired(error) from error
        if moment(told["earliestDateAvailable"]) > _overlapped(position):
            raise ConnectorError(_forgotten("the log of deletions begins after the stored position"))
        left_out = {row["Id"] for row in self._client.rows(said["left_out"])}
        covered = max(literal(moment(told["latestDateCovered"])), position.since)
        gone = [record["id"] for record in told["deletedRecords"]]
        return [record_id for record_id in gone if record_id not in left_out], replace(position, until=covered)

    def _entered(self, said: Said, position: Position, window: Window) -> tuple[list[CrmChange], Position]:
        """What begins where the window did not reach yet; of more than a page, those that begin first."""
        rows, whole = self._client.page(said)
        reached = literal(window.end)
        if not (whole and len(rows) < ROWS):
            last = moment(rows[-1][self._source.reach])
            further = last if literal(last) > position.ahead else last + timedelta(seconds=1)
            reached = min(reached, literal(further))
        return [self._change(row) for row in rows], replace(position, ahead=reached)

    def _change(self, row: Row) -> CrmChange:
        return CrmChange(record_id=row["Id"], record=None if row["IsDeleted"] else self._source.record(row))

    # -- As they stand

    def current(self, record_ids: Sequence[str]) -> list[CrmRecord | ItemError]:
        """See `CrmConnector.current`.

        What not even queryAll shows was purged or is not shared with us. The log of deletions tells the two apart
        where it reaches; it is asked only then, and where it says nothing we do not call a record deleted.
        """
        wanted = [*dict.fromkeys(filter(None, map(whole, record_ids)))]
        rows = {row["Id"]: row for row in self._sight.asked(lambda _: [*self._rows(wanted)])}
        missing = set(wanted) - rows.keys()
        purged = self._purged() & missing if missing else set()
        return [self._standing(whole(each), rows, purged) for each in record_ids]

    def _rows(self, record_ids: Sequence[str]) -> Iterator[Row]:
        parts = [list(record_ids[at : at + IDS]) for at in range(0, len(record_ids), IDS)]
        for at in range(0, len(parts), QUERIES):
            asked = {f"query{n}": part for n, part in enumerate(parts[at : at + QUERIES])}
            said = self._sight.composite(self._client, partial(_by_id, asked))
            for name in asked:
                yield from self._client.rows(said[name])

    def _purged(self) -> set[str]:
        """What the log of deletions names; nothing where it does not answer for as long as we ask."""
        end = now()
        said = self._client.composite({"deleted": _deleted(self._source, end - LOG, end)})
        try:
            told = self._client.value(said["deleted"])
        except ConnectorError as error:
            if error.failure.code not in _UNKNOWN_LOG:
                raise
            return set()
        return {whole(record["id"]) for record in told["deletedRecords"]}

    def _standing(self, record_id: str, rows: Mapping[str, Row], purged: Set[str]) -> CrmRecord | ItemError:
        row = rows.get(record_id)
        if row and not row["IsDeleted"] and self._source.shows(row):
            return self._source.record(row)
        if (row and row["IsDeleted"]) or record_id in purged:
            return _refusal("ENTITY_IS_DELETED", Kind.NOT_FOUND, "entity is deleted")
        if not record_id:
            return _refusal("NOT_FOUND", Kind.NOT_FOUND, "what was asked for is no id of a record")
        return _refusal(
            "INSUFFICIENT_ACCESS_OR_READONLY", Kind.PERMISSION, f"the {self._source.resource} cannot be seen by us"
        )


# -- What is asked


def _start(window: Window) -> Position:
    """A read of everything. What changes while it goes on is shown by the next one, which begins here."""
    began = literal(now())
    return Position(mode="full", since=began, until=began, ahead=literal(window.end))


def _reaches(source: Source, position: Position, window: Window) -> bool:
    """Whether the window has reached what nobody looked at yet."""
    return bool(source.reach) and position.ahead < literal(window.end)


def _parts(source: Source, position: Position, window: Window) -> dict[str, Part]:
    parts = {"changed": calls.query(_changed(source, position, window), deleted=position.mode == "changes")}
    if position.mode == "changes" and not position.stamp:
        start = _overlapped(position)
        end = max(now(), start + SHORTEST)
        others = format_soql(LEFT_OUT, sobject=source.sobject, left_out=source.left_out, start=literal(start))
        parts |= {"deleted": _deleted(source, start, end), "left_out": calls.query(others, deleted=True)}
    if _reaches(source, position, window):
        parts["entering"] = calls.query(_entering(source, position, window))
    return parts


def _changed(source: Source, position: Position, window: Window) -> str:
    conditions = [source.own]
    if position.stamp:
        later = f"SystemModstamp = {position.stamp} AND Id > '{position.id}'"
        conditions.append(f"(SystemModstamp > {position.stamp} OR ({later}))")
    elif position.mode == "changes":
        conditions.append(f"SystemModstamp >= {literal(_overlapped(position))}")
    if position.mode == "full":
        conditions.append(source.bounded(window))
    together = " AND ".join(conditions)
    return str(
        format_soql(CHANGED, columns=source.columns, sobject=source.sobject, conditions=together, rows=ROWS),
    )


def _entering(source: Source, position: Position, window: Window) -> str:
    named = {"columns": source.columns, "sobject": source.sobject, "own": source.own, "reach": source.reach}
    return str(format_soql(ENTERING, **named, start=position.ahead, end=literal(window.end), rows=ROWS))


def _by_id(asked: Mapping[str, Sequence[str]], source: Source) -> dict[str, Part]:
    statements = {name: format_soql(BY_ID, source.columns, source.sobject, list(ids)) for name, ids in asked.items()}
    return {name: calls.query(statement, deleted=True) for name, statement in statements.items()}


def _deleted(source: Source, start: datetime, end: datetime) -> Part:
    """getDeleted of a period in whole minutes (https://developer.salesforce.com, “sObject Get Deleted”)."""
    period = {name: literal(at.replace(second=0, microsecond=0)) for name, at in (("start", start), ("end", end))}
    return Part(method="GET", path=f"sobjects/{source.sobject}/deleted/?{urlencode(period)}")


def _overlapped(position: Position) -> datetime:
    return datetime.strptime(position.since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - OVERLAP


# -- What is told


def _refusal(name: str, kind: Kind, said: str) -> ItemError:
    return ItemError(failure=_failure(name, kind, said))


def _failure(name: str, kind: Kind, said: str) -> Failure:
    return Failure(provider="salesforce", code=f"salesforce.{name}", kind=kind, said=said, matched=Matched.CODE)


def _forgotten(said: str) -> Failure:
    return _failure("INVALID_REPLICATION_DATE", Kind.CURSOR_EXPIRED, said)


def _expired(error: ConnectorError) -> ConnectorError:
    """More deletions than Salesforce lists are as good as none."""
    if error.failure.code not in _UNKNOWN_LOG:
        return error
    return ConnectorError(_forgotten(error.failure.said))
