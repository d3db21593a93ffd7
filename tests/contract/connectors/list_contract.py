"""What every connector promises of what an account has in lists, tasks and contacts alike. Their own contracts say the
rest, and what to subclass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from itertools import count
from typing import Any, ClassVar, Protocol, Self, TypeVar
from urllib.parse import urlsplit

import pytest

from connectors import clock
from connectors.errors import ItemError, Kind
from connectors.protocol import MailConnector
from connectors.records import Page, Put, Ref, RemoteChange, Resource, Window
from tests.contract.connectors.event_reading_contract import failed, refused, written
from tests.contract.connectors.mail_contract import HOSTILE, TAMPERED
from tests.contract.connectors.trouble_contract import Call, TroubleContract, TroubledStage

DAY = timedelta(days=1)
NEVER = Ref(id="never0was0there")
ODD = (*HOSTILE, "", ".", "..", "half a surrogate \ud83d")
_keys = count(1)


class ListStage(TroubledStage, Protocol):
    """What somebody does to what they have in lists; fields are those of the record, by name."""

    def neighbour(self) -> Self:
        """Another account at the same provider."""

    def pages_of(self, size: int) -> None:
        """From now on a page of a read holds so many entries at the most."""

    def add(self, record: Any, /) -> Ref: ...

    def edit(self, ref: Ref, **fields: Any) -> Ref: ...

    def delete(self, ref: Ref) -> None: ...

    def touch(self, ref: Ref) -> Ref:
        """Something of no account changes: the version is another one, and the content is not."""

    def wait(self, days: int) -> None:
        """So many days go by, here and at the provider."""

    def living(self) -> list[str]:
        """The ids of all that are there."""

    def forget_cursors(self) -> None:
        """Every cursor so far is too old for all deletions since to be known."""

    def lose_answer(self) -> None:
        """The next write is carried out, and its answer is lost."""


S = TypeVar("S", bound=ListStage)


def window() -> Window:
    return Window(start=clock.now() - 30 * DAY, end=clock.now() + 180 * DAY)


def changes(found: Sequence[Page]) -> list[RemoteChange]:
    return [change for page in found for change in page.changes]


def ids(found: Sequence[Page]) -> list[str]:
    return [change.ref.id for change in changes(found)]


def latest(found: Sequence[Page]) -> dict[str, RemoteChange]:
    """How each of them stands in the end, by its id."""
    return {change.ref.id: change for change in changes(found)}


def record(change: object) -> Any:
    assert isinstance(change, RemoteChange)
    assert change.record is not None
    return change.record


def content(of: Any) -> Any:
    """A record with nothing but what it says."""
    return replace(of, key="", changed_at=None)


@dataclass(frozen=True)
class Feed:
    """How one kind of them is asked for and written."""

    resource: Resource

    def pages(self, connector: MailConnector, cursor: str | None = None) -> list[Page]:
        return list(connector.pull(self.resource, cursor, window()))

    def caught_up(self, connector: MailConnector) -> str:
        """A cursor after everything that is there."""
        return self.pages(connector)[-1].cursor

    def since(self, stage: ListStage, cursor: str) -> dict[str, RemoteChange]:
        """How what changed stands now, as another process reads it. What did not change may be among it, as it is."""
        return latest(self.pages(stage.open(), cursor))

    def news(self, stage: ListStage, cursor: str, known: Mapping[str, RemoteChange]) -> dict[str, RemoteChange]:
        """What is told since that is not as it is known; what is gone and was never known is no news."""
        told = self.since(stage, cursor)
        return {id_: each for id_, each in told.items() if known.get(id_) != each and (id_ in known or not each.gone)}

    def shown(self, stage: ListStage, *refs: Ref) -> list[Any]:
        """The records as they stand now."""
        return [record(change) for change in stage.open().look(self.resource, refs)]

    def new(self, of: Any) -> Put:
        return Put(resource=self.resource, key=f"{next(_keys):064x}", record=of)

    def patch(self, ref: Ref, other: Any, **fields: Any) -> Put:
        """These fields, in a record that has `other` things to say about the rest."""
        return Put(resource=self.resource, key="", record=replace(other, **fields), ref=ref, fields=frozenset(fields))

    def drop(self, ref: Ref) -> Put:
        return Put(resource=self.resource, key="", record=None, ref=ref)

    def calls(self, some: Callable[[], Any], **fields: Any) -> dict[str, Call]:
        return {
            "pull everything": lambda connector, cursor, ref: self.pages(connector),
            "pull on": lambda connector, cursor, ref: self.pages(connector, cursor),
            "look": lambda connector, cursor, ref: connector.look(self.resource, [ref]),
            "twins": lambda connector, cursor, ref: connector.twins(self.resource, [some()], clock.now()),
            "insert": lambda connector, cursor, ref: connector.push([self.new(some())]),
            "patch": lambda connector, cursor, ref: connector.push([self.patch(ref, some(), **fields)]),
            "delete": lambda connector, cursor, ref: connector.push([self.drop(ref)]),
        }


class ListContract(TroubleContract[S]):
    """`called` is the field whose text is an item's title, and `unsaid` a record that has other things to say."""

    provider: ClassVar[str]
    feed: ClassVar[Feed]
    called: ClassVar[str]
    unsaid: ClassVar[Any]

    def item(self, title: str = "Plain", number: int = 0) -> Any:
        raise NotImplementedError

    def scatter(self, stage: S, number: int) -> list[Ref]:
        """So many, wherever in an account they may be."""
        raise NotImplementedError

    def fill(self, stage: S, number: int) -> list[Ref]:
        return [stage.add(self.item(f"Number {n}", n)) for n in range(number)]

    def title(self, text: str) -> dict[str, Any]:
        return {self.called: text}

    def named(self, ref: Ref, title: str) -> Put:
        return self.feed.patch(ref, self.unsaid, **self.title(title))

    def titles(self, stage: S, *refs: Ref) -> list[str]:
        return [each.title for each in self.feed.shown(stage, *refs)]

    def begun(self, stage: S) -> tuple[Ref, str]:
        return stage.add(self.item()), self.feed.caught_up(stage.open())

    # -- A full read

    def test_it_reads_them(self, stage: S) -> None:
        connector = stage.open()
        assert (connector.key, self.feed.resource in connector.resources) == (self.provider, True)

    def test_an_account_without_any_is_whole_and_gives_a_cursor(self, stage: S) -> None:
        found = self.feed.pages(stage.open())
        assert (ids(found), found[-1].complete, bool(found[-1].cursor)) == ([], True, True)

    def test_a_full_read_has_each_once(self, stage: S) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 5)
        assert sorted(ids(self.feed.pages(stage.open()))) == sorted(ref.id for ref in refs)

    def test_only_the_last_page_is_complete(self, stage: S) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        told = [page.complete for page in self.feed.pages(stage.open())]
        assert told == [False] * (len(told) - 1) + [True]
        assert len(told) > 2

    @pytest.mark.parametrize("at", range(4))
    def test_a_full_read_goes_on_from_each_of_its_cursors_in_another_process(self, stage: S, at: int) -> None:
        """The cursor covers exactly what precedes it: nothing is lost, and nothing comes twice."""
        stage.pages_of(2)
        self.scatter(stage, 9)
        whole = self.feed.pages(stage.open())
        assert ids(self.feed.pages(stage.open(), whole[at].cursor)) == ids(whole[at + 1 :])

    @pytest.mark.parametrize("at", range(3))
    def test_what_comes_during_a_full_read_is_not_lost(self, stage: S, at: int) -> None:
        stage.pages_of(2)
        refs = self.scatter(stage, 6)
        reading = stage.open().pull(self.feed.resource, None, window())
        found = [next(reading) for _ in range(at)]
        late = self.scatter(stage, 3)
        found += list(reading)
        found += self.feed.pages(stage.open(), found[-1].cursor)
        assert set(ids(found)) >= {ref.id for ref in (*refs, *late)}

    @pytest.mark.parametrize("at", range(1, 4))
    def test_what_goes_during_a_full_read_hides_nothing_else(self, stage: S, at: int) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 6)
        reading = stage.open().pull(self.feed.resource, None, window())
        found = [next(reading) for _ in range(at)]
        gone = next((change.ref for change in changes(found)), refs[0])
        stage.delete(gone)
        found += list(reading)
        found += self.feed.pages(stage.open(), found[-1].cursor)
        assert {id_ for id_, each in latest(found).items() if not each.gone} == {r.id for r in refs} - {gone.id}

    def test_what_was_deleted_before_is_not_there(self, stage: S) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        assert ids(self.feed.pages(stage.open())) == [kept.id]

    def test_when_it_was_last_changed_is_told(self, stage: S) -> None:
        ref = stage.add(self.item())
        stage.wait(1)
        (before,) = self.feed.shown(stage, ref)
        (after,) = self.feed.shown(stage, stage.edit(ref, **self.title("Another")))
        assert (after.changed_at.tzinfo, before.changed_at < after.changed_at) == (UTC, True)

    # -- What changed since

    def test_where_nothing_happened_there_is_no_news(self, stage: S) -> None:
        self.fill(stage, 3)
        known = self.feed.pages(stage.open())
        found = self.feed.pages(stage.open(), known[-1].cursor)
        assert (self.feed.news(stage, known[-1].cursor, latest(known)), found[-1].complete) == ({}, True)

    def test_where_nothing_happened_for_a_while_there_is_nothing(self, stage: S) -> None:
        self.fill(stage, 3)
        cursor = self.feed.caught_up(stage.open())
        stage.wait(1)
        cursor = self.feed.pages(stage.open(), cursor)[-1].cursor
        assert self.feed.since(stage, cursor) == {}

    def test_an_edit_comes_with_another_version(self, stage: S) -> None:
        ref, _ = self.fill(stage, 2)
        known = self.feed.pages(stage.open())
        edited = stage.edit(ref, **self.title("Another"))
        (found,) = self.feed.news(stage, known[-1].cursor, latest(known)).values()
        assert (found.ref, record(found).title) == (edited, "Another")
        assert edited.version != ref.version

    def test_a_version_that_moved_alone_changes_no_content(self, stage: S) -> None:
        ref = stage.add(self.item())
        cursor, before = self.feed.caught_up(stage.open()), self.feed.shown(stage, ref)
        touched = stage.touch(ref)
        assert touched.version != ref.version
        assert content(record(self.feed.since(stage, cursor)[ref.id])) == content(before[0])

    @pytest.mark.parametrize("days", [0, 1, 5])
    def test_a_deletion_is_a_tombstone(self, stage: S, days: int) -> None:
        kept, dropped = self.fill(stage, 2)
        cursor = self.feed.caught_up(stage.open())
        stage.delete(dropped)
        stage.wait(days)
        found = self.feed.since(stage, cursor)
        assert found[dropped.id].gone
        assert not (kept.id in found and found[kept.id].gone)

    def test_the_same_cursor_gives_the_same_again(self, stage: S) -> None:
        cursor = self.feed.caught_up(stage.open())
        self.fill(stage, 3)
        assert self.feed.since(stage, cursor) == self.feed.since(stage, cursor)

    @pytest.mark.parametrize("at", range(3))
    def test_changes_go_on_from_each_cursor_in_another_process(self, stage: S, at: int) -> None:
        stage.pages_of(2)
        self.scatter(stage, 2)
        cursor = self.feed.caught_up(stage.open())
        self.fill(stage, 6)
        whole = self.feed.pages(stage.open(), cursor)
        assert ids(self.feed.pages(stage.open(), whole[min(at, len(whole) - 1)].cursor)) == ids(whole[at + 1 :])

    def test_read_after_read_nothing_is_lost(self, stage: S) -> None:
        stage.pages_of(2)
        cursor, seen, refs = self.feed.caught_up(stage.open()), set[str](), list[Ref]()
        for _ in range(6):
            refs += self.scatter(stage, 1)
            page = next(iter(stage.open().pull(self.feed.resource, cursor, window())))
            cursor, seen = page.cursor, seen | {each.ref.id for each in page.changes}
        for _ in range(2):
            rest = self.feed.pages(stage.open(), cursor)
            cursor, seen = rest[-1].cursor, seen | set(ids(rest))
        assert seen >= {ref.id for ref in refs}

    # -- Cursors that are none

    def test_a_cursor_that_is_too_old_says_so(self, stage: S) -> None:
        self.fill(stage, 2)
        cursor = self.feed.caught_up(stage.open())
        stage.forget_cursors()
        assert refused(lambda: self.feed.pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_full_read_after_that_has_everything_and_a_cursor_that_works(self, stage: S) -> None:
        refs = self.fill(stage, 2)
        self.feed.caught_up(stage.open())
        stage.forget_cursors()
        found = self.feed.pages(stage.open())
        added = stage.add(self.item())
        assert set(ids(found)) == {ref.id for ref in refs}
        assert added.id in self.feed.since(stage, found[-1].cursor)

    def test_a_cursor_of_another_account_is_not_followed(self, stage: S) -> None:
        cursor, _ = self.feed.caught_up(stage.neighbour().open()), self.feed.caught_up(stage.open())
        assert refused(lambda: self.feed.pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_cursor_of_the_messages_is_not_followed(self, stage: S) -> None:
        cursor = list(stage.open().pull(Resource.EMAIL, None))[-1].cursor
        assert refused(lambda: self.feed.pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    @pytest.mark.parametrize("spoil", TAMPERED.values(), ids=list(TAMPERED))
    def test_a_cursor_that_was_tampered_with_is_not_followed(self, stage: S, spoil: Callable[[str], str]) -> None:
        self.fill(stage, 3)
        cursor = self.feed.caught_up(stage.open())
        assert refused(lambda: self.feed.pages(stage.open(), spoil(cursor))).kind is Kind.CURSOR_EXPIRED

    # -- Looking again

    def test_they_stand_as_they_are_now_in_the_order_asked_for(self, stage: S) -> None:
        refs = self.scatter(stage, 3)
        edited = stage.edit(refs[1], **self.title("Another"))
        found = stage.open().look(self.feed.resource, [refs[2], refs[1], refs[0]])
        assert [each.ref for each in found if isinstance(each, RemoteChange)] == [refs[2], edited, refs[0]]
        assert [record(each).title == "Another" for each in found] == [False, True, False]

    def test_what_is_read_has_the_version_that_is_looked_at(self, stage: S) -> None:
        ref = stage.add(self.item())
        assert [change.ref for change in changes(self.feed.pages(stage.open()))] == [ref]
        (found,) = stage.open().look(self.feed.resource, [ref])
        assert isinstance(found, RemoteChange)
        assert found.ref == ref

    @pytest.mark.parametrize("id_", ODD, ids=[f"odd{n}" for n in range(len(ODD))])
    def test_odd_ids_are_those_of_nothing(self, stage: S, id_: str) -> None:
        found = stage.open().look(self.feed.resource, [Ref(id=id_), Ref(id=id_, version="1 2 3")])
        assert [isinstance(each, ItemError) and each.failure.kind for each in found] == [Kind.NOT_FOUND] * 2

    def test_more_than_fit_into_one_look_come_in_order(self, stage: S) -> None:
        refs = self.fill(stage, 53)
        assert self.titles(stage, *refs) == [f"Number {n}" for n in range(53)]

    def test_nothing_asked_is_nothing_answered(self, stage: S) -> None:
        connector, resource = stage.open(), self.feed.resource
        asked = (connector.look(resource, []), connector.push([]), connector.twins(resource, [], clock.now()))
        assert asked == ([], [], [])

    def test_each_has_an_address_of_its_own(self, stage: S) -> None:
        one, two = self.fill(stage, 2)
        connector = stage.open()
        assert connector.url(self.feed.resource, one) != connector.url(self.feed.resource, two)

    @pytest.mark.parametrize("id_", HOSTILE, ids=[f"hostile{n}" for n in range(len(HOSTILE))])
    def test_an_address_leads_to_them_and_nowhere_else(self, stage: S, id_: str) -> None:
        ref, connector = stage.add(self.item()), stage.open()
        url, plain = connector.url(self.feed.resource, Ref(id=id_)), connector.url(self.feed.resource, ref)
        assert urlsplit(url)[:2] == urlsplit(plain)[:2]
        assert urlsplit(url).scheme == "https"
        assert not set(url) & set(" \"'<>\\`\r\n\t\u202e")

    # -- Inserting

    def test_the_ref_that_was_told_is_that_of_the_account(self, stage: S) -> None:
        (ref,) = written(stage.open().push([self.feed.new(self.item())]))
        found = stage.open().look(self.feed.resource, [ref])
        assert [each.ref for each in found if not isinstance(each, ItemError)] == [ref]

    def test_our_own_write_comes_back_with_its_version(self, stage: S) -> None:
        cursor = self.feed.caught_up(stage.open())
        (ref,) = written(stage.open().push([self.feed.new(self.item())]))
        assert [each.ref for each in self.feed.since(stage, cursor).values() if not each.gone] == [ref]

    def test_what_is_inserted_twice_is_there_twice(self, stage: S) -> None:
        """The id is the provider's choice; `twins` is there to find the first."""
        put = self.feed.new(self.item())
        refs = [ref for _ in range(2) for ref in written(stage.open().push([put]))]
        assert sorted(stage.living()) == sorted(ref.id for ref in refs)
        assert len(set(stage.living())) == 2

    def test_one_put_twice_is_two(self, stage: S) -> None:
        put = self.feed.new(self.item())
        assert len({ref.id for ref in written(stage.open().push([put, put]))}) == len(stage.living()) == 2

    # -- Changing

    def test_an_old_version_is_a_conflict_and_overwrites_nobody(self, stage: S) -> None:
        ref = stage.add(self.item())
        stage.edit(ref, **self.title("Edited"))
        assert failed(stage.open().push([self.named(ref, "Ours")])[0]).kind is Kind.CONFLICT
        assert self.titles(stage, ref) == ["Edited"]

    def test_without_a_version_any_is_overwritten(self, stage: S) -> None:
        ref = stage.add(self.item())
        stage.edit(ref, **self.title("Edited"))
        written(stage.open().push([self.named(Ref(id=ref.id), "Ours")]))
        assert self.titles(stage, ref) == ["Ours"]

    def test_the_version_that_was_told_is_good_for_the_next_change(self, stage: S) -> None:
        (ref,) = written(stage.open().push([self.named(stage.add(self.item()), "One")]))
        written(stage.open().push([self.named(ref, "Two")]))
        assert self.titles(stage, ref) == ["Two"]

    def test_two_changes_of_one_at_once_are_one_and_a_conflict(self, stage: S) -> None:
        ref = stage.add(self.item())
        one, two = stage.open().push([self.named(ref, "One"), self.named(ref, "Two")])
        assert (isinstance(one, Ref), failed(two).kind) == (True, Kind.CONFLICT)
        assert self.titles(stage, ref) == ["One"]

    def test_what_is_gone_is_not_changed(self, stage: S) -> None:
        ref = stage.add(self.item())
        stage.delete(ref)
        for found in stage.open().push([self.named(each, "Ours") for each in (ref, Ref(id=ref.id), NEVER)]):
            assert failed(found).kind is Kind.NOT_FOUND
        assert stage.living() == []

    # -- Deleting

    def test_what_is_deleted_is_gone_and_told_as_gone(self, stage: S) -> None:
        ref, kept = stage.add(self.item()), stage.add(self.item())
        cursor = self.feed.caught_up(stage.open())
        written(stage.open().push([self.feed.drop(ref)]))
        assert stage.living() == [kept.id]
        assert [id_ for id_, each in self.feed.since(stage, cursor).items() if each.gone] == [ref.id]

    def test_deleting_what_is_gone_is_done(self, stage: S) -> None:
        ref = stage.add(self.item())
        for _ in range(2):
            assert [each.id for each in written(stage.open().push([self.feed.drop(ref)]))] == [ref.id]

    def test_deleting_what_never_was_is_done(self, stage: S) -> None:
        assert written(stage.open().push([self.feed.drop(NEVER)])) == [NEVER]

    def test_what_a_person_changed_meanwhile_is_not_deleted(self, stage: S) -> None:
        ref = stage.add(self.item())
        stage.edit(ref, **self.title("Edited"))
        assert failed(stage.open().push([self.feed.drop(ref)])[0]).kind is Kind.CONFLICT
        assert stage.living() == [ref.id]

    def test_a_lost_answer_to_a_deletion_is_made_up_for(self, stage: S) -> None:
        ref = stage.add(self.item())
        stage.lose_answer()
        assert refused(lambda: stage.open().push([self.feed.drop(ref)])).kind is Kind.TRANSIENT
        assert stage.living() == []
        assert [each.id for each in written(stage.open().push([self.feed.drop(ref)]))] == [ref.id]

    # -- Many at once

    def test_several_writes_are_few_requests_and_answered_in_order(self, stage: S) -> None:
        edited, dropped = stage.add(self.item()), stage.add(self.item())
        connector, before, new = stage.open(), stage.calls(), self.feed.new
        told = written(
            connector.push(
                [self.feed.drop(dropped), new(self.item()), self.named(edited, "Another"), new(self.item("B"))]
            )
        )
        assert stage.calls() - before <= self.few
        assert [told[0].id, told[2].id] == [dropped.id, edited.id]
        assert set(stage.living()) == {edited.id, told[1].id, told[3].id}
        assert self.titles(stage, told[3]) == ["B"]

    few: ClassVar[int] = 3

    def test_more_than_fit_into_one_write(self, stage: S) -> None:
        told = written(stage.open().push([self.feed.new(self.item(f"Number {n}")) for n in range(53)]))
        assert self.titles(stage, *told) == [f"Number {n}" for n in range(53)]

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_a_bad_one_hurts_no_neighbour_wherever_it_stands(self, stage: S, at: int) -> None:
        old = stage.add(self.item())
        stage.touch(old)
        puts = [self.named(old, "Ours") if n == at else self.feed.new(self.item()) for n in range(3)]
        results = stage.open().push(puts)
        assert [isinstance(result, ItemError) for result in results] == [n == at for n in range(3)]
        assert len(stage.living()) == 3
