"""What Google Tasks has beside the contract: hidden tasks, subtasks, lists, etags, limits, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from connectors import clock
from connectors.errors import Failure, Kind
from connectors.google import task_reading, task_writing
from connectors.google.client import DEFAULT
from connectors.google.links import task_url
from connectors.google.task_cursor import KNOWN
from connectors.records import Put, Ref, RemoteChange, Resource, Task
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google.tasks.store import decoded
from tests.builders import event, task
from tests.contract.connectors import google_task_stage
from tests.contract.connectors.event_reading_contract import failed, refused, written
from tests.contract.connectors.google_stage import GoogleStage
from tests.contract.connectors.google_task_stage import SCOPE_OF_EVENTS, SCOPES, GoogleTaskStage
from tests.contract.connectors.list_contract import changes, ids, record
from tests.contract.connectors.stage import CountingServer
from tests.contract.connectors.task_mail_contract import drop, new, patch
from tests.contract.connectors.task_reading_contract import TASK, caught_up, pages, shown, since


@pytest.fixture
def stage(
    google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoogleTaskStage]:
    with google_task_stage.standing(google_server, contract_certificate, monkeypatch) as made:
        yield made


def door(stage: GoogleStage, verb: str, **arguments: Any) -> Any:
    with stage.simulator.lock:
        return stage.simulator.control(verb, arguments)


def titles(stage: GoogleTaskStage) -> list[str]:
    return sorted(record(change).title for change in changes(pages(stage.open())))


# -- Reading


def test_what_is_hidden_is_read_as_well(stage: GoogleTaskStage) -> None:
    """What is completed in Google's own pages is hidden at once, what is completed elsewhere once a list is cleared."""
    hidden, cleared = stage.add(task("hidden", done=True)), stage.add(task("cleared"))
    written(stage.open().push([patch(cleared, done=True)]))
    door(stage, "clear-tasks", account=stage.address)
    assert [stage.raw(ref)["hidden"] for ref in (hidden, cleared)] == [True, True]
    assert titles(stage) == ["cleared", "hidden"]


def test_what_becomes_hidden_is_no_other_task(stage: GoogleTaskStage) -> None:
    ref = stage.add(task())
    cursor = caught_up(stage.open())
    written(stage.open().push([patch(ref, done=True)]))
    door(stage, "clear-tasks", account=stage.address)
    assert record(since(stage, cursor)[ref.id]) == replace(shown(stage, ref)[0])


def test_a_task_below_another_is_a_task(stage: GoogleTaskStage) -> None:
    above = stage.add(task("above"))
    stage.enter({"title": "below"}, parent=above.id)
    assert titles(stage) == ["above", "below"]


def test_what_is_below_a_deleted_task_is_gone_with_it(stage: GoogleTaskStage) -> None:
    above = stage.add(task("above"))
    below = stage.enter({"title": "below"}, parent=above.id)
    cursor = caught_up(stage.open())
    written(stage.open().push([drop(above)]))
    assert {id_ for id_, each in since(stage, cursor).items() if each.gone} == {above.id, below.id}


@pytest.mark.parametrize("due", ["2026-11-30T00:00:00Z", "2026-11-30T23:59:59.999Z", "2026-11-30T02:00:00+02:00"])
def test_of_a_time_only_the_day_counts(stage: GoogleTaskStage, due: str) -> None:
    (found,) = shown(stage, stage.enter({"title": "due", "due": due}))
    assert str(found.due) == "2026-11-30"


def test_lists_are_named_on_as_many_pages_as_it_takes(stage: GoogleTaskStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_reading, "LISTS", 2)
    refs = [stage.add(task(f"Number {n}"), f"List {n}") for n in range(5)]
    connector, before = stage.open(), stage.calls()
    found = pages(connector)
    assert sorted(ids(found)) == sorted(ref.id for ref in refs)
    assert (stage.calls() - before, len(found)) == (3 + 6, 3 + 6)


