"""Refusals: one shape for everything under /api/, whatever went wrong, and nothing of our insides."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from connectors.rest import problems
from issues.models import BulkOperation
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, kind, named

MEMBERS = {"type", "title", "status", "detail", "instance", "errors"}


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("get", "/api/", 404, "not-found"),
        ("get", "/api/v2/issues/", 404, "not-found"),
        ("get", "/api/v1/nothing/", 404, "not-found"),
        ("post", "/api/v1/nothing/", 404, "not-found"),
        ("delete", "/api/v1/nothing/", 404, "not-found"),
        ("get", "/api/v1/issues", 404, "not-found"),
        ("post", "/api/v1/issues/1/retry", 404, "not-found"),
        ("get", "/api/problems/no-such-thing/", 404, "not-found"),
        ("get", "/api/v1/issues/1/", 404, "not-found"),
        ("get", "/api/v1/issues/1/retry/", 405, "method-not-allowed"),
        ("post", "/api/v1/issues/", 405, "method-not-allowed"),
        ("put", "/api/v1/issues/1/", 405, "method-not-allowed"),
        ("patch", "/api/v1/mailboxes/1/", 405, "method-not-allowed"),
        ("delete", "/api/v1/operations/1/", 405, "method-not-allowed"),
        ("options", "/api/v1/issues/", 405, "method-not-allowed"),
        ("trace", "/api/v1/issues/", 405, "method-not-allowed"),
    ],
)
def test_what_is_not_there_is_a_problem(world: World, method: str, path: str, status: int, name: str) -> None:
    response = getattr(world.writer.client, method)(path, headers=world.writer.headers)
    assert (response.status_code, kind(response)) == (status, name)


def test_a_problem_has_every_member_of_the_standard(world: World) -> None:
    response = world.reader.get("issues/999/")
    body = response.json()
    assert set(body) == MEMBERS
    assert (body["status"], body["instance"], body["errors"]) == (404, "/api/v1/issues/999/", [])
    assert body["type"] == "http://localhost:8000/api/problems/not-found/"


@pytest.mark.parametrize("type_", problems.TYPES.values(), ids=list(problems.TYPES))
def test_the_type_of_a_problem_explains_itself(db: None, type_: problems.Type) -> None:
    response = Api().get(f"/api/problems/{type_.name}/")
    body = response.json()
    assert (response.status_code, body["title"], body["status"]) == (200, type_.title, type_.status)
    assert body["type"].endswith(f"/api/problems/{type_.name}/")


@pytest.mark.parametrize("type_", problems.TYPES.values(), ids=list(problems.TYPES))
def test_a_problem_says_what_to_do_in_a_sentence(type_: problems.Type) -> None:
    assert re.fullmatch(r"[A-Z].*[^.]\.", type_.advice)


def test_nobody_is_told_how_to_sign_in(world: World) -> None:
    response = world.nobody.get("issues/")
    assert (response.status_code, kind(response)) == (401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in response.json()["detail"]


def test_a_method_that_is_not_possible_comes_with_those_that_are(world: World) -> None:
    response = world.reader.client.put("/api/v1/operations/", headers=world.reader.headers)
    assert {each.strip() for each in response["Allow"].split(",")} >= {"GET", "POST"}


@pytest.mark.parametrize(
    ("body", "name", "status"),
    [
        (b"{", "malformed", 400),
        (b"[]", "malformed", 400),
        (b'"retry"', "malformed", 400),
        (b"null", "malformed", 400),
        (b"\xff\xfe", "malformed", 400),
        (b'{"verb": "retry", "verb": "ignore"}', "malformed", 400),
        (b'{"verb": NaN}', "malformed", 400),
        (b'{"verb": 1' + b"0" * 5000 + b"}", "malformed", 400),
        (b'{"choice": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "malformed", 400),
        (b'{"verb": "' + b"x" * 3_000_000 + b'"}', "too-large", 413),
    ],
    ids=["cut off", "list", "text", "null", "no UTF-8", "name twice", "NaN", "huge number", "deep", "huge"],
)
def test_a_body_that_is_no_json_object_is_refused(world: World, body: bytes, name: str, status: int) -> None:
    response = world.writer.raw("operations/", body)
    assert (response.status_code, kind(response)) == (status, name)
    assert not BulkOperation.everywhere.exists()


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_a_body_of_another_type_is_refused(world: World, content_type: str) -> None:
    response = world.writer.raw("operations/", b"verb=retry", content_type=content_type)
    assert (response.status_code, kind(response)) == (415, "unsupported-media-type")


def test_an_answer_in_another_format_is_refused_in_json(world: World) -> None:
    response = world.reader.get("issues/", headers={"Accept": "application/xml"})
    assert (response.status_code, kind(response)) == (406, "not-acceptable")


def test_a_browser_gets_json(world: World) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert world.reader.get("issues/", headers={"Accept": accept})["Content-Type"] == "application/json"


def _fail(*_: Any) -> None:
    raise RuntimeError("the secret of the house")


def test_an_unexpected_error_gives_away_nothing_but_an_id(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("issues.api.visible_issues", _fail)
    response = world.reader.get("issues/")
    assert (response.status_code, kind(response), set(response.json())) == (500, "server-error", MEMBERS | {"id"})
    assert b"secret of the house" not in response.content
    assert b"Traceback" not in response.content
    (record,) = [each for each in caplog.records if each.name == "connectors.rest.problems"]
    assert response.json()["id"] in record.getMessage()
    assert record.exc_info is not None


def test_an_unexpected_error_gives_away_nothing_in_debug_mode_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEBUG", True)
    monkeypatch.setattr("issues.api.visible_issues", _fail)
    assert b"secret of the house" not in world.reader.get("issues/").content


def test_an_error_in_a_post_is_a_problem_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.rest.orders.chosen", _fail)
    response = world.writer.post("operations/", {"verb": "retry", "choice": {"all": True}})
    assert (response.status_code, kind(response)) == (500, "server-error")
    assert not BulkOperation.everywhere.exists()


def test_a_session_needs_the_csrf_token(world: World) -> None:
    assert world.anns.owner is not None
    api = Api(user=world.anns.owner, checks_csrf=True)
    response = api.post("operations/", {"verb": "retry", "choice": {"all": True}})
    assert (response.status_code, kind(response)) == (403, "csrf")
    assert not BulkOperation.everywhere.exists()


def test_a_session_with_the_csrf_token_may_write(world: World) -> None:
    assert world.anns.owner is not None
    api = Api(user=world.anns.owner, checks_csrf=True)
    api.client.cookies[settings.CSRF_COOKIE_NAME] = token = "a" * 32
    order = {"verb": "retry", "choice": {"all": True}}
    assert api.post("operations/", order, **{"X-CSRFToken": token}).status_code == 202


def test_a_token_needs_no_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    body = json.dumps({"verb": "retry", "choice": {"all": True}})
    response = client.post("/api/v1/operations/", body, content_type="application/json", headers=world.writer.headers)
    assert response.status_code == 202


def test_answers_are_not_kept_by_caches(world: World) -> None:
    for path in ("issues/", "issues/999/", "codes/", "/api/nothing"):
        assert world.reader.get(path)["Cache-Control"] == "no-store"


def test_the_index_leads_to_every_list(world: World) -> None:
    for name, address in world.reader.get("/api/v1/").json().items():
        assert world.reader.get(address).status_code == 200, name


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/schema/", "/api/problems/invalid/"])
def test_addresses_without_parameters_take_none(db: None, path: str) -> None:
    assert named(Api().get(path, colour="red")) == ["colour"]
