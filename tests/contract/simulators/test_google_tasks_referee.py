"""Google's discovery document is the referee of tasks: the simulator takes and gives what the document declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.google.tasks.methods import OPERATIONS
from tests.contract.simulators.google_world import ADA, GoogleWorld, running
from tests.contract.simulators.referee import Referee
from tests.contract.simulators.tasks_world import (
    CALL,
    DEFAULT,
    DOCUMENT,
    TASKS,
    WRITE,
    listed,
    patch,
    put,
    service,
    tasks,
)

METHODS: dict[str, dict[str, Any]] = {
    method["id"].removeprefix("tasks."): method
    for resource in DOCUMENT["resources"].values()
    for method in resource["methods"].values()
}
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
MOMENTS = ("updated", "due", "completed")  # texts that are times, which the document says in words alone
faults = Referee(document=DOCUMENT, times=dict.fromkeys(MOMENTS, MOMENT)).faults


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, TASKS)
        yield world


# -- One request of every method that is simulated, with as much in its answer as can be

Asks = Callable[[GoogleWorld, Any, str], Any]


def a_list(google: GoogleWorld, api: Any, task: str) -> Any:
    patch(google, put(google, WRITE, parent=task), status="completed")
    api.tasks().clear(tasklist=DEFAULT).execute()
    api.tasks().delete(tasklist=DEFAULT, task=put(google)["id"]).execute()
    return api.tasks().list(tasklist=DEFAULT, maxResults=2, showDeleted=True, showHidden=True)


REQUESTS: dict[str, Asks] = {
    "tasklists.list": lambda g, s, t: s.tasklists().list(),
    "tasklists.get": lambda g, s, t: s.tasklists().get(tasklist=DEFAULT),
    "tasklists.insert": lambda g, s, t: s.tasklists().insert(body={"title": "Sales"}),
    "tasklists.delete": lambda g, s, t: s.tasklists().delete(
        tasklist=s.tasklists().insert(body={"title": "Sales"}).execute()["id"]
    ),
    "tasks.list": a_list,
    "tasks.get": lambda g, s, t: s.tasks().get(tasklist=DEFAULT, task=t),
    "tasks.insert": lambda g, s, t: s.tasks().insert(tasklist=DEFAULT, parent=t, body=CALL | {"status": "completed"}),
    "tasks.update": lambda g, s, t: s.tasks().update(tasklist=DEFAULT, task=t, body={"id": t, **CALL}),
    "tasks.patch": lambda g, s, t: s.tasks().patch(tasklist=DEFAULT, task=t, body={"status": "completed"}),
    "tasks.delete": lambda g, s, t: s.tasks().delete(tasklist=DEFAULT, task=t),
    "tasks.move": lambda g, s, t: s.tasks().move(tasklist=DEFAULT, task=t),
    "tasks.clear": lambda g, s, t: s.tasks().clear(tasklist=DEFAULT),
}


def test_every_simulated_method_has_a_request_here_and_is_declared() -> None:
    assert set(REQUESTS) == set(OPERATIONS)
    assert set(OPERATIONS) <= set(METHODS)


@pytest.mark.parametrize("method", REQUESTS)
def test_an_answer_is_what_the_document_declares(google: GoogleWorld, method: str) -> None:
    task = put(google)["id"]
    answer = REQUESTS[method](google, service(google), task).execute()
    schema = METHODS[method].get("response")
    assert answer == "" if schema is None else faults(schema, answer) == []
    assert schema is None or answer != {}


def test_kinds_are_those_that_the_document_names(google: GoogleWorld) -> None:
    put(google)
    lists, found = service(google).tasklists().list().execute(), tasks(google).list(tasklist=DEFAULT).execute()
    kinds = [lists["kind"], lists["items"][0]["kind"], found["kind"], found["items"][0]["kind"]]
    assert kinds == ["tasks#taskLists", "tasks#taskList", "tasks#tasks", "tasks#task"]


def test_the_referee_itself_sees_faults() -> None:
    wrong = {"id": 5, "hue": "red", "deleted": "yes", "due": "2026-11-30", "links": [{"age": 3}]}
    assert faults({"$ref": "Task"}, wrong) == [
        "answer.id is no string",
        "answer.hue is not declared",
        "answer.deleted is no boolean",
        "answer.due is no time",
        "answer.links[0].age is not declared",
    ]


# -- Requests


def address(method: str) -> str:
    return f"/{METHODS[method]['path']}".replace("{tasklist}", DEFAULT).replace("{task}", "1")


@pytest.mark.parametrize("method", OPERATIONS)
def test_a_parameter_that_is_not_declared_is_refused(google: GoogleWorld, method: str) -> None:
    before = google.door("snapshot")
    answer = google.request(METHODS[method]["httpMethod"], address(method), params={"colour": "red"})
    assert answer.status_code == 400
    assert 'Unknown name "colour"' in answer.json()["error"]["message"]
    assert google.door("snapshot") == before


@pytest.mark.parametrize("method", OPERATIONS)
def test_every_parameter_that_is_declared_is_known(google: GoogleWorld, method: str) -> None:
    given = {n: p for n, p in METHODS[method]["parameters"].items() if p["location"] == "query"}
    samples = {"integer": "1", "boolean": "false", "string": ""}
    params = {name: samples[p["type"]] for name, p in given.items()} | {"quotaUser": "x", "key": "k"}
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
    answer = google.request(METHODS[method]["httpMethod"], address(method))
    assert answer.status_code == 501
    assert answer.json()["error"]["message"] == f"This simulator does not do tasks.{method}."


def test_an_answer_is_narrowed_to_the_fields_asked_for(google: GoogleWorld) -> None:
    put(google)
    answer = tasks(google).list(tasklist=DEFAULT, fields="items(title,due)").execute()
    assert answer == {"items": [{"title": CALL["title"], "due": CALL["due"]}]}


def test_what_is_output_only_is_passed_over(google: GoogleWorld) -> None:
    task = put(google, WRITE | {"hidden": True, "position": "9", "selfLink": "https://x.example", "links": []})
    assert "hidden" not in task
    assert task["position"] == "0" * 20
    assert len(listed(google)) == 1
