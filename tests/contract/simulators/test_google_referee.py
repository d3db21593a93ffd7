"""Google's discovery document is the referee: the simulator takes and gives what the document declares."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery_cache import get_static_doc

from connectors.simulators.google.operations import OPERATIONS
from tests.contract.simulators.google_world import ADA, ALL_MAIL, ME, GoogleWorld, attached, letter, running

DOCUMENT = json.loads(get_static_doc("gmail", "v1"))


def declared(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from declared(inner)


METHODS = {m["id"].removeprefix("gmail.users."): m for m in declared({"resources": DOCUMENT["resources"]})}


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, ALL_MAIL)
        yield world


# -- The schema, read by the test on its own


def faults(schema: dict[str, Any], value: Any, at: str = "answer") -> list[str]:
    """What in `value` the document does not declare, or declares otherwise."""
    if "$ref" in schema:
        return _object_faults(DOCUMENT["schemas"][schema["$ref"]], value, at)
    if schema["type"] == "array":
        return [f for n, one in enumerate(value) for f in faults(schema["items"], one, f"{at}[{n}]")]
    kind = {"string": str, "integer": int, "boolean": bool}[schema["type"]]
    wrong = [] if isinstance(value, kind) else [f"{at} is no {schema['type']}"]
    wrong += [] if "enum" not in schema or value in schema["enum"] else [f"{at} is not one of {schema['enum']}"]
    pattern = {"uint64": r"\d+", "int64": r"-?\d+", "byte": r"[A-Za-z0-9_=-]*"}.get(schema.get("format", ""))
    return wrong + ([] if pattern is None or re.fullmatch(pattern, value) else [f"{at} is no {schema['format']}"])


def _object_faults(schema: dict[str, Any], value: Any, at: str) -> list[str]:
    unknown = [f"{at}.{name} is not declared" for name in value if name not in schema["properties"]]
    known = {name: v for name, v in value.items() if name in schema["properties"]}
    return unknown + [f for n, v in known.items() for f in faults(schema["properties"][n], v, f"{at}.{n}")]


# -- One request of every method that is simulated, with as much in its answer as can be

Asks = Callable[[GoogleWorld, Any, str], Any]


def attachment(google: GoogleWorld, users: Any, message: str) -> Any:
    shown = users.messages().get(userId=ME, id=message, format="full").execute()
    found = shown["payload"]["parts"][1]["body"]["attachmentId"]
    return users.messages().attachments().get(userId=ME, messageId=message, id=found)


def history(google: GoogleWorld, users: Any, message: str) -> Any:
    start = users.getProfile(userId=ME).execute()["historyId"]
    google.door("relabel", account=ADA, id=message, add=["STARRED"], remove=["UNREAD"])
    google.door("delete-message", account=ADA, id=google.deliver())
    return users.history().list(userId=ME, startHistoryId=start, maxResults=3)


def label(google: GoogleWorld, users: Any) -> str:
    google.door("label", account=ADA, name="Ours")
    found = google.door("label", account=ADA, name="Ours")["id"]
    color = {"backgroundColor": "#fb4c2f", "textColor": "#ffffff"}
    users.labels().patch(userId=ME, id=found, body={"color": color}).execute()
    return str(found)


def watch(google: GoogleWorld, users: Any, message: str) -> Any:
    google.door("topic", topic="projects/p/topics/t")
    return users.watch(userId=ME, body={"topicName": "projects/p/topics/t", "labelIds": ["INBOX"]})


RAW = {"raw": base64.urlsafe_b64encode(letter()).decode()}
STAR = {"addLabelIds": ["STARRED"]}
REQUESTS: dict[str, Asks] = {
    "getProfile": lambda g, u, m: u.getProfile(userId=ME),
    "watch": watch,
    "stop": lambda g, u, m: u.stop(userId=ME),
    "history.list": history,
    "labels.list": lambda g, u, m: label(g, u) and u.labels().list(userId=ME),
    "labels.get": lambda g, u, m: u.labels().get(userId=ME, id=label(g, u)),
    "labels.create": lambda g, u, m: u.labels().create(userId=ME, body={"name": "New"}),
    "labels.patch": lambda g, u, m: u.labels().patch(userId=ME, id=label(g, u), body={"name": "Newer"}),
    "labels.update": lambda g, u, m: u.labels().update(userId=ME, id=label(g, u), body={"name": "Newest"}),
    "labels.delete": lambda g, u, m: u.labels().delete(userId=ME, id=label(g, u)),
    "messages.list": lambda g, u, m: u.messages().list(userId=ME, q="from:carol", maxResults=1),
    "messages.get": lambda g, u, m: u.messages().get(userId=ME, id=m, format="full"),
    "messages.insert": lambda g, u, m: u.messages().insert(userId=ME, body=RAW | {"labelIds": ["INBOX"]}),
    "messages.import": lambda g, u, m: u.messages().import_(userId=ME, body=RAW, neverMarkSpam=True),
    "messages.modify": lambda g, u, m: u.messages().modify(userId=ME, id=m, body=STAR),
    "messages.batchModify": lambda g, u, m: u.messages().batchModify(userId=ME, body={"ids": [m], **STAR}),
    "messages.batchDelete": lambda g, u, m: u.messages().batchDelete(userId=ME, body={"ids": [m]}),
    "messages.trash": lambda g, u, m: u.messages().trash(userId=ME, id=m),
    "messages.untrash": lambda g, u, m: u.messages().untrash(userId=ME, id=m),
    "messages.delete": lambda g, u, m: u.messages().delete(userId=ME, id=m),
    "messages.attachments.get": attachment,
    "threads.list": lambda g, u, m: u.threads().list(userId=ME, maxResults=1),
    "threads.get": lambda g, u, m: u.threads().get(userId=ME, id=m, format="metadata"),
    "threads.modify": lambda g, u, m: u.threads().modify(userId=ME, id=m, body=STAR),
    "threads.trash": lambda g, u, m: u.threads().trash(userId=ME, id=m),
    "threads.untrash": lambda g, u, m: u.threads().untrash(userId=ME, id=m),
    "threads.delete": lambda g, u, m: u.threads().delete(userId=ME, id=m),
}


def test_every_simulated_method_has_a_request_here_and_is_declared() -> None:
    assert set(REQUESTS) == set(OPERATIONS)
    assert set(OPERATIONS) <= set(METHODS)


@pytest.mark.parametrize("method", REQUESTS)
def test_an_answer_is_what_the_document_declares(google: GoogleWorld, method: str) -> None:
    message = google.deliver(attached())
    google.deliver(letter("Another", sender="carol@customer.example"))
    answer = REQUESTS[method](google, google.gmail(), message).execute()
    schema = METHODS[method].get("response")
    assert answer == "" if schema is None else faults(schema, answer) == []
    assert schema is None or answer != {}


@pytest.mark.parametrize("form", ["minimal", "metadata", "full", "raw"])
def test_a_message_is_as_declared_in_every_format(google: GoogleWorld, form: str) -> None:
    message = google.gmail().messages().get(userId=ME, id=google.deliver(attached()), format=form).execute()
    assert faults({"$ref": "Message"}, message) == []


def test_the_referee_itself_sees_faults() -> None:
    wrong = {"id": 5, "historyId": "x", "colour": "red", "payload": {"body": {"size": "3"}}, "raw": "a+b"}
    assert faults({"$ref": "Message"}, wrong) == [
        "answer.colour is not declared",
        "answer.id is no string",
        "answer.historyId is no uint64",
        "answer.payload.body.size is no integer",
        "answer.raw is no byte",
    ]


# -- Requests that the document does not declare


def address(method: str) -> str:
    return "/" + re.sub(r"\{(\w+)\}", lambda m: {"userId": "me"}.get(m[1], "1"), METHODS[method]["path"])


@pytest.mark.parametrize("method", OPERATIONS)
def test_a_parameter_that_is_not_declared_is_refused(google: GoogleWorld, method: str) -> None:
    before = google.door("snapshot")
    answer = google.request(METHODS[method]["httpMethod"], address(method), params={"colour": "red"})
    assert answer.status_code == 400
    assert 'Unknown name "colour"' in answer.json()["error"]["message"]
    assert google.door("snapshot") == before


@pytest.mark.parametrize("method", OPERATIONS)
def test_every_parameter_that_is_declared_is_known(google: GoogleWorld, method: str) -> None:
    query = {n for n, p in METHODS[method]["parameters"].items() if p["location"] == "query"} | {"quotaUser", "key"}
    samples = {"startHistoryId": "1", "maxResults": "2", "format": "minimal", "historyTypes": "labelAdded"}
    samples |= dict.fromkeys(("deleted", "includeSpamTrash", "neverMarkSpam", "processForCalendar"), "false")
    samples |= {"internalDateSource": "dateHeader"}
    params = {name: samples.get(name, "x") for name in query}
    answer = google.request(METHODS[method]["httpMethod"], address(method), params=params)
    assert "Unknown name" not in answer.text
    assert "Invalid value" not in answer.text


@pytest.mark.parametrize("method", OPERATIONS)
def test_a_token_without_a_declared_scope_is_refused(google: GoogleWorld, method: str) -> None:
    token = google.door("grant", account=ADA, scopes=["openid"])["access_token"]
    answer = google.request(METHODS[method]["httpMethod"], address(method), token=token)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (403, "insufficientPermissions")


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(OPERATIONS)))
def test_what_is_declared_and_not_simulated_says_so(google: GoogleWorld, method: str) -> None:
    token = google.door("grant", account=ADA, scopes=METHODS[method]["scopes"])["access_token"]
    answer = google.request(METHODS[method]["httpMethod"], address(method), token=token)
    assert answer.status_code == 501
    assert answer.json()["error"]["message"] == f"This simulator does not do gmail.users.{method}."


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/gmail/v1/users/me/profile", {"alt": "proto"}),
        ("POST", "/gmail/v1/users/me/messages", {"deleted": "true"}),
        ("POST", "/upload/gmail/v1/users/me/messages", {"uploadType": "resumable"}),
    ],
)
def test_a_declared_choice_that_is_not_simulated_says_so(
    google: GoogleWorld, method: str, path: str, query: dict[str, str]
) -> None:
    answer = google.request(method, path, params=query)
    assert answer.status_code == 501
    assert answer.json()["error"]["errors"][0]["reason"] == "notImplemented"
