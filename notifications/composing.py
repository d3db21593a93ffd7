"""The words of a mail: what, why, the steps, one link, the issue number in plain text."""

from __future__ import annotations

from django.template.loader import render_to_string

from issues import catalogue, words
from issues import services as issues
from issues.display import ending_of
from issues.help_requests import HelpRequest
from issues.links import issue_url
from issues.models import Issue, ScopeChoices
from issues.privacy import Glance, Sight, sight
from notifications.channels.email import Attachment, Mail
from notifications.models import Delivery, Incident


def compose(delivery: Delivery, *, follows: str = "") -> Mail:
    """The mail as it reads now; a request for help as it was handed in."""
    if delivery.help_request:
        return letter(delivery.help_request)
    assert delivery.incident is not None  # noqa: S101 - the database sees to it
    return _alert(delivery, delivery.incident, follows)


def letter(request: HelpRequest) -> Mail:
    """The mail of a request for help, as its author looked at it before it was handed in."""
    pictures = issues.pictures_of(request)
    return Mail(
        to=request.address,
        reply_to=request.reply_to,
        subject=request.subject,
        text=str(request.text),
        message_id=request.message_id,
        attachments=tuple(
            Attachment(name=name, content=issues.content_of(each), kind=each.kind)
            for name, each in zip(issues.names_of(pictures), pictures, strict=True)
        ),
    )


def _alert(delivery: Delivery, incident: Incident, follows: str) -> Mail:
    """How many items there are is counted when it is sent."""
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
        "title": _title(delivery, incident, first),
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
    first = rows.select_related("mailbox").filter(number=incident.issue_number or 0).first()
    return rows.filter(status__in=("open", "retrying")).count(), first


def _said_of(incident: Incident, column: str) -> set[str]:
    """What the open issues of the incident's cause say in a column; those of a stop say nothing."""
    rows = Issue.everywhere.filter(organization=incident.organization, cause__fingerprint=incident.cause or "-")
    return set(rows.filter(status__in=("open", "retrying")).values_list(column, flat=True).distinct())


def _title(delivery: Delivery, incident: Incident, first: Issue | None) -> str:
    """The item's own name, if whoever gets the mail may see it. Those who are told are administrators; what is sent to
    the mailbox itself is its owner's."""
    if first is None:
        return ""
    glance = Glance(
        owns=first.mailbox is not None and first.mailbox.address.casefold() == delivery.address.casefold(),
        administers=True,
        of_item=first.scope == ScopeChoices.ITEM,
        private=first.private,
        allowed=incident.organization.names_items_to_admins,
    )
    return first.title if sight(glance) is Sight.WHOLE else ""
