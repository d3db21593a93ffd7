"""What an organization may wish for, where there is more than one way: values of its settings. Pure."""

from __future__ import annotations

from enum import StrEnum


class NoMatch(StrEnum):
    """What becomes of a message that fits nobody in the CRM."""

    LOG = "log"
    LEAD = "lead"
    FILTER = "filter"


class MailMode(StrEnum):
    """What the mail of a mailbox becomes: messages on the records of its people, or cases with their messages."""

    ACTIVITIES = "activities"
    CASES = "cases"


class ConflictRule(StrEnum):
    """Whose version counts where a record was changed on both sides.

    What only one side changed goes over to the other by every rule but `ASK`. Where both changed the same field, the
    newer version of it counts, or the CRM's, or the mailbox's; `MERGE` asks about that field, `ASK` always asks. Where
    one side changed what the other deleted, the side that wins has its will; `NEWEST` keeps what was changed.
    """

    NEWEST = "newest"
    MERGE = "merge"
    CRM = "crm"
    MAILBOX = "mailbox"
    ASK = "ask"


class PrivateEvents(StrEnum):
    """What becomes of an event that its owner calls private."""

    FILTER = "filter"
    BUSY = "busy"
