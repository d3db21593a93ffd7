"""Whether the clockwork works, seen from a process that is no part of it: the web process.

A worker that hangs, a queue that is not emptied, a cluster that was not started again: none of them can say so
itself. So the alert is written here, and its mail leaves from here too. Several that watch tell it once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models import Q, QuerySet

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.models import Mailbox
from issues import services as issues
from issues.lifecycle import UNRESOLVED
from issues.models import Issue, ScopeChoices
from notifications import services as notifications
from syncapp.engine import gates, stalled

log = logging.getLogger(__name__)
EACH = 60.0  # seconds between two looks


def start() -> threading.Thread | None:
    """Watches from now on, beside the requests. Where time is moved by hand nothing can be late: nobody watches."""
    if settings.SYNC_CLOCK_FILE:
        return None
    watcher = threading.Thread(target=_watch, name="watch", daemon=True)
    watcher.start()
    return watcher


def _watch() -> None:
    """First it gives a clockwork that was started together with it the time to try everything once."""
    time.sleep(stalled.INTERVALS * settings.SYNC_INTERVAL_SECONDS)
    while True:
        try:
            look()
        except Exception:
            log.exception("the look at the clockwork failed")
        finally:
            connections.close_all()
        time.sleep(EACH)


def look() -> int:
    """Reports what nobody has tried for too long, and sends the mails; how many issues were opened."""
    opened = sum(_look_at(organization_id) for organization_id in sorted(_late_by_organization(clock.now())))
    if opened:
        notifications.deliver()
    return opened


def _late(present: datetime) -> QuerySet[Mailbox]:
    """Neither tried for three intervals, nor put off, nor stopped, nor paused."""
    interval = timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)
    limit = stalled.tried_before(present, interval)
    untried = Q(tried_at__lt=limit) | Q(tried_at=None, created_at__lt=limit)
    rows = Mailbox.everywhere.filter(untried, expected_at__lt=stalled.expected_before(present, interval))
    return rows.filter(gates.awake(), stopped_at=None, organization__stopped_at=None).order_by("pk")


def _late_by_organization(present: datetime) -> dict[int, list[Mailbox]]:
    groups = defaultdict[int, list[Mailbox]](list)
    for mailbox in _late(present):
        groups[mailbox.organization_id].append(mailbox)
    return groups


def _look_at(organization_id: int) -> int:
    """One issue for the organization where nothing of it is tried, else one for each mailbox. None that is open."""
    with commit("watch: stalled"):
        issues.take_turns([organization_id])  # two that watch look one after the other
        late = list(_late(clock.now()).filter(organization=organization_id).select_related("organization"))
        known = _known(organization_id)
        if stalled.SUBJECT_OF_ALL in known or not late:
            return 0
        running = Mailbox.everywhere.filter(gates.awake(), organization=organization_id, stopped_at=None).count()
        if stalled.is_everywhere([each.pk for each in late], running):
            return _report([_of_all(late[0])])
        return _report([_of_one(each) for each in late if stalled.subject(each.pk) not in known])


def _known(organization_id: int) -> set[str]:
    rows = Issue.everywhere.filter(organization=organization_id, status__in=UNRESOLVED)
    return set(rows.filter(code__in=(stalled.ONE, stalled.ALL)).values_list("subject_key", flat=True))


@within_commit
def _report(reports: Sequence[issues.Report]) -> int:
    issues.report(reports)
    return len(reports)


def _of_one(mailbox: Mailbox) -> issues.Report:
    return issues.Report(
        organization_id=mailbox.organization_id,
        scope=ScopeChoices.MAILBOX,
        subject_key=stalled.subject(mailbox.pk),
        mailbox_id=mailbox.pk,
        code=stalled.ONE,
        title=mailbox.address,
        stops=False,
    )


def _of_all(mailbox: Mailbox) -> issues.Report:
    return issues.Report(
        organization_id=mailbox.organization_id,
        scope=ScopeChoices.ORGANIZATION,
        subject_key=stalled.SUBJECT_OF_ALL,
        code=stalled.ALL,
        title=mailbox.organization.name,
        stops=False,
    )
