"""A real SMTP server that keeps what it is given, and a page to read it: where the demo's alerts arrive."""

from __future__ import annotations

import email
import email.policy
import socket
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from connectors.simulators.simulator import Call, Reply, Request, Simulator
from connectors.simulators.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail as it arrived. `at` is in seconds since 1970, on the simulators' clock."""

    message_id: str
    to: list[str]
    sender: str
    subject: str
    follows: str
    at: float
    text: str
    raw: str


class Postbox(Simulator):
    """Keeps every mail; the control door reads it out, refuses on demand, and shows it to people."""

    name = "Postbox"

    def __init__(self, timeline: Timeline | None = None) -> None:
        super().__init__(timeline)
        self.letters: list[Letter] = []
        self.refusals: list[str] = []
        self._smtp: Controller | None = None

    def listen(self, port: int) -> int:
        """Takes mail on this port of loopback, on a free one for 0; which one it is."""
        port = port or _free_port()
        self._smtp = Controller(_Receiver(self), hostname="127.0.0.1", port=port, ready_timeout=10)
        self._smtp.start()
        return port

    def hang_up(self) -> None:
        if self._smtp:
            self._smtp.stop()

    def take(self, sender: str, recipients: list[str], content: bytes) -> str:
        """The SMTP answer to a mail; a refusal that was asked for comes first."""
        with self.lock:
            if self.refusals:
                return self.refusals.pop(0)
            self.letters.append(_letter(sender, recipients, content, self.timeline.time()))
        return "250 2.0.0 kept"

    def answer(self, request: Request, call: Call) -> Reply:
        call.operation = "page"
        return Reply(status=303, headers={"Location": "/_simulator/"})

    def snapshot(self) -> dict[str, Any]:
        return {"letters": [asdict(letter) for letter in self.letters]}

    def control(self, verb: str, arguments: dict[str, Any]) -> Any:
        """`refuse {"answers": ["451 …"]}`: the next mails get these answers. `empty {}`: forget all mails."""
        match verb:
            case "refuse":
                self.refusals += [str(answer) for answer in arguments["answers"]]
                return {"refusals": len(self.refusals)}
            case "empty":
                self.letters.clear()
                return {}
        return super().control(verb, arguments)

    def page(self) -> str:
        if not self.letters:
            return "<p>No mail has arrived yet.</p>"
        return "".join(
            f"<article><h2>{escape(letter.subject)}</h2><p>To {escape(', '.join(letter.to))}</p>"
            f"<pre>{escape(letter.text)}</pre></article>"
            for letter in reversed(self.letters)
        )


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


class _Receiver:
    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        return self._postbox.take(envelope.mail_from or "", list(envelope.rcpt_tos), content)


def _letter(sender: str, recipients: list[str], content: bytes, at: float) -> Letter:
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(("plain",))
    return Letter(
        message_id=str(message["Message-ID"] or ""),
        to=recipients,
        sender=sender,
        subject=str(message["Subject"] or ""),
        follows=str(message["In-Reply-To"] or ""),
        at=at,
        text=body.get_content() if body else "",
        raw=content.decode("utf-8", "replace"),
    )
