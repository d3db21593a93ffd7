"""What a database was asked, and whether it had to read a whole table for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

_WHO_ASKS = re.compile(r'FROM "(django_session|auth_user|connectors_membership|connectors_apitoken)"')
_LONG = "issues_issue"  # the table that may be long


@dataclass(frozen=True, kw_only=True)
class Seen:
    sql: str
    params: Any


@contextmanager
def watched() -> Iterator[list[Seen]]:
    """The queries that are made inside the block, but for those by which a request learns who asks."""
    seen: list[Seen] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT") and not _WHO_ASKS.search(sql):
            seen.append(Seen(sql=sql, params=params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def full_scans(seen: Seen, *, forced: bool = False) -> list[str]:
    """The steps of the plan that read all issues, or sort what they read. With `forced`, what is left of them where
    PostgreSQL is told to avoid them: it reads a small table as a whole and is right."""
    if f'"{_LONG}"' not in seen.sql:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {seen.sql}", seen.params)
            return [said for *_, said in cursor.fetchall() if _reads_all(said)]
        cursor.execute(f"SET enable_seqscan = {'off' if forced else 'on'}")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {seen.sql}", seen.params)
        (found,) = cursor.fetchone()
        cursor.execute("RESET enable_seqscan")
    plans = json.loads(found) if isinstance(found, str) else found
    return [node["Node Type"] for node in _nodes(plans[0]["Plan"]) if _is_full(node)]


def _reads_all(said: str) -> bool:
    """A walk along an index, in the order that is wanted, ends with the page; a walk along the table does not."""
    whole = re.match(rf"SCAN {_LONG}\b", said) is not None and "USING" not in said
    return whole or "TEMP B-TREE FOR ORDER BY" in said


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _is_full(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" and node.get("Relation Name") == _LONG
