"""The account of a Google that `--target` names. It is emptied before each test, so it had better be nobody's."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

from tests.contract.peers.calendar_by_api import EVENTS, CalendarByApi
from tests.contract.peers.contacts_by_api import ContactsByApi
from tests.contract.peers.google_by_api import GoogleByApi
from tests.contract.peers.tasks_by_api import TasksByApi
from tests.contract.target.conftest import Target

NEEDS_BATCH = "google: answer batch requests"
MINUTE = 61.0  # seconds; Google counts by the minute what may be done


@dataclass
class Pace:
    """Waits before a test that might meet a limit: `most` is how many requests of the last minute leave room for it."""

    most: int
    spent: deque[tuple[float, int]] = field(default_factory=deque)

    def note(self, number: int = 1) -> None:
        self.spent.append((time.monotonic(), number))

    def wait(self) -> None:
        while sum(number for _, number in self.spent) >= self.most:
            at, _ = self.spent.popleft()
            time.sleep(max(0.0, MINUTE - (time.monotonic() - at)))


# Of ours: leaves enough for those of the connector, whose batches count each part.
PACE = Pace(100)
OF_TASKS = Pace(400)  # Google shows its limit to each project alone; 600 a minute and user is what some have
# What one user may ask of People in a minute, where the file says nothing else, and what a test needs of it.
CONTACTS_A_MINUTE, CONTACTS_A_TEST = 90, 60
PACES: dict[int, Pace] = {}


@dataclass(kw_only=True)
class MailTarget(GoogleByApi):
    def pace(self) -> Pace:
        return PACE

    def emptied(self) -> None:
        """Waits first, if so much was done within the minute that the test might meet the limit."""
        self.pace().wait()
        self.empty()

    def empty(self) -> None:
        for found in iter(self._messages, []):
            self.gmail("POST", "messages/batchDelete", json={"ids": found})

    def ask(self, method: str, url: str, **options: Any) -> Any:
        self.pace().note()
        return super().ask(method, url, **options)

    def answer_to(self, path: str, method: str = "GET", **options: Any) -> tuple[int, dict[str, Any]]:
        """The status, and what is said, of one request of any service; {} where it is no JSON."""
        PACE.note()
        with self.session() as session:
            response = session.request(method, f"{self.own}{self.mail}{path}", timeout=10, **options)
        try:
            said = response.json()
        except ValueError:
            said = {}
        return response.status_code, said if isinstance(said, dict) else {}

    def ended(self) -> None:
        self.closing.close()

    def _messages(self) -> list[str]:
        listed = self.gmail("GET", "messages?includeSpamTrash=true&maxResults=500")
        return [each["id"] for each in listed.get("messages", [])]

    def neighbour(self) -> Any:
        pytest.skip("google: lend a second account")

    def forget_cursors(self) -> None:
        pytest.skip("google: forget cursors when asked to")

    def end_access(self, how: str) -> None:
        pytest.skip("google: end an access when asked to")

    def wait(self, days: int) -> None:
        if days:
            pytest.skip("google: let days go by")


@dataclass(kw_only=True)
class CalendarTarget(MailTarget, CalendarByApi):
    def empty(self) -> None:
        """With a series go those of its occurrences that were changed, which are listed as well."""
        for each in self.listed(singly=False):
            with self.session() as session:
                session.delete(f"{self.own}{self.calendar}/{EVENTS}/{each['id']}", timeout=10)


@dataclass(kw_only=True)
class TaskTarget(TasksByApi, MailTarget):
    def pace(self) -> Pace:
        return OF_TASKS

    def empty(self) -> None:
        self.begun()

    def ended(self) -> None:
        self.dropped()
        super().ended()


@dataclass(kw_only=True)
class ContactTarget(ContactsByApi, MailTarget):
    a_minute: int = CONTACTS_A_MINUTE
    before: int = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.calls()

    def pace(self) -> Pace:
        return PACES.setdefault(self.a_minute, Pace(max(1, self.a_minute - CONTACTS_A_TEST)))

    def ended(self) -> None:
        """What the connector asked counts as well: People allows a user less than others do."""
        self.pace().note(self.calls() - self.before)
        super().ended()


T = TypeVar("T", bound=MailTarget)


@contextmanager
def staged(kind: type[T], target: Target, patch: pytest.MonkeyPatch, **more: Any) -> Iterator[T]:
    """What stands before the paths of the services is the path of the address in the file."""
    said = target.said
    before = urlsplit(said["base_url"]).path.rstrip("/")
    made = kind(
        proxy=target.proxy,
        own=said["base_url"].rstrip("/").removesuffix(before),
        patch=patch,
        mail=before,
        calendar=before,
        tasks=before,
        contacts=before,
        written=said["account"],
        token=said["token"],
        ca=said["ca_bundle"],
        **more,
    )
    try:
        yield made
    finally:
        made.ended()
