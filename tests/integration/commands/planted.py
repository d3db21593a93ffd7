"""`manage.py demo …` with something planted just before the two accounts are compared.

python -m tests.integration.commands.planted PLANT demo --once --json …
"""

from __future__ import annotations

import base64
import smtplib
import sys
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from syncapp.demo.entrance import prepare


def nothing(doors: Any) -> None:
    """The command as it is."""


def silent(doors: Any) -> None:
    """A message that no row of ours knows."""
    address = next(iter(doors.google("snapshot")["accounts"]))
    raw = b"From: late@customer.example\r\nSubject: Late\r\nMessage-ID: <late@customer.example>\r\n\r\nHello\r\n"
    doors.google("deliver", accounts=[address], raw=base64.b64encode(raw).decode())


def duplicate(doors: Any) -> None:
    """A second record of the first message, behind our back."""
    first = doors.salesforce("snapshot")["records"]["EmailMessage"][0]
    fields = {name: first[name] for name in ("Subject", "FromAddress", "MessageDate", "MessageIdentifier")}
    doors.salesforce("create", object="EmailMessage", fields={**fields, "Incoming": True, "Status": "1"})


def mail(doors: Any) -> None:
    """A mail that no trouble explains."""
    from django.conf import settings

    said = EmailMessage()
    said["From"], said["To"], said["Subject"] = "syncapp@alpenrad.example", "it@alpenrad.example", "Nobody expects this"
    said["Message-ID"] = "<stray@syncapp.example>"
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=20) as server:
        server.send_message(said)


PLANTS: dict[str, Callable[[Any], None]] = {each.__name__: each for each in (nothing, silent, duplicate, mail)}


def main(plant: str, arguments: list[str]) -> None:
    prepare(["manage.py", *arguments])
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from syncapp.demo import once

    compare = vars(once)["account"]

    def with_plant(doors: Any, troubles: Any, *, made: bool) -> Any:
        PLANTS[plant](doors)
        return compare(doors, troubles, made=made)

    vars(once)["account"] = with_plant
    execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
