"""Carries notifications to where the addresses lead, on loopback, without the simulator's lock in hand.

Whoever is told may ask the simulator something before it answers. A notification is sent once, whatever comes of it:
Google would try again for a while, and nobody may need that.
"""

from __future__ import annotations

import threading
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from connectors.simulators.google.pushes import Notice, Pushes, authorization

PATIENCE = 10.0  # seconds
HOME = ("127.0.0.1", "localhost")


class Postman:
    """One round at a time; it ends when nothing waits. `lock` is the simulator's."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._busy = False

    def send_off(self, pushes: Pushes) -> None:
        """Has what waits carried away. The lock is in hand."""
        if self._busy or pushes.held or not pushes.waiting:
            return
        self._busy = True
        threading.Thread(target=self._round, args=(pushes,), name="postman", daemon=True).start()

    def _round(self, pushes: Pushes) -> None:
        while True:
            with self._lock:
                notice, origin, now = pushes.take(), pushes.origin, pushes.clock()
                self._busy = notice is not None
            if notice is None:
                return
            status = _sent(notice, origin, now)
            with self._lock:
                pushes.sent.append({"address": notice.address, "status": status, **dict(notice.headers)})


def _sent(notice: Notice, origin: str, now: float) -> int:
    """The status of the answer; 0 where there is none."""
    home, wanted = urlsplit(origin), urlsplit(notice.address)
    headers = dict(notice.headers) | {"Host": wanted.netloc}
    headers |= dict([authorization(notice.topic, now)]) if notice.topic else {}
    connection = HTTPConnection(home.hostname or "", home.port, timeout=PATIENCE)
    try:
        connection.request("POST", wanted.path or "/", body=notice.body, headers=headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
