"""What rules keep out of Salesforce: how many items by each rule, and which they are, newest first.

What an item is called is for the owner of a mailbox that holds it; everybody else who may look sees the rule, the kind
and the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from connectors.access import Viewer
from connectors.models import Mailbox, Organization
from connectors.translation import gettext
from issues import words
from syncapp.engine import content, matching
from syncapp.models import Binding, Filtered

RULES: Mapping[str, str] = {**matching.RULES, **content.RULES}
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class ByRule:
    """How many items a rule keeps out; `text` is the rule as people read it."""

    rule: str
    text: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Out:
    """One item, of the organization with that slug; `title` is "" for whoever may not read it."""

    id: int
    item_id: int
    organization: str
    rule: str
    text: str
    resource: str
    at: datetime
    title: str = ""

    @property
    def kind(self) -> str:
        """“E-mail”, where there is no title."""
        return words.kind(self.resource)


def text_of(rule: str) -> str:
    """The sentence of a rule; a rule that is none any more is called by its name."""
    return gettext(RULES.get(rule, rule))


def of_organization(organization: Organization) -> QuerySet[Filtered]:
    return Filtered.objects.filter(organization=organization)


def of_mailboxes(mailboxes: Mailbox | QuerySet[Mailbox]) -> QuerySet[Filtered]:
    """What any of these has a copy of."""
    rows = mailboxes if isinstance(mailboxes, QuerySet) else [mailboxes]
    return Filtered.objects.filter(item__in=Binding.objects.filter(mailbox__in=rows).values("item"))


def counts(rows: QuerySet[Filtered]) -> list[ByRule]:
    """The rules that keep most out first."""
    found = rows.order_by().values("rule").annotate(count=Count("pk")).order_by("-count", "rule")
    return [ByRule(rule=row["rule"], text=text_of(row["rule"]), count=row["count"]) for row in found]


def page(rows: QuerySet[Filtered], viewer: Viewer, *, rule: str = "", before: int | None = None) -> list[Out]:
    """Up to `PAGE` items and one more, which says that there are further ones; those older than `before`, an id."""
    rows = rows.filter(rule=rule) if rule else rows
    rows = rows.filter(pk__lt=before) if before is not None else rows
    found = list(rows.select_related("item", "organization").order_by("-pk")[: PAGE + 1])
    own = owned(found, viewer)
    return [_out(row, is_own=row.item_id in own) for row in found]


def owned(rows: Iterable[Filtered], viewer: Viewer) -> set[int]:
    """The items of which the viewer's own mailboxes hold a copy."""
    if viewer.user_id is None:
        return set()
    held = Binding.objects.filter(item__in=[row.item_id for row in rows], mailbox__owner=viewer.user_id)
    return set(held.values_list("item_id", flat=True))


def _out(row: Filtered, *, is_own: bool) -> Out:
    return Out(
        id=row.pk,
        item_id=row.item_id,
        organization=row.organization.slug,
        rule=row.rule,
        text=text_of(row.rule),
        resource=row.item.resource,
        at=row.at,
        title=words.visible(row.item.title).strip() if is_own else "",
    )
