"""Many new records that a CRM takes at once and writes when it comes to it. Pure.

A load is opened, filled, closed, and then it is the CRM's: somebody looks now and then how it stands. Until it is
closed nothing of it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.errors import Failure, ItemError
from connectors.records import Ref


class Stage(StrEnum):
    OPEN = "open"  # not closed yet: it may be filled, and writes nothing
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # or aborted; some of its records may have been written all the same


@dataclass(frozen=True, kw_only=True)
class Load:
    """How a load stands: so many records are `processed`, refused ones among them. `failure` says why it FAILED."""

    stage: Stage
    processed: int = 0
    failure: Failure | None = None


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of one record of a load, which was to be written under this key in this version."""

    key: str
    version: int
    answer: Ref | ItemError
