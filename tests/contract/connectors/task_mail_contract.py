"""What every connector with tasks promises. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import clock
from connectors.errors import Kind
from connectors.records import Put, Ref, Task
from tests.builders import task
from tests.contract.connectors.event_reading_contract import failed, refused, written
from tests.contract.connectors.list_contract import NEVER, content
from tests.contract.connectors.task_reading_contract import (
    FEED,
    NOWHERE,
    TASK,
    TaskReadingContract,
    each_task,
    shown,
)
from tests.contract.connectors.task_stage import TaskMailStage

new, drop = FEED.new, FEED.drop


def patch(ref: Ref, **fields: object) -> Put:
    return FEED.patch(ref, TaskReadingContract.unsaid, **fields)


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


class TaskMailContract(TaskReadingContract):
    """How tasks are read, written and found again: sixty facts and more. Each test gets an account of its own."""

    every = FEED.calls(task, title="Moved")

    # -- Inserting

    @each_task
    def test_what_is_inserted_is_there_as_it_was_meant(self, stage: TaskMailStage, entered: Task) -> None:
        (ref,) = written(stage.open().push([new(entered)]))
        assert [content(each) for each in shown(stage, ref)] == [entered]

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

    def test_what_is_gone_is_not_changed(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.delete(ref)
        for found in stage.open().push([patch(each, title="Ours") for each in (ref, Ref(id=ref.id), NEVER, NOWHERE)]):
            assert failed(found).kind is Kind.NOT_FOUND
        assert stage.living() == []

    # -- Deleting

    def test_deleting_what_never_was_is_done(self, stage: TaskMailStage) -> None:
        assert written(stage.open().push([drop(NEVER), drop(NOWHERE)])) == [NEVER, NOWHERE]

    # -- Many at once

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
