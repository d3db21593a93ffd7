"""Mail by SMTP, through Django's own back end."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file within a mail. `kind` is its media type."""

    name: str
    content: bytes
    kind: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail ready to go. `follows` is the Message-ID of the mail it answers, "" if it is the first; without `html` it
    is text alone. `reply_to` is whom an answer goes to, "" for whoever sent it."""

    to: str
    subject: str
    text: str
    html: str = ""
    message_id: str
    follows: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


class Refused(Exception):
    """The mail server did not take it; `for_good` if asking again is of no use. The text names no address."""

    def __init__(self, said: str, *, for_good: bool) -> None:
        super().__init__(said)
        self.for_good = for_good


def post(mail: Mail) -> None:
    """Hands one mail to the server. Raises `Refused`."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.follows:
        headers |= {"In-Reply-To": mail.follows, "References": mail.follows}
    message = EmailMultiAlternatives(
        subject=" ".join(mail.subject.split()),
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers=headers,
        reply_to=[mail.reply_to] if mail.reply_to else None,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for each in mail.attachments:
        message.attach(each.name, each.content, each.kind)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = min(code for code, _ in error.recipients.values())
        raise Refused(f"recipient refused with {code}", for_good=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise Refused(f"{type(error).__name__} {error.smtp_code}", for_good=_is_final(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(type(error).__name__, for_good=False) from error


def _is_final(error: smtplib.SMTPResponseException) -> bool:
    """Only what was said of the mail itself. A refused greeting, log-in or sender is ours to mend, and then it goes."""
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
