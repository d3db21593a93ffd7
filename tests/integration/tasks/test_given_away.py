"""A task belongs to its owner in Salesforce: given to somebody else, it changes lists."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.errors import Kind
from connectors.memory import failure
from connectors.memory.tasks import MemoryTasks
from connectors.models import Mailbox
from issues.models import Issue
from tests import builders
from tests.driving import codes, sync
from tests.integration.events.dying import lost
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


# -- Whose it is, where that is not plain


def test_a_mailbox_whose_salesforce_user_nobody_knows_keeps_its_tasks(stage: TaskStage) -> None:
    in_annas_list(stage)
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(crm_user_id="")
    stage.crm.tasks.forget_cursors()
    stage.run(3)
    assert (titles(stage.tasks), len(stage.at_crm()), pending(), codes()) == (["Call Ann"], 1, [], [])


def test_so_does_one_that_never_had_any(stage: TaskStage) -> None:
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(crm_user_id="")
    in_annas_list(stage)
    stage.run(2)
    assert (titles(stage.tasks), len(stage.at_crm()), stage.is_quiet()) == (["Call Ann"], 1, True)


def test_two_mailboxes_of_one_user_take_nothing_from_each_other(stage: TaskStage) -> None:
    Mailbox.everywhere.filter(pk=stage.ben.pk).update(crm_user_id=ANNA)
    bens(stage).add(task())
    stage.run(3)
    assert (titles(stage.tasks), titles(bens(stage)), len(stage.at_crm())) == ([], ["Call Ann"], 1)


def test_many_that_are_given_to_nobody_are_asked_about_first(stage: TaskStage) -> None:
    for at in range(30):
        stage.tasks.add(task(f"task {at:02}"))
    stage.run()
    for record in stage.at_crm():
        record.owner_id = NOBODY
        stage.crm.tasks.edit(record.id)
    stage.run(2)
    assert (len(stage.tasks.living), codes()) == (30, ["engine.MASS_CHANGE"])


# -- Given away while something else happens


def test_thrown_away_by_its_last_owner_before_anybody_read_of_the_gift_it_stays_its_new_owners(
    stage: TaskStage,
) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    stage.tasks.delete(stage.there()[0])
    sync(stage.anna)
    stage.run(3)
    assert (titles(bens(stage)), len(stage.at_crm()), stage.is_quiet()) == (["Call Ann"], 1, True)


def test_thrown_away_while_the_gift_waits_it_still_comes_to_its_new_owner(stage: TaskStage) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    busy = failure("google.backendError", Kind.TRANSIENT, "Backend Error")
    stage.tasks.rules.append(lambda put: busy)
    stage.run()
    stage.tasks.rules.clear()
    stage.tasks.delete(stage.there()[0])
    stage.time.move(hours=5)
    stage.run(3)
    assert (titles(bens(stage)), len(stage.at_crm()), pending(), codes()) == (["Call Ann"], 1, [], [])


@pytest.mark.parametrize("owner", [BEN, NOBODY])
def test_what_was_made_without_an_answer_leaves_the_list_as_well(stage: TaskStage, owner: str) -> None:
    stage.crm.tasks.create(task(), ANNA)
    lost(stage)
    give(stage, owner)
    stage.time.move(hours=5)
    stage.run(3)
    assert (titles(stage.tasks), titles(bens(stage))) == ([], ["Call Ann"] if owner == BEN else [])
    assert (pending(), stage.is_quiet()) == ([], True)


def test_what_waits_for_a_mailbox_that_rests_goes_to_nobody_with_its_gift(stage: TaskStage) -> None:
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at=clock.now())
    stage.crm.tasks.create(task(), ANNA)
    stage.run()
    give(stage, NOBODY)
    stage.run()
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at=None)
    stage.run(2)
    assert (titles(stage.tasks), len(stage.at_crm()), pending()) == ([], 1, [])


def test_what_is_changed_in_salesforce_while_the_new_copys_answer_is_lost_is_not_written_over(
    stage: TaskStage,
) -> None:
    in_annas_list(stage)
    give(stage, BEN)
    stage.run_only(stage.anna)
    builders.store_of(stage.ben).faults.lost_answers.append(True)
    stage.run_only(stage.ben)
    stage.crm.tasks.edit(stage.only().id, title="Call Ben")
    stage.time.move(hours=5)
    stage.run(3)
    assert (titles(bens(stage)), stage.only().said.title, codes()) == (["Call Ben"], "Call Ben", [])


def test_tasks_of_a_mailbox_that_was_taken_out_come_to_their_new_owner(stage: TaskStage) -> None:
    in_annas_list(stage)
    Mailbox.everywhere.filter(pk=stage.anna.pk).delete()
    give(stage, BEN)
    stage.time.move(minutes=6)
    stage.read()
    sync(stage.ben)
    assert (titles(bens(stage)), len(stage.at_crm())) == (["Call Ann"], 1)
