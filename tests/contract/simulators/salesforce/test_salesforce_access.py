"""What a user may do with records, as UserRecordAccess tells it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, never

FLAGS = ("HasReadAccess", "HasEditAccess", "HasDeleteAccess", "HasTransferAccess", "HasAllAccess")


def access(b: Bench, *records: str, user: str = "", more: str = "") -> list[Any]:
    """The answer about the integration user, or another one, and records."""
    listed = ", ".join(f"'{one}'" for one in records)
    soql = (
        f"SELECT RecordId, MaxAccessLevel, {', '.join(FLAGS)} FROM UserRecordAccess "
        f"WHERE UserId = '{user or b.sim.org.integration_user}' AND RecordId IN ({listed}){more}"
    )
    return list(b.sf.query(soql)["records"])


def level(b: Bench, record: str, user: str = "") -> str:
    (found,) = access(b, record, user=user)
    return str(found["MaxAccessLevel"])


def test_an_owner_may_do_all(bench: Bench) -> None:
    (found,) = access(bench, bench.lead()["id"])
    assert found["MaxAccessLevel"] == "All"
    assert [found[flag] for flag in FLAGS] == [True] * 5


def test_somebody_else_may_edit_and_delete_and_no_more(bench: Bench) -> None:
    (found,) = access(bench, bench.make("Lead"))
    assert found["MaxAccessLevel"] == "Delete"
    assert [found[flag] for flag in FLAGS] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("verb", "arguments", "expected"),
    [
        ("record-access", {"access": "read"}, "Read"),
        ("approval-lock", {}, "Read"),
        ("object-access", {"object": "Lead", "denied": ["edit"]}, "Read"),
        ("object-access", {"object": "Lead", "denied": ["delete"]}, "Edit"),
    ],
)
def test_what_is_closed_to_a_user_is_told(bench: Bench, verb: str, arguments: dict[str, Any], expected: str) -> None:
    lead = bench.lead()["id"]
    bench.control(verb, **({} if "object" in arguments else {"id": lead}), **arguments)
    assert level(bench, lead) == expected


def test_the_administrator_may_do_all(bench: Bench) -> None:
    lead = bench.lead()["id"]
    bench.control("record-access", id=lead, access="read")
    assert level(bench, lead, user=bench.sim.org.administrator) == "All"


def test_a_user_who_left_may_do_nothing(bench: Bench) -> None:
    assert level(bench, bench.lead()["id"], user=bench.user("gone", IsActive=False)) == "None"


def test_what_the_asker_may_not_see_is_left_out(bench: Bench) -> None:
    seen, hidden, gone = (bench.lead()["id"] for _ in range(3))
    bench.control("record-access", id=hidden, access="none")
    bench.control("delete", id=gone)
    found = access(bench, seen, hidden, gone, never("00Q"), user=bench.sim.org.administrator)
    assert [one["RecordId"] for one in found] == [seen]


def test_the_records_that_a_user_may_edit_are_found(bench: Bench) -> None:
    mine, closed = bench.lead()["id"], bench.lead()["id"]
    bench.control("record-access", id=closed, access="read")
    soql = (
        f"SELECT RecordId FROM UserRecordAccess WHERE UserId = '{bench.sim.org.integration_user}' "
        f"AND RecordId IN ('{mine}', '{closed}') AND HasEditAccess = true"
    )
    assert [r["RecordId"] for r in bench.sf.query(soql)["records"]] == [mine]


def test_answers_can_be_sorted(bench: Bench) -> None:
    leads = [bench.lead()["id"] for _ in range(2)]
    found = access(bench, *leads, more=" ORDER BY RecordId DESC")
    assert [one["RecordId"] for one in found] == leads[::-1]


def test_ids_of_15_characters_and_200_of_them_are_taken(bench: Bench) -> None:
    leads = bench.control("create-many", object="Lead", records=[{"LastName": "M", "Company": "A"}] * 200)["ids"]
    assert len(access(bench, *(one[:15] for one in leads))) == 200


def test_a_description_says_that_it_is_only_asked_for(bench: Bench) -> None:
    described = bench.sf.UserRecordAccess.describe()
    assert (described["queryable"], described["createable"], described["deletable"]) == (True, False, False)
