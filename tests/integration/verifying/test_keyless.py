"""Comparing both sides of an organization in weaker mode, and keys by the clock once there is a place for them."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from syncapp import verifying
from syncapp.models import Item
from tests import builders
from tests.builders import email
from tests.driving import CRM_DOWN, drain, sync, synced
from tests.integration.verifying.running import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(mailbox: Mailbox, crm: MemoryCrm) -> dict[str, str]:
    """Three messages that were written without a key: their records, by subject."""
    crm.has_our_fields = False
    Organization.everywhere.update(weaker_mode=True)
    store: MemoryMailbox = builders.store_of(mailbox)
    for subject in ("one", "two", "three"):
        store.deliver(email(subject=subject))
    sync(mailbox)
    return dict(Item.everywhere.values_list("title", "record_id"))


def keys(crm: MemoryCrm) -> set[str]:
    return {each.key for each in crm.messages()}


def test_both_sides_in_step_are_status_zero(three: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    said = verify(capsys)
    assert (said.status, said.told["found"], said.number("compared")) == (0, 0, 3)


def test_what_is_missing_and_doubled_is_named_all_the_same(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    crm.copy(three["two"])
    said = verify(capsys)
    assert (said.status, said.named) == (1, [("doubled", "two"), ("missing", "one")])


def test_what_is_missing_is_written_again_once(
    three: dict[str, str], mailbox: Mailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    verify(capsys, "--repair")
    sync(mailbox)
    assert (sorted(each.subject for each in crm.messages()), synced()) == (["one", "three", "two"], 3)


def test_what_had_a_key_before_the_field_was_taken_away_is_no_difference(
    mailbox: Mailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    builders.store_of(mailbox).deliver(email())
    sync(mailbox)
    crm.has_our_fields = False
    Organization.everywhere.update(weaker_mode=True, keyless_at=clock.now())
    assert verify(capsys).told["found"] == 0


def test_between_the_fields_and_the_keys_nothing_differs(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.has_our_fields = True
    Organization.everywhere.update(keyless_at=None)
    assert verify(capsys).told["found"] == 0


def test_by_the_clock_they_get_their_keys(three: dict[str, str], crm: MemoryCrm) -> None:
    crm.has_our_fields = True
    Organization.everywhere.update(keyless_at=None)
    verifying.start_due()
    drain()
    assert keys(crm) == set(Item.everywhere.values_list("key", flat=True))
    assert not Item.everywhere.filter(keyless=True).exists()


def test_before_that_nobody_tries_to(three: dict[str, str], crm: MemoryCrm) -> None:
    verifying.start_due()
    drain()
    assert keys(crm) == {""}


def test_that_they_could_not_be_given_is_tried_again_the_next_time(three: dict[str, str], crm: MemoryCrm) -> None:
    crm.has_our_fields = True
    Organization.everywhere.update(keyless_at=None)
    crm.faults.waiting.append(CRM_DOWN)
    for _ in range(2):
        verifying.start_due()
        drain()
    assert keys(crm) == set(Item.everywhere.values_list("key", flat=True))
