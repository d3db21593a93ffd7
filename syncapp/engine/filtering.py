"""Which rule keeps an item out, written down: the last one counts."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.effects import within_commit
from connectors.models import Organization
from syncapp.models import Filtered


@within_commit
def keep_out(organization: Organization, rules: Mapping[int, str]) -> None:
    """Each of these items, by its id, with its rule."""
    Filtered.objects.bulk_create(
        [Filtered(organization=organization, item_id=pk, rule=rule) for pk, rule in rules.items()],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["rule", "at"],
    )
