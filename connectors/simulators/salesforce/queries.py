"""Queries as resources: the first page, and the further ones by locator.

A page has 2,000 records, or as many as `Sforce-Query-Options: batchSize=` says, or fewer where records are wide. A
locator lives two days; a user has ten, and an eleventh closes the oldest (Salesforce Developer Limits, "API Query
Cursor Limits").
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import (
    duplicate_rules,
    errors,
    ids,
    other_apps,
    query,
    soql,
    tooling_queries,
    writes,
)
from connectors.simulators.salesforce.answers import Answer, Parts
from connectors.simulators.salesforce.org import DAY, Cursor
from connectors.simulators.salesforce.query import Result
from connectors.simulators.salesforce.soql_nodes import Query
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

CURSOR_LIFE = 2 * DAY
MOST_CURSORS = 10
# object, in small letters → what writes its records down before somebody asks for them
DERIVED = {"oauthtoken": other_apps.write_down_grants, "duplicaterule": duplicate_rules.write_down}


def run_query(tx: Transaction, request: Request, _: Parts) -> Answer:
    return _query(tx, request, deleted=False)


def run_query_all(tx: Transaction, request: Request, _: Parts) -> Answer:
    return _query(tx, request, deleted=True)


def _query(tx: Transaction, request: Request, *, deleted: bool) -> Answer:
    text = request.first("q")
    if not text:
        raise errors.Refused("MALFORMED_QUERY", "A query string has to be specified", None)
    result = _result(tx, soql.parse(text), deleted=deleted)
    _race(tx, result)
    if len(result.records) <= _size(tx):
        return Answer(value={"totalSize": result.total, "done": True, "records": result.records})
    return Answer(value=_page(tx, _open_cursor(tx, result), 0))


def _result(tx: Transaction, asked: Query, *, deleted: bool) -> Result:
    name = asked.object.lower()
    if name in DERIVED:
        DERIVED[name](tx.org, tx.now)
    if name in tooling_queries.DEFINITIONS:
        return tooling_queries.answer(tx, asked, beneath="")[1]
    return query.answer(tx, asked, deleted=deleted)


def _size(tx: Transaction) -> int:
    return min(tx.page, tx.org.most_rows)


def _race(tx: Transaction, result: Result) -> None:
    """Somebody deletes records right after a query showed them: the control door's `race`."""
    raced = tx.org.race.intersection(result.ids)
    tx.org.race.difference_update(raced)
    for record_id in raced:
        sobject = tx.org.store.object_of(record_id)
        if sobject:
            writes.delete(replace(tx, system=True), sobject, record_id)


def _open_cursor(tx: Transaction, result: Result) -> str:
    org = tx.org
    org.opened_cursors += 1
    locator = ids.mint("01g", org.opened_cursors)
    org.cursors[locator] = Cursor(user_id=tx.user_id, opened=tx.now, total=result.total, records=result.records)
    own = [name for name, cursor in org.cursors.items() if cursor.user_id == tx.user_id]
    for oldest in own[:-MOST_CURSORS]:
        del org.cursors[oldest]
    return locator


def _page(tx: Transaction, locator: str, start: int) -> dict[str, Any]:
    cursor = tx.org.cursors[locator]
    end = start + _size(tx)
    done = end >= len(cursor.records)
    more = {} if done else {"nextRecordsUrl": f"{tx.root}/query/{locator}-{end}"}
    return {"totalSize": cursor.total, "done": done, **more, "records": cursor.records[start:end]}


def query_more(tx: Transaction, _: Request, parts: Parts) -> Answer:
    locator, start = parts["locator"].split("-", 1) if "-" in parts["locator"] else (parts["locator"], "")
    cursor = tx.org.cursors.get(locator)
    lost = cursor is None or cursor.user_id != tx.user_id or tx.now - cursor.opened > CURSOR_LIFE
    if lost or not start.isdigit():
        raise errors.Refused("INVALID_QUERY_LOCATOR", "invalid query locator", None)
    return Answer(value=_page(tx, locator, int(start)))
