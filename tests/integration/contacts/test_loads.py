"""Many contacts of a first read go to the CRM in one load, each once, and each ends as it would have by itself."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.errors import ConnectorError, Failure, Kind
from connectors.memory import failure
from connectors.records import RecordWrite, Write
from issues.models import Issue
from syncapp import orders
from syncapp.engine import carrying, load_steps
from syncapp.engine.running import Ending, run_job
from syncapp.loads import BulkLoad, Carried, LoadState
from syncapp.models import Change, ChangeState, Cursor, Item
from syncapp.orders import Order
from tests import builders
from tests.driving import STORAGE, codes, fresh, sync
from tests.integration.contacts.loading import (
    ENOUGH,
    LEAST,
    NAMES,
    PAGE,
    at_rest,
    at_the_crm,
    carried,
    filled,
    loads,
    looked,
    names,
    person,
    the_load,
    under_way,
)
from tests.integration.contacts.stage import ContactStage, items
from tests.integration.events.stage import ANNA, pending

REFUSED = failure("salesforce.FEATURENOTENABLED", Kind.UNKNOWN, "Bulk API is not enabled")
DOWN = failure("salesforce.SERVER_UNAVAILABLE", Kind.TRANSIENT, "down")


@pytest.fixture(autouse=True)
def _small(stage: ContactStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_steps, "LEAST", LEAST)
    builders.store_of(stage.anna).page_size = PAGE


def refusing(name: str, verdict: Failure) -> object:
    def rule(write: Write) -> Failure | None:
        return verdict if isinstance(write, RecordWrite) and write.record and write.record.title == name else None

    return rule


def failing(stage: ContactStage, call: str, why: Failure) -> list[str]:
    """From now on the CRM refuses each such call; how often it was asked, as it grows."""
    asked: list[str] = []

    def fail(*_: object) -> None:
        asked.append(call)
        raise ConnectorError(why)

    setattr(stage.crm, call, fail)
    return asked


def handed_over(stage: ContactStage) -> BulkLoad:
    sync(filled(stage).anna)
    assert the_load().state == LoadState.RUNNING
    return the_load()


# -- What goes in a load


def test_many_contacts_of_a_first_read_go_in_one_load(stage: ContactStage) -> None:
    load = handed_over(stage)
    (held,) = at_the_crm(stage)
    assert sorted(write.record.title for write in held.content or () if write.record) == NAMES
    assert (load.records, names(stage), stage.crm.contacts.living) == (ENOUGH, [], {})


def test_they_stand_in_the_crm_once_it_is_done(stage: ContactStage) -> None:
    handed_over(stage)
    looked(stage)
    assert at_rest(stage)
    assert {each.owner_id for each in stage.at_crm()} == {ANNA}
    assert all(item.synced_at and item.base and not item.sent for item in items())


def test_as_many_as_the_least_are_written_at_once(stage: ContactStage) -> None:
    sync(filled(stage, NAMES[:LEAST]).anna)
    assert (names(stage), at_the_crm(stage), pending()) == (NAMES[:LEAST], [], [])


def test_what_fits_on_one_page_is_written_at_once(stage: ContactStage) -> None:
    builders.store_of(stage.anna).page_size = ENOUGH
    sync(filled(stage).anna)
    assert (names(stage), loads()) == (NAMES, [])


def test_later_ones_are_written_at_once(stage: ContactStage) -> None:
    stage.run()
    sync(filled(stage).anna)
    assert (names(stage), loads()) == (NAMES, [])


def test_a_full_load_goes_while_the_others_are_gathered(stage: ContactStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_steps, "MOST", 2 * PAGE)
    everybody = [f"Person {number}" for number in range(4 * PAGE)]
    sync(filled(stage, everybody).anna)
    assert [len(held.content or ()) for held in at_the_crm(stage)] == [2 * PAGE, 2 * PAGE]
    looked(stage, 2)
    assert (names(stage), under_way(), pending()) == (everybody, False, [])


def test_whom_the_crm_knows_is_linked_and_not_loaded(stage: ContactStage) -> None:
    stage.crm.contacts.create(person(NAMES[0], job="Buyer"), ANNA)
    handed_over(stage)
    assert sorted(write.record.title for write in at_the_crm(stage)[0].content or () if write.record) == NAMES[1:]
    looked(stage, 2)
    assert (names(stage), stage.are_equal()) == (NAMES, True)


def test_where_most_are_known_the_rest_are_written_at_once(stage: ContactStage) -> None:
    for name in NAMES[2:]:
        stage.crm.contacts.create(person(name), ANNA)
    sync(filled(stage).anna)
    assert (names(stage), at_the_crm(stage), loads()) == (NAMES, [], [LoadState.DONE])


def test_the_account_of_a_company_comes_with_it(stage: ContactStage) -> None:
    stage.crm.contacts.accounts["001000000000001"] = "Acme"
    for name in NAMES:
        stage.book.add(person(name, company="Acme"))
    sync(stage.anna)
    assert {write.account_id for write in at_the_crm(stage)[0].content or ()} == {"001000000000001"}


def test_what_is_too_heavy_for_one_load_is_written_by_itself(
    stage: ContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_steps, "HEAVIEST", 1)
    monkeypatch.setattr("syncapp.engine.handing_over.SLICE", 2)
    handed_over(stage)
    assert len(at_the_crm(stage)[0].content or ()) == 2
    looked(stage)
    assert at_rest(stage)


# -- While it is under way


def test_the_cursor_has_moved_and_nothing_is_silent(stage: ContactStage) -> None:
    handed_over(stage)
    assert Cursor.everywhere.get(mailbox=stage.anna, resource="contact").full_since is None
    assert [*Change.everywhere.values_list("state", flat=True)] == [ChangeState.WAITING] * ENOUGH


def test_the_crm_is_asked_once_a_run_when_it_is_time(stage: ContactStage) -> None:
    """The mailbox is due by then; how long that is `load_steps` says."""
    stage.crm.loads.looks = 3
    handed_over(stage)
    looks = []
    while under_way():
        load = the_load()
        assert load.look_at is not None
        assert fresh(stage.anna).next_run_at <= load.look_at
        looks.append(load.looks)
        stage.time.move(seconds=max((load.look_at - clock.now()).total_seconds(), 0) + 1)
        sync(stage.anna)
    assert looks == [0, 1, 2, 3]


def test_what_says_something_else_is_in_no_load(stage: ContactStage) -> None:
    """Whatever else stands in its row."""
    load = handed_over(stage)
    first, *others = Change.everywhere.order_by("pk").values_list("pk", flat=True)
    Change.everywhere.filter(pk=first).update(revision=7)
    assert [each.change_id for each in carrying.held(load)] == others


def test_before_it_is_time_it_is_not_asked(stage: ContactStage) -> None:
    handed_over(stage)
    looks = at_the_crm(stage)[0].stage
    sync(stage.anna)
    assert (at_the_crm(stage)[0].stage, under_way()) == (looks, True)


def test_an_edit_meanwhile_goes_its_own_way_and_the_load_changes_nothing(stage: ContactStage) -> None:
    handed_over(stage)
    ref = next(ref for ref, each in stage.book.shared.items() if each.title == NAMES[0])
    stage.book.edit(stage.book.entries[ref].ref, job="Head")
    sync(stage.anna)
    assert [(each.said.title, each.said.job) for each in stage.at_crm()] == [(NAMES[0], "Head")]
    looked(stage)
    assert at_rest(stage)


def test_an_edit_after_the_crm_has_written_it_wins(stage: ContactStage) -> None:
    handed_over(stage)
    stage.crm.look_at_load(the_load().remote_id)  # it is done; nobody here has read so
    ref = next(ref for ref, each in stage.book.shared.items() if each.title == NAMES[0])
    stage.book.edit(stage.book.entries[ref].ref, job="Head")
    looked(stage)
    assert at_rest(stage)
    assert [each.said.job for each in stage.at_crm() if each.said.title == NAMES[0]] == ["Head"]


def test_what_somebody_edits_in_the_crm_before_it_is_settled_is_kept(stage: ContactStage) -> None:
    handed_over(stage)
    stage.crm.look_at_load(the_load().remote_id)
    made = stage.at_crm()[0]
    stage.crm.contacts.edit(made.id, job="Head")
    looked(stage)
    stage.run()
    assert at_rest(stage)
    assert [each.said.job for each in stage.at_crm() if each.id == made.id] == ["Head"]


def test_one_that_is_deleted_in_the_address_book_meanwhile_makes_no_second_one(stage: ContactStage) -> None:
    handed_over(stage)
    ref = next(ref for ref, each in stage.book.shared.items() if each.title == NAMES[0])
    stage.book.delete(stage.book.entries[ref].ref)
    looked(stage, 2)
    stage.run(2)
    assert (names(stage).count(NAMES[0]), pending(), under_way(), codes()) == (1, [], False, [])


def test_the_crm_s_reader_that_sees_them_first_changes_nothing(stage: ContactStage) -> None:
    handed_over(stage)
    stage.crm.look_at_load(the_load().remote_id)
    stage.run()
    looked(stage)
    assert at_rest(stage)
    assert len(stage.book.living) == ENOUGH


# -- What is refused


def test_one_that_is_refused_is_an_issue_of_its_own(stage: ContactStage) -> None:
    stage.crm.rules.append(refusing(NAMES[0], failure("salesforce.STRING_TOO_LONG", Kind.INVALID, "too long")))  # type: ignore[arg-type]
    handed_over(stage)
    looked(stage)
    issue = Issue.everywhere.get()
    assert (issue.code, issue.title, issue.direction) == ("salesforce.STRING_TOO_LONG", NAMES[0], "to_crm")
    assert (names(stage), under_way()) == (NAMES[1:], False)
    assert all(not item.sent for item in items())


def test_what_passes_by_itself_is_tried_again(stage: ContactStage) -> None:
    locked = failure("salesforce.UNABLE_TO_LOCK_ROW", Kind.TRANSIENT, "locked")
    stage.crm.rules.append(refusing(NAMES[0], locked))  # type: ignore[arg-type]
    handed_over(stage)
    looked(stage)
    stage.crm.rules.clear()
    stage.time.move(hours=1)
    stage.run()
    assert at_rest(stage)


def test_what_is_everybodys_is_asked_for_again_and_stops_them_once(stage: ContactStage) -> None:
    stage.crm.rules.append(refusing(NAMES[0], STORAGE))  # type: ignore[arg-type]
    handed_over(stage)
    looked(stage)
    assert (codes(), names(stage), under_way()) == ([STORAGE.code], NAMES[1:], False)
    stage.crm.rules.clear()
    stage.time.move(hours=25)
    stage.run(2)
    assert (at_rest(stage), codes()) == (True, [])


def test_what_the_load_leaves_alone_is_written_by_itself(stage: ContactStage) -> None:
    handed_over(stage)
    stage.crm.loads.passed_over |= {item.key for item in items()[:2]}
    looked(stage)
    assert at_rest(stage)


def test_a_key_that_stands_there_is_adopted(stage: ContactStage) -> None:
    """Another load, of which nobody knows, has written it."""
    load = handed_over(stage)
    stage.crm.push(at_the_crm(stage)[0].content or ())
    looked(stage)
    assert (at_rest(stage), the_load().pk) == (True, load.pk)


# -- What comes to nothing


def test_a_crm_that_takes_none_is_left_alone_for_a_day(stage: ContactStage) -> None:
    opens = failing(stage, "open_load", REFUSED)
    sync(filled(stage).anna)
    assert (names(stage), loads(), the_load().code, codes()) == (NAMES, [LoadState.REFUSED], REFUSED.code, [])
    Cursor.everywhere.all().delete()
    for name in ("More 1", "More 2", "More 3", "More 4"):
        stage.book.add(person(name))
    looked(stage)
    assert (len(opens), len(names(stage)), pending()) == (1, ENOUGH + 4, [])


def test_a_load_that_fails_gives_back_what_it_carried(stage: ContactStage) -> None:
    load = handed_over(stage)
    stage.crm.drop_load(load.remote_id)
    looked(stage)
    assert (at_rest(stage), the_load().code) == (True, "salesforce.BULK_JOB_FAILED")


def test_one_that_the_crm_does_not_know_any_more_gives_it_back(stage: ContactStage) -> None:
    handed_over(stage)
    stage.crm.loads.held.clear()
    looked(stage)
    assert at_rest(stage)


def test_one_that_never_ends_is_stopped_and_gives_it_back(stage: ContactStage) -> None:
    stage.crm.loads.looks = 10_000
    handed_over(stage)
    stage.time.move(minutes=61)
    sync(stage.anna)
    assert at_rest(stage)
    assert [held.stage for held in at_the_crm(stage)] == ["failed"]


def test_one_that_cannot_be_looked_at_holds_nothing_else_up(stage: ContactStage) -> None:
    handed_over(stage)
    stage.time.move(minutes=1)
    stage.crm.faults.waiting.append(DOWN)
    assert (sync(stage.anna), under_way()) == ([Ending.DONE], True)
    looked(stage)
    assert at_rest(stage)


@pytest.mark.parametrize("call", ["fill_load", "close_load"])
def test_one_that_is_not_taken_as_it_is_is_stopped(stage: ContactStage, call: str) -> None:
    failing(stage, call, failure("salesforce.CLIENTINPUTERROR", Kind.UNKNOWN, "too large"))
    sync(filled(stage).anna)
    looked(stage)
    assert at_rest(stage)
    assert ([held.stage for held in at_the_crm(stage)], the_load().code) == (["failed"], "salesforce.CLIENTINPUTERROR")


def test_after_three_tries_they_go_by_themselves(stage: ContactStage) -> None:
    tries = failing(stage, "open_load", DOWN)
    filled(stage)
    for _ in range(6):
        sync(stage.anna)
        stage.time.move(minutes=7)
    assert (len(tries), at_rest(stage)) == (3, True)


# -- Orders


def test_a_reset_stops_it_and_gives_back_what_it_carried(stage: ContactStage) -> None:
    stage.crm.loads.looks = 10
    handed_over(stage)
    orders.carry_out(Order.RESET, stage.anna)
    assert (carried(), loads()) == (0, [LoadState.DROPPING])
    sync(stage.anna)
    assert at_the_crm(stage)[0].stage == "failed"
    looked(stage, 3)
    assert at_rest(stage)


def test_while_somebody_has_it_rest_nothing_is_asked(stage: ContactStage) -> None:
    handed_over(stage)
    orders.carry_out(Order.PAUSE, stage.anna)
    calls = stage.crm.calls
    looked(stage)
    assert (stage.crm.calls, under_way()) == (calls, True)
    orders.carry_out(Order.RESUME, stage.anna)
    looked(stage)
    assert at_rest(stage)


def test_where_contacts_are_not_kept_in_step_any_more_it_is_stopped(stage: ContactStage) -> None:
    stage.crm.loads.looks = 10
    handed_over(stage)
    stage.organization.__class__.everywhere.update(syncs_contacts=False)
    sync(stage.anna)
    assert (loads(), [held.stage for held in at_the_crm(stage)], names(stage)) == ([LoadState.DONE], ["failed"], [])


def test_a_job_whose_time_is_over_goes_on_in_the_next_one(
    stage: ContactStage, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.SYNC_JOB_SECONDS = 0  # type: ignore[attr-defined]
    monkeypatch.setattr("syncapp.engine.readying.TOGETHER", 2)
    monkeypatch.setattr("syncapp.engine.handing_over.SLICE", 2)
    filled(stage)
    jobs = 0
    for _ in range(40):
        jobs += 1
        if run_job(stage.anna.pk) is not Ending.AGAIN:
            stage.time.move(minutes=6)
        if Item.everywhere.exists() and not Change.everywhere.exists() and not under_way():
            break
    assert (names(stage), jobs > 5, Carried.everywhere.count()) == (NAMES, True, 0)
