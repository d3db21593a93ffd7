"""Filling in over REST."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.field_mapping import FieldMapping
from connectors.models import Activity, Verb
from issues.models import BulkOperation, Issue
from tests.integration.api.world import kind, named
from tests.integration.mending.stage import Refused, refused

SMITH = {"values": {"LastName": "Smith"}}


@pytest.fixture
def asked(db: None) -> Refused:
    return refused()


def test_the_sheet_says_what_can_be_filled_in(asked: Refused) -> None:
    said = asked.api("ann").get(f"issues/{asked.issue.pk}/sheet/").json()
    assert said["record"] == "contact"
    assert [(each["name"], each["sort"], each["refused"]) for each in said["fields"]] == [
        ("LastName", "line", None),
        ("Sector__c", "choice", "war <b>"),
    ]
    assert said["fields"][1]["options"] == [{"value": "tech", "label": "Technology & more"}]


@pytest.mark.parametrize("who", ["ann", "admin", "writer"])
def test_values_are_taken_and_the_issue_is_tried_again(asked: Refused, who: str) -> None:
    answer = asked.api(who).post(f"issues/{asked.issue.pk}/values/", SMITH)
    assert (answer.status_code, answer.json()["status"]) == (200, "retrying")
    assert asked.given()["contact"]["LastName"]["value"] == "Smith"


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("reader", 403)])
def test_others_cannot(asked: Refused, who: str, status: int) -> None:
    assert asked.api(who).post(f"issues/{asked.issue.pk}/values/", SMITH).status_code == status
    assert asked.given() is None


def test_an_owner_who_may_not_write_it_in_salesforce_is_refused(db: None) -> None:
    asked = refused(editors=set())
    answer = asked.api("ann").post(f"issues/{asked.issue.pk}/values/", SMITH)
    assert (answer.status_code, kind(answer), asked.given()) == (403, "forbidden", None)
    assert asked.api("ann").get(f"issues/{asked.issue.pk}/sheet/").status_code == 403


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["/values"]),
        ({"values": {}}, ["/values"]),
        ({"values": {"LastName": ""}}, ["/values/LastName"]),
        ({"values": {"LastName": "x" * 81}}, ["/values/LastName"]),
        ({"values": {"LastName": "Smith", "Own/er": "1"}}, ["/values/Own~1er"]),
        ({"values": {"LastName": "Smith", "Sector__c": "war"}}, ["/values/Sector__c"]),
        ({**SMITH, "as_default": True}, ["/as_default"]),
        ({**SMITH, "why": "x"}, ["/why"]),
    ],
)
def test_what_does_not_fit_is_named(asked: Refused, body: dict[str, Any], wrong: list[str]) -> None:
    answer = asked.api("admin").post(f"issues/{asked.issue.pk}/values/", body)
    assert (answer.status_code, named(answer), asked.given()) == (400, wrong, None)


def test_a_key_makes_it_one_and_keeps_nothing_of_what_was_filled_in(asked: Refused) -> None:
    client, path = asked.api("writer"), f"issues/{asked.issue.pk}/values/"
    statuses = [client.post(path, SMITH, key="once").status_code for _ in range(2)]
    decided = Activity.everywhere.filter(verb=Verb.DECIDED).count()
    assert (statuses, decided) == ([200, 200], 1)
    other = client.post(path, {"values": {"LastName": "Jones"}}, key="once")
    assert (other.status_code, kind(other)) == (422, "idempotency-key-reused")
    assert "Smith" not in str(BulkOperation.everywhere.values_list())


def test_only_an_administrator_sets_what_is_written_from_now_on(asked: Refused) -> None:
    body = {"values": {"LastName": "Smith", "Sector__c": "tech"}, "as_default": True}
    path = f"issues/{asked.issue.pk}/values/"
    assert asked.api("ann").post(path, body).status_code == 403
    assert asked.api("admin").post(path, body).status_code == 200
    assert [row.fixed for row in FieldMapping.everywhere.all()] == ["tech"]


def test_what_nothing_can_be_filled_in_of_is_a_conflict(asked: Refused) -> None:
    Issue.everywhere.update(code="salesforce.ENTITY_IS_LOCKED")
    for answer in (
        asked.api("ann").get(f"issues/{asked.issue.pk}/sheet/"),
        asked.api("ann").post(f"issues/{asked.issue.pk}/values/", SMITH),
    ):
        assert (answer.status_code, kind(answer)) == (409, "conflict")
