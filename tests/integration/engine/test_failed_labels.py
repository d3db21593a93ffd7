"""The label stands on messages that failed and on nothing else in the end, whatever gets lost on the way, and comes
back as no change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import clock, credentials
from connectors.effects import crash_points
from connectors.errors import ConnectorError, Failure, Kind
from connectors.labels import FAILED
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox, failure
from connectors.models import Credential, Mailbox, Organization
from connectors.oauth import Grant
from connectors.routes import MailboxLabels
from issues import services as issues
from issues.models import Issue
from syncapp.engine import message_marks
from syncapp.models import Breaker, Mark, Run
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import RULE, codes, refusing, sync, synced
from tests.integration.engine.labels_seen import label, labelled, mended

pytestmark = pytest.mark.django_db

BUSY = failure("google.rateLimitExceeded", Kind.RATE_LIMITED, "Rate Limit Exceeded")
READ_ONLY = failure("google.insufficientPermissions", Kind.PERMISSION, "Insufficient Permission")
LOST = failure("network.CONNECTION_RESET", Kind.TRANSIENT, "localhost")


@pytest.fixture(autouse=True)
def _wanted(crm: MemoryCrm) -> None:
    Organization.everywhere.update(labels_failed=True)
    crm.rules.append(refusing("bad"))


def calls(*mailboxes: Mailbox) -> list[str]:
    """What the mailboxes are asked for in one run of each."""
    seen: list[str] = []
    with crash_points(seen.append):
        sync(*mailboxes)
    mine = ("find label", "label messages", "list labels", "get messages", "read page")
    return [each.removesuffix(": before") for each in seen if each.removesuffix(": before") in mine]


# -- Put on, and taken off


def test_what_fails_has_the_label_until_it_goes_through(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email(subject="bad"))
    store.deliver(email(subject="good"))
    sync(mailbox)
    assert (labelled(store), codes()) == (["bad"], [RULE.code])
    mended(crm)
    sync(mailbox)
    assert (labelled(store), codes(), Mark.everywhere.count()) == ([], [], 0)


def test_every_copy_of_a_message_has_the_label(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    theirs = MAILBOXES[second.address]
    theirs.label("so that their ids differ")
    shared = email(subject="bad")
    store.deliver(shared)
    theirs.deliver(shared)
    sync(mailbox, second)
    assert labelled(store, theirs) == ["bad", "bad"]
    mended(crm)
    sync(mailbox, second)
    assert labelled(store, theirs) == []


def test_a_message_that_cannot_be_read_has_it_too(mailbox: Mailbox, store: MemoryMailbox) -> None:
    ref = store.deliver(email(subject="garbled"))
    store.unreadable[ref.id] = failure("google.badRequest", Kind.INVALID, "Bad Request")
    sync(mailbox)
    assert (codes(), labelled(store)) == (["google.badRequest"], ["garbled"])


def test_what_is_ignored_has_no_label(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    issues.ignore(Issue.everywhere.all(), reason="on purpose")
    sync(mailbox)
    assert labelled(store) == []


def test_what_is_deleted_takes_its_mark_along(mailbox: Mailbox, store: MemoryMailbox) -> None:
    ref = store.deliver(email(subject="bad"))
    sync(mailbox)
    store.delete(ref)
    sync(mailbox)
    assert (Mark.everywhere.count(), codes()) == (0, [])


def test_what_is_deleted_in_the_same_moment_keeps_no_other_from_its_label(
    mailbox: Mailbox, store: MemoryMailbox
) -> None:
    gone = store.deliver(email(subject="bad and gone"))
    store.deliver(email(subject="bad"))

    def delete(point: str) -> None:
        if point == "label messages: before" and gone.id in store.messages:
            store.delete(gone)

    with crash_points(delete):
        sync(mailbox)
    assert labelled(store) == ["bad"]
    sync(mailbox)
    assert Mark.everywhere.count() == 1


def test_in_one_run_so_many_and_the_rest_in_the_next(
    mailbox: Mailbox, store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_marks, "MOST", 2)
    for number in range(3):
        store.deliver(email(subject=f"bad {number}"))
    sync(mailbox)
    assert len(labelled(store)) == 2
    sync(mailbox)
    assert len(labelled(store)) == 3


# -- Switched off and on


def test_where_nobody_wants_labels_none_is_made(mailbox: Mailbox, store: MemoryMailbox) -> None:
    Organization.everywhere.update(labels_failed=False)
    store.deliver(email(subject="bad"))
    assert "find label" not in calls(mailbox)
    assert (store.names, Mark.everywhere.count()) == ({}, 0)


def test_switched_off_it_is_taken_off_what_has_it(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    Organization.everywhere.update(labels_failed=False)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count(), codes()) == ([], 0, [RULE.code])


def test_switched_on_later_it_is_put_on_what_has_failed_before(mailbox: Mailbox, store: MemoryMailbox) -> None:
    Organization.everywhere.update(labels_failed=False)
    store.deliver(email(subject="bad"))
    sync(mailbox)
    Organization.everywhere.update(labels_failed=True)
    sync(mailbox)
    assert labelled(store) == ["bad"]


# -- What it costs


def test_where_nothing_failed_nobody_is_asked_for_a_label(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="good"))
    assert calls(mailbox) == ["read page", "get messages"]
    assert store.names == {}


def test_where_only_another_mailbox_has_what_failed_no_label_is_made(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox, second)
    assert MAILBOXES[second.address].names == {}


def test_the_label_is_looked_for_once_and_its_coming_and_going_costs_no_look(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="bad"))
    assert calls(mailbox) == ["read page", "get messages", "find label", "label messages"]
    assert calls(mailbox) == ["read page"]
    store.deliver(email(subject="bad too"))
    assert calls(mailbox) == ["read page", "get messages", "label messages"]
    mended(crm)
    assert calls(mailbox) == ["read page", "label messages"]
    assert calls(mailbox) == ["read page"]


def test_a_full_read_takes_a_labelled_message_for_what_it_is(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    store.forget_cursors()
    assert calls(mailbox) == ["read page", "read page"]
    assert (labelled(store), Issue.everywhere.get().failures) == (["bad"], 1)


# -- The label itself


def test_a_label_that_was_renamed_is_used_on(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    ours = label(store)
    store.names[ours] = "Look at these"
    store.deliver(email(subject="bad too"))
    sync(mailbox)
    assert [ours in each.labels for each in store.messages.values()] == [True, True]
    mended(crm)
    sync(mailbox)
    assert [ours in each.labels for each in store.messages.values()] == [False, False]
    assert label(store) == ""


def test_a_label_that_was_deleted_is_made_anew_for_all_that_need_it(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    store.drop_label(label(store))
    sync(mailbox)
    assert label(store) == ""  # nobody looks for it without need
    store.deliver(email(subject="bad too"))
    sync(mailbox)
    sync(mailbox)
    assert (labelled(store), codes()) == (["bad", "bad too"], [RULE.code] * 2)
    assert calls(mailbox) == ["read page"]


def test_a_label_that_was_deleted_before_it_could_be_taken_off_is_off(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    store.drop_label(label(store))
    mended(crm)
    sync(mailbox)
    assert (Mark.everywhere.count(), codes(), label(store)) == (0, [], "")


def test_a_label_that_was_deleted_is_not_made_for_what_is_over(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    store.drop_label(label(store))
    store.deliver(email(subject="bad too"))
    sync(mailbox)
    mended(crm)
    assert calls(mailbox) == ["read page"]
    assert (Mark.everywhere.count(), label(store)) == (0, "")


def test_a_label_of_that_name_that_somebody_made_is_taken(mailbox: Mailbox, store: MemoryMailbox) -> None:
    theirs = store.label(FAILED.lower())
    ref = store.deliver(email(subject="bad"))
    sync(mailbox)
    assert theirs in store.messages[ref.id].labels


# -- People


def test_a_label_that_somebody_takes_off_stays_off(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    ref = store.deliver(email(subject="bad"))
    sync(mailbox)
    store.relabel(ref, remove=[label(store)])
    for _ in range(2):
        assert calls(mailbox) == ["read page"]
    assert labelled(store) == []
    mended(crm)
    sync(mailbox)
    assert (labelled(store), codes(), Mark.everywhere.count()) == ([], [], 0)


def test_a_label_that_somebody_puts_on_a_good_message_is_theirs(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    good = store.deliver(email(subject="good"))
    sync(mailbox)
    store.relabel(good, add=[label(store)])
    for _ in range(2):
        assert calls(mailbox) == ["read page"]
    assert labelled(store) == ["bad", "good"]


# -- Rules that go by labels


@pytest.mark.parametrize("rule", ["labels_never", "labels_only"])
def test_our_label_decides_on_no_message_whatever_somebody_calls_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, rule: str
) -> None:
    Organization.everywhere.update(**{rule: ["Clients"]})
    clients = store.label("Clients")
    first = store.deliver(email(subject="bad", labels=frozenset({clients} if rule == "labels_only" else ())))
    sync(mailbox)
    before = labelled(store)
    store.names[label(store)], store.names[clients] = "Clients", "Customers"
    time.move(hours=2)
    crm.rules.clear()
    late = store.deliver(email(subject="late", labels=store.messages[first.id].labels - {clients}))
    sync(mailbox)
    assert before == ["bad"]
    assert synced() == (1 if rule == "labels_never" else 0)
    assert late.id in store.messages


def test_our_label_on_a_message_is_no_reason_to_ask_for_labels(mailbox: Mailbox, store: MemoryMailbox) -> None:
    Organization.everywhere.update(labels_never=["Private"])
    store.deliver(email(subject="bad"))
    sync(mailbox)
    store.deliver(email(subject="good", labels=frozenset({label(store)})))
    assert "list labels" not in calls(mailbox)


# -- What goes wrong


@pytest.mark.parametrize("call", ["failed_label", "label_failed"])
@pytest.mark.parametrize(
    "said", [LOST, BUSY, READ_ONLY, failure("google.ABORTED", Kind.CONFLICT)], ids=lambda f: f.code
)
def test_a_label_that_cannot_be_made_fails_nothing_and_is_made_later(
    mailbox: Mailbox, store: MemoryMailbox, time: Time, monkeypatch: pytest.MonkeyPatch, call: str, said: Failure
) -> None:
    store.deliver(email(subject="bad"))
    with monkeypatch.context() as patch:
        patch.setattr(store, call, refused(said))
        sync(mailbox)
    assert (codes(), labelled(store), Run.everywhere.latest("pk").outcome) == ([RULE.code], [], "good")
    time.move(minutes=30)
    sync(mailbox)
    assert labelled(store) == ["bad"]


def refused(said: Failure) -> object:
    def fails(*_: object, **__: object) -> object:
        raise ConnectorError(said)

    return fails


def test_a_mailbox_that_names_a_time_for_its_labels_is_left_alone_until_then(
    mailbox: Mailbox, store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.deliver(email(subject="bad"))
    with monkeypatch.context() as patch:
        patch.setattr(store, "label_failed", refused(replace(BUSY, retry_after=7200.0)))
        sync(mailbox)
    row = Breaker.everywhere.get(mailbox=mailbox)
    assert row.probe_at is not None
    assert row.probe_at - clock.now() > timedelta(hours=1)


@pytest.mark.parametrize("on", [True, False])
def test_a_lost_answer_is_made_up_for(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, on: bool) -> None:
    store.deliver(email(subject="bad"))
    if not on:
        sync(mailbox)
        mended(crm)
    store.faults.lost_answers.append(True)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == (["bad"] if on else [], 1)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ((["bad"], 1) if on else ([], 0))


def test_a_label_whose_answer_got_lost_goes_with_its_issue(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(subject="bad"))
    store.faults.lost_answers.append(True)
    sync(mailbox)
    mended(crm)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ([], 0)


# -- Who may only read


@pytest.fixture
def gmail(mailbox: Mailbox) -> Credential:
    """The mailbox has an access of its own, as one at Google has."""
    grant = Grant(access_token="a", refresh_token="r", lifetime=1e6)
    return credentials.store(mailbox.organization, "memory", grant, mailbox=mailbox)


@pytest.fixture
def read_only(gmail: Credential, store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(store, "failed_label", refused(READ_ONLY))
    return monkeypatch


@pytest.mark.usefixtures("read_only")
def test_who_may_only_read_is_asked_once_and_never_again(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    found = [calls(mailbox).count("find label") for _ in range(3)]
    assert found == [1, 0, 0]
    assert Credential.everywhere.get().may_label is False


@pytest.mark.usefixtures("read_only")
def test_to_be_allowed_to_read_alone_is_no_trouble_of_anybody(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(subject="bad"))
    for _ in range(3):
        sync(mailbox)
    mailbox.refresh_from_db()
    assert (codes(), mailbox.failed_runs, mailbox.stopped_at) == ([RULE.code], 0, None)
    assert not Breaker.everywhere.filter(in_a_row__gt=0).exists()


def test_access_that_was_renewed_is_tried_anew(
    mailbox: Mailbox, store: MemoryMailbox, read_only: pytest.MonkeyPatch
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    read_only.undo()
    newer = Grant(access_token="a2", refresh_token="r2", lifetime=1e6)
    credentials.store(mailbox.organization, "memory", newer, mailbox=mailbox)
    sync(mailbox)
    assert labelled(store) == ["bad"]


def test_access_that_is_renewed_meanwhile_is_not_blamed_for_the_old_one(
    mailbox: Mailbox, store: MemoryMailbox, read_only: pytest.MonkeyPatch, time: Time
) -> None:
    store.deliver(email(subject="bad"))

    def renew(point: str) -> None:
        if point == "find label: before":
            time.move(seconds=1)
            newer = Grant(access_token="a2", refresh_token="r2", lifetime=1e6)
            credentials.store(mailbox.organization, "memory", newer, mailbox=mailbox)

    with crash_points(renew):
        sync(mailbox)
    assert Credential.everywhere.get().may_label is None


def test_marks_that_may_not_be_taken_off_wait_for_access(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, gmail: Credential
) -> None:
    store.deliver(email(subject="bad"))
    sync(mailbox)
    Credential.everywhere.update(may_label=False)
    mended(crm)
    assert calls(mailbox) == ["read page"]
    Credential.everywhere.update(may_label=True)
    sync(mailbox)
    assert (labelled(store), Mark.everywhere.count()) == ([], 0)


def test_nothing_of_an_organization_is_labelled_for_another_ones_issues(
    mailbox: Mailbox, store: MemoryMailbox, others: Mailbox
) -> None:
    theirs = MAILBOXES[others.address]
    shared = email(subject="bad")
    store.deliver(shared)
    theirs.deliver(shared)
    sync(mailbox, others)
    assert (labelled(store), labelled(theirs), theirs.names) == (["bad"], [], {})


@pytest.fixture
def others() -> Mailbox:
    """A mailbox of another organization, whose CRM takes everything."""
    organization = builders.organization(labels_failed=True)
    builders.crm_of(organization).people.append(builders.contact())
    return builders.mailbox(organization)


def test_the_id_is_the_mailboxs_own(mailbox: Mailbox, second: Mailbox, store: MemoryMailbox) -> None:
    shared = email(subject="bad")
    store.deliver(shared)
    MAILBOXES[second.address].deliver(shared)
    sync(mailbox, second)
    ids = dict(MailboxLabels.everywhere.values_list("mailbox", "failed"))
    assert ids == {mailbox.pk: label(store), second.pk: label(MAILBOXES[second.address])}
