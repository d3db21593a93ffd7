"""A cause that is the organization's stops all its mailboxes, as one issue, and lets one probe through."""

from __future__ import annotations

import pytest

from connectors.errors import Kind
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox, failure
from connectors.models import Mailbox, Organization, Verb
from issues import services as issues
from issues.models import Issue
from syncapp import services
from syncapp.engine import gates
from syncapp.engine.running import Ending
from syncapp.models import Change
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import (
    ALLOWANCE,
    CRM_DOWN,
    REVOKED,
    STORAGE,
    codes,
    drain,
    fresh,
    refusing,
    sync,
    told,
)

pytestmark = pytest.mark.django_db

DAILY = failure("google.dailyLimitExceeded", Kind.RATE_LIMITED, "Queries per day")


def whole(organization: Organization) -> Organization:
    return Organization.everywhere.get(pk=organization.pk)


@pytest.fixture
def stopped(mailbox: Mailbox, crm: MemoryCrm) -> Mailbox:
    """An organization whose allowance is used up, with three mailboxes that have mail."""
    for _ in range(2):
        other = builders.mailbox(mailbox.organization)
        MAILBOXES[other.address].deliver(email())
    MAILBOXES[mailbox.address].deliver(email())
    crm.faults.waiting.append(ALLOWANCE)
    sync(mailbox)
    return mailbox


def test_an_organization_that_stands_still_is_one_issue(stopped: Mailbox) -> None:
    assert Mailbox.everywhere.count() == 3
    sync(*Mailbox.everywhere.all())
    assert (codes(), told()) == ([ALLOWANCE.code], [(Verb.STOPPED, "organization")])


def test_behind_it_nobody_works(stopped: Mailbox, crm: MemoryCrm) -> None:
    calls = crm.calls
    assert sync(*Mailbox.everywhere.all()) == [Ending.SHUT] * 3
    assert crm.calls == calls


def test_after_an_hour_one_of_many_is_let_through(stopped: Mailbox, crm: MemoryCrm, time: Time) -> None:
    crm.faults.waiting.append(ALLOWANCE)
    time.move(minutes=61)
    assert sync(*Mailbox.everywhere.all()) == [Ending.FAILED, Ending.SHUT, Ending.SHUT]


def test_the_tick_sends_one_probe_to_where_something_waits(stopped: Mailbox, crm: MemoryCrm, time: Time) -> None:
    time.move(minutes=61)
    services.tick()
    drain()
    assert (whole(stopped.organization).stopped_at, codes()) == (None, [])
    assert crm.writes > 0


def test_before_the_hour_is_over_the_tick_asks_for_nothing(stopped: Mailbox) -> None:
    assert services.tick() == 0


def test_a_probe_that_only_looks_is_no_proof_while_something_waits_to_be_written(
    stopped: Mailbox, crm: MemoryCrm, time: Time
) -> None:
    """Storage may be full while every question is answered."""
    other = Mailbox.everywhere.exclude(pk=stopped.pk)[0]
    MAILBOXES[other.address].messages.clear()
    MAILBOXES[other.address].feed.clear()
    time.move(minutes=61)
    sync(other)
    assert whole(stopped.organization).stopped_at is not None


def test_what_waits_in_a_mailbox_that_was_shut_out_keeps_nobody_stopped(
    stopped: Mailbox, crm: MemoryCrm, time: Time
) -> None:
    """It cannot be written before it is read, so it proves nothing about the CRM, and no probe should wait for it."""
    Change.everywhere.update(payload=None)
    MAILBOXES[stopped.address].faults.waiting.append(REVOKED)
    time.move(minutes=61)
    services.tick()
    drain()
    time.move(minutes=61)
    services.tick()
    drain()
    assert whole(stopped.organization).stopped_at is None


def test_a_transient_failure_of_the_crm_stops_nothing(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email())
    crm.faults.waiting.append(CRM_DOWN)
    assert sync(mailbox) == [Ending.FAILED]
    assert (codes(), fresh(mailbox).failed_runs) == ([], 1)


