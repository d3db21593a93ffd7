"""A token endpoint with refresh-token rotation: whoever uses an old refresh token loses everything."""

from __future__ import annotations

from typing import Any

from connectors.oauth import Grant
from connectors.simulators.server import Call, Reply, Request, Simulator

FRESH = Grant(access_token="access-0", refresh_token="refresh-0", lifetime=3600.0)


class TokenServer(Simulator):
    name = "tokens"

    def __init__(self) -> None:
        super().__init__()
        self.good = "refresh-0"
        self.given = 0
        self.rotates = True
        self.asked: list[dict[str, str]] = []

    def snapshot(self) -> dict[str, Any]:
        return {}

    def answer(self, request: Request, call: Call) -> Reply:
        self.asked.append(request.form())
        if self.asked[-1].get("refresh_token") != self.good:
            self.good = ""
            return Reply.json(
                {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400
            )
        self.given += 1
        grant = {"access_token": f"access-{self.given}", "expires_in": 3600, "token_type": "Bearer"}
        if self.rotates:
            self.good = grant["refresh_token"] = f"refresh-{self.given}"
        return Reply.json(grant)
