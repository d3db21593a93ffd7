"""The made world's calendars: their size, both directions, and that troubles and events belong together."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from issues import catalogue
from syncapp.demo import outside_tasks, placing, seeding
from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.diaries import BERLIN, Diaries
from syncapp.demo.event_troubles import EVENT_TROUBLES, MEDDLED, OUTSIDER
from syncapp.demo.outside_events import OutsideEvents, Reach, items, look, windows
from syncapp.demo.outside_tasks import OutsideTasks
from syncapp.demo.troubles import Trouble, nothing
from syncapp.demo.world_events import made_events
from tests.unit.demo.stages import Stage, stage

ALL = (*EVENT_TROUBLES, OUTSIDER)
WELL = {"visit", "shared", "trip", "free", "team", "stand-up", "call", "stocktaking", "whole-day", "invited", "booked"}
WELL |= {"chore", "entered", "under-way"} | {"acquaintance", "client", "on-both-sides"}
CHANGING = {"moved-there", "moved-here", "called-off-there", "called-off-here"} | {
    f"{what}-{where}" for what in ("done", "renamed", "dropped") for where in ("there", "here")
}
CHANGING |= {"changed-there", "changed-here", "deleted-here", "thrown-away", "unshared"}
LEFT_OUT = {"private", "outside", "no-meeting", "no-task", "own", "someone-elses", "twice"}
HELD = {"lena-event", "lena-task", "lena-contact"}
REACH = Reach(back=30, ahead=180)
NEW_YEAR = date(2027, 1, 1)
DAYS = [NEW_YEAR + timedelta(days=days) for days in (0, 1, 2, 3, 4, 5, 6, 80, 170, 295)]

each_trouble = pytest.mark.parametrize("trouble", ALL, ids=lambda trouble: trouble.group)


@cache
def groups() -> Counter[str]:
    return Counter(group for _, group in made_events(NEW_YEAR).grouped())


def placed(today: date) -> tuple[Stage, Diaries]:
    made, diaries = stage(), made_events(today)
    seeding.seed_crm(made.doors)
    placing.place(made.doors, diaries)
    return made, diaries


def seen(of: Stage, today: date) -> OutsideEvents:
    google = of.doors.google("snapshot")
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    return look(google, of.doors.salesforce("snapshot"), windows(google, [], REACH, noon))


def test_every_group_of_events_tasks_and_contacts_is_a_trouble_or_meant_to_be_so() -> None:
    assert set(groups()) == WELL | CHANGING | LEFT_OUT | HELD | {trouble.group for trouble in ALL}


@each_trouble
def test_a_trouble_has_a_page_and_events(trouble: Trouble) -> None:
    assert catalogue.entry(trouble.code).id == trouble.code
    assert groups()[trouble.group] > 0


def test_what_nobody_mends_here_is_mended_with_the_messages() -> None:
    """The twin contact goes and Carlos is active again by the troubles of the mail."""
    assert {t.group for t in ALL if t.mend_it is nothing} == {"two-contacts", "left-event"}


def test_the_world_is_the_same_for_the_same_day() -> None:
    assert made_events(NEW_YEAR) == made_events(NEW_YEAR)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_there_are_150_events_on_the_second_morning_whatever_the_day(today: date) -> None:
    made, diaries = placed(today)
    placing.stir(made.doors, diaries)
    assert len(seen(made, today).items) == 150


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_none_lies_so_near_the_end_of_the_window_that_days_would_bring_it_in(today: date) -> None:
    made, _ = placed(today)
    google = made.doors.google("snapshot")
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    now, later = (windows(google, [], REACH, at) for at in (noon, noon + timedelta(days=14)))
    wider = {address: type(w)(low=w.low, high=later[address].high) for address, w in now.items()}
    assert len(items(google, wider)) == len(items(google, now))


def test_both_sides_have_events_of_their_own() -> None:
    made, diaries = placed(NEW_YEAR)
    found = seen(made, NEW_YEAR)
    born = [item for item in found.items if item.copies[0][1].startswith("00U")]
    assert (len(found.records), len(born)) == (0, len(diaries.booked))
    assert len(born) >= 30


def test_meetings_are_shared_by_several_mailboxes() -> None:
    made, _ = placed(NEW_YEAR)
    shared = [item for item in seen(made, NEW_YEAR).items if len(item.copies) > 1]
    assert len(shared) >= 25
    assert {address for item in shared for address, _ in item.copies} >= {c.address for c in COLLEAGUES[:3]}


def by_title(of: Stage) -> dict[str, list[str]]:
    """Title → days and hours in Berlin, as they are in the window."""
    found: dict[str, list[str]] = {}
    for item in seen(of, NEW_YEAR).items:
        span: Any = item.sight.span
        found.setdefault(item.sight.subject, []).append(f"{span.start:%m-%dT%H:%M}")
    return {title: sorted(at) for title, at in found.items()}


def test_occurrences_are_moved_renamed_and_called_off() -> None:
    made, _ = placed(NEW_YEAR)
    found = by_title(made)
    meetings = ["12-28T08:00", "01-04T08:00", "01-19T10:00", "01-25T08:00", "02-08T08:00", "02-15T08:00"]
    assert found["Team meeting"] == sorted(meetings)
    assert found["Team meeting with the board"] == ["01-11T08:00"]


def tasks(of: Stage) -> OutsideTasks:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return outside_tasks.look(of.doors.google("snapshot"), of.doors.salesforce("snapshot"), since)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_there_are_38_tasks_at_first_whatever_the_day(today: date) -> None:
    made, _ = placed(today)
    assert (len(tasks(made).items), len(tasks(made).records)) == (38, 0)


def test_on_the_second_morning_both_sides_do_rename_and_throw_away_tasks() -> None:
    made, diaries = placed(NEW_YEAR)
    placing.stir(made.doors, diaries)
    after = {item.sight.title: item.sight.done for item in tasks(made).items}
    done, renamed = (
        [*diaries.titles(f"{what}-there"), *diaries.titles(f"{what}-here")] for what in ("done", "renamed")
    )
    gone = [*diaries.titles("dropped-there"), *diaries.titles("dropped-here")]
    assert ([after[title] for title in done], [title for title in gone if title in after]) == ([True, True], [])
    assert all(f"{title}, soon" in after for title in renamed)


def test_on_the_second_morning_both_sides_move_and_call_off() -> None:
    made, diaries = placed(NEW_YEAR)
    before = by_title(made)
    placing.stir(made.doors, diaries)
    after = by_title(made)
    there, here = diaries.titles("moved-there"), diaries.titles("moved-here")
    assert all(before[title] != after[title] for title in there)
    assert all(title not in after and f"{title}, moved" in after for title in here)
    gone = [*diaries.titles("called-off-there"), *diaries.titles("called-off-here")]
    assert (len(gone), [title for title in gone if title in after]) == (2, [])


# -- Breaking and mending


def subjects(of: Stage) -> list[str]:
    return [row["Subject"] for row in of.doors.salesforce("snapshot")["records"]["Event"]]


def test_an_outsiders_event_is_renamed_in_salesforce_and_named_back() -> None:
    made, diaries = placed(NEW_YEAR)
    (title,) = diaries.titles("outsider")
    made.doors.salesforce("create", object="Event", fields=_booked(title))
    OUTSIDER.break_it(made.doors, {})
    assert f"{title}{MEDDLED}" in subjects(made)
    OUTSIDER.mend_it(made.doors, {})
    assert title in subjects(made)


def _booked(title: str) -> dict[str, Any]:
    return {"Subject": title, "StartDateTime": "2027-01-20T10:00:00.000+0000", "DurationInMinutes": 60}


def trouble(group: str) -> Trouble:
    return next(each for each in ALL if each.group == group)


def test_the_long_title_is_longer_than_salesforce_takes_and_is_shortened_by_its_organizer() -> None:
    made, diaries = placed(NEW_YEAR)
    (title,) = diaries.titles("long-title")
    assert len(title) > 255
    trouble("long-title").mend_it(made.doors, {})
    assert all(len(item.sight.subject) <= 255 for item in seen(made, NEW_YEAR).items)


def test_a_reminder_without_a_length_gets_one() -> None:
    made, diaries = placed(NEW_YEAR)
    trouble("no-length").mend_it(made.doors, {})
    rows = placing.in_salesforce(made.doors, diaries.titles("no-length"))
    assert [row["DurationInMinutes"] for row in rows] == [15]


@pytest.mark.parametrize("group", ["offer-talk", "route-flow"])
def test_a_rule_of_salesforce_strikes_the_events_of_its_group_and_no_others(group: str) -> None:
    made, diaries = placed(NEW_YEAR)
    before = made.doors.salesforce("rules")
    trouble(group).break_it(made.doors, {})
    (rule,) = [rule for rule in made.doors.salesforce("rules") if rule not in before]
    struck = {title for title, _ in diaries.grouped() if re.search(rule["pattern"], title)}
    assert (struck, rule["object"]) == (set(diaries.titles(group)), "Event")
    trouble(group).mend_it(made.doors, {})
    assert [rule["active"] for rule in made.doors.salesforce("rules") if rule not in before] == [False]


def test_times_are_those_of_the_company() -> None:
    assert {p.body["start"].get("timeZone", BERLIN) for p in made_events(NEW_YEAR).placed} == {BERLIN, "Asia/Tokyo"}
