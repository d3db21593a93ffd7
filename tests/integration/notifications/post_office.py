"""A real mail server on loopback that takes mail, refuses it, or hangs up, as a test says."""

from __future__ import annotations

import socket
from collections import deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

HANG_UP = "hang up"  # in the middle of DATA: the mail is not taken
HANG_UP_AFTER = "hang up after taking it"  # the lost answer


class PostOffice:
    """`answers` are given to the next mails, one each: "451 …", "550 …", or one of the two above."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: deque[str] = deque()
        self.refused_recipients: dict[str, str] = {}
        self.refuses_senders = ""
        self.port = _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> PostOffice:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["message-id"]) for mail in self.taken]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuses_senders:
            return self.refuses_senders
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.popleft() if self.answers else "250 OK"
        if answer in ("250 OK", HANG_UP_AFTER):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
        if answer in (HANG_UP, HANG_UP_AFTER):
            server.transport.abort()
        return answer if answer[0].isdigit() else "250 OK"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
