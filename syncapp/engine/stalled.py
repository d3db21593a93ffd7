"""Silence is also an alarm: what a mailbox is called that nobody tries, and when that is. Pure.

It is not stopped: whoever comes to it again may read it. So the issue has a subject of its own, beside that of a
stop, and a good run closes both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

INTERVALS = 3  # without a try
ONE, ALL = "engine.STALLED", "engine.STALLED_EVERYWHERE"
SUBJECT_OF_ALL = "organization:stalled"


def subject(mailbox_id: int) -> str:
    return f"mailbox:{mailbox_id}:stalled"


def subjects(mailbox_id: int) -> tuple[str, str]:
    """What a run of this mailbox proves to be over."""
    return subject(mailbox_id), SUBJECT_OF_ALL


def tried_before(present: datetime, interval: timedelta) -> datetime:
    """Whose last try lies before this moment was not tried within three intervals."""
    return present - INTERVALS * interval


def expected_before(present: datetime, interval: timedelta) -> datetime:
    """And whose next try was to be before this one is not merely waiting: the last one ordered it an interval ahead."""
    return present - (INTERVALS - 1) * interval


def is_everywhere(late: Sequence[int], running: int) -> bool:
    """Whether it is the clockwork that stands still, and not one mailbox."""
    return len(late) > 1 and len(late) == running
