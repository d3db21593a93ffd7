"""Whoever watches a mailbox or a calendar is told of changes, in the form in which Google tells."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.contract.simulators.calendar_world import DAY, DIARY, PRIMARY, channel, diary, put
from tests.contract.simulators.google_world import ADA, BOB, ME, GoogleWorld, running
from tests.contract.simulators.listener import Heard, Listener, listening

TOPIC = "projects/p/topics/mail"
ENDPOINT = "https://syncapp.example.com/push/mail/"
ROBOT = "pusher@p.iam.gserviceaccount.com"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, "https://mail.google.com/", DIARY)
        world.door("topic", topic=TOPIC, endpoint=ENDPOINT, service_account=ROBOT)
        yield world


@pytest.fixture
def listener(google: GoogleWorld) -> Iterator[Listener]:
    with listening() as made:
        google.door("push", origin=made.url)
        yield made


def watch_mail(google: GoogleWorld, **more: Any) -> None:
    google.gmail().watch(userId=ME, body={"topicName": TOPIC, **more}).execute()


def watch_calendar(google: GoogleWorld, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = diary(google).events().watch(calendarId=PRIMARY, body=channel(**fields)).execute()
    return answer


def quiet(google: GoogleWorld, listener: Listener) -> int:
    """How much was heard once nothing is on its way any more."""
    end = time.monotonic() + 5
    while google.simulator._postman._busy:
        assert time.monotonic() < end
        time.sleep(0.01)
    return len(listener.heard)


def data(heard: Heard) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64.b64decode(json.loads(heard.body)["message"]["data"]))
    return told


# -- Mail


def test_a_watch_of_a_mailbox_is_told_of_at_once_and_with_each_message(google: GoogleWorld, listener: Listener) -> None:
    watch_mail(google)
    google.deliver()
    _, second = listener.wait_for(2)
    standing = google.gmail().getProfile(userId=ME).execute()["historyId"]
    assert data(second) == {"emailAddress": ADA, "historyId": int(standing)}
    assert (second.path, second.headers["host"]) == ("/push/mail/", "syncapp.example.com")


def test_what_pubsub_sends_has_its_form(google: GoogleWorld, listener: Listener) -> None:
    watch_mail(google)
    body = json.loads(listener.wait_for(1)[0].body)
    assert body["subscription"] == "projects/p/subscriptions/mail"
    assert set(body["message"]) == {"data", "messageId", "message_id", "publishTime", "publish_time"}


def test_it_is_signed_by_a_key_that_google_publishes(google: GoogleWorld, listener: Listener) -> None:
    watch_mail(google)
    token = listener.wait_for(1)[0].headers["authorization"].removeprefix("Bearer ")
    answer = google.session.get(f"{google.url}/oauth2/v3/certs")
    keys = jwt.PyJWKSet.from_dict(answer.json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=ENDPOINT)
    assert (claims["email"], claims["email_verified"], claims["iss"]) == (ROBOT, True, "https://accounts.google.com")
    assert "max-age" in answer.headers["cache-control"]


@pytest.mark.parametrize(("behaviour", "heard"), [("include", 2), ("exclude", 1)])
def test_labels_narrow_down_what_is_told(google: GoogleWorld, listener: Listener, behaviour: str, heard: int) -> None:
    watch_mail(google, labelIds=["INBOX"], labelFilterBehavior=behaviour)
    google.deliver()
    assert quiet(google, listener) == heard


def test_after_a_stop_nothing_is_told(google: GoogleWorld, listener: Listener) -> None:
    watch_mail(google)
    google.gmail().stop(userId=ME).execute()
    google.deliver()
    assert quiet(google, listener) == 1


# -- Calendars


def test_a_channel_says_that_it_is_open_and_then_that_something_changed(
    google: GoogleWorld, listener: Listener
) -> None:
    opened = watch_calendar(google)
    put(google)
    first, second = (each.headers for each in listener.wait_for(2))
    assert (first["x-goog-resource-state"], first["x-goog-message-number"]) == ("sync", "1")
    assert second["x-goog-resource-state"] == "exists"
    assert int(second["x-goog-message-number"]) > 1
    assert (second["x-goog-channel-id"], second["x-goog-channel-token"]) == ("channel-1", "secret")
    assert second["x-goog-resource-id"] == opened["resourceId"]
    assert second["x-goog-channel-expiration"].endswith("GMT")
    assert [each.body for each in listener.heard] == [b"", b""]


def test_a_channel_ends_when_it_was_to_end(google: GoogleWorld, listener: Listener) -> None:
    ends = google.simulator.timeline.time() + DAY
    assert watch_calendar(google, expiration=str(int(ends * 1000)))["expiration"] == str(int(ends * 1000))
    google.move_clock(DAY)
    google.door(
        "event", account=ADA, event={"summary": "x", "start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
    )
    assert quiet(google, listener) == 1


def test_a_stopped_channel_is_silent(google: GoogleWorld, listener: Listener) -> None:
    opened = watch_calendar(google)
    diary(google).channels().stop(body={"id": opened["id"], "resourceId": opened["resourceId"]}).execute()
    put(google)
    assert quiet(google, listener) == 1


def test_nobody_hears_of_anothers_calendar(google: GoogleWorld, listener: Listener) -> None:
    watch_calendar(google)
    google.account(BOB, DIARY)
    put(google, BOB)
    assert quiet(google, listener) == 1


# -- How it arrives


def test_nothing_is_sent_before_somebody_says_where_to(google: GoogleWorld) -> None:
    watch_mail(google)
    google.deliver()
    assert google.door("pushed") == {"sent": [], "waiting": [], "channels": [], "mailboxes": [ADA]}


def test_it_arrives_late_and_twice_and_backwards_to_order(google: GoogleWorld, listener: Listener) -> None:
    google.door("push", origin=listener.url, held=True, copies=2)
    watch_calendar(google)
    put(google)
    assert quiet(google, listener) == 0
    google.door("push", origin=listener.url, backwards=True)
    states = [each.headers["x-goog-resource-state"] for each in listener.wait_for(4)]
    assert states == ["exists", "exists", "sync", "sync"]


def test_it_is_lost_to_order(google: GoogleWorld, listener: Listener) -> None:
    google.door("push", origin=listener.url, copies=0)
    watch_mail(google)
    assert quiet(google, listener) == 0


@pytest.mark.parametrize("status", [204, 403, 500])
def test_what_came_of_it_is_told_at_the_door(google: GoogleWorld, listener: Listener, status: int) -> None:
    listener.status = status
    watch_calendar(google)
    listener.wait_for(1)
    quiet(google, listener)
    assert [each["status"] for each in google.door("pushed")["sent"]] == [status]


def test_whoever_is_not_there_is_passed_over(google: GoogleWorld) -> None:
    with listening() as gone:
        pass
    google.door("push", origin=gone.url)
    watch_calendar(google)
    quiet(google, gone)
    assert [each["status"] for each in google.door("pushed")["sent"]] == [0]


def test_it_never_leaves_this_machine(google: GoogleWorld) -> None:
    headers = {"X-Simulator-Token": google.simulator.door_token}
    for origin in ("http://192.0.2.1", "https://127.0.0.1", "http://example.com"):
        answer = google.session.post(f"{google.url}/_simulator/push", json={"origin": origin}, headers=headers)
        assert answer.status_code == 400


def test_watches_are_kept_with_the_world(google: GoogleWorld, listener: Listener) -> None:
    watch_mail(google)
    listener.wait_for(1)
    google.restart()
    google.deliver()
    assert data(listener.wait_for(2)[1])["emailAddress"] == ADA
