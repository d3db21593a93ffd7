"""Whether a mailbox may be called in step: only while somebody has looked at all of it a short time ago.

A good run reads a mailbox to its end, so it has brought over what there was, or has proved that there was nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from connectors import clock
from connectors.models import Mailbox
from syncapp.engine.allowance import SLOWER

INTERVALS = SLOWER + 1  # as long as it may take while the CRM's calls run low, and one more


def fresh_since() -> datetime:
    """A good run before this moment proves nothing any more."""
    return clock.now() - INTERVALS * timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)


def is_fresh(mailbox: Mailbox) -> bool:
    return mailbox.good_at is not None and mailbox.good_at >= fresh_since()


def fresh() -> Q:
    """The same as a condition, as it is right now."""
    return Q(good_at__gte=fresh_since())


def late() -> Q:
    """Those that had a good run once, too long ago."""
    return Q(good_at__lt=fresh_since())
