"""Cases and the messages on them, done with the plain library against the simulator."""

from __future__ import annotations

import pytest

from tests.contract.simulators.salesforce.bench import Bench, never, works


def test_cases_are_numbered(bench: Bench) -> None:
    made = [bench.case()["id"] for _ in range(2)]
    bench.control("purge", id=made[1])
    made.append(bench.case()["id"])
    assert [bench.row(one)["CaseNumber"] for one in (made[0], made[2])] == ["00001001", "00001003"]
    described = next(f for f in bench.sf.Case.describe()["fields"] if f["name"] == "CaseNumber")
    assert (described["autoNumber"], described["nameField"], described["createable"]) == (True, True, False)


def test_a_case_is_called_by_its_number(bench: Bench) -> None:
    bench.event(WhatId=bench.case()["id"])
    assert bench.sf.query("SELECT What.Name FROM Event")["records"][0]["What"]["Name"] == "00001001"


def test_a_closed_case_says_since_when(bench: Bench) -> None:
    made = bench.case()["id"]
    bench.sf.Case.update(made, {"Status": "Closed"})
    closed = dict(bench.row(made))
    bench.sf.Case.update(made, {"Status": "Working"})
    assert (closed["IsClosed"], closed["ClosedDate"]) == (True, closed["LastModifiedDate"])
    assert (bench.row(made)["IsClosed"], bench.row(made)["ClosedDate"]) == (False, None)


def test_a_new_case_is_open_and_of_medium_priority(bench: Bench) -> None:
    read = bench.sf.Case.get(bench.case(Origin="Email", SuppliedEmail="c@acme.example")["id"])
    told = ("Status", "Priority", "Origin", "SuppliedEmail", "IsClosed")
    assert [read[name] for name in told] == ["New", "Medium", "Email", "c@acme.example", False]


def test_a_case_takes_the_account_of_its_contact(bench: Bench) -> None:
    account, other = bench.make("Account"), bench.make("Account")
    contact = bench.make("Contact", AccountId=account)
    filled, given = bench.case(ContactId=contact)["id"], bench.case(ContactId=contact, AccountId=other)["id"]
    assert (bench.row(filled)["AccountId"], bench.row(given)["AccountId"]) == (account, other)


def test_a_queue_that_serves_cases_owns_one(bench: Bench) -> None:
    queue = bench.control("queue", name="Support", objects=["Case"])["id"]
    bench.case(OwnerId=queue)
    soql = "SELECT Owner.Name FROM Case WHERE Owner.Type = 'Queue'"
    assert [r["Owner"]["Name"] for r in bench.sf.query(soql)["records"]] == ["Support"]


def test_a_contact_whose_cases_are_gone_can_be_deleted(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.sf.Case.delete(bench.case(ContactId=contact)["id"])
    assert bench.sf.Contact.delete(contact) == 204


@pytest.mark.parametrize("status", ["0", "1", "2", "3", "4", "5"])
def test_a_message_on_a_case_may_have_any_status(bench: Bench, status: str) -> None:
    made = bench.message(ParentId=bench.case()["id"], Status=status)["id"]
    assert bench.row(made)["Status"] == status


def test_messages_of_a_case_are_found_by_their_thread(bench: Bench) -> None:
    made = bench.case()["id"]
    bench.message(ParentId=made, MessageIdentifier="<1@acme.example>", ThreadIdentifier="<0@acme.example>")
    bench.message(MessageIdentifier="<2@acme.example>")
    soql = "SELECT ParentId, Parent.CaseNumber FROM EmailMessage WHERE ThreadIdentifier = '<0@acme.example>'"
    (found,) = bench.sf.query(soql)["records"]
    assert (found["ParentId"], found["Parent"]["CaseNumber"]) == (made, "00001001")


def test_a_deleted_case_takes_its_messages_along_and_brings_them_back(bench: Bench) -> None:
    made = bench.case()["id"]
    message = bench.message(ParentId=made)["id"]
    bench.sf.Case.delete(made)
    gone = bench.row(message)["IsDeleted"]
    bench.control("undelete", id=made)
    assert (gone, bench.row(message)["IsDeleted"]) == (True, False)


def test_a_message_of_a_case_can_be_deleted_by_who_may_edit_the_case(bench: Bench) -> None:
    message = bench.message(ParentId=bench.case()["id"])["id"]
    assert bench.sf.EmailMessage.delete(message) == 204


# -- what arrives by Email-to-Case


def test_a_message_that_arrives_makes_a_case_with_a_new_message(bench: Bench) -> None:
    contact = bench.make("Contact", Email="C@acme.example")
    made = bench.control("email-to-case", **{"from": "c@acme.example", "subject": "Broken", "message_id": "<1@x>"})
    case, message = bench.row(made["case"]), bench.row(made["message"])
    assert (case["ContactId"], case["SuppliedEmail"], case["Origin"]) == (contact, "c@acme.example", "Email")
    told = ("ParentId", "Status", "Incoming", "MessageIdentifier")
    assert [message[name] for name in told] == [made["case"], "0", True, "<1@x>"]


def test_an_address_of_two_contacts_is_nobodys(bench: Bench) -> None:
    for _ in range(2):
        bench.make("Contact", Email="c@acme.example")
    made = bench.control("email-to-case", **{"from": "c@acme.example"})
    assert bench.row(made["case"])["ContactId"] is None


# -- the task of a message


def test_a_message_about_somebody_has_a_closed_task(bench: Bench) -> None:
    contact, account = bench.make("Contact"), bench.make("Account")
    made = bench.message(Subject="Offer", ToIds=[contact], RelatedToId=account, MessageDate="2026-11-01T10:00:00Z")[
        "id"
    ]
    task = bench.sf.Task.get(bench.row(made)["ActivityId"])
    told = ("WhoId", "WhatId", "Subject", "TaskSubtype", "IsClosed", "ActivityDate")
    assert [task[name] for name in told] == [contact, account, "Email: Offer", "Email", True, "2026-11-01"]


@pytest.mark.parametrize("fields", [{}, {"ToAddress": "stranger@x.example"}])
def test_a_message_about_nobody_has_none(bench: Bench, fields: dict[str, str]) -> None:
    made = bench.message(**fields)["id"]
    assert (bench.row(made)["ActivityId"], bench.rows("Task")) == (None, [])


def test_a_message_to_a_lead_has_a_task_without_the_account(bench: Bench) -> None:
    lead = bench.make("Lead")
    bench.message(ToIds=[lead], RelatedToId=bench.make("Account"))
    (task,) = bench.rows("Task")
    assert (task["WhoId"], task["WhatId"]) == (lead, None)


def test_a_deleted_message_takes_its_task_along(bench: Bench) -> None:
    made = bench.message(ToIds=[bench.make("Contact")])["id"]
    bench.sf.EmailMessage.delete(made)
    assert bench.rows("Task") == []


def test_a_message_on_a_case_has_the_task_that_it_is_given(bench: Bench) -> None:
    task, contact = bench.make("Task"), bench.make("Contact")
    made = bench.message(ParentId=bench.case()["id"], ToIds=[contact], ActivityId=task)["id"]
    assert (bench.row(made)["ActivityId"], len(bench.rows("Task"))) == (task, 1)
    assert not works(lambda: bench.message(ParentId=bench.case()["id"], ActivityId=never("00T")))
