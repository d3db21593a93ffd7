"""Issues of a list on the way out, made by plain code: what `IssueShape` says, to the letter, at a part of its cost.

The shape stays what the schema is made of and what single issues go through; a test holds the two against each other.
What is the same for all rows of a page (the catalogue's words of a code, the beginnings of addresses) is made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.reverse import reverse

from connectors.rest.scope import viewer_in
from connectors.rest.shapes import or_none
from issues import links, words
from issues.access import sight_at
from issues.catalogue import entry
from issues.lifecycle import Status
from issues.privacy import Sight

Row = dict[str, Any]
# What a list tells of an issue and of the rows that it points to, and what decides who may see it.
COLUMNS = (
    *(
        "pk",
        "number",
        "organization_id",
        "organization__slug",
        "organization__names_items_to_admins",
        "status",
        "scope",
    ),
    *("resource", "title", "private", "cause_id", "code", "conversation_key", "mailbox_id", "mailbox__address"),
    *("mailbox__owner_id", "mailbox_url", "crm_url", "fields", "failures", "first_at", "last_at", "next_attempt_at"),
    *("regressed_at", "ignored_reason", "ignored_end", "ignored_until", "ignored_failures", "ignored_by__username"),
    *("resolved_at", "resolution", "proof"),
)
_DECIDES = ("organization_id", "organization__names_items_to_admins", "mailbox__owner_id", "scope", "private")


class Rows:
    """Makes the rows of one page for whoever asks, out of the columns."""

    def __init__(self, request: Request) -> None:
        self._viewer = viewer_in(request)
        self._issues = _beginning(request, "api-issue-detail")
        self._mailboxes = _beginning(request, "api-mailbox-detail")
        self._moment = _moments()
        self._sights: dict[tuple[Any, ...], Sight] = {}
        self._told: dict[str, Row] = {}
        self._pages: dict[str, str] = {}

    def of(self, issues: Iterable[Row]) -> list[Row]:
        return [self._row(issue) for issue in issues]

    def _row(self, issue: Row) -> Row:
        sight = self._sight(issue)
        whole = sight is Sight.WHOLE
        return self._explained(issue["code"]) | {
            "url": f"{self._issues}{issue['pk']}/",
            "id": issue["pk"],
            "reference": f"SYNC-{issue['number']}",
            "organization": issue["organization__slug"],
            "status": issue["status"],
            "scope": issue["scope"],
            "resource": or_none(issue["resource"]),
            "title": issue["title"] if whole else words.outline(issue["resource"], issue["first_at"]),
            "kept_from_you": not whole,
            "cause": issue["cause_id"],
            "conversation": or_none(issue["conversation_key"]),
            "mailbox": self._mailbox(issue) if issue["mailbox_id"] else None,
            "links": self._links(issue, whole),
            "fields": issue["fields"],
            "failures": issue["failures"],
            "first_at": self._moment(issue["first_at"]),
            "last_at": self._moment(issue["last_at"]),
            "next_attempt_at": self._moment(issue["next_attempt_at"]),
            "regressed_at": self._moment(issue["regressed_at"]),
            "ignored": self._ignored(issue) if issue["status"] == Status.IGNORED else None,
            "resolved": self._resolved(issue, whole) if issue["status"] == Status.RESOLVED else None,
        }

    def _sight(self, issue: Row) -> Sight:
        """Decided once for all rows of the page that are alike in what decides it."""
        key = tuple(issue[name] for name in _DECIDES)
        if key not in self._sights:
            organization, allowed, owner, scope, private = key
            self._sights[key] = sight_at(
                self._viewer, organization=organization, allowed=allowed, owner=owner, scope=scope, private=private
            )
        return self._sights[key]

    def _explained(self, code: str) -> Row:
        """What the catalogue says about a code; looked up once for each code of the page."""
        if code not in self._told:
            found = entry(code)
            self._told[code] = {
                "code": code,
                "code_url": links.code_url(found.slug),
                "reason": found.title,
                "plain": found.plain,
                "steps": [{"who": step.who.value, "text": step.text} for step in found.steps],
                "fixer": found.fixer.value,
                "severity": found.severity.value,
                "advice": found.advice.value,
                "why": found.why,
            }
        return self._told[code]

    def _mailbox(self, issue: Row) -> Row:
        number = issue["mailbox_id"]
        return {"id": number, "address": issue["mailbox__address"], "url": f"{self._mailboxes}{number}/"}

    def _links(self, issue: Row, whole: bool) -> Row:
        slug = issue["organization__slug"]
        if slug not in self._pages:
            self._pages[slug] = links.issue_url(slug, 0).removesuffix("0/")
        return {
            "mailbox": or_none(issue["mailbox_url"]) if whole else None,
            "salesforce": or_none(issue["crm_url"]) if whole else None,
            "page": f"{self._pages[slug]}{issue['number']}/",
        }

    def _ignored(self, issue: Row) -> Row:
        return {
            "reason": issue["ignored_reason"],
            "end": issue["ignored_end"],
            "until": self._moment(issue["ignored_until"]),
            "failures_left": issue["ignored_failures"],
            "by": issue["ignored_by__username"],
        }

    def _resolved(self, issue: Row, whole: bool) -> Row:
        proof = or_none(issue["proof"]) if whole else None
        return {"at": self._moment(issue["resolved_at"]), "how": issue["resolution"], "proof": proof}


def _beginning(request: Request, name: str) -> str:
    """An address of one of these, without its id."""
    return str(reverse(name, args=(0,), request=request)).removesuffix("0/")


def _moments() -> Callable[[datetime | None], str | None]:
    """How a moment is written in the zone of this request."""
    zone = timezone.get_current_timezone()

    def written(moment: datetime | None) -> str | None:
        if moment is None:
            return None
        text = moment.astimezone(zone).isoformat()
        return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text

    return written
