"""Mailboxes and calendars at the Google that others wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from tests.contract.peers.calendar_by_api import CalendarByApi
from tests.contract.peers.google_by_api import GoogleByApi


@dataclass(kw_only=True)
class MyworldStage(GoogleByApi):
    mail: str = "/gw/gmail.googleapis.com"
    calendar: str = "/gw/www.googleapis.com"
    services: ClassVar[tuple[str, ...]] = ("gmail",)

    def __post_init__(self) -> None:
        seed = {"user": {"email": self.written, "name": "Ada"}, "emails": [], "events": []}
        servers = {name: {"service": name, "seed": seed} for name in self.services}
        made = self.ask("POST", f"{self.own}/envs", json={"spec": {"name": "contract", "servers": servers}})
        self.token = made["credentials"]["agent"]["google_access_token"]

    def neighbour(self) -> MyworldStage:
        return replace(self, written="bob@ours.example")

    def forget_cursors(self) -> None:
        pytest.skip("myworld never forgets a history id")

    def end_access(self, how: str) -> None:
        pytest.skip("it cannot end an access that it has given")


@dataclass(kw_only=True)
class MyworldEventStage(MyworldStage, CalendarByApi):
    services: ClassVar[tuple[str, ...]] = ("gmail", "calendar")

    def neighbour(self) -> MyworldEventStage:
        return replace(self, written="bob@ours.example")
