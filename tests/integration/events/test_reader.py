"""The reader of an organization's CRM: it writes down what people did there, and takes nothing for what it is not."""

from __future__ import annotations

import pytest

from connectors.errors import Kind
from connectors.memory import failure
from connectors.models import Organization
from issues.models import Issue
from syncapp import services
from syncapp.engine import lease
from syncapp.engine.crm_reading import read_crm
from syncapp.models import Change, Cursor, Item
from tests.builders import event, organization, store_of
from tests.driving import ALLOWANCE, CRM_DOWN, codes, drain, sync
from tests.integration.events.stage import ANNA, Stage, pending

REVOKED = failure("salesforce_oauth.invalid_grant", Kind.AUTH, "expired access/refresh token")


def due_again(stage: Stage) -> bool:
    stage.organization.refresh_from_db()
    return stage.organization.next_read_at is not None and stage.organization.stopped_at is None


def test_what_is_ours_is_no_news(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    stage.read()
    assert pending() == []


def test_what_is_on_its_way_is_no_news(stage: Stage) -> None:
    """The CRM has our write already, and its answer was lost."""
    stage.crm.faults.lost_answers.append(True)
    stage.calendar.add(event("Review"))
    stage.run()
    stage.read()
    assert pending() == [("to_crm", "pending")]
    stage.run()
    assert (stage.titles(), pending(), stage.is_quiet()) == (["Review"], [], True)


def test_what_is_shown_twice_is_written_down_once(stage: Stage) -> None:
    stage.crm.events.overlap = 10
    stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.read()
    before = Change.everywhere.get().revision
    stage.read()
    assert (Change.everywhere.get().revision, pending()) == (before, [("to_mailbox", "pending")])


def test_of_a_burst_of_edits_the_last_one_counts(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    for number in range(4):
        stage.crm.events.edit(stage.record.id, title=f"Review {number}")
        stage.read()
    assert pending() == [("to_mailbox", "pending")]
    before = store_of(stage.anna).writes
    stage.run()
    assert (stage.calendar.event(ref).title, store_of(stage.anna).writes) == ("Review 3", before + 1)


def test_an_edit_that_is_taken_back_is_none(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    before = store_of(stage.anna).writes
    for title in ("Review of prices", "Review"):
        stage.crm.events.edit(stage.record.id, title=title)
        stage.read()
    stage.run()
    assert (store_of(stage.anna).writes, pending(), stage.is_quiet()) == (before, [], True)


def test_a_cursor_that_was_forgotten_starts_anew_and_deletes_nothing(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.calendar.add(event("Plan"))
    stage.run()
    stage.crm.events.forget_cursors()
    stage.crm.events.edit(stage.records[0].id, title="Review of prices")
    stage.run(2)
    assert (stage.in_calendar(), codes()) == (["Plan", "Review of prices"], [])
    assert stage.is_quiet()


def test_what_was_deleted_while_the_cursor_was_lost_is_asked_for_by_name(stage: Stage) -> None:
    """Absence proves nothing; that the CRM calls it deleted does."""
    stage.crm.events.overlap = 0
    stage.calendar.add(event("Review"))
    stage.calendar.add(event("Plan"))
    stage.run()
    stage.crm.events.forget_cursors()
    stage.crm.events.delete(stage.records[0].id)
    stage.run(2)
    assert (stage.in_calendar(), stage.titles(), codes(), stage.is_quiet()) == (["Plan"], ["Plan"], [], True)


def test_where_everything_seems_deleted_once_the_cursor_was_lost_somebody_is_asked(stage: Stage) -> None:
    stage.crm.events.overlap = 0
    stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.forget_cursors()
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    assert (stage.in_calendar(), stage.records, codes()) == (["Review"], [], ["engine.MASS_CHANGE"])


def test_after_that_nothing_is_asked_for_again(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.forget_cursors()
    stage.run()
    before = stage.crm.calls
    stage.read()
    assert stage.crm.calls == before + 1, "one page of changes"


def test_lost_sharing_is_no_deletion(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.hide(stage.record.id)
    stage.crm.events.forget_cursors()
    stage.run(2)
    assert (stage.in_calendar(), len(stage.records), codes()) == (["Review"], 1, [])


def test_what_may_not_be_seen_cannot_be_written_and_is_an_issue(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.hide(stage.record.id)
    stage.calendar.edit(ref, title="Review of prices")
    stage.run()
    assert codes() == ["salesforce.INSUFFICIENT_ACCESS_OR_READONLY"]
    stage.crm.events.show(stage.record.id)
    stage.calendar.edit(ref, title="Review of all prices")
    stage.run()
    assert (stage.titles(), codes(), stage.is_quiet()) == (["Review of all prices"], [], True)


def test_what_fails_for_a_moment_is_read_at_the_next_time(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.crm.faults.waiting.append(CRM_DOWN)
    stage.read()
    assert (pending(), codes(), due_again(stage)) == ([], [], True)
    stage.run(2)
    assert stage.in_calendar() == ["Review of prices"]


def test_what_only_a_person_can_mend_stops_the_organization_once(stage: Stage) -> None:
    stage.crm.faults.waiting.append(REVOKED)
    stage.read()
    stage.read()
    issue = Issue.everywhere.get()
    assert (issue.scope, issue.code, issue.failures) == ("organization", REVOKED.code, 1)
    assert Organization.everywhere.get(pk=stage.organization.pk).stopped_at is not None


def test_a_used_up_allowance_is_waited_for(stage: Stage) -> None:
    stage.crm.faults.waiting.append(ALLOWANCE)
    calls = stage.crm.calls
    stage.read()
    assert stage.crm.calls == calls + 1


def test_the_cursor_never_passes_what_is_not_written_down(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and cursor move together, or neither does."""
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    monkeypatch.setattr("syncapp.engine.crm_planning._known", _breaking)
    stage.read()
    assert (Cursor.everywhere.filter(mailbox=None).count(), Item.everywhere.count()) == (0, 0)
    monkeypatch.undo()
    stage.run(2)
    assert stage.in_calendar() == ["Visit"]


def _breaking(*_: object) -> dict[str, Item]:
    raise RuntimeError("a defect of ours")


def test_one_reads_at_a_time(stage: Stage) -> None:
    held = lease.claim_reader(stage.organization, "somebody else")
    assert held is not None
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    assert not read_crm(stage.organization.pk)
    assert pending() == []
    assert lease.release(held), "whoever had it was asked to look again"


def test_a_deletion_of_what_lies_in_no_calendar_is_the_end_of_it(stage: Stage) -> None:
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.read()
    stage.crm.events.delete(ref.id)
    stage.read()
    (item,) = stage.items
    assert (item.gone_at is not None, pending()) == (True, [])
    stage.run()
    assert stage.calendar.living == {}


def test_a_deletion_of_what_nobody_knows_is_nothing(stage: Stage) -> None:
    ref = stage.crm.events.create(event("Visit"), owner_id="005000000000009")
    stage.read()
    stage.crm.events.delete(ref.id)
    stage.read()
    assert (stage.items, pending()) == ([], [])


def test_it_wakes_those_who_have_something_to_do(stage: Stage) -> None:
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    services.enqueue_read(stage.organization.pk)
    assert drain() == 2
    assert stage.in_calendar() == ["Visit"]


def test_it_reads_for_its_own_organization_alone(stage: Stage) -> None:
    other = organization(syncs_events=True)
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    assert not read_crm(other.pk)
    assert stage.items == []


def test_whoever_syncs_no_events_is_not_read(stage: Stage) -> None:
    stage.settle_on(syncs_events=False)
    calls = stage.crm.calls
    stage.read()
    sync(stage.anna)
    assert stage.crm.calls == calls
