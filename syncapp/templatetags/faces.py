"""What templates need beyond Django's own: icons, moments, numbers, and addresses of other layers' pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from connectors import clock
from connectors.flows import Flow
from connectors.markup import icon, warning
from connectors.models import Mailbox, Organization
from connectors.pages import viewer_in
from connectors.scoping import scoped
from issues import display, markup, words
from issues.access import sight_of
from issues.catalogue import Entry, Fixer
from issues.figures import Figure
from issues.models import Issue, ScopeChoices
from issues.privacy import Sight
from syncapp import crm_users, doubles, figuring, mending
from syncapp.mend_forms import FillForm
from syncapp.models import Item

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


def _sight(context: Context, issue: Issue) -> Sight:
    """How much of it the reader of the page may see."""
    return sight_of(viewer_in(context["request"]), issue)


@register.simple_tag(takes_context=True)
def links(context: Context, issue: Issue, css: str = "") -> SafeString:
    """Links to the record on both sides, each opening beside the page."""
    return format_html_join(
        "",
        '<a class="{}" href="{}" target="_blank" rel="noopener noreferrer">{}{}</a>',
        ((css, link, label, icon("out")) for label, link in display.links_of(issue, _sight(context, issue))),
    )


@register.simple_tag(takes_context=True)
def short_links(context: Context, issue: Issue) -> SafeString:
    """The same for a list of issues, where there is only room for the name of the side."""
    return format_html_join(
        "",
        '<a href="{}" target="_blank" rel="noopener noreferrer">{}{}</a>',
        ((link, _named(page), icon("out")) for page, link in display.pages_of(issue, _sight(context, issue))),
    )


def _named(page: str) -> SafeString:
    """The name of a page; the rest of what a link to it says is for whoever listens."""
    before, _, after = display.opened_in(page).partition(page)
    rest = format_html('<span class="sr">{}</span>', after) if after else ""
    return format_html('<span class="sr">{}</span>{}{}', before, page, rest)


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


@register.simple_tag(takes_context=True)
def title_of(context: Context, issue: Issue, longest: int) -> str:
    """What an issue is about, as far as the reader may see it."""
    return Truncator(display.title_of(issue, _sight(context, issue))).chars(longest)


@register.filter
def role(fixer: Fixer, reader: words.Reader = frozenset()) -> str:
    """“Salesforce administrator”, or “You” for whoever reads of their own mailbox."""
    return words.who(fixer, reader)


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


@register.simple_tag
def item_of(issue: Issue) -> str:
    """The page of the item that an issue is about; "" where it is about a whole mailbox or organization."""
    if issue.scope != ScopeChoices.ITEM:
        return ""
    rows = Item.objects.filter(organization=issue.organization_id, key=issue.subject_key)
    item_id = rows.values_list("pk", flat=True).first()
    return reverse("item", args=(issue.organization.slug, item_id)) if item_id else ""


@register.simple_tag
def mends_here(issue: Issue) -> str:
    """Where on its page an issue may be mended at once, as the end of the address; "" where it is mended elsewhere."""
    if mending.may_be_filled_in(issue):
        return "fill"
    return "doubles" if issue.code == doubles.CODE else ""


@register.simple_tag(takes_context=True)
def filling(context: Context, issue: Issue) -> dict[str, object]:
    """The form in which the reader fills in what Salesforce refused, or who does, or nothing."""
    request = context["request"]
    known = getattr(request, "filling", None)
    offered = known[0] if known else mending.offer(viewer_in(request), issue)
    form = known[1] if known else FillForm(offered) if offered and offered.blanks else None
    return {"offer": offered, "form": form}


@register.simple_tag(takes_context=True)
def doubles_of(context: Context, issue: Issue) -> doubles.Choices | None:
    """The records that Salesforce takes for the same, as far as the reader may choose among them."""
    return doubles.choices(viewer_in(context["request"]), issue)


@register.simple_tag(takes_context=True)
def checks_of(context: Context, issue: Issue) -> str:
    """Where the first checks of what an issue stops stand; "" for an item, and for whoever may not see them."""
    if issue.scope == ScopeChoices.ORGANIZATION:
        may_see = viewer_in(context["request"]).is_admin_of(issue.organization_id)
        return reverse("organization-checks", args=(issue.organization.slug,)) if may_see else ""
    return reverse("mailbox-checks", args=(issue.mailbox_id,)) if issue.scope == ScopeChoices.MAILBOX else ""


@register.simple_tag(takes_context=True)
def chooser_of(context: Context, issue: Issue) -> str:
    """Where an administrator says whose mailbox it is in Salesforce; "" where that mends nothing, and for others."""
    may_choose = viewer_in(context["request"]).is_admin_of(issue.organization_id)
    if not may_choose or issue.mailbox is None or not crm_users.mends(issue):
        return ""
    return reverse("mailbox-crm-user", args=(issue.mailbox_id,), query={"q": issue.mailbox.address})


@register.simple_tag(takes_context=True)
def figures_of(context: Context, organization: Organization) -> Sequence[Figure]:
    """The last days of an organization, for whoever administers it."""
    with scoped(viewer_in(context["request"]).administers):
        return figuring.figures_of(Organization.objects.filter(pk=organization.pk))
