"""Which values of a status are closed, as an org has decided."""

from __future__ import annotations

from connectors.simulators.salesforce.org import Org


def is_closed(org: Org, name: str, value: str | None) -> bool:
    """`name` is the object that lists the values: TaskStatus or CaseStatus."""
    return any(row["IsClosed"] and row["ApiName"] == value for row in org.store.rows(name))
