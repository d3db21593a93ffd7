"""A task belongs to its owner in Salesforce: given to somebody else, it changes lists."""

from __future__ import annotations

from connectors.memory.tasks import MemoryTasks
from issues.models import Issue
from tests import builders
from tests.driving import codes
from tests.integration.events.stage import ANNA, BEN, pending
from tests.integration.tasks.stage import TaskStage, items, task

NOBODY = "005000000000009"


def bens(stage: TaskStage) -> MemoryTasks:
    return builders.store_of(stage.ben).tasks


def titles(of: MemoryTasks) -> list[str]:
    return sorted(each.title for each in of.living.values())


def give(stage: TaskStage, owner: str) -> None:
    stage.only().owner_id = owner
    stage.crm.tasks.edit(stage.only().id)


def in_annas_list(stage: TaskStage) -> None:
    stage.tasks.add(task())
    stage.run()


def test_it_leaves_one_list_and_comes_into_the_other(stage: TaskStage) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    stage.run(2)
    assert (titles(stage.tasks), titles(bens(stage)), len(items()), pending()) == ([], ["Call Ann"], 1, [])
    assert (len(stage.at_crm()), codes(), stage.is_quiet()) == (1, [], True)


def test_so_does_one_that_was_entered_in_salesforce(stage: TaskStage) -> None:
    stage.crm.tasks.create(task(), ANNA)
    stage.run(2)
    give(stage, BEN)
    stage.run(2)
    assert (titles(stage.tasks), titles(bens(stage)), stage.is_quiet()) == ([], ["Call Ann"], True)


def test_what_its_last_owner_changed_meanwhile_goes_with_it(stage: TaskStage) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    stage.tasks.edit(stage.there()[0], text="About the dates.")
    stage.run(3)
    assert [each.text for each in bens(stage).living.values()] == ["About the dates."]
    assert (stage.only().said.text, titles(stage.tasks), stage.is_quiet()) == ("About the dates.", [], True)


def test_that_its_last_owner_threw_it_away_meanwhile_deletes_it_for_nobody(stage: TaskStage) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    stage.tasks.delete(stage.there()[0])
    stage.run(3)
    assert (titles(bens(stage)), len(stage.at_crm()), stage.is_quiet()) == (["Call Ann"], 1, True)


def test_given_to_somebody_without_a_mailbox_it_leaves_the_list_and_stays_in_salesforce(stage: TaskStage) -> None:
    in_annas_list(stage)
    give(stage, NOBODY)
    stage.run(2)
    assert (titles(stage.tasks), len(stage.at_crm()), pending(), stage.is_quiet()) == ([], 1, [], True)


def test_given_back_it_comes_back(stage: TaskStage) -> None:
    in_annas_list(stage)
    for owner in (NOBODY, ANNA, BEN, ANNA):
        give(stage, owner)
        stage.run(2)
    assert (titles(stage.tasks), titles(bens(stage)), len(stage.at_crm())) == (["Call Ann"], [], 1)
    assert stage.are_equal()


def test_in_its_new_list_it_is_kept_in_step(stage: TaskStage) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    stage.run(2)
    (entry,) = [each for each in bens(stage).entries.values() if not each.gone]
    bens(stage).edit(entry.ref, done=True)
    stage.crm.tasks.edit(stage.only().id, title="Call Ben")
    stage.run(2)
    (there,) = bens(stage).living.values()
    assert (there.title, there.done, stage.only().said.done) == ("Call Ben", True, True)


def test_many_that_are_given_at_once_are_not_taken_for_a_mishap(stage: TaskStage) -> None:
    for at in range(30):
        stage.tasks.add(task(f"task {at:02}"))
    stage.run()
    for record in stage.at_crm():
        record.owner_id = BEN
        stage.crm.tasks.edit(record.id)
    stage.run(3)
    assert (len(stage.tasks.living), len(bens(stage).living), Issue.everywhere.count()) == (0, 30, 0)
