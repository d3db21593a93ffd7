"""A mailbox and a CRM in memory: the reference implementations of the contract, and the fastest test doubles.

They keep every promise of `connectors.protocol` and no other; whoever writes a new connector reads these
first. `MAILBOXES` and `CRMS` are where the registry finds them, by address and by organization id.
"""

from __future__ import annotations

from connectors.memory.calendar import MemoryCalendar, share
from connectors.memory.crm import MemoryCrm, Verdict
from connectors.memory.crm_records import MemoryCrmEvents
from connectors.memory.failing import failure
from connectors.memory.mailbox import MemoryMailbox

__all__ = (
    "CRMS",
    "MAILBOXES",
    "MemoryCalendar",
    "MemoryCrm",
    "MemoryCrmEvents",
    "MemoryMailbox",
    "Verdict",
    "failure",
    "share",
)

MAILBOXES: dict[str, MemoryMailbox] = {}
CRMS: dict[str, MemoryCrm] = {}