def test_a_read_goes_on_between_two_pages_of_lists(stage: GoogleTaskStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_reading, "LISTS", 2)
    for n in range(4):
        stage.add(task(f"Number {n}"), f"List {n}")
    first = next(iter(stage.open().pull(TASK, None)))
    assert sorted(ids(pages(stage.open(), first.cursor))) == sorted(stage.living())


def test_every_version_is_that_of_the_default_list_under_its_own_name(stage: GoogleTaskStage) -> None:
    (ref,) = written(stage.open().push([new(task())]))
    (read,) = changes(pages(stage.open()))
    ((found,),) = stage.open().twins(TASK, [task()], clock.now().replace(year=2020))
    assert [ref, read.ref, found] == [stage.ref(ref.id)] * 3
    assert DEFAULT not in ref.version


def left_behind(stage: GoogleTaskStage, ref: Ref, tasklist: str) -> Ref:
    """A task as it would be if moving it left it behind as deleted; Google does not say that it does not."""
    before = stage.list_of(ref.id)
    with stage.simulator.lock:
        trace = replace(before.tasks[ref.id], deleted=True)
        moved = stage.move(ref, tasklist)
        trace.updated = stage.book.lists[stage.list_id(tasklist)].tasks[ref.id].updated
        before.tasks[ref.id] = trace
        before.order.setdefault("", []).append(ref.id)
    return moved


@pytest.mark.parametrize(("source", "target"), [("A", "B"), ("B", "A"), ("", "A"), ("A", "")])
def test_what_a_task_leaves_behind_is_no_tombstone(stage: GoogleTaskStage, source: str, target: str) -> None:
    for name in ("A", "B"):
        stage.list_id(name)
    stage.named[""] = stage.book.default().id
    ref, gone = stage.add(task(), source), stage.add(task(), source)
    cursor = caught_up(stage.open())
    moved = left_behind(stage, ref, target)
    stage.delete(gone)
    told = [(each.ref.id, each.gone) for each in changes(pages(stage.open(), cursor))]
    assert sorted(told) == sorted([(ref.id, False), (gone.id, True)])
    assert [each.ref for each in stage.open().look(TASK, [ref]) if isinstance(each, RemoteChange)] == [moved]


def test_where_nobody_can_say_whether_it_was_moved_nothing_is_told(stage: GoogleTaskStage) -> None:
    ref = stage.add(task(), "A")
    cursor = caught_up(stage.open())
    stage.delete(ref)
    stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "^/batch"}))
    assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.TRANSIENT
    assert since(stage, cursor)[ref.id].gone


def test_a_page_with_tombstones_is_two_requests_where_there_are_several_lists(stage: GoogleTaskStage) -> None:
    stage.list_id("A")
    refs = [stage.add(task()) for _ in range(40)]
    cursor = caught_up(stage.open())
    for ref in refs:
        stage.delete(ref)
    before = stage.calls()
    assert len(since(stage, cursor)) == 40
    assert [call.path for call in stage.simulator.calls[before:]].count("/batch") == 1
    assert stage.calls() - before == 4


def test_a_page_with_tombstones_is_one_request_where_there_is_one_list(stage: GoogleTaskStage) -> None:
    ref = stage.add(task())
    cursor = caught_up(stage.open())
    stage.delete(ref)
    before = stage.calls()
    assert since(stage, cursor)[ref.id].gone
    assert stage.calls() - before == 2


# -- Where a read goes on


def test_a_list_that_went_asks_for_a_full_read_in_googles_words(stage: GoogleTaskStage) -> None:
    stage.add(task(), "Sales")
    cursor = caught_up(stage.open())
    stage.drop_list("Sales")
    assert refused(lambda: pages(stage.open(), cursor)).code == "google.fullSyncRequired"


