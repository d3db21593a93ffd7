from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import RecordWrite, Resource, Task
from connectors.salesforce.mapping import LONGEST_DESCRIPTION, units
from connectors.salesforce.task_mapping import SAID, Statuses, crm_task, kept, known_task, new_task, statuses
from tests.builders import task

ROW: dict[str, Any] = {
    "Id": "00Tak0000000001AAA",
    "Subject": "Call Ann",
    "Description": "Prices",
    "ActivityDate": "2026-11-28",
    "IsClosed": False,
    "OwnerId": "005ak0000000001AAA",
    "IsDeleted": False,
    "LastModifiedDate": "2026-11-20T08:00:00.000+0000",
    "SystemModstamp": "2026-11-20T08:00:01.000+0000",
    "Syncapp_Key__c": "k1",
    "Syncapp_Version__c": 7.0,
}
STATUSES = [
    {"ApiName": "Open", "MasterLabel": "Offen", "IsClosed": False, "IsDefault": False},
    {"ApiName": "Next", "MasterLabel": "Danach", "IsClosed": False, "IsDefault": True},
    {"ApiName": "Done", "MasterLabel": "Erledigt", "IsClosed": True, "IsDefault": False},
    {"ApiName": "Dropped", "MasterLabel": "Verworfen", "IsClosed": True, "IsDefault": False},
]


def write(of: Task, *fields: str, **more: Any) -> RecordWrite:
    return RecordWrite(resource=Resource.TASK, key="k1", version=7, record=of, fields=frozenset(fields), **more)


def new(of: Task, status: str = "", **more: Any) -> dict[str, Any]:
    return new_task(write(of, **more), of, status)


def test_a_new_task_is_written_whole_with_our_key_and_version_and_no_status() -> None:
    assert new(task("Call Ann", text="Prices", due=date(2026, 11, 28))) == {
        "attributes": {"type": "Task"},
        "Syncapp_Key__c": "k1",
        "Syncapp_Version__c": 7,
        "Subject": "Call Ann",
        "Description": "Prices",
        "ActivityDate": "2026-11-28",
    }


def test_what_is_empty_is_emptied_there() -> None:
    made = new(Task(title=""))
    assert [made[name] for name in ("Subject", "Description", "ActivityDate")] == [None, None, None]


def test_a_new_task_may_have_an_owner_and_a_status() -> None:
    made = new(task(), "Done", owner_id="005")
    assert (made["OwnerId"], made["Status"]) == ("005", "Done")


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ((), set()),
        (("title",), {"Subject"}),
        (("text", "due"), {"Description", "ActivityDate"}),
        (("done",), set()),
        (tuple(SAID), {"Subject", "Description", "ActivityDate"}),
    ],
)
def test_of_a_known_task_only_what_is_named_is_written(fields: tuple[str, ...], written: set[str]) -> None:
    made = known_task(write(task(), *fields, record_id="00T", owner_id="005"), task(), "")
    assert made.keys() - {"attributes", "Syncapp_Key__c", "Syncapp_Version__c"} == {*written, "Id"}


def test_a_status_is_written_where_one_is_given() -> None:
    assert known_task(write(task(), "done", record_id="00T"), task(), "Done")["Status"] == "Done"


@pytest.mark.parametrize(
    ("rows", "closed", "opened"),
    [
        (STATUSES, "Done", "Next"),
        (STATUSES[::-1], "Dropped", "Next"),
        ([each | {"IsDefault": False} for each in STATUSES], "Done", "Open"),
        ([each | {"IsDefault": each["IsClosed"]} for each in STATUSES], "Done", "Open"),
        ([each | {"ApiName": None} for each in STATUSES], "Erledigt", "Danach"),
        (STATUSES[:2], "Completed", "Next"),
        (STATUSES[2:], "Done", "Not Started"),
        ([], "Completed", "Not Started"),
    ],
    ids=["as named", "in their order", "no default", "a closed default", "labels", "none closed", "none open", "none"],
)
def test_what_the_statuses_of_an_org_mean(rows: list[dict[str, Any]], closed: str, opened: str) -> None:
    assert statuses(rows) == Statuses(closed=closed, opened=opened)


@pytest.mark.parametrize("done", [True, False])
def test_a_status_says_whether_a_task_is_done(done: bool) -> None:
    assert Statuses(closed="Done", opened="Open").of(task(done=done)) == ("Done" if done else "Open")


def test_a_row_is_a_task() -> None:
    told = crm_task(ROW)
    assert (told.ref.id, told.ref.version, told.key, told.version, told.owner_id) == (
        ROW["Id"],
        ROW["SystemModstamp"],
        "k1",
        7,
        ROW["OwnerId"],
    )
    assert told.record == Task(
        title="Call Ann", text="Prices", due=date(2026, 11, 28), key="k1", changed_at=told.record.changed_at
    )
    assert str(told.record.changed_at) == "2026-11-20 08:00:00+00:00"


def test_what_has_no_value_is_empty() -> None:
    empty = ("Subject", "Description", "ActivityDate", "OwnerId", "Syncapp_Key__c", "Syncapp_Version__c")
    told = crm_task(ROW | dict.fromkeys(empty))
    assert isinstance(told.record, Task)
    assert (told.record.title, told.record.text, told.record.due) == ("", "", None)
    assert (told.key, told.version, told.owner_id) == ("", 0, "")


def test_a_closed_row_is_done() -> None:
    told = crm_task(ROW | {"IsClosed": True}).record
    assert isinstance(told, Task)
    assert told.done


def test_lines_end_as_everywhere_else() -> None:
    assert crm_task(ROW | {"Description": "one\r\ntwo"}).record.text == "one\ntwo"


@given(st.text(max_size=300), st.text(max_size=300), st.none() | st.dates())
def test_what_was_written_reads_as_is_known_beforehand(title: str, text: str, due: date | None) -> None:
    said = Task(title=title, text=text, due=due)
    written = new(said)
    told = crm_task(ROW | written | {"Subject": (written["Subject"] or "").strip()}).record
    assert isinstance(told, Task)
    foreseen = kept(said)
    assert (told.title, told.text, told.due) == (foreseen.title, foreseen.text, foreseen.due)


def test_a_text_that_is_too_long_is_shortened_to_the_length_of_the_field() -> None:
    text = kept(task(text="👍" * LONGEST_DESCRIPTION)).text
    assert units(text) == LONGEST_DESCRIPTION
    assert text.endswith("[Shortened: the description has 32,000 characters. The whole of it is in the task list.]")


def test_a_title_is_stripped_and_not_cut() -> None:
    assert kept(task(f" {'x' * 300} ")).title == "x" * 300
