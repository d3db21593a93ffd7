"""Databases that other processes can open too: a file, or on PostgreSQL a database of its own.

Tests elsewhere run inside one connection. Here the processes of the product are beside us, so everything is
committed, and every test has a database of its own, copied from one that was migrated once.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend
from pytest_django import DjangoDbBlocker

SERVER = os.environ.get("DATABASE_URL", "")


@contextmanager
def opened(url: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """This thread's default connection leads to another database for the length of the block."""
    before = connections["default"]
    lead_to(url)
    try:
        with blocker.unblock():
            yield
    finally:
        connections["default"].close()
        connections["default"] = before


def lead_to(url: str) -> None:
    """This thread's default connection leads to another database from here on."""
    place = {
        **connections["default"].settings_dict,
        "NAME": url.removeprefix("sqlite:///") if _is_file(url) else url.rpartition("/")[2],
    }
    connections["default"] = load_backend(str(place["ENGINE"])).DatabaseWrapper(place, "default")


def _is_file(url: str) -> bool:
    return url.startswith("sqlite")


@contextmanager
def migrated(folder: Path, blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database with tables and nothing else."""
    with _made(folder) as url, opened(url, blocker):
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        yield url


@contextmanager
def copied(template: str, folder: Path) -> Iterator[str]:
    """A copy that a test may fill; it is gone afterwards."""
    with _made(folder, template) as url:
        yield url


@contextmanager
def _made(folder: Path, template: str = "") -> Iterator[str]:
    if SERVER.startswith("postgres"):
        with _made_on_server(template) as url:
            yield url
        return
    path = folder / "database.sqlite3"
    if template:
        shutil.copyfile(template.removeprefix("sqlite:///"), path)
    yield f"sqlite:///{path}"


@contextmanager
def _made_on_server(template: str) -> Iterator[str]:
    name = f"syncapp_test_{secrets.token_hex(4)}"
    source = f" TEMPLATE {template.rpartition('/')[2]}" if template else ""
    _tell_server(f"CREATE DATABASE {name}{source}")
    try:
        yield f"{SERVER.rpartition('/')[0]}/{name}"
    finally:
        _tell_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _tell_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with migrated(tmp_path_factory.mktemp("template"), django_db_blocker) as url:
        yield url


@pytest.fixture
def database(template: str, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database that other processes can open; `open_database` opens it here."""
    with copied(template, tmp_path) as url:
        yield url


@pytest.fixture
def open_database(database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The same, and this test's own queries go there."""
    with opened(database, django_db_blocker):
        yield database
