"""What is told of events: by queries, by the log of changes, by descriptions, by the control door and its page."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.values import moment
from tests.contract.simulators.salesforce.bench import MADE, ROOT, VERSION, Bench, never

DAY = 86400.0


def subjects(answer: Any) -> list[str]:
    return [found["Subject"] for found in answer["records"]]


# -- what a query sees


def test_archived_events_are_in_query_all_only(bench: Bench) -> None:
    bench.make("Event", Subject="Old", StartDateTime=moment(bench.sim.timeline.time() - 400 * DAY))
    bench.make("Event", Subject="New")
    assert len(bench.control("archive-events")["ids"]) == 1
    soql = "SELECT Subject, IsArchived FROM Event ORDER BY Subject"
    assert subjects(bench.sf.query(soql)) == ["New"]
    assert subjects(bench.sf.query(soql, include_deleted=True)) == ["New", "Old"]


@pytest.mark.parametrize(("days", "archived"), [(364, 0), (365, 1)])
def test_an_event_is_archived_365_days_after_it_began(bench: Bench, days: int, archived: int) -> None:
    bench.make("Event", StartDateTime=moment(bench.sim.timeline.time() - days * DAY), DurationInMinutes=2 * 1440)
    assert len(bench.control("archive-events")["ids"]) == archived


def test_an_archived_event_can_be_read_and_changed_by_its_id(bench: Bench) -> None:
    made = bench.make("Event", StartDateTime="2020-01-01T10:00:00Z")
    bench.control("archive-events")
    bench.sf.Event.update(made, {"Subject": "Other"})
    assert (bench.sf.Event.get(made)["Subject"], bench.row(made)["IsArchived"]) == ("Other", True)


def test_deleted_events_are_in_query_all_and_in_the_log(bench: Bench) -> None:
    gone = bench.event(Subject="Gone")["id"]
    bench.sf.Event.delete(gone)
    now = bench.sim.timeline.time()
    log = bench.sf.restful("sobjects/Event/deleted", params={"start": moment(now - 60), "end": moment(now + 60)})
    assert [one["id"] for one in log["deletedRecords"]] == [gone]
    assert bench.sf.query("SELECT Id FROM Event")["records"] == []
    assert [r["IsDeleted"] for r in bench.sf.query("SELECT IsDeleted FROM Event", include_deleted=True)["records"]] == [
        True
    ]


def test_the_log_names_what_left_the_recycle_bin(bench: Bench) -> None:
    emptied, past_it = (bench.event()["id"] for _ in range(2))
    bench.control("delete", id=emptied)
    for one in (emptied, past_it):
        bench.control("purge", id=one)
    now = bench.sim.timeline.time()
    log = bench.sf.restful("sobjects/Event/deleted", params={"start": moment(now - 60), "end": moment(now + 60)})
    assert [one["id"] for one in log["deletedRecords"]] == [emptied, past_it]
    assert bench.sf.query("SELECT Id FROM Event", include_deleted=True)["records"] == []


@pytest.mark.parametrize("what", ["deleted", "updated"])
def test_as_many_ids_as_are_given_at_most_are_given(bench: Bench, what: str) -> None:
    bench.control("replication", most=2)
    for event in [bench.make("Event") for _ in range(4)][:2]:
        bench.control("delete", id=event)
    now = bench.sim.timeline.time()
    told = bench.sf.restful(f"sobjects/Event/{what}", params={"start": moment(now - 60), "end": moment(now + 60)})
    assert len(told["deletedRecords" if what == "deleted" else "ids"]) == 2


def test_a_purged_log_begins_where_it_was_purged(bench: Bench) -> None:
    bench.control("replication", purge=True)
    now = bench.sim.timeline.time()
    bench.sim.timeline.move_to(600)
    params = {"start": moment(now + 1), "end": moment(now + 300)}
    assert bench.sf.restful("sobjects/Event/deleted", params=params)["earliestDateAvailable"] == moment(
        bench.sim.org.log_start
    )


def test_an_event_can_be_found_by_what_kind_of_person_it_is_with(bench: Bench) -> None:
    bench.make("Event", Subject="Lead", WhoId=bench.make("Lead"))
    bench.make("Event", Subject="Contact", WhoId=bench.make("Contact"))
    assert subjects(bench.sf.query("SELECT Subject FROM Event WHERE Who.Type = 'Lead'")) == ["Lead"]


def test_typeof_shows_other_fields_of_each_kind(bench: Bench) -> None:
    lead, contact = bench.make("Lead", Company="Acme"), bench.make("Contact", Email="c@acme.example")
    for who in (lead, contact, None):
        bench.make("Event", WhoId=who)
    soql = "SELECT TYPEOF Who WHEN Contact THEN Email, Account.Name WHEN Lead THEN Company END FROM Event"
    found = [r["Who"] for r in bench.sf.query(soql)["records"]]
    assert [w and w["attributes"]["type"] for w in found] == ["Lead", "Contact", None]
    assert [{k: v for k, v in w.items() if k != "attributes"} for w in found if w] == [
        {"Company": "Acme"},
        {"Email": "c@acme.example", "Account": None},
    ]


def test_typeof_shows_the_name_of_any_other_kind(bench: Bench) -> None:
    bench.make("Event", WhoId=bench.make("Lead", LastName="Meyer"))
    soql = "SELECT Id, TYPEOF Who WHEN Contact THEN Email ELSE Name, Type END FROM Event WHERE WhoId != null"
    (found,) = bench.sf.query(soql)["records"]
    assert (found["Who"]["Name"], found["Who"]["Type"], "Email" in found["Who"]) == ("Meyer", "Lead", False)


def test_typeof_without_else_shows_who_it_is_and_no_more(bench: Bench) -> None:
    lead = bench.make("Lead")
    bench.make("Event", WhoId=lead)
    (found,) = bench.sf.query("SELECT TYPEOF Who WHEN Contact THEN Email END FROM Event")["records"]
    assert found["Who"] == {"attributes": {"type": "Lead", "url": f"{ROOT}/sobjects/Lead/{lead}"}}


def test_a_hidden_event_is_in_no_query_and_its_invitations_are_not(bench: Bench) -> None:
    made = bench.make("Event")
    bench.invite(made, bench.make("Contact"))
    bench.control("record-access", id=made, access="none")
    assert [bench.sf.query(f"SELECT Id FROM {name}")["totalSize"] for name in ("Event", "EventRelation")] == [0, 0]


# -- what is told of the objects


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("Event", "Subject", {"type": "combobox", "length": 255, "nameField": True, "nillable": True}),
        ("Event", "WhoId", {"referenceTo": ["Contact", "Lead"], "polymorphicForeignKey": True, "label": "Name ID"}),
        ("Event", "ShowAs", {"restrictedPicklist": True}),
        ("Event", "Type", {"restrictedPicklist": False}),
        ("Event", "EndDate", {"type": "date", "createable": False}),
        ("Event", "DurationInMinutes", {"type": "int", "soapType": "xsd:int"}),
        ("Event", "IsChild", {"createable": False, "updateable": False}),
        ("Event", "Syncapp_Version__c", {"type": "double", "custom": True}),
        ("EventRelation", "EventId", {"updateable": False, "nillable": False}),
        ("EventRelation", "Status", {"restrictedPicklist": True, "updateable": True}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_describe_tells_the_flags_of_a_field(bench: Bench, name: str, field: str, expected: dict[str, Any]) -> None:
    (found,) = (f for f in getattr(bench.sf, name).describe()["fields"] if f["name"] == field)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("name", "children"),
    [("Event", [("EventRelation", "EventId")]), ("EventRelation", [])],
    ids=["event", "relation"],
)
def test_describe_tells_what_hangs_on_a_record_but_for_the_platform_s_own(
    bench: Bench, name: str, children: list[tuple[str, str]]
) -> None:
    told = getattr(bench.sf, name).describe()["childRelationships"]
    assert [(one["childSObject"], one["field"]) for one in told] == children


def test_a_hidden_field_is_in_no_description_and_in_no_record(bench: Bench) -> None:
    bench.control("field-access", object="Event", field="Location", access="none")
    made = bench.make("Event", Location="Room 1")
    assert "Location" not in {f["name"] for f in bench.sf.Event.describe()["fields"]}
    assert "Location" not in bench.sf.Event.get(made)


# -- the control door


def test_the_door_makes_changes_and_deletes_events(bench: Bench) -> None:
    made = bench.control("create", object="Event", fields=MADE["Event"])["id"]
    bench.control("update", id=made, fields={"EndDateTime": "2026-12-01T12:00:00Z"})
    assert bench.row(made)["DurationInMinutes"] == 120
    bench.control("delete", id=made)
    assert bench.row(made)["IsDeleted"] is True


def test_the_door_goes_past_the_longest_duration_but_not_past_sense(bench: Bench) -> None:
    assert bench.row(bench.make("Event", DurationInMinutes=30000))["DurationInMinutes"] == 30000
    with pytest.raises(ValueError, match="REQUIRED_FIELD_MISSING"):
        bench.make("Event", DurationInMinutes=None)


def test_a_series_is_a_pattern_and_its_occurrences(bench: Bench) -> None:
    made = bench.control("series", fields=MADE["Event"], count=3, days=7)
    soql = "SELECT Id, StartDateTime, GroupEventType, IsRecurrence2 FROM Event ORDER BY StartDateTime, Id"
    found = [(r["Id"], r["StartDateTime"][:10], r["GroupEventType"]) for r in bench.sf.query(soql)["records"]]
    days = ("2026-12-01", "2026-12-08", "2026-12-15")
    assert found[0] == (made["pattern"], "2026-12-01", "3")
    assert found[1:] == [(one, day, "0") for one, day in zip(made["ids"], days, strict=True)]


def test_a_series_of_classic_points_at_its_pattern(bench: Bench) -> None:
    made = bench.control("series", fields=MADE["Event"], count=2, days=1, legacy=True)
    soql = "SELECT Id, IsRecurrence, RecurrenceActivityId FROM Event ORDER BY Id"
    found = [(r["Id"], r["IsRecurrence"], r["RecurrenceActivityId"]) for r in bench.sf.query(soql)["records"]]
    assert found == [(made["pattern"], True, None), *((one, False, made["pattern"]) for one in made["ids"])]


def test_a_series_of_whole_days_stays_one(bench: Bench) -> None:
    fields = {"IsAllDayEvent": True, "ActivityDate": "2026-12-24", "DurationInMinutes": 2880}
    made = bench.control("series", fields=fields, count=2, days=365)
    assert [bench.row(one)["EndDate"] for one in made["ids"]] == ["2026-12-25", "2027-12-25"]


def test_the_page_lists_events_with_their_times(bench: Bench) -> None:
    bench.make("Event", Subject="<Board>")
    bench.make("Event", Subject=None, IsAllDayEvent=True, StartDateTime="2026-12-24T00:00:00Z", DurationInMinutes=2880)
    text = bench.http.get(f"{bench.sim.base_url}/_simulator/").text
    assert "Events (2)" in text
    assert "&lt;Board&gt;" in text
    assert ", 2026-12-01 10:00 to 2026-12-01 11:00" in text
    assert ", 2026-12-24 to 2026-12-25" in text
    assert "Shared Activities: off. Events of several days: on. Unique keys of activities: on." in text


def test_a_person_finds_an_event_in_salesforce(bench: Bench) -> None:
    made = bench.make("Event", Subject="Board")
    pages = [bench.http.get(f"{bench.sim.base_url}/{path}").text for path in ("", made)]
    assert f'<a href="/{made}">Board</a>' in pages[0]
    assert "<h2>Board</h2>" in pages[1]


def test_an_older_version_answers_events_too(bench: Bench) -> None:
    made = bench.make("Event")
    answers = [bench.send("GET", f"/services/data/v{v}/sobjects/Event/{made}") for v in ("66.0", VERSION)]
    assert [a.status_code for a in answers] == [200, 200]
    assert bench.send("GET", f"sobjects/Event/{never('00U')}").status_code == 404
