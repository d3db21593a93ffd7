"""The one clock: nothing else in the product reads the time of day.

`now()` is real time plus an offset that is never negative; outside the demo and the tests the offset
is zero. The demo's control door keeps its offset in a file of eight bytes, so that the web server, the
job cluster and the driver share one virtual clock without asking each other.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

Offset = Callable[[], float]
_SECONDS = struct.Struct("<d")


def no_offset() -> float:
    return 0.0


_offset: Offset = no_offset


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=_offset())


def use(offset: Offset) -> None:
    """Add `offset()` seconds to real time from here on, in this process."""
    global _offset
    _offset = offset


@contextmanager
def using(offset: Offset) -> Iterator[None]:
    """`use()` for the length of a block."""
    before = _offset
    use(offset)
    try:
        yield
    finally:
        use(before)


def offset_in(path: Path) -> Offset:
    """An offset that stands in a file; a file that is not there (yet) means zero."""

    def read() -> float:
        try:
            return float(_SECONDS.unpack(path.read_bytes())[0])
        except (FileNotFoundError, struct.error):
            return 0.0

    return read


def write_offset(path: Path, seconds: float) -> None:
    """Set the offset that `offset_in(path)` reads; replaced as a whole, so no reader sees half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(_SECONDS.pack(seconds))
    fresh.replace(path)
