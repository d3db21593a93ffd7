"""A queue that is gone: one issue of the organization that asks for another, and what waits goes on with the answer."""

from __future__ import annotations

import pytest

from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.policies import MailMode
from connectors.records import CaseWrite
from connectors.routes import Route
from issues import services as issues
from issues.models import BulkOperation, Issue
from issues.services import run_operation
from notifications.composing import compose
from notifications.models import Delivery, Recipient
from notifications.services import dispatch
from syncapp import services
from syncapp.models import Change
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import codes, refusing, states, sync, synced

pytestmark = pytest.mark.django_db
OLD, NEW = "00G000000000001AAA", "00G000000000002AAA"


@pytest.fixture
def mailbox(organization: Organization) -> Mailbox:
    return builders.mailbox(organization, mail_mode=MailMode.CASES, case_owner_id=OLD)


@pytest.fixture
def gone(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Issue:
    """The issue of a queue that was deleted; one conversation waits for it."""
    crm.queued[NEW] = "Service"
    store.deliver(email(to=mailbox.address))
    sync(mailbox)
    return Issue.everywhere.get()


def owners(crm: MemoryCrm) -> list[str]:
    return [write.owner_id for write in crm.records.values() if isinstance(write, CaseWrite)]


def status(issue: Issue) -> str:
    return Issue.everywhere.values_list("status", flat=True).get(pk=issue.pk)


def test_the_issue_is_the_organization_s_and_asks_for_a_queue_that_is_there(gone: Issue) -> None:
    asked = issues.question_of(gone)
    assert (gone.scope, gone.code, gone.subject_key) == (
        "organization",
        "salesforce.QUEUE_GONE",
        f"organization:queue:{OLD[:15]}",
    )
    assert asked is not None
    assert (asked.queue, asked.choices) == (OLD, ((NEW, f"Service ({NEW})"),))


def test_it_stops_nobody(gone: Issue, mailbox: Mailbox, second: Mailbox, store: MemoryMailbox) -> None:
    MAILBOXES[second.address].deliver(email(to=second.address))
    sync(mailbox, second)
    mailbox.refresh_from_db()
    assert (synced(), mailbox.stopped_at, mailbox.organization.stopped_at) == (1, None, None)


def test_what_waits_is_no_issue_of_its_own_and_lies_behind_this_one(gone: Issue) -> None:
    change = Change.everywhere.get()
    assert (Issue.everywhere.count(), change.issue, change.state) == (1, gone, "waiting")


def test_a_conversation_that_has_its_case_goes_on(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.queued[OLD] = "Support"
    first = email(to=mailbox.address)
    store.deliver(first)
    sync(mailbox)
    crm.queued.clear()
    store.deliver(email(to=mailbox.address, references=(first.message_id,)))
    sync(mailbox)
    assert (synced(), codes()) == (2, [])


def test_many_that_wait_for_one_queue_are_one_issue(gone: Issue, mailbox: Mailbox, store: MemoryMailbox) -> None:
    for number in range(3):
        store.deliver(email(to=mailbox.address, subject=str(number)))
    sync(mailbox)
    assert (Issue.everywhere.count(), Change.everywhere.filter(issue=gone).count()) == (1, 4)


def test_two_queues_are_two_issues(
    gone: Issue, organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.queued.clear()
    Route.everywhere.create(organization=organization, pattern="billing@ours.example", case_owner_id=NEW)
    store.deliver(email(to="billing@ours.example"))
    sync(mailbox)
    assert {issue.title for issue in Issue.everywhere.all()} == {f"Queue {OLD[:15]}", f"Queue {NEW[:15]}"}


def test_the_answer_mends_every_route_and_mailbox_that_names_it(
    gone: Issue, organization: Organization, mailbox: Mailbox
) -> None:
    route = Route.everywhere.create(organization=organization, pattern="a@ours.example", case_owner_id=OLD[:15])
    other = Route.everywhere.create(organization=organization, pattern="b@ours.example", case_owner_id="005" + "1" * 12)
    issues.decide(gone, NEW)
    for row in (mailbox, route, other):
        row.refresh_from_db()
    assert (mailbox.case_owner_id, route.case_owner_id) == (NEW, NEW)
    assert other.case_owner_id == "005" + "1" * 12


def test_the_answer_leaves_other_organizations_as_they_are(gone: Issue) -> None:
    stranger = builders.mailbox(builders.organization(), case_owner_id=OLD)
    issues.decide(gone, NEW)
    stranger.refresh_from_db()
    assert stranger.case_owner_id == OLD


def test_ids_that_differ_in_case_are_of_two_queues(gone: Issue, organization: Organization) -> None:
    route = Route.everywhere.create(organization=organization, pattern="a@ours.example", case_owner_id="00g" + OLD[3:])
    issues.decide(gone, NEW)
    route.refresh_from_db()
    assert route.case_owner_id == "00g" + OLD[3:]


def test_what_the_answer_mended_stands_in_the_journal(gone: Issue, mailbox: Mailbox) -> None:
    issues.decide(gone, NEW)
    row = Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED)
    assert (row.note, row.mailbox) == (f"Owner of its cases: {OLD} → {NEW}", mailbox)


def test_what_is_not_offered_mends_nothing(gone: Issue, mailbox: Mailbox) -> None:
    with pytest.raises(ValueError, match="not among those"):
        issues.decide(gone, "00G000000000009AAA")
    mailbox.refresh_from_db()
    assert mailbox.case_owner_id == OLD


def test_what_waited_goes_on_with_the_answer_and_the_issue_is_over(
    gone: Issue, mailbox: Mailbox, crm: MemoryCrm
) -> None:
    issues.decide(gone, NEW)
    sync(mailbox)
    assert (owners(crm), states(), status(gone)) == ([NEW], [], "resolved")


def test_it_is_over_only_when_nothing_waits_in_any_mailbox(
    gone: Issue, organization: Organization, mailbox: Mailbox, second: Mailbox
) -> None:
    Mailbox.everywhere.filter(pk=second.pk).update(mail_mode=MailMode.CASES, case_owner_id=OLD)
    MAILBOXES[second.address].deliver(email(to=second.address))
    sync(second)
    issues.decide(gone, NEW)
    sync(mailbox)
    assert status(gone) == "retrying"
    sync(second)
    assert (status(gone), synced()) == ("resolved", 2)


def test_the_queue_that_was_chosen_may_be_gone_as_well(gone: Issue, mailbox: Mailbox, crm: MemoryCrm) -> None:
    crm.queued.clear()
    issues.decide(gone, NEW)
    sync(mailbox)
    assert (status(gone), codes()) == ("resolved", ["salesforce.QUEUE_GONE"])
    assert Change.everywhere.get().issue == Issue.everywhere.get(subject_key=f"organization:queue:{NEW[:15]}")


def test_without_any_queue_nothing_is_offered_and_trying_again_stays(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.deliver(email(to=mailbox.address))
    sync(mailbox)
    assert issues.question_of(Issue.everywhere.get()) is None


def test_it_is_tried_once_a_day_by_itself(gone: Issue, mailbox: Mailbox, crm: MemoryCrm, time: Time) -> None:
    crm.queued[OLD] = "Support"
    sync(mailbox)
    assert synced() == 0
    time.move(days=1)
    sync(mailbox)
    assert (owners(crm), status(gone)) == ([OLD], "resolved")


@pytest.mark.parametrize("where", ["mailbox", "route"])
def test_another_owner_in_the_settings_sets_them_going(
    gone: Issue, organization: Organization, mailbox: Mailbox, crm: MemoryCrm, where: str
) -> None:
    if where == "mailbox":
        Mailbox.everywhere.update(case_owner_id=NEW)
    else:
        Route.everywhere.create(organization=organization, pattern=mailbox.address, case_owner_id=NEW)
    services.free_cases(organization.pk)
    run_operation(BulkOperation.everywhere.get().pk)
    sync(mailbox)
    assert (owners(crm), states(), status(gone)) == ([NEW], [], "resolved")


def test_an_item_that_has_an_issue_of_its_own_keeps_it_and_goes_on_with_the_answer(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.queued |= {OLD: "Support", NEW: "Service"}
    crm.rules.append(refusing("Renewal"))
    store.deliver(email(to=mailbox.address))
    sync(mailbox)
    crm.rules.clear()
    del crm.queued[OLD]
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    own, whole = Issue.everywhere.order_by("pk")
    assert (own.scope, own.code, whole.scope, Change.everywhere.get().issue) == (
        "item",
        whole.code,
        "organization",
        own,
    )
    issues.decide(whole, NEW)
    sync(mailbox)
    assert (synced(), status(own), status(whole)) == (1, "resolved", "resolved")


def test_administrators_are_told_once_and_not_that_everything_stands_still(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    Recipient.everywhere.create(organization=organization, address="boss@ours.example")
    for number in range(2):
        store.deliver(email(to=mailbox.address, subject=str(number)))
        sync(mailbox)
    dispatch()
    mail = compose(Delivery.everywhere.get())
    assert mail.subject.split(" · ")[0] == f"{organization.name}: Queue {OLD[:15]} owns no cases any more"
    assert all("can sync" not in text and "Queue" in text for text in (mail.text, mail.html))
