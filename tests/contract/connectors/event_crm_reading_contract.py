"""What every CRM connector promises of reading events. `event_crm_contract` has the rest, and what to subclass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import pytest

from connectors.errors import Kind
from connectors.protocol import CrmConnector
from connectors.records import (
    CrmChange,
    CrmPage,
    CrmRecord,
    Event,
    EventKind,
    Window,
)
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN, refused
from tests.contract.connectors.event_reading_contract import (
    DAY,
    EVENT,
    HOUR,
    WINDOW,
    content,
    each_meeting,
    failed,
)
from tests.contract.connectors.event_stage import EventCrmStage
from tests.contract.connectors.mail_contract import TAMPERED

NEVER = "00U0000000NEVERAAA"
PLACES = {
    "ends where the window begins": (WINDOW.start - HOUR, WINDOW.start, False),
    "ends a minute later": (WINDOW.start - HOUR, WINDOW.start + HOUR / 60, True),
    "begins a minute before the window ends": (WINDOW.end - HOUR / 60, WINDOW.end + HOUR, True),
    "begins where the window ends": (WINDOW.end, WINDOW.end + HOUR, False),
    "long ago": (WINDOW.start - 90 * DAY, WINDOW.start - 89 * DAY, False),
}


def pages(connector: CrmConnector, cursor: str | None = None, window: Window = WINDOW) -> list[CrmPage]:
    return list(connector.changes(EVENT, cursor, window))


def changes(found: Sequence[CrmPage]) -> list[CrmChange]:
    return [change for page in found for change in page.changes]


def told(found: Sequence[CrmPage]) -> set[str]:
    return {change.record_id for change in changes(found)}


def caught_up(stage: EventCrmStage) -> str:
    """A cursor after everything that is there."""
    return pages(stage.open())[-1].cursor


def since(stage: EventCrmStage, cursor: str) -> dict[str, CrmRecord | None]:
    """How what changed was told last, by id, as another process reads it."""
    return {change.record_id: change.record for change in changes(pages(stage.open(), cursor))}


def found(result: object) -> CrmRecord:
    assert isinstance(result, CrmRecord)
    return result


def shown(stage: EventCrmStage, *record_ids: str) -> list[CrmRecord]:
    """The records as they stand now."""
    return [found(each) for each in stage.open().current(EVENT, record_ids)]


def titles(stage: EventCrmStage, *record_ids: str) -> list[str]:
    return [each.event.title for each in shown(stage, *record_ids)]


class EventCrmReadingContract:
    """How a CRM's events are read. Each test gets a CRM of its own."""

    provider: ClassVar[str]

    def fill(self, stage: EventCrmStage, number: int) -> list[str]:
        """So many events of one user, one a day, oldest first."""
        owner = stage.user()
        return [stage.create(event(f"Number {n}", days=n), owner) for n in range(number)]

    # -- A full read

    def test_a_crm_without_events_is_whole_and_gives_a_cursor(self, stage: EventCrmStage) -> None:
        read = pages(stage.open())
        assert (stage.open().key, changes(read)) == (self.provider, [])
        assert (read[-1].complete, bool(read[-1].cursor)) == (True, True)

    def test_a_full_read_has_every_event_of_all_users_once(self, stage: EventCrmStage) -> None:
        stage.pages_of(2)
        made = [*self.fill(stage, 3), *self.fill(stage, 2)]
        assert sorted(change.record_id for change in changes(pages(stage.open()))) == sorted(made)

    def test_only_the_last_page_is_complete_and_none_is_too_long(self, stage: EventCrmStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        read = pages(stage.open())
        assert [page.complete for page in read] == [False] * (len(read) - 1) + [True]
        assert max(len(page.changes) for page in read) == 2

    @pytest.mark.parametrize("at", range(2))
    def test_a_full_read_goes_on_from_each_of_its_cursors_in_another_process(
        self, stage: EventCrmStage, at: int
    ) -> None:
        stage.pages_of(2)
        made = self.fill(stage, 6)
        whole = pages(stage.open())
        assert told(whole[: at + 1]) | told(pages(stage.open(), whole[at].cursor)) == set(made)

    @pytest.mark.parametrize(("start", "end", "inside"), PLACES.values(), ids=list(PLACES))
    def test_a_full_read_shows_what_lies_in_the_window(
        self, stage: EventCrmStage, start: datetime, end: datetime, inside: bool
    ) -> None:
        made = stage.create(event(start=start, end=end), stage.user())
        assert told(pages(stage.open())) == ({made} if inside else set())

    def test_what_was_deleted_before_is_not_there(self, stage: EventCrmStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        assert {c.record_id for c in changes(pages(stage.open())) if c.record} == {kept}

    def test_what_is_hidden_from_us_is_not_there(self, stage: EventCrmStage) -> None:
        kept, hidden = self.fill(stage, 2)
        stage.hide(hidden)
        assert told(pages(stage.open())) == {kept}

    def test_nothing_that_happens_during_a_full_read_is_lost(self, stage: EventCrmStage) -> None:
        stage.pages_of(2)
        made = self.fill(stage, 5)
        reading = stage.open().changes(EVENT, None, WINDOW)
        read = [next(reading)]
        stage.delete(made[1])
        late = stage.create(event("late"), stage.user())
        for n in range(4):
            stage.edit(made[0], title=f"Edited {n}")
        read += list(reading)
        read += pages(stage.open(), read[-1].cursor)
        last = {change.record_id: change.record and change.record.event.title for change in changes(read)}
        assert last == {
            made[0]: "Edited 3",
            made[1]: None,
            made[2]: "Number 2",
            made[3]: "Number 3",
            made[4]: "Number 4",
            late: "late",
        }

    # -- What a record is

    @each_meeting
    def test_an_event_arrives_as_it_was_entered(self, stage: EventCrmStage, meeting: Event) -> None:
        owner = stage.user()
        stage.create(meeting, owner)
        (change,) = changes(pages(stage.open()))
        told = found(change.record)
        assert content(told.event) == content(meeting)
        assert (told.event.private, told.owner_id, told.key, told.version) == (meeting.private, owner.id, "", 0)

    def test_an_event_is_a_meeting(self, stage: EventCrmStage) -> None:
        stage.create(event(), stage.user())
        assert [found(change.record).event.kind for change in changes(pages(stage.open()))] == [EventKind.MEETING]

    def test_copies_for_those_who_are_invited_are_left_out(self, stage: EventCrmStage) -> None:
        made = stage.create(event(), stage.user(), [stage.user(), stage.contact(ANN)])
        assert told(pages(stage.open())) == {made}

    def test_of_the_crms_own_series_each_occurrence_is_shown_and_the_pattern_is_not(self, stage: EventCrmStage) -> None:
        first = event("Stand-up")
        made = stage.repeat(first, stage.user(), 3)
        read = changes(pages(stage.open()))
        starts = sorted(found(change.record).event.start for change in read)
        assert ({change.record_id for change in read}, len(read)) == (set(made), 3)
        assert starts == [first.start + n * DAY for n in range(3)]

    def test_a_stamp_moves_with_every_edit(self, stage: EventCrmStage) -> None:
        (made,) = self.fill(stage, 1)
        (before,) = shown(stage, made)
        stage.edit(made, title="Edited")
        (after,) = shown(stage, made)
        assert before.ref.version != after.ref.version != ""
        assert before.record.changed_at is not None
        assert after.record.changed_at is not None
        assert before.record.changed_at <= after.record.changed_at

    # -- What changed since

    def test_where_nothing_happened_nothing_new_is_told(self, stage: EventCrmStage) -> None:
        self.fill(stage, 3)
        first = pages(stage.open())
        read = pages(stage.open(), first[-1].cursor)
        assert [change for change in changes(read) if change not in changes(first)] == []
        assert read[-1].complete

    def test_what_is_new_is_told(self, stage: EventCrmStage) -> None:
        self.fill(stage, 2)
        cursor = caught_up(stage)
        made = stage.create(event("new"), stage.user())
        assert found(since(stage, cursor)[made]).record.title == "new"

    def test_an_edit_is_told(self, stage: EventCrmStage) -> None:
        made = self.fill(stage, 5)
        cursor = caught_up(stage)
        stage.edit(made[0], title="Edited")
        assert found(since(stage, cursor)[made[0]]).record.title == "Edited"

    def test_what_leaves_the_window_is_told(self, stage: EventCrmStage) -> None:
        (made,) = self.fill(stage, 1)
        cursor, far = caught_up(stage), event(days=300)
        stage.edit(made, start=far.start, end=far.end)
        assert found(since(stage, cursor)[made]).event.start == far.start

    def test_a_deletion_is_told_as_one(self, stage: EventCrmStage) -> None:
        made = self.fill(stage, 5)
        cursor = caught_up(stage)
        stage.delete(made[1])
        assert {id_ for id_, record in since(stage, cursor).items() if record is None} == {made[1]}

    def test_what_came_and_went_between_two_reads_ends_as_gone(self, stage: EventCrmStage) -> None:
        cursor = caught_up(stage)
        made = stage.create(event(), stage.user())
        stage.delete(made)
        assert since(stage, cursor).get(made) is None

    def test_what_is_hidden_from_us_is_never_told_as_deleted(self, stage: EventCrmStage) -> None:
        made = self.fill(stage, 5)
        cursor = caught_up(stage)
        stage.hide(made[1])
        assert [id_ for id_, record in since(stage, cursor).items() if record is None] == []

    def test_the_same_cursor_tells_the_same_again(self, stage: EventCrmStage) -> None:
        cursor = caught_up(stage)
        self.fill(stage, 3)
        assert since(stage, cursor) == since(stage, cursor)

    @pytest.mark.parametrize("at", range(2))
    def test_changes_go_on_from_each_cursor_in_another_process(self, stage: EventCrmStage, at: int) -> None:
        stage.pages_of(2)
        cursor = caught_up(stage)
        made = self.fill(stage, 6)
        whole = pages(stage.open(), cursor)
        assert told(whole[: at + 1]) | told(pages(stage.open(), whole[at].cursor)) == set(made)

    # -- Cursors that are none

    def test_a_cursor_too_old_for_deletions_to_be_known_says_so(self, stage: EventCrmStage) -> None:
        cursor = caught_up(stage)
        stage.forget_cursors()
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_full_read_after_that_has_everything_and_a_cursor_that_works(self, stage: EventCrmStage) -> None:
        made = self.fill(stage, 2)
        caught_up(stage)
        stage.forget_cursors()
        read = pages(stage.open())
        late = stage.create(event(), stage.user())
        assert told(read) == set(made)
        assert late in since(stage, read[-1].cursor)

    @pytest.mark.parametrize("name", ["empty", "a word", "null", "a list", "very long", "half a surrogate"])
    def test_what_is_no_cursor_is_not_followed(self, stage: EventCrmStage, name: str) -> None:
        cursor = TAMPERED[name](caught_up(stage))
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    # -- Looking again

    def test_records_stand_as_they_are_now_in_the_order_asked_for(self, stage: EventCrmStage) -> None:
        made = self.fill(stage, 3)
        stage.edit(made[1], title="Edited")
        assert titles(stage, made[2], made[1], made[0], made[2]) == ["Number 2", "Edited", "Number 0", "Number 2"]

    def test_what_was_deleted_what_is_hidden_and_what_never_was_are_told_apart(self, stage: EventCrmStage) -> None:
        kept, dropped, hidden = self.fill(stage, 3)
        stage.delete(dropped)
        stage.hide(hidden)
        one, two, three, four = stage.open().current(EVENT, [dropped, hidden, NEVER, kept])
        assert [failed(each).kind for each in (one, two, three)] == [Kind.NOT_FOUND, Kind.PERMISSION, Kind.NOT_FOUND]
        assert found(four).ref.id == kept

    def test_hundreds_come_in_order(self, stage: EventCrmStage) -> None:
        made = self.fill(stage, 203)
        assert titles(stage, *reversed(made)) == [f"Number {n}" for n in reversed(range(203))]

    def test_nothing_asked_is_nothing_answered(self, stage: EventCrmStage) -> None:
        assert stage.open().current(EVENT, []) == []
