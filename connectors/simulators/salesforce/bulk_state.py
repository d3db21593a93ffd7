"""Jobs of Bulk API 2.0 as plain data. They move on when somebody asks for them, not by a clock."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_BYTES = 150_000_000  # of one upload
OPEN, UPLOADED, RUNNING = "Open", "UploadComplete", "InProgress"
COMPLETE, FAILED, ABORTED = "JobComplete", "Failed", "Aborted"
ENDED = (COMPLETE, FAILED, ABORTED)


@dataclass(frozen=True)
class Line:
    """What became of one record: `first` and `second` are the columns that a result puts before its own values."""

    first: str
    second: str
    values: tuple[str, ...]


@dataclass(kw_only=True)
class Job:
    """`kind` is ingest or query. `polls` are further looks that find it under way. `pages` are a query's rows."""

    id: str
    kind: str
    operation: str
    object: str
    user_id: str
    version: str
    created: str
    modified: str
    state: str
    polls: int
    key: str = ""
    ending: str = "\n"
    delimiter: str = "COMMA"
    query: str = ""
    content: bytes | None = None
    error: str = ""
    header: tuple[str, ...] = ()
    succeeded: list[Line] = field(default_factory=list)
    failed: list[Line] = field(default_factory=list)
    unprocessed: list[tuple[str, ...]] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(kw_only=True)
class Bulk:
    """All jobs of an org. `polls` is how many looks find a new job under way before it is done."""

    jobs: dict[str, Job] = field(default_factory=dict)
    made: int = 0
    polls: int = 1
    most_bytes: int = MOST_BYTES
