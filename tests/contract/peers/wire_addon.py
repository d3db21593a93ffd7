"""Runs inside mitmproxy, in its own virtual environment: breaks the wire when it is told to.

`POST /_wire/PLAN` on the proxy itself says what happens to the next request that writes: `drop_before` (it never
arrives), `drop_after` (it is carried out and its answer is lost) or `cut` (the answer ends in the middle).
"""

from __future__ import annotations

import json
from typing import Any

from mitmproxy import http

DOOR = "/_wire/"


class Wire:
    def __init__(self) -> None:
        self.plan = ""
        self.seen: list[str] = []

    def request(self, flow: Any) -> None:
        if flow.request.path.startswith(DOOR):
            self.plan = flow.request.path.removeprefix(DOOR) or self.plan
            flow.response = http.Response.make(200, json.dumps({"plan": self.plan, "seen": self.seen}))
            return
        self.seen.append(f"{flow.request.method} {flow.request.path}")
        if self._strikes(flow, "drop_before"):
            flow.kill()

    def response(self, flow: Any) -> None:
        if self._strikes(flow, "drop_after"):
            flow.kill()
        elif self._strikes(flow, "cut"):
            whole = flow.response.content
            flow.response.content = whole[: len(whole) // 2]
            flow.response.headers["content-length"] = str(len(whole))
            flow.response.headers["connection"] = "close"

    def _strikes(self, flow: Any, what: str) -> bool:
        """Whether it is this request's turn; a plan is good for one request."""
        if self.plan != what or flow.request.method != "POST" or flow.request.path.startswith(DOOR):
            return False
        self.plan = ""
        return True


addons = [Wire()]
