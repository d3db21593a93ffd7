"""The only writers of issues. Admin, pages, API, jobs and commands all come through here.

Every function is one transaction (or a part of its caller's), moves statuses by the table of
`issues.lifecycle` alone, keeps the counters, and writes the journal beside what it tells about.
"""

from issues.ledger import forget_tallies, take_turns
from issues.services.bulk import forget_parts, resume_operations, run_operation, start_operation, steer
from issues.services.caring import NotTheirs, acknowledge, assign, caretakers
from issues.services.carrying_out import standing_of
from issues.services.choosing import Choice, choose
from issues.services.closing import close, keep_private, recover, rename
from issues.services.deciding import Outdated, Wrong, answered, decide, question_of
from issues.services.helping import (
    Letter,
    TooOften,
    content_of,
    draft_for_a_service,
    draft_of,
    drop_old_help,
    hand_in,
    help_put_off,
    help_sent,
    keep_draft,
    names_of,
    pictures_of,
)
from issues.services.keeping import NotKept, forget_filter, keep_filter, rename_filter
from issues.services.moving import ignore, retry, stir, stop_ignoring, wake_up
from issues.services.probing import probe_causes
from issues.services.reporting import Report, report

__all__ = [
    "Choice",
    "Letter",
    "NotKept",
    "NotTheirs",
    "Outdated",
    "Report",
    "TooOften",
    "Wrong",
    "acknowledge",
    "answered",
    "assign",
    "caretakers",
    "choose",
    "close",
    "content_of",
    "decide",
    "draft_for_a_service",
    "draft_of",
    "drop_old_help",
    "forget_filter",
    "forget_parts",
    "forget_tallies",
    "hand_in",
    "help_put_off",
    "help_sent",
    "ignore",
    "keep_draft",
    "keep_filter",
    "keep_private",
    "names_of",
    "pictures_of",
    "probe_causes",
    "question_of",
    "recover",
    "rename",
    "rename_filter",
    "report",
    "resume_operations",
    "retry",
    "run_operation",
    "standing_of",
    "start_operation",
    "steer",
    "stir",
    "stop_ignoring",
    "take_turns",
    "wake_up",
]
