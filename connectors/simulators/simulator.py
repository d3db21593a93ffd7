"""What every simulator is: answers to requests, with a log of its calls, faults on demand and one virtual clock.

A simulator subclasses `Simulator` and answers `answer(request)`; `server.py` puts it on the net.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

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
    """One line of the log. `operation` is the provider's own name for what was asked; `parts` counts inner calls.

    `units` is what it costs by a tariff of the provider, all parts together, refused ones as well.
    """

    number: int
    at: float
    method: str
    path: str
    operation: str = ""
    account: str = ""
    write: bool = False
    status: int = 0
    parts: int = 1
    units: int = 0


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
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            fault = self._fault(request, token, writes=False)
            if fault and fault.instead:
                call.operation, call.status = f"fault: {fault.action}", fault.status
                call.write = request.method not in ("GET", "HEAD") and not _READING.search(request.path)
                return fault.reply(Reply), fault
            reply = self.answer(request, call)
            call.status = reply.status
            fault = fault or (self._fault(request, token, writes=True) if call.write else None)
        return (None if fault and fault.action is Action.DROP_AFTER else reply), fault

    def _fault(self, request: Request, token: str, *, writes: bool) -> Fault | None:
        """The first of this sort that strikes."""
        sort = (fault for fault in self.faults if fault.writes is writes)
        return next((fault for fault in sort if fault.strikes(request.method, request.path, token)), None)


# What is posted without changing anything: token requests, batches of reads, the wish to be told of changes.
_READING = re.compile(r"/token$|/revoke$|/batch(/|$)|/services/oauth2/|/watch$|/stop$")
