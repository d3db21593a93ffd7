"""What every simulator is: a real HTTPS server with a log of its calls, faults on demand and a control door.

A simulator subclasses `Simulator` and answers `answer(request)`. Everything else is here: TLS, keep-alive,
the log, faults injected at the n-th matching call, one virtual clock for all simulators of a process, and
the control door under `/_simulator/`, which checks a token, the Host and the Origin.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Action, Fault
from connectors.simulators.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Request:
    """An incoming request. Header names are lower case; `path` is decoded and without the query."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw_target: str = ""

    def first(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def form(self) -> dict[str, str]:
        """The fields of an urlencoded body, the first value of each."""
        return {k: v[0] for k, v in parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True).items()}

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(
            status=status, headers={"Content-Type": "application/json;charset=UTF-8"} | dict(headers or {}), body=body
        )

    @classmethod
    def html(cls, text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        return cls(
            status=status,
            headers={"Content-Type": "text/html; charset=utf-8"} | dict(headers or {}),
            body=text.encode(),
        )


@dataclass(kw_only=True)
class Call:
    """One line of the log. `operation` is the provider's own name for what was asked; `parts` counts inner calls."""

    number: int
    at: float
    method: str
    path: str
    operation: str = ""
    account: str = ""
    write: bool = False
    status: int = 0
    parts: int = 1


class Simulator:
    """Base of all simulators. Subclasses answer requests and may add rooms to the control door."""

    name = ""

    def __init__(self, timeline: Timeline | None = None) -> None:
        self.lock = threading.RLock()
        self.timeline = timeline or Timeline()
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.door_token = secrets.token_urlsafe(24)
        self.base_url = ""

    # -- what a subclass provides

    def answer(self, request: Request, call: Call) -> Reply:
        """Answers one request as the provider would and says in `call` what it was."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        """The whole store as JSON values; the outside oracle reads it."""
        raise NotImplementedError

    def control(self, verb: str, arguments: dict[str, Any]) -> Any:
        """A verb of the control door that only this provider has. Raises KeyError or ValueError with a sentence."""
        raise KeyError(f"{self.name} has no verb “{verb}” (it came with {sorted(arguments)})")

    def page(self) -> str:
        """The control door for people: the inside of an HTML body."""
        return ""

    # -- what all have

    def serve(self, request: Request) -> tuple[Reply | None, Fault | None]:
        """The reply to a request, after faults; `None` where the connection is to be cut."""
        with self.lock:
            call = Call(number=len(self.calls) + 1, at=self.timeline.time(), method=request.method, path=request.path)
            self.calls.append(call)
            fault = next((f for f in self.faults if f.strikes(request.method, request.path)), None)
            if fault and fault.instead:
                call.operation, call.status = f"fault: {fault.action}", fault.status
                call.write = request.method not in ("GET", "HEAD") and not _READING.search(request.path)
                return fault.reply(Reply), fault
            reply = self.answer(request, call)
            call.status = reply.status
        return (None if fault and fault.action is Action.DROP_AFTER else reply), fault


# What is posted without changing anything: token requests, and batches of reads.
_READING = re.compile(r"/token$|/revoke$|/batch(/|$)|/services/oauth2/")
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
            from connectors.simulators.door import open_door

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
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            method=self.command,
            path=unquote(parts.path),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            raw_target=self.path,
        )

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
    """Serves one simulator on loopback; `port=0` takes a free one. Use as a context manager, or start and stop."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, simulator: Simulator, certificate: Certificate, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.simulator = simulator
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate.chain, certificate.key)
        simulator.base_url = f"https://localhost:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

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
