"""How long a good run proves that a mailbox is in step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.models import Mailbox, Organization
from syncapp import heartbeat
from syncapp.engine.allowance import Level, interval
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ago", "fresh"),
    [(None, False), (0, True), (4.9, True), (5.1, False), (1000, False)],
)
def test_a_good_run_counts_for_some_intervals(
    organization: Organization, settings: Any, ago: float | None, fresh: bool
) -> None:
    settings.SYNC_INTERVAL_SECONDS = 100
    good_at = None if ago is None else clock.now() - timedelta(seconds=100 * ago)
    mailbox = builders.mailbox(organization, good_at=good_at)
    assert heartbeat.is_fresh(mailbox) is fresh
    assert Mailbox.objects.filter(heartbeat.fresh()).exists() is fresh
    assert Mailbox.objects.filter(heartbeat.late()).exists() is (good_at is not None and not fresh)


def test_who_is_looked_at_less_often_while_calls_run_low_is_not_called_late() -> None:
    regular = timedelta(seconds=300)
    assert max(interval(level, regular) for level in Level) < heartbeat.INTERVALS * regular
