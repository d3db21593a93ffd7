"""What Calendar refuses at its door and in its lists, asked for with Google's own client library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.calendar_world import (
    DAY,
    DIARY,
    PRIMARY,
    asks,
    channel,
    diary,
    put,
    refusal,
    refused,
    sync_token,
    with_etag,
)
from tests.contract.simulators.google_world import ADA, BOB, Case, GoogleWorld, Got, proves, running
from tests.contract.simulators.test_google_refusals_gate import page

LIST = "/calendar/v3/calendars/primary/events"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def lists(**query: Any) -> Case:
    return asks(lambda service: service.events().list(calendarId=PRIMARY, **query))


def lists_raw(**query: str) -> Case:
    """A list with values that the library would not send."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, DIARY)
        answer = google.get(LIST, **query)
        return refusal(answer.status_code, answer.headers["content-type"], answer.content)

    return case


def after(verb: str, **arguments: Any) -> Case:
    """A list, after the door broke something."""

    def case(google: GoogleWorld) -> Got:
        service = diary(google)
        google.door(verb, **arguments)
        return refused(service.events().list(calendarId=PRIMARY))

    return case


def with_scopes(request: Callable[[Any], Any], *scopes: str) -> Case:
    return lambda google: refused(request(diary(google, ADA, *(f"{DIARY}.{scope}" for scope in scopes))))


def expired(google: GoogleWorld) -> Got:
    google.account(ADA, DIARY)
    google.move_clock(3600)
    answer = google.get(LIST)
    return refusal(answer.status_code, answer.headers["content-type"], answer.content)


def shared_calendar(google: GoogleWorld) -> Got:
    google.account(BOB, DIARY)
    google.account(ADA, f"{DIARY}.events.owned")
    google.door("share", calendar=BOB, account=ADA, role="writer")
    return refused(diary(google).events().list(calendarId=BOB))


def not_shared(google: GoogleWorld) -> Got:
    google.account(BOB, DIARY)
    return refused(diary(google).calendars().get(calendarId=BOB))


def other_query(google: GoogleWorld) -> Got:
    for summary in ("one", "two"):
        put(google, summary=summary)
    events = diary(google).events()
    token = events.list(calendarId=PRIMARY, maxResults=1).execute()["nextPageToken"]
    return refused(events.list(calendarId=PRIMARY, maxResults=1, pageToken=token, singleEvents=True))


def instances(google: GoogleWorld) -> Got:
    return refused(diary(google).events().instances(calendarId=PRIMARY, eventId=put(google)["id"]))


# -- Sync tokens


def token_with(**query: Any) -> Case:
    def case(google: GoogleWorld) -> Got:
        service = diary(google)
        return refused(service.events().list(calendarId=PRIMARY, syncToken=sync_token(service), **query))

    return case


def token_of_other_calendar(google: GoogleWorld) -> Got:
    google.account(BOB, DIARY)
    token = sync_token(diary(google, BOB))
    return refused(diary(google).events().list(calendarId=PRIMARY, syncToken=token))


def token_expired(google: GoogleWorld) -> Got:
    service = diary(google)
    token = sync_token(service)
    google.door("expire-sync", account=ADA)
    return refused(service.events().list(calendarId=PRIMARY, syncToken=token))


def token_a_month_old(google: GoogleWorld) -> Got:
    token = sync_token(diary(google))
    google.move_clock(29 * DAY)
    google.accounts[ADA] = google.door("grant", account=ADA, scopes=[DIARY])
    return refused(diary(google).events().list(calendarId=PRIMARY, syncToken=token))


# -- Limits


def used_up(answer: str, **arguments: str) -> Case:
    return after("fill-calendar", answer=answer, until_mended=True, **arguments)


def usage(google: GoogleWorld) -> Got:
    google.account(ADA, DIARY)
    google.door("fill-calendar", account=ADA, answer="usage", until_mended=True)
    return refused(diary(google).events().insert(calendarId=PRIMARY, body={}))


