"""What the methods of the Gmail API refuse, asked for with Google's own client library."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import (
    ADA,
    BOB,
    ME,
    SCOPE,
    Case,
    GoogleWorld,
    Got,
    about,
    asks,
    attached,
    letter,
    proves,
    refused,
    running,
)

DAY = 86_400


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


# -- Lists and history


def other_page(google: GoogleWorld, **query: Any) -> Got:
    """A token that was given out for unread messages of the first account, used elsewhere."""
    for number in range(2):
        google.deliver(letter(f"{number}"), ADA, BOB)
    first = google.gmail().messages().list(userId=ME, maxResults=1, labelIds=["UNREAD"]).execute()
    who = query.pop("who", ADA)
    query = {"labelIds": ["UNREAD"]} | query
    request = google.gmail(who).messages().list(userId=ME, maxResults=1, pageToken=first["nextPageToken"], **query)
    return refused(request)


def too_old(google: GoogleWorld) -> Got:
    google.deliver()
    start = google.gmail().getProfile(userId=ME).execute()["historyId"]
    google.door("expire-history", account=ADA)
    return refused(google.gmail().history().list(userId=ME, startHistoryId=start))


def a_week_old(google: GoogleWorld) -> Got:
    google.deliver()
    start = google.gmail().getProfile(userId=ME).execute()["historyId"]
    google.deliver(letter("Forgotten by then"))
    google.move_clock(7 * DAY + 60)
    token = google.door("grant", account=ADA)["access_token"]
    return refused(google.gmail(token=token).history().list(userId=ME, startHistoryId=start))


def not_reached(google: GoogleWorld) -> Got:
    google.deliver()
    reached = int(google.gmail().getProfile(userId=ME).execute()["historyId"])
    return refused(google.gmail().history().list(userId=ME, startHistoryId=str(reached + 1)))


def history_of_label(google: GoogleWorld) -> Got:
    google.deliver()
    start = google.gmail().getProfile(userId=ME).execute()["historyId"]
    return refused(google.gmail().history().list(userId=ME, startHistoryId=start, labelId="Label_404"))


# -- Messages


def gone(google: GoogleWorld) -> Got:
    message_id = google.deliver()
    google.door("delete-message", account=ADA, id=message_id)
    return refused(google.gmail().messages().get(userId=ME, id=message_id))


def elsewhere(google: GoogleWorld) -> Got:
    google.account(BOB)
    return refused(google.gmail(BOB).messages().get(userId=ME, id=google.deliver()))


def foreign_attachment(google: GoogleWorld) -> Got:
    messages = google.gmail().messages()
    shown = messages.get(userId=ME, id=google.deliver(attached()), format="full").execute()
    attachment = shown["payload"]["parts"][1]["body"]["attachmentId"]
    return refused(messages.attachments().get(userId=ME, messageId=google.deliver(attached()), id=attachment))


def insert(**body: Any) -> Case:
    given = {"raw": base64.urlsafe_b64encode(letter()).decode()} | body
    return asks(lambda users: users.messages().insert(userId=ME, body=given))


def modify(add: list[str], remove: list[str]) -> Case:
    body = {"addLabelIds": add, "removeLabelIds": remove}
    return about(lambda users, message: users.messages().modify(userId=ME, id=message, body=body))


def label(**body: Any) -> Case:
    return asks(lambda users: users.labels().create(userId=ME, body=body))


def full_of_labels(google: GoogleWorld) -> Got:
    google.account()
    box = google.simulator.world.account(ADA).mailbox
    for number in range(10_000):
        box.add_label(f"Label {number}")
    return refused(google.gmail().labels().create(userId=ME, body={"name": "One more"}))


def duplicate(google: GoogleWorld) -> Got:
    google.account()
    google.door("label", account=ADA, name="Amazon")
    return refused(google.gmail().labels().create(userId=ME, body={"name": "amazon"}))


TOPIC = "projects/p/topics/mail"


def topic_closed(google: GoogleWorld) -> Got:
    google.account()
    google.door("topic", topic=TOPIC, publisher="no")
    return refused(google.gmail().watch(userId=ME, body={"topicName": TOPIC}))


def other_topic(google: GoogleWorld) -> Got:
    google.account()
    for name in (TOPIC, f"{TOPIC}-2"):
        google.door("topic", topic=name)
    google.gmail().watch(userId=ME, body={"topicName": TOPIC}).execute()
    return refused(google.gmail().watch(userId=ME, body={"topicName": f"{TOPIC}-2"}))


CASES: dict[str, Case] = {
    "google.page-token": asks(lambda users: users.messages().list(userId=ME, pageToken="1")),
    "google.page-token-of-other-query": lambda google: other_page(google, q="from:carol"),
    "google.page-token-of-other-account": lambda google: other_page(google, who=BOB),
    "google.message-id": asks(lambda users: users.messages().get(userId=ME, id="#msg-a:r-118")),
    "google.message-gone": gone,
    "google.message-of-other-account": elsewhere,
    "google.thread-unknown": asks(lambda users: users.threads().get(userId=ME, id="1")),
    "google.attachment-token": foreign_attachment,
    "google.metadata-scope-query": asks(lambda u: u.messages().list(userId=ME, q="x"), f"{SCOPE}metadata"),
    "google.metadata-scope-full": about(lambda u, m: u.messages().get(userId=ME, id=m), f"{SCOPE}metadata"),
    "google.list-unknown-label": asks(lambda users: users.messages().list(userId=ME, labelIds=["Label_404"])),
    "google.history-start-missing": asks(lambda users: users.history().list(userId=ME)),
    "google.history-start-invalid": asks(lambda users: users.history().list(userId=ME, startHistoryId="garbage")),
    "google.history-too-old": too_old,
    "google.history-a-week-old": a_week_old,
    "google.history-not-reached": not_reached,
    "google.history-unknown-label": history_of_label,
    "google.insert-without-raw": insert(raw=""),
    "google.insert-raw": insert(raw="no base64 (!)"),
    "google.insert-thread": insert(threadId="1"),
    "google.insert-chat-label": insert(labelIds=["CHAT"]),
    "google.watch-topic": asks(lambda users: users.watch(userId=ME, body={"topicName": "topic"})),
    "google.watch-topic-missing": asks(lambda users: users.watch(userId=ME, body={})),
    "google.watch-topic-unknown": asks(lambda users: users.watch(userId=ME, body={"topicName": TOPIC})),
    "google.watch-topic-closed": topic_closed,
    "google.watch-other-topic": other_topic,
    "google.label-duplicate": duplicate,
    "google.label-reserved": label(name="Muted"),
    "google.label-without-name": label(color={"backgroundColor": "#000000", "textColor": "#ffffff"}),
    "google.label-control-character": label(name="Unread\r"),
    "google.label-10001": full_of_labels,
    "google.label-colour": label(name="A", color={"backgroundColor": "#41236D", "textColor": "#ffffff"}),
    "google.label-half-a-colour": label(name="A", color={"backgroundColor": "#000000"}),
    "google.label-unknown": asks(lambda users: users.labels().get(userId=ME, id="Label_404")),
    "google.label-system-delete": asks(lambda users: users.labels().delete(userId=ME, id="INBOX")),
    "google.label-system-change": asks(lambda u: u.labels().patch(userId=ME, id="INBOX", body={"name": "Post"})),
    "google.modify-nothing": modify([], []),
    "google.modify-sent": modify(["STARRED"], ["SENT"]),
    "google.modify-unknown-label": modify(["Label_404"], []),
    "google.modify-both": modify(["STARRED"], ["STARRED"]),
    "google.modify-101-labels": modify([f"Label_{n}" for n in range(101)], []),
    "google.batch-modify-1001": asks(
        lambda users: users.messages().batchModify(userId=ME, body={"ids": ["1"] * 1001, "addLabelIds": ["STARRED"]})
    ),
    "google.batch-modify-nobody": asks(
        lambda users: users.messages().batchModify(userId=ME, body={"addLabelIds": ["STARRED"]})
    ),
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


@pytest.mark.parametrize("attachment", ["ANGjdJ", "ANGjdJ!!", "ANGjdJeDp5"])
def test_an_attachment_id_of_nobody_is_refused(google: GoogleWorld, attachment: str) -> None:
    message_id = google.deliver(attached())
    request = google.gmail().messages().attachments().get(userId=ME, messageId=message_id, id=attachment)
    proves("google.attachment-token", refused(request))
