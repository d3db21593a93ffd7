"""A read that had to begin anew misses nothing that went away between the two."""

from __future__ import annotations

import pytest

from tests.builders import event
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import ANNA, Stage, pending
from tests.scenario.deaths import Crash


def _dies() -> None:
    raise Crash


def test_what_was_deleted_between_two_tries_of_the_first_read_goes(stage: Stage) -> None:
    """The second try does not list it, and no tombstone tells of it."""
    ref = stage.calendar.add(event("Review"))
    stage.calendar.add(event("Fair"))
    with pytest.raises(Crash), happening(_dies, at="settle events in crm: after commit"):
        stage.run()
    assert stage.titles() == ["Fair", "Review"]
    stage.calendar.delete(ref)
    stage.run(3)
    assert (stage.titles(), stage.is_quiet()) == (["Fair"], True)


def test_what_was_deleted_in_the_crm_on_its_way_to_a_calendar_does_not_come_there(stage: Stage) -> None:
    """A full read does not list it, and no tombstone tells of it."""
    stage.crm.events.overlap = 0
    stage.run()
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.read()
    stage.crm.events.forget_cursors()
    stage.crm.events.delete(stage.record.id)
    stage.run(3)
    assert (stage.in_calendar(), pending(), stage.is_quiet()) == ([], [], True)