def batch_of_51(google: GoogleWorld) -> Got:
    service = diary(google)
    group = service.new_batch_http_request()
    for _ in range(51):
        group.add(service.events().list(calendarId=PRIMARY))
    return refused(group)


def batch_part(request: Callable[[Any, dict[str, Any]], Any]) -> Case:
    """The second of two calls in a batch is refused, the first is not."""

    def case(google: GoogleWorld) -> Got:
        event, service = put(google), diary(google)
        told: list[Any] = []
        group = service.new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
        group.add(service.events().get(calendarId=PRIMARY, eventId=event["id"]))
        group.add(request(service.events(), event))
        group.execute()
        assert told[0]["id"] == event["id"]
        return refusal(int(told[1].resp.status), told[1].resp["content-type"], told[1].content)

    return case


# -- Channels


def watches(calendar: str = PRIMARY, **fields: Any) -> Case:
    """A channel with these fields in place of its own; `None` leaves one out."""
    body = {name: value for name, value in (channel() | fields).items() if value is not None}
    return asks(lambda service: service.events().watch(calendarId=calendar, body=body))


def unverified(google: GoogleWorld) -> Got:
    """Without the library: it takes any 401 for a token that has ended."""
    google.account(ADA, DIARY)
    google.door("unverified", host="syncapp.example.com")
    answer = google.request("POST", f"{LIST}/watch", json=channel())
    return refusal(answer.status_code, answer.headers["content-type"], answer.content)


def unwatchable(google: GoogleWorld) -> Got:
    google.door("unwatchable", calendar=ADA)
    return watches()(google)


def id_taken(google: GoogleWorld) -> Got:
    diary(google).events().watch(calendarId=PRIMARY, body=channel()).execute()
    return watches()(google)


