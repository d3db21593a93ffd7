"""The table of refusals is proved in full, and refusals say more than their code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.simulators import test_google_people_groups as contact_groups
from tests.contract.simulators import test_google_refusals_calendar as calendar
from tests.contract.simulators import test_google_refusals_contact_changes as contact_changes
from tests.contract.simulators import test_google_refusals_contacts as contacts
from tests.contract.simulators import test_google_refusals_events as events
from tests.contract.simulators import test_google_refusals_gate as gate
from tests.contract.simulators import test_google_refusals_mail as mail
from tests.contract.simulators import test_google_refusals_oauth as oauth
from tests.contract.simulators import test_google_refusals_tasks as tasks
from tests.contract.simulators.google_world import (
    ADA,
    ALL_MAIL,
    ME,
    PROFILE,
    ROWS,
    SCOPE,
    GoogleWorld,
    refused,
    running,
)

LABELS = "/gmail/v1/users/me/labels"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def test_every_row_of_the_table_has_its_proof_and_every_proof_its_row() -> None:
    proofs = [*oauth.CASES, *gate.CASES, *mail.CASES, *calendar.CASES, *events.CASES]
    proofs += [*contacts.CASES, *contact_changes.CASES, *contact_groups.CASES, *tasks.CASES]
    assert sorted(proofs) == sorted(ROWS)


def test_a_refused_scope_says_so_in_the_details_and_the_challenge(google: GoogleWorld) -> None:
    google.account(ADA, f"{SCOPE}labels")
    answer = google.get("/gmail/v1/users/me/messages")
    detail = answer.json()["error"]["details"][0]
    assert detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert detail["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("token", "reason", "short"),
    [("", "CREDENTIALS_MISSING", "Login Required."), ("expired", "ACCESS_TOKEN_EXPIRED", "Invalid Credentials")],
)
def test_a_401_says_in_its_details_what_is_wrong(google: GoogleWorld, token: str, reason: str, short: str) -> None:
    google.account()
    google.door("expire-tokens")
    error = google.get(PROFILE, token=None if token else "").json()["error"]
    assert error["details"][0]["reason"] == reason
    assert error["errors"][0] == {
        "message": short,
        "domain": "global",
        "reason": error["errors"][0]["reason"],
        "location": "Authorization",
        "locationType": "header",
    }


def test_an_api_that_is_off_names_its_project_and_the_address_to_enable_it(google: GoogleWorld) -> None:
    google.account()
    google.door("switch-off-api")
    error = google.get(PROFILE).json()["error"]
    assert [d.get("reason") for d in error["details"]] == ["SERVICE_DISABLED", None]
    assert error["details"][1]["links"][0]["url"] in error["message"]


def test_a_field_that_is_unknown_is_named_as_a_violation(google: GoogleWorld) -> None:
    error = json.loads(google.request("POST", LABELS, json={"name": "A", "color": {"hue": 1}}).content)["error"]
    violation = error["details"][0]["fieldViolations"][0]
    assert violation["field"] == "label.color"
    assert violation["description"] == error["message"]


def test_full_access_to_mail_lets_a_message_be_deleted_for_good(google: GoogleWorld) -> None:
    google.account(ADA, ALL_MAIL)
    message_id = google.deliver()
    messages = google.gmail().messages()
    messages.delete(userId=ME, id=message_id).execute()
    assert refused(messages.get(userId=ME, id=message_id)).status == 404
