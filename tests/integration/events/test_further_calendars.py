"""Calendars beside a mailbox's own: one feed, one item for one meeting, and none that stops the others."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.memory.calendar import MemoryCalendar
from connectors.models import Mailbox
from connectors.records import Page
from connectors.routes import FurtherCalendar
from issues.lifecycle import Status
from issues.models import Issue
from syncapp import further_calendars, services
from syncapp.engine import further
from syncapp.engine.job import Job
from syncapp.models import Binding
from tests import builders
from tests.builders import event
from tests.driving import codes
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import ANNA, Stage, items, pending, rules

TEAM = "team@group.calendar.example"
LOST = "engine.CALENDAR_LOST"


@pytest.fixture
def team(stage: Stage) -> MemoryCalendar:
    """Anna's second calendar, kept in step."""
    choose(stage)
    return builders.store_of(stage.anna).further.setdefault(TEAM, MemoryCalendar(TEAM))


def choose(stage: Stage, *, wanted: bool = True) -> None:
    FurtherCalendar.everywhere.update_or_create(
        organization=stage.organization,
        mailbox=stage.anna,
        remote_id=TEAM,
        defaults={"name": "Team", "wanted": wanted},
    )


def take_away(stage: Stage) -> MemoryCalendar:
    return builders.store_of(stage.anna).further.pop(TEAM)


def give_back(stage: Stage, calendar: MemoryCalendar) -> None:
    builders.store_of(stage.anna).further[TEAM] = calendar


def in_team(team: MemoryCalendar) -> list[str]:
    return sorted(each.title for each in team.living.values())


# -- In step


def test_events_of_both_come_into_the_crm(stage: Stage, team: MemoryCalendar) -> None:
    stage.calendar.add(event("Review"))
    team.add(event("Stand-up"))
    stage.run()
    assert (stage.titles(), codes(), stage.is_quiet()) == (["Review", "Stand-up"], [], True)


def test_events_of_the_same_id_are_two(stage: Stage, team: MemoryCalendar) -> None:
    """An id is a calendar's own."""
    stage.calendar.add(event("Review"), "e7")
    team.add(event("Stand-up"), "e7")
    stage.run()
    assert (stage.titles(), len(items())) == (["Review", "Stand-up"], 2)


