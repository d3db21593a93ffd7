"""Tokens: what opens the interface, for whom, how far, and that the token itself is nowhere but with its owner."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connectors import clock, scoping, tokens
from connectors.models import ApiToken, Organization, Role
from connectors.scoping import Unscoped, current, rescope, scoped
from issues.models import Issue
from tests import builders
from tests.conftest import Time
from tests.integration.api.world import Api, ids, issue, kind, person


@pytest.fixture
def acme(db: None) -> Organization:
    return builders.organization(slug="acme")


@pytest.fixture
def made(acme: Organization) -> Issue:
    return issue(acme, builders.mailbox(acme))


def _issued(of: Organization, *, may_write: bool = True, days: int = 90) -> tuple[ApiToken, str]:
    return tokens.issue(of, "Tests", may_write=may_write, days=days)


# -- What does not open


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("msk_" + "A" * 43, id="made up"),
        pytest.param("msk_", id="the mark alone"),
        pytest.param("", id="nothing"),
        pytest.param("A" * 47, id="without the mark"),
        pytest.param("msk_" + "A" * 42, id="too short"),
        pytest.param("msk_" + "A" * 44, id="too long"),
        pytest.param("msk_" + "é" * 43, id="other letters"),
        pytest.param("msk_" + "A" * 42 + "\n", id="a line break"),
        pytest.param("msk_" + "%" * 43, id="signs"),
        pytest.param("msk_" + "A" * 1_000_000, id="a flood"),
    ],
)
def test_what_is_no_token_opens_nothing(acme: Organization, shown: str) -> None:
    response = Client().get("/api/v1/issues/", headers={"Authorization": f"Bearer {shown}"})
    assert (response.status_code, kind(response)) == (401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_one_wrong_letter_opens_nothing(acme: Organization) -> None:
    _, secret = _issued(acme)
    for place in (4, 20, 46):
        other = "A" if secret[place] != "A" else "B"
        assert Api(secret[:place] + other + secret[place + 1 :]).get("issues/").status_code == 401


def test_the_digest_is_no_token(acme: Organization) -> None:
    row, _ = _issued(acme)
    assert Api(row.digest).get("issues/").status_code == 401
    assert Api("msk_" + row.digest[:43]).get("issues/").status_code == 401


def test_a_token_opens_until_its_end_and_not_after(acme: Organization, time: Time) -> None:
    _, secret = _issued(acme, days=1)
    time.move(hours=23, minutes=59)
    assert Api(secret).get("issues/").status_code == 200
    time.move(minutes=2)
    response = Api(secret).get("issues/")
    assert (response.status_code, kind(response)) == (401, "unauthenticated")
    assert "This token ended on" in response.json()["detail"]


def test_a_revoked_token_says_so(acme: Organization) -> None:
    row, secret = _issued(acme)
    assert tokens.revoke(row)
    response = Api(secret).get("issues/")
    assert (response.status_code, kind(response)) == (401, "unauthenticated")
    assert "revoked" in response.json()["detail"]


def test_revoking_one_token_leaves_the_others(acme: Organization) -> None:
    row, _ = _issued(acme)
    _, other = _issued(acme)
    tokens.revoke(row)
    assert Api(other).get("issues/").status_code == 200


@pytest.mark.parametrize("header", ["Basic {}", "Token {}", "{}", "Bearer{}", ""])
def test_another_scheme_opens_nothing(acme: Organization, header: str) -> None:
    _, secret = _issued(acme)
    response = Client().get("/api/v1/issues/", headers={"Authorization": header.format(secret)})
    assert response.status_code == 401


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}", "Bearer   {}"])
def test_the_scheme_is_written_in_any_case(acme: Organization, header: str) -> None:
    _, secret = _issued(acme)
    response = Client().get("/api/v1/issues/", headers={"Authorization": header.format(secret)})
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["token", "access_token", "authorization", "key"])
def test_a_token_in_the_address_opens_nothing(acme: Organization, name: str) -> None:
    _, secret = _issued(acme)
    parameters: dict[str, Any] = {name: secret}
    assert Api().get("issues/", **parameters).status_code == 401


def test_a_wrong_token_is_refused_even_where_a_session_would_do(acme: Organization) -> None:
    api = Api("msk_" + "A" * 43, user=person(acme, Role.ADMIN))
    assert api.get("issues/").status_code == 401


# -- What opens, and how far


def test_a_token_that_only_reads_changes_nothing(acme: Organization, made: Issue) -> None:
    _, secret = _issued(acme, may_write=False)
    api = Api(secret)
    for path, body in (
        (f"issues/{made.pk}/retry/", {}),
        (f"issues/{made.pk}/ignore/", {"reason": "Spam"}),
        (f"causes/{made.cause_id}/retry/", {}),
        (f"causes/{made.cause_id}/ignore/", {"reason": "Spam"}),
        ("operations/", {"verb": "retry", "choice": {"all": True}}),
    ):
        response = api.post(path, body)
        assert (response.status_code, kind(response)) == (403, "read-only")
    made.refresh_from_db()
    assert made.status == "open"


def test_a_token_that_only_reads_is_refused_before_its_body_is_looked_at(acme: Organization) -> None:
    _, secret = _issued(acme, may_write=False)
    assert Api(secret).raw("operations/", b"{").status_code == 403


def test_a_token_opens_one_organization(acme: Organization, made: Issue) -> None:
    other = builders.organization()
    foreign = issue(other, builders.mailbox(other))
    _, secret = _issued(acme)
    api = Api(secret)
    assert ids(api.get("issues/")) == [made.pk]
    assert api.get(f"issues/{foreign.pk}/").status_code == 404
    assert api.post(f"issues/{foreign.pk}/retry/").status_code == 404


def test_a_token_is_its_organization_and_not_whoever_else_is_signed_in(acme: Organization, made: Issue) -> None:
    other = builders.organization()
    foreign = issue(other, builders.mailbox(other))
    _, secret = _issued(acme, may_write=False)
    api = Api(secret, user=person(other, Role.OWNER))
    assert ids(api.get("issues/")) == [made.pk]
    assert api.post(f"issues/{foreign.pk}/retry/").status_code == 403


def test_the_scope_of_a_token_ends_with_its_request(acme: Organization, made: Issue) -> None:
    _, secret = _issued(acme)
    Api(secret).get("issues/")
    with pytest.raises(Unscoped):
        current()
    assert Api().get("issues/").status_code == 401


def test_a_token_opens_no_page(acme: Organization) -> None:
    _, secret = _issued(acme)
    response = Client().get("/issues/", headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code in {302, 403}


def test_a_scope_is_only_changed_inside_of_one() -> None:
    with pytest.raises(Unscoped):
        rescope(1)


def test_a_changed_scope_ends_with_the_block_around_it() -> None:
    with scoped((1, 2)):
        with scoped(()):
            rescope(7)
            assert current() == frozenset({7})
        assert current() == frozenset({1, 2})
    assert scoping._scope.get() is None


# -- Where the token is, and where it is not


def test_only_its_digest_is_kept(acme: Organization) -> None:
    row, secret = _issued(acme)
    out = StringIO()
    call_command("dumpdata", "--all", stdout=out)
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert row.digest in out.getvalue()
    assert secret[tokens.SHOWN :] not in out.getvalue()


def test_two_tokens_have_nothing_in_common(acme: Organization) -> None:
    secrets = {_issued(acme)[1] for _ in range(20)}
    assert len(secrets) == len({each[4:12] for each in secrets}) == 20


def test_the_database_is_never_asked_for_the_token_itself(acme: Organization) -> None:
    row, secret = _issued(acme)
    with CaptureQueriesContext(connection) as capture:
        assert tokens.find(secret) == row
    asked = "\n".join(query["sql"] for query in capture.captured_queries)
    assert row.digest in asked
    assert secret[tokens.SHOWN :] not in asked


def test_digests_are_compared_in_constant_time(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    row, secret = _issued(acme)
    asked: list[tuple[str, ...]] = []

    def compare(*digests: str) -> bool:
        asked.append(digests)
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert tokens.find(secret) is None
    assert asked == [(row.digest, row.digest)]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_the_token_is_in_no_answer_and_in_no_log(
    acme: Organization, made: Issue, log: pytest.LogCaptureFixture
) -> None:
    row, secret = _issued(acme)
    api = Api(secret)
    answers = [
        api.get("issues/"),
        api.get(f"issues/{made.pk}/"),
        api.get("issues/", colour="red"),
        api.get("nothing/"),
        api.post(f"issues/{made.pk}/retry/"),
        api.raw("operations/", b"{"),
    ]
    tokens.revoke(row)
    answers.append(api.get("issues/"))
    told = "\n".join(answer.content.decode() + str(dict(answer.items())) for answer in answers)
    assert secret[tokens.SHOWN :] not in told
    assert secret[tokens.SHOWN :] not in log.text


def test_a_bug_of_ours_does_not_put_the_token_into_the_log(
    acme: Organization, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = _issued(acme)

    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("connectors.api.visible_organizations", fail)
    assert Api(secret).get("organizations/").status_code == 500
    assert "a bug" in log.text
    assert secret[tokens.SHOWN :] not in log.text


def test_last_use_is_noted_to_the_minute(acme: Organization, time: Time) -> None:
    row, secret = _issued(acme)
    Api(secret).get("issues/")
    row.refresh_from_db()
    first = row.used_at
    assert first is not None
    assert clock.now() - first < timedelta(seconds=10)
    time.move(seconds=30)
    Api(secret).get("issues/")
    row.refresh_from_db()
    assert row.used_at == first
    time.move(seconds=31)
    Api(secret).get("issues/")
    row.refresh_from_db()
    assert row.used_at > first


def test_a_token_that_is_refused_was_not_used(acme: Organization) -> None:
    row, secret = _issued(acme)
    tokens.revoke(row)
    Api(secret).get("issues/")
    row.refresh_from_db()
    assert row.used_at is None
