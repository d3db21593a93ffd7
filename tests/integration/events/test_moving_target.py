"""A calendar that is changed again between our look and our write: the worker lets go, and the next run goes on."""

from __future__ import annotations

from connectors.effects import crash_points
from connectors.models import Organization
from connectors.records import Ref
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.running import Ending
from syncapp.models import Binding
from tests import builders
from tests.driving import sync
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage, pending


def test_neither_direction_spins_while_the_calendar_moves(stage: Stage) -> None:
    Organization.everywhere.update(event_conflicts="crm")
    stage.calendar.add(builders.event("Review"))
    stage.run()
    binding = Binding.everywhere.get()
    stage.crm.events.edit(stage.record.id, title="in the crm")
    stage.calendar.edit(Ref(id=binding.remote_id), title="in the calendar")
    puts = list[str]()

    def move(name: str) -> None:
        if name == "push to calendar: before":
            puts.append(name)
            stage.calendar.edit(Ref(id=binding.remote_id), title=f"moved {len(puts)} times")

    stage.time.move(minutes=6)
    read_crm(stage.organization.pk)
    with crash_points(move):
        assert sync(stage.anna) == [Ending.DONE]
    assert len(puts) <= 2
    assert {state for _, state in pending()} == {"waiting"}
    stage.run(3)
    assert (stage.titles(), stage.in_calendar()) == (["in the crm"], ["in the crm"])
    assert stage.is_quiet()


def test_what_the_crms_reader_saw_before_our_last_write_is_no_news(stage: Stage) -> None:
    """It looked, slept while we wrote, and found nothing better to say than what we had written over."""
    ref = stage.calendar.add(builders.event("Fair"))
    stage.run()
    stage.crm.events.edit(stage.record.id, location="Hall 3")
    stage.calendar.edit(ref, title="Fair of prices")
    stage.time.move(minutes=6)
    with happening(lambda: read_crm(stage.organization.pk), at="push events: before"):
        sync(stage.anna)
    assert (stage.titles(), stage.in_calendar()) == (["Fair of prices"], ["Fair of prices"])
    stage.run(2)
    assert (stage.titles(), stage.in_calendar()) == (["Fair of prices"], ["Fair of prices"])
    assert (stage.record.event.location, stage.is_quiet()) == ("Hall 3", True)
