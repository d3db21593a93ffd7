"""Tasks, done with the plain library against the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from connectors.simulators.salesforce.values import moment
from tests.contract.simulators.salesforce.bench import Bench

DAY = 86400.0


def subjects(answer: Any) -> list[str]:
    return [found["Subject"] for found in answer["records"]]


# -- status and priority


def test_a_new_task_is_open_and_of_normal_priority(bench: Bench) -> None:
    read = bench.sf.Task.get(bench.sf.Task.create({"Subject": "Call back"})["id"])
    told = ("Status", "Priority", "IsClosed", "IsHighPriority", "CompletedDateTime", "TaskSubtype")
    assert [read[name] for name in told] == ["Not Started", "Normal", False, False, None, "Task"]
    assert read["OwnerId"] == bench.sim.org.integration_user


def test_a_task_that_is_completed_says_since_when(bench: Bench) -> None:
    made = bench.task()["id"]
    bench.sim.timeline.move_to(600)
    bench.sf.Task.update(made, {"Status": "Completed"})
    row = bench.row(made)
    assert (row["IsClosed"], row["CompletedDateTime"]) == (True, row["LastModifiedDate"])


def test_a_completed_task_keeps_its_moment_until_it_is_opened_again(bench: Bench) -> None:
    made = bench.task(Status="Completed")["id"]
    since = bench.row(made)["CompletedDateTime"]
    bench.sim.timeline.move_to(600)
    bench.sf.Task.update(made, {"Subject": "Other"})
    kept = bench.row(made)["CompletedDateTime"]
    bench.sf.Task.update(made, {"Status": "In Progress"})
    assert (kept, bench.row(made)["CompletedDateTime"], bench.row(made)["IsClosed"]) == (since, None, False)


def test_the_org_says_which_statuses_are_closed(bench: Bench) -> None:
    soql = "SELECT Id, MasterLabel, IsDefault FROM TaskStatus WHERE IsClosed = {} ORDER BY SortOrder"
    assert [r["MasterLabel"] for r in bench.sf.query(soql.format("true"))["records"]] == ["Completed"]
    opened = bench.sf.query(soql.format("false"))["records"]
    assert [r["MasterLabel"] for r in opened if r["IsDefault"]] == ["Not Started"]


def test_an_org_may_call_another_status_closed(bench: Bench) -> None:
    (deferred,) = bench.sf.query("SELECT Id FROM TaskStatus WHERE ApiName = 'Deferred'")["records"]
    bench.control("update", id=deferred["Id"], fields={"IsClosed": True})
    assert bench.row(bench.task(Status="Deferred")["id"])["IsClosed"] is True


def test_a_status_of_an_unrestricted_picklist_is_taken_and_open(bench: Bench) -> None:
    row = bench.row(bench.task(Status="Erledigt", Priority="Hoch")["id"])
    assert (row["Status"], row["IsClosed"], row["IsHighPriority"]) == ("Erledigt", False, False)


def test_a_status_that_was_withdrawn_stays_on_the_tasks_that_have_it(bench: Bench) -> None:
    made = bench.task(Status="Deferred")["id"]
    bench.control("picklist", object="Task", field="Status", restricted=True, without=["Deferred"])
    bench.sf.Task.update(made, {"Subject": "Other"})
    assert bench.row(made)["Status"] == "Deferred"


def test_high_priority_is_told(bench: Bench) -> None:
    assert bench.row(bench.task(Priority="High")["id"])["IsHighPriority"] is True


def test_a_picklist_may_get_values_of_its_own(bench: Bench) -> None:
    bench.control("picklist", object="Task", field="Status", values=["Offen", "Erledigt"], restricted=True)
    field = next(f for f in bench.sf.Task.describe()["fields"] if f["name"] == "Status")
    assert [v["value"] for v in field["picklistValues"]] == ["Offen", "Erledigt"]
    assert field["restrictedPicklist"] is True


# -- dates, reminders, kinds


def test_a_due_date_is_a_date(bench: Bench) -> None:
    made = bench.task(ActivityDate="2026-12-01T23:30:00-05:00")["id"]
    assert bench.sf.Task.get(made)["ActivityDate"] == "2026-12-02"


def test_a_due_date_can_be_taken_away(bench: Bench) -> None:
    made = bench.task(ActivityDate="2026-12-01")["id"]
    bench.sf.Task.update(made, {"ActivityDate": None})
    assert bench.row(made)["ActivityDate"] is None


def test_a_reminder_and_a_kind_are_kept(bench: Bench) -> None:
    given = {"IsReminderSet": True, "ReminderDateTime": "2026-12-01T09:45:00.000+0000", "TaskSubtype": "Email"}
    read = bench.sf.Task.get(bench.task(**given, Type="Email")["id"])
    assert {name: read[name] for name in given} == given


@pytest.mark.parametrize("condition", ["ActivityDate < TODAY", "ActivityDate = YESTERDAY"])
def test_overdue_tasks_are_found(bench: Bench, condition: str) -> None:
    now = bench.sim.timeline.time()
    for subject, days in (("Late", -1), ("Today", 0)):
        bench.task(Subject=subject, ActivityDate=moment(now + days * DAY)[:10])
    bench.task(Subject="Some day")
    assert subjects(bench.sf.query(f"SELECT Subject FROM Task WHERE IsClosed = false AND {condition}")) == ["Late"]


# -- about what, whose


@pytest.mark.parametrize("about", ["account", "opportunity", "contact"])
def test_a_task_knows_its_account(bench: Bench, about: str) -> None:
    account = bench.make("Account")
    fields = {
        "account": lambda: {"WhatId": account},
        "opportunity": lambda: {"WhatId": bench.make("Opportunity", Name="Deal", AccountId=account)},
        "contact": lambda: {"WhoId": bench.make("Contact", AccountId=account)},
    }[about]()
    assert bench.row(bench.task(**fields)["id"])["AccountId"] == account


def test_a_queue_that_serves_tasks_owns_one(bench: Bench) -> None:
    queue = bench.control("queue", name="Back office", objects=["Task"])["id"]
    made = bench.task(OwnerId=queue)["id"]
    (found,) = bench.sf.query(f"SELECT Owner.Name FROM Task WHERE Id = '{made}'")["records"]
    assert found["Owner"]["Name"] == "Back office"


@pytest.mark.parametrize(("kind", "field"), [("Contact", "WhoId"), ("Lead", "WhoId"), ("Account", "WhatId")])
def test_a_deleted_record_takes_its_tasks_along_and_brings_them_back(bench: Bench, kind: str, field: str) -> None:
    about = bench.make(kind)
    made = bench.make("Task", **{field: about})
    bench.control("delete", id=about)
    gone = bench.row(made)["IsDeleted"]
    bench.control("undelete", id=about)
    assert (gone, bench.row(made)["IsDeleted"]) == (True, False)


# -- by key, in the log, in the archive


def test_an_upsert_by_key_creates_and_then_updates(bench: Bench) -> None:
    answers = [bench.send("PATCH", "sobjects/Task/Syncapp_Key__c/k1", json={"Subject": s}) for s in ("A", "B")]
    assert [(a.status_code, a.json()["created"]) for a in answers] == [(201, True), (200, False)]
    assert [row["Subject"] for row in bench.rows("Task")] == ["B"]


def test_an_older_version_is_refused_as_it_is_of_events(bench: Bench) -> None:
    made = bench.task(Syncapp_Version__c=7)["id"]
    bench.sf.Task.update(made, {"Syncapp_Version__c": 7, "Subject": "Same"})
    with pytest.raises(SalesforceMalformedRequest, match="SYNCAPP_STALE"):
        bench.sf.Task.update(made, {"Syncapp_Version__c": 6, "Subject": "Older"})
    assert bench.row(made)["Subject"] == "Same"


def test_where_keys_are_not_unique_two_tasks_have_one(bench: Bench) -> None:
    bench.control("activities", unique_keys=False)
    assert len({bench.task(Syncapp_Key__c="k1")["id"] for _ in range(2)}) == 2
    with pytest.raises(ValueError, match="two tasks have the same key"):
        bench.control("activities", unique_keys=True)


def test_changed_and_deleted_tasks_are_in_the_log(bench: Bench) -> None:
    kept, gone = bench.task()["id"], bench.task()["id"]
    bench.sf.Task.delete(gone)
    now = bench.sim.timeline.time()
    params = {"start": moment(now - 60), "end": moment(now + 60)}
    removed, changed = (bench.sf.restful(f"sobjects/Task/{what}", params=params) for what in ("deleted", "updated"))
    assert ([one["id"] for one in removed["deletedRecords"]], changed["ids"]) == ([gone], [kept])


def test_a_series_is_one_task_that_stands_for_it_and_one_for_each_time(bench: Bench) -> None:
    fields = {"Subject": "Report", "ActivityDate": "2026-12-01"}
    made = bench.control("task-series", fields=fields, count=2, days=7)
    soql = f"SELECT ActivityDate FROM Task WHERE RecurrenceActivityId = '{made['series']}' ORDER BY ActivityDate"
    assert [r["ActivityDate"] for r in bench.sf.query(soql)["records"]] == ["2026-12-01", "2026-12-08"]
    read = bench.sf.Task.get(made["series"])
    assert (read["IsRecurrence"], read["ActivityDate"], read["RecurrenceEndDateOnly"]) == (True, None, "2026-12-08")


def test_only_closed_tasks_of_a_year_ago_are_archived(bench: Bench) -> None:
    for subject, status in (("Done", "Completed"), ("Open", "Not Started")):
        bench.make("Task", Subject=subject, Status=status, ActivityDate="2020-01-01")
    bench.make("Task", Subject="Undated", Status="Completed")
    assert len(bench.control("archive-tasks")["ids"]) == 1
    soql = "SELECT Subject FROM Task ORDER BY Subject"
    assert subjects(bench.sf.query(soql)) == ["Open", "Undated"]
    assert subjects(bench.sf.query(soql, include_deleted=True)) == ["Done", "Open", "Undated"]


# -- Shared Activities


def relations(b: Bench) -> list[tuple[str, bool]]:
    found = b.sf.query("SELECT RelationId, IsWhat FROM TaskRelation")["records"]
    return [(r["RelationId"], r["IsWhat"]) for r in found]


def test_whom_and_what_a_shared_task_is_about_are_relations(bench: Bench) -> None:
    bench.control("activities", shared=True)
    contact, account = bench.make("Contact"), bench.make("Account")
    bench.task(WhoId=contact, WhatId=account)
    assert relations(bench) == [(contact, False), (account, True)]


def test_tasks_that_were_there_get_their_relations_and_lose_them(bench: Bench) -> None:
    contact = bench.make("Contact")
    made = bench.task(WhoId=contact)["id"]
    bench.control("activities", shared=True)
    assert relations(bench) == [(contact, False)]
    bench.control("activities", shared=False)
    assert (bench.rows("TaskRelation"), bench.row(made)["WhoId"]) == ([], contact)


def test_a_shared_task_goes_on_with_the_next_contact(bench: Bench) -> None:
    bench.control("activities", shared=True)
    first, second = bench.make("Contact"), bench.make("Contact")
    made = bench.task(WhoId=first)["id"]
    bench.sf.TaskRelation.create({"TaskId": made, "RelationId": second})
    bench.control("delete", id=first)
    assert (bench.row(made)["IsDeleted"], bench.row(made)["WhoId"]) == (False, second)


def test_another_contact_takes_the_place_of_the_first(bench: Bench) -> None:
    bench.control("activities", shared=True)
    first, second = bench.make("Contact"), bench.make("Contact")
    made = bench.task(WhoId=first)["id"]
    bench.sf.Task.update(made, {"WhoId": second})
    assert relations(bench) == [(second, False)]


def test_a_deleted_task_takes_its_relations_along(bench: Bench) -> None:
    bench.control("activities", shared=True)
    made = bench.task(WhoId=bench.make("Contact"))["id"]
    bench.sf.Task.delete(made)
    assert relations(bench) == []


def test_a_first_relation_is_what_the_task_names(bench: Bench) -> None:
    bench.control("activities", shared=True)
    made, contact = bench.task()["id"], bench.make("Contact")
    bench.sf.TaskRelation.create({"TaskId": made, "RelationId": contact})
    assert bench.row(made)["WhoId"] == contact


def test_relations_are_described_while_activities_are_shared(bench: Bench) -> None:
    told = []
    for shared in (False, True):
        bench.control("activities", shared=shared)
        children = {c["childSObject"] for c in bench.sf.Task.describe()["childRelationships"]}
        told.append(("TaskRelation" in {o["name"] for o in bench.sf.describe()["sobjects"]}, children))
    assert told == [(False, set()), (True, {"TaskRelation"})]


@pytest.mark.parametrize(
    ("verb", "arguments", "told"),
    [
        ("picklist", {"object": "Task", "field": "Subject"}, "no picklist"),
        ("restore-picklist", {"object": "Task", "field": "Status"}, "that it always had"),
    ],
)
def test_a_wrong_picklist_is_refused_with_a_sentence(
    bench: Bench, verb: str, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises((KeyError, ValueError), match=told):
        bench.control(verb, **arguments)
