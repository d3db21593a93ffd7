"""A write whose answer got lost has happened or has not: what people do meanwhile is seen as what it is."""

from __future__ import annotations

import pytest

from connectors.effects import crash_points
from connectors.policies import ConflictRule
from syncapp.models import Overruled
from tests import builders
from tests.builders import event
from tests.conftest import Time
from tests.driving import codes, sync
from tests.integration.events.dying import dies_at
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage, pending, rules, staged


def _lost(stage: Stage) -> None:
    """The CRM does what it is asked next, and we do not hear of it."""
    stage.crm.faults.lost_answers.append(True)
    stage.run()


def _later(stage: Stage) -> None:
    stage.time.move(hours=5)
    stage.run(2)


def test_what_somebody_changes_in_the_record_meanwhile_is_not_written_over(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    _lost(stage)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    _later(stage)
    assert (stage.calendar.event(ref).location, stage.record.event.location) == ("Room 9", "Room 9")
    assert (pending(), codes(), Overruled.objects.exists(), stage.is_quiet()) == ([], [], False, True)


def test_an_event_that_is_deleted_meanwhile_leaves_no_record(stage: Stage) -> None:
    stage.calendar.add(event("Fair"))
    stage.run()
    ref = stage.calendar.add(event("Review"))
    _lost(stage)
    stage.calendar.delete(ref)
    _later(stage)
    assert (stage.titles(), pending(), codes(), stage.is_quiet()) == (["Fair"], [], [], True)


def test_nor_does_one_that_is_called_private_meanwhile(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    _lost(stage)
    stage.calendar.edit(ref, private=True)
    _later(stage)
    assert (stage.records, rules(), pending(), stage.is_quiet()) == ([], {"Review": "private"}, [], True)


@pytest.mark.parametrize("rule", list(ConflictRule))
def test_our_own_older_words_are_no_rival_of_newer_ones(db: None, time: Time, rule: ConflictRule) -> None:
    stage = staged(time, event_conflicts=rule.value)
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    _lost(stage)
    stage.calendar.edit(ref, title="Review of dates")
    _later(stage)
    assert (stage.titles(), stage.in_calendar()) == (["Review of dates"], ["Review of dates"])
    assert (codes(), Overruled.everywhere.exists()) == ([], False)


def test_an_edit_that_is_taken_back_meanwhile_is_taken_back(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    _lost(stage)
    stage.calendar.edit(ref, title="Review")
    _later(stage)
    assert (stage.titles(), stage.in_calendar(), stage.is_quiet()) == (["Review"], ["Review"], True)


def test_nor_is_what_somebody_changes_in_a_record_that_was_made_anew(stage: Stage) -> None:
    """What we know of is the one that was deleted."""
    ref = stage.calendar.add(event("Review"))
    stage.run(2)
    stage.calendar.edit(ref, title="Review of prices")
    stage.crm.events.delete(stage.record.id)
    _lost(stage)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.calendar.edit(ref, title="Review of dates")
    _later(stage)
    assert (stage.titles(), stage.in_calendar()) == (["Review of dates"], ["Review of dates"])
    assert (stage.calendar.event(ref).location, stage.record.event.location) == ("Room 9", "Room 9")
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)


def test_what_the_crm_says_after_a_copy_was_made_anew_reaches_it(stage: Stage) -> None:
    """The CRM's first edit was found by a look, before its reader told of it."""
    ref = stage.calendar.add(event("Review"))
    stage.run(2)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.calendar.delete(ref)
    stage.time.move(minutes=6)
    dies_at("push to calendar: after", lambda: sync(stage.anna))
    stage.crm.events.edit(stage.record.id, title="Review of dates")
    _later(stage)
    assert (stage.titles(), stage.in_calendar()) == (["Review of dates"], ["Review of dates"])
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)


def test_so_does_what_it_says_before_its_reader_tells_of_anything(stage: Stage) -> None:
    """Both tries go by a look at the CRM."""
    ref = stage.calendar.add(event("Review"))
    stage.run(2)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.calendar.delete(ref)
    stage.time.move(minutes=6)
    builders.store_of(stage.anna).faults.lost_answers.append(True)
    with happening(
        lambda: stage.crm.events.edit(stage.record.id, title="Review of dates"), at="run: failed: before commit"
    ):
        sync(stage.anna)
    stage.time.move(hours=5)
    sync(stage.anna)
    _later(stage)
    assert (stage.titles(), stage.in_calendar()) == (["Review of dates"], ["Review of dates"])
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)


# -- Where the key of an event cannot be unique


@pytest.mark.parametrize(
    "point", ["push events: after", "settle events in crm: before commit", "version: reserve: after commit"]
)
def test_a_key_that_is_not_unique_makes_no_second_record_after_a_death(stage: Stage, point: str) -> None:
    def dies(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    stage.crm.events.unique_keys = False
    stage.calendar.add(event("Review"))
    with crash_points(dies), pytest.raises(KeyboardInterrupt):
        stage.run()
    _later(stage)
    assert (stage.titles(), pending(), stage.is_quiet()) == (["Review"], [], True)


def test_nor_does_it_after_an_answer_that_got_lost(stage: Stage) -> None:
    stage.crm.events.unique_keys = False
    stage.calendar.add(event("Review"))
    _lost(stage)
    _later(stage)
    assert (stage.titles(), pending(), stage.is_quiet()) == (["Review"], [], True)
