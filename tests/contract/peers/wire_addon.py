"""Runs inside mitmproxy, in its own virtual environment: breaks the wire when it is told to.

`POST /_wire/PLAN?method=M&path=P&content=C` on the proxy itself says what happens to the next request with this method
(POST without one, any with `*`) whose path and content match these regular expressions:

    drop_before   it never arrives
    answer        it never arrives, and is answered as the body of the plan says: {status, headers, body}
    drop_after    it is carried out and its answer is lost
    cut           the answer ends in the middle
    late          the answer comes after three seconds
    drip          the answer begins byte by byte, for two seconds
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

from mitmproxy import http

DOOR = "/_wire/"
LATE, PAUSE = 3.0, 0.1  # seconds
DROPS = 20  # bytes


class Wire:
    def __init__(self) -> None:
        self.plan = ""
        self.method, self.path, self.content = "POST", "", ""
        self.answer: dict[str, Any] = {}
        self.seen: list[str] = []
        self.struck = 0

    def request(self, flow: Any) -> None:
        if flow.request.path.startswith(DOOR):
            flow.response = http.Response.make(200, json.dumps(self._told(flow.request)))
            return
        self.seen.append(f"{flow.request.method} {flow.request.path}")
        if self._strikes(flow, "drop_before"):
            flow.kill()
        elif self._strikes(flow, "answer"):
            headers = self.answer["headers"] | {"Date": formatdate(usegmt=True)}
            flow.response = http.Response.make(self.answer["status"], self.answer["body"], headers)

    def _told(self, request: Any) -> dict[str, object]:
        what = request.path.removeprefix(DOOR).partition("?")[0]
        if what:
            self.plan, self.method = what, request.query.get("method", "POST")
            self.path, self.content = request.query.get("path", ""), request.query.get("content", "")
            self.answer = json.loads(request.content or b"{}")
        return {"plan": self.plan, "seen": self.seen, "struck": self.struck}

    def responseheaders(self, flow: Any) -> None:
        if self._strikes(flow, "drip"):
            flow.response.stream = _drops

    async def response(self, flow: Any) -> None:
        if self._strikes(flow, "drop_after"):
            flow.kill()
        elif self._strikes(flow, "late"):
            await asyncio.sleep(LATE)
        elif self._strikes(flow, "cut"):
            whole = flow.response.content
            flow.response.content = whole[: len(whole) // 2]
            flow.response.headers["content-length"] = str(len(whole))
            flow.response.headers["connection"] = "close"

    def _strikes(self, flow: Any, what: str) -> bool:
        """Whether it is this request's turn; a plan is good for one request."""
        request = flow.request
        if self.plan != what or self.method not in ("*", request.method) or request.path.startswith(DOOR):
            return False
        if not re.search(self.path, request.path.partition("?")[0]):
            return False
        if not re.search(self.content.encode(), request.content or b"", re.MULTILINE):
            return False
        self.plan = ""
        self.struck += 1
        return True


def _drops(chunk: bytes) -> Iterator[bytes]:
    """Nobody else is served meanwhile, so it ends in time for whoever gives up and asks again."""
    for byte in chunk[:DROPS]:
        yield bytes((byte,))
        time.sleep(PAUSE)
    yield chunk[DROPS:]


addons = [Wire()]
