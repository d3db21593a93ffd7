"""Addresses of Google's own pages. Pure."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import quote

from connectors import rounds


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Where Google's interfaces and pages are; from settings, without a slash at the end."""

    mail_api: str
    mail_web: str
    calendar_api: str
    calendar_web: str
    tasks_api: str
    tasks_web: str
    contacts_api: str
    contacts_web: str


def message_url(web_root: str, address: str, message_id: str) -> str:
    """Opens a message in Gmail as the account it belongs to, also where several are signed in."""
    return f"{web_root}/mail/?authuser={quote(address)}#all/{quote(message_id)}"


def event_url(web_root: str, address: str, event_id: str) -> str:
    """Opens an event, of the account's own calendar or a further one: the same address as in its `htmlLink`."""
    calendar, own_id = rounds.split(event_id)
    place = f"{own_id} {calendar or address}".encode("utf-8", "replace")
    eid = base64.urlsafe_b64encode(place).decode().rstrip("=")
    return f"{web_root}/calendar/event?eid={eid}&authuser={quote(address)}"


def task_url(web_root: str, address: str, task_id: str) -> str:
    """Opens a task of the account's own: the same address as in its `webViewLink`, which has the id without its base64.

    For what cannot be the id of a task all of them are opened.
    """
    key = _key(task_id)
    return f"{web_root}/task/{key}?sa=6&authuser={quote(address)}" if key else f"{web_root}/?authuser={quote(address)}"


def _key(task: str) -> str:
    try:
        key = base64.urlsafe_b64decode(task + "=" * (-len(task) % 4)).decode("ascii")
    except ValueError:
        return ""
    return key if re.fullmatch(r"[\w:-]+", key, re.ASCII) else ""


def contact_url(web_root: str, address: str, contact_id: str) -> str:
    """Opens a contact as the account it belongs to."""
    return f"{web_root}/person/{quote(contact_id, safe='')}?authuser={quote(address)}"
