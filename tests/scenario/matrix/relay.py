"""A wire of our own in front of a simulator: it can be cut, go dead, or lead to a stranger.

What a simulator cannot do to itself happens here, below HTTP: nobody listens, a connection hangs, another
certificate is shown, a mail server falls silent or loses its answer. Otherwise bytes pass as they come.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from connectors.simulators.authority import Certificate

END_OF_MAIL = b"\r\n.\r\n"


class Mode(StrEnum):
    PASS = "pass"
    REFUSE = "refuse"  # nobody listens
    MUTE = "mute"  # a connection is never answered, as behind a firewall that drops packets
    SWALLOW = "swallow"  # connected, and then silence; nothing arrives
    LOSE = "lose"  # a mail arrives, its answer does not
    DRIP = "drip"  # answers come byte by byte


@dataclass(kw_only=True)
class Relay:
    """From a port of its own on loopback to another one. `pause` is in seconds between two bytes that drip.

    `met` counts connections that came while the wire was not in order; those that nobody accepts are not counted.
    With a certificate to show it speaks TLS itself, and goes on in clear; `usual` is what it shows while in order.
    """

    upstream: int
    pause: float = 0.05
    usual: Certificate | None = None
    met: int = 0

    def __post_init__(self) -> None:
        self._kept = self._bound(0)  # never listens, but nobody else gets the port
        self.port: int = self._kept.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._waiting: list[socket.socket] = []
        self.mode, self._shown = Mode.PASS, self.usual
        self._listen()

    def _bound(self, port: int) -> socket.socket:
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        return made

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    # -- What can go wrong

    @contextmanager
    def broken(self, mode: Mode = Mode.PASS, shown: Certificate | None = None) -> Iterator[None]:
        """The wire is out of order for the length of the block; what was connected is cut."""
        self.spoil(mode, shown)
        try:
            yield
        finally:
            self.mend()

    def spoil(self, mode: Mode, shown: Certificate | None = None) -> None:
        self.cut()
        self.mode, self._shown = mode, shown or self.usual
        if mode in (Mode.REFUSE, Mode.MUTE):
            self._deafen()
        if mode is Mode.MUTE:
            self._fill()

    def mend(self) -> None:
        deaf = self.mode in (Mode.REFUSE, Mode.MUTE)
        if self.mode is Mode.MUTE:
            self._deafen()
        self.cut()
        self.mode, self._shown = Mode.PASS, self.usual
        if deaf:
            self._listen()

    def cut(self) -> None:
        """Ends every connection that is open."""
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.mend()
        self._deafen()
        self._kept.close()

    def _listen(self) -> None:
        self._listening = self._bound(self.port)
        self._listening.listen(16)
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _deafen(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for each in self._waiting:
            each.close()
        self._waiting = []

    def _fill(self) -> None:
        """A listener whose queue is full lets every other connection hang."""
        self._listening = self._bound(self.port)
        self._listening.listen(0)
        self._waiting = [socket.socket() for _ in range(4)]
        for each in self._waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", self.port))

    # -- What passes

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        mode, shown = self.mode, self._shown
        self.met += mode is not Mode.PASS or shown is not self.usual
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.upstream)) as far:
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else every answer waits 40 ms
            with self._lock:
                self._open |= {near, far}
            try:
                self._talk(_shaken(near, shown), far, mode)
            finally:
                with self._lock:
                    self._open -= {near, far}
        near.close()

    def _talk(self, near: socket.socket, far: socket.socket, mode: Mode) -> None:
        """Until one side hangs up."""
        with near:
            if mode is Mode.SWALLOW:
                while near.recv(65_536):
                    pass
                return
            said = b""
            while True:
                for side in select.select([near, far], [], [])[0]:
                    data = side.recv(65_536)
                    if not data or (side is far and mode is Mode.LOSE and said.endswith(END_OF_MAIL)):
                        return
                    if side is near:
                        said = (said + data)[-len(END_OF_MAIL) :]
                        far.sendall(data)
                    elif mode is Mode.DRIP:
                        self._drip(near, data)
                    else:
                        near.sendall(data)

    def _drip(self, near: socket.socket, data: bytes) -> None:
        for byte in data:
            near.sendall(bytes((byte,)))
            time.sleep(self.pause)


def _shaken(near: socket.socket, shown: Certificate | None) -> socket.socket:
    if shown is None:
        return near
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.chain, shown.key)
    return context.wrap_socket(near, server_side=True)
