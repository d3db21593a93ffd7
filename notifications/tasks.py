"""Jobs of the queue."""

from __future__ import annotations

from connectors.jobs import job
from notifications import services


@job
def deliver() -> None:
    """Sends the mails that the journal owes."""
    services.deliver()
