"""“Ask for help”: what is written to an organization's support about an issue, and handing it in.

What goes out is what somebody who mends Syncapp needs, and nobody's content: the number, the code and the code's own
words, the tries with their request ids, versions, and what the first checks say. Titles, texts and people's addresses
stay here; of what the other side answered only what its reader adds, without the addresses and the title in it.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass

import django
from django.contrib.auth.models import User
from django.db import connection
from django.template.loader import render_to_string

from connectors.effects import commit
from connectors.facts import Fact
from connectors.models import Credential
from connectors.redaction import redacted
from connectors.texts import storable
from connectors.translation import as_written
from issues import catalogue, display, words
from issues import services as issues
from issues.fingerprint import ADDRESS
from issues.help_requests import HelpRequest, HelpState
from issues.links import issue_url
from issues.models import Attempt, Issue
from notifications import services as notifications
from syncapp import __version__, checking, first_checks, own_facts, services

TRIES = 20  # of an issue that are told, the newest first
LONGEST_ANSWER = 2000
GOOGLE: Mapping[str, str] = {"email": "Gmail API v1", "event": "Calendar API v3", "task": "Tasks API v1"}
_NAME = re.compile(r"[\w./:=+-]{1,120}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to be written. `with_words`: also what the other side answered. `looks`: Salesforce is asked
    anew for what the first checks look at. `administers`: they see what was found in the organization; others, what was
    found in their mailbox."""

    description: str
    author: User | None = None
    with_words: bool = False
    looks: bool = False
    administers: bool = False


def letter(issue: Issue, wish: Wish) -> issues.Letter:
    """The mail about an issue as it would be sent. Asks Salesforce where that is wished, so never in a transaction.

    In English, whatever its author reads: it is for whoever mends Syncapp.
    """
    with as_written():
        return _written(issue, wish)


def _written(issue: Issue, wish: Wish) -> issues.Letter:
    entry = catalogue.entry(issue.code)
    said = storable(words.visible(wish.description.replace("\r\n", "\n"))).strip()
    context = {
        "author": display.person(wish.author) if wish.author else "A service",
        "description": said,
        "issue": issue,
        "url": issue_url(issue.organization.slug, issue.number),
        "entry": entry,
        "code": _named(issue.code),
        "what": words.nouns({issue.resource})[0] if issue.resource else issue.get_scope_display().lower(),
        "fields": [name for name in issue.fields if _named(name)],
        "tries": _tries(issue),
        "answer": _answer(issue) if wish.with_words else "",
        "versions": _versions(issue),
        "mailbox": issue.mailbox,
        "connected": Credential.objects.filter(mailbox=issue.mailbox_id or 0).first(),
        "checks": _checks(issue, wish),
    }
    return issues.Letter(
        address=issue.organization.support_address,
        reply_to=wish.author.email if wish.author else "",
        subject=redacted(f"Help with {issue.reference}: {entry.title} ({_named(issue.code)})")[:300],
        text=redacted(render_to_string("mail/help.txt", context)).strip() + "\n",
        description=said,
        with_words=wish.with_words,
    )


def _named(name: str) -> str:
    """A code, the name of a field or a request's id; "" for what does not look like one, which may say anything."""
    return name if _NAME.fullmatch(name) and not re.search(ADDRESS, name) else ""


def _tries(issue: Issue) -> list[str]:
    """One line for each try."""
    rows = Attempt.objects.filter(issue=issue).order_by("-pk").defer("said")[:TRIES]
    return [_line(row) for row in rows]


def _line(row: Attempt) -> str:
    status = f"HTTP {row.http_status}" if row.http_status else ""
    request = f"request {_named(row.request_id)}" if _named(row.request_id) else ""
    told = (f"{row.at:%Y-%m-%d %H:%M:%S} UTC", _named(row.code), status, request)
    return ", ".join(filter(None, told))


def answer_to(issue: Issue) -> str:
    """What the other side said last, word for word; "" where nothing is kept."""
    newest = Attempt.objects.filter(issue=issue).order_by("-pk").first()
    return display.said_by(newest) if newest else ""


def _answer(issue: Issue) -> str:
    """The same without people's addresses and without the item's own title."""
    said = re.sub(ADDRESS, "<address>", words.visible(answer_to(issue)))
    title = words.visible(issue.title).strip()
    return (said.replace(title, "<title>") if title else said)[:LONGEST_ANSWER].strip()


def _versions(issue: Issue) -> list[str]:
    told = [
        f"Syncapp {__version__}",
        f"Django {django.get_version()}, Python {platform.python_version()}, {connection.vendor}",
        f"Salesforce API {issue.organization.crm_version}",
    ]
    google = issue.mailbox is not None and issue.mailbox.provider == "google"
    return [*told, GOOGLE.get(issue.resource, "People API v1" if issue.resource else "Google APIs")] if google else told


def _checks(issue: Issue, wish: Wish) -> list[str]:
    """One line for each of the first checks, those that need somebody first: as they are now, or as they were found
    last."""
    if wish.looks:
        return _told(checking.check_organization(issue.organization))
    if wish.administers:
        kept = checking.facts_of(checking.last_of(issue.organization))
        return _told(kept or list(own_facts.facts(issue.organization)))
    return _told(checking.facts_of(checking.last_of(issue.mailbox))) if issue.mailbox else []


def _told(facts: list[Fact]) -> list[str]:
    return [
        f"{each.sign.word}: {each.what.name}. {each.what.text}" for each in first_checks.shown(checking.in_order(facts))
    ]


def digest(request: HelpRequest) -> str:
    """Stands for everything that will be sent, so that what is sent is what was looked at."""
    pictures = [str(each.pk) for each in issues.pictures_of(request)]
    parts = (request.address, request.reply_to, request.subject, str(request.text), *pictures)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Changed(Exception):
    """What is to be sent is not what was looked at."""


def send(request: HelpRequest, *, seen: str) -> bool:
    """Hands in a draft as it was looked at. False where it was handed in before.

    Raises `Changed`, and `issues.TooOften`.
    """
    with commit("help: send"):
        draft = HelpRequest.objects.select_for_update().select_related("issue", "organization").get(pk=request.pk)
        if draft.state != HelpState.DRAFT:
            return False
        if digest(draft) != seen or draft.address != draft.organization.support_address:
            raise Changed
        return _hand_in(draft)


def send_at_once(issue: Issue, wish: Wish, *, key: str = "") -> HelpRequest:
    """Writes and hands in a request without pictures. Raises `issues.TooOften`."""
    written = letter(issue, wish)
    with commit("help: send at once"):
        request = issues.draft_for_a_service(issue, written, author=wish.author, key=key)
        _hand_in(request)
    request.refresh_from_db()
    return request


def _hand_in(request: HelpRequest) -> bool:
    fresh = issues.hand_in(request)
    notifications.owe(request)
    services.enqueue_letters()
    return fresh
