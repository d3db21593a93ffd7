"""Jobs of the queue."""

from __future__ import annotations

from notifications import services


def deliver() -> None:
    """Sends the mails that the journal owes."""
    services.deliver()
