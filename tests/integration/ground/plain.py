"""A server that answers what a test tells it to, over real TLS."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import urlsplit

from connectors.simulators.faults import Fault
from connectors.simulators.server import Call, Reply, Request, Simulator


class PlainServer(Simulator):
    """`/echo` says what was asked, `/big` is long, `/zipped` is longer than it looks, `/elsewhere` redirects."""

    name = "plain"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    def snapshot(self) -> dict[str, Any]:
        return {}

    def answer(self, request: Request, call: Call) -> Reply:
        call.write = request.method != "GET"
        match request.path:
            case "/big":
                return Reply(body=b"x" * int(request.first("size")))
            case "/zipped":
                return Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"0" * 2_000_000))
            case "/elsewhere":
                return Reply(status=302, headers={"Location": f"{self.base_url}/echo"})
            case _:
                return Reply.json({"method": request.method, "headers": dict(request.headers)})

    def spoil(self, action: str, **more: Any) -> None:
        """The next answer goes wrong like this."""
        self.faults.append(Fault.of({"action": action, **more}))
