"""Google's discovery document is the referee of Calendar: the simulator takes and gives what the document declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.google.calendar.methods import OPERATIONS
from tests.contract.simulators.calendar_world import (
    DIARY,
    DOCUMENT,
    PRIMARY,
    at,
    channel,
    diary,
    items,
    meeting,
    occurrence,
    on,
    put,
)
from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running
from tests.contract.simulators.referee import Referee

METHODS: dict[str, dict[str, Any]] = {
    method["id"].removeprefix("calendar."): method
    for resource in DOCUMENT["resources"].values()
    for method in resource["methods"].values()
}
FULL: dict[str, Any] = {
    "description": "About the offer",
    "location": "Room 2",
    "colorId": "11",
    "visibility": "private",
    "transparency": "transparent",
    "attendees": [{"email": BOB, "displayName": "Bob", "optional": True}],
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
    "extendedProperties": {"private": {"a": "1"}, "shared": {"b": "2"}},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
    "source": {"title": "CRM", "url": "https://crm.example"},
}
faults = Referee(document=DOCUMENT).faults


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, DIARY)
        world.account(BOB, DIARY)
        yield world


# -- One request of every method that is simulated, with as much in its answer as can be

Asks = Callable[[GoogleWorld, Any, dict[str, Any]], Any]


def moved(google: GoogleWorld, service: Any, event: dict[str, Any]) -> Any:
    team = google.door("calendar", account=ADA, summary="Team")["id"]
    return service.events().move(calendarId=PRIMARY, eventId=event["id"], destination=team)


def conference() -> dict[str, Any]:
    request = {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    return meeting(conferenceData={"createRequest": request})


def stop(google: GoogleWorld, service: Any, event: dict[str, Any]) -> Any:
    opened = service.events().watch(calendarId=PRIMARY, body=channel()).execute()
    return service.channels().stop(body={"id": opened["id"], "resourceId": opened["resourceId"]})


REQUESTS: dict[str, Asks] = {
    "calendarList.list": lambda g, s, e: s.calendarList().list(),
    "calendarList.get": lambda g, s, e: s.calendarList().get(calendarId=PRIMARY),
    "calendars.get": lambda g, s, e: s.calendars().get(calendarId=PRIMARY),
    "colors.get": lambda g, s, e: s.colors().get(),
    "events.list": lambda g, s, e: s.events().list(calendarId=PRIMARY, showDeleted=True, singleEvents=True),
    "events.instances": lambda g, s, e: s.events().instances(calendarId=PRIMARY, eventId=e["id"], maxResults=2),
    "events.get": lambda g, s, e: s.events().get(calendarId=PRIMARY, eventId=e["id"]),
    "events.insert": lambda g, s, e: s.events().insert(calendarId=PRIMARY, conferenceDataVersion=1, body=conference()),
    "events.import": lambda g, s, e: s.events().import_(calendarId=PRIMARY, body=meeting(iCalUID="a@b")),
    "events.update": lambda g, s, e: s.events().update(calendarId=PRIMARY, eventId=e["id"], body=meeting()),
    "events.patch": lambda g, s, e: s.events().patch(
        calendarId=PRIMARY, eventId=occurrence(e, 30), body={"end": at(12, day=30)}
    ),
    "events.delete": lambda g, s, e: s.events().delete(calendarId=PRIMARY, eventId=e["id"]),
    "events.move": moved,
    "events.watch": lambda g, s, e: s.events().watch(calendarId=PRIMARY, body=channel()),
    "channels.stop": stop,
}


def test_every_simulated_method_has_a_request_here_and_is_declared() -> None:
    assert set(REQUESTS) == set(OPERATIONS)
    assert set(OPERATIONS) <= set(METHODS)


@pytest.mark.parametrize("method", REQUESTS)
def test_an_answer_is_what_the_document_declares(google: GoogleWorld, method: str) -> None:
    event = put(google, **FULL)
    diary(google).events().delete(
        calendarId=PRIMARY, eventId=occurrence(event, 30)
    ).execute() if method == "events.list" else None
    answer = REQUESTS[method](google, diary(google), event).execute()
    schema = METHODS[method].get("response")
    assert answer == "" if schema is None else faults(schema, answer) == []
    assert schema is None or answer != {}


def test_an_event_comes_back_with_everything_that_was_put_into_it(google: GoogleWorld) -> None:
    event = put(google, **FULL)
    for name, value in FULL.items():
        expected = [FULL["attendees"][0] | {"responseStatus": "needsAction"}] if name == "attendees" else value
        assert event[name] == expected


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime", "workingLocation", "birthday"])
def test_special_kinds_are_as_declared(google: GoogleWorld, kind: str) -> None:
    days = {"start": on(23), "end": on(24)}
    special: dict[str, dict[str, Any]] = {
        "outOfOffice": {"outOfOfficeProperties": {"autoDeclineMode": "declineNone"}},
        "focusTime": {"focusTimeProperties": {"chatStatus": "doNotDisturb"}},
        "workingLocation": {"workingLocationProperties": {"type": "homeOffice"}} | days,
        "birthday": {"recurrence": ["RRULE:FREQ=YEARLY"]} | days,
    }
    event = put(google, eventType=kind, **special[kind])
    assert event["eventType"] == kind
    assert faults({"$ref": "Event"}, event) == []


def test_the_referee_itself_sees_faults() -> None:
    wrong = {"id": 5, "hue": "red", "start": {"date": "Monday"}, "creator": {"email": 1}, "attendees": [{"age": 3}]}
    assert faults({"$ref": "Event"}, wrong) == [
        "answer.id is no string",
        "answer.hue is not declared",
        "answer.start.date is no date",
        "answer.creator.email is no string",
        "answer.attendees[0].age is not declared",
    ]


# -- Requests


def address(method: str) -> str:
    return "/calendar/v3/" + re.sub(
        r"\{(\w+)\}", lambda m: {"calendarId": "primary"}.get(m[1], "1"), METHODS[method]["path"]
    )


@pytest.mark.parametrize("method", OPERATIONS)
def test_every_parameter_that_is_declared_is_known(google: GoogleWorld, method: str) -> None:
    declared = {n: p for n, p in METHODS[method].get("parameters", {}).items() if p["location"] == "query"}
    samples = {"integer": "1", "boolean": "false", "string": ""}
    params = {name: (p.get("enum") or [samples[p["type"]]])[0] for name, p in declared.items()}
    answer = google.request(METHODS[method]["httpMethod"], address(method), params=params | {"key": "k"})
    assert "invalidParameter" not in answer.text
    assert answer.status_code in (200, 204, 400, 404)


@pytest.mark.parametrize("method", OPERATIONS)
def test_a_token_without_a_declared_scope_is_refused(google: GoogleWorld, method: str) -> None:
    token = google.door("grant", account=ADA, scopes=["openid"])["access_token"]
    answer = google.request(METHODS[method]["httpMethod"], address(method), token=token)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (403, "insufficientPermissions")


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(OPERATIONS)))
def test_what_is_declared_and_not_simulated_says_so(google: GoogleWorld, method: str) -> None:
    answer = google.request(METHODS[method]["httpMethod"], address(method))
    if METHODS[method]["scopes"] == [] or answer.status_code == 403:
        google.accounts[ADA] = google.door("grant", account=ADA, scopes=METHODS[method]["scopes"])
        answer = google.request(METHODS[method]["httpMethod"], address(method))
    assert answer.status_code == 501
    assert answer.json()["error"]["message"] == f"This simulator does not do calendar.{method}."


def test_fields_that_the_document_does_not_declare_are_passed_over(google: GoogleWorld) -> None:
    event = put(google, hue="red", hangoutLink="https://meet.example", reminders={"useDefault": True, "loud": True})
    assert "hue" not in event
    assert event["reminders"] == {"useDefault": True}


def test_an_answer_is_narrowed_to_the_fields_asked_for(google: GoogleWorld) -> None:
    put(google, **FULL)
    service = diary(google)
    answer = (
        service.events().list(calendarId=PRIMARY, fields="items(id,creator/email,extendedProperties/private)").execute()
    )
    assert answer == {
        "items": [
            {
                "id": items(service)[0]["id"],
                "creator": {"email": ADA},
                "extendedProperties": {"private": {"a": "1"}},
            }
        ]
    }


def test_conference_data_are_ignored_for_a_client_that_does_not_know_them(google: GoogleWorld) -> None:
    events = diary(google).events()
    assert "conferenceData" not in events.insert(calendarId=PRIMARY, body=conference()).execute()


def test_the_same_request_makes_the_same_conference_again(google: GoogleWorld) -> None:
    events = diary(google).events()
    made = [
        events.insert(calendarId=PRIMARY, conferenceDataVersion=1, body=conference()).execute()["conferenceData"]
        for _ in range(2)
    ]
    assert made[0]["conferenceId"] == made[1]["conferenceId"]
    assert made[0]["entryPoints"][0]["uri"].startswith("https://meet.google.com/")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"k" * 45: "v", "short": "v"}, {"short": "v"}),
        ({"key": "v" * 1025}, {"key": "v" * 1024}),
        ({"key": "v", "gone": None}, {"key": "v"}),
    ],
    ids=["long key", "long value", "null"],
)
def test_properties_are_dropped_and_cut_in_silence(
    google: GoogleWorld, given: dict[str, Any], kept: dict[str, str]
) -> None:
    assert put(google, extendedProperties={"private": given})["extendedProperties"]["private"] == kept


def test_reminders_of_unknown_methods_are_dropped_and_double_ones_joined(google: GoogleWorld) -> None:
    popup = {"method": "popup", "minutes": 10}
    event = put(google, reminders={"useDefault": False, "overrides": [popup, popup, {"method": "sms", "minutes": 5}]})
    assert event["reminders"]["overrides"] == [popup]