def test_changes_go_both_ways(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Stand-up"))
    stage.run()
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert team.event(ref).location == "Room 9"
    team.edit(ref, title="Sit-down")
    stage.run()
    assert (stage.titles(), stage.is_quiet()) == (["Sit-down"], True)


def test_deletions_go_both_ways(stage: Stage, team: MemoryCalendar) -> None:
    first, _ = team.add(event("First")), team.add(event("Second"))
    stage.run()
    team.delete(first)
    stage.run()
    assert stage.titles() == ["Second"]
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    assert (team.living, codes(), stage.is_quiet()) == ({}, [], True)


def test_what_is_entered_in_the_crm_comes_into_the_mailboxs_own(stage: Stage, team: MemoryCalendar) -> None:
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    assert (stage.in_calendar(), in_team(team), stage.is_quiet()) == (["Visit"], [], True)


def test_a_meeting_in_both_is_one_item_and_the_copy_that_leads_says_what_it_is(
    stage: Stage, team: MemoryCalendar
) -> None:
    stage.calendar.add(event("Review", uid="1@x"))
    copy = team.add(event("Review", uid="1@x", leads=False))
    stage.run(2)
    assert (stage.titles(), len(items()), Binding.everywhere.count()) == (["Review"], 1, 2)
    team.edit(copy, title="What the copy says")
    stage.run(2)
    stage.calendar.forget_cursors()
    builders.store_of(stage.anna).rounds.forget()
    stage.run(2)
    assert (stage.titles(), stage.is_quiet()) == (["Review"], True)


def test_what_is_moved_out_of_it_into_the_mailboxs_own_stays(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Review", uid="1@x"))
    stage.run()
    stage.calendar.add(event("Review", uid="1@x"))
    team.delete(ref)
    stage.run(2)
    assert (stage.titles(), pending(), codes(), stage.is_quiet()) == (["Review"], [], [], True)


# -- Not there, or not for us


def test_one_that_is_taken_away_stops_no_other_and_says_so_once(stage: Stage, team: MemoryCalendar) -> None:
    team.add(event("Stand-up"))
    stage.run()
    take_away(stage)
    stage.calendar.add(event("Review"))
    stage.run(3)
    assert (stage.titles(), codes()) == (["Review", "Stand-up"], [LOST])
    stage.anna.refresh_from_db()
    assert (stage.anna.stopped_at, Issue.everywhere.get().title) == (None, "Team")


def test_nothing_of_it_is_deleted_by_a_full_read(stage: Stage, team: MemoryCalendar) -> None:
    team.add(event("Stand-up"))
    stage.run()
    take_away(stage)
    builders.store_of(stage.anna).rounds.forget()
    stage.run(4)
    assert (stage.titles(), codes()) == (["Stand-up"], [LOST])


def test_what_the_crm_changes_of_it_waits_for_a_person_and_is_not_lost(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Stand-up"))
    stage.run()
    away = take_away(stage)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert codes() == [LOST, "engine.EVENT_OUT_OF_REACH"]
    assert away.event(ref).location == "Room 7"
    assert stage.record.event.location == "Room 9"


def test_when_it_is_back_it_goes_on_and_the_issue_closes(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Stand-up"))
    stage.run()
    away = take_away(stage)
    stage.run()
    away.edit(ref, title="Sit-down")
    give_back(stage, away)
    stage.run(2)
    assert (stage.titles(), codes(), stage.is_quiet()) == (["Sit-down"], [], True)
    assert Issue.everywhere.get().status == Status.RESOLVED


@pytest.fixture
def missed(stage: Stage, team: MemoryCalendar) -> Issue:
    """It was taken away."""
    stage.run()
    take_away(stage)
    stage.run()
    return Issue.everywhere.get()


def told(issue: Issue) -> tuple[str, int]:
    """How it stands, and how many issues its mailbox counts."""
    issue.refresh_from_db()
    mailbox = issue.mailbox
    assert mailbox is not None
    return issue.status, mailbox.open_issues


def test_where_calendars_are_switched_off_it_is_missed_no_more(stage: Stage, missed: Issue) -> None:
    stage.settle_on(syncs_events=False)
    services.tick()
    assert told(missed) == (Status.RESOLVED, 0)


def test_so_it_is_where_its_mailbox_stands_still(stage: Stage, missed: Issue) -> None:
    Mailbox.everywhere.update(stopped_at=clock.now())
    stage.settle_on(syncs_events=False)
    services.tick()
    assert told(missed)[0] == Status.RESOLVED


def test_where_they_are_kept_in_step_it_stays(stage: Stage, missed: Issue) -> None:
    services.tick()
    assert told(missed) == (Status.OPEN, 1)


@pytest.mark.parametrize("status", [Status.IGNORED, Status.RETRYING])
def test_so_it_is_whatever_somebody_did_about_it(stage: Stage, missed: Issue, status: Status) -> None:
    Issue.everywhere.filter(pk=missed.pk).update(status=status)
    stage.settle_on(syncs_events=False)
    services.tick()
    missed.refresh_from_db()
    assert missed.status == Status.RESOLVED


def test_nobody_elses_is_closed_by_it(stage: Stage, missed: Issue) -> None:
    elsewhere = builders.organization(syncs_events=True)
    other = builders.issue(elsewhere, mailbox=builders.mailbox(elsewhere), code=LOST)
    stage.settle_on(syncs_events=False)
    services.tick()
    other.refresh_from_db()
    assert (other.status, told(missed)[0]) == (Status.OPEN, Status.RESOLVED)


def test_switched_on_again_it_is_missed_again(stage: Stage, missed: Issue) -> None:
    stage.settle_on(syncs_events=False)
    services.tick()
    stage.settle_on(syncs_events=True)
    stage.run(2)
    assert codes() == [LOST]


def test_taken_out_it_is_missed_no_more_at_once(stage: Stage, missed: Issue) -> None:
    further_calendars.take_out(FurtherCalendar.everywhere.get(), None)
    assert told(missed) == (Status.RESOLVED, 0)
    stage.run(2)
    assert (codes(), FurtherCalendar.everywhere.count()) == ([], 0)


def test_a_worker_that_reads_meanwhile_misses_none_that_is_taken_out(
    stage: Stage, missed: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has found out that the calendar is away before it is taken out, and settles that after it."""
    note = further.note

    def late(job: Job, page: Page) -> None:
        if page.lost:
            further_calendars.take_out(FurtherCalendar.everywhere.get(), None)
        note(job, page)

    monkeypatch.setattr(further, "note", late)
    stage.run()
    assert told(missed) == (Status.RESOLVED, 0)


# -- Chosen, and chosen no more


def test_one_that_is_chosen_later_is_read_in_full(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    calendar = builders.store_of(stage.anna).further.setdefault(TEAM, MemoryCalendar(TEAM))
    calendar.add(event("Stand-up"))
    stage.run()
    assert stage.titles() == ["Review"]
    choose(stage)
    stage.run()
    assert (stage.titles(), stage.is_quiet()) == (["Review", "Stand-up"], True)


def test_what_lay_in_one_that_is_let_go_stays_on_both_sides(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Stand-up"))
    stage.run()
    choose(stage, wanted=False)
    stage.run()
    assert (stage.titles(), rules(), FurtherCalendar.everywhere.count()) == (
        ["Stand-up"],
        {"Stand-up": "calendar_let_go"},
        0,
    )
    team.edit(ref, title="Sit-down")
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert (stage.titles(), team.event(ref).location, stage.in_calendar()) == (["Stand-up"], "Room 7", [])
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)


def test_one_that_is_added_again_in_that_moment_is_kept(stage: Stage, team: MemoryCalendar) -> None:
    team.add(event("Stand-up"))
    stage.run(2)
    choose(stage, wanted=False)
    with happening(lambda: choose(stage), at="calendar: let go: before commit"):
        stage.run()
    stage.run()
    assert (stage.titles(), rules(), FurtherCalendar.everywhere.get().wanted) == (["Stand-up"], {}, True)
    assert stage.is_quiet()


def test_a_full_read_after_that_deletes_nothing(stage: Stage, team: MemoryCalendar) -> None:
    team.add(event("Stand-up"))
    stage.run()
    choose(stage, wanted=False)
    stage.run()
    stage.calendar.forget_cursors()
    stage.run(4)
    assert (stage.titles(), stage.is_quiet()) == (["Stand-up"], True)


def test_chosen_again_it_is_the_same_record(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Stand-up"))
    stage.run()
    before = stage.record.id
    choose(stage, wanted=False)
    stage.run()
    team.edit(ref, title="Sit-down")
    choose(stage)
    stage.run(2)
    assert (stage.titles(), stage.record.id, rules()) == (["Sit-down"], before, {})
    assert (codes(), stage.is_quiet()) == ([], True)


def test_what_still_waited_to_be_written_is_not_written_any_more(stage: Stage, team: MemoryCalendar) -> None:
    ref = team.add(event("Stand-up"))
    stage.run()
    away = take_away(stage)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    give_back(stage, away)
    choose(stage, wanted=False)
    stage.run(2)
    assert (codes(), pending(), team.event(ref).location) == ([], [], "Room 7")


def test_a_meeting_that_lies_in_the_mailboxs_own_as_well_goes_on(stage: Stage, team: MemoryCalendar) -> None:
    own = stage.calendar.add(event("Review", uid="1@x"))
    team.add(event("Review", uid="1@x", leads=False))
    stage.run(2)
    choose(stage, wanted=False)
    stage.run(2)
    stage.calendar.edit(own, title="Preview")
    stage.run()
    assert (stage.titles(), rules(), stage.is_quiet()) == (["Preview"], {}, True)