@pytest.mark.parametrize("full", [True, False], ids=["full", "changes"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_list_that_goes_while_it_is_read_asks_for_a_full_read_once(
    stage: GoogleTaskStage, at: int, full: bool
) -> None:
    stage.pages_of(1)
    kept = stage.add(task())
    cursor = None if full else caught_up(stage.open())
    for _ in range(3):
        stage.add(task(), "Sales")
    reading = stage.open().pull(TASK, cursor)
    for _ in range(at):
        next(reading)
    stage.drop_list("Sales")
    assert refused(lambda: list(reading)).code == "google.fullSyncRequired"
    found = pages(stage.open())
    assert (ids(found), pages(stage.open(), found[-1].cursor)[-1].complete) == ([kept.id], True)


@pytest.mark.parametrize(("days", "code"), [(KNOWN.days - 1, ""), (KNOWN.days + 1, "google.updatedMinTooLongAgo")])
def test_a_cursor_is_good_as_long_as_deletions_are_surely_known(stage: GoogleTaskStage, days: int, code: str) -> None:
    ref = stage.add(task())
    cursor = caught_up(stage.open())
    stage.delete(ref)
    stage.wait(days)
    if code:
        assert refused(lambda: pages(stage.open(), cursor)).code == code
    else:
        assert since(stage, cursor)[ref.id].gone


def test_a_cursor_of_another_account_is_noticed_before_google_is_asked(stage: GoogleTaskStage) -> None:
    cursor = caught_up(stage.neighbour().open())
    before = stage.calls()
    assert refused(lambda: pages(stage.open(), cursor)).code == "engine.CURSOR_FOREIGN"
    assert stage.calls() == before


@pytest.mark.parametrize("hours", [-300, 300])
def test_nothing_is_lost_where_our_clock_is_wrong(stage: GoogleTaskStage, hours: int) -> None:
    with clock.using(lambda: hours * 3600.0):
        cursor = caught_up(stage.open())
        ref = stage.add(task())
        cursor, found = pages(stage.open(), cursor)[-1].cursor, since(stage, cursor)
        stage.delete(ref)
        assert (found[ref.id].gone, since(stage, cursor)[ref.id].gone) == (False, True)


def test_tasks_with_one_stamp_are_all_told(stage: GoogleTaskStage) -> None:
    """One is read, and its twin in time comes after the read."""
    one = stage.add(task("one"))
    cursor = caught_up(stage.open())
    two = stage.add(task("two"))
    with stage.simulator.lock:
        found = {task_id: each for tasks in stage.book.lists.values() for task_id, each in tasks.tasks.items()}
        found[two.id].updated = found[one.id].updated
    assert two.id in since(stage, cursor)


# -- Writing


def test_what_is_new_goes_into_the_default_list(stage: GoogleTaskStage) -> None:
    stage.list_id("Sales")
    (ref,) = written(stage.open().push([new(task())]))
    assert stage.list_of(ref.id) is stage.book.default()


def test_a_task_that_is_made_as_done_is_done(stage: GoogleTaskStage) -> None:
    (ref,) = written(stage.open().push([new(task(done=True))]))
    assert (stage.raw(ref)["status"], bool(stage.raw(ref)["completed"])) == ("completed", True)


def test_what_is_open_again_has_no_time_at_which_it_was_done(stage: GoogleTaskStage) -> None:
    ref = stage.add(task(done=True))
    written(stage.open().push([patch(ref, done=False)]))
    assert stage.raw(ref).keys().isdisjoint({"completed", "hidden"})


def test_a_task_stays_where_it_is_in_its_list(stage: GoogleTaskStage) -> None:
    above = stage.add(task("above"))
    below = stage.enter({"title": "below"}, parent=above.id)
    written(stage.open().push([patch(below, title="Another")]))
    assert stage.raw(below)["parent"] == above.id


LONG = {"title": {"title": "x" * 1_025}, "notes": {"text": "x" * 8_193}}


@pytest.mark.parametrize("fields", LONG.values(), ids=list(LONG))
def test_what_is_too_long_is_refused_by_google_and_not_cut(stage: GoogleTaskStage, fields: dict[str, Any]) -> None:
    ref = stage.add(task("old"))
    one, two, three = stage.open().push([new(task(**fields)), patch(ref, **fields), new(task("short"))])
    assert {(failed(each).kind, failed(each).code) for each in (one, two)} == {(Kind.INVALID, "google.badRequest")}
    assert (isinstance(three, Ref), titles(stage)) == (True, ["old", "short"])


@pytest.mark.parametrize("etags", ["heeded", "ignored"])
@pytest.mark.parametrize("put", [patch, drop], ids=["change", "deletion"])
def test_an_old_version_is_a_conflict_whether_or_not_google_heeds_etags(
    stage: GoogleTaskStage, etags: str, put: Any
) -> None:
    door(stage, "tasks-etags", etags=etags)
    ref = stage.add(task())
    stage.edit(ref, title="Edited")
    (found,) = stage.open().push([put(ref, title="Ours") if put is patch else put(ref)])
    assert (failed(found).code, titles(stage)) == ("google.conditionNotMet", ["Edited"])


def test_a_change_that_left_the_etag_as_it_was_is_one(stage: GoogleTaskStage) -> None:
    ref = stage.add(task())
    with stage.simulator.lock:
        found = stage.book.default().tasks[ref.id]
        found.updated, found.fields["title"] = found.updated + 1, "Edited"
    (result,) = stage.open().push([patch(ref, title="Ours")])
    assert (failed(result).kind, titles(stage)) == (Kind.CONFLICT, ["Edited"])


def between(stage: GoogleTaskStage, act: Any) -> None:
    """Something happens after the next look, and before the write."""

    def looked(*arguments: Any) -> Any:
        found = task_reading.looked_at(*arguments)
        stage.patch.setattr(task_writing, "looked_at", task_reading.looked_at)
        act()
        return found

    stage.patch.setattr(task_writing, "looked_at", looked)


def test_what_happens_between_the_look_and_the_write_is_not_overwritten(stage: GoogleTaskStage) -> None:
    refs = [stage.add(task()) for _ in range(2)]
    between(stage, lambda: [stage.edit(ref, title="Edited") for ref in refs])
    results = stage.open().push([patch(refs[0], title="Ours"), drop(refs[1])])
    assert [failed(each).code for each in results] == ["google.conditionNotMet"] * 2
    assert titles(stage) == ["Edited", "Edited"]


def test_what_goes_with_its_list_between_the_look_and_the_write_is_gone(stage: GoogleTaskStage) -> None:
    refs = [stage.add(task(), "Sales") for _ in range(2)]
    between(stage, lambda: stage.drop_list("Sales"))
    one, two = stage.open().push([patch(refs[0], title="Ours"), drop(refs[1])])
    assert (failed(one).kind, two) == (Kind.NOT_FOUND, refs[1])


@pytest.mark.parametrize("etags", ["heeded", "ignored"])
def test_what_goes_with_the_task_above_it_is_gone(stage: GoogleTaskStage, etags: str) -> None:
    """Both are in one batch: by the time that its turn comes, the one below is another version, and deleted."""
    door(stage, "tasks-etags", etags=etags)
    above = stage.add(task("above"))
    below, other = (stage.enter({"title": "below"}, parent=above.id) for _ in range(2))
    above = stage.ref(above.id)
    one, two, three = stage.open().push([drop(above), drop(below), drop(other)])
    assert (one, two, three, stage.living()) == (above, below, other, [])


def test_where_the_second_look_fails_the_conflict_stands(stage: GoogleTaskStage) -> None:
    ref = stage.add(task())
    between(stage, lambda: stage.edit(ref, title="Edited"))
    stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "^/batch", "after": 2}))
    assert failed(stage.open().push([patch(ref, title="Ours")])[0]).kind is Kind.CONFLICT


