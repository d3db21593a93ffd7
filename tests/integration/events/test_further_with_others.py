"""Further calendars beside private events, marks on what failed, absences and reads anew."""

from __future__ import annotations

import pytest

from connectors.memory.calendar import MARK, MemoryCalendar
from connectors.records import EventKind
from syncapp.orders import Order, carry_out
from tests.builders import event
from tests.driving import codes
from tests.integration.events.stage import Stage, refusing, rules
from tests.integration.events.test_further_calendars import take_away, team

__all__ = ["team"]


@pytest.mark.parametrize(("policy", "titles"), [("filter", []), ("busy", ["Busy"])])
def test_private_events_of_it_are_judged_as_those_of_the_own(
    stage: Stage, team: MemoryCalendar, policy: str, titles: list[str]
) -> None:
    stage.settle_on(private_events=policy)
    team.add(event("Doctor", private=True, location="Ring 1"))
    stage.run(2)
    assert (stage.titles(), codes(), stage.is_quiet()) == (titles, [], True)
    assert [entry.said.location for entry in stage.records] == [""] * len(titles)


def test_an_absence_of_it_is_shown_as_one(stage: Stage, team: MemoryCalendar) -> None:
    stage.settle_on(absences="show")
    team.add(event("Away", kind=EventKind.ABSENCE))
    stage.run(2)
    assert (stage.titles(), rules(), stage.is_quiet()) == (["Away"], {}, True)


def test_what_failed_is_marked_where_it_lies(stage: Stage, team: MemoryCalendar) -> None:
    stage.crm.rules.append(refusing("Bad"))
    own, further = stage.calendar.add(event("Good"), "e7"), team.add(event("Bad"), "e7")
    stage.run(2)
    assert (stage.calendar.colour(own), team.colour(further)) == ("", MARK)
    stage.crm.rules.clear()
    team.edit(further, title="Better")
    stage.run(2)
    assert (team.colour(further), codes(), stage.titles()) == ("", [], ["Better", "Good"])


def test_a_mark_in_one_that_is_away_fails_nothing(stage: Stage, team: MemoryCalendar) -> None:
    stage.crm.rules.append(refusing("Bad"))
    team.add(event("Bad"))
    stage.run()
    take_away(stage)
    stage.calendar.add(event("Good"))
    stage.run(3)
    assert stage.titles() == ["Good"]
    stage.anna.refresh_from_db()
    assert stage.anna.failed_runs == 0


@pytest.mark.parametrize("order", [Order.REREAD, Order.RESET])
def test_read_anew_nothing_of_either_is_made_twice(stage: Stage, team: MemoryCalendar, order: Order) -> None:
    stage.calendar.add(event("Review"))
    team.add(event("Stand-up"))
    stage.run(2)
    before = {entry.id for entry in stage.records}
    carry_out(order, stage.anna)
    stage.run(3)
    assert ({entry.id for entry in stage.records}, codes(), stage.is_quiet()) == (before, [], True)
