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


def bind(waker: Waker) -> None:
    """`waker(mailbox_id)` is called from now on; it may run inside a transaction and must not leave it."""
    global _waker
    _waker = waker


def wake(mailbox_id: int) -> None:
    """Somebody waits for this mailbox: start within a second or two if a worker is free."""
    _waker(mailbox_id)
