"""Tasks go both ways, field by field, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.models import Mailbox
from connectors.policies import ConflictRule
from syncapp.engine.reconciling import compare
from syncapp.models import Filtered
from tests import builders
from tests.conftest import Time
from tests.driving import codes
from tests.integration.events.stage import ANNA, BEN
from tests.integration.tasks.stage import TaskStage, items, staged, task

EDITS: list[dict[str, Any]] = [
    {"title": "Call Ben"},
    {"text": "About the dates."},
    {"due": date(2026, 12, 24)},
    {"due": None},
    {"done": True},
]


def test_a_task_of_the_list_comes_into_the_crm_as_its_owners(stage: TaskStage) -> None:
    stage.tasks.add(task())
    stage.run()
    assert (stage.only().owner_id, stage.only().key, stage.are_equal()) == (ANNA, items()[0].key, True)


def test_a_task_of_the_crm_comes_into_its_owners_list(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), BEN)
    stage.run()
    assert [each.title for each in builders.store_of(stage.ben).tasks.living.values()] == ["Call Ann"]
    assert (stage.tasks.living, stage.is_quiet()) == ({}, True)


def test_one_whose_owner_has_no_mailbox_here_is_nobodys(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), "005000000000009")
    stage.run()
    assert (items(), stage.tasks.living) == ([], {})


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_what_is_changed_in_the_list_is_changed_in_the_crm(stage: TaskStage, edit: dict[str, Any]) -> None:
    ref = stage.tasks.add(task())
    stage.run()
    stage.tasks.edit(ref, **edit)
    stage.run()
    assert (stage.only().said.title, stage.are_equal()) == (edit.get("title", "Call Ann"), True)
    assert all(getattr(stage.only().said, name) == value for name, value in edit.items())


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_what_is_changed_in_the_crm_is_changed_in_the_list(stage: TaskStage, edit: dict[str, Any]) -> None:
    stage.tasks.add(task())
    stage.run()
    stage.crm.tasks.edit(stage.only().id, **edit)
    stage.run()
    assert all(getattr(stage.there()[1], name) == value for name, value in edit.items())
    assert stage.are_equal()


def test_of_two_fields_changed_at_once_each_goes_over(stage: TaskStage) -> None:
    ref = stage.tasks.add(task())
    stage.run()
    stage.tasks.edit(ref, done=True)
    stage.crm.tasks.edit(stage.only().id, text="About the dates.")
    stage.run(2)
    said = stage.there()[1]
    assert (said.done, said.text, stage.are_equal()) == (True, "About the dates.", True)


def test_only_what_differs_is_written_in_the_crm(stage: TaskStage) -> None:
    """Somebody changes what we have not read yet; our own change of another field leaves it alone."""
    ref = stage.tasks.add(task())
    stage.run()
    stage.tasks.edit(ref, title="Call Ben")
    stage.crm.tasks.edit(stage.only().id, done=True)
    stage.run_only(stage.anna)
    assert (stage.only().said.title, stage.only().said.done) == ("Call Ben", True)


def test_a_task_that_is_completed_and_reopened_in_turn_ends_equal(stage: TaskStage) -> None:
    ref = stage.tasks.add(task())
    stage.run()
    for done in (True, False, True):
        stage.crm.tasks.edit(stage.only().id, done=done)
        stage.run()
        stage.tasks.edit(ref, done=not done)
        stage.run()
    assert (stage.there()[1].done, stage.are_equal()) == (False, True)


def test_what_is_deleted_in_the_list_is_deleted_in_the_crm(stage: TaskStage) -> None:
    ref = stage.tasks.add(task())
    stage.tasks.add(task("Write Ben"))
    stage.run()
    stage.tasks.delete(ref)
    stage.run()
    assert ([each.said.title for each in stage.at_crm()], stage.are_equal()) == (["Write Ben"], True)


def test_what_is_deleted_in_the_crm_is_deleted_in_the_list(stage: TaskStage) -> None:
    stage.tasks.add(task())
    stage.tasks.add(task("Write Ben"))
    stage.run()
    (gone,) = [each.id for each in stage.at_crm() if each.said.title == "Call Ann"]
    stage.crm.tasks.delete(gone)
    stage.run()
    assert ([each.title for each in stage.tasks.living.values()], stage.are_equal()) == (["Write Ben"], True)


def test_what_is_new_on_both_sides_and_says_the_same_is_two(stage: TaskStage) -> None:
    """Nobody knows that two people meant the same; nothing is thrown away for being alike."""
    stage.tasks.add(task())
    stage.crm.tasks.create(task(), ANNA)
    stage.run(2)
    assert (len(stage.at_crm()), len(stage.tasks.living), stage.is_quiet()) == (2, 2, True)


@pytest.mark.parametrize("rule", list(ConflictRule))
def test_the_same_field_changed_on_both_sides_goes_by_the_rule(db: None, time: Time, rule: ConflictRule) -> None:
    stage = staged(time, event_conflicts=rule.value)
    ref = stage.tasks.add(task())
    stage.run()
    stage.tasks.edit(ref, title="Call Ben")
    stage.time.move(minutes=1)
    stage.crm.tasks.edit(stage.only().id, title="Call Eve")
    stage.run(2)
    titles = (stage.there()[1].title, stage.only().said.title)
    wanted = {ConflictRule.NEWEST: "Call Eve", ConflictRule.CRM: "Call Eve", ConflictRule.MAILBOX: "Call Ben"}
    if rule in wanted:
        assert (titles, codes()) == ((wanted[rule],) * 2, [])
    else:
        assert (titles, codes()) == (("Call Ben", "Call Eve"), ["engine.SYNC_CONFLICT"])


def test_what_was_done_long_ago_stays_where_it_is(stage: TaskStage) -> None:
    long_ago = clock.now() - timedelta(days=400)
    stage.tasks.add(task(done=True, changed_at=long_ago))
    stage.crm.tasks.create(task(done=True), ANNA)
    (entry,) = stage.crm.tasks.records.values()
    entry.said = replace(entry.said, changed_at=long_ago)
    stage.run()
    assert (items(), len(stage.at_crm()), len(stage.tasks.living)) == ([], 1, 1)


def test_one_that_is_reopened_is_kept_in_step_from_then_on(stage: TaskStage) -> None:
    ref = stage.tasks.add(task(done=True, changed_at=clock.now() - timedelta(days=400)))
    stage.run()
    stage.tasks.edit(ref, done=False)
    stage.run()
    assert (Filtered.everywhere.count(), stage.are_equal()) == (0, True)


def test_without_the_setting_nothing_of_tasks_is_read(db: None, time: Time) -> None:
    stage = staged(time)
    stage.settle_on(syncs_tasks=False)
    stage.tasks.add(task())
    stage.crm.tasks.create(task(), ANNA)
    stage.run()
    assert (items(), len(stage.at_crm()), len(stage.tasks.living)) == ([], 1, 1)


def test_calendars_and_tasks_are_kept_in_step_beside_each_other(db: None, time: Time) -> None:
    stage = staged(time, syncs_events=True)
    stage.tasks.add(task())
    stage.calendar.add(builders.event("Review"))
    stage.crm.tasks.create(task("Write Ben"), ANNA)
    stage.run(2)
    assert (stage.titles(), sorted(each.said.title for each in stage.at_crm())) == (
        ["Review"],
        ["Call Ann", "Write Ben"],
    )
    assert stage.are_equal()


def test_who_gets_a_mailbox_later_gets_the_tasks_that_were_there_before(db: None, time: Time) -> None:
    stage = staged(time)
    Mailbox.everywhere.filter(pk=stage.ben.pk).update(crm_user_id="")
    stage.crm.tasks.create(task(), BEN)
    stage.crm.tasks.create(task("Write Ben"), ANNA)
    stage.run(2)
    assert list(builders.store_of(stage.ben).tasks.living.values()) == []
    Mailbox.everywhere.filter(pk=stage.ben.pk).update(crm_user_id=BEN)
    stage.run(2)
    assert [each.title for each in builders.store_of(stage.ben).tasks.living.values()] == ["Call Ann"]
    assert (len(stage.tasks.living), stage.is_quiet()) == (1, True)


def test_what_waits_when_tasks_are_switched_off_is_not_written_any_more(stage: TaskStage) -> None:
    stage.tasks.add(task())
    stage.run()
    stage.crm.tasks.edit(stage.only().id, title="Call Ben")
    stage.time.move(minutes=6)
    stage.read()
    stage.settle_on(syncs_tasks=False)
    stage.run(2)
    assert (stage.there()[1].title, compare(stage.organization, 0).differences) == ("Call Ann", [])
    stage.settle_on(syncs_tasks=True)
    stage.run(2)
    assert (stage.there()[1].title, stage.are_equal()) == ("Call Ben", True)
