"""How far back a mailbox is read, and that no read anew reaches less far than the first one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox
from syncapp.models import Item
from tests.builders import email
from tests.conftest import Time
from tests.driving import sync

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _thirty_days(settings: Settings) -> None:
    settings.SYNC_EMAIL_FIRST_DAYS = 30


def _came(mailbox: Mailbox, store: MemoryMailbox, *days: int) -> None:
    """One message for each number of days after the mailbox came to us."""
    for each in days:
        store.deliver(email(subject=str(each), date=mailbox.created_at + each * DAY))


def _read() -> set[str]:
    return set(Item.everywhere.values_list("title", flat=True))


def test_mail_from_before_the_first_days_is_not_read(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    _came(mailbox, store, -31, -30, -1)
    sync(mailbox)
    assert _read() == {"-30", "-1"}


def test_no_days_at_all_read_everything(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, settings: Settings
) -> None:
    settings.SYNC_EMAIL_FIRST_DAYS = 0
    _came(mailbox, store, -9000)
    sync(mailbox)
    assert _read() == {"-9000"}


def test_a_position_forgotten_long_after_leaves_no_gap_between_the_reads(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    """What came while the mailbox stood still, longer ago than a first read goes back, is read all the same."""
    sync(mailbox)
    _came(mailbox, store, -31, 1, 2)
    store.forget_cursors()
    time.move(days=100)
    sync(mailbox)
    assert _read() == {"1", "2"}


def test_a_message_that_arrives_with_an_old_date_is_read(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    sync(mailbox)
    _came(mailbox, store, -400)
    sync(mailbox)
    assert _read() == {"-400"}
