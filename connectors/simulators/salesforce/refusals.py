"""What the Salesforce simulator must refuse, as a table; the sources of each group stand beside its rows."""

from __future__ import annotations

from connectors.simulators.refusals import Refusal
from connectors.simulators.salesforce import (
    refusals_access,
    refusals_attachments,
    refusals_bulk,
    refusals_calls,
    refusals_cases,
    refusals_contacts,
    refusals_events,
    refusals_features,
    refusals_files,
    refusals_login,
    refusals_opportunities,
    refusals_persons,
    refusals_queries,
    refusals_queues,
    refusals_setup,
    refusals_tasks,
    refusals_tooling,
    refusals_types,
    refusals_writes,
)

GROUPS = (
    refusals_login.ROWS,
    refusals_calls.ROWS,
    refusals_queries.ROWS,
    refusals_writes.ROWS,
    refusals_events.ROWS,
    refusals_access.ROWS,
    refusals_attachments.ROWS,
    refusals_cases.ROWS,
    refusals_contacts.ROWS,
    refusals_features.ROWS,
    refusals_files.ROWS,
    refusals_opportunities.ROWS,
    refusals_persons.ROWS,
    refusals_queues.ROWS,
    refusals_tasks.ROWS,
    refusals_types.ROWS,
    refusals_setup.ROWS,
    refusals_tooling.ROWS,
    refusals_bulk.ROWS,
)

REFUSALS: tuple[Refusal, ...] = tuple(
    Refusal(id=f"salesforce.{name}", provider="salesforce", code=code, request=request, answer=answer, source=source)
    for group in GROUPS
    for name, code, request, answer, source in group
)