def test_what_is_moved_between_the_look_and_the_write_was_changed(stage: GoogleTaskStage) -> None:
    refs = [stage.add(task("moved")) for _ in range(2)]
    between(stage, lambda: [stage.move(ref, "A") for ref in refs])
    one, two = stage.open().push([patch(refs[0], title="Ours"), drop(refs[1])])
    assert [failed(each).code for each in (one, two)] == ["google.conditionNotMet"] * 2
    assert titles(stage) == ["moved", "moved"]


def test_two_requests_write_fifty_tasks(stage: GoogleTaskStage) -> None:
    refs = [stage.add(task(f"Number {n}")) for n in range(50)]
    before = stage.calls()
    written(stage.open().push([patch(ref, title="Another") for ref in refs]))
    asked = [call.path for call in stage.simulator.calls[before:]]
    assert asked == ["/batch", "/batch"]


def test_the_first_part_is_told_where_a_later_one_fails(stage: GoogleTaskStage) -> None:
    stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "^/batch", "after": 1}))
    results = stage.open().push([new(task(f"Number {n}")) for n in range(60)])
    kinds = [result.failure.kind if not isinstance(result, Ref) else None for result in results]
    assert kinds == [None] * 50 + [Kind.TRANSIENT] * 10
    assert len(stage.living()) == 50


