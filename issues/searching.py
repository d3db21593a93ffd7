"""Titles that hold what somebody types, found by an index and not by reading a million of them.

PostgreSQL keeps the trigrams of each title (`pg_trgm`), SQLite a full-text table of them (FTS5, `trigram`), which
triggers keep true. Django knows neither, and a migration that alters the table on SQLite makes it anew without
triggers: such a migration ends with `prepare()`. Where a database has no trigrams, a search takes longer.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from connectors.effects import commit

log = logging.getLogger(__name__)
SHORTEST = 3  # letters; an index of trigrams knows nothing of fewer
TITLES, TABLE, INDEX = "issue_titles", "issues_issue", "issue_title_trigrams"
_KEEPS: list[bool] = []
_KEPT = {
    "added": f"AFTER INSERT ON {TABLE} BEGIN {{add}}; END",
    "dropped": f"AFTER DELETE ON {TABLE} BEGIN {{drop}}; END",
    "altered": f"AFTER UPDATE OF title ON {TABLE} WHEN old.title IS NOT new.title BEGIN {{drop}}; {{add}}; END",
}
_ADD = f"INSERT INTO {TITLES} (rowid, title) VALUES (new.id, new.title)"  # noqa: S608 - names of our own
_DROP = f"INSERT INTO {TITLES} ({TITLES}, rowid, title) VALUES ('delete', old.id, old.title)"  # noqa: S608


def holding(text: str) -> Q:
    """Issues whose title holds this text, whatever its case."""
    if len(text) >= SHORTEST and connection.vendor == "sqlite" and _keeps_titles():
        phrase = '"' + text.replace('"', '""') + '"'
        return Q(pk__in=RawSQL(f"SELECT rowid FROM {TITLES} WHERE {TITLES} MATCH %s", [phrase]))  # noqa: S608, S611
    return Q(title__icontains=text)


def prepare() -> None:
    """Makes what the database lacks of it. For migrations."""
    make = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}.get(connection.vendor)
    try:
        if make is not None:
            make()
    except DatabaseError as error:
        log.warning("titles are searched without an index: %s", error)


def _on_sqlite() -> None:
    """FTS5 may not be built into it."""
    lacking = [name for name in _KEPT if not _has("trigger", f"{TITLES}_{name}")]
    if not lacking and _has("table", TITLES):
        return
    with commit("issues: titles to search", may_fail=True), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TITLES} USING "
            f"fts5(title, content={TABLE}, content_rowid=id, tokenize=trigram)"
        )
        for name in lacking:
            cursor.execute(f"CREATE TRIGGER {TITLES}_{name} {_KEPT[name].format(add=_ADD, drop=_DROP)}")
        cursor.execute(f"INSERT INTO {TITLES} ({TITLES}) VALUES ('rebuild')")  # noqa: S608


def _keeps_titles() -> bool:
    """Asked of the database until it does; what is there stays."""
    if not _KEEPS and _has("table", TITLES):
        _KEEPS.append(True)
    return bool(_KEEPS)


def _has(kind: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = %s AND name = %s", [kind, name])
        return cursor.fetchone() is not None


def _on_postgresql() -> None:
    """The database's owner makes the extension, unless the server does not have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [INDEX])
        if cursor.fetchone() != (None,):
            return
    with commit("issues: titles to search", may_fail=True), connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (UPPER(title::text) gin_trgm_ops)")
