"""Google's client library gets along with the simulator as its documentation says it does with Google."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2 import service_account
from googleapiclient.http import MediaInMemoryUpload

from tests.contract.simulators.google_world import (
    ADA,
    BOB,
    SCOPE,
    GoogleWorld,
    NewCredentials,
    attached,
    letter,
    running,
)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def test_all_pages_of_a_listing_hold_every_message_once_newest_first(google: GoogleWorld) -> None:
    delivered = [google.deliver(letter(f"Number {n}"), internal_date=1_000 * n) for n in range(25)]
    messages = google.gmail().messages()
    request, seen = messages.list(userId="me", maxResults=10), []
    while request is not None:
        answer = request.execute()
        seen += [message["id"] for message in answer["messages"]]
        request = messages.list_next(request, answer)
    assert seen == delivered[::-1]


def test_raw_is_the_untouched_bytes(google: GoogleWorld) -> None:
    raw = b"From: a@b.example\nX-Odd:\tkept\nSubject: =?utf-8?q?caf=C3=A9?=\n\nbare line feeds\n\xff\xfe\n"
    message = google.gmail().messages().get(userId="me", id=google.deliver(raw), format="raw").execute()
    assert base64.urlsafe_b64decode(message["raw"]) == raw
    assert "payload" not in message


def test_full_holds_text_in_place_and_attachments_by_id(google: GoogleWorld) -> None:
    messages = google.gmail().messages()
    message = messages.get(userId="me", id=google.deliver(attached(content=b"\x00\x01\xfe")), format="full").execute()
    text, file = message["payload"]["parts"]
    assert base64.urlsafe_b64decode(text["body"]["data"]) == b"Please find it attached."
    assert (file["filename"], file["partId"], file["body"]["size"]) == ("offer.pdf", "1", 3)
    found = messages.attachments().get(userId="me", messageId=message["id"], id=file["body"]["attachmentId"]).execute()
    assert base64.urlsafe_b64decode(found["data"]) == b"\x00\x01\xfe"


def test_metadata_holds_the_wanted_headers_decoded_and_no_body(google: GoogleWorld) -> None:
    message_id = google.deliver(letter("=?utf-8?b?R3LDvMOfZQ==?="))
    message = (
        google.gmail()
        .messages()
        .get(userId="me", id=message_id, format="metadata", metadataHeaders=["subject", "To"])
        .execute()
    )
    assert message["payload"] == {
        "mimeType": "text/plain",
        "headers": [{"name": "To", "value": ADA}, {"name": "Subject", "value": "Grüße"}],
    }


def test_minimal_holds_ids_labels_and_dates(google: GoogleWorld) -> None:
    message_id = google.deliver(letter(), internal_date=1_700_000_000_123)
    message = google.gmail().messages().get(userId="me", id=message_id, format="minimal").execute()
    assert message == {
        "id": message_id,
        "threadId": message_id,
        "labelIds": ["INBOX", "UNREAD"],
        "snippet": "Dear Ada, how are you?",
        "historyId": message["historyId"],
        "internalDate": "1700000000123",
        "sizeEstimate": len(letter()),
    }


def test_history_tells_what_happened_since_the_profile_was_read(google: GoogleWorld) -> None:
    first = google.deliver()
    users = google.gmail()
    start = users.getProfile(userId="me").execute()["historyId"]
    second = google.deliver(letter("Second"))
    users.messages().modify(userId="me", id=first, body={"removeLabelIds": ["UNREAD"]}).execute()
    users.messages().modify(userId="me", id=first, body={"addLabelIds": ["STARRED"]}).execute()
    google.door("delete-message", account=ADA, id=second)
    answer = users.history().list(userId="me", startHistoryId=start).execute()
    assert [{k: v for k, v in record.items() if k != "id"} for record in answer["history"]] == [
        _line("messagesAdded", second, ["INBOX", "UNREAD"]),
        _line("labelsRemoved", first, ["INBOX"], ["UNREAD"]),
        _line("labelsAdded", first, ["INBOX", "STARRED"], ["STARRED"]),
        _line("messagesDeleted", second, ["INBOX", "UNREAD"]),
    ]
    assert answer["historyId"] == users.getProfile(userId="me").execute()["historyId"]


def _line(kind: str, message: str, labels: list[str], changed: list[str] | None = None) -> dict[str, Any]:
    plain = {"id": message, "threadId": message}
    entry: dict[str, Any] = {"message": {**plain, "labelIds": labels}} | ({"labelIds": changed} if changed else {})
    return {"messages": [plain], kind: [entry]}


def test_batch_calls_back_with_every_answer_and_every_refusal(google: GoogleWorld) -> None:
    ids = [google.deliver(letter(f"Grüße {n}")) for n in range(3)]
    google.door("delete-message", account=ADA, id=ids[1])
    answers: dict[str, Any] = {}
    errors: dict[str, Any] = {}

    def note(request_id: str, answer: Any, exception: Any) -> None:
        (errors if exception else answers)[request_id] = exception or answer

    service = google.service()
    batch = service.new_batch_http_request(callback=note)
    for message_id in ids:
        batch.add(service.users().messages().get(userId="me", id=message_id, format="metadata"), request_id=message_id)
    batch.execute()
    assert [answers[i]["payload"]["headers"][2]["value"] for i in (ids[0], ids[2])] == ["Grüße 0", "Grüße 2"]
    assert {i: e.resp.status for i, e in errors.items()} == {ids[1]: 404}


def test_a_batch_may_change_things_and_hold_answers_without_content(google: GoogleWorld) -> None:
    message_id = google.deliver()
    service = google.service()
    batch = service.new_batch_http_request()
    body = {"ids": [message_id], "addLabelIds": ["STARRED"]}
    batch.add(service.users().messages().batchModify(userId="me", body=body))
    batch.add(service.users().labels().create(userId="me", body={"name": "Grün"}))
    batch.execute()
    labels = service.users().messages().get(userId="me", id=message_id).execute()["labelIds"]
    assert labels == ["INBOX", "UNREAD", "STARRED"]
    assert "Grün" in [label["name"] for label in service.users().labels().list(userId="me").execute()["labels"]]


def test_a_label_of_ours_is_made_coloured_applied_and_found(google: GoogleWorld) -> None:
    message_id = google.deliver()
    users = google.gmail()
    color = {"backgroundColor": "#fb4c2f", "textColor": "#ffffff"}
    label = users.labels().create(userId="me", body={"name": "Salesforce Emails/Sync Error", "color": color}).execute()
    users.messages().modify(userId="me", id=message_id, body={"addLabelIds": [label["id"]]}).execute()
    found = users.labels().get(userId="me", id=label["id"]).execute()
    assert label == {
        "id": label["id"],
        "name": "Salesforce Emails/Sync Error",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "color": color,
    }
    assert (found["type"], found["messagesTotal"], found["threadsUnread"]) == ("user", 1, 1)
    listed = users.messages().list(userId="me", labelIds=[label["id"], "INBOX"]).execute()
    assert [m["id"] for m in listed["messages"]] == [message_id]


def test_patch_changes_what_it_names_and_update_replaces_the_rest(google: GoogleWorld) -> None:
    google.account()
    labels = google.gmail().labels()
    color = {"backgroundColor": "#000000", "textColor": "#ffffff"}
    hidden = {"name": "A", "labelListVisibility": "labelHide", "color": color}
    label_id = labels.create(userId="me", body=hidden).execute()["id"]
    patched = labels.patch(userId="me", id=label_id, body={"name": "B"}).execute()
    assert (patched["name"], patched["labelListVisibility"], patched["color"]) == ("B", "labelHide", color)
    updated = labels.update(userId="me", id=label_id, body={"name": "C"}).execute()
    assert updated == {
        "id": label_id,
        "name": "C",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
    }


def test_a_label_may_keep_its_name_or_change_its_letters(google: GoogleWorld) -> None:
    google.account()
    label_id = google.door("label", account=ADA, name="Amazon")["id"]
    labels = google.gmail().labels()
    assert labels.update(userId="me", id=label_id, body={"name": "Amazon"}).execute()["name"] == "Amazon"
    assert labels.patch(userId="me", id=label_id, body={"name": "amazon"}).execute()["name"] == "amazon"


def test_a_deleted_label_leaves_its_messages(google: GoogleWorld) -> None:
    google.account()
    label_id = google.door("label", account=ADA, name="Gone soon")["id"]
    message_id = google.deliver(labels=["INBOX", "Gone soon"])
    users = google.gmail()
    users.labels().delete(userId="me", id=label_id).execute()
    assert users.messages().get(userId="me", id=message_id, format="minimal").execute()["labelIds"] == ["INBOX"]


def test_trash_hides_a_message_and_untrash_shows_it(google: GoogleWorld) -> None:
    message_id = google.deliver()
    messages = google.gmail().messages()
    assert messages.trash(userId="me", id=message_id).execute()["labelIds"] == ["UNREAD", "TRASH"]
    assert messages.list(userId="me").execute() == {"resultSizeEstimate": 0}
    assert messages.list(userId="me", includeSpamTrash=True).execute()["messages"][0]["id"] == message_id
    assert messages.untrash(userId="me", id=message_id).execute()["labelIds"] == ["UNREAD"]
    assert messages.list(userId="me").execute()["resultSizeEstimate"] == 1


def test_replies_with_the_same_subject_make_a_thread(google: GoogleWorld) -> None:
    first = google.deliver(letter("Renewal", message_id="one@customer.example"))
    reply = letter("Re: RENEWAL", message_id="two@example.com", headers="In-Reply-To: <one@customer.example>\r\n")
    second = google.deliver(reply, labels=["SENT"])
    other = google.deliver(letter("Something else", headers="References: <one@customer.example>\r\n"))
    threads = google.gmail().threads()
    thread = threads.get(userId="me", id=first, format="minimal").execute()
    assert [m["id"] for m in thread["messages"]] == [first, second]
    assert {t["id"] for t in threads.list(userId="me").execute()["threads"]} == {first, other}


def test_a_thread_knows_its_latest_change(google: GoogleWorld) -> None:
    first = google.deliver(letter("Renewal", message_id="one@customer.example"))
    google.deliver(letter("Re: Renewal", headers="References: <one@customer.example>\r\n"))
    users = google.gmail()
    users.messages().modify(userId="me", id=first, body={"addLabelIds": ["STARRED"]}).execute()
    latest = users.getProfile(userId="me").execute()["historyId"]
    assert users.threads().get(userId="me", id=first, format="minimal").execute()["historyId"] == latest
    assert users.threads().list(userId="me").execute()["threads"][0]["historyId"] == latest


def test_a_thread_is_changed_as_one(google: GoogleWorld) -> None:
    first = google.deliver(letter("Renewal", message_id="one@customer.example"))
    second = google.deliver(letter("Re: Renewal", headers="References: <one@customer.example>\r\n"))
    users = google.gmail()
    changed = users.threads().modify(userId="me", id=first, body={"addLabelIds": ["STARRED"]}).execute()
    assert [m["labelIds"] for m in changed["messages"]] == [["INBOX", "UNREAD", "STARRED"]] * 2
    users.threads().trash(userId="me", id=first).execute()
    users.threads().untrash(userId="me", id=first).execute()
    shown = users.messages().get(userId="me", id=second, format="minimal").execute()
    assert shown["labelIds"] == ["UNREAD", "STARRED"]


def test_insert_stores_what_it_is_given_and_import_finds_the_copy(google: GoogleWorld) -> None:
    google.account()
    messages = google.gmail().messages()
    raw = base64.urlsafe_b64encode(letter(message_id="copy@customer.example")).decode()
    body = {"raw": raw, "labelIds": ["SENT"]}
    first = messages.insert(userId="me", body=body, internalDateSource="dateHeader").execute()
    assert first["labelIds"] == ["SENT"]
    shown = messages.get(userId="me", id=first["id"], format="minimal").execute()
    assert shown["internalDate"] == "1795341600000"
    assert messages.import_(userId="me", body={"raw": raw}).execute()["id"] == first["id"]
    assert messages.insert(userId="me", body={"raw": raw}).execute()["id"] != first["id"]


@pytest.mark.parametrize("date", ["", "Date: yesterday\r\n", "Date: Mon, 99 Foo 20260 99:99\r\n"])
def test_an_unreadable_date_gives_way_to_the_time_of_arrival(google: GoogleWorld, date: str) -> None:
    google.account()
    messages = google.gmail().messages()
    raw = base64.urlsafe_b64encode(f"From: a@b.example\r\n{date}\r\ntext".encode()).decode()
    stored = messages.import_(userId="me", body={"raw": raw}).execute()
    shown = messages.get(userId="me", id=stored["id"], format="minimal").execute()
    assert abs(int(shown["internalDate"]) / 1000 - google.simulator.timeline.time()) < 60


@pytest.mark.parametrize("with_body", [False, True], ids=["media", "multipart"])
def test_an_upload_stores_the_bytes_as_they_are(google: GoogleWorld, with_body: bool) -> None:
    google.account()
    messages = google.gmail().messages()
    media = MediaInMemoryUpload(attached(), mimetype="message/rfc822")
    body = {"body": {"labelIds": ["INBOX"]}} if with_body else {}
    stored = messages.insert(userId="me", media_body=media, **body).execute()
    raw = messages.get(userId="me", id=stored["id"], format="raw").execute()["raw"]
    assert base64.urlsafe_b64decode(raw).rstrip() == attached().rstrip()
    assert stored.get("labelIds", []) == (["INBOX"] if with_body else [])


def test_a_body_in_chunks_arrives_whole_and_the_connection_goes_on(google: GoogleWorld) -> None:
    """As clients send one whose length they do not know (RFC 9112, section 7.1)."""
    raw = base64.urlsafe_b64encode(attached()).decode()
    for _ in range(2):
        pieces = ('{"raw": "', raw, '", "labelIds": ["INBOX"]}')
        stored = google.request(
            "POST",
            "/gmail/v1/users/me/messages",
            data=(each.encode() for each in pieces),
            headers={"Content-Type": "application/json"},
        )
        shown = google.gmail().messages().get(userId="me", id=stored.json()["id"], format="raw").execute()
        assert base64.urlsafe_b64decode(shown["raw"]).rstrip() == attached().rstrip()


def test_a_partial_answer_holds_the_wanted_fields_only(google: GoogleWorld) -> None:
    message_id = google.deliver()
    messages = google.gmail().messages()
    assert messages.list(userId="me", fields="messages/id").execute() == {"messages": [{"id": message_id}]}
    shown = messages.get(userId="me", id=message_id, fields="id,payload(headers(name))").execute()
    assert shown["payload"]["headers"][0] == {"name": "From"}


def test_a_watch_says_where_the_mailbox_stands_and_ends_after_a_week(google: GoogleWorld) -> None:
    google.deliver()
    users = google.gmail()
    google.door("topic", topic="projects/p/topics/t")
    started = google.simulator.timeline.time()
    answer = users.watch(userId="me", body={"topicName": "projects/p/topics/t"}).execute()
    assert answer["historyId"] == users.getProfile(userId="me").execute()["historyId"]
    assert 7 * 86_400 <= int(answer["expiration"]) / 1000 - started < 7 * 86_400 + 60
    assert users.stop(userId="me").execute() == ""


def test_a_mailbox_may_be_named_instead_of_me(google: GoogleWorld) -> None:
    google.account()
    assert google.gmail().getProfile(userId="Ada@Example.com").execute()["emailAddress"] == ADA


def test_one_delivery_puts_the_same_bytes_into_several_mailboxes(google: GoogleWorld) -> None:
    google.deliver(letter(message_id="both@customer.example"), ADA, BOB)
    raws = [google.gmail(who).messages().list(userId="me").execute()["messages"] for who in (ADA, BOB)]
    assert [len(found) for found in raws] == [1, 1]
    assert raws[0][0]["id"] != raws[1][0]["id"]


def test_google_auth_renews_an_expired_token_by_itself(google: GoogleWorld) -> None:
    account = google.account()
    credentials = NewCredentials(
        token=account["access_token"],
        refresh_token=account["refresh_token"],
        token_uri=account["token_uri"],
        client_id=account["client_id"],
        client_secret=account["client_secret"],
    )
    google.door("expire-tokens", account=ADA)
    assert google.with_credentials(credentials).getProfile(userId="me").execute()["emailAddress"] == ADA
    assert credentials.token != account["access_token"]


def test_a_service_account_acts_for_a_user_of_its_domain(google: GoogleWorld) -> None:
    google.deliver()
    scope = f"{SCOPE}readonly"
    key = google.door("service-account", scopes=[scope])
    credentials: Any = service_account.Credentials  # google-auth is typed in part only
    robot = credentials.from_service_account_info(key, scopes=[scope], subject=ADA)
    robot.refresh(AuthRequest(session=google.session))
    assert google.gmail(token=robot.token).getProfile(userId="me").execute()["messagesTotal"] == 1
