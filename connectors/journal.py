"""The only writer of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.effects import within_commit
from connectors.models import Activity

TITLE, NOTE = 300, 500


def entry(**values: Any) -> Activity:
    """An unsaved row of the journal; texts are cut to what their columns hold."""
    values["title"] = str(values.get("title", ""))[:TITLE]
    values["note"] = str(values.get("note", ""))[:NOTE]
    return Activity(**values)


@within_commit
def record(*entries: Activity) -> None:
    """Writes rows of the journal in the transaction of what they tell about."""
    record_all(entries)


@within_commit
def record_all(entries: Iterable[Activity]) -> None:
    Activity.everywhere.bulk_create(entries, batch_size=500)
