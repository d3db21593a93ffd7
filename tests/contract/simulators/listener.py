"""A plain server on loopback that writes down what is posted to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request; header names are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """`status` is what everybody is answered."""

    url: str = ""
    status: int = 204
    heard: list[Heard] = field(default_factory=list)

    def wait_for(self, number: int) -> list[Heard]:
        """What was heard, as soon as it is that much; fails if that takes too long."""
        end = time.monotonic() + 5
        while len(self.heard) < number:
            assert time.monotonic() < end, f"heard {len(self.heard)} of {number}"
            time.sleep(0.01)
        return self.heard


@contextmanager
def listening() -> Iterator[Listener]:
    made = Listener()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.heard.append(Heard(self.path, headers, body))  # before the answer, upon which the next one comes
            self.send_response(made.status)
            self.end_headers()

        def log_request(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
