"""Takes the texts out of what waits, where an organization came to take headers alone. Also where nothing runs."""

from __future__ import annotations

from connectors.effects import commit
from connectors.records import Direction, Resource
from syncapp.engine import headers, payload
from syncapp.models import Change

AT_ONCE = 100


def strip() -> int:
    """Of all such organizations; how many messages had one."""
    return sum(iter(_some, 0))


def _some() -> int:
    with commit("strip"):
        rows = Change.everywhere.select_for_update(of=("self",)).filter(
            organization__headers_only=True,
            item__resource=Resource.EMAIL,
            direction=Direction.TO_CRM,
            payload__isnull=False,
            bare=False,
        )
        changes = list(rows.order_by("pk")[:AT_ONCE])
        for change in changes:
            change.payload = payload.to_json(headers.bare(payload.from_json(change.payload)))
            change.bare, change.needs_mailbox = True, False
            change.save(update_fields=["payload", "bare", "needs_mailbox"])
    return len(changes)
