"""What goes both ways gets another place: nothing is rewritten at once, and an empty place empties nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.field_mapping import FieldMapping
from connectors.records import Ref
from connectors.scoping import EVERYTHING, scoped
from syncapp.models import Item, Overruled
from tests import builders
from tests.conftest import Time
from tests.integration.events.stage import ANNA, Stage, pending, staged
from tests.integration.verifying.running import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[Stage]:
    """Anna's meeting in room 7, which both sides agree on."""
    made = staged(time)
    with scoped(EVERYTHING):
        made.calendar.add(builders.event("Review"))
        made.run(2)
        yield made


def meeting(stage: Stage) -> Ref:
    (found,) = stage.calendar.living
    return Ref(id=str(found))


def location(stage: Stage) -> str:
    (found,) = stage.calendar.living.values()
    return found.location


def maps(stage: Stage, field: str = "Room__c", source: str = "location") -> FieldMapping:
    """Somebody maps it; where it lies now, there is nothing yet."""
    made = FieldMapping.everywhere.create(
        organization=stage.organization, target="event", source=source, field=field, way="both"
    )
    empties(stage)
    return made


def empties(stage: Stage) -> None:
    """How a record reads from a place that nobody has written to; its stamp is new for another reason."""
    stage.crm.events.edit(stage.record.id, location="")


def test_an_empty_place_empties_nothing(stage: Stage) -> None:
    maps(stage)
    stage.run(2)
    assert (location(stage), pending()) == ("Room 7", [])


def test_without_the_line_it_would(stage: Stage) -> None:
    empties(stage)
    stage.run(2)
    assert location(stage) == ""


def test_nothing_is_written_at_once(stage: Stage) -> None:
    before = stage.crm.writes
    maps(stage)
    stage.run(3)
    assert stage.crm.writes == before


def test_what_else_people_change_there_comes_into_the_calendar(stage: Stage) -> None:
    maps(stage)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.run(2)
    assert (stage.in_calendar(), location(stage)) == (["Review of prices"], "Room 7")
    stage.run(2)
    assert location(stage) == "Room 7"


def test_the_next_change_in_the_calendar_writes_it_there(stage: Stage) -> None:
    maps(stage)
    stage.run()
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    assert (stage.record.event.location, stage.is_quiet()) == ("Room 7", True)


def test_once_it_is_there_it_is_read_from_there(stage: Stage) -> None:
    maps(stage)
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert (location(stage), stage.is_quiet()) == ("Room 9", True)


def test_what_people_kept_there_is_written_over_and_kept(stage: Stage) -> None:
    maps(stage)
    stage.crm.events.edit(stage.record.id, location="by the lift")
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    lost = Overruled.everywhere.get()
    assert (stage.record.event.location, lost.side, lost.fields) == ("Room 7", "crm", ["location"])
    assert lost.content is not None
    assert lost.content["location"] == "by the lift"


def test_to_be_emptied_there_empties_it_then(stage: Stage) -> None:
    maps(stage)
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    empties(stage)
    stage.run(2)
    assert location(stage) == ""


def test_on_the_way_back_it_is_the_same(stage: Stage) -> None:
    row = maps(stage)
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    row.delete()
    empties(stage)
    stage.run(2)
    assert location(stage) == "Room 7"


def test_from_one_place_to_another_as_well(stage: Stage) -> None:
    row = maps(stage)
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    row.field = "Floor__c"
    row.save()
    empties(stage)
    stage.run(2)
    assert location(stage) == "Room 7"


def test_what_was_born_there_is_read_from_there_at_once(stage: Stage) -> None:
    maps(stage)
    stage.crm.events.create(builders.event("Visit", location="Room 1"), owner_id=ANNA)
    stage.run(2)
    assert {each.title: each.location for each in stage.calendar.living.values()}["Visit"] == "Room 1"


def test_what_is_new_is_written_there_at_once(stage: Stage) -> None:
    maps(stage)
    stage.calendar.add(builders.event("Visit", location="Room 1"))
    stage.run(2)
    assert Item.everywhere.get(title="Visit").base["places"] == {"location": "Room__c"}


def test_the_comparison_finds_nothing_altered(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    maps(stage)
    stage.run(2)
    assert verify(capsys).status == 0


def test_where_everything_is_read_anew_it_stays(stage: Stage) -> None:
    maps(stage)
    stage.crm.events.forget_cursors()
    stage.calendar.edit(meeting(stage), text="Dates, then prices.")
    stage.calendar.edit(meeting(stage), text="Prices, then dates.")
    stage.run(3)
    assert location(stage) == "Room 7"


@pytest.mark.parametrize("rule", ["newest", "crm", "mailbox", "merge"])
def test_where_both_changed_something_it_is_the_calendars(stage: Stage, rule: str) -> None:
    stage.settle_on(event_conflicts=rule)
    maps(stage)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.calendar.edit(meeting(stage), text="Dates.")
    stage.run(3)
    assert (location(stage), stage.record.event.location) == ("Room 7", "Room 7")
    assert (stage.in_calendar(), stage.record.event.text) == (["Review of prices"], "Dates.")


def test_what_goes_to_the_crm_alone_moves_nothing(stage: Stage) -> None:
    FieldMapping.everywhere.create(
        organization=stage.organization, target="event", source="location", field="Room__c", way="to_crm"
    )
    stage.calendar.edit(meeting(stage), title="Review of prices")
    stage.run(2)
    assert "places" not in Item.everywhere.get().base
