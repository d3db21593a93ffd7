"""Events, done with the plain library against the simulator."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import MADE, Bench

MIDNIGHT = "T00:00:00.000+0000"
KEY = "Syncapp_Key__c/k1"


def record(**fields: Any) -> dict[str, Any]:
    """An event as a record of a collection."""
    return {"attributes": {"type": "Event"}, **MADE["Event"], **fields}


def upserted(b: Bench, *records: dict[str, Any]) -> list[dict[str, Any]]:
    sent = {"allOrNone": False, "records": list(records)}
    return list(b.sf.restful("composite/sobjects/Event/Syncapp_Key__c", method="PATCH", json=sent))


# -- times


def test_a_timed_event_has_all_its_times(bench: Bench) -> None:
    made = bench.sf.Event.create({"StartDateTime": "2026-12-01T23:30:00+0100", "EndDateTime": "2026-12-02T00:15:00Z"})
    read = bench.sf.Event.get(made["id"])
    assert (read["StartDateTime"], read["ActivityDateTime"]) == ("2026-12-01T22:30:00.000+0000",) * 2
    assert (read["DurationInMinutes"], read["ActivityDate"], read["EndDate"]) == (105, "2026-12-01", "2026-12-02")


def test_an_all_day_event_lies_at_midnight_and_ends_on_its_last_day(bench: Bench) -> None:
    made = bench.sf.Event.create({"IsAllDayEvent": True, "ActivityDate": "2026-12-01", "DurationInMinutes": 2880})
    read = bench.sf.Event.get(made["id"])
    assert (read["StartDateTime"], read["EndDateTime"]) == (f"2026-12-01{MIDNIGHT}", f"2026-12-02{MIDNIGHT}")
    assert (read["ActivityDateTime"], read["ActivityDate"]) == (None, "2026-12-01")


def test_whole_days_may_be_more_than_fourteen(bench: Bench) -> None:
    made = bench.sf.Event.create({"IsAllDayEvent": True, "ActivityDate": "2026-12-01", "DurationInMinutes": 30 * 1440})
    assert bench.row(made["id"])["EndDate"] == "2026-12-30"


def test_an_event_that_moves_keeps_its_duration(bench: Bench) -> None:
    made = bench.make("Event", DurationInMinutes=45)
    bench.sf.Event.update(made, {"StartDateTime": "2026-12-03T08:00:00Z"})
    assert bench.row(made)["EndDateTime"] == "2026-12-03T08:45:00.000+0000"


def test_a_change_of_other_fields_leaves_the_times_alone(bench: Bench) -> None:
    made = bench.make("Event")
    before = bench.row(made)["EndDateTime"]
    bench.sf.Event.update(made, {"Subject": "Other"})
    assert bench.row(made)["EndDateTime"] == before


def test_a_type_that_is_in_no_picklist_is_taken(bench: Bench) -> None:
    assert bench.row(bench.event(Type="Board meeting")["id"])["Type"] == "Board meeting"


def test_what_an_event_is_to_its_owner_is_kept(bench: Bench) -> None:
    given = {"IsPrivate": True, "IsReminderSet": True, "ReminderDateTime": "2026-12-01T09:45:00.000+0000"}
    read = bench.sf.Event.get(bench.event(**given, ShowAs="OutOfOffice")["id"])
    assert {name: read[name] for name in given} == given
    assert read["ShowAs"] == "OutOfOffice"


# -- about what


@pytest.mark.parametrize("about", ["account", "opportunity", "contact"])
def test_an_event_knows_its_account(bench: Bench, about: str) -> None:
    account = bench.make("Account")
    fields = {
        "account": lambda: {"WhatId": account},
        "opportunity": lambda: {"WhatId": bench.make("Opportunity", Name="Deal", AccountId=account)},
        "contact": lambda: {"WhoId": bench.make("Contact", AccountId=account)},
    }[about]()
    assert bench.row(bench.event(**fields)["id"])["AccountId"] == account


def test_a_lead_has_no_account(bench: Bench) -> None:
    assert bench.row(bench.event(WhoId=bench.make("Lead"))["id"])["AccountId"] is None


@pytest.mark.parametrize(("kind", "field"), [("Contact", "WhoId"), ("Lead", "WhoId"), ("Account", "WhatId")])
def test_a_deleted_record_takes_its_events_along_and_brings_them_back(bench: Bench, kind: str, field: str) -> None:
    about = bench.make(kind)
    made = bench.make("Event", **{field: about})
    bench.control("delete", id=about)
    gone = bench.row(made)["IsDeleted"]
    bench.control("undelete", id=about)
    assert (gone, bench.row(made)["IsDeleted"]) == (True, False)


# -- by key


def test_an_upsert_by_key_creates_and_then_updates(bench: Bench) -> None:
    answers = [bench.send("PATCH", f"sobjects/Event/{KEY}", json=MADE["Event"]) for _ in range(2)]
    assert [(a.status_code, a.json()["created"]) for a in answers] == [(201, True), (200, False)]
    assert len(bench.rows("Event")) == 1


def test_a_collection_says_which_events_it_created(bench: Bench) -> None:
    bench.event(Syncapp_Key__c="old")
    results = upserted(bench, record(Syncapp_Key__c="old"), record(Syncapp_Key__c="new"))
    assert [(r["success"], r["created"]) for r in results] == [(True, False), (True, True)]


def test_a_collection_refuses_a_key_of_several_beside_its_event(bench: Bench) -> None:
    bench.control("activities", unique_keys=False)
    twins = [bench.event(Syncapp_Key__c="k1")["id"] for _ in range(2)]
    (result,) = upserted(bench, record(Syncapp_Key__c="k1"))
    assert result["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert all(one in result["errors"][0]["message"] for one in twins)


def test_the_description_says_whether_keys_are_unique(bench: Bench) -> None:
    told = []
    for unique in (True, False, True):
        bench.control("activities", unique_keys=unique)
        described = bench.sf.Event.describe()["fields"]
        told += [(f["unique"], f["externalId"]) for f in described if f["name"] == "Syncapp_Key__c"]
    assert told == [(True, True), (False, True), (True, True)]


def test_a_lower_version_is_refused_beside_its_event_and_a_higher_one_taken(bench: Bench) -> None:
    rule = {"object": "Event", "name": "Stale", "field": "Syncapp_Version__c", "falls": True}
    bench.control("validation-rule", **rule, message="SYNCAPP_STALE")
    old = {key: bench.event(Syncapp_Key__c=key, Syncapp_Version__c=5)["id"] for key in ("a", "b", "c")}
    versions = zip(old, (4, 5, 6), strict=True)
    results = upserted(bench, *(record(Syncapp_Key__c=key, Syncapp_Version__c=n) for key, n in versions))
    assert [r["success"] for r in results] == [False, True, True]
    assert results[0]["errors"][0]["message"] == "SYNCAPP_STALE"
    assert [bench.row(one)["Syncapp_Version__c"] for one in old.values()] == [5, 5, 6]


def test_an_org_is_set_up_with_that_rule_and_it_is_no_trouble(bench: Bench) -> None:
    made = bench.event(Syncapp_Version__c=5)["id"]
    answer = bench.send("PATCH", f"sobjects/Event/{made}", json={"Syncapp_Version__c": 4})
    assert (answer.status_code, answer.json()[0]["message"]) == (400, "SYNCAPP_STALE")
    assert bench.control("troubles") == []


# -- conditions


def since(b: Bench, offset: float, header: str = "If-Unmodified-Since") -> dict[str, str]:
    return {header: formatdate(b.sim.timeline.time() + offset, usegmt=True)}


def test_an_event_that_did_not_change_since_is_updated(bench: Bench) -> None:
    made = bench.make("Event")
    assert bench.sf.Event.update(made, {"Subject": "Other"}, headers=since(bench, 1)) == 204


@pytest.mark.parametrize(("offset", "status"), [(-60, 200), (1, 304)])
def test_an_event_is_read_again_only_if_it_changed(bench: Bench, offset: float, status: int) -> None:
    made = bench.make("Event")
    response = bench.send("GET", f"sobjects/Event/{made}", headers=since(bench, offset, "If-Modified-Since"))
    assert (response.status_code, bool(response.content)) == (status, status == 200)


def test_an_event_changed_since_cannot_be_read_as_unchanged(bench: Bench) -> None:
    response = bench.send("GET", f"sobjects/Event/{bench.make('Event')}", headers=since(bench, -60))
    assert response.status_code == 412


@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Unmodified-Since"])
def test_a_time_that_nobody_can_read_does_not_stop_a_reader(bench: Bench, header: str) -> None:
    path = f"sobjects/Event/{bench.make('Event')}"
    assert bench.send("GET", path, headers={header: "yesterday"}).status_code == 200


def test_a_deletion_knows_no_conditions(bench: Bench) -> None:
    response = bench.send("DELETE", f"sobjects/Event/{bench.make('Event')}", headers=since(bench, -60))
    assert response.status_code == 204


def test_a_part_of_a_composite_can_have_a_condition(bench: Bench) -> None:
    url = f"sobjects/Event/{bench.make('Event')}"
    part = {"method": "PATCH", "url": url, "httpHeaders": since(bench, -60), "body": {"Subject": "Other"}}
    (answer,) = bench.composite(part)
    assert (answer["httpStatusCode"], answer["body"][0]["errorCode"]) == (412, "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE")
