"""Ten finished failed runs in a row stop a mailbox; nine do not, and the eleventh is told to nobody."""

from __future__ import annotations

import pytest

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization, Verb
from issues import services as issues
from issues.models import Issue
from syncapp import services
from syncapp.engine.settling import chance
from syncapp.models import Outcome
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import (
    CRM_DOWN,
    HICCUP,
    STORAGE,
    codes,
    drain,
    fresh,
    outcomes,
    refusing,
    rest,
    sync,
    synced,
    told,
)

pytestmark = pytest.mark.django_db


def fail(mailbox: Mailbox, store: MemoryMailbox, times: int, time: Time) -> None:
    """So many finished failed runs, each after a day."""
    for _ in range(times):
        store.faults.waiting.append(HICCUP)
        sync(mailbox)
        time.move(days=1)


@pytest.mark.parametrize(("times", "issue", "attempts"), [(9, [], 0), (10, ["engine.CONSECUTIVE_FAILURES"], 1)])
def test_ten_means_ten(
    mailbox: Mailbox, store: MemoryMailbox, time: Time, times: int, issue: list[str], attempts: int
) -> None:
    fail(mailbox, store, times, time)
    assert (codes(), len(told()), fresh(mailbox).failed_runs) == (issue, attempts, times)


@pytest.mark.parametrize("times", [11, 20])
def test_nobody_is_told_again_of_the_eleventh(mailbox: Mailbox, store: MemoryMailbox, time: Time, times: int) -> None:
    fail(mailbox, store, times, time)
    assert told() == [(Verb.STOPPED, "mailbox")]
    assert Issue.everywhere.get().failures == times - 9


def test_a_good_run_starts_the_count_anew(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    fail(mailbox, store, 9, time)
    sync(mailbox)
    fail(mailbox, store, 9, time)
    assert codes() == []


def test_after_a_recovery_the_next_ten_are_told_again(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    for _ in range(2):
        fail(mailbox, store, 10, time)
        sync(mailbox)
    assert told() == [(Verb.STOPPED, "mailbox"), (Verb.RECOVERED, "mailbox")] * 2


def test_a_mailbox_that_stands_still_is_probed_once_an_hour(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    fail(mailbox, store, 9, time)
    store.faults.waiting.extend([HICCUP] * 99)
    sync(mailbox)
    calls = store.calls
    for _ in range(6):
        sync(mailbox)
        time.move(minutes=20)
    assert store.calls == calls + 1


def test_a_run_that_only_writes_counts_neither_way(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    fail(mailbox, store, 10, time)
    time.move(days=-1)  # back into the hour in which nothing is tried
    sync(mailbox)
    assert outcomes(mailbox)[-1] == Outcome.WROTE
    assert fresh(mailbox).failed_runs == 10


def test_a_stopped_organization_is_not_held_against_its_mailboxes(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad", STORAGE))
    for _ in range(12):
        sync(mailbox)
    assert fresh(mailbox).failed_runs == 0


def test_a_crm_that_is_down_for_long_is_one_stop_for_all_and_over_with_one_answer(
    organization: Organization, mailbox: Mailbox, crm: MemoryCrm, time: Time
) -> None:
    mailboxes = [mailbox, *(builders.mailbox(organization) for _ in range(2))]
    for each in mailboxes:
        builders.store_of(each).deliver(email())
    crm.faults.waiting.extend([CRM_DOWN] * 100)
    for _ in range(12):
        sync(*mailboxes)
        time.move(hours=2)
    assert (codes(), told()) == ([CRM_DOWN.code], [(Verb.STOPPED, "organization")])
    crm.faults.waiting.clear()
    rest(time, hours=3)
    assert (codes(), synced()) == ([], 3)
    assert told() == [(Verb.STOPPED, "organization"), (Verb.RECOVERED, "organization")]


def test_resume_now_is_a_probe_at_once(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    fail(mailbox, store, 10, time)
    time.move(days=-1)
    issues.retry(Issue.everywhere.all())
    drain()
    assert (codes(), fresh(mailbox).stopped_at) == ([], None)


def test_the_next_run_is_no_later_than_the_probe(
    mailbox: Mailbox, store: MemoryMailbox, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chance, "random", lambda: 0.99)  # the ladder's last rung alone would be four hours
    fail(mailbox, store, 10, time)
    assert fresh(mailbox).next_run_at == fresh(mailbox).probe_at


def test_the_first_probe_that_works_resumes_it(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    fail(mailbox, store, 10, time)
    services.tick()
    drain()
    assert (fresh(mailbox).failed_runs, fresh(mailbox).stopped_at, codes()) == (0, None, [])
    assert told()[-1] == (Verb.RECOVERED, "mailbox")


def test_jobs_that_a_breaker_keeps_out_count_neither_way(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    """Five at once open the breaker of the access; what is asked meanwhile is no run, and the row goes on after it."""
    store.faults.waiting.extend([HICCUP] * 9)
    for _ in range(8):
        sync(mailbox)
    assert fresh(mailbox).failed_runs == 5
    for _ in range(4):
        time.move(hours=5)
        sync(mailbox)
    assert (fresh(mailbox).failed_runs, codes()) == (9, [])
    store.faults.waiting.append(HICCUP)
    time.move(hours=5)
    sync(mailbox)
    assert codes() == ["engine.CONSECUTIVE_FAILURES"]
