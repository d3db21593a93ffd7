"""What `manage.py` does before Django starts for a command that brings its own world."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
from datetime import UTC, datetime

from syncapp.demo import environment


def prepare(argv: list[str]) -> None:
    """Gives this process a demo's place: a lasting one for people, a throw-away one for everything else."""
    if environment.inside():
        return
    if argv[1] == "demo" and "--once" not in argv:
        environment.enter(environment.home(afresh="--reset" in argv))
        return
    stage = environment.throw_away()
    atexit.register(_sweep, os.getpid(), stage)
    real = any(argument.partition("=")[0] == "--calendar-dir" for argument in argv)
    more = environment.of_real_calendars(datetime.now(UTC).date()) if real else {}
    environment.enter(stage, _database_of_its_own(), more)


def _sweep(pid: int, stage: environment.Stage) -> None:
    """Leaves nothing behind; only the process that made the folder removes it, not its forked children."""
    if os.getpid() == pid:
        shutil.rmtree(stage.folder, ignore_errors=True)


def _database_of_its_own() -> str:
    """With PostgreSQL in DATABASE_URL a fresh database on the same server; "" means SQLite in the folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return ""
    server, _, _ = url.rpartition("/")
    name = f"syncapp_demo_{secrets.token_hex(4)}"
    _psql(url, f"CREATE DATABASE {name}")
    atexit.register(_drop, os.getpid(), url, name)
    return f"{server}/{name}"


def _drop(pid: int, url: str, name: str) -> None:
    """Leaves no database behind; again only by the process that made it."""
    if os.getpid() == pid:
        _psql(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _psql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
