"""A time by which everything that a thread asks of a socket has to be over, however often a byte comes in time.

A timeout bounds the silence between two bytes, so a server that drips keeps a worker for ever. Here every single
read, write and handshake gets no more than what is left of the total.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Deadline(threading.local):
    at: float = float("inf")


_deadline = _Deadline()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What this thread does inside has so long in all; then `TimeoutError`."""
    _deadline.at = time.monotonic() + seconds
    try:
        yield
    finally:
        _deadline.at = float("inf")


def _hurry(sock: socket.socket) -> None:
    left = _deadline.at - time.monotonic()
    if left <= 0:
        raise TimeoutError("the total time is over")
    silence = sock.gettimeout()
    if silence is None or silence > left:
        sock.settimeout(left)


class PlainSocket(socket.socket):
    """Keeps the deadline of whoever uses it."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        _hurry(self)
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        _hurry(self)
        super().sendall(*args, **kwargs)


class TlsSocket(ssl.SSLSocket):
    """The same behind TLS: for `SSLContext.sslsocket_class`."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        _hurry(self)
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        _hurry(self)
        return super().send(*args, **kwargs)

    def do_handshake(self, block: bool = False) -> None:
        _hurry(self)
        super().do_handshake(block)