def test_a_token_of_the_crm_that_is_refused_again_after_it_was_renewed_stops_everybody(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email())
    crm.faults.waiting.append(failure("salesforce.INVALID_SESSION_ID", Kind.AUTH))
    sync(mailbox)
    assert [(i.scope, i.code) for i in Issue.everywhere.all()] == [("organization", "salesforce.INVALID_SESSION_ID")]


def test_a_mailbox_with_trouble_of_its_own_can_prove_that_the_organization_works(
    stopped: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    """It has written what waited; that its own access is refused after that says nothing of Salesforce."""
    store.faults.waiting.append(REVOKED)
    time.move(minutes=61)
    assert sync(stopped) == [Ending.FAILED]
    assert crm.writes > 0
    assert (whole(stopped.organization).stopped_at, codes()) == (None, [REVOKED.code])


@pytest.fixture
def full(mailbox: Mailbox, second: Mailbox, crm: MemoryCrm, time: Time) -> Mailbox:
    """A mailbox whose retry met full storage, a day ago; the other one has nothing to write."""
    MAILBOXES[second.address].deliver(email(subject="Order"))
    crm.rules.append(refusing("Order"))
    sync(second)
    crm.rules[:] = [refusing("Order", STORAGE)]
    issues.retry(Issue.everywhere.all())
    sync(second)
    assert whole(mailbox.organization).stopped_by == STORAGE.code
    time.move(hours=25)
    return second


def test_while_a_retry_waits_a_look_is_no_proof(mailbox: Mailbox, full: Mailbox) -> None:
    sync(mailbox)
    assert told()[-1] == (Verb.STOPPED, "organization")


@pytest.fixture
def undecided(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Mailbox:
    """A mailbox in which a stranger's mail waits for its judgement: something to do, nothing to write in the end."""
    Organization.everywhere.update(no_match="filter")
    store.deliver(email("stranger@elsewhere.example"))
    crm.faults.waiting.append(CRM_DOWN)
    sync(mailbox)
    return mailbox


def test_a_probe_that_wrote_nothing_is_no_proof_while_a_retry_waits(undecided: Mailbox, full: Mailbox) -> None:
    assert sync(undecided) == [Ending.DONE]
    assert told()[-1] == (Verb.STOPPED, "organization")


def test_the_probe_goes_to_the_mailbox_whose_retry_waits(mailbox: Mailbox, full: Mailbox, crm: MemoryCrm) -> None:
    crm.rules.clear()
    services.tick()
    drain()
    assert (whole(full.organization).stopped_at, codes()) == (None, [])


def test_who_has_nothing_to_write_does_not_use_up_the_probe(mailbox: Mailbox, full: Mailbox, crm: MemoryCrm) -> None:
    crm.rules.clear()
    assert sync(mailbox, full) == [Ending.SHUT, Ending.DONE]
    assert whole(full.organization).stopped_at is None


def test_a_probe_whose_worker_died_can_be_asked_for_again(stopped: Mailbox) -> None:
    organization = stopped.organization
    issues.retry(Issue.everywhere.all())
    assert gates.enter(whole(organization), stopped)  # and nobody ever heard of it again
    assert not gates.enter(whole(organization), stopped)
    issues.retry(Issue.everywhere.all())
    assert gates.enter(whole(organization), stopped)


def test_what_the_mail_provider_stopped_is_over_when_a_mailbox_could_be_read(
    mailbox: Mailbox, second: Mailbox, crm: MemoryCrm, time: Time
) -> None:
    """The first mailbox stands still for a reason of its own: that Salesforce answers it proves nothing here."""
    MAILBOXES[mailbox.address].faults.waiting.append(REVOKED)
    MAILBOXES[second.address].faults.waiting.append(DAILY)
    sync(mailbox, second)
    assert whole(mailbox.organization).stopped_by == DAILY.code
    time.move(minutes=61)
    sync(mailbox)
    assert whole(mailbox.organization).stopped_at is not None
    time.move(minutes=61)
    services.tick()
    drain()
    assert (whole(mailbox.organization).stopped_at, fresh(second).good_at is not None) == (None, True)
