"""What one side says about an event becomes a change for the other side: one row for each item and direction.

A burst of edits is one change, the last one. What says the same as before stays as it is, so that neither a moved etag
nor our own mark tries again what has failed or was set aside; what says something else is tried at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from connectors.effects import within_commit
from connectors.models import Mailbox
from connectors.records import Direction, Record
from issues import services as issues
from syncapp.engine import content, payload
from syncapp.models import Change, ChangeState, Item


@dataclass(frozen=True, kw_only=True)
class Intent:
    """`event` is how the side has it now; None: it is gone there, which `proof` says by what. `mailbox_id` is the
    one to work on it."""

    item: Item
    direction: Direction
    mailbox_id: int
    event: Record | None
    proof: str = ""

    @property
    def place(self) -> tuple[int, str]:
        return self.item.pk, self.direction.value


@within_commit
def intend(organization_id: int, intents: Sequence[Intent]) -> None:
    """Writes down what is to be done; the last of several for one item and direction counts."""
    last = {each.place: each for each in intents}
    known = _known(last)
    news = [each for place, each in last.items() if place not in known or _says_else(known[place], each)]
    if not news:
        return
    issues.stir(organization_id, [each.item.key for each in news])
    Change.objects.bulk_create(
        [_row(organization_id, each) for each in news if each.place not in known], ignore_conflicts=True
    )
    for each in sorted((e for e in news if e.place in known), key=lambda e: known[e.place].pk):
        _replace(known[each.place], each)


def _known(places: dict[tuple[int, str], Intent]) -> dict[tuple[int, str], Change]:
    rows = Change.objects.filter(item__in={item for item, _ in places})
    return {(row.item_id, row.direction): row for row in rows if (row.item_id, row.direction) in places}


def _says_else(row: Change, intent: Intent) -> bool:
    """Whether the row is about something else by now, or another mailbox is to work on it."""
    if row.gone != (intent.event is None) or row.mailbox_id != intent.mailbox_id:
        return True
    if intent.event is None or row.payload is None:
        return intent.event is not None
    before = payload.record_from_json(row.payload)
    return bool(content.differing(before, intent.event, content.FIELDS))


def towards_mailbox(mailbox: Mailbox, item: Item) -> Change:
    """The locked change that is to reach a mailbox, or one for this mailbox that is in no table yet."""
    row = Change.objects.select_for_update().filter(item=item, direction=Direction.TO_MAILBOX).first()
    fresh = Change(organization_id=mailbox.organization_id, mailbox=mailbox, item=item)
    fresh.direction = Direction.TO_MAILBOX.value
    return row or fresh


def _row(organization_id: int, intent: Intent) -> Change:
    return Change(
        organization_id=organization_id,
        mailbox_id=intent.mailbox_id,
        item=intent.item,
        direction=intent.direction,
        gone=intent.event is None,
        proof=intent.proof,
        payload=payload.record_to_json(intent.event) if intent.event else None,
    )


def _replace(row: Change, intent: Intent) -> None:
    """In one statement: whoever works on the older one finds a higher revision and leaves the row alone."""
    row.gone, row.proof, row.mailbox_id = intent.event is None, intent.proof, intent.mailbox_id
    row.payload = payload.record_to_json(intent.event) if intent.event else None
    row.state, row.tries, row.claims, row.next_attempt_at = ChangeState.PENDING, 0, 0, None
    row.revision = F("revision") + 1
    row.save(
        update_fields=[
            "gone",
            "proof",
            "mailbox",
            "payload",
            "state",
            "tries",
            "claims",
            "next_attempt_at",
            "revision",
        ]
    )
