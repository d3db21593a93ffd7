"""Organizations with any number of issues, made by the database itself: a million in half a minute."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import connection

from connectors import clock
from connectors.effects import commit
from connectors.models import Mailbox, Membership, Organization, Role
from issues.models import Cause, Issue

CODES = (
    "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "salesforce.REQUIRED_FIELD_MISSING",
    "engine.MESSAGE_TOO_LARGE",
)
RARE = "Quarterly"  # a word that ten titles have, however many there are
TOGETHER = 50_000  # a statement has half a minute
# Of ten issues seven are open, and one each is tried again, ignored and resolved.
_STATUS = "CASE n.i %% 10 WHEN 7 THEN 'retrying' WHEN 8 THEN 'ignored' WHEN 9 THEN 'resolved' ELSE 'open' END"
_FEW = ", ".join(str(each) for each in range(10, 110, 10))
_RESOURCE = "CASE n.i %% 4 WHEN 0 THEN 'event' WHEN 1 THEN 'task' ELSE 'email' END"


def organization_with(issues: int) -> Organization:
    """An organization with so many issues of one mailbox, and with an administrator called like it."""
    with commit("bench: many issues"):
        slug = f"bench-{issues}"
        organization = Organization.everywhere.create(
            slug=slug, name=f"{issues:,} issues", is_demo=True, names_items_to_admins=True, open_issues=issues
        )
        admin = User.objects.create(username=slug, is_staff=True)
        Membership.everywhere.create(organization=organization, user=admin, role=Role.ADMIN)
        mailbox = Mailbox.everywhere.create(organization=organization, address=f"{slug}@syncapp.example", owner=admin)
        _multiply([_pattern(mailbox, code, place) for place, code in enumerate(CODES)], issues)
    return organization


def settle() -> None:
    """The database knows how many there are of what."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pattern(mailbox: Mailbox, code: str, place: int) -> Issue:
    cause = Cause.everywhere.create(
        organization=mailbox.organization, fingerprint=f"bench-{place}", code=code, open_issues=1
    )
    return Issue.everywhere.create(
        organization=mailbox.organization,
        number=place + 1,
        scope="item",
        mailbox=mailbox,
        subject_key=f"item-{place + 1}",
        code=code,
        cause=cause,
        proof="none",
        resolution="synced",
        resolved_at=clock.now(),
    )


def _multiply(patterns: Sequence[Issue], issues: int) -> None:
    """These issues in turns, again and again."""
    own = {
        "number": "n.i",
        "subject_key": "'item-' || n.i",
        "title": f"CASE WHEN n.i IN ({_FEW}) THEN '{RARE}' ELSE 'Renewal' END || ' ' || n.i || ' for Acme Ltd'",
        "status": _STATUS,
        "resource": _RESOURCE,
    }
    columns = [str(each.column) for each in Issue._meta.concrete_fields if not each.primary_key]  # noqa: SLF001 - public
    said = ", ".join(own.get(column, f"p.{column}") for column in columns)
    names = ", ".join(columns)
    turns = " ".join(f"WHEN {place} THEN {each.pk}" for place, each in enumerate(patterns))
    statement = (
        f"INSERT INTO issues_issue ({names}) "  # noqa: S608 - names of our own columns
        "WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
        f"SELECT {said} FROM n JOIN issues_issue p ON p.id = CASE n.i %% {len(patterns)} {turns} END ORDER BY n.i"
    )
    with connection.cursor() as cursor:
        for start in range(len(patterns) + 1, issues + 1, TOGETHER):
            cursor.execute(statement, [start, min(start + TOGETHER - 1, issues)])
