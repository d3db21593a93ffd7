"""What every API refuses before a method is asked, and what the limits refuse, asked with Google's own library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.simulators.google_world import (
    ADA,
    BOB,
    ME,
    PROFILE,
    SCOPE,
    Case,
    GoogleWorld,
    Got,
    about,
    api_refusal,
    asks,
    proves,
    raw,
    refused,
    refused_raw,
    running,
)

LABELS = "/gmail/v1/users/me/labels"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def after(verb: str, **arguments: Any) -> Case:
    """The profile, after the door broke something for the account."""

    def case(google: GoogleWorld) -> Got:
        google.account()
        google.door(verb, account=ADA, **arguments)
        return refused(google.gmail().getProfile(userId=ME))

    return case


def page(answer: requests.Response) -> Got:
    """Google answers an unknown address with a page, on its API hosts too."""
    assert answer.headers["content-type"].lower() == "text/html; charset=utf-8"
    title = re.search("<title>(.*)</title>", answer.text)
    assert title
    return Got(status=answer.status_code, code="html", message=title[1])


# -- At the gate


def expired(google: GoogleWorld) -> Got:
    google.account()
    google.move_clock(3600)
    return refused_raw(google.get(PROFILE))


def suspended(google: GoogleWorld) -> Got:
    google.account()
    google.door("suspend", account=ADA)
    return refused_raw(google.get(PROFILE))


def api_off(google: GoogleWorld) -> Got:
    google.door("switch-off-api")
    google.account()
    return refused(google.gmail().getProfile(userId=ME))


# -- Limits


def spent(google: GoogleWorld) -> Got:
    """300 reads at 20 units are 6,000; the 301st is one too many."""
    message_id = google.deliver()
    google.door("fill-quota", account=ADA)
    return refused(google.gmail().messages().get(userId=ME, id=message_id))


def used_up(answer: str, **arguments: str) -> Case:
    def case(google: GoogleWorld) -> Got:
        google.account()
        google.door("fill-quota", answer=answer, until_mended=True, **arguments)
        return refused(google.gmail().getProfile(userId=ME))

    return case


def project_spent(google: GoogleWorld) -> Got:
    google.account()
    google.door("fill-quota")
    return refused(google.gmail().getProfile(userId=ME))


def batch(google: GoogleWorld, *requests_: Any) -> list[Any]:
    """What `BatchHttpRequest` calls back with, in order."""
    told: list[Any] = []
    group = google.service().new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
    for request in requests_:
        group.add(request)
    group.execute()
    return told


def of_batch(error: Any) -> Got:
    return api_refusal(int(error.resp.status), error.resp["content-type"], error.content)


def batch_of_101(google: GoogleWorld) -> Got:
    google.account()
    group = google.service().new_batch_http_request()
    for _ in range(101):
        group.add(google.gmail().getProfile(userId=ME))
    return refused(group)


def too_many_at_once(google: GoogleWorld) -> Got:
    google.account()
    users = google.service().users()
    told = batch(google, *[users.getProfile(userId=ME) for _ in range(51)])
    assert all(isinstance(answer, dict) for answer in told[:50])
    return of_batch(told[50])


def batch_part(request: Callable[[Any, str], Any], *scopes: str) -> Case:
    """The second of two calls in a batch is refused, the first is not."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, *scopes)
        message_id = google.deliver()
        users = google.service().users()
        told = batch(google, users.getProfile(userId=ME), request(users, message_id))
        assert told[0]["emailAddress"] == ADA
        return of_batch(told[1])

    return case


def batch_over_quota(google: GoogleWorld) -> Got:
    message_id = google.deliver()
    google.door("concurrency", limit=0)
    google.simulator.world.quota.add(ADA, 6_000 - 50)
    users = google.service().users()
    told = batch(google, *[users.messages().get(userId=ME, id=message_id) for _ in range(3)])
    assert [isinstance(answer, dict) for answer in told] == [True, True, False]
    return of_batch(told[2])


