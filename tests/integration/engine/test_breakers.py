"""A provider that keeps failing is left alone, by all processes at once; one probe finds out when it is back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import clock
from connectors.errors import Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from issues import services as issues
from issues.models import Issue
from syncapp.engine import breaker, gauging
from syncapp.engine.breaker import State
from syncapp.engine.running import Ending
from syncapp.engine.settling import chance
from syncapp.models import Breaker, Change, Outcome
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import CRM_DOWN, HICCUP, LOCKED, codes, fresh, outcomes, refusing, rest, sync, synced, told, turn

pytestmark = pytest.mark.django_db

SLOW_DOWN = failure("google.rateLimitExceeded", Kind.RATE_LIMITED, "Rate Limit Exceeded")


@pytest.fixture(autouse=True)
def _longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are as long as they can be, so that what is asked before its time is asked too early."""
    monkeypatch.setattr(chance, "random", lambda: 1.0)


def mailboxes(of: Organization, number: int, *, mail: bool = False) -> list[Mailbox]:
    made = [builders.mailbox(of) for _ in range(number)]
    for each in made if mail else []:
        builders.store_of(each).deliver(email())
    return made


def down(boxes: Iterable[Mailbox]) -> None:
    for each in boxes:
        builders.store_of(each).faults.waiting.extend([HICCUP] * 50)


def up(boxes: Iterable[Mailbox]) -> None:
    for each in boxes:
        builders.store_of(each).faults.waiting.clear()


def calls(boxes: Iterable[Mailbox]) -> int:
    return sum(builders.store_of(each).calls for each in boxes)


def live(time: Time, *, hours: int) -> None:
    """So many hours of the clockwork, a turn of it each half an hour."""
    for _ in range(2 * hours):
        turn()
        time.move(minutes=30)


def state(provider: str, mailbox: Mailbox | None = None) -> str:
    return str(Breaker.everywhere.get(provider=provider, mailbox=mailbox).state)


def journal() -> list[str]:
    verbs = (Verb.LEFT_ALONE, Verb.ANSWERS, Verb.BREAKER_RESET)
    return list(Activity.everywhere.filter(verb__in=verbs, mailbox=None).order_by("pk").values_list("verb", flat=True))


# -- The mail provider


def test_a_provider_that_is_down_costs_its_first_calls_and_no_more(organization: Organization) -> None:
    boxes = mailboxes(organization, 20)
    down(boxes)
    for _ in range(3):
        sync(*boxes)
    assert calls(boxes) == breaker.MOST
    assert (state("memory"), journal()) == (State.OPEN, [Verb.LEFT_ALONE])


def test_runs_that_were_not_let_through_count_neither_way(organization: Organization) -> None:
    boxes = mailboxes(organization, 12)
    down(boxes)
    for _ in range(12):
        sync(*boxes)
    assert {each.failed_runs for each in Mailbox.everywhere.all()} == {0, 1}
    assert (codes(), told()) == ([], [])


def test_one_probe_finds_out_that_it_is_back_and_then_all_are_read(organization: Organization, time: Time) -> None:
    boxes = mailboxes(organization, 10)
    down(boxes)
    sync(*boxes)
    before = calls(boxes)
    time.move(seconds=61)
    sync(*boxes)
    assert calls(boxes) == before + 1
    up(boxes)
    time.move(minutes=6)
    sync(*boxes)
    assert (state("memory"), journal()) == (State.CLOSED, [Verb.LEFT_ALONE, Verb.ANSWERS])
    assert Mailbox.everywhere.filter(good_at=None).count() == 0


def test_one_mailbox_that_fails_again_and_again_keeps_nobody_else_from_reading(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox
) -> None:
    others = mailboxes(organization, 3)
    down([mailbox])
    for _ in range(12):
        sync(mailbox)
    assert store.calls == breaker.MOST
    assert (state("memory"), state("memory", mailbox)) == (State.CLOSED, State.OPEN)
    assert sync(*others) == [Ending.DONE] * 3
    assert all(fresh(each).good_at for each in others)


def test_what_was_read_before_is_still_written(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email())
    crm.faults.waiting.append(CRM_DOWN)
    sync(mailbox)
    down([mailbox])
    Change.everywhere.update(state="waiting", next_attempt_at=clock.now() + timedelta(hours=1))
    for _ in range(breaker.MOST):
        sync(mailbox)
    Change.everywhere.update(state="pending")
    asked = store.calls
    assert sync(mailbox) == [Ending.DONE]
    assert (synced(), store.calls, outcomes(mailbox)[-1]) == (1, asked, Outcome.WROTE)


def test_a_server_that_names_a_time_is_not_asked_before_it_even_by_a_person(
    mailbox: Mailbox, store: MemoryMailbox, time: Time
) -> None:
    store.faults.waiting.append(replace(SLOW_DOWN, retry_after=600.0))
    sync(mailbox)
    time.move(seconds=590)
    sync(mailbox)
    assert store.calls == 1
    time.move(seconds=11)
    sync(mailbox)
    assert (store.calls, state("memory", mailbox)) == (2, State.CLOSED)


