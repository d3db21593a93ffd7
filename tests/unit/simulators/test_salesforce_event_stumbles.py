"""Whatever a client writes to events and their relations, the server answers in the service's own words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.server import Request

ROOT = "/services/data/v67.0"
FIELDS = """
    StartDateTime EndDateTime ActivityDate ActivityDateTime DurationInMinutes IsAllDayEvent WhoId WhatId OwnerId
    Subject ShowAs Syncapp_Key__c Syncapp_Version__c ReminderDateTime EventId RelationId Status
    IsInvitee IsParent IsWhat
"""
EXTREMES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "4000-12-31T23:59:59+0000", "9999-12-31", "1700-01-01"]
NUMBERS = [0, -1, 99_999_999, 100_000_000, 2**63, 1e308]
IDS = ["003ak0000000001AAA", "001ak0000000001AAA", "00Uak0000000001EAA", "005ak0000000001AAA", "0REak0000000001AAA"]
VALUES = st.none() | st.booleans() | st.sampled_from([*EXTREMES, *NUMBERS, *IDS, "2026-12-01T10:00:00Z", "", "x"])
PLACES = ["Event", "EventRelation", "Event/{event}", "EventRelation/{relation}", "Event/Syncapp_Key__c/x"]
BODIES = st.dictionaries(st.sampled_from(FIELDS.split()), VALUES, max_size=6)


def org(*, shared: bool) -> tuple[SalesforceSimulator, dict[str, str]]:
    """An org with one event of one contact, who is invited, and an account."""
    sim = SalesforceSimulator()
    sim.control("activities", {"shared": shared})
    made = {"contact": {"LastName": "M"}, "account": {"Name": "A"}}
    ids = {name: sim.control("create", {"object": name, "fields": fields})["id"] for name, fields in made.items()}
    event = {"StartDateTime": "2026-12-01T10:00:00Z", "DurationInMinutes": 60}
    ids["event"] = sim.control("create", {"object": "Event", "fields": event})["id"]
    relation = {"EventId": ids["event"], "RelationId": ids["contact"]}
    return sim, ids | {"relation": sim.control("create", {"object": "EventRelation", "fields": relation})["id"]}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["POST", "PATCH"]), st.sampled_from(PLACES), BODIES, st.booleans())
def test_any_event_is_answered(method: str, place: str, body: dict[str, Any], shared: bool) -> None:
    sim, ids = org(shared=shared)
    headers = {"authorization": f"Bearer {sim.token()}", "content-type": "application/json"}
    path = f"{ROOT}/sobjects/{place.format(**ids)}"
    reply, _ = sim.serve(Request(method=method, path=path, headers=headers, body=json.dumps(body).encode()))
    assert reply is not None
    assert reply.status < 500
    for row in sim.org.store.rows("Event"):
        assert row["StartDateTime"] <= row["EndDateTime"]


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("verb", ["create", "update"])
def test_the_door_s_event_can_be_read_back(verb: str, shared: bool) -> None:
    sim, ids = org(shared=shared)
    fields = {"Subject": "Other", "WhoId": ids["contact"], "StartDateTime": "2027-01-01T10:00:00Z"}
    where = {"object": "Event"} if verb == "create" else {"id": ids["event"]}
    more = {"DurationInMinutes": 30} if verb == "create" else {}
    made = sim.control(verb, {**where, "fields": fields | more})["id"]
    row = sim.org.store.get(made)
    assert row is not None
    assert (row["Subject"], row["WhoId"], row["ActivityDate"]) == ("Other", ids["contact"], "2027-01-01")
