"""What the Salesforce simulator must refuse, as a table; the sources of each group stand beside its rows."""

from __future__ import annotations

from connectors.simulators.refusals import Refusal
from connectors.simulators.salesforce import (
    refusals_bulk,
    refusals_calls,
    refusals_events,
    refusals_login,
    refusals_queries,
    refusals_setup,
    refusals_tooling,
    refusals_writes,
)

GROUPS = (
    refusals_login.ROWS,
    refusals_calls.ROWS,
    refusals_queries.ROWS,
    refusals_writes.ROWS,
    refusals_events.ROWS,
    refusals_setup.ROWS,
    refusals_tooling.ROWS,
    refusals_bulk.ROWS,
)

REFUSALS: tuple[Refusal, ...] = tuple(
    Refusal(id=f"salesforce.{name}", provider="salesforce", code=code, request=request, answer=answer, source=source)
    for group in GROUPS
    for name, code, request, answer, source in group
)
