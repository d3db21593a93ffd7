"""Puts a simulator on the net: a real HTTPS server with keep-alive, faults as ordered, and a control door.

The door opens under `/_simulator/` and checks a token, the Host and the Origin.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.simulators.authority import Certificate
from connectors.simulators.door import open_door
from connectors.simulators.faults import Action, Fault
from connectors.simulators.simulator import Call, Reply, Request, Simulator

__all__ = ["Call", "Reply", "Request", "Simulator", "SimulatorServer"]

_TARGET = re.compile(r"^/_simulator(?:/(?P<verb>[\w.-]*))?$")


class _Handler(BaseHTTPRequestHandler):
    """One connection. TLS is shaken here, in the connection's own thread, so that nobody blocks the others."""

    protocol_version = "HTTP/1.1"
    server: SimulatorServer
    timeout = 60
    disable_nagle_algorithm = True  # else every answer waits 40 ms for the client's acknowledgement of its headers

    def setup(self) -> None:
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        # The server closes the socket it accepted, which TLS has taken over; this is the one that is open.
        super().finish()
        self.connection.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The `Date` of an answer, by the virtual clock: by which the provider tells all other times."""
        return super().date_time_string(self.server.simulator.timeline.time() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._do
        raise AttributeError(name)

    def _do(self) -> None:
        request = self._read()
        door = _TARGET.match(request.path)
        if door:
            self._write(open_door(self.server.simulator, request, door["verb"] or ""))
            return
        reply, fault = self.server.simulator.serve(request)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if reply is None:
            self._cut()
        else:
            self._write(reply, fault)

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=unquote(parts.path),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
            raw_target=self.path,
        )

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length else b""

    def _chunks(self) -> Iterator[bytes]:
        """RFC 9112, section 7.1: clients that do not know how long a body gets send it so. Trailers are dropped."""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _write(self, reply: Reply, fault: Fault | None = None) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault and fault.action is Action.TRUNCATE:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self._cut()
        elif fault and fault.action is Action.DRIP:
            self._drip(reply.body, fault)
        else:
            self.wfile.write(reply.body)

    def _drip(self, body: bytes, fault: Fault) -> None:
        for byte in body:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            time.sleep(fault.pause)

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


class SimulatorServer(ThreadingHTTPServer):
    """Serves one simulator on loopback; `port=0` takes a free one. Use as a context manager, or start and stop.

    `url` is its own address. The simulator calls itself by it, unless somebody puts something in front of it.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, simulator: Simulator, certificate: Certificate, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.simulator = simulator
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate.chain, certificate.key)
        self.url = simulator.base_url = f"https://localhost:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up, or do not trust us, are part of the game; anything else is a defect and shows."""
        import sys

        if not isinstance(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def start(self) -> SimulatorServer:
        self._thread.start()
        return self

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def __enter__(self) -> SimulatorServer:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