def test_events_and_tasks_in_one_push_are_answered_in_order(
    google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with google_task_stage.standing(google_server, contract_certificate, monkeypatch) as made:
        both = replace(made, written="cy@ours.example", scopes=(*SCOPES, SCOPE_OF_EVENTS))
        meeting = Put(resource=Resource.EVENT, key="ab" * 32, record=event())
        one, two, three = written(both.open().push([new(task("A")), meeting, new(task("B"))]))
        assert [each.title for each in shown(both, one, three)] == ["A", "B"]
        (found,) = both.open().look(Resource.EVENT, [two])
        assert isinstance(found, RemoteChange)
        both.closing.close()


# -- Where a task is opened


def test_a_task_is_opened_where_google_says(stage: GoogleTaskStage) -> None:
    ref = stage.add(task())
    ours, theirs = urlsplit(stage.open().url(TASK, ref)), urlsplit(stage.raw(ref)["webViewLink"])
    assert (ours.netloc, ours.path) == ("tasks.google.com", theirs.path)
    assert ours.query == f"{theirs.query}&authuser={quote(stage.address)}"
    assert ours.path == f"/task/{decoded(ref.id)}"


@pytest.mark.parametrize("id_", ["", "a", "a/b", "x" * 5, "Li4vLi4", "w6k", "PHg-", "dDE/dDE"])
def test_what_is_no_task_opens_all_of_them(id_: str) -> None:
    assert task_url("https://tasks.google.com", "a@b", id_) == "https://tasks.google.com/?authuser=a%40b"


# -- What Google refuses as a whole, or of one after the other


def refusals(stage: GoogleTaskStage) -> Sequence[Failure]:
    """Of reading, looking and writing."""
    ref = Ref(id="bm9ib2R5MDEyMzQ1Njc4OQ", version=f"{stage.book.default().id} e u")
    connector = stage.open()
    return [
        refused(lambda: pages(connector)),
        refused(lambda: connector.twins(TASK, [Task(title="x")], clock.now())),
        refused(lambda: connector.push([new(task())])),
        failed(connector.look(TASK, [ref])[0]),
        failed(connector.push([patch(ref, title="Ours")])[0]),
        failed(connector.push([drop(ref)])[0]),
    ]


def test_without_the_right_to_tasks_it_says_so(stage: GoogleTaskStage) -> None:
    without = replace(stage, written="dee@ours.example", scopes=SCOPES[:1])
    assert {each.code for each in refusals(without)} == {"google.insufficientPermissions"}
    without.closing.close()


def test_where_the_api_is_not_switched_on_it_says_so(stage: GoogleTaskStage) -> None:
    door(stage, "no-tasks-api")
    assert {(each.code, each.kind) for each in refusals(stage)} == {("google.accessNotConfigured", Kind.CONFIG)}


def test_where_the_domain_allows_no_tasks_it_says_so(stage: GoogleTaskStage) -> None:
    stage.simulator.world.account(stage.address).domain_allows = False
    assert {each.code for each in refusals(stage)} == {"google.domainPolicy"}


def test_a_used_up_quota_passes(stage: GoogleTaskStage) -> None:
    door(stage, "fill-tasks", account=stage.address)
    assert {each.kind for each in refusals(stage)} == {Kind.RATE_LIMITED}
