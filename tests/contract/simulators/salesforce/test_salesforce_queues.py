"""Queues: whose records they own, who is in them, and what an administrator does with them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.org import ADMINISTRATOR
from tests.contract.simulators.salesforce.bench import Bench


def queue(b: Bench, **more: Any) -> str:
    return str(b.control("queue", **{"name": "Sales Team", "objects": ["Lead"]} | more)["id"])


def test_a_queue_that_serves_leads_owns_one(bench: Bench) -> None:
    made = queue(bench)
    lead = bench.lead(OwnerId=made)["id"]
    (found,) = bench.sf.query(f"SELECT Owner.Name, Owner.Type FROM Lead WHERE Id = '{lead}'")["records"]
    assert (found["Owner"]["Name"], found["Owner"]["Type"]) == ("Sales Team", "Queue")


def test_a_queue_is_found_by_what_it_serves(bench: Bench) -> None:
    made = queue(bench, objects=["Lead", "Case"])
    queue(bench, name="Tasks", objects=["Task"])
    soql = "SELECT QueueId, Queue.Name FROM QueueSobject WHERE SobjectType = 'Lead' AND Queue.Type = 'Queue'"
    found = bench.sf.query(soql)["records"]
    assert [(r["QueueId"], r["Queue"]["Name"]) for r in found] == [(made, "Sales Team")]


def test_a_queue_has_members_and_an_address(bench: Bench) -> None:
    seller = bench.user("seller")
    made = queue(bench, members=["seller@acme.example", ADMINISTRATOR], email="sales@acme.example")
    found = bench.sf.query(f"SELECT UserOrGroupId FROM GroupMember WHERE GroupId = '{made}'")["records"]
    assert [r["UserOrGroupId"] for r in found] == [seller, bench.sim.org.administrator]
    assert bench.sf.Group.get(made)["Email"] == "sales@acme.example"


def test_a_renamed_queue_keeps_its_records_objects_and_members(bench: Bench) -> None:
    made = queue(bench, members=[ADMINISTRATOR])
    lead = bench.lead(OwnerId=made)["id"]
    assert bench.control("queue", id=made, name="Inbound") == {"id": made, "objects": ["Lead"]}
    soql = f"SELECT Owner.Name FROM Lead WHERE Id = '{lead}'"
    assert bench.sf.query(soql)["records"][0]["Owner"]["Name"] == "Inbound"
    assert bench.row(made)["DeveloperName"] == "Inbound"
    assert len(bench.rows("GroupMember")) == 1


def test_a_queue_that_owns_records_is_not_deleted_without_an_heir(bench: Bench) -> None:
    made = queue(bench)
    bench.lead(OwnerId=made)
    with pytest.raises(ValueError, match="owns 1 records"):
        bench.control("remove-queue", id=made)


def test_a_deleted_queue_leaves_its_records_to_its_heir(bench: Bench) -> None:
    made = queue(bench, members=[ADMINISTRATOR])
    lead = bench.lead(OwnerId=made)["id"]
    assert bench.control("remove-queue", id=made, heir=ADMINISTRATOR) == {"id": made, "moved": 1}
    assert bench.row(lead)["OwnerId"] == bench.sim.org.administrator
    assert [bench.rows(name) for name in ("Group", "QueueSobject", "GroupMember")] == [[], [], []]


def test_a_record_stays_with_a_queue_that_no_longer_serves_it(bench: Bench) -> None:
    made = queue(bench)
    lead = bench.lead(OwnerId=made)["id"]
    bench.control("queue", id=made, objects=["Case"])
    bench.sf.Lead.update(lead, {"Title": "CEO"})
    assert bench.row(lead)["OwnerId"] == made


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "“name” is missing"),
        ({"name": "X", "objects": ["Contact"]}, "a queue serves"),
        ({"name": "X", "members": ["nobody"]}, "no user"),
        ({"id": "nonsense"}, "no record"),
    ],
)
def test_a_wrong_queue_is_refused_with_a_sentence(bench: Bench, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises((KeyError, ValueError), match=told):
        bench.control("queue", **arguments)


def test_a_user_is_no_queue(bench: Bench) -> None:
    with pytest.raises(KeyError, match="no queue"):
        bench.control("remove-queue", id=bench.sim.org.administrator)
