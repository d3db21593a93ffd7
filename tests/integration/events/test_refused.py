"""An event that is refused: an issue, a red mark in the calendar, and all of it gone again once it is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from connectors.errors import Failure, Kind
from connectors.memory import failure
from connectors.memory.calendar import MARK
from connectors.models import Organization
from connectors.policies import PrivateEvents
from connectors.records import Address, Attendee, Put, Ref, Resource
from issues import services as issues
from issues.models import Issue
from syncapp.engine.running import Ending, run_job
from syncapp.models import Change, Cursor, Mark
from tests.builders import contact, event, store_of
from tests.driving import codes, statuses
from tests.integration.events.stage import ANNA, RULE, Stage, pending, refusing

GREEN = "2"
PASSING = failure("salesforce.UNABLE_TO_LOCK_ROW", Kind.TRANSIENT, "unable to obtain exclusive access")
NOT_HERS = failure("google.forbiddenForNonOrganizer", Kind.PERMISSION, "Shared properties can only be changed")
HICCUP = failure("google.backendError", Kind.TRANSIENT, "Backend Error")


@pytest.fixture
def refused(stage: Stage) -> Ref:
    """An event that a rule of the CRM does not like; its calendar has painted it green before."""
    stage.crm.rules.append(refusing("bad"))
    ref = stage.calendar.add(event("bad"))
    stage.calendar.paint(ref, GREEN)
    stage.calendar.add(event("good"))
    stage.run()
    return ref


def mended(stage: Stage) -> None:
    """The rule is gone, and somebody presses the button."""
    stage.crm.rules.clear()
    issues.retry(Issue.everywhere.filter(status="open"))
    stage.run()


def test_it_is_one_issue_and_stops_no_other(stage: Stage, refused: Ref) -> None:
    issue = Issue.everywhere.get()
    assert (issue.code, issue.scope, issue.resource, issue.direction) == (RULE.code, "item", "event", "to_crm")
    assert (issue.title, issue.mailbox, issue.mailbox_url) == (
        "bad",
        stage.anna,
        store_of(stage.anna).url(Resource.EVENT, refused),
    )
    assert stage.titles() == ["good"]


def test_its_owner_sees_it_in_red(stage: Stage, refused: Ref) -> None:
    assert stage.calendar.colour(refused) == MARK
    assert [stage.calendar.entries[each].colour for each in stage.calendar.living] == [MARK, ""]


def test_a_mark_is_no_change(stage: Stage, refused: Ref) -> None:
    """The version moves with it, and comes back in the feed; nothing is tried again because of that."""
    stage.run()
    assert Issue.everywhere.get().failures == 1
    assert stage.is_quiet()


def test_once_it_is_mended_the_issue_closes_and_the_former_colour_is_back(stage: Stage, refused: Ref) -> None:
    mended(stage)
    assert (codes(), statuses(), stage.titles()) == ([], ["resolved"], ["bad", "good"])
    assert (stage.calendar.colour(refused), Mark.everywhere.count(), pending()) == (GREEN, 0, [])
    stage.run()
    assert stage.is_quiet()


def test_a_colour_that_somebody_chose_since_then_stays(stage: Stage, refused: Ref) -> None:
    stage.calendar.paint(refused, "5")
    mended(stage)
    assert (stage.calendar.colour(refused), Mark.everywhere.count()) == ("5", 0)


def test_every_copy_of_a_meeting_is_marked_and_unmarked(stage: Stage) -> None:
    stage.crm.rules.append(refusing("bad"))
    organizers, guests = stage.meet(event("bad"))
    stage.run(2)
    assert (stage.calendar.colour(organizers), stage.other_calendar.colour(guests)) == (MARK, MARK)
    mended(stage)
    assert (stage.calendar.colour(organizers), stage.other_calendar.colour(guests)) == ("", "")


def test_a_mark_that_cannot_be_made_fails_nothing_and_is_made_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.crm.rules.append(refusing("bad"))
    ref = stage.calendar.add(event("bad"))
    with monkeypatch.context() as patch:
        patch.setattr(store_of(stage.anna), "mark", _breaking)
        stage.run()
    assert (stage.calendar.colour(ref), codes()) == ("", [RULE.code])
    stage.run()
    assert stage.calendar.colour(ref) == MARK


def _breaking(markings: object) -> list[object]:
    from connectors.errors import ConnectorError

    raise ConnectorError(HICCUP)


def test_what_is_corrected_in_the_calendar_is_tried_at_once(stage: Stage, refused: Ref) -> None:
    stage.calendar.edit(refused, title="better")
    stage.run()
    assert (codes(), stage.titles(), stage.calendar.colour(refused)) == ([], ["better", "good"], GREEN)


def test_what_is_deleted_in_the_calendar_is_no_issue_any_more(stage: Stage, refused: Ref) -> None:
    stage.calendar.delete(refused)
    stage.run()
    assert (codes(), pending(), Mark.everywhere.count()) == ([], [], 0)
    assert Issue.everywhere.get().resolution == "gone"


def test_what_a_rule_takes_out_is_no_issue_any_more(stage: Stage, refused: Ref) -> None:
    stage.calendar.edit(refused, private=True)
    stage.run()
    assert (codes(), pending(), stage.calendar.colour(refused)) == ([], [], GREEN)
    assert Issue.everywhere.get().resolution == "filtered"


# -- Set aside


def _set_aside(ending: str = "") -> None:
    issues.ignore(Issue.everywhere.all(), reason="We know.", ending=ending)


def test_what_is_ignored_stays_ignored_while_it_says_the_same(stage: Stage, refused: Ref) -> None:
    _set_aside()
    stage.calendar.touch(refused)
    stage.run(2)
    assert statuses() == ["ignored"]
    assert stage.is_quiet()


def test_what_is_ignored_carries_no_mark(stage: Stage, refused: Ref) -> None:
    _set_aside()
    stage.run()
    assert stage.calendar.colour(refused) == GREEN


def test_another_mark_or_colour_wakes_nobody(stage: Stage, refused: Ref) -> None:
    _set_aside()
    stage.calendar.paint(refused, "7")
    stage.run(2)
    assert (statuses(), stage.calendar.colour(refused)) == (["ignored"], "7")


def test_another_content_ends_what_was_ignored_until_then(stage: Stage, refused: Ref) -> None:
    _set_aside("change")
    stage.calendar.edit(refused, title="bad as well")
    stage.run()
    assert (statuses(), Issue.everywhere.get().failures) == (["open"], 2)


def test_what_is_ignored_for_good_is_so_whatever_it_says(stage: Stage, refused: Ref) -> None:
    _set_aside()
    for title in ("bad as well", "worse"):
        stage.calendar.edit(refused, title=title)
        stage.run(2)
    assert (statuses(), Issue.everywhere.get().failures) == (["ignored"], 1)
    assert stage.is_quiet()


def _place(stage: Stage) -> str:
    return Cursor.everywhere.get(mailbox=stage.anna, resource=Resource.EVENT).value


def test_what_is_ignored_for_good_and_edited_holds_nothing_back(stage: Stage, refused: Ref) -> None:
    """It waits for nobody, so that what comes after it is not read again and again."""
    _set_aside()
    stage.calendar.edit(refused, title="bad as well")
    before = _place(stage)
    stage.run()
    assert _place(stage) != before
    assert Change.everywhere.filter(issue__status="ignored", state="pending").exists()


def test_the_days_go_on_beside_what_is_ignored_for_good_and_edited(
    stage: Stage, refused: Ref, settings: Settings
) -> None:
    """With a new day the window goes on: the pages of that come to an end, one job each."""
    _set_aside()
    stage.calendar.edit(refused, title="bad as well")
    stage.run()
    settings.SYNC_JOB_SECONDS = 0
    stage.time.move(days=1)
    assert Ending.DONE in [run_job(stage.anna.pk) for _ in range(10)]


def test_what_is_ignored_for_good_goes_on_with_its_newest_content_when_somebody_wants_it(
    stage: Stage, refused: Ref
) -> None:
    _set_aside()
    stage.calendar.edit(refused, title="mended")
    stage.run()
    assert stage.titles() == ["good"]
    issues.stop_ignoring(Issue.everywhere.all())
    stage.run(2)
    assert (statuses(), stage.titles()) == (["resolved"], ["good", "mended"])


def test_what_is_ignored_for_some_failures_is_tried_and_comes_back_with_the_last_one(
    stage: Stage, refused: Ref
) -> None:
    _set_aside("failures:2")
    stage.calendar.edit(refused, title="bad as well")
    stage.run()
    assert (statuses(), Issue.everywhere.get().ignored_failures) == (["ignored"], 1)
    stage.calendar.edit(refused, title="bad again")
    stage.run()
    assert (statuses(), Issue.everywhere.get().failures) == (["open"], 3)


def test_what_is_ignored_for_some_failures_closes_when_it_works(stage: Stage, refused: Ref) -> None:
    _set_aside("failures:2")
    stage.calendar.edit(refused, title="mended")
    stage.run()
    assert (statuses(), stage.titles()) == (["resolved"], ["good", "mended"])


# -- What passes, and what does not


def test_what_passes_is_tried_again_by_itself(stage: Stage) -> None:
    stage.crm.rules.append(refusing("bad", PASSING))
    ref = stage.calendar.add(event("bad"))
    stage.run()
    assert (codes(), pending(), stage.calendar.colour(ref)) == ([], [("to_crm", "waiting")], "")
    stage.crm.rules.clear()
    stage.run()
    assert (stage.titles(), pending()) == (["bad"], [])


def test_what_passes_and_does_not_is_an_issue_from_the_fourth_try_on(stage: Stage) -> None:
    stage.crm.rules.append(refusing("bad", PASSING))
    stage.calendar.add(event("bad"))
    found = []
    for _ in range(4):
        stage.run()
        found.append(codes())
        stage.time.move(hours=1)
    assert found == [[], [], [], [PASSING.code]]


@pytest.mark.parametrize(("rule", "whose"), [("oldest", "003A"), ("newest", "003B")])
def test_of_several_the_one_by_the_organizations_rule_is_invited(stage: Stage, rule: str, whose: str) -> None:
    Organization.everywhere.update(several_match=rule)
    stage.crm.people += [contact(id="003A"), contact(id="003B")]
    guest = Attendee(address=Address(email="ann@customer.example"))
    stage.calendar.add(event("Review", attendees=(guest,)))
    stage.run()
    assert (codes(), [i.id for i in stage.record.invitees]) == ([], [whose])


def test_whom_a_person_picked_is_invited(stage: Stage) -> None:
    stage.crm.people += [contact(id="003A"), contact(id="003B")]
    guest = Attendee(address=Address(email="ann@customer.example"))
    stage.calendar.add(event("Review", attendees=(guest,)))
    stage.run()
    issues.decide(Issue.everywhere.get(), "003B")
    stage.run()
    assert (codes(), [i.id for i in stage.record.invitees]) == ([], ["003B"])


def test_an_address_of_several_people_is_asked_about(stage: Stage) -> None:
    stage.crm.people += [contact(id="003A"), contact(id="003B")]
    guest = Attendee(address=Address(email="ann@customer.example"))
    stage.calendar.add(event("Review", attendees=(guest,)))
    stage.run()
    assert (codes(), stage.records) == (["engine.AMBIGUOUS_MATCH"], [])
    del stage.crm.people[1]
    issues.retry(Issue.everywhere.all())
    stage.run()
    assert (codes(), [i.id for i in stage.record.invitees]) == ([], ["003A"])


# -- What a calendar refuses


def refusing_puts(verdict: Failure) -> object:
    def rule(put: Put) -> Failure | None:
        return verdict if put.record is None or "bad" in put.record.title else None

    return rule


def test_what_a_calendar_refuses_is_an_issue_of_that_direction(stage: Stage) -> None:
    stage.calendar.rules.append(refusing_puts(NOT_HERS))  # type: ignore[arg-type]
    stage.crm.events.create(event("bad"), owner_id=ANNA)
    stage.crm.events.create(event("good"), owner_id=ANNA)
    stage.run(2)
    issue = Issue.everywhere.get()
    assert (issue.code, issue.direction, stage.in_calendar()) == (NOT_HERS.code, "to_mailbox", ["good"])
    stage.calendar.rules.clear()
    issues.retry(Issue.everywhere.all())
    stage.run()
    assert (stage.in_calendar(), codes(), pending(), stage.is_quiet()) == (["bad", "good"], [], [], True)


def test_a_copy_that_fails_towards_the_calendar_is_marked_too(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.rules.append(refusing_puts(NOT_HERS))  # type: ignore[arg-type]
    stage.crm.events.edit(stage.record.id, title="bad")
    stage.run(2)
    assert (codes(), stage.calendar.colour(ref)) == ([NOT_HERS.code], MARK)
    stage.crm.events.edit(stage.record.id, title="better")
    stage.run(2)
    assert (stage.calendar.event(ref).title, codes(), stage.calendar.colour(ref)) == ("better", [], "")


def test_an_edit_of_the_calendar_overtakes_what_it_refused(stage: Stage) -> None:
    """The issue of the other direction is closed with it: both sides say the same."""
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.rules.append(refusing_puts(NOT_HERS))  # type: ignore[arg-type]
    stage.crm.events.edit(stage.record.id, title="bad")
    stage.run(2)
    stage.calendar.edit(ref, title="Review of prices")
    stage.run(2)
    assert (stage.titles(), stage.in_calendar()) == (["Review of prices"], ["Review of prices"])
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


# -- What changes while somebody works on it


def test_what_came_to_say_something_else_meanwhile_is_tried_anew(stage: Stage) -> None:
    """The calendar refuses, and before that is written down the reader has seen a better version."""
    ref = stage.calendar.add(event("Review"))
    stage.run()

    def rule(put: Put) -> Failure | None:
        if put.record is None or "bad" not in put.record.title:
            return None
        stage.crm.events.edit(stage.record.id, title="better")
        stage.read()
        return NOT_HERS

    stage.calendar.rules.append(rule)
    stage.crm.events.edit(stage.record.id, title="bad")
    stage.run()
    stage.time.move(seconds=1)
    stage.run()
    assert (stage.calendar.event(ref).title, codes(), pending()) == ("better", [], [])


def test_a_person_who_moves_it_while_we_write_is_not_overwritten(stage: Stage) -> None:
    """If-Match: the calendar takes a change only for the version that we know."""
    ref = stage.calendar.add(event("Review"))
    stage.run()

    def rule(put: Put) -> None:
        if put.record is not None and stage.calendar.event(ref).title == "Review":
            stage.calendar.edit(ref, title="Review of prices")

    stage.calendar.rules.append(rule)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(3)
    there = stage.calendar.event(ref)
    assert (there.title, there.location) == ("Review of prices", "Room 9")
    assert (stage.record.event.title, stage.record.event.location) == ("Review of prices", "Room 9")
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


def test_what_a_person_moves_while_we_delete_it_is_not_deleted(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    later = stage.calendar.event(ref).start + timedelta(hours=1)

    def rule(put: Put) -> None:
        if put.record is None and stage.calendar.event(ref).start != later:
            stage.calendar.edit(ref, start=later, end=later + timedelta(hours=1))

    stage.calendar.rules.append(rule)
    stage.crm.events.delete(stage.record.id)
    stage.run(3)
    assert (stage.in_calendar(), stage.titles()) == (["Review"], ["Review"]), "by the newest, what was changed is kept"
    assert (codes(), stage.is_quiet()) == ([], True)


# -- Numbers of states


def test_a_number_that_is_too_low_is_raised_and_tried_again(stage: Stage) -> None:
    """As after a restore of our database: the CRM has a higher number than we ever gave."""
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.record.version = 40
    stage.calendar.edit(ref, title="Review of prices")
    stage.run()
    assert [state for _, state in pending()] == ["waiting"]
    stage.run()
    assert (stage.titles(), stage.record.version, codes(), pending()) == (["Review of prices"], 41, [], [])


def test_numbers_only_grow(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    seen = []
    for number in range(3):
        stage.run()
        seen.append(stage.record.version)
        stage.calendar.edit(ref, title=f"Review {number}")
    assert seen == sorted(set(seen))


def test_an_id_that_was_used_up_is_followed_by_another(stage: Stage) -> None:
    """Somebody deleted it for good before we knew of it: a calendar gives no id twice."""
    store = store_of(stage.anna)
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.read()
    store.faults.lost_answers.append(True)
    stage.run()
    (entry,) = store.calendar.entries.values()
    entry.gone = True
    store.calendar.feed.clear()
    stage.run(3)
    assert (stage.in_calendar(), codes(), pending()) == (["Visit"], [], [])
    assert len(store.calendar.entries) == 2
    assert stage.is_quiet()


def test_what_was_deleted_and_is_kept_by_the_rule_is_made_under_another_id(stage: Stage) -> None:
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    (entry,) = stage.calendar.entries.values()
    stage.calendar.delete(entry.ref)
    stage.crm.events.edit(ref.id, title="Visit at nine")
    stage.run(3)
    assert (stage.in_calendar(), stage.titles()) == (["Visit at nine"], ["Visit at nine"])
    assert (len(stage.items), codes(), pending(), stage.is_quiet()) == (1, [], [], True)


def test_it_can_be_deleted_and_brought_back_again_and_again(stage: Stage) -> None:
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    for number in range(3):
        (living,) = stage.calendar.living
        stage.calendar.delete(Ref(id=living))
        stage.crm.events.edit(ref.id, title=f"Visit {number}")
        stage.run(3)
        assert stage.in_calendar() == [f"Visit {number}"]
    assert (len(stage.items), Change.everywhere.count(), stage.is_quiet()) == (1, 0, True)


def test_what_is_marked_private_is_an_issue_of_its_owner_alone(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    stage.crm.rules.append(refusing("Busy"))
    stage.calendar.add(event("Doctor", private=True))
    stage.run()
    issue = Issue.everywhere.get()
    assert (issue.private, issue.cause.said) == (True, "")


def test_what_is_marked_private_later_is_so_at_once_and_stays_so(stage: Stage, refused: Ref) -> None:
    stage.calendar.edit(refused, private=True)
    stage.run()
    issue = Issue.everywhere.get()
    assert (issue.private, issue.cause.said) == (True, None)
    stage.calendar.edit(refused, private=False)
    stage.run()
    assert Issue.everywhere.filter(private=False).count() == 0
