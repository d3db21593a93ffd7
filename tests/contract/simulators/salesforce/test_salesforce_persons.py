"""Person accounts: one account and one contact, which say the same."""

from __future__ import annotations

from typing import Any

from tests.contract.simulators.salesforce.bench import Bench


def person(b: Bench, **fields: Any) -> str:
    return str(b.sf.Account.create({"LastName": "Meyer", **fields})["id"])


def test_a_last_name_in_the_place_of_a_name_makes_a_person(bench: Bench) -> None:
    kinds = bench.control("person-accounts")
    made = bench.sf.Account.get(person(bench, FirstName="Ada", PersonEmail="ada@acme.example"))
    told = ("Name", "IsPersonAccount", "RecordTypeId", "PersonEmail")
    assert [made[name] for name in told] == ["Ada Meyer", True, kinds["person"], "ada@acme.example"]


def test_the_record_type_makes_a_person(bench: Bench) -> None:
    kinds = bench.control("person-accounts")
    assert bench.row(person(bench, RecordTypeId=kinds["person"]))["IsPersonAccount"] is True


def test_a_name_makes_a_business(bench: Bench) -> None:
    kinds = bench.control("person-accounts")
    made = bench.row(bench.sf.Account.create({"Name": "Acme"})["id"])
    assert (made["IsPersonAccount"], made["RecordTypeId"], bench.rows("Contact")) == (False, kinds["business"], [])


def test_a_person_is_a_contact_too(bench: Bench) -> None:
    bench.control("person-accounts")
    made = person(bench, FirstName="Ada", PersonEmail="ada@acme.example", Phone="1", PersonMobilePhone="2")
    (contact,) = bench.sf.query(
        "SELECT Id, Name, Email, Phone, MobilePhone, AccountId FROM Contact WHERE IsPersonAccount = true"
    )["records"]
    assert [contact[n] for n in ("Name", "Email", "Phone", "MobilePhone", "AccountId")] == [
        "Ada Meyer",
        "ada@acme.example",
        "1",
        "2",
        made,
    ]
    assert bench.row(made)["PersonContactId"] == contact["Id"]


def test_the_contact_follows_the_account(bench: Bench) -> None:
    bench.control("person-accounts")
    made = person(bench)
    bench.sim.timeline.move_to(60)
    bench.sf.Account.update(made, {"LastName": "Schmidt", "PersonEmail": "s@acme.example"})
    account, (contact,) = bench.row(made), bench.rows("Contact")
    assert (account["Name"], contact["Name"], contact["Email"]) == ("Schmidt", "Schmidt", "s@acme.example")
    assert contact["LastModifiedDate"] == account["LastModifiedDate"]


def test_custom_fields_of_contacts_stand_on_persons(bench: Bench) -> None:
    bench.control("add-field", object="Contact", name="Old__c")
    bench.control("person-accounts")
    bench.control("add-field", object="Contact", name="Secondary_Email__c", type="email", length=80)
    made = person(bench, Old__pc="old", Secondary_Email__pc="second@acme.example")
    (contact,) = bench.rows("Contact")
    assert (contact["Old__c"], contact["Secondary_Email__c"]) == ("old", "second@acme.example")
    described = next(f for f in bench.sf.Account.describe()["fields"] if f["name"] == "Old__pc")
    assert (described["custom"], bench.sf.Account.get(made)["Old__pc"]) == (True, "old")


def test_a_deleted_person_takes_the_contact_along_and_back(bench: Bench) -> None:
    bench.control("person-accounts")
    made = person(bench)
    contact = bench.row(made)["PersonContactId"]
    bench.sf.Account.delete(made)
    gone = bench.row(contact)["IsDeleted"]
    bench.control("undelete", id=made)
    assert (gone, bench.row(contact)["IsDeleted"]) == (True, False)


def test_a_person_is_who_a_message_and_an_event_are_about(bench: Bench) -> None:
    bench.control("person-accounts")
    made = person(bench, PersonEmail="ada@acme.example")
    contact = bench.row(made)["PersonContactId"]
    message, event = bench.message(ToIds=[contact], RelatedToId=made)["id"], bench.event(WhoId=contact)["id"]
    assert (bench.row(message)["ToIds"], bench.row(event)["AccountId"]) == ([contact], made)


def test_accounts_that_were_there_are_businesses(bench: Bench) -> None:
    made = bench.make("Account")
    bench.control("person-accounts")
    assert bench.sf.Account.get(made)["IsPersonAccount"] is False
    assert bench.sf.Account.update(made, {"Name": "Other"}) == 204


def test_person_accounts_are_switched_on_once(bench: Bench) -> None:
    assert bench.control("person-accounts") == bench.control("person-accounts")
    types = bench.sf.query("SELECT Name, IsPersonType FROM RecordType ORDER BY Name")["records"]
    assert [(r["Name"], r["IsPersonType"]) for r in types] == [("Business Account", False), ("Person Account", True)]
