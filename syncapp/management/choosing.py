"""Which organizations a command is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from connectors.models import Organization


def organizations(slug: str | None) -> list[Organization]:
    """All of them without a slug. Raises `CommandError` with one sentence and status 2 for one that there is not."""
    rows = Organization.everywhere.order_by("slug")
    if slug is None:
        return list(rows)
    found = rows.filter(slug=slug).first()
    if found is None:
        known = ", ".join(rows.values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no organization “{slug}”; there are: {known or 'none yet'}.", returncode=2)
    return [found]
