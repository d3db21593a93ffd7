"""What every connector with further calendars promises. A subclass gives a `stage`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.protocol import MailConnector
from connectors.records import Marking, Ref, RemoteChange
from connectors.rounds import OUT_OF_REACH, placed
from tests.builders import event
from tests.contract.connectors.event_mail_contract import drop, new, patch
from tests.contract.connectors.event_reading_contract import EVENT, WINDOW, changes, failed, pages, record, written
from tests.contract.connectors.event_stage import FurtherStage


def everything(connector: MailConnector) -> dict[str, str]:
    """The titles of all events, by our names for them."""
    return {c.ref.id: record(c).title for c in changes(pages(connector)) if c.record}


def named(further: FurtherStage, ref: Ref) -> Ref:
    """Our name for an event of a further calendar."""
    return replace(ref, id=placed(further.beside, ref.id))


def looked(connector: MailConnector, ref: Ref) -> RemoteChange | ItemError:
    (answer,) = connector.look(EVENT, [ref])
    return answer


class FurtherContract:
    """How further calendars are read and written. Each test gets an account of its own, and a calendar beside it."""

    @pytest.fixture
    def further(self, stage: FurtherStage) -> FurtherStage:
        return stage.further()

    @pytest.fixture
    def both(self, stage: FurtherStage, further: FurtherStage) -> MailConnector:
        return stage.open_with(further.beside)

    # -- Reading

    def test_only_those_that_were_chosen_are_read(self, stage: FurtherStage, further: FurtherStage) -> None:
        own, other = stage.add(event("Own")), further.add(event("Team"))
        assert everything(stage.open_with()) == {own.id: "Own"}
        assert everything(stage.open_with(further.beside)) == {own.id: "Own", named(further, other).id: "Team"}

    def test_the_last_page_of_all_is_the_last_one(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        stage.add(event("Own"))
        further.add(event("Team"))
        found = pages(both)
        assert [page.complete for page in found] == [*[False] * (len(found) - 1), True]
        assert {page.calendar for page in found} == {"", further.beside}

    def test_page_by_page_with_a_cursor_nothing_is_missed(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        stage.pages_of(1)
        wanted = {stage.add(event("Own", days=n)).id for n in range(3)}
        wanted |= {named(further, further.add(event("Team", days=n))).id for n in range(3)}
        cursor, found, complete = None, set[str](), False
        while not complete:
            page = next(iter(both.pull(EVENT, cursor, WINDOW)))
            cursor, complete = page.cursor, page.complete
            found |= {change.ref.id for change in page.changes}
        assert found == wanted

    def test_changes_of_each_are_told_after_that(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        own, other, gone = stage.add(event()), further.add(event()), further.add(event())
        cursor = pages(both)[-1].cursor
        stage.edit(own, title="Own, later")
        further.edit(other, title="Team, later")
        further.delete(gone)
        told = {c.ref.id: c.gone or record(c).title for c in changes(pages(both, cursor))}
        assert told == {
            own.id: "Own, later",
            named(further, other).id: "Team, later",
            named(further, gone).id: True,
        }

    def test_one_that_is_chosen_later_is_read_in_full(self, stage: FurtherStage, further: FurtherStage) -> None:
        stage.add(event("Own"))
        other = further.add(event("Team"))
        cursor = pages(stage.open_with())[-1].cursor
        told = changes(pages(stage.open_with(further.beside), cursor))
        assert [c.ref.id for c in told] == [named(further, other).id]

    def test_one_that_is_chosen_no_more_is_not_read_on(self, stage: FurtherStage, further: FurtherStage) -> None:
        other = further.add(event("Team"))
        cursor = pages(stage.open_with(further.beside))[-1].cursor
        further.edit(other, title="Team, later")
        assert changes(pages(stage.open_with(), cursor)) == []

    def test_occurrences_name_their_series_as_its_deletion_does(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        further.repeat(event("Stand-up"), 2)
        found = [record(c) for c in changes(pages(both))]
        assert {each.series.rpartition("/")[0] for each in found} == {further.beside}

    # -- Single events

    def test_an_event_stands_as_it_is_under_our_name(self, further: FurtherStage, both: MailConnector) -> None:
        ref = named(further, further.add(event("Team")))
        answer = looked(both, ref)
        assert (record(answer).title, answer.ref if isinstance(answer, RemoteChange) else None) == ("Team", ref)

    def test_a_change_is_written_where_the_event_is(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        ref = named(further, further.add(event("Team")))
        (after,) = written(both.push([patch(ref, title="Ours")]))
        assert (after.id, after.version != ref.version, record(looked(both, ref)).title) == (ref.id, True, "Ours")

    def test_a_deletion_too(self, further: FurtherStage, both: MailConnector) -> None:
        ref = named(further, further.add(event("Team")))
        assert [each.id for each in written(both.push([drop(ref)]))] == [ref.id]
        assert further.living() == []

    def test_what_is_new_comes_into_the_accounts_own_calendar(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        (ref,) = written(both.push([new(event("Visit"))]))
        assert (stage.living(), further.living()) == ([ref.id], [])

    def test_a_mark_is_painted_where_the_event_is(self, further: FurtherStage, both: MailConnector) -> None:
        ref = further.add(event("Team"))
        assert both.mark([Marking(ref=named(further, ref), on=True)]) == [""]
        assert further.colour(ref) == "11"

    # -- One that is not there, or not for us

    def test_one_that_is_taken_away_says_so_and_stops_no_other(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        own = stage.add(event("Own"))
        further.add(event("Team"))
        cursor = pages(both)[-1].cursor
        further.take_away()
        stage.edit(own, title="Own, later")
        found = pages(both, cursor)
        assert [(page.calendar, page.lost) for page in found] == [("", False), (further.beside, True)]
        assert [record(c).title for c in changes(found)] == ["Own, later"]
        assert found[-1].complete

    def test_it_may_be_away_from_the_beginning(
        self, stage: FurtherStage, further: FurtherStage, both: MailConnector
    ) -> None:
        further.take_away()
        for _ in range(2):
            cursor = pages(both)[-1].cursor
        assert [page.lost for page in pages(both, cursor)] == [False, True]

    def test_its_events_are_not_called_gone(self, further: FurtherStage, both: MailConnector) -> None:
        ref = named(further, further.add(event("Team")))
        further.take_away()
        told = [looked(both, ref), *both.push([patch(ref, title="Ours")]), *both.mark([Marking(ref=ref, on=True)])]
        assert [(failed(each).code, failed(each).kind) for each in told] == [(OUT_OF_REACH, Kind.PERMISSION)] * 3

    def test_an_event_that_is_gone_from_one_that_is_there_is_gone(
        self, further: FurtherStage, both: MailConnector
    ) -> None:
        never = named(further, Ref(id="never0was0there"))
        assert failed(looked(both, never)).kind is Kind.NOT_FOUND

    # -- What a calendar is

    def test_a_calendar_has_a_name_and_says_whether_it_may_be_changed(
        self, stage: FurtherStage, further: FurtherStage
    ) -> None:
        found = stage.open_with().find_calendar(further.beside)
        assert (found.id, bool(found.name), found.writable) == (further.beside, True, True)
        further.show_only()
        assert stage.open_with().find_calendar(further.beside) == replace(found, writable=False)

    @pytest.mark.parametrize("known", [True, False])
    def test_one_that_is_not_shared_is_not_found(self, stage: FurtherStage, further: FurtherStage, known: bool) -> None:
        further.take_away()
        with pytest.raises(ConnectorError) as caught:
            stage.open_with().find_calendar(further.beside if known else "never@group.calendar.example")
        assert caught.value.failure.kind in {Kind.NOT_FOUND, Kind.PERMISSION}
