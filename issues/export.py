"""Issues as a table to take away, as far as whoever takes it may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from connectors import clock, csv_lines
from connectors.access import Viewer
from connectors.lists import one_by_one
from issues import catalogue, display, links, words
from issues.access import sight_of
from issues.models import Issue

HEADS = (
    "Number",
    "Organization",
    "State",
    "Type",
    "Title",
    "Reason",
    "Code",
    "Who can mend it",
    "Mailbox",
    "First failed",
    "Last try",
    "Next try",
    "Failed tries",
    "Ignored because",
    "Page",
)


def as_csv(rows: QuerySet[Issue], viewer: Viewer) -> StreamingHttpResponse:
    """The rows, newest first; they are read as they are sent, so that a million need no more room than a page."""
    table = csv_lines.lines(HEADS, _table(rows, viewer))
    answer = StreamingHttpResponse(table, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="issues-{clock.now():%Y-%m-%d}.csv"'
    return answer


def _table(rows: QuerySet[Issue], viewer: Viewer) -> Iterator[Sequence[str]]:
    for issue in one_by_one(rows):
        yield _row(issue, viewer)


def _row(issue: Issue, viewer: Viewer) -> Sequence[str]:
    entry = catalogue.entry(issue.code)
    return (
        issue.reference,
        issue.organization.name,
        words.sign(issue.status, issue.scope, issue.code).word,
        issue.get_resource_display() if issue.resource else issue.get_scope_display(),
        display.title_of(issue, sight_of(viewer, issue)),
        entry.title,
        issue.code,
        words.WHO[entry.fixer],
        issue.mailbox.address if issue.mailbox else "",
        _moment(issue.first_at),
        _moment(issue.last_at),
        _moment(display.next_try(issue, clock.now())[0]),
        str(issue.failures),
        issue.ignored_reason,
        links.issue_url(issue.organization.slug, issue.number),
    )


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""
