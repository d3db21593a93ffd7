"""Requests for help: kept as a draft, handed in once, and followed until the mail server has taken them.

draft      its author looks at what will be sent, and may still change it
waiting    handed in; the notifications send it, again and again with the same Message-ID
sent       the mail server took it
failed     refused for good, or ten times
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.journal import record_all
from connectors.models import Verb
from connectors.translation import gettext
from issues.help_requests import HelpPicture, HelpRequest, HelpState
from issues.ledger import take_turns
from issues.models import Issue
from issues.pictures import MOST, Picture
from issues.services.moving import journal_rows

MOST_DRAFTS = 5  # of one person: each may hold as many pictures as a mail
MOST_AN_HOUR = 10  # of one person, or of the services of an organization
DRAFTS_LAST = timedelta(days=1)
CONTENT_LASTS = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail to the organization's support, and what its author wrote into it."""

    address: str
    reply_to: str
    subject: str
    text: str
    description: str
    with_words: bool = False


class TooOften(Exception):
    """Somebody asks for help again and again; the text says when they may ask anew."""


def keep_draft(
    issue: Issue, letter: Letter, *, author: User, fresh: Collection[Picture] = (), without: Collection[int] = ()
) -> HelpRequest:
    """The author's draft for this issue, with these pictures besides those that it had, but for some.

    Pictures beyond what a mail may hold are left out.
    """
    with commit("help: keep a draft"):
        take_turns([issue.organization_id])  # two windows of one person keep one draft
        found = draft_of(issue, author.pk) or HelpRequest(
            organization_id=issue.organization_id, issue=issue, author=author
        )
        _write(found, letter)
        found.save()
        HelpPicture.everywhere.filter(request=found, pk__in=without).delete()
        for picture in list(fresh)[: MOST - len(pictures_of(found))]:
            _attach(found, picture)
        _forget_older(author.pk)
    return found


def draft_of(issue: Issue, author_id: int | None) -> HelpRequest | None:
    """What the author began to ask about this issue; None where there is nothing."""
    rows = HelpRequest.everywhere.filter(issue=issue, state=HelpState.DRAFT, author__isnull=False, author=author_id)
    return rows.first()


@within_commit
def draft_for_a_service(issue: Issue, letter: Letter, *, author: User | None, key: str = "") -> HelpRequest:
    """A request without pictures that its caller hands in at once, beside whatever its author drafts on the page.

    With a key that was seen before it is the request of then.
    """
    take_turns([issue.organization_id])
    known = HelpRequest.everywhere.filter(organization=issue.organization_id, idempotency_key=key).first()
    if key and known:
        return known
    request = HelpRequest(organization_id=issue.organization_id, issue=issue, author=author, idempotency_key=key)
    _write(request, letter)
    request.state = HelpState.WAITING
    request.save()
    return request


def _write(request: HelpRequest, letter: Letter) -> None:
    request.address, request.reply_to, request.subject = letter.address, letter.reply_to, letter.subject
    request.text, request.description, request.with_words = letter.text, letter.description, letter.with_words


@within_commit
def _attach(request: HelpRequest, picture: Picture) -> None:
    HelpPicture.everywhere.create(
        organization_id=request.organization_id,
        request=request,
        content=base64.b64encode(picture.content).decode(),
        kind=picture.kind,
        size=len(picture.content),
    )


@within_commit
def _forget_older(author_id: int) -> None:
    drafts = HelpRequest.everywhere.filter(author=author_id, state=HelpState.DRAFT).order_by("-pk")
    HelpRequest.everywhere.filter(pk__in=list(drafts.values_list("pk", flat=True)[MOST_DRAFTS:])).delete()


def pictures_of(request: HelpRequest) -> list[HelpPicture]:
    """In the order in which they were added."""
    return list(HelpPicture.everywhere.filter(request=request).order_by("pk"))


def content_of(picture: HelpPicture) -> bytes:
    """The picture itself. Raises `SealBroken`."""
    return base64.b64decode(picture.content)


def names_of(pictures: Collection[HelpPicture]) -> list[str]:
    """What they are called in the mail."""
    return [f"picture-{at}.{each.kind.rpartition('/')[2]}" for at, each in enumerate(pictures, start=1)]


@within_commit
def hand_in(request: HelpRequest) -> bool:
    """From now on it is to be sent. False for one that was handed in before. Raises `TooOften`."""
    _refuse_flood(request)
    present = clock.now()
    drafts = HelpRequest.everywhere.filter(pk=request.pk, asked_at=None)
    if not drafts.update(state=HelpState.WAITING, asked_at=present, due_at=present):
        return False
    record_all(journal_rows([request.issue], Verb.HELP_ASKED, request.author_id))
    return True


@within_commit
def _refuse_flood(request: HelpRequest) -> None:
    take_turns([request.organization_id])
    since = clock.now() - timedelta(hours=1)
    rows = HelpRequest.everywhere.filter(organization=request.organization_id, asked_at__gt=since)
    theirs = rows.filter(author=request.author_id) if request.author_id else rows.filter(author=None)
    if theirs.count() >= MOST_AN_HOUR:
        told = gettext("You have asked for help %(number)s times within an hour. Wait a little, then send it.")
        raise TooOften(told % {"number": MOST_AN_HOUR})


@within_commit
def help_sent(request_id: int, *, tries: int, at: datetime) -> None:
    """The mail server took it."""
    rows = HelpRequest.everywhere.filter(pk=request_id)
    rows.update(state=HelpState.SENT, sent_at=at, due_at=None, tries=tries, last_error="")
    _journal(request_id, Verb.HELP_SENT)


@within_commit
def help_put_off(request_id: int, *, tries: int, said: str, due_at: datetime | None) -> None:
    """It did not leave; it is tried again when it is due, and not at all without a moment."""
    rows = HelpRequest.everywhere.filter(pk=request_id)
    if due_at:
        rows.update(due_at=due_at, tries=tries, last_error=said)
        return
    rows.update(state=HelpState.FAILED, failed_at=clock.now(), due_at=None, tries=tries, last_error=said)
    _journal(request_id, Verb.HELP_FAILED, note=said)


@within_commit
def _journal(request_id: int, verb: Verb, note: str = "") -> None:
    request = HelpRequest.everywhere.select_related("issue").get(pk=request_id)
    record_all(journal_rows([request.issue], verb, None, note=note))


@within_commit
def drop_old_help(present: datetime) -> None:
    """Drafts that nobody sent go, and so does in time what was sent; that somebody asked stays."""
    HelpRequest.everywhere.filter(state=HelpState.DRAFT, created_at__lt=present - DRAFTS_LAST).delete()
    old = HelpRequest.everywhere.filter(asked_at__lt=present - CONTENT_LASTS).exclude(state=HelpState.WAITING)
    HelpPicture.everywhere.filter(request__in=old).delete()
    old.exclude(text=None).update(text=None, description=None)
