"""Django's SMTP back end with an end: a mail server that drips does not hold a worker."""

from __future__ import annotations

import smtplib
import ssl
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp

from connectors.deadline import PlainSocket, TlsSocket, within


class _Hurried(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> PlainSocket:
        plain = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # typeshed does not know it
        made = PlainSocket(fileno=plain.detach())
        made.settimeout(timeout)
        return made


class _HurriedTls(smtplib.SMTP_SSL, _Hurried):
    """Asks its next of kin for the socket, and puts TLS around that."""


class EmailBackend(smtp.EmailBackend):
    """All mails of one call leave within `EMAIL_SECONDS`, or `TimeoutError` ends it."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _HurriedTls if self.use_ssl else _Hurried

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = super().ssl_context
        context.sslsocket_class = TlsSocket
        return context

    def send_messages(self, email_messages: Any) -> int:
        with within(settings.EMAIL_SECONDS):
            return super().send_messages(email_messages)
