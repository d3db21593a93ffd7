"""Listings, history and limits: what paging, filters and the virtual clock do to them."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, BOB, ME, SCOPE, GoogleWorld, attached, letter, running

HOUR = 3600


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def start_of(google: GoogleWorld) -> str:
    return str(google.gmail().getProfile(userId=ME).execute()["historyId"])


def kinds(answer: dict[str, Any]) -> list[str]:
    return [next(k for k in record if k not in ("id", "messages")) for record in answer.get("history", [])]


# -- Listings


def test_a_page_holds_100_unless_asked_and_never_more_than_500(google: GoogleWorld) -> None:
    google.account()
    box = google.simulator.world.account(ADA).mailbox
    for number in range(510):
        box.add(letter(f"{number}"))
    messages = google.gmail().messages()
    assert len(messages.list(userId=ME).execute()["messages"]) == 100
    assert len(messages.list(userId=ME, maxResults=1000).execute()["messages"]) == 500


def test_what_arrives_while_paging_shifts_nothing(google: GoogleWorld) -> None:
    old = [google.deliver(letter(f"{n}"), internal_date=1_000 * n) for n in range(4)]
    messages = google.gmail().messages()
    first = messages.list(userId=ME, maxResults=2).execute()
    google.deliver(letter("New"))
    google.door("delete-message", account=ADA, id=first["messages"][0]["id"])
    second = messages.list(userId=ME, maxResults=2, pageToken=first["nextPageToken"]).execute()
    assert [m["id"] for m in second["messages"]] == [old[1], old[0]]
    assert "nextPageToken" not in second


def test_a_page_token_does_not_mind_how_the_answer_is_shown(google: GoogleWorld) -> None:
    for number in range(2):
        google.deliver(letter(f"{number}"))
    messages = google.gmail().messages()
    token = messages.list(userId=ME, maxResults=1).execute()["nextPageToken"]
    shown = messages.list(userId=ME, pageToken=token, fields="messages(id)", prettyPrint=False).execute()
    assert len(shown["messages"]) == 1


def test_the_size_of_a_listing_is_a_guess_while_there_is_more(google: GoogleWorld) -> None:
    for number in range(3):
        google.deliver(letter(f"{number}"))
    messages = google.gmail().messages()
    assert messages.list(userId=ME).execute()["resultSizeEstimate"] == 3
    assert messages.list(userId=ME, maxResults=1).execute()["resultSizeEstimate"] == 201


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "subject:offer"}, ["offer"]),
        ({"q": "has:attachment"}, ["offer"]),
        ({"q": "rfc822msgid:plain@customer.example"}, ["plain"]),
        ({"q": "-in:sent"}, ["offer", "plain"]),
        ({"q": "in:spam"}, ["spam"]),
        ({"labelIds": ["SENT"]}, ["sent"]),
        ({"labelIds": ["SPAM"]}, ["spam"]),
        ({"labelIds": ["INBOX", "UNREAD"]}, ["offer", "plain"]),
        ({"includeSpamTrash": True}, ["spam", "sent", "offer", "plain"]),
        ({}, ["sent", "offer", "plain"]),
    ],
    ids=str,
)
def test_a_listing_is_narrowed_by(google: GoogleWorld, query: dict[str, Any], found: list[str]) -> None:
    ids = {
        google.deliver(letter("Plain", message_id="plain@customer.example"), internal_date=1_000): "plain",
        google.deliver(attached(), internal_date=2_000): "offer",
        google.deliver(letter("Sent"), labels=["SENT"], internal_date=3_000): "sent",
        google.deliver(letter("Spam"), labels=["SPAM"], internal_date=4_000): "spam",
    }
    answer = google.gmail().messages().list(userId=ME, **query).execute()
    assert [ids[m["id"]] for m in answer["messages"]] == found


def test_all_pages_of_threads_hold_every_thread_once_newest_first(google: GoogleWorld) -> None:
    ids = [google.deliver(letter(f"{n}"), internal_date=1_000 * n) for n in range(5)]
    threads = google.gmail().threads()
    request, seen = threads.list(userId=ME, maxResults=2), []
    while request is not None:
        answer = request.execute()
        seen += [thread["id"] for thread in answer["threads"]]
        request = threads.list_next(request, answer)
    assert seen == ids[::-1]


# -- History


def test_without_changes_there_is_a_history_id_and_nothing_else(google: GoogleWorld) -> None:
    google.deliver()
    start = start_of(google)
    assert google.gmail().history().list(userId=ME, startHistoryId=start).execute() == {"historyId": start}


def test_history_ids_grow_with_gaps(google: GoogleWorld) -> None:
    google.deliver()
    start = start_of(google)
    for number in range(30):
        google.deliver(letter(f"{number}"))
    answer = google.gmail().history().list(userId=ME, startHistoryId=start).execute()
    ids = [int(start), *(int(record["id"]) for record in answer["history"])]
    steps = {after - before for before, after in pairwise(ids)}
    assert min(steps) > 0
    assert len(steps) > 5


def test_history_comes_in_pages_and_every_page_says_where_the_mailbox_stands_now(google: GoogleWorld) -> None:
    google.deliver()
    start = start_of(google)
    delivered = [google.deliver(letter(f"{n}")) for n in range(5)]
    history = google.gmail().history()
    request, seen, said = history.list(userId=ME, startHistoryId=start, maxResults=2), [], set()
    while request is not None:
        answer = request.execute()
        seen += [record["messagesAdded"][0]["message"]["id"] for record in answer["history"]]
        said.add(answer["historyId"])
        request = history.list_next(request, answer)
    assert seen == delivered
    assert said == {start_of(google)}


def test_a_cursor_continues_exactly_after_the_record_it_names(google: GoogleWorld) -> None:
    google.deliver()
    start = start_of(google)
    delivered = [google.deliver(letter(f"{n}")) for n in range(3)]
    history = google.gmail().history()
    middle = history.list(userId=ME, startHistoryId=start).execute()["history"][1]["id"]
    rest = history.list(userId=ME, startHistoryId=middle).execute()["history"]
    assert [r["messagesAdded"][0]["message"]["id"] for r in rest] == delivered[2:]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["messageAdded"], ["messagesAdded"]),
        (["labelAdded", "labelRemoved"], ["labelsRemoved", "labelsAdded"]),
        (["messageDeleted"], ["messagesDeleted"]),
        ([], ["messagesAdded", "labelsRemoved", "labelsAdded", "messagesDeleted"]),
    ],
)
def test_history_is_narrowed_by_type(google: GoogleWorld, wanted: list[str], found: list[str]) -> None:
    google.account()
    start = start_of(google)
    message_id = google.deliver()
    google.door("relabel", account=ADA, id=message_id, add=["STARRED"], remove=["UNREAD"])
    google.door("delete-message", account=ADA, id=message_id)
    answer = google.gmail().history().list(userId=ME, startHistoryId=start, historyTypes=wanted).execute()
    assert kinds(answer) == found


def test_history_is_narrowed_by_label(google: GoogleWorld) -> None:
    google.account()
    start = start_of(google)
    google.deliver(letter("In the inbox"))
    sent = google.deliver(letter("Sent"), labels=["SENT"])
    answer = google.gmail().history().list(userId=ME, startHistoryId=start, labelId="SENT").execute()
    assert [record["messages"][0]["id"] for record in answer["history"]] == [sent]


def test_a_change_that_changes_nothing_leaves_no_trace(google: GoogleWorld) -> None:
    message_id = google.deliver()
    start = start_of(google)
    body = {"addLabelIds": ["INBOX"], "removeLabelIds": ["STARRED"]}
    google.gmail().messages().modify(userId=ME, id=message_id, body=body).execute()
    assert start_of(google) == start


def test_history_within_a_week_is_kept(google: GoogleWorld) -> None:
    google.deliver()
    start = start_of(google)
    google.deliver(letter("Six days old by then"))
    google.move_clock(6 * 24 * HOUR)
    token = google.door("grant", account=ADA)["access_token"]
    answer = google.gmail(token=token).history().list(userId=ME, startHistoryId=start).execute()
    assert kinds(answer) == ["messagesAdded"]


def test_a_quiet_mailbox_keeps_its_cursor(google: GoogleWorld) -> None:
    google.deliver()
    start = start_of(google)
    google.move_clock(30 * 24 * HOUR)
    token = google.door("grant", account=ADA)["access_token"]
    answer = google.gmail(token=token).history().list(userId=ME, startHistoryId=start).execute()
    assert answer == {"historyId": start}


def test_after_expired_history_a_new_cursor_works(google: GoogleWorld) -> None:
    google.deliver()
    google.door("expire-history", account=ADA)
    start = start_of(google)
    google.deliver(letter("New"))
    answer = google.gmail().history().list(userId=ME, startHistoryId=start).execute()
    assert kinds(answer) == ["messagesAdded"]


def test_a_message_says_which_record_touched_it_last(google: GoogleWorld) -> None:
    message_id = google.deliver()
    messages = google.gmail().messages()
    messages.modify(userId=ME, id=message_id, body={"addLabelIds": ["STARRED"]}).execute()
    google.deliver(letter("Another"))
    assert int(messages.get(userId=ME, id=message_id).execute()["historyId"]) < int(start_of(google))


# -- Limits


def test_a_project_of_today_reads_300_messages_a_minute(google: GoogleWorld) -> None:
    message_id = google.deliver()
    google.simulator.world.quota.add(ADA, 6_000 - 20)
    messages = google.gmail().messages()
    messages.get(userId=ME, id=message_id).execute()
    assert google.simulator.world.quota.spent(ADA) == 6_000
    assert google.get("/gmail/v1/users/me/labels").status_code == 403


def test_an_old_project_pays_less_and_may_spend_more(google: GoogleWorld) -> None:
    message_id = google.deliver()
    google.door("quota-age", age="old")
    google.gmail().messages().get(userId=ME, id=message_id).execute()
    assert google.simulator.world.quota.spent(ADA) == 5
    assert google.door("fill-quota", account=ADA) == {"spent": 15_000}


def test_the_minute_slides_on_the_virtual_clock(google: GoogleWorld) -> None:
    google.account()
    google.door("fill-quota", account=ADA)
    assert google.get("/gmail/v1/users/me/profile").status_code == 403
    google.move_clock(61)
    assert google.get("/gmail/v1/users/me/profile").status_code == 200


def test_an_answer_is_dated_by_the_virtual_clock(google: GoogleWorld) -> None:
    """By which all times in it are: a client that compares the two must not be led astray."""
    google.account()
    google.move_clock(40 * 24 * HOUR)
    said = parsedate_to_datetime(google.get("/gmail/v1/users/me/profile").headers["date"])
    assert abs(said.timestamp() - google.simulator.timeline.time()) < 60


def test_one_users_quota_is_not_anothers(google: GoogleWorld) -> None:
    google.account()
    google.account(BOB)
    google.door("fill-quota", account=ADA)
    assert google.get("/gmail/v1/users/me/profile", token=google.account(BOB)["access_token"]).status_code == 200


def test_used_up_until_mended_outlives_the_minute(google: GoogleWorld) -> None:
    google.account()
    google.door("fill-quota", account=ADA, until_mended=True, answer="retry-after")
    google.move_clock(600)
    assert google.get("/gmail/v1/users/me/profile").status_code == 429
    google.door("free-quota", account=ADA)
    assert google.get("/gmail/v1/users/me/profile").status_code == 200


def test_deliveries_through_the_door_cost_nothing(google: GoogleWorld) -> None:
    google.account()
    google.door("fill-quota", account=ADA)
    before = google.simulator.world.quota.spent(ADA)
    google.deliver()
    assert google.simulator.world.quota.spent(ADA) == before


def test_calls_at_the_same_time_may_be_unlimited_or_few(google: GoogleWorld) -> None:
    google.account(ADA, f"{SCOPE}readonly")
    statuses = {}
    for limit in (0, 2):
        google.door("concurrency", limit=limit)
        statuses[limit] = batch_statuses(google, 60)
    assert statuses[0] == [200] * 60
    assert statuses[2] == [200] * 2 + [429] * 58


def test_a_batch_may_hold_a_hundred_calls(google: GoogleWorld) -> None:
    google.door("concurrency", limit=0)
    assert batch_statuses(google, 100) == [200] * 100


def batch_statuses(google: GoogleWorld, count: int) -> list[int]:
    part = "--b\r\nContent-Type: application/http\r\n\r\nGET /gmail/v1/users/me/profile HTTP/1.1\r\n\r\n\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer = google.request("POST", "/batch", data=(part * count + "--b--").encode(), headers=headers)
    return [int(text[:3]) for text in answer.text.split("HTTP/1.1 ")[1:]]
