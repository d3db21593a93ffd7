"""Clients that we did not write, unpatched, on the servers that `manage.py simulators` starts.

Each is used as its own documentation shows; what it is told is the one line that the command prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google_auth_httplib2  # type: ignore[import-untyped]  # has no stubs
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.contract.peers.foreign import ask
from tests.contract.simulators.salesforce.bench import connect, session
from tests.processes import own_settings, started, until

pytestmark = pytest.mark.peers

WEEK = {"start": {"dateTime": "2031-03-03T10:00:00Z"}, "end": {"dateTime": "2031-03-03T11:00:00Z"}}
NewCredentials: Any = Credentials  # google-auth is typed in part only


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("simulators")
    arguments = ("manage.py", "simulators", "--json", "--folder", str(folder / "state"))
    with started(*arguments, folder=folder, environment=own_settings()) as program:
        until(lambda: "\n" in program.said or not program.is_running(), "the first line")
        yield json.loads(program.said.splitlines()[-1])


@pytest.fixture(scope="module")
def by_jsforce(told: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = ask("salesforce.mjs", told, ca=told["ca"])
    return said


@pytest.fixture(scope="module")
def by_googleapis(told: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = ask("google.mjs", told, ca=told["ca"])
    return said


@pytest.fixture(scope="module")
def salesforce(told: dict[str, Any]) -> Iterator[Any]:
    there = told["salesforce"]
    with session(Path(told["ca"])) as http:
        yield connect(there["url"], there["access_token"], http)


@pytest.fixture(scope="module")
def service(told: dict[str, Any]) -> Iterator[Any]:
    """By name and version. Its access token is one that has ended: the library renews it by itself."""
    account = told["google"]["accounts"]["bob@example.com"]
    named = {name: account[name] for name in ("refresh_token", "client_id", "client_secret", "token_uri")}
    credentials = NewCredentials(token="ya29.ended", **named)
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http(ca_certs=told["ca"]))

    def made(name: str, version: str) -> Any:
        document = json.loads(get_static_doc(name, version))
        document["rootUrl"] = document["mtlsRootUrl"] = f"{told['google']['url']}/"
        return build_from_document(document, http=http)

    yield made
    http.close()


class TestJsforce:
    def test_signs_in_with_client_credentials(self, by_jsforce: dict[str, Any], told: dict[str, Any]) -> None:
        assert by_jsforce["organization"] == told["salesforce"]["organization_id"]

    def test_creates_a_record(self, by_jsforce: dict[str, Any]) -> None:
        assert by_jsforce["made"] is True

    def test_one_bad_record_of_a_collection_hurts_no_other(self, by_jsforce: dict[str, Any]) -> None:
        assert (by_jsforce["several"], by_jsforce["reasons"]) == ([True, False, True], ["REQUIRED_FIELD_MISSING"])

    def test_upserts_by_external_id(self, by_jsforce: dict[str, Any]) -> None:
        assert (by_jsforce["created"], by_jsforce["same_record"]) == ([True, False], True)

    def test_finds_what_it_changed(self, by_jsforce: dict[str, Any]) -> None:
        assert by_jsforce["found"] == ["O'Neill Núñez"]

    def test_counts(self, by_jsforce: dict[str, Any]) -> None:
        assert by_jsforce["counted"] == 2

    def test_describes(self, by_jsforce: dict[str, Any]) -> None:
        assert by_jsforce["key_is_unique"] is True

    def test_is_told_the_versions(self, by_jsforce: dict[str, Any]) -> None:
        assert "66.0" in by_jsforce["versions"]

    def test_sends_a_composite(self, by_jsforce: dict[str, Any]) -> None:
        assert by_jsforce["composite"] == [200]

    def test_reads_the_allowance(self, by_jsforce: dict[str, Any]) -> None:
        assert by_jsforce["used"] is True

    @pytest.mark.parametrize(
        ("what", "code"),
        [("gone", "ENTITY_IS_DELETED"), ("unknown_field", "INVALID_FIELD"), ("bad_token", "INVALID_SESSION_ID")],
    )
    def test_understands_a_refusal(self, by_jsforce: dict[str, Any], what: str, code: str) -> None:
        assert by_jsforce[what] == code


class TestGoogleapis:
    """That of Node.js."""

    def test_signs_in_with_a_refresh_token(self, by_googleapis: dict[str, Any]) -> None:
        assert by_googleapis["address"] == "ann@example.com"

    def test_lists_messages_page_by_page(self, by_googleapis: dict[str, Any]) -> None:
        assert by_googleapis["pages"] == [2, 1]

    def test_reads_a_message(self, by_googleapis: dict[str, Any]) -> None:
        assert (by_googleapis["subject"], by_googleapis["text"]) == ("three", "Grüße")

    def test_reads_the_history(self, by_googleapis: dict[str, Any]) -> None:
        assert by_googleapis["added"] == 3

    def test_inserts_an_event_under_an_id_of_its_own(self, by_googleapis: dict[str, Any]) -> None:
        assert (by_googleapis["inserted"], by_googleapis["full"]) == ("0123456789abcdef", ["Renewal"])

    def test_a_sync_token_shows_what_was_patched_and_nothing_else(self, by_googleapis: dict[str, Any]) -> None:
        assert (by_googleapis["changed"], by_googleapis["etag_moved"]) == (["Renewal, moved"], True)

    @pytest.mark.parametrize(
        ("what", "refusal"),
        [
            ("taken_id", [409, "duplicate"]),
            ("old_history", [404, "notFound"]),
            ("bad_sync_token", [400, "invalid"]),
            ("bad_refresh", [400, "invalid_grant"]),
        ],
    )
    def test_understands_a_refusal(self, by_googleapis: dict[str, Any], what: str, refusal: list[Any]) -> None:
        assert by_googleapis[what] == refusal


class TestSimpleSalesforce:
    def test_creates_changes_and_finds(self, salesforce: Any) -> None:
        made = salesforce.Contact.create({"LastName": "Simple"})["id"]
        salesforce.Contact.update(made, {"FirstName": "Very"})
        found = salesforce.query("SELECT Name FROM Contact WHERE LastName = 'Simple'")
        assert [row["Name"] for row in found["records"]] == ["Very Simple"]

    def test_upserts_by_external_id(self, salesforce: Any) -> None:
        lead = {"LastName": "Key", "Company": "Acme"}
        assert [salesforce.Lead.upsert("Syncapp_Key__c/simple", lead) for _ in range(2)] == [201, 200]

    def test_sends_a_collection(self, salesforce: Any) -> None:
        records = [{"attributes": {"type": "Contact"}, "LastName": name} for name in ("A", "")]
        said = salesforce.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": records})
        assert [each["success"] for each in said or []] == [True, False]

    def test_describes(self, salesforce: Any) -> None:
        named = {field["name"]: field for field in salesforce.Contact.describe()["fields"]}
        assert named["LastName"]["nillable"] is False

    def test_understands_a_refusal(self, salesforce: Any) -> None:
        with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD"):
            salesforce.query("SELECT Nonsense FROM Contact")


class TestGoogleApiPythonClient:
    def test_batches_reads_of_messages(self, service: Any) -> None:
        gmail = service("gmail", "v1")
        messages = gmail.users().messages()
        made = [messages.insert(userId="me", body={"raw": "U3ViamVjdDogaGkNCg0K"}).execute()["id"] for _ in range(3)]
        got: list[str] = []
        batch = gmail.new_batch_http_request(callback=lambda _, answer, error: got.append(answer["id"]))
        for message_id in made:
            batch.add(messages.get(userId="me", id=message_id, format="minimal"))
        batch.execute()
        assert got == made

    def test_a_sync_token_shows_what_was_patched(self, service: Any) -> None:
        events = service("calendar", "v3").events()
        made = events.insert(calendarId="primary", body={"summary": "One", **WEEK}).execute()
        token = events.list(calendarId="primary").execute()["nextSyncToken"]
        events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Two"}).execute()
        changed = events.list(calendarId="primary", syncToken=token).execute()["items"]
        assert [event["summary"] for event in changed] == ["Two"]
