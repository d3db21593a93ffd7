"""What every connector with tasks promises. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from connectors import clock
from connectors.errors import ItemError, Kind
from connectors.records import Put, Ref, Task
from tests.builders import task
from tests.contract.connectors.event_reading_contract import failed, refused, written
from tests.contract.connectors.task_reading_contract import (
    NEVER,
    NOWHERE,
    TASK,
    TaskReadingContract,
    caught_up,
    content,
    each_task,
    pages,
    shown,
    since,
)
from tests.contract.connectors.task_stage import TaskMailStage
from tests.contract.connectors.trouble_contract import Call, TroubleContract

_keys = count(1)


def new(of: Task) -> Put:
    return Put(resource=TASK, key=f"{next(_keys):064x}", record=of)


def patch(ref: Ref, **fields: object) -> Put:
    """These fields, in a task that has other things to say about the rest."""
    other = task("Not this", days=9, text="Nor this", done=True)
    changed = replace(other, **fields)  # type: ignore[arg-type]  # fields of a task, by name
    return Put(resource=TASK, key="", record=changed, ref=ref, fields=frozenset(fields))


def drop(ref: Ref) -> Put:
    return Put(resource=TASK, key="", record=None, ref=ref)


CALLS: dict[str, Call] = {
    "pull everything": lambda connector, cursor, ref: pages(connector),
    "pull on": lambda connector, cursor, ref: pages(connector, cursor),
    "look": lambda connector, cursor, ref: connector.look(TASK, [ref]),
    "twins": lambda connector, cursor, ref: connector.twins(TASK, [task()], clock.now()),
    "insert": lambda connector, cursor, ref: connector.push([new(task())]),
    "patch": lambda connector, cursor, ref: connector.push([patch(ref, title="Moved")]),
    "delete": lambda connector, cursor, ref: connector.push([drop(ref)]),
}

FIELDS: dict[str, dict[str, object]] = {
    "title": {"title": "Größe 👍"},
    "no title": {"title": ""},
    "text": {"text": "Other\nwords"},
    "no text": {"text": ""},
    "day": {"due": task(days=20).due},
    "no day": {"due": None},
    "done": {"done": True},
    "all": {"title": "A", "text": "B", "due": None, "done": True},
}
OTHERS = {
    "title": task("Another"),
    "text": task(text="Another"),
    "day": task(days=4),
    "no day": task(days=None),
    "done": task(done=True),
}


class TaskMailContract(TroubleContract[TaskMailStage], TaskReadingContract):
    """How tasks are read, written and found again: sixty facts and more. Each test gets an account of its own."""

    every = CALLS

    def begun(self, stage: TaskMailStage) -> tuple[Ref, str]:
        return stage.add(task()), caught_up(stage.open())

    # -- Inserting

    @each_task
    def test_what_is_inserted_is_there_as_it_was_meant(self, stage: TaskMailStage, entered: Task) -> None:
        (ref,) = written(stage.open().push([new(entered)]))
        assert [content(each) for each in shown(stage, ref)] == [entered]

    def test_the_ref_that_was_told_is_that_of_the_account(self, stage: TaskMailStage) -> None:
        (ref,) = written(stage.open().push([new(task())]))
        assert [each.ref for each in stage.open().look(TASK, [ref]) if not isinstance(each, ItemError)] == [ref]

    def test_our_own_write_comes_back_with_its_version(self, stage: TaskMailStage) -> None:
        cursor = caught_up(stage.open())
        (ref,) = written(stage.open().push([new(task())]))
        assert [each.ref for each in since(stage, cursor).values() if not each.gone] == [ref]

    def test_what_is_inserted_twice_is_there_twice(self, stage: TaskMailStage) -> None:
        """The id is the provider's choice; `twins` is there to find the first."""
        put = new(task())
        refs = [ref for _ in range(2) for ref in written(stage.open().push([put]))]
        assert sorted(stage.living()) == sorted(ref.id for ref in refs)
        assert len(set(stage.living())) == 2

    def test_one_put_twice_is_two_tasks(self, stage: TaskMailStage) -> None:
        put = new(task())
        assert len({ref.id for ref in written(stage.open().push([put, put]))}) == len(stage.living()) == 2

    # -- Changing

    @pytest.mark.parametrize("fields", FIELDS.values(), ids=list(FIELDS))
    def test_only_the_named_fields_are_written(self, stage: TaskMailStage, fields: dict[str, object]) -> None:
        ref = stage.add(task())
        (after,) = written(stage.open().push([patch(ref, **fields)]))
        assert (after.id, after.version != ref.version) == (ref.id, True)
        assert [content(each) for each in shown(stage, ref)] == [replace(task(), **fields)]  # type: ignore[arg-type]

    def test_what_was_done_is_open_again(self, stage: TaskMailStage) -> None:
        ref = stage.add(task(done=True))
        written(stage.open().push([patch(ref, done=False)]))
        assert [content(each) for each in shown(stage, ref)] == [task()]

    def test_what_is_in_another_list_is_changed_there(self, stage: TaskMailStage) -> None:
        stage.add(task())
        ref = stage.add(task(), "Sales")
        (after,) = written(stage.open().push([patch(ref, title="Another")]))
        assert (after.id, [each.title for each in shown(stage, ref)]) == (ref.id, ["Another"])

    def test_what_was_moved_is_changed_where_it_is(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        moved = stage.move(ref, "Sales")
        assert failed(stage.open().push([patch(ref, title="Ours")])[0]).kind is Kind.CONFLICT
        written(stage.open().push([patch(moved, title="One")]))
        written(stage.open().push([patch(Ref(id=ref.id), title="Two")]))
        assert [each.title for each in shown(stage, ref)] == ["Two"]
        assert [each.id for each in written(stage.open().push([drop(Ref(id=ref.id))]))] == [ref.id]
        assert stage.living() == []

    def test_an_old_version_is_a_conflict_and_overwrites_nobody(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.edit(ref, title="Edited")
        assert failed(stage.open().push([patch(ref, title="Ours")])[0]).kind is Kind.CONFLICT
        assert [each.title for each in shown(stage, ref)] == ["Edited"]

    def test_without_a_version_any_is_overwritten(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.edit(ref, title="Edited")
        written(stage.open().push([patch(Ref(id=ref.id), title="Ours")]))
        assert [each.title for each in shown(stage, ref)] == ["Ours"]

    def test_the_version_that_was_told_is_good_for_the_next_change(self, stage: TaskMailStage) -> None:
        (ref,) = written(stage.open().push([patch(stage.add(task()), title="One")]))
        written(stage.open().push([patch(ref, title="Two")]))
        assert [each.title for each in shown(stage, ref)] == ["Two"]

    def test_two_changes_of_one_task_at_once_are_one_and_a_conflict(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        one, two = stage.open().push([patch(ref, title="One"), patch(ref, title="Two")])
        assert (isinstance(one, Ref), failed(two).kind) == (True, Kind.CONFLICT)
        assert [each.title for each in shown(stage, ref)] == ["One"]

    def test_what_is_gone_is_not_changed(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.delete(ref)
        for found in stage.open().push([patch(each, title="Ours") for each in (ref, Ref(id=ref.id), NEVER, NOWHERE)]):
            assert failed(found).kind is Kind.NOT_FOUND
        assert stage.living() == []

    # -- Deleting

    def test_what_is_deleted_is_gone_and_told_as_gone(self, stage: TaskMailStage) -> None:
        ref, kept = stage.add(task()), stage.add(task())
        cursor = caught_up(stage.open())
        written(stage.open().push([drop(ref)]))
        assert stage.living() == [kept.id]
        assert [id_ for id_, each in since(stage, cursor).items() if each.gone] == [ref.id]

    def test_deleting_what_is_gone_is_done(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        for _ in range(2):
            assert [each.id for each in written(stage.open().push([drop(ref)]))] == [ref.id]

    def test_deleting_what_never_was_is_done(self, stage: TaskMailStage) -> None:
        assert written(stage.open().push([drop(NEVER), drop(NOWHERE)])) == [NEVER, NOWHERE]

    def test_what_a_person_changed_meanwhile_is_not_deleted(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.edit(ref, title="Edited")
        assert failed(stage.open().push([drop(ref)])[0]).kind is Kind.CONFLICT
        assert stage.living() == [ref.id]

    def test_a_lost_answer_to_a_deletion_is_made_up_for(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.lose_answer()
        assert refused(lambda: stage.open().push([drop(ref)])).kind is Kind.TRANSIENT
        assert stage.living() == []
        assert [each.id for each in written(stage.open().push([drop(ref)]))] == [ref.id]

    # -- Many at once

    def test_several_writes_are_few_requests_and_answered_in_order(self, stage: TaskMailStage) -> None:
        edited, dropped = stage.add(task()), stage.add(task())
        connector, before = stage.open(), stage.calls()
        told = written(connector.push([drop(dropped), new(task()), patch(edited, title="Another"), new(task("B"))]))
        assert stage.calls() - before <= 3
        assert [told[0].id, told[2].id] == [dropped.id, edited.id]
        assert set(stage.living()) == {edited.id, told[1].id, told[3].id}
        assert [each.title for each in shown(stage, told[3])] == ["B"]

    def test_more_than_fit_into_one_request(self, stage: TaskMailStage) -> None:
        told = written(stage.open().push([new(task(f"Number {n}")) for n in range(53)]))
        assert [each.title for each in shown(stage, *told)] == [f"Number {n}" for n in range(53)]

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_a_bad_one_hurts_no_neighbour_wherever_it_stands(self, stage: TaskMailStage, at: int) -> None:
        old = stage.add(task())
        stage.touch(old)
        puts = [patch(old, title="Ours") if n == at else new(task()) for n in range(3)]
        results = stage.open().push(puts)
        assert [isinstance(result, ItemError) for result in results] == [n == at for n in range(3)]
        assert len(stage.living()) == 3

    # -- Finding what was made

    def test_a_lost_answer_is_a_passing_failure_and_what_was_written_is_found(self, stage: TaskMailStage) -> None:
        puts, began = [new(task(f"Number {n}")) for n in range(3)], clock.now() - timedelta(minutes=1)
        stage.lose_answer()
        assert refused(lambda: stage.open().push(puts)).kind is Kind.TRANSIENT
        found = stage.open().twins(TASK, [put.record for put in puts if put.record], began)
        assert [len(each) for each in found] == [1, 1, 1]
        assert {ref.id for each in found for ref in each} == set(stage.living())
        assert [each.title for each in shown(stage, *(ref for each in found for ref in each))] == [
            f"Number {n}" for n in range(3)
        ]

    @each_task
    def test_a_twin_says_the_same(self, stage: TaskMailStage, entered: Task) -> None:
        began = clock.now() - timedelta(minutes=1)
        (ref,) = written(stage.open().push([new(entered)]))
        assert stage.open().twins(TASK, [entered], began) == [(ref,)]

    @pytest.mark.parametrize("other", OTHERS.values(), ids=list(OTHERS))
    def test_what_says_something_else_is_no_twin(self, stage: TaskMailStage, other: Task) -> None:
        began = clock.now() - timedelta(minutes=1)
        stage.add(other)
        assert stage.open().twins(TASK, [task()], began) == [()]

    def test_what_was_there_long_before_is_no_twin(self, stage: TaskMailStage) -> None:
        stage.add(task())
        stage.wait(1)
        assert stage.open().twins(TASK, [task()], clock.now() - timedelta(minutes=1)) == [()]

    def test_what_is_gone_or_in_another_list_is_no_twin(self, stage: TaskMailStage) -> None:
        began = clock.now() - timedelta(minutes=1)
        stage.delete(stage.add(task()))
        stage.add(task(), "Sales")
        assert stage.open().twins(TASK, [task()], began) == [()]

    def test_twins_come_oldest_first_on_however_many_pages(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        began, refs = clock.now() - timedelta(minutes=1), list[Ref]()
        for _ in range(3):
            refs.append(stage.add(task()))
            stage.add(task("Another"))
            stage.wait(1)
        assert stage.open().twins(TASK, [task("Nobody's"), task()], began) == [(), tuple(refs)]
