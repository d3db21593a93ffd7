"""Whoever dies, sleeps or hears no answer while messages are labelled: the label stands in the end on what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest

from connectors.effects import crash_points
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from issues import services as issues
from issues.models import Issue
from syncapp.models import Lease, Mark
from tests.builders import email
from tests.driving import Killed, refusing, sync
from tests.integration.engine.labels_seen import labelled, mended

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wanted(crm: MemoryCrm) -> None:
    Organization.everywhere.update(labels_failed=True)
    crm.rules.append(refusing("bad"))


NOTE = ("marks: note: before commit", "marks: note: after commit")
PUT = ("label messages: before", "label messages: after")
ON = (
    *("find label: before", "find label: after", "labels: keep: before commit", "labels: keep: after commit"),
    *(*NOTE, *PUT, *NOTE),
)
OFF = (*NOTE, *PUT, "marks: forget: before commit", "marks: forget: after commit")


def dies(mailbox: Mailbox, steps: Sequence[str], place: int) -> None:
    """A worker is killed at one of these steps, which are all that it comes by; its lease is over."""
    reached: list[str] = []

    def die(name: str) -> None:
        reached.extend([name] if name in steps else [])
        if name in steps and len(reached) > place:
            raise Killed(name)

    with suppress(Killed), crash_points(die):
        sync(mailbox)
    Lease.everywhere.update(owner="", until="2000-01-01T00:00:00Z")
    assert tuple(reached) == tuple(steps[: place + 1])


@pytest.mark.parametrize("place", range(len(ON)))
def test_whoever_dies_putting_it_on_leaves_the_right_labels(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, place: int
) -> None:
    store.deliver(email(subject="bad"))
    dies(mailbox, ON, place)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count(), len(store.names)) == (["bad"], 1, 2)
    mended(crm)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ([], 0)


@pytest.mark.parametrize("place", range(len(ON)))
def test_whoever_dies_putting_it_on_what_is_over_by_the_next_run_leaves_none(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, place: int
) -> None:
    store.deliver(email(subject="bad"))
    dies(mailbox, ON, place)
    mended(crm)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ([], 0)


@pytest.mark.parametrize("place", range(len(OFF)))
def test_whoever_dies_taking_it_off_leaves_none(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, place: int
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    mended(crm)
    dies(mailbox, OFF, place)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ([], 0)


@pytest.mark.parametrize("place", range(len(OFF)))
def test_what_fails_again_after_that_has_the_label_again(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, place: int
) -> None:
    """Nobody knows whether the one who died had taken it off."""
    store.deliver(email(subject="bad"))
    sync(mailbox)
    issues.ignore(Issue.everywhere.all(), reason="on purpose")
    dies(mailbox, OFF, place)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == (["bad"], 1)


SLEEPS = [*ON[4:], "run: finish: before commit"]


@pytest.mark.parametrize("place", range(len(SLEEPS)))
def test_whoever_slept_through_its_lease_leaves_the_label_off_what_is_over(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, place: int
) -> None:
    """Somebody else goes through to the end while the first stands at this point."""
    store.deliver(email(subject="bad"))

    def meanwhile() -> None:
        mended(crm)
        sync(mailbox)

    sleeps(mailbox, SLEEPS, place, meanwhile)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ([], 0)


@pytest.mark.parametrize("place", range(len(OFF)))
def test_whoever_slept_through_its_lease_leaves_the_label_on_what_failed_again(
    mailbox: Mailbox, store: MemoryMailbox, place: int
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    issues.ignore(Issue.everywhere.all(), reason="on purpose")

    def meanwhile() -> None:
        issues.retry(Issue.everywhere.all())
        sync(mailbox)

    sleeps(mailbox, OFF, place, meanwhile)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == (["bad"], 1)


def sleeps(mailbox: Mailbox, steps: Sequence[str], place: int, meanwhile: Callable[[], None]) -> None:
    """A worker that stands still at one of these steps; its lease goes to somebody who does this."""
    reached: list[str] = []

    def sleep(name: str) -> None:
        if name in steps:
            reached.append(name)
        if name in steps and len(reached) == place + 1:
            Lease.everywhere.update(owner="", until="2000-01-01T00:00:00Z")
            with crash_points(lambda _: None):
                meanwhile()

    with crash_points(sleep):
        sync(mailbox)
    assert reached[: place + 1] == list(steps[: place + 1])
