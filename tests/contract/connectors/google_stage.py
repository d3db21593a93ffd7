"""The Google connector on a Google simulator, moved through the simulator's door."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

import pytest

from connectors.google import connector as google
from connectors.google.links import Sites
from connectors.protocol import MailConnector
from connectors.records import Email, Flag, Party, Ref
from connectors.simulators.authority import Certificate
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.google.mailbox import Mailbox
from tests import builders
from tests.contract.connectors.stage import Answers, Closing, CountingServer, Enclosed, MailStage, Trouble, fault, reach

ADDRESS = "Ada@Ours.example"


def _words(status: int, reason: str, word: str, message: str) -> tuple[int, str]:
    first = {"message": message, "domain": "global", "reason": reason}
    return status, json.dumps({"error": {"code": status, "message": message, "errors": [first], "status": word}})


_BUSY = _words(429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
ANSWERS: Answers = {
    Trouble.BUSY_FOR_SECONDS: _BUSY,
    Trouble.BUSY_UNTIL: _BUSY,
    Trouble.BROKEN: _words(500, "backendError", "INTERNAL", "Internal error encountered."),
}


def sites(mail_api: str, calendar_api: str, tasks_api: str = "", contacts_api: str = "") -> Sites:
    return Sites(
        mail_api=mail_api,
        mail_web="https://mail.google.com",
        calendar_api=calendar_api,
        calendar_web="https://calendar.google.com",
        tasks_api=tasks_api,
        tasks_web="https://tasks.google.com",
        contacts_api=contacts_api,
        contacts_web="https://contacts.google.com",
    )


def raw(email: Email, *files: Enclosed) -> bytes:
    """The message as it would have come by SMTP, with these attached."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=998, utf8=True))
    headers: Mapping[str, str] = {
        "From": _people(email, Party.FROM),
        "To": _people(email, Party.TO),
        "Cc": _people(email, Party.CC),
        "Subject": email.subject,
        "Date": format_datetime(email.date),
        "Message-ID": f"<{email.message_id}>" if email.message_id else "",
        "References": " ".join(f"<{each}>" for each in email.references),
    }
    for name, value in headers.items():
        if value:
            message[name] = value
    message.set_content(email.text)
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def _people(email: Email, party: Party) -> str:
    return ", ".join(
        formataddr((a.name, a.email), charset="utf-8") if a.name.isascii() else f'"{a.name}" <{a.email}>'
        for a in email.addresses(party)
    )


@dataclass(kw_only=True)
class GoogleStage:
    """`written` is the address as Google writes it; we know mailboxes by their address in lower case.

    Without `scopes` the token is one for mail.
    """

    server: CountingServer
    certificate: Certificate
    simulator: GoogleSimulator
    patch: pytest.MonkeyPatch
    written: str = ADDRESS
    scopes: tuple[str, ...] = ()
    closing: Closing = field(default_factory=Closing)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        given = {"scopes": list(self.scopes)} if self.scopes else {}
        self.token = self._door("account", email=self.written, **given)["access_token"]

    @property
    def address(self) -> str:
        return self.written.lower()

    def open(self, calendars: Sequence[str] = ()) -> MailConnector:
        return self._opened(calendars, headers_only=False)

    def open_for_headers(self) -> MailConnector:
        return self._opened((), headers_only=True)

    def _opened(self, calendars: Sequence[str], *, headers_only: bool) -> MailConnector:
        return self.closing.keep(  # type: ignore[no-any-return]  # what it keeps it gives back
            google.GoogleConnector(
                address=self.address,
                token=self.token,
                sites=sites(*[self.simulator.base_url] * 4),
                wire=reach(self.simulator, self.certificate),
                largest_message=1_000_000,
                calendars=calendars,
                headers_only=headers_only,
            )
        )

    def neighbour(self) -> MailStage:
        return GoogleStage(
            server=self.server,
            certificate=self.certificate,
            simulator=self.simulator,
            patch=self.patch,
            written="bob@ours.example",
            closing=self.closing,
        )

    def pages_of(self, size: int) -> None:
        self.patch.setattr(google, "PAGE", size)

    def deliver(self, email: Email, *filed: Flag) -> Ref:
        return self._placed(email, raw(email), [flag.upper() for flag in filed] or ["INBOX", "UNREAD"])

    def deliver_with(self, email: Email, *files: Enclosed) -> Ref:
        return self._placed(email, raw(email, *files), ["INBOX", "UNREAD"])

    def deliver_raw(self, message: bytes) -> Ref:
        return self._placed(builders.email(), message, ["INBOX", "UNREAD"])

    def _placed(self, email: Email, message: bytes, labels: list[str]) -> Ref:
        text = base64.b64encode(message).decode()
        date = int(email.date.timestamp() * 1000)
        placed = self._door("deliver", accounts=[self.address], raw=text, labels=labels, internal_date=date)
        return Ref(id=placed[self.address]["id"])

    def delete(self, ref: Ref) -> None:
        self._door("delete-message", account=self.address, id=ref.id)

    def star(self, ref: Ref) -> None:
        self._door("relabel", account=self.address, id=ref.id, add=["STARRED"], remove=["UNREAD"])

    def label(self, name: str) -> str:
        return str(self._door("label", account=self.address, name=name)["id"])

    def rename_label(self, label: str, name: str) -> None:
        with self.simulator.lock:
            self._box.labels[label].name = name

    def drop_label(self, label: str) -> None:
        with self.simulator.lock:
            self._box.drop_label(self._box.labels[label])

    @property
    def _box(self) -> Mailbox:
        return self.simulator.world.account(self.address).mailbox

    def relabel(self, ref: Ref, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        self._door("relabel", account=self.address, id=ref.id, add=list(add), remove=list(remove))

    def forget_cursors(self) -> None:
        self._door("expire-history", account=self.address)

    def end_access(self, how: str) -> None:
        self._door({"expired": "expire-tokens", "revoked": "revoke"}[how], account=self.address)

    def strike(self, trouble: Trouble) -> None:
        self.simulator.faults.append(fault(trouble, ANSWERS))

    def calls(self) -> int:
        return len(self.simulator.calls)

    def connections(self) -> int:
        return self.server.settled()

    def _door(self, verb: str, **arguments: Any) -> Any:
        with self.simulator.lock:
            return self.simulator.control(verb, arguments)
