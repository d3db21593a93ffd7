"""A mailbox in which nothing happened, which is what nearly every run finds: five hundred of them are looked at every
few minutes, so what each asks the database is bounded."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from connectors.memory import MemoryMailbox
from connectors.models import Mailbox, Organization
from syncapp.engine.crm_reading import read_crm
from tests.builders import email
from tests.conftest import Time
from tests.driving import sync, synced

pytestmark = pytest.mark.django_db
MAIL, EVENTS, READER = 44, 58, 32  # statements, those that begin and end savepoints among them


@pytest.fixture
def quiet(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> Mailbox:
    """Read to the end; what was there is in the CRM. In the morning: with a new day comes another day of events."""
    time.begin()
    store.deliver(email())
    sync(mailbox)
    assert synced() == 1
    time.move(hours=1)
    return mailbox


@pytest.mark.usefixtures("crm")
def test_a_mailbox_of_messages_is_looked_at_with_few_statements(
    quiet: Mailbox, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(MAIL):
        sync(quiet)


@pytest.mark.usefixtures("crm")
def test_so_is_one_with_a_calendar(
    quiet: Mailbox, time: Time, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Organization.everywhere.update(syncs_events=True)
    sync(quiet)
    time.move(hours=1)
    with django_assert_max_num_queries(EVENTS):
        sync(quiet)


@pytest.mark.usefixtures("crm")
def test_so_is_the_crm_for_all_of_them(
    quiet: Mailbox, time: Time, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Organization.everywhere.update(syncs_events=True)
    read_crm(quiet.organization_id)
    time.move(hours=1)
    with django_assert_max_num_queries(READER):
        read_crm(quiet.organization_id)
