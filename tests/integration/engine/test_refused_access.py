"""Access that is refused stops its mailbox, at the first proof and nothing else."""

from __future__ import annotations

import pytest

from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization, Verb
from connectors.oauth import Grant
from connectors.records import Flag
from connectors.scoping import scoped
from issues import services as issues
from issues.models import Issue
from syncapp import services
from syncapp.engine.running import Ending
from syncapp.models import Outcome
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import (
    LOCKED,
    REVOKED,
    codes,
    drain,
    fresh,
    outcomes,
    refusing,
    statuses,
    sync,
    synced,
    told,
)

pytestmark = pytest.mark.django_db


def test_refused_access_stops_its_mailbox_at_the_first_proof(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.faults.waiting.append(REVOKED)
    assert sync(mailbox) == [Ending.FAILED]
    issue = Issue.everywhere.get()
    assert (issue.scope, issue.subject_key, issue.code) == ("mailbox", f"mailbox:{mailbox.pk}", REVOKED.code)
    assert (fresh(mailbox).stopped_by, fresh(mailbox).probe_at) == (REVOKED.code, None)
    assert told() == [(Verb.STOPPED, "mailbox")]


def test_the_other_mailboxes_go_on(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    second = builders.mailbox(mailbox.organization)
    MAILBOXES[second.address].deliver(email())
    store.faults.waiting.append(REVOKED)
    assert sync(mailbox, second) == [Ending.FAILED, Ending.DONE]
    assert (synced(), fresh(second).stopped_at) == (1, None)


def test_a_mailbox_that_was_shut_out_is_not_asked_again(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    calls = store.calls
    for _ in range(3):
        time.move(days=2)
        sync(mailbox)
    assert store.calls == calls
    assert outcomes(mailbox) == [Outcome.FAILED, Outcome.WROTE, Outcome.WROTE, Outcome.WROTE]


def test_what_was_read_before_is_still_written(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email(subject="locked for now"))
    crm.rules.append(refusing("locked", LOCKED, times=1))
    sync(mailbox)
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    time.move(minutes=2)
    assert sync(mailbox) == [Ending.DONE]
    assert (synced(), fresh(mailbox).stopped_by) == (1, REVOKED.code)


def test_a_retry_of_an_item_starts_although_its_mailbox_is_shut(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    crm.rules.clear()
    issues.retry(Issue.everywhere.filter(scope="item"))
    drain()
    assert (synced(), codes()) == (1, [REVOKED.code])


def test_what_has_to_be_read_anew_waits_for_its_mailbox_and_holds_up_nothing(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="large", flags=frozenset({Flag.OVERSIZED})))
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    crm.rules.clear()
    store.faults.waiting.append(REVOKED)  # whoever asks it is refused again
    issues.retry(Issue.everywhere.filter(scope="item"))
    drain()
    assert (synced(), len(store.faults.waiting)) == (1, 1)


def test_renewed_access_drains_what_was_held(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    for n in range(5):
        store.deliver(email(subject=f"held {n}"))
    services.renew(
        mailbox.organization, "memory", Grant(access_token="a", refresh_token="r", lifetime=60.0), mailbox=mailbox
    )
    assert statuses() == ["retrying"]
    drain()
    assert (synced(), codes(), fresh(mailbox).stopped_at) == (5, [], None)
    assert told() == [(Verb.STOPPED, "mailbox"), (Verb.RECOVERED, "mailbox")]


def test_renewed_access_closes_nothing_before_it_is_proved_to_work(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.faults.waiting.extend([REVOKED, REVOKED])
    sync(mailbox)
    services.renew(
        mailbox.organization, "memory", Grant(access_token="a", refresh_token="r", lifetime=60.0), mailbox=mailbox
    )
    drain()
    assert (codes(), Issue.everywhere.get().failures) == ([REVOKED.code], 2)
    assert told() == [(Verb.STOPPED, "mailbox")]


@pytest.mark.parametrize("times", [1, 2])
def test_a_mailbox_that_was_never_connected_says_so(organization: Organization, times: int) -> None:
    box = builders.mailbox(organization, provider="google")
    for _ in range(times):
        sync(box)
    assert codes() == ["engine.MAILBOX_NOT_CONNECTED"]


def test_a_crm_that_was_never_connected_stops_the_organization() -> None:
    organization = builders.organization(crm="salesforce")
    box = builders.mailbox(organization)
    MAILBOXES[box.address].deliver(email())
    with scoped(organization.pk):
        sync(box)
    assert [(i.code, i.scope) for i in Issue.everywhere.all()] == [("engine.CRM_NOT_CONNECTED", "organization")]
