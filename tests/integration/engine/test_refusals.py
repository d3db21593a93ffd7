"""What the CRM refuses: one record, a whole batch, or everybody."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors import clock
from connectors.errors import Failure, Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import EmailWrite, PersonKind, Write
from issues import services as issues
from issues.models import Attempt, Issue
from syncapp.engine.running import Ending
from syncapp.models import Change, Item
from tests.builders import email
from tests.conftest import Time
from tests.driving import (
    ALLOWANCE,
    CRM_DOWN,
    HICCUP,
    LOCKED,
    RULE,
    STORAGE,
    codes,
    outcomes,
    refusing,
    silent,
    states,
    sync,
    synced,
)

pytestmark = pytest.mark.django_db


def fill(store: MemoryMailbox, good: int, bad: int) -> None:
    store.page_size = 500
    for n in range(good):
        store.deliver(email(subject=f"good {n}"))
    for n in range(bad):
        store.deliver(email(subject=f"bad {n}"))


# -- One record of many


@pytest.mark.parametrize(("good", "bad"), [(0, 1), (1, 1), (9, 3), (199, 1), (100, 100), (1, 199), (0, 200), (201, 2)])
def test_a_bad_record_never_stops_the_others(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, good: int, bad: int
) -> None:
    fill(store, good, bad)
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    assert (synced(), Issue.everywhere.count(), len(crm.records)) == (good, bad, good)
    assert silent() == []


def test_what_is_refused_is_an_issue_with_all_that_helps(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, organization: Organization
) -> None:
    ref = store.deliver(email(subject="bad", thread="t1"))
    told = failure(RULE.code, Kind.INVALID, "Pick an owner", fields=("OwnerId",))
    crm.rules.append(refusing("bad", told))
    sync(mailbox)
    issue = Issue.everywhere.get()
    assert (issue.code, issue.title, issue.fields, issue.mailbox) == (RULE.code, "bad", ["OwnerId"], mailbox)
    assert issue.mailbox_url.endswith(f"/{mailbox.address}/{ref.id}")
    assert issue.crm_url.endswith("/003000000000001AAA")
    assert issue.conversation_key == Item.everywhere.get().conversation_key
    assert issue.attempts.get().said == "Pick an owner"


def test_what_is_refused_keeps_its_message_for_the_next_try(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    fill(store, 0, 1)
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    assert Change.everywhere.get().payload["subject"] == "bad 0"
    assert states() == ["failed"]


def test_many_of_one_reason_share_a_cause(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    fill(store, 0, 37)
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    assert set(Issue.everywhere.values_list("cause__open_issues", flat=True)) == {37}


@pytest.mark.parametrize("bad", [1, 2, 5])
def test_a_batch_that_is_refused_as_a_whole_is_halved_until_the_culprit_stands_alone(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    """A server that answers 400 to everything because of one record."""
    fill(store, 40, bad)
    push = crm.push

    def choking(writes: list[Write]) -> object:
        if any(isinstance(w, EmailWrite) and "bad" in w.email.subject for w in writes):
            crm.faults.waiting.append(failure("salesforce.JSON_PARSER_ERROR", Kind.INVALID, "no"))
        return push(writes)

    monkeypatch.setattr(crm, "push", choking)
    sync(mailbox)
    assert (synced(), codes()) == (40, ["salesforce.JSON_PARSER_ERROR"] * bad)
    assert outcomes(mailbox) == ["good"]


# -- Everybody


@pytest.mark.parametrize("told", [STORAGE, ALLOWANCE, failure("salesforce.INVALID_FIELD", Kind.CONFIG)])
def test_a_refusal_of_one_that_is_about_all_is_one_issue_and_leaves_the_work_to_be_done(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, organization: Organization, told: Failure
) -> None:
    fill(store, 3, 5)
    crm.rules.append(refusing("bad", told))
    assert sync(mailbox) == [Ending.FAILED]
    issue = Issue.everywhere.get()
    assert (issue.scope, issue.subject_key, issue.code) == ("organization", "organization", told.code)
    assert (synced(), states()) == (3, ["pending"] * 5)
    organization.refresh_from_db()
    assert organization.stopped_by == told.code


def test_the_one_account_of_ours_stands_for_the_organization(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    """The catalogue says “mailbox”: whoever uses the access. At the CRM that is everybody."""
    fill(store, 0, 2)
    crm.rules.append(refusing("bad", failure("salesforce.TXN_SECURITY_NO_ACCESS", Kind.PERMISSION)))
    sync(mailbox)
    assert Issue.everywhere.get().scope == "organization"


def test_work_goes_on_where_it_stopped_once_the_organization_is_mended(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, organization: Organization
) -> None:
    fill(store, 3, 5)
    crm.rules.append(refusing("bad", STORAGE))
    sync(mailbox)
    crm.rules.clear()
    issues.retry(Issue.everywhere.all())
    assert sync(mailbox) == [Ending.DONE]
    organization.refresh_from_db()
    assert (synced(), codes(), organization.stopped_at) == (8, [], None)


# -- What passes by itself


def test_a_passing_failure_waits_three_times_before_anybody_hears_of_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    fill(store, 1, 1)
    crm.rules.append(refusing("bad", LOCKED))
    heard: list[list[str]] = []
    for _ in range(5):
        sync(mailbox)
        heard.append(codes())
        assert states() == ["waiting"]
        time.move(hours=4, minutes=1)
    assert heard == [[], [], [], [LOCKED.code], [LOCKED.code]]
    assert not Activity.everywhere.filter(alert=True).exists()


def test_after_ten_tries_it_is_given_up_and_told(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    fill(store, 0, 1)
    crm.rules.append(refusing("bad", LOCKED))
    for _ in range(14):
        sync(mailbox)
        time.move(hours=4, minutes=1)
    assert (states(), Change.everywhere.get().tries, Attempt.everywhere.count()) == (["failed"], 10, 7)
    assert Activity.everywhere.filter(alert=True).count() == 1


@pytest.mark.parametrize("times", [1, 3, 4, 9])
def test_what_passes_in_time_is_synced_and_closes_what_was_opened(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, times: int
) -> None:
    fill(store, 0, 1)
    crm.rules.append(refusing("bad", LOCKED, times=times))
    for _ in range(times + 1):
        sync(mailbox)
        time.move(hours=4, minutes=1)
    assert (synced(), states(), codes()) == (1, [], [])


def test_each_waiting_try_stands_in_the_journal(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    fill(store, 0, 1)
    crm.rules.append(refusing("bad", LOCKED))
    sync(mailbox)
    assert Activity.everywhere.get(verb=Verb.SYNC_ERROR).code == LOCKED.code


def test_what_waits_is_not_tried_before_its_time(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    fill(store, 0, 1)
    slow = failure(LOCKED.code, Kind.RATE_LIMITED)
    crm.rules.append(refusing("bad", Failure(**(vars(slow) | {"retry_after": 3600.0}))))
    sync(mailbox)
    writes = crm.writes
    time.move(minutes=59)
    sync(mailbox)
    assert crm.writes == writes
    mailbox.refresh_from_db()
    time.move(minutes=2)
    sync(mailbox)
    assert crm.writes == writes + 1


def test_the_next_run_is_due_when_the_wait_is_over(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    fill(store, 0, 1)
    crm.rules.append(refusing("bad", LOCKED))
    sync(mailbox)
    mailbox.refresh_from_db()
    assert mailbox.next_run_at == Change.everywhere.get().next_attempt_at
    assert (mailbox.next_run_at - clock.now()).total_seconds() <= 60


# -- A lost answer


def test_an_answer_that_got_lost_ends_with_exactly_one_record(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    fill(store, 5, 0)
    crm.lost_answers.append(True)
    assert sync(mailbox) == [Ending.FAILED]
    assert (len(crm.records), synced()) == (5, 0)
    assert sync(mailbox) == [Ending.DONE]
    assert (len(crm.records), synced()) == (5, 5)


def test_a_side_that_is_down_is_never_held_against_the_items(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    """Three runs that found nobody there are not three workers that an item killed."""
    fill(store, 3, 0)
    for _ in range(4):
        crm.faults.waiting.append(CRM_DOWN)
        assert sync(mailbox) == [Ending.FAILED]
    assert set(Change.everywhere.values_list("claims", flat=True)) == {0}
    assert sync(mailbox) == [Ending.DONE]
    assert (synced(), codes()) == (3, [])


def test_a_mailbox_that_is_down_fails_the_run_and_nothing_else(mailbox: Mailbox, store: MemoryMailbox) -> None:
    fill(store, 3, 0)
    store.faults.waiting.extend([None, HICCUP])
    assert sync(mailbox) == [Ending.FAILED]
    assert codes() == []


# -- Leads


def test_where_a_lead_is_wanted_it_is_made_and_the_message_belongs_to_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, organization: Organization
) -> None:
    Organization.everywhere.update(no_match="lead")
    for n in range(3):
        store.deliver(email("new@prospect.example", subject=f"Hello {n}", name="New Person"))
    sync(mailbox)
    leads = [person for person in crm.people if person.kind is PersonKind.LEAD]
    assert [(lead.email, lead.name) for lead in leads] == [("new@prospect.example", "New Person")]
    messages = [write for write in crm.records.values() if isinstance(write, EmailWrite)]
    assert {link.person_id for write in messages for link in write.links} == {leads[0].id}


def test_a_lead_that_is_refused_is_the_issue_of_each_message_that_waits_for_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    Organization.everywhere.update(no_match="lead")
    duplicate = failure("salesforce.DUPLICATES_DETECTED", Kind.CONFLICT, "Use one of these records?")
    crm.rules.append(refusing("prospect", duplicate))
    for n in range(2):
        store.deliver(email("new@prospect.example", subject=f"Hello {n}"))
    store.deliver(email(subject="another"))
    sync(mailbox)
    assert (codes(), synced()) == ([duplicate.code] * 2, 1)


def test_many_failures_are_written_down_in_as_many_statements_as_few(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.rules.append(refusing("Order"))
    counted: list[int] = []
    for many in (2, 30):
        for number in range(many):
            store.deliver(email(subject=f"Order {number}"))
        with CaptureQueriesContext(connection) as statements:
            sync(mailbox)
        counted.append(len(statements))
    assert counted[1] <= counted[0]


def test_many_successes_close_their_issues_in_as_many_statements_as_few(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    counted: list[int] = []
    for many in (2, 30):
        crm.rules[:] = [refusing("Order")]
        for number in range(many):
            store.deliver(email(subject=f"Order {number}"))
        sync(mailbox)
        crm.rules.clear()
        issues.retry(Issue.everywhere.filter(status="open"))
        with CaptureQueriesContext(connection) as statements:
            sync(mailbox)
        counted.append(len(statements))
    assert counted[1] <= counted[0]
    proofs = Issue.everywhere.values_list("subject_key", "proof")
    assert dict(proofs) == {key: f"record {record_id}" for key, record_id in crm.ids.items()}
