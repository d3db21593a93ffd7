"""What is posted to us is heard if a provider posted it, and whoever else posts learns nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django_q.models import OrmQ
from pytest_django import Settings

from connectors import clock, network, signers
from connectors.hints import Channel
from connectors.signers import KeySet, Signers
from tests.builders import store_of
from tests.integration.events.stage import Stage
from tests.integration.hints.conftest import HOST, ROBOT
from tests.unit.test_id_tokens import key, token

MAIL, CALENDAR = "/push/google/mail/", "/push/google/calendar/"
LARGE = 64 * 1024 + 1


@pytest.fixture
def quiet(told: Stage) -> Stage:
    told.run()
    OrmQ.objects.all().delete()
    return told


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signers, "GOOGLE", Signers(lambda: KeySet(keys={"google": key()}, lifetime=3600.0)))


@pytest.fixture
def provider() -> Client:
    """Somebody without a session, who is not told of our exceptions."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def channel(stage: Stage) -> Channel:
    return next(each for name, each in store_of(stage.anna).watched.items() if name)


def notify(client: Client, channel_id: str, secret: str, state: str = "exists", **more: Any) -> Any:
    headers = {"X-Goog-Channel-ID": channel_id, "X-Goog-Channel-Token": secret, "X-Goog-Resource-State": state}
    return client.post(CALENDAR, content_type="application/json", headers={**headers, **more})


def signed(**claims: Any) -> str:
    now = int(clock.now().timestamp())
    ours: dict[str, Any] = {"aud": f"{HOST}{MAIL}", "email": ROBOT, "iat": now, "exp": now + 3600}
    return token(**(ours | claims))


def envelope(address: str) -> dict[str, Any]:
    data = base64.b64encode(json.dumps({"emailAddress": address, "historyId": 9876543210}).encode()).decode()
    return {"message": {"data": data, "messageId": "1", "publishTime": "2026-11-29T10:00:00Z"}, "subscription": "s"}


def push(client: Client, body: object, bearer: str | None = None) -> Any:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = signed() if bearer is None else bearer
    return client.post(
        MAIL, text, content_type="application/json", headers={"Authorization": f"Bearer {sent}"} if sent else {}
    )


def jobs() -> int:
    return int(OrmQ.objects.count())


