"""Tasks at Salesforce: the contract, and what is peculiar to them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from connectors import registry
from connectors.errors import Kind
from connectors.records import Person, RecordWrite, Task
from connectors.simulators.authority import Certificate
from tests.builders import task
from tests.contract.connectors.crm_contract import ANN, ids, refused
from tests.contract.connectors.event_reading_contract import failed
from tests.contract.connectors.record_crm_reading_contract import Reading, told
from tests.contract.connectors.salesforce_record_contract import SalesforceRecordContract
from tests.contract.connectors.salesforce_record_stage import counted, door, pushed, row
from tests.contract.connectors.salesforce_task_stage import SalesforceTaskStage, staged
from tests.contract.connectors.stage import CountingServer
from tests.contract.connectors.task_crm_contract import TASK, TaskCrmContract, content, write

READING = Reading(TASK)
DONE = task(done=True)


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceTaskStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


class TestSalesforceTasks(TaskCrmContract, SalesforceRecordContract):
    provider: ClassVar[str] = "salesforce"


def status(stage: SalesforceTaskStage, record_id: str) -> str:
    return str(row(stage, record_id)["Status"])


def calls_closed(stage: SalesforceTaskStage, *names: str) -> None:
    """The org calls these statuses closed, and no others."""
    for each in list(stage.simulator.org.store.rows("TaskStatus")):
        door(stage, "update", id=each["Id"], fields={"IsClosed": each["ApiName"] in names})


def named(owner: Person, of: Task, record_id: str, *fields: str) -> RecordWrite:
    return write(owner, of, *fields, record_id=record_id)


# -- How few calls


@pytest.mark.parametrize(("number", "calls"), [(1, 1), (200, 1), (201, 2), (1000, 5)])
def test_new_tasks_are_one_call_for_200(stage: SalesforceTaskStage, number: int, calls: int) -> None:
    owner = stage.user()
    assert counted(stage, *(write(owner) for _ in range(number))) == calls


def test_200_changes_are_one_call(stage: SalesforceTaskStage) -> None:
    owner = stage.user()
    writes = [write(owner) for _ in range(200)]
    made = pushed(stage, *writes)
    later = [
        replace(w, record=task("Later"), record_id=id_, fields=frozenset({"title"}))
        for w, id_ in zip(writes, made, strict=True)
    ]
    assert counted(stage, *later) == 1
    assert set(READING.titles(stage, *made)) == {"Later"}


def test_what_statuses_mean_is_asked_once_and_only_where_one_is_written(stage: SalesforceTaskStage) -> None:
    connector, owner = stage.open(), stage.user()
    spent = list[int]()
    for each in (task(), DONE, DONE):
        before = stage.calls()
        ids(connector.push([write(owner, each)]))
        spent.append(stage.calls() - before)
    assert spent == [1, 2, 1]


def test_copies_of_200_tasks_of_one_owner_are_two_calls(stage: SalesforceTaskStage) -> None:
    owner = stage.user()
    writes = [write(owner, task(f"Call {n}")) for n in range(200)]
    pushed(stage, *writes)
    connector, before = stage.open(), stage.calls()
    assert len(connector.find(TASK, [each.key for each in writes], [])) == 200
    assert stage.calls() - before == 2


def test_hundreds_of_titles_in_letters_of_the_world_are_found(stage: SalesforceTaskStage) -> None:
    owner = stage.user()
    writes = [write(owner, task(f"{'尺寸' * 100} {n}")) for n in range(40)]
    made = pushed(stage, *writes)
    twins = [stage.create(task(f"{'尺寸' * 100} {n}"), owner) for n in range(40)]
    found = stage.open().find(TASK, [each.key for each in writes], [])
    assert {each.ref.id for each in found} == {*made, *twins}


# -- Done, and how far it has come


def test_a_new_open_task_gets_the_status_that_the_org_gives_it(stage: SalesforceTaskStage) -> None:
    (made,) = pushed(stage, write(stage.user()))
    assert status(stage, made) == "Not Started"
    assert stage.simulator.calls[-1].path.endswith("/composite")


@pytest.mark.parametrize(
    ("closed", "written"),
    [(("Completed",), "Completed"), (("Deferred",), "Deferred"), (("Deferred", "Completed"), "Completed")],
)
def test_done_is_the_first_status_that_the_org_calls_closed(
    stage: SalesforceTaskStage, closed: tuple[str, ...], written: str
) -> None:
    calls_closed(stage, *closed)
    owner = stage.user()
    (new,) = pushed(stage, write(owner, DONE))
    there = stage.create(task(), owner)
    pushed(stage, named(owner, DONE, there, "done"))
    assert [status(stage, each) for each in (new, there)] == [written, written]
    assert [content(each.record)["done"] for each in READING.shown(stage, new, there)] == [True, True]


def test_an_org_in_another_language_has_other_statuses(stage: SalesforceTaskStage) -> None:
    door(stage, "picklist", object="Task", field="Status", values=["Offen", "Erledigt"], restricted=True)
    for each, name in zip(list(stage.simulator.org.store.rows("TaskStatus")), ("Offen", "X", "Erledigt"), strict=False):
        door(stage, "update", id=each["Id"], fields={"ApiName": name, "MasterLabel": name})
    (made,) = pushed(stage, write(stage.user(), DONE))
    assert status(stage, made) == "Erledigt"


@pytest.mark.parametrize("there", ["In Progress", "Waiting on someone else", "Completed"])
def test_a_status_stays_where_done_is_not_named(stage: SalesforceTaskStage, there: str) -> None:
    owner = stage.user()
    made = stage.enter(task(), owner, Status=there)
    pushed(stage, named(owner, task("Later", done=there != "Completed"), made, "title", "text", "due"))
    assert (status(stage, made), READING.titles(stage, made)) == (there, ["Later"])


@pytest.mark.parametrize(("there", "done"), [("In Progress", False), ("Deferred", True)])
def test_a_status_that_means_the_same_stays_where_a_task_is_adopted(
    stage: SalesforceTaskStage, there: str, done: bool
) -> None:
    """Its answer got lost, and somebody has gone on with it since."""
    calls_closed(stage, "Completed", "Deferred")
    wanted = write(stage.user(), task(done=done))
    (made,) = pushed(stage, wanted)
    door(stage, "update", id=made, fields={"Status": there})
    pushed(stage, replace(wanted, version=2))
    assert status(stage, made) == there


def test_what_is_opened_again_gets_the_default(stage: SalesforceTaskStage) -> None:
    for each in list(stage.simulator.org.store.rows("TaskStatus")):
        door(stage, "update", id=each["Id"], fields={"IsDefault": each["ApiName"] == "In Progress"})
    owner = stage.user()
    made = stage.create(DONE, owner)
    pushed(stage, named(owner, task(), made, "done"))
    assert status(stage, made) == "In Progress"


def test_where_nobody_answers_what_statuses_mean_nothing_is_written(stage: SalesforceTaskStage) -> None:
    stage.drop_call(1)
    assert refused(lambda: stage.open().push([write(stage.user(), DONE)])).kind is Kind.TRANSIENT
    assert stage.living() == {}


# -- What is written, and what is not


def test_whom_and_what_it_is_about_and_how_urgent_it_is_stays(stage: SalesforceTaskStage) -> None:
    owner, about = stage.user(), {"WhoId": stage.contact(ANN).id, "WhatId": stage.account(), "Priority": "High"}
    made = stage.enter(task(), owner, **about)
    pushed(stage, named(owner, task("Edited in the mailbox"), made))
    there = row(stage, made)
    assert ({name: there[name] for name in about}, there["Subject"]) == (about, "Edited in the mailbox")


def test_a_title_that_is_too_long_is_said_and_not_cut(stage: SalesforceTaskStage) -> None:
    (result,) = stage.open().push([write(stage.user(), task("x" * 256))])
    assert (failed(result).kind, failed(result).code) == (Kind.INVALID, "salesforce.STRING_TOO_LONG")


def test_a_long_description_arrives_shortened(stage: SalesforceTaskStage) -> None:
    (made,) = pushed(stage, write(stage.user(), task(text="👍" * 20_000)))
    assert row(stage, made)["Description"].endswith("The whole of it is in the task list.]")


@pytest.mark.parametrize(
    "said",
    [task(), task(" spaced "), task(""), task(text="x" * 32_001), task(text="one\r\ntwo"), task(due=None), DONE],
    ids=["plain", "spaces", "no title", "too long", "lines", "no day", "done"],
)
def test_how_a_task_reads_back_is_known_beforehand(stage: SalesforceTaskStage, said: Task) -> None:
    (made,) = pushed(stage, write(stage.user(), said))
    (there,) = READING.shown(stage, made)
    assert content(there.record) == content(registry.crm_keeps("salesforce", said))


# -- What is none of ours


def test_the_task_that_stands_for_a_series_is_left_out_also_when_it_is_deleted(stage: SalesforceTaskStage) -> None:
    made = stage.series(task(), stage.user(), 2)
    read = READING.pages(stage.open())
    assert told(read) == set(made["ids"])
    stage.delete(made["series"])
    assert made["series"] not in READING.since(stage, read[-1].cursor)


def test_what_salesforce_archived_is_not_asked_for(stage: SalesforceTaskStage) -> None:
    cursor, owner = READING.caught_up(stage), stage.user()
    old, kept = stage.enter(DONE, owner, ActivityDate="2020-01-01"), stage.create(DONE, owner)
    door(stage, "archive-tasks")
    assert (set(READING.since(stage, cursor)), told(READING.pages(stage.open()))) == ({kept}, {kept})
    assert {each.ref.id for each in stage.open().find(TASK, [], [old, kept])} == {kept}


def test_a_task_of_no_kind_is_a_task(stage: SalesforceTaskStage) -> None:
    made = stage.enter(task(), stage.user())
    stage._put("Task", made, TaskSubtype=None)
    assert told(READING.pages(stage.open())) == {made}


def test_a_task_of_a_queue_is_told_as_the_queues(stage: SalesforceTaskStage) -> None:
    queue = str(door(stage, "queue", name="Back office", objects=["Task"])["id"])
    made = stage.enter(task(), stage.user(), OwnerId=queue)
    assert [each.owner_id for each in READING.shown(stage, made)] == [queue]


# -- Where TaskSubtype is hidden from us


@pytest.fixture
def blind(stage: SalesforceTaskStage) -> SalesforceTaskStage:
    door(stage, "field-access", object="Task", field="TaskSubtype", access="none")
    return stage


def test_open_tasks_and_our_own_done_ones_are_read_without_it(blind: SalesforceTaskStage) -> None:
    """Messages and calls are logged as done: whatever is so, and has no key of ours, may be one."""
    cursor, owner = READING.caught_up(blind), blind.user()
    logged = [blind.enter(DONE, owner, TaskSubtype=kind) for kind in ("Email", "Call")]
    opened, done = blind.create(task(), owner), blind.create(DONE, owner)
    (ours,) = pushed(blind, write(owner, DONE))
    assert told(READING.pages(blind.open())) == {opened, ours}
    for each in (*logged, done, opened):
        blind.delete(each)
    assert READING.since(blind, cursor) == {opened: None, ours: READING.shown(blind, ours)[0]}


def test_that_it_is_hidden_is_found_out_once(blind: SalesforceTaskStage) -> None:
    connector, spent = blind.open(), list[int]()
    for _ in range(2):
        before = blind.calls()
        READING.pages(connector)
        connector.find(TASK, ["a key"], [])
        spent.append(blind.calls() - before)
    assert spent == [3, 2]


def test_another_field_that_is_hidden_is_said(stage: SalesforceTaskStage) -> None:
    door(stage, "field-access", object="Task", field="Syncapp_Version__c", access="none")
    assert refused(lambda: READING.pages(stage.open())).code == "salesforce.OWN_FIELD_MISSING"