def posted_batch(content_type: str, body: str) -> Case:
    return raw("POST", "/batch/gmail/v1", data=body.encode(), headers={"Content-Type": content_type})


def part(text: str, *, content_type: str = "application/http") -> str:
    return f"--b\r\nContent-Type: {content_type}\r\nContent-ID: <item-0>\r\n\r\n{text}\r\n--b--\r\n"


def first_part(body: str, **headers: str) -> Case:
    """The refusal of the only part of a batch whose text we write ourselves."""

    def case(google: GoogleWorld) -> Got:
        google.account()
        headers_ = {"Content-Type": "multipart/mixed; boundary=b"} | headers
        answer = google.request("POST", "/batch/gmail/v1", data=part(body).encode(), headers=headers_)
        assert answer.status_code == 200
        assert "Content-ID: <response-item-0>" in answer.text
        head, content = answer.text.split("HTTP/1.1 ")[1].split("\r\n\r\n", 1)
        sent = re.search("Content-Type: (.*)", head)
        assert sent
        return api_refusal(int(head[:3]), sent[1].strip(), content.split("\r\n--batch")[0].encode())

    return case


CASES: dict[str, Case] = {
    "google.token-missing": raw("GET", PROFILE, token=""),
    "google.token-expired": expired,
    "google.token-unknown": raw("GET", PROFILE, token="ya29.nobody"),
    "google.token-of-suspended": suspended,
    "google.scope-missing": about(lambda u, m: u.messages().trash(userId=ME, id=m), f"{SCOPE}readonly"),
    "google.delete-scope": about(lambda users, m: users.messages().delete(userId=ME, id=m), f"{SCOPE}modify"),
    "google.api-off": api_off,
    "google.domain-policy": after("block-domain"),
    "google.mail-off": after("mail-off"),
    "google.delegation-denied": asks(lambda users: users.getProfile(userId=BOB)),
    "google.unknown-path": lambda google: page(google.get("/gmail/v1/users/me/butterfly")),
    "google.wrong-method": lambda google: page(google.request("PUT", PROFILE)),
    "google.unknown-parameter": raw("GET", PROFILE, params={"colour": "red"}),
    "google.parameter-type": raw("GET", "/gmail/v1/users/me/messages", params={"maxResults": "many"}),
    "google.parameter-choice": raw("GET", "/gmail/v1/users/me/history", params={"historyTypes": "labelsAdded"}),
    "google.body-unknown-name": raw("POST", LABELS, json={"name": "A", "colour": "red"}),
    "google.body-type": raw("POST", LABELS, json={"name": 7}),
    "google.body-not-json": raw("POST", LABELS, data=b"{name: x}"),
    "google.fields-unknown": asks(lambda users: users.messages().list(userId=ME, fields="messages(colour)")),
    "google.quota-user": spent,
    "google.quota-project": project_spent,
    "google.quota-user-rate": used_up("user-rate", account=ADA),
    "google.quota-day": used_up("day"),
    "google.quota-retry-after": used_up("retry-after", account=ADA),
    "google.quota-exhausted": used_up("exhausted", account=ADA),
    "google.batch-101": batch_of_101,
    "google.batch-content-type": posted_batch("application/json", "[]"),
    "google.batch-empty": posted_batch("multipart/mixed; boundary=b", "--b--\r\n"),
    "google.batch-part-type": posted_batch("multipart/mixed; boundary=b", part("x", content_type="text/plain")),
    "google.batch-in-batch": first_part("POST /batch/gmail/v1 HTTP/1.1\r\n\r\n"),
    "google.batch-concurrency": too_many_at_once,
    "google.batch-part-unauthorized": first_part(
        f"GET {PROFILE} HTTP/1.1\r\nAuthorization: Bearer ya29.nobody\r\n\r\n"
    ),
    "google.batch-part-gone": batch_part(lambda users, _: users.messages().get(userId=ME, id="1")),
    "google.batch-part-forbidden": batch_part(
        lambda users, m: users.messages().trash(userId=ME, id=m), f"{SCOPE}readonly"
    ),
    "google.batch-part-over-quota": batch_over_quota,
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))
