"""The schema: it is what the code says, it is OpenAPI, and answers keep to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has no types

from connectors.rest.schema import Flawed, document
from issues.models import Issue
from issues.services import ignore
from syncapp.api import Mailboxes
from syncapp.api_urls import ENUMERATIONS, schema
from syncapp.models import Outcome, Run
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, issue, stop
from tests.integration.pages.scenery import leave_out

KEPT = Path(settings.BASE_DIR, "docs", "openapi.json")


@lru_cache(maxsize=1)
def _kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return found


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in _kept()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_kept_schema_is_what_the_code_says() -> None:
    assert _kept() == schema(), "run manage.py schema --write and look at the difference"


def test_the_command_agrees() -> None:
    call_command("schema", "--check")


def test_the_command_shows_a_difference(tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "openapi.json").write_text(KEPT.read_text("utf-8").replace("SYNC-1042", "SYNC-1043"), "utf-8")
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="schema --write"):
        call_command("schema", "--check")
    assert "SYNC-1042" in capsys.readouterr().err


def test_the_command_writes_what_it_prints(tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path
    call_command("schema", "--write")
    call_command("schema")
    assert (tmp_path / "docs" / "openapi.json").read_text("utf-8") == capsys.readouterr().out


def test_a_warning_of_the_generator_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mailboxes, "serializer_class", None)
    with pytest.raises(Flawed, match="Mailboxes"):
        document(ENUMERATIONS)


def test_the_command_says_what_is_flawed(monkeypatch: pytest.MonkeyPatch) -> None:
    def flawed(_: object) -> None:
        raise Flawed("no type for colour")

    schema.cache_clear()
    monkeypatch.setattr("syncapp.api_urls.document", flawed)
    with pytest.raises(CommandError, match="no type for colour"):
        call_command("schema")


def test_it_is_openapi_31() -> None:
    validate_schema(_kept())  # type: ignore[no-untyped-call]  # it has no types
    assert _kept()["openapi"].startswith("3.1.")


def test_it_is_served_to_anybody(db: None) -> None:
    response = Api().get("schema/")
    assert (response["Content-Type"], response.json()) == ("application/json", _kept())


def test_every_address_declares_its_refusals() -> None:
    for method, path, operation in _operations():
        refused = {status for status, body in operation["responses"].items() if status >= "400"}
        wanted = {"406", "429", "500"}
        wanted |= {"401"} if operation["security"] != [{}] else set()
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"400", "403", "413", "415", "422"} if method == "post" else set()
        assert wanted <= refused, (method, path)
        for status in refused:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def test_only_codes_are_open_to_strangers() -> None:
    open_ = {path for _, path, operation in _operations() if operation["security"] == [{}]}
    assert open_ == {"/api/v1/codes/", "/api/v1/codes/{slug}/"}
    assert _kept()["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_post_takes_an_idempotency_key() -> None:
    for method, path, operation in _operations():
        takes = "Idempotency-Key" in {each["name"] for each in operation.get("parameters", [])}
        assert takes == (method == "post"), path


def test_every_address_has_a_summary_and_a_description() -> None:
    assert [path for _, path, each in _operations() if not (each.get("summary") and each.get("description"))] == []


def _validator(response: dict[str, Any]) -> Draft202012Validator:
    """A validator for a response's body. The document as a whole is the root that `$ref` counts from."""
    (content,) = response["content"].values()
    root = {**content["schema"], "components": _kept()["components"]}
    return Draft202012Validator(root, format_checker=FormatChecker())


def _declared(method: str, path: str, status: int) -> dict[str, Any]:
    found: dict[str, Any] = _kept()["paths"][path][method]["responses"][str(status)]
    return found


def test_the_examples_keep_to_the_schema() -> None:
    count = 0
    for _, _, operation in _operations():
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    _validator(response).validate(example["value"])
                    count += 1
    assert count > 20


@pytest.fixture
def full(world: World) -> World:
    """Something of everything: open, ignored, resolved, stopped, a run and an operation."""
    made = [issue(world.acme, world.anns) for _ in range(3)]
    ignore(Issue.everywhere.filter(pk=made[0].pk), reason="Spam")
    Issue.everywhere.filter(pk=made[1].pk).update(
        status="resolved", resolution="synced", proof="02s1", resolved_at=made[1].first_at
    )
    issue(world.acme, scope="organization", subject_key="organization", resource="", conversation_key="")
    stop(world.bobs)
    Run.everywhere.create(organization=world.acme, mailbox=world.anns, outcome=Outcome.RUNNING)
    leave_out(world.anns, "spam")
    world.writer.post("operations/", {"verb": "retry", "choice": {"ids": [made[2].pk]}})
    return world


@pytest.mark.parametrize(
    "name", ["organizations", "mailboxes", "runs", "items", "issues", "causes", "codes", "operations"]
)
def test_answers_keep_to_the_schema(full: World, name: str) -> None:
    page = full.reader.get(f"{name}/", limit=200).json()
    _validator(_declared("get", f"/api/v1/{name}/", 200)).validate(page)
    (path,) = [path for path in _kept()["paths"] if path.startswith(f"/api/v1/{name}/{{") and path.count("/") == 5]
    assert page["results"]
    for row in page["results"]:
        _validator(_declared("get", path, 200)).validate(full.reader.get(row["url"]).json())


def test_answers_hold_nothing_that_the_schema_does_not_name(full: World) -> None:
    shapes = _kept()["components"]["schemas"]
    named = {
        "items": "Item",
        "issues": "Issue",
        "mailboxes": "Mailbox",
        "causes": "Cause",
        "operations": "Operation",
        "runs": "Run",
    }
    for name, shape in named.items():
        for row in full.reader.get(f"{name}/").json()["results"]:
            assert set(row) == set(shapes[shape]["properties"])


def test_the_answers_to_orders_keep_to_the_schema(full: World) -> None:
    made = issue(full.acme, full.anns)
    moved = full.writer.post(f"issues/{made.pk}/retry/").json()
    _validator(_declared("post", "/api/v1/issues/{id}/retry/", 200)).validate(moved)
    started = full.writer.post(f"causes/{made.cause_id}/retry/")
    _validator(_declared("post", "/api/v1/causes/{id}/retry/", started.status_code)).validate(started.json())


@pytest.mark.parametrize(
    ("path", "declared", "status"),
    [
        ("operations/", "/api/v1/operations/", 400),
        ("issues/999/retry/", "/api/v1/issues/{id}/retry/", 404),
        ("causes/999/ignore/", "/api/v1/causes/{id}/ignore/", 400),
    ],
)
def test_refusals_keep_to_the_schema(full: World, path: str, declared: str, status: int) -> None:
    response = full.writer.post(path)
    assert response.status_code == status
    _validator(_declared("post", declared, status)).validate(response.json())


# -- The page to look at it


def test_the_docs_load_nothing_from_outside_and_run_nothing_inline(db: None) -> None:
    page = Api().get("docs/").content.decode()
    assert page.count("<script") == page.count("<script src=") == 3
    assert "<style" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_script_of_the_docs_reads_our_schema(db: None) -> None:
    response = Api().get("docs/?script=")
    assert response["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in response.content.decode()


def test_the_docs_are_under_the_strict_policy(db: None) -> None:
    policies = [Api().get(path)["Content-Security-Policy"].split("; ") for path in ("docs/", "codes/")]
    docs, others = (set(policy) for policy in policies)
    assert docs - others == {"img-src 'self' data:"}
    assert "script-src 'self'" in docs
