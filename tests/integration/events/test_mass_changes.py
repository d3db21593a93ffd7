"""Where very many are gone at once nothing is deleted, and a person is asked."""

from __future__ import annotations

import pytest

from connectors.effects import crash_points
from connectors.models import Mailbox, Organization
from connectors.policies import ConflictRule
from connectors.records import Ref
from issues import services as issues
from issues.models import Issue
from notifications.composing import compose
from notifications.models import Delivery, Recipient
from notifications.services import dispatch
from tests.builders import event, store_of
from tests.driving import codes
from tests.integration.events.stage import Stage, pending

ASKED = "engine.MASS_CHANGE"
CONFLICT = "engine.SYNC_CONFLICT"


def filled(stage: Stage, number: int) -> list[Ref]:
    """So many events in step."""
    refs = [stage.calendar.add(event(f"Event {each:02}")) for each in range(number)]
    stage.run(2)
    assert len(stage.records) == number
    return refs


def gone_from_calendar(stage: Stage, refs: list[Ref]) -> None:
    for ref in refs:
        stage.calendar.delete(ref)


def gone_from_crm(stage: Stage, number: int) -> None:
    for record in stage.records[:number]:
        stage.crm.events.delete(record.id)


def ask_again(*, probing: bool = False) -> None:
    assert issues.retry(Issue.everywhere.filter(code=ASKED), probing=probing) == 1


@pytest.mark.parametrize(
    ("gone", "known", "asks"),
    [(9, 12, False), (10, 12, True), (11, 12, True), (10, 50, False), (11, 50, True), (3, 3, False)],
)
def test_what_is_deleted_in_a_calendar_is_deleted_up_to_the_limit(
    stage: Stage, gone: int, known: int, asks: bool
) -> None:
    refs = filled(stage, known)
    gone_from_calendar(stage, refs[:gone])
    stage.run()
    assert len(stage.records) == (known if asks else known - gone)
    assert codes() == ([ASKED] if asks else [])


@pytest.mark.parametrize(("gone", "known", "asks"), [(9, 12, False), (10, 12, True), (10, 50, False), (11, 50, True)])
def test_what_is_deleted_in_the_crm_is_deleted_up_to_the_limit(stage: Stage, gone: int, known: int, asks: bool) -> None:
    filled(stage, known)
    gone_from_crm(stage, gone)
    stage.run()
    assert len(stage.in_calendar()) == (known if asks else known - gone)
    assert codes() == ([ASKED] if asks else [])


def test_it_is_one_issue_however_often_it_is_looked_at(stage: Stage) -> None:
    gone_from_calendar(stage, filled(stage, 12))
    stage.run(3)
    issue = Issue.everywhere.get()
    assert (issue.scope, issue.mailbox, issue.status, len(stage.records)) == ("mailbox", stage.anna, "open", 12)
    assert stage.is_quiet()


def test_it_stops_neither_the_mailbox_nor_the_organization(stage: Stage) -> None:
    gone_from_calendar(stage, filled(stage, 12))
    stage.run()
    stage.calendar.add(event("After that"))
    stage.run()
    assert "After that" in stage.titles()
    assert Mailbox.everywhere.get(pk=stage.anna.pk).stopped_at is None
    assert Organization.everywhere.get(pk=stage.organization.pk).stopped_at is None


@pytest.mark.parametrize("side", ["calendar", "crm"])
def test_who_says_that_it_is_right_has_it_deleted(stage: Stage, side: str) -> None:
    refs = filled(stage, 12)
    gone_from_calendar(stage, refs) if side == "calendar" else gone_from_crm(stage, 12)
    stage.run()
    ask_again()
    stage.run(2)
    assert (stage.records, stage.in_calendar(), codes(), pending()) == ([], [], [], [])
    assert stage.is_quiet()


@pytest.mark.parametrize("side", ["calendar", "crm"])
def test_an_edit_on_the_other_side_waits_for_the_same_answer(stage: Stage, side: str) -> None:
    """By itself it would be planned like the deletion, and held back with it, over and over."""
    stage.settle_on(event_conflicts="mailbox" if side == "calendar" else "crm")
    refs = filled(stage, 12)
    if side == "calendar":
        gone_from_calendar(stage, refs)
        stage.crm.events.edit(stage.records[0].id, text="meanwhile")
    else:
        gone_from_crm(stage, 12)
        stage.calendar.edit(refs[0], text="meanwhile")
    stage.run(2)
    failures = Issue.everywhere.get().failures
    stage.run(2)
    assert (codes(), Issue.everywhere.get().failures) == ([ASKED], failures)
    assert {state for _, state in pending()} == {"failed"}
    assert len(pending()) == 13
    ask_again()
    stage.run(2)
    assert (stage.records, stage.in_calendar(), codes(), pending()) == ([], [], [], [])


@pytest.mark.parametrize("side", ["calendar", "crm"])
def test_a_probe_is_nobody_and_deletes_nothing(stage: Stage, side: str) -> None:
    refs = filled(stage, 12)
    gone_from_calendar(stage, refs) if side == "calendar" else gone_from_crm(stage, 12)
    stage.run()
    ask_again(probing=True)
    stage.run(2)
    assert len(stage.records if side == "calendar" else stage.in_calendar()) == 12
    assert (codes(), Issue.everywhere.get().status) == ([ASKED], "open")


def test_what_is_brought_back_answers_the_question(stage: Stage) -> None:
    refs = filled(stage, 12)
    gone_from_calendar(stage, refs)
    stage.run()
    for ref in refs:
        entry = stage.calendar.entries[ref.id]
        entry.gone = False
        stage.calendar.moved(entry)
    stage.run(2)
    assert (len(stage.records), len(stage.in_calendar()), codes(), pending()) == (12, 12, [], [])
    assert stage.is_quiet()