def test_a_provider_that_stays_away_is_one_alert_for_all(organization: Organization, time: Time) -> None:
    boxes = mailboxes(organization, 6)
    down(boxes)
    live(time, hours=16)
    assert (codes(), told()) == ([HICCUP.code], [(Verb.STOPPED, "organization")])
    up(boxes)
    live(time, hours=5)
    assert (codes(), told()[1:]) == ([], [(Verb.RECOVERED, "organization")])
    assert Mailbox.everywhere.filter(good_at=None).count() == 0


# -- The CRM


def test_a_crm_that_is_down_costs_its_first_calls_and_no_more(organization: Organization, crm: MemoryCrm) -> None:
    boxes = mailboxes(organization, 30, mail=True)
    crm.faults.waiting.extend([CRM_DOWN] * 99)
    assert sync(*boxes) == [Ending.FAILED] * breaker.MOST + [Ending.SHUT] * 25
    assert crm.calls == breaker.MOST


def test_a_job_that_was_not_let_in_comes_back_when_it_may_be(
    organization: Organization, crm: MemoryCrm, time: Time
) -> None:
    boxes = mailboxes(organization, 7, mail=True)
    crm.faults.waiting.extend([CRM_DOWN] * breaker.MOST)
    sync(*boxes)
    left = fresh(boxes[-1])
    row = Breaker.everywhere.get()
    assert (left.next_run_at, left.expected_at) == (row.probe_at, row.probe_at)
    rest(time, hours=1)
    assert (synced(), codes(), told()) == (7, [], [])


def test_an_item_that_is_refused_says_nothing_of_the_service(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.rules.append(refusing("locked", LOCKED))
    for _ in range(12):
        store.deliver(email(subject="locked"))
        sync(mailbox)
    assert not Breaker.everywhere.exists()


def test_a_defect_of_ours_is_not_held_against_the_provider(
    mailbox: Mailbox, store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(MemoryMailbox, "pull", broken)
    for _ in range(6):
        assert sync(mailbox) == [Ending.FAILED]
    assert not Breaker.everywhere.exists()


def test_a_probe_goes_to_a_mailbox_that_has_something_to_write(
    organization: Organization, mailbox: Mailbox, crm: MemoryCrm, time: Time
) -> None:
    boxes = mailboxes(organization, breaker.MOST, mail=True)
    crm.faults.waiting.extend([CRM_DOWN] * breaker.MOST)
    sync(*boxes)
    time.move(minutes=2)
    assert sync(mailbox) == [Ending.SHUT]  # its look would prove nothing
    assert sync(boxes[0]) == [Ending.DONE]
    assert state("memory_crm") == State.CLOSED


def test_a_person_who_resumes_a_stopped_organization_sends_the_probe(
    organization: Organization, crm: MemoryCrm, time: Time
) -> None:
    boxes = mailboxes(organization, 6, mail=True)
    crm.faults.waiting.extend([CRM_DOWN] * 200)
    live(time, hours=16)
    assert codes() == [CRM_DOWN.code]
    issues.retry(Issue.everywhere.all())
    sync(*boxes)  # a probe that fails: for the breaker alone the next one would be hours away
    crm.faults.waiting.clear()
    issues.retry(Issue.everywhere.all())
    sync(*boxes)
    assert (codes(), state("memory_crm"), synced()) == ([], State.CLOSED, 6)


# -- Reset


def test_a_person_may_say_that_it_works_again(organization: Organization, crm: MemoryCrm) -> None:
    boxes = mailboxes(organization, 6, mail=True)
    crm.faults.waiting.extend([CRM_DOWN] * breaker.MOST)
    sync(*boxes)
    assert gauging.reset(list(Breaker.everywhere.all()), None) == 1
    sync(*boxes)
    assert (synced(), journal()) == (6, [Verb.LEFT_ALONE, Verb.BREAKER_RESET])


def test_a_reset_of_what_works_is_no_news(organization: Organization) -> None:
    row = Breaker.everywhere.create(organization=organization, provider="memory", in_a_row=2)
    assert gauging.reset([row], None) == 0
    assert (journal(), Breaker.everywhere.get().in_a_row) == ([], 0)


# -- Many at once


def test_of_many_who_saw_the_same_row_one_is_let_through(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = mailboxes(organization, 6)
    values = {"state": "open", "turn": 3, "in_a_row": 5, "probe_at": clock.now()}
    Breaker.everywhere.create(organization=organization, provider="memory_crm", **values)
    seen = [gauging._rows(organization, each) for each in boxes]  # all of them looked before the first one asked
    monkeypatch.setattr(gauging, "_rows", lambda *_: seen.pop())
    assert [gauging.admit(organization, each, reads=True).crm for each in boxes] == [True] + [False] * 5
    assert (Breaker.everywhere.get().turn, state("memory_crm")) == (4, State.HALF_OPEN)
