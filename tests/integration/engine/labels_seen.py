"""The label of what failed, as somebody sees it in a mailbox."""

from __future__ import annotations

from connectors.labels import FAILED
from connectors.memory import MemoryCrm, MemoryMailbox
from issues import services as issues
from issues.models import Issue


def label(store: MemoryMailbox) -> str:
    """Its id; "" where there is none."""
    return next((label_id for label_id, name in store.names.items() if name == FAILED), "")


def labelled(*stores: MemoryMailbox) -> list[str]:
    """The subjects of the messages that have the label."""
    return sorted(m.subject for store in stores for m in store.messages.values() if label(store) in m.labels)


def mended(crm: MemoryCrm) -> None:
    """Nothing is refused any more, and somebody tries it all again."""
    crm.rules.clear()
    issues.retry(Issue.everywhere.all())
