"""The virtual clock of the simulators: real time plus an offset that only grows."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from connectors import clock


class Timeline:
    """One for all simulators of a process. With a file, every other process reads the same offset from it."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._file = file
        self._offset = clock.offset_in(file)() if file else 0.0

    def __getstate__(self) -> dict[str, object]:
        return {"_file": self._file, "_offset": self._offset}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()

    @property
    def offset(self) -> float:
        return self._offset

    def move_to(self, offset: float) -> None:
        """Set the offset in seconds. Raises ValueError when it would go back."""
        with self._lock:
            if offset < self._offset:
                raise ValueError(f"time does not go back: the offset is {self._offset} s already")
            self._offset = offset
            if self._file:
                clock.write_offset(self._file, offset)

    def time(self) -> float:
        """Seconds since 1970, virtual."""
        return time.time() + self._offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)
