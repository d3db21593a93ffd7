"""What every connector promises of reading a calendar. `event_mail_contract` has the rest, and what to subclass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from connectors.calendars import Conference
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.protocol import MailConnector
from connectors.records import Address, Attendee, Event, EventKind, Page, Ref, RemoteChange, Resource, Response, Window
from tests.builders import TODAY, event
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.mail_contract import HOSTILE, TAMPERED

EVENT = Resource.EVENT
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WINDOW = Window(start=TODAY - 30 * DAY, end=TODAY + 180 * DAY)
NEVER = Ref(id="never0was0there")
TWO_WAY = ("title", "text", "location", "start", "end", "all_day", "busy")

MEETINGS = {
    "plain": event(),
    "letters of the world": event("Größe – 尺寸 👍", text="Grüße\nübermorgen", location="Zürich, Straße 1"),
    "the whole day": event(all_day=True),
    "three whole days": event(all_day=True, end=TODAY + 4 * DAY),
    "free": event(busy=False),
    "private": event(private=True),
    "without words": event("", text="", location=""),
    "over midnight": event(minutes=23 * 60),
}
CALL = Conference(url="https://rooms.example/j/4711?pwd=a", code="4711", phones=("+1 555 0100, PIN 99",))
each_meeting = pytest.mark.parametrize("meeting", MEETINGS.values(), ids=list(MEETINGS))
PLACES = {
    "ends where the window begins": (WINDOW.start - HOUR, WINDOW.start, True),
    "ends a minute later": (WINDOW.start - HOUR, WINDOW.start + HOUR / 60, False),
    "begins a minute before the window ends": (WINDOW.end - HOUR / 60, WINDOW.end + HOUR, False),
    "begins where the window ends": (WINDOW.end, WINDOW.end + HOUR, True),
    "long ago": (WINDOW.start - 90 * DAY, WINDOW.start - 89 * DAY, True),
    "all along": (WINDOW.start - DAY, WINDOW.end + DAY, False),
}


def pages(connector: MailConnector, cursor: str | None = None, window: Window = WINDOW) -> list[Page]:
    return list(connector.pull(EVENT, cursor, window))


def changes(found: Sequence[Page]) -> list[RemoteChange]:
    return [change for page in found for change in page.changes]


def ids(found: Sequence[Page]) -> list[str]:
    return [change.ref.id for change in changes(found)]


def caught_up(connector: MailConnector) -> str:
    """A cursor after everything that is there."""
    return pages(connector)[-1].cursor


def since(stage: EventMailStage, cursor: str, window: Window = WINDOW) -> list[RemoteChange]:
    """What changed, as another process reads it."""
    return changes(pages(stage.open(), cursor, window))


def record(change: object) -> Event:
    assert isinstance(change, RemoteChange)
    assert isinstance(change.record, Event)
    return change.record


def shown(stage: EventMailStage, *refs: Ref) -> list[Event]:
    """The events as they stand now."""
    return [record(change) for change in stage.open().look(Resource.EVENT, refs)]


def content(of: Event) -> Event:
    """An event with nothing but what both sides can change."""
    return Event(uid="", **{name: getattr(of, name) for name in TWO_WAY})


def written(results: Sequence[Ref | ItemError]) -> list[Ref]:
    """What was written; nothing may have failed."""
    assert [result for result in results if isinstance(result, ItemError)] == []
    return [result for result in results if isinstance(result, Ref)]


def failed(result: object) -> Failure:
    assert isinstance(result, ItemError)
    return result.failure


def refused(ask: Callable[[], object]) -> Failure:
    with pytest.raises(ConnectorError) as caught:
        ask()
    return caught.value.failure


class EventReadingContract:
    """How a calendar is read. Each test gets a calendar of its own."""

    provider: ClassVar[str]

    def fill(self, stage: EventMailStage, number: int) -> list[Ref]:
        """So many events, one a day."""
        return [stage.add(event(f"Number {n}", days=n)) for n in range(number)]

    # -- A full read

    def test_it_reads_events(self, stage: EventMailStage) -> None:
        connector = stage.open()
        assert (connector.key, EVENT in connector.resources) == (self.provider, True)

    def test_an_empty_calendar_is_whole_and_gives_a_cursor(self, stage: EventMailStage) -> None:
        found = pages(stage.open())
        assert (ids(found), found[-1].complete, bool(found[-1].cursor)) == ([], True, True)

    def test_a_full_read_has_every_event_of_the_window_once(self, stage: EventMailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 5)
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs)

    def test_only_the_last_page_is_complete(self, stage: EventMailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        told = [page.complete for page in pages(stage.open())]
        assert told == [False] * (len(told) - 1) + [True]
        assert len(told) > 2

    def test_a_page_holds_no_more_than_a_page_and_is_one_request(self, stage: EventMailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        connector, before = stage.open(), stage.calls()
        found = pages(connector)
        assert max(len(page.changes) for page in found) == 2
        assert stage.calls() - before == len(found)

    @pytest.mark.parametrize("at", range(4))
    def test_a_full_read_goes_on_from_each_of_its_cursors_in_another_process(
        self, stage: EventMailStage, at: int
    ) -> None:
        """The cursor covers exactly what precedes it: nothing is lost, and nothing comes twice."""
        stage.pages_of(2)
        self.fill(stage, 5)
        for n in range(3):
            stage.add(event(days=200 + n))
        whole = pages(stage.open())
        assert ids(pages(stage.open(), whole[at].cursor)) == ids(whole[at + 1 :])

    def test_what_comes_during_a_full_read_is_not_lost(self, stage: EventMailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 4)
        reading = stage.open().pull(EVENT, None, WINDOW)
        found = [next(reading)]
        late = stage.add(event("late"))
        found += list(reading)
        found += pages(stage.open(), found[-1].cursor)
        assert set(ids(found)) == {ref.id for ref in (*refs, late)}

    def test_what_goes_during_a_full_read_hides_nothing_else(self, stage: EventMailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 5)
        reading = stage.open().pull(EVENT, None, WINDOW)
        found = [next(reading)]
        stage.delete(found[0].changes[0].ref)
        found += list(reading)
        found += pages(stage.open(), found[-1].cursor)
        assert {ref.id for ref in refs} <= set(ids(found))
        assert [c.gone for c in changes(found) if c.ref.id == ids(found)[0]][-1]

    def test_what_was_deleted_before_is_not_there(self, stage: EventMailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        assert {c.ref.id for c in changes(pages(stage.open())) if not c.gone} == {kept.id}

    @pytest.mark.parametrize(("start", "end", "outside"), PLACES.values(), ids=list(PLACES))
    def test_what_has_nothing_in_the_window_is_shown_once_as_outside(
        self, stage: EventMailStage, start: datetime, end: datetime, outside: bool
    ) -> None:
        ref = stage.add(event(start=start, end=end))
        found = [(change.ref.id, change.outside, record(change).start) for change in changes(pages(stage.open()))]
        assert found == [(ref.id, outside, start)]

    # -- What an event is

    @each_meeting
    def test_an_event_arrives_as_it_was_entered(self, stage: EventMailStage, meeting: Event) -> None:
        stage.add(meeting)
        (found,) = map(record, changes(pages(stage.open())))
        assert content(found) == content(meeting)
        assert (found.private, found.kind, found.key, found.occurrence) == (meeting.private, EventKind.MEETING, "", "")

    def test_those_who_are_invited_are_told_with_what_they_said(self, stage: EventMailStage) -> None:
        people = (
            Attendee(address=Address(email="ann@customer.example", name="Ann"), response=Response.ACCEPTED),
            Attendee(address=Address(email="bob@customer.example"), response=Response.DECLINED),
            Attendee(address=Address(email="cy@customer.example"), response=Response.TENTATIVE),
            Attendee(address=Address(email="dee@customer.example")),
        )
        ref = stage.add(event(attendees=people))
        (found,) = shown(stage, ref)
        assert set(people) <= set(found.attendees)

    def test_a_shared_meeting_has_one_name_and_one_copy_that_leads(self, stage: EventMailStage) -> None:
        guest = stage.neighbour()
        ours, theirs = stage.share(event(), guest)
        (one,), (other,) = shown(stage, ours), shown(guest, theirs)
        assert (one.uid == other.uid != "", one.leads, other.leads) == (True, True, False)
        assert {each.organizer.email for each in (one, other) if each.organizer} == {stage.address}

    @pytest.mark.parametrize(
        ("kind", "all_day"),
        [(EventKind.BIRTHDAY, True), (EventKind.WORKING_LOCATION, True), (EventKind.ABSENCE, False)],
    )
    def test_what_is_no_meeting_says_what_it_is(self, stage: EventMailStage, kind: EventKind, all_day: bool) -> None:
        (found,) = shown(stage, stage.add(event(all_day=all_day, kind=kind)))
        assert (found.kind, found.leads) == (kind, True)

    def test_how_a_meeting_is_joined_is_told_beside_its_text(self, stage: EventMailStage) -> None:
        stage.add(event(conference=CALL))
        (found,) = map(record, changes(pages(stage.open())))
        assert (found.conference, found.text) == (CALL, event().text)

    def test_that_it_is_joined_otherwise_or_not_at_all_is_a_change(self, stage: EventMailStage) -> None:
        ref = stage.add(event(conference=CALL))
        cursor, other = caught_up(stage.open()), replace(CALL, url="https://rooms.example/j/4712")
        for later in (other, None):
            stage.edit(ref, conference=later)
            (found,) = map(record, since(stage, cursor))
            assert found.conference == later

    def test_when_an_event_was_last_changed_is_told(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        (before,) = shown(stage, ref)
        (after,) = shown(stage, stage.edit(ref, title="Another"))
        assert before.changed_at is not None
        assert after.changed_at is not None
        assert before.changed_at <= after.changed_at

    # -- Series

    @pytest.mark.parametrize(("all_day", "form"), [(False, "%Y%m%dT%H%M%SZ"), (True, "%Y%m%d")], ids=["timed", "days"])
    def test_each_occurrence_is_one_of_its_own_with_the_start_that_the_series_gave_it(
        self, stage: EventMailStage, all_day: bool, form: str
    ) -> None:
        first = event(all_day=all_day)
        refs = stage.repeat(first, 3)
        found = {change.ref.id: record(change) for change in changes(pages(stage.open()))}
        starts = [first.start + n * DAY for n in range(3)]
        assert [found.pop(ref.id).occurrence for ref in refs] == [start.strftime(form) for start in starts]
        assert found == {}

    def test_occurrences_share_a_name_and_a_series(self, stage: EventMailStage) -> None:
        found = shown(stage, *stage.repeat(event(), 3))
        assert len({each.uid for each in found}) == len({each.series for each in found}) == 1
        assert "" not in {found[0].uid, found[0].series}

    def test_a_series_outside_of_the_window_is_shown_once(self, stage: EventMailStage) -> None:
        stage.pages_of(1)
        stage.repeat(event("Stand-up", days=200), 3)
        found = [(c.outside, record(c).title, record(c).occurrence) for c in changes(pages(stage.open()))]
        assert found == [(True, "Stand-up", "")]

    def test_of_a_series_that_reaches_into_the_window_only_that_part_is_shown(self, stage: EventMailStage) -> None:
        refs = stage.repeat(event(days=178), 5)
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs[:2])

    def test_an_occurrence_that_is_moved_keeps_its_name(self, stage: EventMailStage) -> None:
        first = event()
        refs = stage.repeat(first, 3)
        cursor, (before,) = caught_up(stage.open()), shown(stage, refs[1])
        stage.edit(refs[1], start=before.start + HOUR, end=before.end + HOUR)
        (found,) = [record(c) for c in since(stage, cursor) if c.ref.id == refs[1].id]
        assert (found.start, found.occurrence, found.uid) == (before.start + HOUR, before.occurrence, before.uid)

    def test_an_occurrence_that_is_cancelled_takes_no_other_along(self, stage: EventMailStage) -> None:
        refs = stage.repeat(event(), 3)
        cursor = caught_up(stage.open())
        stage.delete(refs[1])
        assert {c.ref.id for c in since(stage, cursor) if c.gone} == {refs[1].id}

    # -- What changed since

    def test_where_nothing_happened_there_is_nothing(self, stage: EventMailStage) -> None:
        self.fill(stage, 3)
        found = pages(stage.open(), caught_up(stage.open()))
        assert (changes(found), found[-1].complete) == ([], True)

    @pytest.mark.parametrize(("days", "outside"), [(1, False), (200, True)], ids=["inside", "outside"])
    def test_what_is_new_comes_whole_wherever_it_lies(self, stage: EventMailStage, days: int, outside: bool) -> None:
        self.fill(stage, 2)
        cursor = caught_up(stage.open())
        added = stage.add(event("new", days=days))
        (found,) = since(stage, cursor)
        assert (found.ref.id, found.outside, record(found).title) == (added.id, outside, "new")

    def test_an_edit_comes_with_another_version(self, stage: EventMailStage) -> None:
        ref, _ = self.fill(stage, 2)
        cursor = caught_up(stage.open())
        edited = stage.edit(ref, title="Another")
        (found,) = since(stage, cursor)
        assert (found.ref, record(found).title) == (edited, "Another")
        assert edited.version != ref.version

    def test_a_version_that_moved_alone_changes_no_content(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        cursor, before = caught_up(stage.open()), shown(stage, ref)
        touched = stage.touch(ref)
        assert touched.version != ref.version
        assert [content(record(change)) for change in since(stage, cursor)] == [content(each) for each in before]

    def test_a_deletion_is_a_tombstone(self, stage: EventMailStage) -> None:
        _, dropped = self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.delete(dropped)
        assert [(c.ref.id, c.gone) for c in since(stage, cursor)] == [(dropped.id, True)]

    def test_what_the_organizer_deletes_is_gone_for_the_guests(self, stage: EventMailStage) -> None:
        guest = stage.neighbour()
        ours, theirs = stage.share(event(), guest)
        cursor = caught_up(guest.open())
        stage.delete(ours)
        assert [(c.ref.id, c.gone) for c in since(guest, cursor)] == [(theirs.id, True)]

    def test_the_same_cursor_gives_the_same_again(self, stage: EventMailStage) -> None:
        cursor = caught_up(stage.open())
        self.fill(stage, 3)
        assert since(stage, cursor) == since(stage, cursor)

    @pytest.mark.parametrize("at", range(2))
    def test_changes_go_on_from_each_cursor_in_another_process(self, stage: EventMailStage, at: int) -> None:
        stage.pages_of(2)
        cursor = caught_up(stage.open())
        self.fill(stage, 6)
        whole = pages(stage.open(), cursor)
        assert ids(pages(stage.open(), whole[at].cursor)) == ids(whole[at + 1 :])

    # -- The window rolls

    def test_what_is_new_in_the_window_is_listed_before_the_changes(self, stage: EventMailStage) -> None:
        (near,) = self.fill(stage, 1)
        far, farther = stage.add(event(days=190)), stage.add(event(days=250))
        cursor = caught_up(stage.open())
        stage.edit(near, title="Another")
        found = since(stage, cursor, Window(start=WINDOW.start + 15 * DAY, end=WINDOW.end + 15 * DAY))
        assert [(c.ref.id, c.outside) for c in found] == [(far.id, False), (near.id, False)]
        assert farther.id not in {c.ref.id for c in found}

    def test_the_occurrences_that_come_into_the_window_are_listed(self, stage: EventMailStage) -> None:
        refs = stage.repeat(event(days=178), 5)
        cursor = caught_up(stage.open())
        found = since(stage, cursor, Window(start=WINDOW.start + 2 * DAY, end=WINDOW.end + 2 * DAY))
        assert sorted(c.ref.id for c in found) == sorted(ref.id for ref in refs[2:4])

    def test_a_window_that_stood_still_since_lists_nothing(self, stage: EventMailStage) -> None:
        stage.add(event(days=190))
        later = Window(start=WINDOW.start + 15 * DAY, end=WINDOW.end + 15 * DAY)
        rolled = pages(stage.open(), caught_up(stage.open()), later)
        assert (len(ids(rolled)), since(stage, rolled[-1].cursor, later)) == (1, [])

    def test_a_roll_that_was_broken_off_goes_on_and_loses_no_change(self, stage: EventMailStage) -> None:
        stage.pages_of(1)
        (near,) = self.fill(stage, 1)
        far = [stage.add(event(days=190 + n)) for n in range(2)]
        cursor = caught_up(stage.open())
        stage.edit(near, title="Another")
        later = Window(start=WINDOW.start + 15 * DAY, end=WINDOW.end + 15 * DAY)
        first = next(iter(stage.open().pull(EVENT, cursor, later)))
        found = [*first.changes, *since(stage, first.cursor, later)]
        assert sorted(c.ref.id for c in found) == sorted(ref.id for ref in (*far, near))

    # -- Cursors that are none

    def test_a_cursor_that_the_provider_forgot_says_so(self, stage: EventMailStage) -> None:
        self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.forget_cursors()
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_full_read_after_that_has_everything_and_a_cursor_that_works(self, stage: EventMailStage) -> None:
        refs = self.fill(stage, 2)
        caught_up(stage.open())
        stage.forget_cursors()
        found = pages(stage.open())
        added = stage.add(event())
        assert set(ids(found)) == {ref.id for ref in refs}
        assert [c.ref.id for c in since(stage, found[-1].cursor)] == [added.id]

    def test_a_cursor_of_another_calendar_is_not_followed(self, stage: EventMailStage) -> None:
        cursor, _ = caught_up(stage.neighbour().open()), caught_up(stage.open())
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_cursor_of_the_messages_is_not_followed(self, stage: EventMailStage) -> None:
        cursor = list(stage.open().pull(Resource.EMAIL, None))[-1].cursor
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    @pytest.mark.parametrize("spoil", TAMPERED.values(), ids=list(TAMPERED))
    def test_a_cursor_that_was_tampered_with_is_not_followed(
        self, stage: EventMailStage, spoil: Callable[[str], str]
    ) -> None:
        self.fill(stage, 3)
        cursor = caught_up(stage.open())
        assert refused(lambda: pages(stage.open(), spoil(cursor))).kind is Kind.CURSOR_EXPIRED

    # -- Looking again

    def test_events_stand_as_they_are_now_in_the_order_asked_for(self, stage: EventMailStage) -> None:
        refs = self.fill(stage, 3)
        edited = stage.edit(refs[1], title="Another")
        found = stage.open().look(Resource.EVENT, [refs[2], refs[1], refs[0]])
        assert [record(each).title for each in found] == ["Number 2", "Another", "Number 0"]
        assert isinstance(found[1], RemoteChange)
        assert found[1].ref == edited

    def test_what_was_deleted_is_a_tombstone_and_what_never_was_is_not_found(self, stage: EventMailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        one, two, three = stage.open().look(Resource.EVENT, [dropped, NEVER, kept])
        assert isinstance(one, RemoteChange)
        assert (one.ref.id, one.gone) == (dropped.id, True)
        assert failed(two).kind is Kind.NOT_FOUND
        assert record(three).title == "Number 0"

    def test_more_than_fit_into_one_request_come_in_order(self, stage: EventMailStage) -> None:
        refs = self.fill(stage, 53)
        assert [each.title for each in shown(stage, *refs)] == [f"Number {n}" for n in range(53)]

    def test_nothing_asked_is_nothing_answered(self, stage: EventMailStage) -> None:
        connector = stage.open()
        assert (connector.look(Resource.EVENT, []), connector.push([]), connector.mark([])) == ([], [], [])

    @pytest.mark.parametrize("id_", ["18c0ffee", *HOSTILE], ids=["plain", *(f"hostile{n}" for n in range(8))])
    def test_an_address_leads_to_the_calendar_and_nowhere_else(self, stage: EventMailStage, id_: str) -> None:
        connector = stage.open()
        url, plain = connector.url(EVENT, Ref(id=id_)), connector.url(EVENT, Ref(id="18c0ffef"))
        assert urlsplit(url)[:2] == urlsplit(plain)[:2]
        assert urlsplit(url).scheme == "https"
        assert not set(url) & set(" \"'<>\\`\r\n\t\u202e")
        assert url != plain
