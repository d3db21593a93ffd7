"""What every connector with tasks promises of reading them. `task_mail_contract` has the rest, and what to subclass."""

from __future__ import annotations

from typing import ClassVar

import pytest

from connectors.errors import Kind
from connectors.records import Ref, RemoteChange, Resource, Task
from tests.builders import task
from tests.contract.connectors.event_reading_contract import failed, refused
from tests.contract.connectors.list_contract import NEVER, Feed, ListContract, changes, content, ids, record
from tests.contract.connectors.task_stage import TaskMailStage

TASK = Resource.TASK
FEED = Feed(TASK)
pages, caught_up, since, shown = FEED.pages, FEED.caught_up, FEED.since, FEED.shown
NOWHERE = Ref(id="bm9ib2R5MDEyMzQ1Njc4OQ", version="bm93aGVyZQ 1 2")

TASKS = {
    "plain": task(),
    "letters of the world": task("Größe – 尺寸 👍", text="Grüße\nübermorgen"),
    "odd characters": task("<b>&amp;</b> \"q\" 'x' \\ %2F", text="a\tb\n\n* c = 1; \u200bd"),
    "without a title": task("", text="Only notes"),
    "without words": task("", text=""),
    "without a day": task(days=None),
    "late": task(days=-400),
    "far ahead": task(days=4_000),
    "done": task(done=True),
}
each_task = pytest.mark.parametrize("entered", TASKS.values(), ids=list(TASKS))


class TaskReadingContract(ListContract[TaskMailStage]):
    """How tasks are read. Each test gets an account of its own."""

    feed, called = FEED, "title"
    unsaid = task("Not this", days=9, text="Nor this", done=True)
    tells_of_lists: ClassVar[bool] = True

    def item(self, title: str = "Plain", number: int = 0) -> Task:
        return task(title, days=number)

    def scatter(self, stage: TaskMailStage, number: int) -> list[Ref]:
        return [stage.add(self.item(f"Number {n}", n), "Sales" if n % 2 else "") for n in range(number)]

    def fill(self, stage: TaskMailStage, number: int, tasklist: str = "") -> list[Ref]:
        return [stage.add(self.item(f"Number {n}", n), tasklist) for n in range(number)]

    # -- A full read

    def test_it_has_those_of_all_lists(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        refs = [ref for name in ("", "Sales", "Größe / 尺寸") for ref in self.fill(stage, 3, name)]
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs)

    def test_without_a_window_it_has_everything(self, stage: TaskMailStage) -> None:
        ref = stage.add(task(done=True))
        stage.wait(40)
        assert ids(list(stage.open().pull(TASK, None))) == [ref.id]

    def test_a_page_holds_no_more_than_a_page_and_is_one_request(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        self.fill(stage, 3, "Sales")
        connector, before = stage.open(), stage.calls()
        found = pages(connector)
        assert max(len(page.changes) for page in found) == 2
        assert stage.calls() - before == len(found)

    def test_what_was_done_before_the_window_is_left_out_and_nothing_else(self, stage: TaskMailStage) -> None:
        done, still_open, again = stage.add(task(done=True)), stage.add(task()), stage.add(task(done=True))
        stage.wait(40)
        stage.edit(again, title="Another")
        late = stage.add(task(done=True))
        assert done.id not in ids(pages(stage.open()))
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in (still_open, again, late))

    # -- What a task is

    @each_task
    def test_a_task_arrives_as_it_was_entered(self, stage: TaskMailStage, entered: Task) -> None:
        stage.add(entered)
        (found,) = map(record, changes(pages(stage.open())))
        assert content(found) == entered

    # -- What changed since

    @pytest.mark.parametrize("tasklist", ["", "Sales", "New"])
    def test_what_is_new_comes_whole_whichever_list_it_is_in(self, stage: TaskMailStage, tasklist: str) -> None:
        self.fill(stage, 2)
        self.fill(stage, 2, "Sales")
        cursor = caught_up(stage.open())
        added = stage.add(task("new"), tasklist)
        assert record(since(stage, cursor)[added.id]).title == "new"

    @pytest.mark.parametrize("done", [True, False], ids=["done", "open again"])
    def test_a_task_that_is_done_or_open_again_has_changed(self, stage: TaskMailStage, done: bool) -> None:
        ref = stage.add(task(done=not done))
        cursor = caught_up(stage.open())
        stage.edit(ref, done=done)
        assert record(since(stage, cursor)[ref.id]).done is done

    def test_what_changes_is_told_although_it_was_done_long_ago(self, stage: TaskMailStage) -> None:
        ref = stage.add(task(done=True))
        stage.wait(40)
        cursor = caught_up(stage.open())
        stage.edit(ref, title="Another")
        assert record(since(stage, cursor)[ref.id]).title == "Another"

    def test_a_deletion_is_a_tombstone_for_weeks(self, stage: TaskMailStage) -> None:
        _, dropped = self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.delete(dropped)
        stage.wait(20)
        assert since(stage, cursor)[dropped.id].gone

    def test_a_task_in_another_list_is_the_same_task(self, stage: TaskMailStage) -> None:
        stage.add(task("other"), "Sales")
        ref = stage.add(task("moved"))
        cursor = caught_up(stage.open())
        moved = stage.move(ref, "Sales")
        found = since(stage, cursor)[ref.id]
        assert (found.ref, found.gone, record(found).title) == (moved, False, "moved")

    @pytest.mark.parametrize("versions", ["old", "none"])
    def test_a_task_is_found_in_whichever_list_it_is(self, stage: TaskMailStage, versions: str) -> None:
        refs = [stage.add(task("stays")), stage.add(task("moved")), stage.add(task("away"), "Sales")]
        moved = stage.move(refs[1], "Sales")
        asked = refs if versions == "old" else [Ref(id=ref.id) for ref in refs]
        found = stage.open().look(TASK, asked)
        assert [record(each).title for each in found] == ["stays", "moved", "away"]
        assert [each.ref for each in found if isinstance(each, RemoteChange)] == [refs[0], moved, refs[2]]

    def test_a_list_that_goes_leaves_nothing_behind_in_silence(self, stage: TaskMailStage) -> None:
        """Each of its tasks is told as gone, or the read begins anew, and who asks for them is told so."""
        (kept,), dropped = self.fill(stage, 1), self.fill(stage, 2, "Sales")
        cursor = caught_up(stage.open())
        stage.drop_list("Sales")
        if self.tells_of_lists:
            assert {id_ for id_, each in since(stage, cursor).items() if each.gone} == {ref.id for ref in dropped}
            return
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED
        assert ids(pages(stage.open())) == [kept.id]
        assert {failed(each).kind for each in stage.open().look(TASK, dropped)} == {Kind.NOT_FOUND}

    # -- Looking again

    def test_what_was_deleted_is_a_tombstone_and_what_never_was_is_not_found(self, stage: TaskMailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        one, two, three, four = stage.open().look(TASK, [dropped, NEVER, kept, NOWHERE])
        assert isinstance(one, RemoteChange)
        assert (one.ref.id, one.gone) == (dropped.id, True)
        assert {failed(each).kind for each in (two, four)} == {Kind.NOT_FOUND}
        assert record(three).title == "Number 0"