def test_the_question_of_one_direction_is_no_answer_for_the_other(stage: Stage) -> None:
    refs = filled(stage, 40)
    gone_from_calendar(stage, refs[:15])
    stage.run()
    for record in [r for r in stage.records if r.event.title >= "Event 15"][:15]:
        stage.crm.events.delete(record.id)
    stage.run()
    assert (codes(), len(stage.records), len(stage.in_calendar())) == ([ASKED, ASKED], 25, 25)
    issues.retry(Issue.everywhere.filter(scope="mailbox"))
    stage.run(2)
    assert (codes(), len(stage.records), len(stage.in_calendar())) == ([ASKED], 10, 25)


def test_what_comes_page_by_page_in_one_run_counts_together(stage: Stage) -> None:
    store_of(stage.anna).page_size = 8
    refs = filled(stage, 40)
    gone_from_calendar(stage, refs[:24])
    stage.run()
    assert codes() == [ASKED]
    assert len(stage.records) > 40 - 10


def test_what_a_worker_did_before_it_died_counts_as_well(stage: Stage) -> None:
    def dies(name: str) -> None:
        if name == "push events: after":
            raise KeyboardInterrupt

    refs = filled(stage, 12)
    store_of(stage.anna).page_size = 8
    gone_from_calendar(stage, refs)
    with crash_points(dies), pytest.raises(KeyboardInterrupt):
        stage.run()
    stage.time.move(hours=1)
    stage.run()
    assert (len(stage.records), codes()) == (4, [ASKED])


@pytest.mark.parametrize("known", [1, 3])
def test_a_calendar_that_is_empty_all_at_once_is_asked_about(stage: Stage, known: int) -> None:
    """Nobody told of a deletion: the cursor was lost, and nothing is there any more."""
    refs = filled(stage, known)
    gone_from_calendar(stage, refs)
    stage.calendar.forget_cursors()
    stage.run(3)
    assert (codes(), len(stage.records)) == ([ASKED], known)
    ask_again()
    stage.run(2)
    assert (codes(), stage.records) == ([], [])


def test_what_a_rule_takes_out_of_the_crm_is_no_mass_change(stage: Stage) -> None:
    """Somebody made a dozen events private; one more is really deleted."""
    refs = filled(stage, 14)
    for ref in refs[:12]:
        stage.calendar.edit(ref, private=True)
    stage.calendar.delete(refs[13])
    stage.run(2)
    assert (codes(), stage.titles()) == ([], ["Event 12"])


@pytest.mark.parametrize("by", ["calendar", "crm"])
def test_whoever_is_told_is_asked_and_hears_of_no_stop(stage: Stage, by: str) -> None:
    Recipient.everywhere.create(organization=stage.organization, address="boss@ours.example")
    refs = filled(stage, 12)
    gone_from_calendar(stage, refs[:11]) if by == "calendar" else gone_from_crm(stage, 11)
    stage.run()
    dispatch()
    mail = compose(Delivery.everywhere.get())
    assert mail.subject.split(" · ")[0].endswith("waits for an answer")
    assert all("can sync" not in text and "stopped" not in text for text in (mail.text, mail.html))


def test_once_it_is_answered_nobody_is_told_that_it_syncs_again(stage: Stage) -> None:
    Recipient.everywhere.create(organization=stage.organization, address="boss@ours.example")
    gone_from_calendar(stage, filled(stage, 12)[:11])
    stage.run()
    ask_again()
    stage.run(2)
    dispatch()
    assert (codes(), [each.kind for each in Delivery.everywhere.all()]) == ([], ["opened"])


def choose(side: str) -> None:
    """A person says of each conflict that this side counts."""
    for issue in Issue.everywhere.filter(code=CONFLICT):
        assert issues.decide(issue, side)


def edited_and_gone(stage: Stage, side: str) -> None:
    """Twelve that are gone on this side, and were edited on the other one; a person is asked about each."""
    stage.settle_on(event_conflicts=ConflictRule.ASK)
    refs = filled(stage, 12)
    for ref, record in zip(refs, list(stage.records), strict=True):
        if side == "calendar":
            stage.crm.events.edit(record.id, text="meanwhile")
            stage.calendar.delete(ref)
        else:
            stage.calendar.edit(ref, text="meanwhile")
            stage.crm.events.delete(record.id)
    stage.run(2)
    assert codes() == [CONFLICT] * 12


@pytest.mark.parametrize(("side", "choice"), [("calendar", "mailbox"), ("crm", "crm")])
def test_who_chose_each_deletion_is_not_asked_whether_all_of_them_are_right(
    stage: Stage, side: str, choice: str
) -> None:
    """What was chosen would wait behind a question that nobody can answer better, as “trying again” for ever."""
    edited_and_gone(stage, side)
    choose(choice)
    stage.run(2)
    assert (stage.records, stage.in_calendar(), codes(), pending()) == ([], [], [], [])
    assert stage.is_quiet()


def test_a_choice_between_two_edits_allows_no_deletion(stage: Stage) -> None:
    stage.settle_on(event_conflicts=ConflictRule.ASK)
    refs = filled(stage, 12)
    for ref, record in zip(refs, list(stage.records), strict=True):
        stage.crm.events.edit(record.id, text="by the CRM")
        stage.calendar.edit(ref, text="by the mailbox")
    stage.run(2)
    assert codes() == [CONFLICT] * 12
    choose("mailbox")
    gone_from_calendar(stage, refs)
    stage.run(2)
    assert (len(stage.records), codes()) == (12, [ASKED])
