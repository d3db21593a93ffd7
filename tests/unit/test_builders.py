"""What tests are made of."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from connectors import clock
from tests import builders


def test_mail_is_young_enough_to_be_read_though_half_a_year_goes_by() -> None:
    """A mailbox is read back so many days; with a date of their own the tests would end one day."""
    age = clock.now() - builders.email().date
    assert timedelta(0) < age < timedelta(days=settings.SYNC_EMAIL_FIRST_DAYS) - timedelta(days=183)
