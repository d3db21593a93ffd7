"""The only writers of issues. Admin, pages, API, jobs and commands all come through here.

Every function is one transaction (or a part of its caller's), moves statuses by the table of
`issues.lifecycle` alone, keeps the counters, and writes the journal beside what it tells about.
"""

from issues.ledger import take_turns
from issues.services.bulk import Choice, choose, resume_operations, run_operation, start_operation
from issues.services.closing import close, recover, rename
from issues.services.deciding import decide, question_of
from issues.services.moving import ignore, retry, stir, wake_up
from issues.services.probing import probe_causes
from issues.services.reporting import Report, report

__all__ = [
    "Choice",
    "Report",
    "choose",
    "close",
    "decide",
    "ignore",
    "probe_causes",
    "question_of",
    "recover",
    "rename",
    "report",
    "resume_operations",
    "retry",
    "run_operation",
    "start_operation",
    "stir",
    "take_turns",
    "wake_up",
]
