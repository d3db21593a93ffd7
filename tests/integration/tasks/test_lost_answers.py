"""A list gives ids of its own choice, so what may have been made there is looked for before it is made again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncapp.models import Change
from tests import builders
from tests.driving import codes, sync
from tests.integration.events.dying import dies_at, later, lost, points, seen
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import ANNA, BEN, pending
from tests.integration.tasks.stage import TaskStage, items, task


def titles(stage: TaskStage) -> list[str]:
    return sorted(each.title for each in stage.tasks.living.values())


def test_what_was_made_is_found_and_not_made_again(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    assert (titles(stage), Change.everywhere.exclude(asked=None).count()) == (["Call Ann"], 1)
    later(stage)
    assert (titles(stage), len(items()), pending(), codes(), stage.are_equal()) == (["Call Ann"], 1, [], [], True)


def test_what_somebody_changes_in_the_crm_meanwhile_reaches_it(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    stage.crm.tasks.edit(stage.only().id, title="Call Ben")
    later(stage)
    assert (titles(stage), stage.are_equal()) == (["Call Ben"], True)


def test_what_somebody_deletes_in_the_crm_meanwhile_goes_from_the_list(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    stage.crm.tasks.delete(stage.only().id)
    later(stage)
    assert (titles(stage), pending(), codes(), stage.are_equal()) == ([], [], [], True)


def test_what_somebody_changes_in_the_list_meanwhile_is_not_lost(stage: TaskStage) -> None:
    """It cannot be told from a task of their own any more: then there are two, and nothing is thrown away."""
    stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    stage.tasks.edit(stage.there()[0], title="Call Ben")
    later(stage)
    assert (titles(stage), stage.are_equal()) == (["Call Ann", "Call Ben"], True)


def test_what_the_crm_says_while_it_is_made_anew_reaches_it(stage: TaskStage) -> None:
    """Its reader tells of it after the look at the CRM, and before it is written down what is made."""
    stage.crm.tasks.overlap = 0
    ref = stage.tasks.add(task())
    stage.run(2)
    stage.crm.tasks.edit(stage.only().id, title="Call Ben")
    stage.tasks.delete(ref)

    def says_more() -> None:
        stage.crm.tasks.edit(stage.only().id, title="Call Eve")
        stage.read()

    stage.time.move(minutes=6)
    with happening(says_more, at="asking: note: before commit"):
        sync(stage.anna)
    later(stage)
    assert (titles(stage), pending(), codes(), stage.are_equal()) == (["Call Eve"], [], [], True)


def test_a_task_of_somebodys_own_is_not_taken_for_ours(stage: TaskStage) -> None:
    stage.tasks.add(task("Write Ben"))
    stage.run()
    stage.crm.tasks.create(task(), ANNA)
    builders.store_of(stage.anna).tasks.rules.append(lambda put: None)
    lost(stage)
    later(stage)
    assert (titles(stage), len(stage.at_crm()), stage.are_equal()) == (["Call Ann", "Write Ben"], 2, True)


def test_two_alike_are_two(stage: TaskStage) -> None:
    for _ in range(2):
        stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    later(stage)
    assert (titles(stage), len(stage.at_crm()), stage.are_equal()) == (["Call Ann", "Call Ann"], 2, True)


def test_the_feed_may_show_it_before_it_is_tried_again(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    Change.everywhere.update(state="waiting", next_attempt_at=None)  # it rests, as behind an issue
    stage.time.move(hours=5)
    stage.run()
    assert (titles(stage), len(items()), len(stage.at_crm())) == (["Call Ann"], 1, 1)
    later(stage)
    assert (pending(), stage.are_equal()) == ([], True)


def test_what_is_made_anew_is_not_made_twice(stage: TaskStage) -> None:
    """Deleted in the list and changed in Salesforce, which nobody has read yet: the change wins, and is new there."""
    stage.tasks.add(task())
    stage.run()
    stage.tasks.delete(stage.there()[0])
    stage.crm.tasks.edit(stage.only().id, title="Call Ben")
    builders.store_of(stage.anna).faults.lost_answers.append(True)
    sync(stage.anna)
    assert (titles(stage), Change.everywhere.exclude(asked=None).count()) == (["Call Ben"], 1)
    later(stage)
    assert (titles(stage), len(stage.at_crm()), len(items()), stage.are_equal()) == (["Call Ben"], 1, 1, True)


def test_what_the_feed_showed_first_counts_as_in_step(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(done=True), ANNA)
    lost(stage)
    Change.everywhere.update(state="waiting", next_attempt_at=None)
    stage.time.move(hours=5)
    stage.run(2)
    assert (items()[0].synced_at is not None, pending()) == (True, [])
    stage.time.move(days=60)
    stage.tasks.forget_cursors()
    stage.run(2)
    assert (titles(stage), len(stage.at_crm())) == (["Call Ann"], 1)


CALLS = (
    "look at tasks",
    "push tasks",
    "push to task list",
    "read crm tasks",
    "read page",
    "read tasks",
)
POINTS = points(CALLS)


def busy(stage: TaskStage) -> None:
    """Something of every kind is to be done: to make, to change and to delete on either side, and to hand over."""
    kept = [stage.tasks.add(task(name)) for name in ("Write Ben", "old", "of both")]
    for name in ("Ring Eve", "older", "handed over"):
        stage.crm.tasks.create(task(name), ANNA)
    stage.run(2)
    by_title = {each.said.title: each.id for each in stage.at_crm()}
    stage.crm.tasks.records[by_title["handed over"]].owner_id = BEN
    stage.crm.tasks.edit(by_title["handed over"])
    stage.tasks.edit(kept[0], done=True)
    stage.tasks.delete(kept[1])
    stage.tasks.edit(kept[2], text="from the list")
    stage.tasks.add(task("new in the list"))
    stage.crm.tasks.edit(by_title["of both"], due=None)
    stage.crm.tasks.edit(by_title["Ring Eve"], title="Ring Eve twice")
    stage.crm.tasks.delete(by_title["older"])
    stage.crm.tasks.create(task("new in the CRM"), ANNA)


def test_the_points_are_all_that_the_run_has(stage: TaskStage) -> None:
    busy(stage)
    assert seen(stage.run) == sorted(POINTS)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_at_any_of_them_loses_nothing_and_makes_nothing_twice(stage: TaskStage, point: str) -> None:
    busy(stage)
    dies_at(point, stage.run)
    later(stage)
    assert titles(stage) == ["Ring Eve twice", "Write Ben", "new in the CRM", "new in the list", "of both"]
    assert [each.title for each in builders.store_of(stage.ben).tasks.living.values()] == ["handed over"]
    assert (len(stage.at_crm()), pending(), codes(), stage.is_quiet()) == (6, [], [], True)


def test_what_is_put_back_as_it_was_is_no_change(stage: TaskStage) -> None:
    ref = stage.tasks.add(task())
    stage.run()
    stage.tasks.edit(ref, title="Call Ben")
    stage.tasks.edit(ref, title="Call Ann")
    stage.tasks.touch(ref)
    before = stage.crm.writes
    stage.run()
    assert (stage.crm.writes, replace(stage.there()[1], changed_at=None)) == (before, task())
