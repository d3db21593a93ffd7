"""`manage.py explain` from the outside."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
MISSING = [{"message": "Required fields are missing: [LastName]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": []}]


def explain(*arguments: str) -> str:
    out = io.StringIO()
    call_command("explain", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def body(tmp_path: Path) -> str:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(MISSING))
    return str(path)


def test_an_answer_is_explained_to_people(body: str) -> None:
    told = explain("--provider", "salesforce", "--status", "400", "--body", body)
    assert told.startswith("This item is not in Salesforce yet, because a field")
    assert "1. You: Fill in the fields named with this issue" in told
    assert "Code     salesforce.REQUIRED_FIELD_MISSING · invalid · item · warning" in told
    assert "Known    by its code" in told


def test_an_answer_is_explained_to_programs(body: str) -> None:
    said = explain(
        "--provider", "Salesforce", "--status", "400", "--header", "Retry-After: 30", "--body", body, "--json"
    )
    row = json.loads(said)
    assert (row["id"], row["kind"], row["matched"]) == ("salesforce.REQUIRED_FIELD_MISSING", "invalid", "code")
    assert (row["fields"], row["retry_after"]) == (["LastName"], 30.0)
    assert said.count("\n") == 1


def test_the_operation_tells_a_lost_place_from_a_lost_item(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"error": {"code": 404, "errors": [{"reason": "notFound"}]}}))
    asked = ("--provider", "google", "--status", "404", "--body", str(path), "--json")
    assert json.loads(explain(*asked))["kind"] == "not_found"
    assert json.loads(explain(*asked, "--operation", "history.list"))["kind"] == "cursor_expired"


def test_an_answer_may_have_no_body() -> None:
    assert json.loads(explain("--provider", "google", "--status", "503", "--json"))["matched"] == "status"


def test_a_code_is_explained() -> None:
    assert "Code     google.notFound · item · info" in explain("--code", "google.notFound")
    assert json.loads(explain("--code", "google.notFound", "--json"))["advice"] == "ignore"


def test_each_line_of_a_file_is_explained(tmp_path: Path) -> None:
    lines = [
        {"provider": "salesforce", "http_status": 400, "headers": {}, "body": json.dumps(MISSING)},
        {"provider": "google-oauth", "http_status": 400, "body": {"error": "access_denied"}},
        {"provider": "ews", "http_status": 500, "body": "<soap/>"},
    ]
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    rows = [json.loads(line) for line in explain("--jsonl", str(path)).splitlines()]
    assert [(row["provider"], row["code"], row["matched"]) for row in rows] == [
        ("salesforce", "REQUIRED_FIELD_MISSING", "code"),
        ("google_oauth", "access_denied", "code"),
        ("ews", "UNKNOWN", "none"),
    ]
    assert {len(row) for row in rows} == {12}


def test_an_empty_file_is_no_line(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("")
    assert explain("--jsonl", str(path)) == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say what to explain, one of three"),
        (("--code", "google.notFound", "--provider", "google"), "Say what to explain, one of three"),
        (("--provider", "google"), "Add --status with the HTTP status"),
        (("--provider", "yahoo", "--status", "400"), "There is no provider “yahoo”; use one of salesforce"),
        (("--provider", "google", "--status", "many"), "“many” is no HTTP status; give a number"),
        (("--provider", "google", "--status", "400", "--header", "x"), "“x” is no header; write it as"),
        (("--provider", "google", "--status", "400", "--body", "/no/file"), "Cannot read /no/file, no such file"),
        (("--jsonl", "/no/file"), "Cannot read /no/file, no such file or directory; name a file that exists"),
        (("--jsonl", str(ROOT)), f"Cannot read {ROOT}, is a directory; name a file that exists"),
        (("--jsonl", str(ROOT / "manage.py")), "Line 1: This is not JSON; write one object on each line."),
        (("--code", "google.notfund"), "There is no code “google.notfund”; did you mean google.notFound"),
    ],
)
def test_bad_input_is_one_sentence_that_says_what_to_do(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as raised:
        explain(*arguments)
    assert str(raised.value).startswith(sentence)
    assert "\n" not in str(raised.value)
    assert raised.value.returncode == 2


def run(*arguments: str, standard_input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", "explain", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, input=standard_input, capture_output=True, check=False)


def test_the_body_may_come_from_standard_input() -> None:
    done = run("--provider", "salesforce", "--status", "400", "--body", "-", "--json", standard_input=b"\xff\xfe")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "network.NON_JSON_ANSWER"


def test_the_shell_sees_status_two_and_a_sentence() -> None:
    done = run("--provider", "yahoo", "--status", "400")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.splitlines()[-1].startswith("CommandError: There is no provider “yahoo”".encode())
    assert b"Traceback" not in done.stderr
