"""`manage.py simulators`: servers for any client, and the table of what they refuse."""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import call_command

from tests.processes import Program, ended, own_settings, started, until

TABLE_COLUMNS = {"id", "provider", "code", "request", "answer", "source"}


def rows() -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("simulators", "--refusals", "--json", stdout=out)
    found: list[dict[str, str]] = json.loads(out.getvalue().splitlines()[-1])
    return found


class TestRefusals:
    def test_there_are_sixty_or_more_of_both_providers(self) -> None:
        assert len(rows()) >= 60
        assert {row["provider"] for row in rows()} == {"google", "salesforce"}

    def test_each_says_code_request_answer_and_source(self) -> None:
        assert all(set(row) == TABLE_COLUMNS and all(row.values()) for row in rows())

    def test_no_two_have_one_name(self) -> None:
        names = [row["id"] for row in rows()]
        assert len(set(names)) == len(names)

    def test_people_get_a_line_for_each(self) -> None:
        out = io.StringIO()
        call_command("simulators", "--refusals", stdout=out)
        assert [line.split()[0] for line in out.getvalue().splitlines()] == [row["id"] for row in rows()]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("simulators")
    with running(folder) as program:
        yield program


def running(folder: Path, *more: str) -> Any:
    arguments = ("manage.py", "simulators", "--json", "--folder", str(folder / "state"), *more)
    return started(*arguments, folder=folder, environment=own_settings())


@pytest.fixture(scope="module")
def told(program: Program) -> dict[str, Any]:
    until(lambda: "\n" in program.said or not program.is_running(), "the first line")
    assert program.said, program.complained
    found: dict[str, Any] = json.loads(program.said.splitlines()[-1])
    return found


class TestTold:
    """Everything that a client needs stands in one line."""

    def test_salesforce_answers_to_its_token(self, told: dict[str, Any]) -> None:
        there = told["salesforce"]
        answer = requests.get(
            f"{there['url']}/services/data/v66.0/limits",
            headers={"Authorization": f"Bearer {there['access_token']}"},
            verify=told["ca"],
            timeout=20,
        )
        assert answer.status_code == 200
        assert "DailyApiRequests" in answer.json()

    def test_every_api_of_google_is_where_it_is_said_to_be(self, told: dict[str, Any]) -> None:
        there = told["google"]
        asked = {
            "gmail": "users/me/profile",
            "calendar": "users/me/calendarList",
            "people": "people/me?personFields=names",
            "tasks": "users/@me/lists",
        }
        assert set(there["apis"]) == set(asked)
        for name, path in asked.items():
            answer = requests.get(there["apis"][name] + path, verify=told["ca"], timeout=20)
            assert answer.status_code == 401, name

    def test_google_answers_to_each_account_s_token(self, told: dict[str, Any]) -> None:
        there = told["google"]
        assert set(there["accounts"]) == {"ann@example.com", "bob@example.com"}
        for address, account in there["accounts"].items():
            answer = requests.get(
                f"{there['url']}/gmail/v1/users/me/profile",
                headers={"Authorization": f"Bearer {account['access_token']}"},
                verify=told["ca"],
                timeout=20,
            )
            assert answer.json()["emailAddress"] == address

    @pytest.mark.parametrize(
        "path",
        [
            "/gmail/v1/users/me/messages",
            "/calendar/v3/calendars/primary/events",
            "/v1/people/me/connections?personFields=names",
            "/tasks/v1/users/@me/lists",
        ],
    )
    def test_a_token_opens_each_service_of_google(self, told: dict[str, Any], path: str) -> None:
        there = told["google"]
        headers = {"Authorization": f"Bearer {there['accounts']['ann@example.com']['access_token']}"}
        answer = requests.get(f"{there['url']}{path}", headers=headers, verify=told["ca"], timeout=20)
        assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize("name", ["salesforce", "google", "postbox"])
    def test_the_control_doors_open_to_their_tokens_alone(self, told: dict[str, Any], name: str) -> None:
        there = told[name]
        address = f"{there['url']}/_simulator/snapshot"
        right = {"X-Simulator-Token": there["door_token"]}
        assert requests.post(address, json={}, headers=right, verify=told["ca"], timeout=20).status_code == 200
        assert requests.post(address, json={}, verify=told["ca"], timeout=20).status_code == 403

    def test_nobody_answers_without_the_certificate(self, told: dict[str, Any]) -> None:
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(told["salesforce"]["url"], timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_they_stop_cleanly_as_soon_as_they_have_spoken(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as program:
        until(lambda: program.said.endswith("\n") or not program.is_running(), "the first line")
        everybody = program.everybody()
        assert program.stop(number) == 0, program.complained
        until(lambda: ended(everybody), "the end of every process")
        assert program.complained == ""


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path, told: dict[str, Any]) -> None:
    port = told["google"]["url"].rpartition(":")[2]
    with running(tmp_path, "--google-port", port) as program:
        assert program.process.wait(60) == 2
        assert "Traceback" not in program.complained
        assert "A port is taken: Address already in use. Choose others" in program.complained


def test_what_another_version_kept_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/simulators.state").write_bytes(b"another\n")
    with running(tmp_path, "--keep") as program:
        assert program.process.wait(60) == 2
        assert "Traceback" not in program.complained
        assert "is of another version of Syncapp. Start afresh: make demo RESET=1" in program.complained
