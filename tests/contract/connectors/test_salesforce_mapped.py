"""Records of Salesforce with the fields that an organization mapped: written, read back, and refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.errors import ConnectorError, ItemError, Kind
from connectors.facts import Fact, Verdict
from connectors.field_maps import FieldMap, FieldMaps, Fit, Target, TooLong, Way
from connectors.protocol import CrmConnector
from connectors.records import Address, CaseWrite, Event, Record, RecordWrite, Resource, Window, Write
from connectors.salesforce import demand_facts
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.mapped import REFUSED, UNREAD
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from tests.builders import WHEN, event, task
from tests.contract.connectors.crm_contract import ids, key, lead, message
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged
from tests.contract.connectors.salesforce_record_stage import SalesforceRecordStage, door, row
from tests.contract.connectors.salesforce_stage import VERSION
from tests.contract.connectors.stage import CountingServer, reach

ROOM = FieldMap(target=Target.EVENT, source="location", field="Room__c", way=Way.BOTH, length=20)
NOTES = FieldMap(target=Target.EVENT, source="text", field="Notes__c", way=Way.BOTH, type="textarea", length=1000)
DUE = FieldMap(target=Target.TASK, source="due", field="Deadline__c", way=Way.BOTH, type="date")
REGION = FieldMap(target=Target.EVENT, source="fixed", fixed="EMEA", field="Region__c", length=255)
COPY = FieldMap(target=Target.EVENT, source="location", field="Room__c", way=Way.TO_CRM, length=20)


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceEventStage]:
    with staged(salesforce_server, contract_certificate) as made:
        for sobject, name, kind, more in (
            ("Event", "Room__c", "string", {"length": 20}),
            ("Event", "Region__c", "string", {}),
            ("Event", "Notes__c", "textarea", {"length": 1000}),
            ("Task", "Deadline__c", "date", {}),
        ):
            door(made, "add-field", object=sobject, name=name, type=kind, **more)
        yield made


def opened(stage: SalesforceRecordStage, *lines: FieldMap) -> CrmConnector:
    maps = FieldMaps(maps=lines, mailbox="anna@ours.example", owner="Anna Adler")
    made = SalesforceConnector(
        token=stage.token,
        instance_url=stage.simulator.base_url,
        version=VERSION,
        wire=reach(stage.simulator, stage.certificate),
        maps=maps,
    )
    return stage.closing.keep(made)  # type: ignore[no-any-return]  # what it keeps it gives back


def write(
    of: Record, *, record_id: str = "", version: int = 1, named: str = "", fields: tuple[str, ...] = ()
) -> RecordWrite:
    resource = Resource.EVENT if isinstance(of, Event) else Resource.TASK
    return RecordWrite(
        resource=resource,
        key=named or key(),
        version=version,
        record=of,
        record_id=record_id,
        fields=frozenset(fields),
    )


def pushed(connector: CrmConnector, *writes: Write) -> list[str]:
    return ids(connector.push(writes))


def read(connector: CrmConnector, record_id: str, resource: Resource = Resource.EVENT) -> Any:
    (found,) = connector.current(resource, [record_id])
    assert not isinstance(found, ItemError)
    return found.record


def refusal(connector: CrmConnector, of: Write) -> tuple[str, str]:
    (found,) = connector.push([of])
    assert isinstance(found, ItemError)
    return found.failure.code, found.failure.said


# -- Written


def test_a_fixed_value_stands_in_a_new_record(stage: SalesforceEventStage) -> None:
    (made,) = pushed(opened(stage, REGION), write(event()))
    assert (row(stage, made)["Region__c"], row(stage, made)["Location"]) == ("EMEA", "Room 7")


def test_a_copy_stands_beside_the_built_in_field(stage: SalesforceEventStage) -> None:
    (made,) = pushed(opened(stage, COPY), write(event()))
    assert (row(stage, made)["Room__c"], row(stage, made)["Location"]) == ("Room 7", "Room 7")


def test_what_stands_in_new_records_only_is_left_alone_later(stage: SalesforceEventStage) -> None:
    connector, named = opened(stage, REGION), key()
    (made,) = pushed(connector, write(event(), named=named))
    door(stage, "update", id=made, fields={"Region__c": "APAC"})
    pushed(connector, write(event("Later"), named=named, record_id=made, version=2))
    assert (row(stage, made)["Subject"], row(stage, made)["Region__c"]) == ("Later", "APAC")


def test_a_copy_follows_each_change(stage: SalesforceEventStage) -> None:
    connector, named = opened(stage, COPY), key()
    (made,) = pushed(connector, write(event(), named=named))
    pushed(connector, write(event(location=""), named=named, record_id=made, version=2))
    assert row(stage, made)["Room__c"] is None


def test_where_there_is_nothing_the_default_stands(stage: SalesforceEventStage) -> None:
    (made,) = pushed(opened(stage, replace(COPY, default="no room")), write(event(location="")))
    assert row(stage, made)["Room__c"] == "no room"


def test_too_long_a_text_is_cut_where_that_is_wanted(stage: SalesforceEventStage) -> None:
    (made,) = pushed(opened(stage, COPY), write(event(location="x" * 40)))
    assert row(stage, made)["Room__c"] == "x" * 19 + "…"


def test_too_long_a_text_is_refused_where_that_is_wanted(stage: SalesforceEventStage) -> None:
    code, said = refusal(opened(stage, replace(COPY, too_long=TooLong.REFUSE)), write(event(location="x" * 40)))
    assert code == REFUSED
    assert said.startswith("Field mapping “Location → Room__c” of Event: ")


def refuse_whole(stage: SalesforceEventStage, sobject: str, name: str) -> None:
    """The next write is refused with all that stands in it, since no such field is known."""
    refused = [{"errorCode": "INVALID_FIELD", "message": f"No such column '{name}' on sobject of type {sobject}"}]
    part = {"body": refused, "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "records"}
    answers = {"sobjects$": (400, refused), "composite/?$": (200, {"compositeResponse": [part]})}
    stage.simulator.faults += [
        Fault.of({"action": "answer", "method": "POST", "path": path, "status": status, "body": body})
        for path, (status, body) in answers.items()
    ]


@pytest.mark.parametrize(
    ("target", "sobject", "source", "of"),
    [
        (Target.EMAIL, "EmailMessage", "subject", message),
        (Target.LEAD, "Lead", "email", lead),
        (Target.CASE, "Case", "subject", lambda: CaseWrite(key=key(), subject="Broken", text="", sender=None)),
        (Target.EVENT, "Event", "title", lambda: write(event())),
    ],
)
def test_a_call_that_is_refused_as_a_whole_is_the_lines_trouble_as_well(
    stage: SalesforceEventStage, target: Target, sobject: str, source: str, of: Callable[[], Write]
) -> None:
    line = FieldMap(target=target, source=source, field="Gone__c", way=Way.NEW, length=255)
    refuse_whole(stage, sobject, "Gone__c")
    code, said = refusal(opened(stage, line), of())
    assert (code, said.startswith("Field mapping “"), f"of {sobject}: " in said) == (REFUSED, True, True)


def test_one_that_is_about_something_else_is_not(stage: SalesforceEventStage) -> None:
    refuse_whole(stage, "EmailMessage", "Other__c")
    line = FieldMap(target=Target.EMAIL, source="subject", field="Gone__c", way=Way.NEW, length=255)
    with pytest.raises(ConnectorError):
        opened(stage, line).push([message()])


@pytest.mark.parametrize(
    ("target", "sobject", "source", "of", "stands"),
    [
        (Target.EMAIL, "EmailMessage", "subject", lambda: message("Renewal"), "Renewal"),
        (Target.EMAIL, "EmailMessage", "direction", message, "incoming"),
        (Target.EMAIL, "EmailMessage", "sender", message, "ann@customer.example"),
        (Target.EMAIL, "EmailMessage", "mailbox", message, "anna@ours.example"),
        (Target.EMAIL, "EmailMessage", "mailbox_owner", message, "Anna Adler"),
        pytest.param(Target.EMAIL, "EmailMessage", "date", message, f"{WHEN:%Y-%m-%d %H:%M} UTC", id="a moment"),
        (Target.LEAD, "Lead", "email", lead, "new@prospect.example"),
        (
            Target.CASE,
            "Case",
            "sender",
            lambda: CaseWrite(key=key(), subject="Help", sender=Address(email="ann@customer.example")),
            "ann@customer.example",
        ),
    ],
)
def test_what_is_only_made_can_have_more_fields_as_well(
    stage: SalesforceEventStage, target: Target, sobject: str, source: str, of: Callable[[], Write], stands: str
) -> None:
    door(stage, "add-field", object=sobject, name="Note__c")
    (made,) = pushed(opened(stage, FieldMap(target=target, source=source, field="Note__c", length=255)), of())
    assert row(stage, made)["Note__c"] == stands


@pytest.mark.parametrize(
    ("kind", "fixed", "stands"),
    [
        ("boolean", "yes", True),
        ("double", "12.5", 12.5),
        ("int", "7", 7),
        ("date", "2026-11-29", "2026-11-29"),
        ("datetime", "2026-11-29 14:30", "2026-11-29T14:30:00.000+0000"),
        ("url", "https://ours.example", "https://ours.example"),
    ],
)
def test_a_fixed_value_is_of_the_type_of_its_field(
    stage: SalesforceEventStage, kind: str, fixed: str, stands: object
) -> None:
    door(stage, "add-field", object="Event", name="Any__c", type=kind)
    line = FieldMap(target=Target.EVENT, source="fixed", fixed=fixed, field="Any__c", type=kind)
    (made,) = pushed(opened(stage, line), write(event()))
    assert row(stage, made)["Any__c"] == stands


# -- Both ways


def test_what_goes_both_ways_leaves_the_built_in_field_alone(stage: SalesforceEventStage) -> None:
    (made,) = pushed(opened(stage, ROOM, NOTES), write(event()))
    stands = row(stage, made)
    assert (stands["Room__c"], stands["Location"]) == ("Room 7", None)
    assert (stands["Notes__c"], stands["Description"]) == ("Prices, then dates.", None)


def test_it_is_read_from_there(stage: SalesforceEventStage) -> None:
    connector = opened(stage, ROOM, NOTES)
    (made,) = pushed(connector, write(event()))
    door(stage, "update", id=made, fields={"Room__c": "Room 8", "Location": "somewhere else"})
    assert (read(connector, made).location, read(connector, made).text) == ("Room 8", "Prices, then dates.")


def test_a_change_there_is_told(stage: SalesforceEventStage) -> None:
    connector = opened(stage, ROOM)
    window = Window(start=clock.now() - timedelta(days=1), end=clock.now() + timedelta(days=30))
    (made,) = pushed(connector, write(event()))
    cursor = [*connector.changes(Resource.EVENT, None, window)][-1].cursor
    stage.pass_time(timedelta(seconds=2))
    door(stage, "update", id=made, fields={"Room__c": "Room 9"})
    told = [
        c.record.event.location
        for page in connector.changes(Resource.EVENT, cursor, window)
        for c in page.changes
        if c.record
    ]
    assert told == ["Room 9"]


def test_a_day_of_a_task_goes_both_ways(stage: SalesforceEventStage) -> None:
    connector, of = opened(stage, DUE), task()
    (made,) = pushed(connector, write(of))
    stands = row(stage, made)
    assert (stands["Deadline__c"], stands["ActivityDate"]) == (of.due.isoformat() if of.due else "", None)
    assert read(connector, made, Resource.TASK).due == of.due


def test_of_a_task_only_what_is_named_is_written(stage: SalesforceEventStage) -> None:
    connector, named, of = opened(stage, DUE), key(), task()
    (made,) = pushed(connector, write(of, named=named))
    door(stage, "update", id=made, fields={"Deadline__c": "2026-12-24"})
    pushed(connector, write(replace(of, title="Later"), named=named, record_id=made, version=2, fields=("title",)))
    assert (row(stage, made)["Subject"], row(stage, made)["Deadline__c"]) == ("Later", "2026-12-24")


# -- Refused, by the name of the line


def gone(stage: SalesforceEventStage) -> None:
    door(stage, "remove-field", object="Event", field="Room__c")


def closed(stage: SalesforceEventStage) -> None:
    door(stage, "field-access", object="Event", field="Room__c", access="read")


def other_values(stage: SalesforceEventStage) -> None:
    gone(stage)
    door(stage, "add-field", object="Event", name="Room__c", type="picklist", values=["North"], restricted=True)


@pytest.mark.parametrize("happens", [gone, closed, other_values])
def test_a_field_that_changed_later_refuses_under_the_name_of_its_line(
    stage: SalesforceEventStage, happens: Callable[[SalesforceEventStage], None]
) -> None:
    happens(stage)
    code, said = refusal(opened(stage, COPY), write(event()))
    assert code == REFUSED
    assert said.startswith("Field mapping “Location → Room__c” of Event: ")


@pytest.mark.parametrize(
    ("target", "sobject", "of"),
    [
        (Target.EMAIL, "EmailMessage", message),
        (Target.LEAD, "Lead", lead),
        (Target.CASE, "Case", lambda: CaseWrite(key=key(), subject="Help")),
    ],
)
def test_of_whatever_is_made_a_line_refuses_under_its_own_name(
    stage: SalesforceEventStage, target: Target, sobject: str, of: Callable[[], Write]
) -> None:
    line = FieldMap(target=target, source="fixed", fixed="EMEA", field="Gone__c")
    code, said = refusal(opened(stage, line), of())
    assert (code, said.partition(":")[0]) == (REFUSED, f"Field mapping “A fixed value → Gone__c” of {sobject}")


def test_what_a_rule_says_is_no_matter_of_a_line(stage: SalesforceEventStage) -> None:
    door(stage, "validation-rule", object="Event", name="R", field="Room__c", pattern="Room", message="Name a floor")
    assert refusal(opened(stage, COPY), write(event())) == (
        "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Name a floor",
    )


def test_a_field_that_nobody_mapped_refuses_under_its_own_code(stage: SalesforceEventStage) -> None:
    door(stage, "require-field", object="Event", field="Region__c")
    assert refusal(opened(stage, COPY), write(event()))[0] == "salesforce.REQUIRED_FIELD_MISSING"


@pytest.mark.parametrize("access", ["none", "gone"])
def test_where_it_is_read_from_a_field_that_is_gone_nothing_is_read(stage: SalesforceEventStage, access: str) -> None:
    """An empty place would be taken for one that somebody emptied."""
    connector = opened(stage, ROOM)
    (made,) = pushed(connector, write(event()))
    if access == "gone":
        gone(stage)
    else:
        door(stage, "field-access", object="Event", field="Room__c", access=access)
    with pytest.raises(ConnectorError) as caught:
        connector.current(Resource.EVENT, [made])
    assert (caught.value.failure.code, caught.value.failure.kind) == (UNREAD, Kind.CONFIG)
    assert "“Location → Room__c”" in caught.value.failure.said


def test_of_tasks_the_blind_read_is_for_fields_of_salesforces_own(stage: SalesforceEventStage) -> None:
    connector = opened(stage, DUE)
    (made,) = pushed(connector, write(task()))
    door(stage, "field-access", object="Task", field="TaskSubtype", access="none")
    assert read(connector, made, Resource.TASK).due is not None
    door(stage, "remove-field", object="Task", field="Deadline__c")
    with pytest.raises(ConnectorError) as caught:
        connector.current(Resource.TASK, [made])
    assert caught.value.failure.code == UNREAD


# -- Checked before


def fit(stage: SalesforceEventStage, line: FieldMap, *others: FieldMap) -> Fit:
    (found,) = opened(stage, *others).fits([line])
    return found


def test_a_field_that_fits_is_told_as_salesforce_has_it(stage: SalesforceEventStage) -> None:
    found = fit(stage, replace(ROOM, field="room__C", length=0))
    assert found == Fit(field="Room__c", type="string", length=20)


@pytest.mark.parametrize(
    ("made", "line", "said"),
    [
        ({}, {"field": "Nowhere__c"}, "no field Nowhere__c"),
        ({"type": "double"}, {}, "is of type number"),
        ({"type": "reference", "references": ["Account"]}, {}, "is a lookup"),
        ({"formula": True}, {}, "is a formula"),
        ({"unique": True}, {}, "is unique"),
        ({"type": "textarea", "length": 1000, "rich": True}, {"way": Way.BOTH, "source": "text"}, "rich text"),
        (
            {"type": "picklist", "values": ["North"], "restricted": True},
            {"source": "fixed", "fixed": "EMEA"},
            "none of the values",
        ),
    ],
)
def test_one_that_would_fail_says_why(
    stage: SalesforceEventStage, made: dict[str, Any], line: dict[str, Any], said: str
) -> None:
    door(stage, "add-field", object="Event", name="Place__c", **made)
    assert said in fit(stage, replace(COPY, **{"field": "Place__c"} | line)).trouble


def test_one_that_may_only_be_read_says_so(stage: SalesforceEventStage) -> None:
    closed(stage)
    assert "may not fill Room__c" in fit(stage, COPY).trouble


def test_a_field_that_another_line_fills_is_refused(stage: SalesforceEventStage) -> None:
    assert "already" in fit(stage, COPY, ROOM).trouble


def test_an_object_that_is_hidden_is_told(stage: SalesforceEventStage) -> None:
    door(stage, "object-access", object="Event", denied=["read"])
    assert fit(stage, COPY).trouble == "Syncapp does not see Event in Salesforce."


def test_it_is_one_call_for_all(stage: SalesforceEventStage) -> None:
    connector, before = opened(stage), stage.calls()
    connector.fits([ROOM, NOTES, DUE])
    assert stage.calls() - before == 1


# -- The first checks


def told(stage: SalesforceEventStage, name: str, *lines: FieldMap) -> Fact | None:
    return next((each for each in opened(stage, *lines).survey().facts if each.name == name), None)


@pytest.mark.parametrize(("lines", "verdict"), [((), Verdict.BAD), ((REGION,), Verdict.GOOD)])
def test_a_line_mends_the_finding_of_a_required_field(
    stage: SalesforceEventStage, lines: tuple[FieldMap, ...], verdict: Verdict
) -> None:
    door(stage, "require-field", object="Event", field="Region__c")
    fact = told(stage, demand_facts.DEMANDED, *lines)
    assert fact is not None
    assert fact.verdict is verdict


def test_lines_that_fit_are_told(stage: SalesforceEventStage) -> None:
    fact = told(stage, demand_facts.MAPPED, ROOM, REGION)
    assert fact is not None
    assert fact.verdict is Verdict.GOOD


def test_a_line_that_would_fail_by_now_is_named(stage: SalesforceEventStage) -> None:
    gone(stage)
    fact = told(stage, demand_facts.MAPPED, ROOM, REGION)
    assert fact is not None
    assert fact.verdict is Verdict.BAD
    assert fact.text.startswith("Event, “Location → Room__c”: Event has no field Room__c")


def test_without_lines_nothing_is_said_of_them(stage: SalesforceEventStage) -> None:
    assert told(stage, demand_facts.MAPPED) is None
