"""How much is played in which run.

Schedules that one process plays come to the same on every database: it is one session that nobody disturbs. So they are
played in full on the first database, and on PostgreSQL every third of them; `make nightly` plays all of them on both.
What forks, is killed or meets others on the database is never thinned out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
EVERY = 3


def share(schedules: Sequence[T]) -> Sequence[T]:
    """Those of the schedules that are played here, in their order; always the same ones."""
    return schedules[::EVERY] if _is_second() else schedules


def share_of(number: int) -> int:
    """How many of so many."""
    return -(-number // EVERY) if _is_second() else number


def _is_second() -> bool:
    return connection.vendor == "postgresql" and os.environ.get("TEST_TIER") != "nightly"
