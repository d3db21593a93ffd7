"""A mailbox at the Google that others wrote."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from connectors.google import connector as google
from connectors.protocol import MailConnector
from connectors.records import Email, Flag, Ref
from tests.contract.connectors.google_stage import raw, sites
from tests.contract.connectors.stage import Closing, MailStage, Trouble
from tests.contract.peers.conftest import Proxy

GMAIL = "/gw/gmail.googleapis.com"
CALENDAR = "/gw/www.googleapis.com"


@dataclass(kw_only=True)
class MyworldStage:
    """`own` is the server's address; connectors go through the proxy."""

    proxy: Proxy
    own: str
    patch: pytest.MonkeyPatch
    written: str = "ada@ours.example"
    closing: Closing = field(default_factory=Closing)
    services: tuple[str, ...] = ("gmail",)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        seed = {"user": {"email": self.written, "name": "Ada"}, "emails": [], "events": []}
        servers = {name: {"service": name, "seed": seed} for name in self.services}
        made = self._ask("POST", f"{self.own}/envs", json={"spec": {"name": "contract", "servers": servers}})
        self.token = made["credentials"]["agent"]["google_access_token"]

    @property
    def address(self) -> str:
        return self.written

    def open(self) -> MailConnector:
        return self.closing.keep(  # type: ignore[no-any-return]  # what it keeps it gives back
            google.GoogleConnector(
                address=self.address,
                token=self.token,
                sites=sites(f"{self.proxy.url}{GMAIL}", f"{self.proxy.url}{CALENDAR}"),
                wire=self.proxy.wire,
                largest_message=1_000_000,
            )
        )

    def neighbour(self) -> MailStage:
        return MyworldStage(
            proxy=self.proxy, own=self.own, patch=self.patch, written="bob@ours.example", closing=self.closing
        )

    def pages_of(self, size: int) -> None:
        self.patch.setattr(google, "PAGE", size)

    def deliver(self, email: Email, *filed: Flag) -> Ref:
        text = base64.urlsafe_b64encode(raw(email)).decode()
        labels = [flag.upper() for flag in filed] or ["INBOX", "UNREAD"]
        return Ref(id=self._gmail("POST", "messages", json={"raw": text, "labelIds": labels})["id"])

    def delete(self, ref: Ref) -> None:
        self._gmail("DELETE", f"messages/{ref.id}")

    def star(self, ref: Ref) -> None:
        self._gmail("POST", f"messages/{ref.id}/modify", json={"addLabelIds": ["STARRED"]})

    def forget_cursors(self) -> None:
        pytest.skip("myworld never forgets a history id")

    def end_access(self, how: str) -> None:
        pytest.skip("it cannot end an access that it has given")

    def strike(self, trouble: Trouble) -> None:
        pytest.skip("its faults are proved on our own simulator, and on the wire in test_lost_replies")

    def calls(self) -> int:
        return len(self.proxy.seen())

    def connections(self) -> int:
        pytest.skip("the proxy keeps its own connections")

    def _gmail(self, method: str, path: str, **body: Any) -> Any:
        url = f"{self.own}{GMAIL}/gmail/v1/users/me/{path}"
        return self._ask(method, url, headers={"Authorization": f"Bearer {self.token}"}, **body)

    def _ask(self, method: str, url: str, **options: Any) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            response = session.request(method, url, timeout=10, **options)
            response.raise_for_status()
            return response.json() if response.content else None
