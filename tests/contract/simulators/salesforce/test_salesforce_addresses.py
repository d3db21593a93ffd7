"""People with several addresses, and the domains of accounts: fields made by an administrator, and queries on them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench

FIELDS = ("Secondary_Email__c", "Private_Email__c")


def with_addresses(b: Bench, name: str = "Contact") -> None:
    for field in FIELDS:
        b.control("add-field", object=name, name=field, type="email")


def found(b: Bench, condition: str, name: str = "Contact") -> list[str]:
    return [r["LastName"] for r in b.sf.query(f"SELECT LastName FROM {name} WHERE {condition}")["records"]]


@pytest.mark.parametrize("name", ["Contact", "Lead"])
def test_the_description_tells_the_fields_for_addresses(bench: Bench, name: str) -> None:
    with_addresses(bench, name)
    described = getattr(bench.sf, name).describe()["fields"]
    emails = [(f["name"], f["length"], f["custom"]) for f in described if f["type"] == "email"]
    assert emails == [("Email", 80, False), *((field, 80, True) for field in FIELDS)]


@pytest.mark.parametrize("address", ["A@acme.example", "second@acme.example", "p@home.example"])
def test_somebody_is_found_by_any_of_several_addresses(bench: Bench, address: str) -> None:
    with_addresses(bench)
    fields = {"Secondary_Email__c": "Second@acme.example", "Private_Email__c": "p@home.example"}
    bench.sf.Contact.create({"LastName": "Meyer", "Email": "a@acme.example", **fields})
    bench.sf.Contact.create({"LastName": "Other", "Email": "o@acme.example"})
    condition = " OR ".join(f"{field} IN ('{address}', 'nobody@x.example')" for field in ("Email", *FIELDS))
    assert found(bench, condition) == ["Meyer"]


def test_one_address_of_two_people_finds_both(bench: Bench) -> None:
    with_addresses(bench)
    bench.sf.Contact.create({"LastName": "First", "Email": "a@acme.example"})
    bench.sf.Contact.create({"LastName": "Second", "Secondary_Email__c": "a@acme.example"})
    condition = "Email = 'a@acme.example' OR Secondary_Email__c = 'a@acme.example'"
    assert found(bench, f"{condition} ORDER BY LastName") == ["First", "Second"]


@pytest.mark.parametrize(("pattern", "names"), [("%@acme.example", ["Meyer"]), ("%@%acme.example", ["Meyer", "Sub"])])
def test_people_are_found_by_the_domain_of_an_address(bench: Bench, pattern: str, names: list[str]) -> None:
    with_addresses(bench)
    for name, address in (("Meyer", "m@acme.example"), ("Sub", "s@mail.acme.example"), ("Other", "o@other.example")):
        bench.sf.Contact.create({"LastName": name, "Secondary_Email__c": address})
    assert found(bench, f"Secondary_Email__c LIKE '{pattern}' ORDER BY LastName") == names


def test_a_second_address_can_be_taken_away(bench: Bench) -> None:
    with_addresses(bench, "Lead")
    made = bench.lead(Secondary_Email__c="a@acme.example")["id"]
    bench.sf.Lead.update(made, {"Secondary_Email__c": None})
    assert found(bench, "Secondary_Email__c = null", "Lead") == ["Meyer"]


@pytest.mark.parametrize(
    ("website", "expected"),
    [
        ("https://www.acme.example/about", True),
        ("acme.example", True),
        ("http://ACME.example", True),
        ("other.example", False),
        (None, False),
    ],
)
def test_an_account_is_found_by_its_domain(bench: Bench, website: Any, expected: bool) -> None:
    bench.sf.Account.create({"Name": "Acme", "Website": website})
    answer = bench.sf.query("SELECT Website FROM Account WHERE Website LIKE '%acme.example%'")
    assert (answer["totalSize"] == 1) is expected


def test_a_hidden_address_is_no_column(bench: Bench) -> None:
    with_addresses(bench)
    bench.control("field-access", object="Contact", field="Private_Email__c", access="none")
    names = {f["name"] for f in bench.sf.Contact.describe()["fields"]}
    assert {"Secondary_Email__c", "Private_Email__c"} & names == {"Secondary_Email__c"}
