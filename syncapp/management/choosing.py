"""Which organizations a command is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from connectors.models import Organization


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
