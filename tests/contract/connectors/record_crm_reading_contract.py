"""What every CRM connector promises of reading events, tasks and contacts alike; `record_crm_contract` has the rest.

Subclasses add what is peculiar to one kind of record, and are what a provider's tests subclass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from connectors.errors import Kind
from connectors.protocol import CrmConnector
from connectors.records import CrmChange, CrmPage, CrmRecord, Resource, Window
from tests.contract.connectors.crm_contract import refused
from tests.contract.connectors.event_reading_contract import WINDOW, failed
from tests.contract.connectors.mail_contract import TAMPERED
from tests.contract.connectors.record_crm_stage import RecordCrmStage


def changes(found: Sequence[CrmPage]) -> list[CrmChange]:
    return [change for page in found for change in page.changes]


def told(found: Sequence[CrmPage]) -> set[str]:
    return {change.record_id for change in changes(found)}


def found(result: object) -> CrmRecord:
    assert isinstance(result, CrmRecord)
    return result


@dataclass(frozen=True)
class Reading:
    """How the records of one resource are read."""

    resource: Resource

    def pages(self, connector: CrmConnector, cursor: str | None = None, window: Window = WINDOW) -> list[CrmPage]:
        return list(connector.changes(self.resource, cursor, window))

    def caught_up(self, stage: RecordCrmStage) -> str:
        """A cursor after everything that is there."""
        return self.pages(stage.open())[-1].cursor

    def since(self, stage: RecordCrmStage, cursor: str) -> dict[str, CrmRecord | None]:
        """How what changed was told last, by id, as another process reads it."""
        return {change.record_id: change.record for change in changes(self.pages(stage.open(), cursor))}

    def shown(self, stage: RecordCrmStage, *record_ids: str) -> list[CrmRecord]:
        """The records as they stand now."""
        return [found(each) for each in stage.open().current(self.resource, record_ids)]

    def titles(self, stage: RecordCrmStage, *record_ids: str) -> list[str]:
        return [each.record.title for each in self.shown(stage, *record_ids)]


class RecordCrmReadingContract:
    """How a CRM's records are read. Each test gets a CRM of its own."""

    provider: ClassVar[str]
    reading: ClassVar[Reading]
    never: ClassVar[str]  # an id that no record has

    def record(self, title: str = "Review", *, number: int = 1) -> Any:
        """What is said of a record; those of other numbers lie on other days."""
        raise NotImplementedError

    def fill(self, stage: RecordCrmStage, number: int) -> list[str]:
        """So many records of one user, one a day, oldest first."""
        owner = stage.user()
        return [stage.create(self.record(f"Number {n}", number=n), owner) for n in range(number)]

    # -- A full read

    def test_a_crm_without_records_is_whole_and_gives_a_cursor(self, stage: RecordCrmStage) -> None:
        read = self.reading.pages(stage.open())
        assert (stage.open().key, changes(read)) == (self.provider, [])
        assert (read[-1].complete, bool(read[-1].cursor)) == (True, True)

    def test_a_full_read_has_every_record_of_all_users_once(self, stage: RecordCrmStage) -> None:
        stage.pages_of(2)
        made = [*self.fill(stage, 3), *self.fill(stage, 2)]
        assert sorted(change.record_id for change in changes(self.reading.pages(stage.open()))) == sorted(made)

    def test_only_the_last_page_is_complete_and_none_is_too_long(self, stage: RecordCrmStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        read = self.reading.pages(stage.open())
        assert [page.complete for page in read] == [False] * (len(read) - 1) + [True]
        assert max(len(page.changes) for page in read) == 2

    @pytest.mark.parametrize("at", range(2))
    def test_a_full_read_goes_on_from_each_of_its_cursors_in_another_process(
        self, stage: RecordCrmStage, at: int
    ) -> None:
        stage.pages_of(2)
        made = self.fill(stage, 6)
        whole = self.reading.pages(stage.open())
        assert told(whole[: at + 1]) | told(self.reading.pages(stage.open(), whole[at].cursor)) == set(made)

    def test_what_was_deleted_before_is_not_there(self, stage: RecordCrmStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        assert {c.record_id for c in changes(self.reading.pages(stage.open())) if c.record} == {kept}

    def test_what_is_hidden_from_us_is_not_there(self, stage: RecordCrmStage) -> None:
        kept, hidden = self.fill(stage, 2)
        stage.hide(hidden)
        assert told(self.reading.pages(stage.open())) == {kept}

    def test_what_a_user_may_read_is_told(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        kept, hidden, dropped = (stage.create(self.record(f"Number {n}", number=n), owner) for n in range(3))
        stage.hide(hidden)
        stage.delete(dropped)
        asked = [kept, hidden, dropped, self.never]
        assert stage.open().readable(owner.id, asked) == {kept}
        assert stage.open().readable(owner.id[:15], [kept]) == {kept}

    def test_nobody_reads_nothing(self, stage: RecordCrmStage) -> None:
        assert stage.open().readable(stage.user().id, []) == frozenset()

    def test_nothing_that_happens_during_a_full_read_is_lost(self, stage: RecordCrmStage) -> None:
        stage.pages_of(2)
        made = self.fill(stage, 5)
        reading = stage.open().changes(self.reading.resource, None, WINDOW)
        read = [next(reading)]
        stage.delete(made[1])
        late = stage.create(self.record("late"), stage.user())
        for n in range(4):
            stage.edit(made[0], title=f"Edited {n}")
        read += list(reading)
        read += self.reading.pages(stage.open(), read[-1].cursor)
        last = {change.record_id: change.record and change.record.record.title for change in changes(read)}
        assert last == {
            made[0]: "Edited 3",
            made[1]: None,
            made[2]: "Number 2",
            made[3]: "Number 3",
            made[4]: "Number 4",
            late: "late",
        }

    # -- What a record is

    def test_a_stamp_moves_with_every_edit(self, stage: RecordCrmStage) -> None:
        (made,) = self.fill(stage, 1)
        (before,) = self.reading.shown(stage, made)
        stage.edit(made, title="Edited")
        (after,) = self.reading.shown(stage, made)
        assert before.ref.version != after.ref.version != ""
        assert before.record.changed_at is not None
        assert after.record.changed_at is not None
        assert before.record.changed_at <= after.record.changed_at

    # -- What changed since

    def test_where_nothing_happened_nothing_new_is_told(self, stage: RecordCrmStage) -> None:
        self.fill(stage, 3)
        first = self.reading.pages(stage.open())
        read = self.reading.pages(stage.open(), first[-1].cursor)
        assert [change for change in changes(read) if change not in changes(first)] == []
        assert read[-1].complete

    def test_what_is_new_is_told(self, stage: RecordCrmStage) -> None:
        self.fill(stage, 2)
        cursor = self.reading.caught_up(stage)
        made = stage.create(self.record("new"), stage.user())
        assert found(self.reading.since(stage, cursor)[made]).record.title == "new"

    def test_an_edit_is_told(self, stage: RecordCrmStage) -> None:
        made = self.fill(stage, 5)
        cursor = self.reading.caught_up(stage)
        stage.edit(made[0], title="Edited")
        assert found(self.reading.since(stage, cursor)[made[0]]).record.title == "Edited"

    def test_a_deletion_is_told_as_one(self, stage: RecordCrmStage) -> None:
        made = self.fill(stage, 5)
        cursor = self.reading.caught_up(stage)
        stage.delete(made[1])
        assert {id_ for id_, record in self.reading.since(stage, cursor).items() if record is None} == {made[1]}

    def test_what_came_and_went_between_two_reads_ends_as_gone(self, stage: RecordCrmStage) -> None:
        cursor = self.reading.caught_up(stage)
        made = stage.create(self.record(), stage.user())
        stage.delete(made)
        assert self.reading.since(stage, cursor).get(made) is None

    def test_what_is_hidden_from_us_is_never_told_as_deleted(self, stage: RecordCrmStage) -> None:
        made = self.fill(stage, 5)
        cursor = self.reading.caught_up(stage)
        stage.hide(made[1])
        assert [id_ for id_, record in self.reading.since(stage, cursor).items() if record is None] == []

    def test_the_same_cursor_tells_the_same_again(self, stage: RecordCrmStage) -> None:
        cursor = self.reading.caught_up(stage)
        self.fill(stage, 3)
        assert self.reading.since(stage, cursor) == self.reading.since(stage, cursor)

    @pytest.mark.parametrize("at", range(2))
    def test_changes_go_on_from_each_cursor_in_another_process(self, stage: RecordCrmStage, at: int) -> None:
        stage.pages_of(2)
        cursor = self.reading.caught_up(stage)
        made = self.fill(stage, 6)
        whole = self.reading.pages(stage.open(), cursor)
        assert told(whole[: at + 1]) | told(self.reading.pages(stage.open(), whole[at].cursor)) == set(made)

    # -- Cursors that are none

    def test_a_cursor_too_old_for_deletions_to_be_known_says_so(self, stage: RecordCrmStage) -> None:
        cursor = self.reading.caught_up(stage)
        stage.forget_cursors()
        assert refused(lambda: self.reading.pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_full_read_after_that_has_everything_and_a_cursor_that_works(self, stage: RecordCrmStage) -> None:
        made = self.fill(stage, 2)
        self.reading.caught_up(stage)
        stage.forget_cursors()
        read = self.reading.pages(stage.open())
        late = stage.create(self.record(), stage.user())
        assert told(read) == set(made)
        assert late in self.reading.since(stage, read[-1].cursor)

    @pytest.mark.parametrize("name", ["empty", "a word", "null", "a list", "very long", "half a surrogate"])
    def test_what_is_no_cursor_is_not_followed(self, stage: RecordCrmStage, name: str) -> None:
        cursor = TAMPERED[name](self.reading.caught_up(stage))
        assert refused(lambda: self.reading.pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    # -- Looking again

    def test_records_stand_as_they_are_now_in_the_order_asked_for(self, stage: RecordCrmStage) -> None:
        made = self.fill(stage, 3)
        stage.edit(made[1], title="Edited")
        assert self.reading.titles(stage, made[2], made[1], made[0], made[2]) == [
            "Number 2",
            "Edited",
            "Number 0",
            "Number 2",
        ]

    def test_what_was_deleted_what_is_hidden_and_what_never_was_are_told_apart(self, stage: RecordCrmStage) -> None:
        kept, dropped, hidden = self.fill(stage, 3)
        stage.delete(dropped)
        stage.hide(hidden)
        one, two, three, four = stage.open().current(self.reading.resource, [dropped, hidden, self.never, kept])
        assert [failed(each).kind for each in (one, two, three)] == [Kind.NOT_FOUND, Kind.PERMISSION, Kind.NOT_FOUND]
        assert found(four).ref.id == kept

    def test_hundreds_come_in_order(self, stage: RecordCrmStage) -> None:
        made = self.fill(stage, 203)
        assert self.reading.titles(stage, *reversed(made)) == [f"Number {n}" for n in reversed(range(203))]

    def test_nothing_asked_is_nothing_answered(self, stage: RecordCrmStage) -> None:
        assert stage.open().current(self.reading.resource, []) == []