def refusal(answer: Any) -> tuple[int, str]:
    """Status and kind of a problem, which has the form of one and is about nobody."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert "anna" not in answer.content.decode()
    return answer.status_code, told["type"].rstrip("/").rpartition("/")[2]


# -- Calendar


def test_a_notification_of_a_channel_asks_for_one_job(quiet: Stage, provider: Client) -> None:
    mine = channel(quiet)
    answers = [notify(provider, mine.id, mine.token) for _ in range(20)]
    assert {(each.status_code, each.content) for each in answers} == {(204, b"")}
    assert jobs() == 1


def test_that_a_channel_was_opened_is_no_news(quiet: Stage, provider: Client) -> None:
    mine = channel(quiet)
    assert (notify(provider, mine.id, mine.token, "sync").status_code, jobs()) == (204, 0)


@pytest.mark.parametrize("state", ["exists", "not_exists", "", "something new"])
def test_whatever_else_it_says_it_is_a_reason_to_look(quiet: Stage, provider: Client, state: str) -> None:
    mine = channel(quiet)
    assert (notify(provider, mine.id, mine.token, state).status_code, jobs()) == (204, 1)


def test_nothing_that_it_says_of_the_resource_is_believed(quiet: Stage, provider: Client) -> None:
    mine = channel(quiet)
    odd = {"X-Goog-Resource-ID": "another", "X-Goog-Message-Number": "-1", "X-Goog-Channel-Expiration": "yesterday"}
    assert (notify(provider, mine.id, mine.token, **odd).status_code, jobs()) == (204, 1)


def test_whoever_lacks_the_token_or_the_channel_is_told_the_same(quiet: Stage, provider: Client) -> None:
    mine, other = channel(quiet), next(each for name, each in store_of(quiet.ben).watched.items() if name)
    pairs = [
        (mine.id, ""),
        (mine.id, "wrong"),
        (mine.id, other.token),
        (mine.id, mine.token[:-1]),
        ("0" * 32, mine.token),
        ("", mine.token),
        ("", ""),
        (mine.id + "\0", mine.token),
        ("x" * 500, "y" * 500),
        ("é", "é"),
    ]
    answers = [notify(provider, *pair) for pair in pairs]
    assert {refusal(each) for each in answers} == {(403, "forbidden")}
    assert len({each.content for each in answers}) == 1
    assert jobs() == 0


def test_the_watch_of_a_mailbox_is_no_channel(quiet: Stage, provider: Client) -> None:
    """It has no token, and an empty one does not open it."""
    mail = store_of(quiet.anna).watched[""]
    assert {refusal(notify(provider, mail.id, each)) for each in ("", mail.token)} == {(403, "forbidden")}
    assert jobs() == 0


# -- Mail


@pytest.mark.parametrize("written", ["anna@ours.example", "Anna@Ours.Example"])
def test_a_push_of_pubsub_asks_for_one_job(quiet: Stage, provider: Client, written: str) -> None:
    answers = [push(provider, envelope(written)) for _ in range(10)]
    assert {(each.status_code, each.content) for each in answers} == {(204, b"")}
    assert jobs() == 1


def test_a_mailbox_that_nobody_knows_is_answered_as_one_that_is_there(quiet: Stage, provider: Client) -> None:
    known, unknown = (push(provider, envelope(each)) for each in ("anna@ours.example", "nobody@else.example"))
    assert (known.status_code, known.content, dict(known.headers)) == (204, b"", dict(unknown.headers))
    assert (unknown.status_code, unknown.content, jobs()) == (204, b"", 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"no json",
        b"[]",
        b"null",
        b"[" * 30_000,
        {},
        {"message": None},
        {"message": {"data": ""}},
        {"message": {"data": "%%%"}},
        {"message": {"data": 7}},
        {"message": {"data": base64.b64encode(b"[]").decode()}},
        {"message": {"data": base64.b64encode(b"\xff").decode()}},
        {"message": {"data": base64.b64encode(b'{"emailAddress": ["anna@ours.example"]}').decode()}},
        envelope(f"{'x' * 500}@ours.example"),
        envelope("%"),
    ],
    ids=repr,
)
def test_a_push_that_names_no_mailbox_is_taken_and_does_nothing(quiet: Stage, provider: Client, body: object) -> None:
    """Pub/Sub would bring it for a week otherwise."""
    assert (push(provider, body).status_code, jobs()) == (204, 0)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "https://other.example.com/"}, (403, "forbidden")),
        ({"email": "other@p.iam.gserviceaccount.com"}, (403, "forbidden")),
        ({"email_verified": False}, (403, "forbidden")),
        ({"iss": "https://evil.example"}, (401, "unauthenticated")),
        ({"exp": 1_000}, (401, "unauthenticated")),
        ({"signed_with": "another"}, (401, "unauthenticated")),
        ({"headers": {"kid": "made up"}}, (401, "unauthenticated")),
    ],
    ids=repr,
)
def test_whoever_is_not_our_subscription_is_refused(
    quiet: Stage, provider: Client, claims: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert (refusal(push(provider, envelope("anna@ours.example"), signed(**claims))), jobs()) == (expected, 0)


@pytest.mark.parametrize("bearer", ["", "nonsense", "a.b.c", "x" * 9_000])
def test_whoever_shows_no_token_is_asked_for_one(quiet: Stage, provider: Client, bearer: str) -> None:
    assert (refusal(push(provider, envelope("anna@ours.example"), bearer)), jobs()) == ((401, "unauthenticated"), 0)


@pytest.mark.parametrize("claims", [None, {"signed_with": "another"}], ids=["nothing", "another's"])
def test_who_shows_no_good_token_is_told_what_to_show(
    quiet: Stage, provider: Client, claims: dict[str, Any] | None
) -> None:
    answer = push(provider, envelope("anna@ours.example"), "" if claims is None else signed(**claims))
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Syncapp"'


def test_another_audience_may_be_set(quiet: Stage, provider: Client, settings: Settings) -> None:
    settings.GOOGLE_PUSH_AUDIENCE = "syncapp"
    assert refusal(push(provider, envelope("anna@ours.example"))) == (403, "forbidden")
    assert push(provider, envelope("anna@ours.example"), signed(aud="syncapp")).status_code == 204


def test_where_the_keys_cannot_be_had_it_is_to_be_sent_again(
    quiet: Stage, provider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent() -> KeySet:
        raise network.error("READ_TIMEOUT", "google")

    monkeypatch.setattr(signers, "GOOGLE", Signers(silent))
    assert (refusal(push(provider, envelope("anna@ours.example"))), jobs()) == ((503, "unavailable"), 0)


def test_a_token_is_not_quoted(quiet: Stage, provider: Client, caplog: pytest.LogCaptureFixture) -> None:
    bearer = signed(signed_with="another")
    answer = push(provider, envelope("anna@ours.example"), bearer)
    for piece in bearer.split("."):
        assert piece not in answer.content.decode()
        assert piece not in caplog.text


# -- Both


@pytest.mark.parametrize("path", [MAIL, CALENDAR])
@pytest.mark.parametrize("method", ["get", "post", "put", "head"])
def test_where_nothing_is_set_up_there_is_nothing(stage: Stage, provider: Client, path: str, method: str) -> None:
    answer = getattr(provider, method)(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_without_a_topic_there_is_nothing_for_mail(told: Stage, provider: Client, settings: Settings) -> None:
    settings.GOOGLE_PUSH_TOPIC = ""
    assert refusal(push(provider, envelope("anna@ours.example"))) == (404, "not-found")


@pytest.mark.parametrize("path", [MAIL, CALENDAR])
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_only_what_is_posted_is_heard(told: Stage, provider: Client, path: str, method: str) -> None:
    answer = getattr(provider, method)(path)
    assert (refusal(answer), answer.headers["Allow"]) == ((405, "method-not-allowed"), "POST")


@pytest.mark.parametrize("path", [MAIL, CALENDAR])
def test_a_large_body_is_not_read(told: Stage, provider: Client, path: str) -> None:
    answer = provider.post(path, b"x" * LARGE, content_type="application/json")
    assert refusal(answer) == (413, "too-large")


@pytest.mark.parametrize("length", ["-1", "many", "1e3", "٣", "9" * 5000], ids=lambda length: length[:8])
def test_a_length_that_is_none_is_no_fault_of_ours(told: Stage, provider: Client, length: str) -> None:
    answer = provider.generic("POST", CALENDAR, b"", CONTENT_LENGTH=length)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", [MAIL, CALENDAR])
def test_who_sends_too_much_is_asked_to_wait(told: Stage, provider: Client, settings: Settings, path: str) -> None:
    from django.core.cache import cache

    cache.clear()
    settings.API_RATES = {"hints": "5/min"}
    answers = [provider.post(path) for _ in range(8)]
    assert [each.status_code for each in answers[5:]] == [429] * 3
    assert refusal(answers[-1]) == (429, "throttled")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    cache.clear()


def test_no_session_is_begun_and_none_counts(quiet: Stage, provider: Client) -> None:
    mine = channel(quiet)
    assert "Set-Cookie" not in notify(provider, mine.id, mine.token).headers
