"""What every connector with tasks promises of reading them. `task_mail_contract` has the rest, and what to subclass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from connectors import clock
from connectors.errors import ItemError, Kind
from connectors.protocol import MailConnector
from connectors.records import Page, Ref, RemoteChange, Resource, Task, Window
from tests.builders import task
from tests.contract.connectors.event_reading_contract import failed, refused
from tests.contract.connectors.mail_contract import HOSTILE, TAMPERED
from tests.contract.connectors.task_stage import TaskMailStage

TASK = Resource.TASK
DAY = timedelta(days=1)
NEVER = Ref(id="never0was0there")
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
ODD = (*HOSTILE, "", ".", "..", "half a surrogate \ud83d")
each_task = pytest.mark.parametrize("entered", TASKS.values(), ids=list(TASKS))


def window() -> Window:
    return Window(start=clock.now() - 30 * DAY, end=clock.now() + 180 * DAY)


def pages(connector: MailConnector, cursor: str | None = None) -> list[Page]:
    return list(connector.pull(TASK, cursor, window()))


def changes(found: Sequence[Page]) -> list[RemoteChange]:
    return [change for page in found for change in page.changes]


def ids(found: Sequence[Page]) -> list[str]:
    return [change.ref.id for change in changes(found)]


def caught_up(connector: MailConnector) -> str:
    """A cursor after everything that is there."""
    return pages(connector)[-1].cursor


def latest(found: Sequence[Page]) -> dict[str, RemoteChange]:
    """How each task stands in the end, by its id."""
    return {change.ref.id: change for change in changes(found)}


def since(stage: TaskMailStage, cursor: str) -> dict[str, RemoteChange]:
    """How what changed stands now, as another process reads it. What did not change may be among it, as it is."""
    return latest(pages(stage.open(), cursor))


def news(stage: TaskMailStage, cursor: str, known: Mapping[str, RemoteChange]) -> dict[str, RemoteChange]:
    """What is told since that is not as it is known; what is gone and was never known is no news."""
    told = since(stage, cursor)
    return {id_: each for id_, each in told.items() if known.get(id_) != each and (id_ in known or not each.gone)}


def record(change: object) -> Task:
    assert isinstance(change, RemoteChange)
    assert isinstance(change.record, Task)
    return change.record


def shown(stage: TaskMailStage, *refs: Ref) -> list[Task]:
    """The tasks as they stand now."""
    return [record(change) for change in stage.open().look(TASK, refs)]


def content(of: Task) -> Task:
    """A task with nothing but what it says."""
    return replace(of, key="", changed_at=None)


class TaskReadingContract:
    """How tasks are read. Each test gets an account of its own."""

    provider: ClassVar[str]

    def fill(self, stage: TaskMailStage, number: int, tasklist: str = "") -> list[Ref]:
        return [stage.add(task(f"Number {n}", days=n), tasklist) for n in range(number)]

    # -- A full read

    def test_it_reads_tasks(self, stage: TaskMailStage) -> None:
        connector = stage.open()
        assert (connector.key, TASK in connector.resources) == (self.provider, True)

    def test_an_account_without_tasks_is_whole_and_gives_a_cursor(self, stage: TaskMailStage) -> None:
        found = pages(stage.open())
        assert (ids(found), found[-1].complete, bool(found[-1].cursor)) == ([], True, True)

    def test_a_full_read_has_every_task_once(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 5)
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs)

    def test_it_has_those_of_all_lists(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        refs = [ref for name in ("", "Sales", "Größe / 尺寸") for ref in self.fill(stage, 3, name)]
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs)

    def test_without_a_window_it_has_everything(self, stage: TaskMailStage) -> None:
        ref = stage.add(task(done=True))
        stage.wait(40)
        assert ids(list(stage.open().pull(TASK, None))) == [ref.id]

    def test_only_the_last_page_is_complete(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        told = [page.complete for page in pages(stage.open())]
        assert told == [False] * (len(told) - 1) + [True]
        assert len(told) > 2

    def test_a_page_holds_no_more_than_a_page_and_is_one_request(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        self.fill(stage, 3, "Sales")
        connector, before = stage.open(), stage.calls()
        found = pages(connector)
        assert max(len(page.changes) for page in found) == 2
        assert stage.calls() - before == len(found)

    @pytest.mark.parametrize("at", range(4))
    def test_a_full_read_goes_on_from_each_of_its_cursors_in_another_process(
        self, stage: TaskMailStage, at: int
    ) -> None:
        """The cursor covers exactly what precedes it: nothing is lost, and nothing comes twice."""
        stage.pages_of(2)
        self.fill(stage, 5)
        self.fill(stage, 4, "Sales")
        whole = pages(stage.open())
        assert ids(pages(stage.open(), whole[at].cursor)) == ids(whole[at + 1 :])

    @pytest.mark.parametrize("at", range(4))
    def test_what_comes_during_a_full_read_is_not_lost(self, stage: TaskMailStage, at: int) -> None:
        stage.pages_of(2)
        refs = [*self.fill(stage, 4), *self.fill(stage, 2, "Sales")]
        reading = stage.open().pull(TASK, None, window())
        found = [next(reading) for _ in range(at)]
        late = [stage.add(task("late"), name) for name in ("", "Sales", "New")]
        found += list(reading)
        found += pages(stage.open(), found[-1].cursor)
        assert set(ids(found)) >= {ref.id for ref in (*refs, *late)}

    @pytest.mark.parametrize("at", range(1, 4))
    def test_what_goes_during_a_full_read_hides_nothing_else(self, stage: TaskMailStage, at: int) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 6)
        reading = stage.open().pull(TASK, None, window())
        found = [next(reading) for _ in range(at)]
        gone = next((change.ref for change in changes(found)), refs[0])
        stage.delete(gone)
        found += list(reading)
        found += pages(stage.open(), found[-1].cursor)
        assert {id_ for id_, each in latest(found).items() if not each.gone} == {r.id for r in refs} - {gone.id}

    def test_what_was_deleted_before_is_not_there(self, stage: TaskMailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        assert ids(pages(stage.open())) == [kept.id]

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

    def test_when_a_task_was_last_changed_is_told(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        stage.wait(1)
        (before,) = shown(stage, ref)
        (after,) = shown(stage, stage.edit(ref, title="Another"))
        assert before.changed_at is not None
        assert after.changed_at is not None
        assert (after.changed_at.tzinfo, before.changed_at < after.changed_at) == (UTC, True)

    # -- What changed since

    def test_where_nothing_happened_there_is_no_news(self, stage: TaskMailStage) -> None:
        self.fill(stage, 3)
        known = pages(stage.open())
        found = pages(stage.open(), known[-1].cursor)
        assert (news(stage, known[-1].cursor, latest(known)), found[-1].complete) == ({}, True)

    def test_where_nothing_happened_for_a_while_there_is_nothing(self, stage: TaskMailStage) -> None:
        self.fill(stage, 3)
        cursor = caught_up(stage.open())
        stage.wait(1)
        cursor = pages(stage.open(), cursor)[-1].cursor
        assert since(stage, cursor) == {}

    @pytest.mark.parametrize("tasklist", ["", "Sales", "New"])
    def test_what_is_new_comes_whole_whichever_list_it_is_in(self, stage: TaskMailStage, tasklist: str) -> None:
        self.fill(stage, 2)
        self.fill(stage, 2, "Sales")
        cursor = caught_up(stage.open())
        added = stage.add(task("new"), tasklist)
        assert record(since(stage, cursor)[added.id]).title == "new"

    def test_an_edit_comes_with_another_version(self, stage: TaskMailStage) -> None:
        ref, _ = self.fill(stage, 2)
        known = pages(stage.open())
        edited = stage.edit(ref, title="Another")
        (found,) = news(stage, known[-1].cursor, latest(known)).values()
        assert (found.ref, record(found).title) == (edited, "Another")
        assert edited.version != ref.version

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

    def test_a_version_that_moved_alone_changes_no_content(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        cursor, before = caught_up(stage.open()), shown(stage, ref)
        touched = stage.touch(ref)
        assert touched.version != ref.version
        assert content(record(since(stage, cursor)[ref.id])) == content(before[0])

    @pytest.mark.parametrize("days", [0, 1, 20])
    def test_a_deletion_is_a_tombstone(self, stage: TaskMailStage, days: int) -> None:
        kept, dropped = self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.delete(dropped)
        stage.wait(days)
        found = since(stage, cursor)
        assert found[dropped.id].gone
        assert not (kept.id in found and found[kept.id].gone)

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

    tells_of_lists: ClassVar[bool] = True

    def test_the_same_cursor_gives_the_same_again(self, stage: TaskMailStage) -> None:
        cursor = caught_up(stage.open())
        self.fill(stage, 3)
        assert since(stage, cursor) == since(stage, cursor)

    @pytest.mark.parametrize("at", range(3))
    def test_changes_go_on_from_each_cursor_in_another_process(self, stage: TaskMailStage, at: int) -> None:
        stage.pages_of(2)
        self.fill(stage, 1, "Sales")
        cursor = caught_up(stage.open())
        self.fill(stage, 6)
        whole = pages(stage.open(), cursor)
        assert ids(pages(stage.open(), whole[at].cursor)) == ids(whole[at + 1 :])

    def test_read_after_read_nothing_is_lost(self, stage: TaskMailStage) -> None:
        stage.pages_of(2)
        cursor, seen, refs = caught_up(stage.open()), set[str](), []
        for n in range(6):
            refs.append(stage.add(task(f"Number {n}"), "Sales" if n % 2 else ""))
            page = next(iter(stage.open().pull(TASK, cursor, window())))
            cursor, seen = page.cursor, seen | {each.ref.id for each in page.changes}
        for _ in range(2):
            rest = pages(stage.open(), cursor)
            cursor, seen = rest[-1].cursor, seen | set(ids(rest))
        assert seen >= {ref.id for ref in refs}

    # -- Cursors that are none

    def test_a_cursor_that_is_too_old_says_so(self, stage: TaskMailStage) -> None:
        self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.forget_cursors()
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_full_read_after_that_has_everything_and_a_cursor_that_works(self, stage: TaskMailStage) -> None:
        refs = self.fill(stage, 2)
        caught_up(stage.open())
        stage.forget_cursors()
        found = pages(stage.open())
        added = stage.add(task())
        assert set(ids(found)) == {ref.id for ref in refs}
        assert added.id in since(stage, found[-1].cursor)

    def test_a_cursor_of_another_account_is_not_followed(self, stage: TaskMailStage) -> None:
        cursor, _ = caught_up(stage.neighbour().open()), caught_up(stage.open())
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_cursor_of_the_messages_is_not_followed(self, stage: TaskMailStage) -> None:
        cursor = list(stage.open().pull(Resource.EMAIL, None))[-1].cursor
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    @pytest.mark.parametrize("spoil", TAMPERED.values(), ids=list(TAMPERED))
    def test_a_cursor_that_was_tampered_with_is_not_followed(
        self, stage: TaskMailStage, spoil: Callable[[str], str]
    ) -> None:
        self.fill(stage, 3)
        cursor = caught_up(stage.open())
        assert refused(lambda: pages(stage.open(), spoil(cursor))).kind is Kind.CURSOR_EXPIRED

    # -- Looking again

    def test_tasks_stand_as_they_are_now_in_the_order_asked_for(self, stage: TaskMailStage) -> None:
        refs = [*self.fill(stage, 2), *self.fill(stage, 1, "Sales")]
        edited = stage.edit(refs[1], title="Another")
        found = stage.open().look(TASK, [refs[2], refs[1], refs[0]])
        assert [record(each).title for each in found] == ["Number 0", "Another", "Number 0"]
        assert [each.ref for each in found if isinstance(each, RemoteChange)] == [refs[2], edited, refs[0]]

    def test_what_is_read_has_the_version_that_is_looked_at(self, stage: TaskMailStage) -> None:
        ref = stage.add(task())
        assert [change.ref for change in changes(pages(stage.open()))] == [ref]
        assert [each.ref for each in stage.open().look(TASK, [ref]) if isinstance(each, RemoteChange)] == [ref]

    def test_what_was_deleted_is_a_tombstone_and_what_never_was_is_not_found(self, stage: TaskMailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        one, two, three, four = stage.open().look(TASK, [dropped, NEVER, kept, NOWHERE])
        assert isinstance(one, RemoteChange)
        assert (one.ref.id, one.gone) == (dropped.id, True)
        assert {failed(each).kind for each in (two, four)} == {Kind.NOT_FOUND}
        assert record(three).title == "Number 0"

    @pytest.mark.parametrize("id_", ODD, ids=[f"odd{n}" for n in range(len(ODD))])
    def test_odd_ids_are_those_of_nothing(self, stage: TaskMailStage, id_: str) -> None:
        found = stage.open().look(TASK, [Ref(id=id_), Ref(id=id_, version="1 2 3")])
        assert [isinstance(each, ItemError) and each.failure.kind for each in found] == [Kind.NOT_FOUND] * 2

    def test_more_than_fit_into_one_request_come_in_order(self, stage: TaskMailStage) -> None:
        refs = self.fill(stage, 53)
        assert [each.title for each in shown(stage, *refs)] == [f"Number {n}" for n in range(53)]

    def test_nothing_asked_is_nothing_answered(self, stage: TaskMailStage) -> None:
        connector = stage.open()
        assert (connector.look(TASK, []), connector.push([]), connector.twins(TASK, [], clock.now())) == ([], [], [])

    def test_a_task_has_an_address_of_its_own(self, stage: TaskMailStage) -> None:
        one, two = self.fill(stage, 2)
        connector = stage.open()
        assert connector.url(TASK, one) != connector.url(TASK, two)

    @pytest.mark.parametrize("id_", HOSTILE, ids=[f"hostile{n}" for n in range(len(HOSTILE))])
    def test_an_address_leads_to_the_tasks_and_nowhere_else(self, stage: TaskMailStage, id_: str) -> None:
        ref, connector = stage.add(task()), stage.open()
        url, plain = connector.url(TASK, Ref(id=id_)), connector.url(TASK, ref)
        assert urlsplit(url)[:2] == urlsplit(plain)[:2]
        assert urlsplit(url).scheme == "https"
        assert not set(url) & set(" \"'<>\\`\r\n\t\u202e")
