"""What templates need beyond Django's own: icons, moments, numbers, and addresses of other layers' pages."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from connectors import clock
from connectors.flows import Flow
from connectors.markup import icon, warning
from connectors.models import Mailbox, Organization
from issues import display, markup, words
from issues.catalogue import Entry, Fixer
from issues.models import Issue

register = template.Library()

register.simple_tag(icon)
register.simple_tag(markup.state)
register.simple_tag(markup.moment)
register.simple_tag(warning)


@register.simple_tag
def state_waiting() -> SafeString:
    """The state of what is tried again by itself."""
    return markup.state(words.WAITING)


@register.simple_tag
def state_of(issue: Issue) -> SafeString:
    """The state of an issue."""
    return markup.state(words.sign(issue.status, issue.scope, issue.code))


@register.simple_tag
def links(issue: Issue, css: str = "") -> SafeString:
    """Links to the record on both sides, each opening beside the page."""
    return format_html_join(
        "",
        '<a class="{}" href="{}" target="_blank" rel="noopener noreferrer">{}{}</a>',
        ((css, link, label, icon("out")) for label, link in display.links_of(issue)),
    )


@register.simple_tag
def short_links(issue: Issue) -> SafeString:
    """The same for a list of issues, where there is only room for the name of the side."""
    return format_html_join(
        "",
        '<a href="{}" target="_blank" rel="noopener noreferrer"><span class="sr">Open in </span>{}{}</a>',
        ((link, label.removeprefix("Open in "), icon("out")) for label, link in display.links_of(issue)),
    )


@register.simple_tag
def present() -> str:
    """What the server takes for now: the script counts from it, also where the server's clock is a virtual one."""
    return clock.now().isoformat(timespec="seconds")


@register.simple_tag
def lasting(since: datetime) -> str:
    """“6 days”: how long it has been so."""
    return words.lasting(clock.now() - since)


@register.simple_tag
def things(count: int, resource: str = "") -> str:
    """“3 e-mails”."""
    return words.things(count, resource)


@register.simple_tag
def counted(count: int, one: str, many: str = "") -> str:
    """“1 mailbox”, “3 mailboxes”."""
    return words.counted(count, one, many)


@register.filter
def number(value: int) -> str:
    """1204 as 1,204."""
    return words.number(value)


@register.filter
def visible(text: str) -> str:
    """Without control characters and marks of writing direction."""
    return words.visible(text)


@register.filter
def title_of(issue: Issue) -> str:
    """What an issue is about."""
    return display.title_of(issue)


@register.filter
def role(fixer: Fixer) -> str:
    """“Salesforce administrator”."""
    return words.who(fixer)


@register.filter
def entry_title(entry: Entry) -> str:
    """The short reason without its full stop, to stand within a sentence."""
    return entry.title.rstrip(".")


@register.filter
def person(user: object) -> str:
    """A person as others call them."""
    return display.person(user)


@register.simple_tag
def connect(subject: Mailbox | Organization) -> str:
    """Where a mailbox, or an organization's Salesforce, is connected anew."""
    provider = subject.crm if isinstance(subject, Organization) else subject.provider
    if isinstance(subject, Organization) and provider == "salesforce" and subject.crm_flow != Flow.CONSENT:
        return reverse("connect-ways", args=(subject.slug, provider))
    return reverse("connect", args=(provider, subject.pk))
