"""A worker that is told to stop comes to the end of the page in hand, gives its lease back, and stops then."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Told:
    stop = False


_told = _Told()


def is_told() -> bool:
    """Whether somebody waits for this process to end."""
    return _told.stop


@contextmanager
def after_this() -> Iterator[None]:
    """Inside, SIGTERM is only noted; it takes its effect at the end of the block. Does nothing but in a main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _note)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if _told.stop:
            _told.stop = False
            os.kill(os.getpid(), signal.SIGTERM)


def _note(*_: object) -> None:
    _told.stop = True
