"""A mailbox that is moved through Google's own API alone, whoever serves it; connectors go by a proxy."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from connectors.google import connector as google
from connectors.google import contact_reading, reading, task_reading
from connectors.protocol import MailConnector
from connectors.records import Email, Flag, Ref
from tests.contract.connectors.google_stage import ANSWERS, raw, sites
from tests.contract.connectors.stage import Closing, Trouble, fault
from tests.contract.peers.conftest import Proxy


@dataclass(kw_only=True)
class GoogleByApi:
    """`own` is the server's address; `mail` and the others are what stands before the paths of each service."""

    proxy: Proxy
    own: str
    patch: pytest.MonkeyPatch
    mail: str = ""
    calendar: str = ""
    tasks: str = ""
    contacts: str = ""
    written: str = "ada@ours.example"
    ca: str = ""
    token: str = ""
    closing: Closing = field(default_factory=Closing)

    @property
    def address(self) -> str:
        return self.written.lower()

    def open(self) -> MailConnector:
        return self.closing.keep(  # type: ignore[no-any-return]  # what it keeps it gives back
            google.GoogleConnector(
                address=self.address,
                token=self.token,
                sites=sites(*(f"{self.proxy.url}{each}" for each in self._before)),
                wire=self.proxy.wire,
                largest_message=1_000_000,
            )
        )

    @property
    def _before(self) -> tuple[str, str, str, str]:
        return self.mail, self.calendar, self.tasks, self.contacts

    def pages_of(self, size: int) -> None:
        """Of every service: who calls this looks at one of them."""
        for module in (google, reading, task_reading, contact_reading):
            self.patch.setattr(module, "PAGE", size)

    def deliver(self, email: Email, *filed: Flag) -> Ref:
        text = base64.urlsafe_b64encode(raw(email)).decode()
        labels = [flag.upper() for flag in filed] or ["INBOX", "UNREAD"]
        message = {"raw": text, "labelIds": labels}
        return Ref(id=self.gmail("POST", "messages?internalDateSource=dateHeader", json=message)["id"])

    def delete(self, ref: Ref) -> None:
        self.gmail("DELETE", f"messages/{ref.id}")

    def star(self, ref: Ref) -> None:
        self.gmail("POST", f"messages/{ref.id}/modify", json={"addLabelIds": ["STARRED"]})

    def strike(self, trouble: Trouble) -> None:
        made = fault(trouble, ANSWERS)
        self.proxy.plan(made.action.value, method="*", status=made.status, headers=made.headers, body=made.body)

    def calls(self) -> int:
        return len(self.proxy.seen())

    def connections(self) -> int:
        pytest.skip("the proxy keeps its own connections")

    def answers(self, path: str) -> bool:
        """Whether there is anything at this path, whatever it says to a request of nothing."""
        with self.session() as session:
            return session.post(f"{self.own}{self.mail}{path}", timeout=10).status_code not in (404, 405, 501)

    def gmail(self, method: str, path: str, **body: Any) -> Any:
        return self.ask(method, f"{self.own}{self.mail}/gmail/v1/users/me/{path}", **body)

    def ask(self, method: str, url: str, **options: Any) -> Any:
        with self.session() as session:
            response = session.request(method, url, timeout=10, **options)
            response.raise_for_status()
            return response.json() if response.content else None

    def session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env, session.verify = False, self.ca or True
        session.headers["Authorization"] = f"Bearer {self.token}"
        return session
