"""What every CRM connector promises of tasks. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from connectors import clock
from connectors.records import Person, Record, RecordWrite, Resource, Task, Window
from tests.builders import task
from tests.contract.connectors.crm_contract import ids
from tests.contract.connectors.event_reading_contract import WINDOW
from tests.contract.connectors.named_crm_contract import NamedCrmContract, naming
from tests.contract.connectors.record_crm_reading_contract import Reading, changes, found, told
from tests.contract.connectors.task_crm_stage import TaskCrmStage

TASK = Resource.TASK
SAID = ("title", "text", "due", "done")
TODAY = clock.now().date()
LATER = Window(start=clock.now() + timedelta(days=1), end=WINDOW.end + timedelta(days=31))

TASKS = {
    "plain": task(),
    "letters of the world": task("Größe – 尺寸 👍", text="Grüße\nübermorgen"),
    "without words": task("", text=""),
    "without a day": task(due=None),
    "overdue": task(due=date(2020, 2, 29)),
    "done": task(done=True),
}
each_task = pytest.mark.parametrize("said", TASKS.values(), ids=list(TASKS))


def write(owner: Person, of: Task | None = None, *fields: str, version: int = 1, record_id: str = "") -> RecordWrite:
    """All of it is named, unless `fields` are."""
    return naming(TASK, of or task(), owner, *(fields or SAID), version=version, record_id=record_id)


def content(of: object) -> dict[str, Any]:
    """What both sides can change of a task."""
    assert isinstance(of, Task)
    return {name: getattr(of, name) for name in SAID}


class TaskCrmContract(NamedCrmContract):
    """How a CRM's tasks are read and written: sixty facts and more. Each test gets a CRM of its own."""

    reading: ClassVar[Reading] = Reading(TASK)
    never: ClassVar[str] = "00T0000000NEVERAAA"
    others: ClassVar[tuple[Record, ...]] = (Task(title="Other", text="", due=None, done=True),)
    elsewhere: ClassVar[tuple[Resource, ...]] = (Resource.EVENT, Resource.CONTACT)

    def content(self, of: Any) -> dict[str, Any]:
        return content(of)

    def record(self, title: str = "Review", *, number: int = 1) -> Any:
        return task(title, due=TODAY + timedelta(days=number))

    def write(self, owner: Person, of: Any = None, *, version: int = 1, record_id: str = "") -> RecordWrite:
        return write(owner, of, version=version, record_id=record_id)

    def changed(self, stage: TaskCrmStage, of: Task, named: dict[str, Any], later: Task | None = None) -> Task:
        """A task that somebody entered, after these fields of it were written as `later` has them."""
        owner = stage.user()
        made = stage.create(of, owner)
        ids(stage.open().push([write(owner, later or replace(of, **named), *named, record_id=made)]))
        (there,) = self.reading.shown(stage, made)
        assert isinstance(there.record, Task)
        return there.record

    # -- What a record is

    @each_task
    def test_a_task_arrives_as_it_was_entered(self, stage: TaskCrmStage, said: Task) -> None:
        owner = stage.user()
        stage.create(said, owner)
        (change,) = changes(self.reading.pages(stage.open()))
        there = found(change.record)
        assert content(there.record) == content(said)
        assert (there.owner_id, there.key, there.record.key, there.version) == (owner.id, "", "", 0)

    @each_task
    def test_what_is_inserted_is_there_as_it_was_meant(self, stage: TaskCrmStage, said: Task) -> None:
        wanted = replace(write(stage.user(), said, version=7), fields=frozenset())
        (made,) = ids(stage.open().push([wanted]))
        (there,) = self.reading.shown(stage, made)
        assert content(there.record) == content(said)
        assert (there.key, there.version, there.owner_id) == (wanted.key, 7, wanted.owner_id)

    def test_occurrences_of_the_crms_own_series_are_shown_each(self, stage: TaskCrmStage) -> None:
        made = stage.repeat(task(), stage.user(), 3)
        assert told(self.reading.pages(stage.open())) == set(made)

    # -- What is none of ours

    def test_messages_and_calls_that_were_logged_are_left_out(self, stage: TaskCrmStage) -> None:
        cursor, owner = self.reading.caught_up(stage), stage.user()
        logged, made = stage.log(task("Called"), owner), stage.create(task(), owner)
        assert told(self.reading.pages(stage.open())) == {made}
        assert self.reading.since(stage, cursor).keys() & {*logged, made} == {made}

    def test_they_are_left_out_when_they_are_deleted(self, stage: TaskCrmStage) -> None:
        owner = stage.user()
        logged, made = stage.log(task("Called"), owner), stage.create(task(), owner)
        cursor = self.reading.caught_up(stage)
        for each in (*logged, made):
            stage.delete(each)
        assert self.reading.since(stage, cursor).keys() & {*logged, made} == {made}

    def test_they_are_no_copies(self, stage: TaskCrmStage) -> None:
        owner = stage.user()
        wanted = write(owner, task("Called"))
        (made,) = ids(stage.open().push([wanted]))
        logged = stage.log(task("Called"), owner)
        assert self.alike(stage, wanted.key, of=tuple(logged)) == {made}

    # -- The window

    def test_a_full_read_shows_what_is_open_however_old(self, stage: TaskCrmStage) -> None:
        made = stage.create(task(due=date(2020, 2, 29)), stage.user())
        assert told(self.reading.pages(stage.open(), None, LATER)) == {made}

    def test_a_full_read_shows_what_is_done_if_it_was_changed_in_the_window(self, stage: TaskCrmStage) -> None:
        made = stage.create(task(done=True), stage.user())
        assert told(self.reading.pages(stage.open())) == {made}
        assert told(self.reading.pages(stage.open(), None, LATER)) == set()

    def test_changes_are_told_whatever_the_window(self, stage: TaskCrmStage) -> None:
        cursor = self.reading.caught_up(stage)
        made = stage.create(task(done=True), stage.user())
        assert made in told(self.reading.pages(stage.open(), cursor, LATER))

    def test_a_window_that_rolls_brings_nothing_by_itself(self, stage: TaskCrmStage) -> None:
        made = stage.create(task(due=WINDOW.end.date() + timedelta(days=9)), stage.user())
        read = self.reading.pages(stage.open())
        rolled = self.reading.pages(stage.open(), read[-1].cursor, replace(LATER, start=WINDOW.start))
        there = {change.record_id for change in changes(rolled) if change.record}
        assert (told(read), rolled[-1].complete, there <= {made}) == ({made}, True, True)

    def test_reads_overlap(self, stage: TaskCrmStage) -> None:
        made = stage.create(task(), stage.user())
        cursor = self.reading.caught_up(stage)
        stage.edit(made, title="Edited")
        first = self.reading.pages(stage.open(), cursor)
        assert made in told(self.reading.pages(stage.open(), first[-1].cursor))

    # -- Changing

    @pytest.mark.parametrize(
        "named",
        [{"title": "Other"}, {"text": ""}, {"due": None}, {"due": TODAY}, {"done": True}],
        ids=["title", "text", "no day", "day", "done"],
    )
    def test_a_field_that_is_named_is_written(self, stage: TaskCrmStage, named: dict[str, Any]) -> None:
        assert content(self.changed(stage, task(), named)) == content(replace(task(), **named))

    @pytest.mark.parametrize("name", SAID)
    def test_no_field_that_is_not_named_is_written(self, stage: TaskCrmStage, name: str) -> None:
        later = Task(title="Other", text="Other", due=TODAY, done=True)
        there = self.changed(stage, task(), {name: None}, later)
        assert content(there) == content(replace(task(), **{name: getattr(later, name)}))

    def test_what_is_done_is_opened_again(self, stage: TaskCrmStage) -> None:
        assert self.changed(stage, task(done=True), {"done": False}).done is False

    # -- Comparing both sides

    @pytest.mark.parametrize("title", ["Review", "it's 100 %", "Größe – 尺寸 👍", "a\\b"])
    def test_a_twin_has_the_title_and_the_owner_and_no_key(self, stage: TaskCrmStage, title: str) -> None:
        owner, colleague = stage.user(), stage.user()
        wanted, other = write(owner, task(title)), write(owner, task(title))
        made, _ = ids(stage.open().push([wanted, other]))
        twin = stage.create(task(title, due=None), owner)
        stage.create(task(title), colleague)
        stage.create(task("Something else"), owner)
        assert self.alike(stage, wanted.key) == {made, twin}

    def test_a_title_in_other_letters_makes_no_twin(self, stage: TaskCrmStage) -> None:
        owner = stage.user()
        made, _ = stage.create(task("Review"), owner), stage.create(task("REVIEW"), owner)
        assert self.alike(stage, of=(made,)) == {made}

    def test_what_has_no_title_has_no_twin(self, stage: TaskCrmStage) -> None:
        owner = stage.user()
        made, _ = stage.create(task(""), owner), stage.create(task(""), owner)
        assert self.alike(stage, of=(made,)) == {made}
