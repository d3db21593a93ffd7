"""Rows B and C: what we stand on. The database refuses, keys are missing, clocks are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from cryptography.fernet import Fernet
from django.db import DatabaseError, OperationalError, connection
from django_q.utils import close_old_django_connections

from connectors.jobs import JobFailed
from syncapp import services
from tests.driving import drain
from tests.scenario.matrix.moments import Hits, at, during
from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import Stage
from tests.scenario.matrix.wire_faults import Blow

HOUR, SKEW = 3600.0, 300.0
BUSY, DEADLOCK, SERIAL = "database is locked", "deadlock detected", "could not serialize access"
FULL, UNREADABLE = "database or disk is full", "disk I/O error"
WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def statement_fails(scene: Scene, stage: Stage, words: str, nth: int = 1) -> Iterator[Hits]:
    """From the stage's step on, the `nth` statement is refused, and no other."""
    hits, left = Hits(), -1

    def arm() -> None:
        nonlocal left
        left = nth

    def refuse(_: str) -> None:
        nonlocal left
        left -= left > 0
        if left == 0:
            left = -1
            hits.number += 1
            raise OperationalError(words)

    with suppress(OperationalError, JobFailed), at(stage.before, arm), during(refuse):
        yield hits


@contextmanager
def disk_full(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """From the stage's step on nothing can be written."""
    hits, full = Hits(), False

    def fill() -> None:
        nonlocal full
        full = True

    def refuse(sql: str) -> None:
        if full and sql.startswith(WRITES):
            hits.number = 1
            raise OperationalError(FULL)

    with suppress(OperationalError, JobFailed), at(stage.before, fill), during(refuse):
        yield hits


@contextmanager
def connection_lost(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """The server ends our connection: what is under way is gone. A file has none; there, reading it fails."""
    if connection.vendor == "postgresql":
        with suppress(DatabaseError, JobFailed), at(stage.before, scene.loses_connection) as hits:
            yield hits
    else:
        with statement_fails(scene, stage, UNREADABLE) as hits:
            yield hits
    close_old_django_connections()  # as the queue does between two jobs


@contextmanager
def key_missing(scene: Scene, stage: Stage) -> Iterator[Hits]:
    settings = scene.world.settings
    keys, calls = settings.FIELD_ENCRYPTION_KEYS, scene.number_of_calls()

    def lose() -> None:
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with at(stage.before, lose) as hits:
        yield hits
    settings.FIELD_ENCRYPTION_KEYS = keys
    assert scene.number_of_calls() == calls, "somebody was asked without a key"


# -- C: clocks


@contextmanager
def jumps(scene: Scene, stage: Stage, seconds: float) -> Iterator[Hits]:
    with at(stage.before, lambda: scene.time.jump(seconds)) as hits:
        yield hits


@contextmanager
def hosts_apart(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """In the middle of the step comes a worker of a host whose clock is five minutes ahead."""

    def comes() -> None:
        scene.time.jump(SKEW)
        services.enqueue_sync(scene.world.ada.pk)
        drain()
        scene.time.jump(-SKEW)

    with at(stage.after if stage.door is None else stage.before, comes) as hits:
        yield hits


BLOWS: Mapping[str, Mapping[str, Blow]] = {
    "B1": {"busy": partial(statement_fails, words=BUSY)},
    "B2": {"lost": connection_lost},
    "B3": {
        "deadlock": partial(statement_fails, words=DEADLOCK, nth=3),
        "serialisation": partial(statement_fails, words=SERIAL, nth=3),
    },
    "B4": {"full": disk_full},
    "B6": {"key missing": key_missing},
    "C1": {"ahead": partial(jumps, seconds=HOUR), "back": partial(jumps, seconds=-HOUR)},
    "C2": {"ahead": hosts_apart},
}