CASES: dict[str, Case] = {
    "google.calendar-token-expired": expired,
    "google.calendar-scope-missing": with_scopes(
        lambda service: service.events().list(calendarId=PRIMARY), "calendarlist.readonly"
    ),
    "google.calendar-scope-read-only": with_scopes(
        lambda service: service.events().insert(calendarId=PRIMARY, body={}), "readonly"
    ),
    "google.calendar-scope-owned": shared_calendar,
    "google.calendar-api-off": after("no-calendar-api"),
    "google.calendar-off": after("calendar-off", account=ADA),
    "google.calendar-domain-policy": after("block-domain", account=ADA),
    "google.calendar-unknown-path": lambda google: page(google.get("/calendar/v3/butterflies")),
    "google.calendar-unknown": asks(lambda service: service.events().list(calendarId="nobody@example.com")),
    "google.calendar-not-shared": not_shared,
    "google.calendar-parameter-type": lists_raw(maxResults="many"),
    "google.calendar-parameter-range": lists(maxResults=0),
    "google.calendar-parameter-choice": lists_raw(orderBy="title"),
    "google.calendar-parameter-flag": lists_raw(singleEvents="yes"),
    "google.calendar-fields-unknown": lists(fields="items(hue)"),
    "google.calendar-page-token": lists(pageToken="1"),
    "google.calendar-page-token-of-other-query": other_query,
    "google.calendar-list-page-token": asks(lambda service: service.calendarList().list(pageToken="1")),
    "google.calendar-order-without-single": lists(orderBy="startTime"),
    "google.calendar-time-without-offset": lists(timeMin="2026-11-23T00:00:00"),
    "google.calendar-time-of-day-only": lists(timeMax="2026-11-23"),
    "google.calendar-window-empty": lists(timeMin="2026-11-23T00:00:00Z", timeMax="2026-11-23T00:00:00Z"),
    "google.calendar-answer-zone": lists(timeZone="Mars/Olympus"),
    "google.calendar-instances-of-single": instances,
    "google.calendar-sync-with-time-min": token_with(timeMin="2026-11-23T00:00:00Z"),
    "google.calendar-sync-with-time-max": token_with(timeMax="2026-11-23T00:00:00Z"),
    "google.calendar-sync-with-updated-min": token_with(updatedMin="2026-11-23T00:00:00Z"),
    "google.calendar-sync-with-order": token_with(orderBy="updated"),
    "google.calendar-sync-with-words": token_with(q="offer"),
    "google.calendar-sync-with-uid": token_with(iCalUID="a@b"),
    "google.calendar-sync-with-private-property": token_with(privateExtendedProperty="a=b"),
    "google.calendar-sync-with-shared-property": token_with(sharedExtendedProperty="a=b"),
    "google.calendar-sync-with-deleted-hidden": token_with(showDeleted=False),
    "google.calendar-sync-token": lists(syncToken="CPDAlvWDx70CEPDAlvWDx70CGAU="),
    "google.calendar-sync-token-of-other-calendar": token_of_other_calendar,
    "google.calendar-sync-other-expansion": token_with(singleEvents=True),
    "google.calendar-sync-expired": token_expired,
    "google.calendar-sync-a-month-old": token_a_month_old,
    "google.calendar-updated-min-too-old": lists(updatedMin="2025-11-23T00:00:00Z"),
    "google.calendar-quota-user": after("fill-calendar", account=ADA),
    "google.calendar-quota-project": after("fill-calendar"),
    "google.calendar-quota-rate": used_up("rate", account=ADA),
    "google.calendar-quota-user-rate": used_up("user-rate", account=ADA),
    "google.calendar-quota-429": used_up("too-many", account=ADA),
    "google.calendar-quota-usage": usage,
    "google.calendar-watch-http": watches(address="http://syncapp.example.com/push"),
    "google.calendar-watch-unverified": unverified,
    "google.calendar-watch-id-taken": id_taken,
    "google.calendar-watch-id-missing": watches(id=None),
    "google.calendar-watch-id-long": watches(id="x" * 65),
    "google.calendar-watch-type": watches(type="carrier_pigeon"),
    "google.calendar-watch-unwatchable": unwatchable,
    "google.calendar-watch-unknown": watches("nobody@example.com"),
    "google.channel-unknown": asks(lambda service: service.channels().stop(body={"id": "c1", "resourceId": "r1"})),
    "google.calendar-batch-51": batch_of_51,
    "google.calendar-batch-part-gone": batch_part(lambda events, _: events.get(calendarId=PRIMARY, eventId="nobody")),
    "google.calendar-batch-part-stale": batch_part(
        lambda events, event: with_etag(events.delete(calendarId=PRIMARY, eventId=event["id"]), '"1"')
    ),
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


def test_a_parameter_that_calendar_does_not_know_is_passed_over(google: GoogleWorld) -> None:
    google.account(ADA, DIARY)
    assert google.get(LIST, colour="red").status_code == 200


def test_reading_goes_on_while_writing_is_over_the_usage_limit(google: GoogleWorld) -> None:
    assert usage(google).code == "quotaExceeded"
    assert diary(google).events().list(calendarId=PRIMARY).execute()["items"] == []


def test_a_refused_scope_names_the_method_as_calendar_does(google: GoogleWorld) -> None:
    google.account(ADA, f"{DIARY}.calendarlist.readonly")
    detail = google.get(LIST).json()["error"]["details"][0]
    assert detail["metadata"] == {"service": "calendar-json.googleapis.com", "method": "calendar.v3.Events.List"}


def test_gmail_goes_on_where_the_calendar_api_is_off(google: GoogleWorld) -> None:
    google.account()
    google.door("no-calendar-api")
    assert google.gmail().getProfile(userId="me").execute()["emailAddress"] == ADA


def test_an_etag_that_holds_is_no_obstacle(google: GoogleWorld) -> None:
    event = put(google)
    patch = diary(google).events().patch(calendarId=PRIMARY, eventId=event["id"], body={"summary": "Newer"})
    assert with_etag(patch, event["etag"]).execute()["summary"] == "Newer"
