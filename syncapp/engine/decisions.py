"""What becomes of an item after a look at both sides. Pure; one table, total.

Each side is compared with what both agreed on last: nothing is new, it says something else, or it is gone.

                    CRM: NONE         UPSERT               GONE
    mailbox NONE    NOTHING           TO_MAILBOX           DELETE_IN_MAILBOX
          UPSERT    TO_CRM            BOTH_CHANGED         CHANGED_AND_DELETED
          GONE      DELETE_IN_CRM     DELETED_AND_CHANGED  FORGET

The conflicts (`BOTH_CHANGED` and the two below and beside it) are for `engine.conflicts` to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class News(StrEnum):
    """What is new on one side since both agreed."""

    NONE = "none"
    UPSERT = "upsert"
    GONE = "gone"


class Action(StrEnum):
    NOTHING = "nothing"
    TO_CRM = "to_crm"
    TO_MAILBOX = "to_mailbox"
    DELETE_IN_CRM = "delete_in_crm"
    DELETE_IN_MAILBOX = "delete_in_mailbox"
    FORGET = "forget"
    BOTH_CHANGED = "both_changed"
    CHANGED_AND_DELETED = "changed_and_deleted"  # changed in the mailbox, deleted in the CRM
    DELETED_AND_CHANGED = "deleted_and_changed"  # deleted in the mailbox, changed in the CRM


_ROWS = {
    News.NONE: (Action.NOTHING, Action.TO_MAILBOX, Action.DELETE_IN_MAILBOX),
    News.UPSERT: (Action.TO_CRM, Action.BOTH_CHANGED, Action.CHANGED_AND_DELETED),
    News.GONE: (Action.DELETE_IN_CRM, Action.DELETED_AND_CHANGED, Action.FORGET),
}
TABLE: Mapping[tuple[News, News], Action] = {
    (mailbox, crm): action for mailbox, row in _ROWS.items() for crm, action in zip(News, row, strict=True)
}


def decide(mailbox: News, crm: News) -> Action:
    """The table's answer."""
    return TABLE[mailbox, crm]
