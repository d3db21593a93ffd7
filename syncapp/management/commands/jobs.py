"""The job cluster, started the way it has to be."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django_q.tasks import async_task

MOST_APART = 5.0  # seconds between this host's clock and the database's


class Command(BaseCommand):
    help = "Starts the job cluster: checks the clock, loads the client libraries once, and looks for work at once."

    def handle(self, *args: Any, **options: Any) -> None:
        apart = abs(seconds_from_database())
        if apart > MOST_APART:
            raise CommandError(
                f"This host's clock is {apart:.0f} s off the database's. Leases go by the clock: synchronise it (NTP).",
                returncode=2,
            )
        _preload()
        # Schedules are looked at only every 30 s, for the first time 30 s after the start.
        for function in ("syncapp.tasks.reap", "syncapp.tasks.tick"):
            async_task(function)
        connection.close()
        call_command("qcluster")


def seconds_from_database() -> float:
    """How far this host's clock is ahead of the database's; 0 for SQLite, which has no clock of its own."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    return float((datetime.now(UTC) - theirs).total_seconds())


def _preload() -> None:
    """Loads what every worker needs before the fork, and keeps the collector from touching it: one copy for all."""
    for module in ("connectors.google.connector", "connectors.salesforce.connector"):
        import_module(module)
    gc.freeze()
