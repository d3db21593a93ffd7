"""The words of a mail: what, why, the steps, one link, the issue number in plain text."""

from __future__ import annotations

from django.template.loader import render_to_string

from issues import catalogue, words
from issues.display import ending_of
from issues.links import issue_url
from issues.models import Issue, ScopeChoices
from notifications.channels.email import Mail
from notifications.models import Delivery, Incident


def compose(delivery: Delivery, *, follows: str = "") -> Mail:
    """The mail as it reads now: how many items there are is counted when it is sent."""
    incident = delivery.incident
    entry = catalogue.entry(incident.code)
    open_, first = _open_issues(incident)
    one, many = words.nouns(_said_of(incident, "resource"))
    context = {
        "incident": incident,
        "organization": incident.organization,
        "entry": entry,
        "steps": entry.steps,
        "count": open_,
        "one": one,
        "many": many,
        "where": words.where(_said_of(incident, "direction"), _said_of(incident, "resource")),
        "others": max(open_ - 1, 0),
        "title": _title(incident, first),
        "warning": f"{first.title} {ending_of(first)}" if first and first.scope != ScopeChoices.ITEM else "",
        "reference": f"SYNC-{incident.issue_number}",
        "url": issue_url(incident.organization.slug, incident.issue_number or 0),
        "recovered": delivery.kind == Delivery.Kind.RECOVERED,
    }
    return Mail(
        to=delivery.address,
        subject=render_to_string("mail/subject.txt", context),
        text=render_to_string("mail/alert.txt", context),
        html=render_to_string("mail/alert.html", context),
        message_id=delivery.message_id,
        follows=follows,
    )


def _open_issues(incident: Incident) -> tuple[int, Issue | None]:
    """How many issues of the incident's cause are open, and the one it began with."""
    if not incident.cause:
        return 0, None
    rows = Issue.everywhere.filter(organization=incident.organization, cause__fingerprint=incident.cause)
    first = rows.filter(number=incident.issue_number or 0).first()
    return rows.filter(status__in=("open", "retrying")).count(), first


def _said_of(incident: Incident, column: str) -> set[str]:
    """What the open issues of the incident's cause say in a column; those of a stop say nothing."""
    rows = Issue.everywhere.filter(organization=incident.organization, cause__fingerprint=incident.cause or "-")
    return set(rows.filter(status__in=("open", "retrying")).values_list(column, flat=True).distinct())


def _title(incident: Incident, first: Issue | None) -> str:
    """The item's own name, if the organization lets administrators read it."""
    if first is None or not incident.organization.names_items_to_admins:
        return ""
    return first.title
