"""Which organizations or which mailbox a command is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from connectors.models import Mailbox, Organization

MOST_NAMED = 5


def organization(slug: str) -> Organization:
    """Raises `CommandError` with one sentence and status 2 where there is none."""
    found = Organization.everywhere.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Organization.everywhere.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no organization “{slug}”; there are: {known or 'none yet'}.", returncode=2)
    return found


def organizations(slug: str | None) -> list[Organization]:
    """The one of this slug, or all of them without one. Raises `CommandError` as `organization` does."""
    return list(Organization.everywhere.order_by("slug")) if slug is None else [organization(slug)]


def mailbox(named: str, slug: str | None) -> Mailbox:
    """Raises `CommandError` with one sentence and status 2 unless exactly one mailbox is meant."""
    rows = Mailbox.everywhere.select_related("organization")
    if slug is not None:
        rows = rows.filter(organization__slug=slug)
    by = {"pk": int(named)} if named.isascii() and named.isdigit() and len(named) < 19 else {"address": named.lower()}
    found = list(rows.filter(**by).order_by("pk")[: MOST_NAMED + 1])
    if not found:
        where = f" in “{slug}”" if slug is not None else ""
        raise CommandError(f"There is no mailbox “{named}”{where}; look at the list of mailboxes.", returncode=2)
    if len(found) > 1:
        slugs = ", ".join(each.organization.slug for each in found)
        raise CommandError(f"Several organizations have “{named}”; add --organization: {slugs}.", returncode=2)
    return found[0]
