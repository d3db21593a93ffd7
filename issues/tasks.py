"""Jobs of the queue. They take ids, call services, and keep nothing."""

from __future__ import annotations

from connectors.jobs import job
from issues import services


@job
def run_operation(operation_id: int) -> None:
    """One chunk of a bulk operation; it asks for the next one itself."""
    services.run_operation(operation_id)
