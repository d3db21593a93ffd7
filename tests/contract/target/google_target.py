"""The account of a Google that `--target` names. It is emptied before each test, so it had better be nobody's."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.peers.calendar_by_api import EVENTS, CalendarByApi
from tests.contract.peers.google_by_api import GoogleByApi

NEEDS_BATCH = "google: answer batch requests"
MINUTE = 61.0  # seconds; Google counts by the minute what may be done
PACE = 100  # requests of ours within it: leaves enough for those of the connector, whose batches count each part

_asked: deque[float] = deque(maxlen=PACE)


@dataclass(kw_only=True)
class MailTarget(GoogleByApi):
    def emptied(self) -> None:
        """Waits first, if so much was done within the minute that the test might meet the limit."""
        if len(_asked) == PACE:
            time.sleep(max(0.0, MINUTE - (time.monotonic() - _asked[0])))
        self.empty()

    def empty(self) -> None:
        for found in iter(self._messages, []):
            self.gmail("POST", "messages/batchDelete", json={"ids": found})

    def ask(self, method: str, url: str, **options: Any) -> Any:
        _asked.append(time.monotonic())
        return super().ask(method, url, **options)

    def _messages(self) -> list[str]:
        listed = self.gmail("GET", "messages?includeSpamTrash=true&maxResults=500")
        return [each["id"] for each in listed.get("messages", [])]

    def neighbour(self) -> MailTarget:
        pytest.skip("google: lend a second account")

    def forget_cursors(self) -> None:
        pytest.skip("google: forget cursors when asked to")

    def end_access(self, how: str) -> None:
        pytest.skip("google: end an access when asked to")


@dataclass(kw_only=True)
class CalendarTarget(MailTarget, CalendarByApi):
    def empty(self) -> None:
        """With a series go those of its occurrences that were changed, which are listed as well."""
        for each in self.listed(singly=False):
            with self.session() as session:
                session.delete(f"{self.own}/{EVENTS}/{each['id']}", timeout=10)

    def neighbour(self) -> CalendarTarget:
        pytest.skip("google: lend a second account")
