"""A port for the layers below the engine: ask for work on a mailbox without knowing who does it.

The top layer binds it once, at start. A lost wake loses nothing: the tick finds the same work in the
database, a little later.
"""

from __future__ import annotations

from collections.abc import Callable

Waker = Callable[[int], None]


def _nobody(mailbox_id: int) -> None:
    pass


_waker: Waker = _nobody
_writer: Waker = _nobody


def bind(waker: Waker, writer: Waker | None = None) -> None:
    """`waker(mailbox_id)` is called from now on, `writer` where it is only to write; either may run inside a
    transaction and must not leave it."""
    global _waker, _writer
    _waker, _writer = waker, writer or waker


def wake(mailbox_id: int) -> None:
    """Somebody waits for this mailbox: start within a second or two if a worker is free."""
    _waker(mailbox_id)


def wake_to_write(mailbox_id: int) -> None:
    """Something is to be written in this mailbox; what is new in it can wait until it is looked at anyway."""
    _writer(mailbox_id)
