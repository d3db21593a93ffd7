"""What is refused of an event, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMoreThanOneRecord

from tests.contract.simulators.salesforce.bench import MADE, ROOT, Bench, Case, case

REQUIRED = "REQUIRED_FIELD_MISSING"
UNFIT = "FIELD_INTEGRITY_EXCEPTION"
SHUT = "INVALID_FIELD_FOR_INSERT_UPDATE"
RULE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
TEN, ELEVEN, NINE = "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", "2026-12-01T09:00:00Z"
WRITE = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)


def made(**fields: Any) -> Callable[[Bench], object]:
    return lambda b: b.sf.Event.create({"Subject": "Meeting", **fields})


def changed(**fields: Any) -> Callable[[Bench], object]:
    return lambda b: b.sf.Event.update(b.make("Event"), fields)


def missing(act: Callable[[Bench], object], *names: str) -> Case:
    return case(act, 400, REQUIRED, f"Required fields are missing: [{', '.join(names)}]", names)


def unfit(act: Callable[[Bench], object], text: str, *names: str) -> Case:
    return case(act, 400, UNFIT, text, names)


def shut(name: str, value: Any) -> Case:
    return case(lambda b: b.event(**{name: value}), 400, SHUT, WRITE.format(name), (name,))


def too_long(name: str, label: str, most: int) -> Case:
    text = "x" * (most + 1)
    message = f"{label}: data value too large: {text} (max length={most})"
    return case(lambda b: b.event(**{name: text}), 400, "STRING_TOO_LONG", message, (name,))


def of_one_day(act: Callable[[Bench], object]) -> Callable[[Bench], object]:
    def in_such_an_org(b: Bench) -> object:
        b.control("activities", multiday=False)
        return act(b)

    return in_such_an_org


# -- who, what, whose


def lead_joins_account(b: Bench) -> object:
    return b.sf.Event.update(b.make("Event", WhatId=b.make("Account")), {"WhoId": b.make("Lead")})


def a_hidden_field(b: Bench) -> object:
    b.control("field-access", object="Event", field="Location", access="none")
    return b.event(Location="Room 1")


def a_hidden_event(b: Bench) -> object:
    event = b.make("Event")
    b.control("record-access", id=event, access="none")
    return b.sf.Event.update(event, {"Subject": "Other"})


# -- keys, versions, times of change


def taken_key(b: Bench) -> object:
    b.event(Syncapp_Key__c="k1")
    return b.event(Syncapp_Key__c="K1")


def guarded(b: Bench) -> str:
    """An event of version 5 in an org that refuses to go back."""
    rule = {"object": "Event", "name": "Stale", "field": "Syncapp_Version__c", "falls": True}
    b.control("validation-rule", **rule, message="SYNCAPP_STALE")
    return str(b.event(Syncapp_Key__c="k1", Syncapp_Version__c=5)["id"])


def lower_by_key(b: Bench) -> object:
    guarded(b)
    return b.sf.Event.upsert("Syncapp_Key__c/k1", {"Syncapp_Version__c": 4})


def since(b: Bench, offset: float) -> dict[str, str]:
    return {"If-Unmodified-Since": formatdate(b.sim.timeline.time() + offset, usegmt=True)}


def changed_since(b: Bench) -> object:
    event = b.make("Event")
    return b.sf.Event.update(event, {"Subject": "Other"}, headers=since(b, -60))


def since_no_time(b: Bench) -> object:
    return b.sf.Event.update(b.make("Event"), {"Subject": "Other"}, headers={"If-Unmodified-Since": "yesterday"})


TIMES: dict[str, Case] = {
    "event-no-start": missing(made(DurationInMinutes=60), "ActivityDateTime"),
    "event-date-alone": missing(made(DurationInMinutes=60, ActivityDate="2026-12-01"), "ActivityDateTime"),
    "event-no-end": missing(made(StartDateTime=TEN), "DurationInMinutes"),
    "event-no-times": missing(made(), "DurationInMinutes", "ActivityDateTime"),
    "event-all-day-no-date": missing(made(IsAllDayEvent=True), "ActivityDate"),
    "event-start-emptied": missing(changed(StartDateTime=None), "ActivityDateTime"),
    "event-start-twice": unfit(
        made(StartDateTime=TEN, ActivityDateTime=NINE, DurationInMinutes=60),
        "ActivityDateTime and StartDateTime must match, or one must be null",
        "ActivityDateTime",
    ),
    "event-date-differs": unfit(
        made(StartDateTime=TEN, ActivityDate="2026-12-02", DurationInMinutes=60),
        "ActivityDate and StartDateTime must match, or one must be null",
        "ActivityDate",
    ),
    "event-end-and-duration": unfit(
        made(StartDateTime=TEN, EndDateTime=ELEVEN, DurationInMinutes=59),
        "EndDateTime and DurationInMinutes must match, or one must be null",
        "DurationInMinutes",
    ),
    "event-days-and-duration": unfit(
        made(IsAllDayEvent=True, ActivityDate="2026-12-01", EndDateTime="2026-12-02T00:00:00Z", DurationInMinutes=1440),
        "EndDateTime and DurationInMinutes must match, or one must be null",
        "DurationInMinutes",
    ),
    "event-end-before-start": unfit(
        made(StartDateTime=TEN, EndDateTime=NINE), "End Date Time: must not be before the start", "EndDateTime"
    ),
    "event-last-day-before-first": unfit(
        made(IsAllDayEvent=True, ActivityDate="2026-12-01", EndDateTime="2026-11-30T00:00:00Z"),
        "End Date Time: must not be before the start",
        "EndDateTime",
    ),
    "event-duration-negative": unfit(
        made(StartDateTime=TEN, DurationInMinutes=-1),
        "Duration must be between 0 and 20160 minutes: Duration",
        "DurationInMinutes",
    ),
    "event-two-weeks": unfit(
        made(StartDateTime=TEN, DurationInMinutes=20161),
        "Duration must be between 0 and 20160 minutes: Duration",
        "DurationInMinutes",
    ),
    "event-moved-end": unfit(
        changed(EndDateTime="2026-12-15T10:01:00Z"),
        "Duration must be between 0 and 20160 minutes: Duration",
        "EndDateTime",
    ),
    "event-one-day": unfit(
        of_one_day(made(StartDateTime=TEN, DurationInMinutes=1441)),
        "Duration must be between 0 and 1440 minutes: Duration",
        "DurationInMinutes",
    ),
    "event-two-days": unfit(
        of_one_day(made(IsAllDayEvent=True, ActivityDate="2026-12-01", EndDateTime="2026-12-02T00:00:00Z")),
        "Duration must be between 0 and 1440 minutes: Duration",
        "EndDateTime",
    ),
    "event-nine-digits": case(
        made(StartDateTime=TEN, DurationInMinutes=100_000_000),
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Duration: value outside of valid range on numeric field: 100000000",
        ("DurationInMinutes",),
    ),
    "event-year": case(
        made(StartDateTime="1600-01-01T10:00:00Z", DurationInMinutes=60),
        400,
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "Start Date Time: invalid date: 1600-01-01T10:00:00.000+0000",
        ("StartDateTime",),
    ),
}

FIELDS: dict[str, Case] = {
    "event-who-account": unfit(
        lambda b: b.event(WhoId=b.make("Account")), "Name ID: id value of incorrect type: 001*", "WhoId"
    ),
    "event-who-user": unfit(
        lambda b: b.event(WhoId=b.sim.org.integration_user), "Name ID: id value of incorrect type: 005*", "WhoId"
    ),
    "event-what-contact": unfit(
        lambda b: b.event(WhatId=b.make("Contact")), "Related To ID: id value of incorrect type: 003*", "WhatId"
    ),
    "event-lead-and-account": unfit(
        lambda b: b.event(WhoId=b.make("Lead"), WhatId=b.make("Account")),
        "Related To ID: must be empty for an event with a lead",
        "WhoId",
        "WhatId",
    ),
    "event-lead-joins-account": unfit(
        lead_joins_account, "Related To ID: must be empty for an event with a lead", "WhoId", "WhatId"
    ),
    "event-owner-inactive": case(
        lambda b: b.event(OwnerId=b.user("gone", IsActive=False)),
        400,
        "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [005ak0000000003] as owner of event",
        (),
    ),
    "event-owner-contact": case(
        lambda b: b.event(OwnerId=b.make("Contact")),
        400,
        "MALFORMED_ID",
        "Assigned To ID: id value of incorrect type: 003*",
        ("OwnerId",),
    ),
    "event-subject": too_long("Subject", "Subject", 255),
    "event-location": too_long("Location", "Location", 255),
    "event-description": too_long("Description", "Description", 32000),
    "event-show-as": case(
        lambda b: b.event(ShowAs="Out of Office"),
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Show Time As: bad value for restricted picklist field: Out of Office",
        ("ShowAs",),
    ),
    "event-child": shut("IsChild", True),
    "event-group": shut("GroupEventType", "1"),
    "event-archived": shut("IsArchived", True),
    "event-series": shut("IsRecurrence", True),
    "event-pattern": shut("Recurrence2PatternText", "RRULE:FREQ=DAILY;COUNT=3"),
    "event-field-hidden": case(
        a_hidden_field, 400, "INVALID_FIELD", "No such column 'Location' on sobject of type Event"
    ),
    "event-hidden": case(a_hidden_event, 404, "NOT_FOUND", "The requested resource does not exist"),
    "event-key-taken": case(
        taken_key,
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: Syncapp_Key__c duplicates value on record with id: 00Uak0000000001",
        (),
    ),
    "event-version-lower": case(
        lambda b: b.sf.Event.update(guarded(b), {"Syncapp_Version__c": 4}), 400, RULE, "SYNCAPP_STALE", ()
    ),
    "event-version-emptied": case(
        lambda b: b.sf.Event.update(guarded(b), {"Syncapp_Version__c": None}), 400, RULE, "SYNCAPP_STALE", ()
    ),
    "event-version-by-key": case(lower_by_key, 400, RULE, "SYNCAPP_STALE", ()),
    "event-modified": case(
        changed_since,
        412,
        "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE",
        "The record has been modified after the time in If-Unmodified-Since",
    ),
    "event-modified-nonsense": case(since_no_time, 400, "BAD_REQUEST", "Invalid value for header If-Unmodified-Since"),
}

CASES = TIMES | FIELDS


@pytest.mark.parametrize("name", CASES)
def test_an_event_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


def test_event_key_several_is_told_with_both_addresses(bench: Bench) -> None:
    bench.control("activities", unique_keys=False)
    twins = [bench.event(Syncapp_Key__c="k1")["id"] for _ in range(2)]
    with pytest.raises(SalesforceMoreThanOneRecord) as caught:
        bench.sf.Event.upsert("Syncapp_Key__c/k1", MADE["Event"])
    told: Any = caught.value.content
    assert (caught.value.status, told) == (300, [f"{ROOT}/sobjects/Event/{one}" for one in twins])


def test_a_refused_event_is_not_there(bench: Bench) -> None:
    with pytest.raises(Exception, match=UNFIT):
        bench.event(DurationInMinutes=20161)
    assert bench.rows("Event") == []


def test_a_refused_change_leaves_the_event_as_it_was(bench: Bench) -> None:
    event = guarded(bench)
    before = bench.row(event)
    with pytest.raises(Exception, match="SYNCAPP_STALE"):
        bench.sf.Event.update(event, {"Subject": "Late", "Syncapp_Version__c": 4})
    assert bench.row(event) == before
