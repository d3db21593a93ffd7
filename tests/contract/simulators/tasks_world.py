"""Tasks of the Google simulator, with Google's own client library, and a few of them to put there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import google_auth_httplib2  # type: ignore[import-untyped]  # has no stubs
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError

from tests.contract.simulators.google_world import ADA, Case, GoogleWorld, Got, NewCredentials, api_refusal

TASKS = "https://www.googleapis.com/auth/tasks"
READ_ONLY = f"{TASKS}.readonly"
DEFAULT = "@default"
LIST = "/tasks/v1/lists/@default/tasks"
NOBODY = "bm9ib2R5MDEyMzQ1Njc4OQ"  # sixteen characters in base64, as an id has them
DAY = 86_400
DOCUMENT = json.loads(get_static_doc("tasks", "v1"))

CALL = {"title": "Call Carol", "notes": "About the offer", "due": "2026-11-30T00:00:00.000Z"}
WRITE = {"title": "Write to Dan"}


def service(google: GoogleWorld, email: str = ADA, *scopes: str) -> Any:
    """The service Tasks for an account that may read and write its tasks, unless other scopes are named."""
    token = google.account(email, *(scopes or (TASKS,)))["access_token"]
    http = google_auth_httplib2.AuthorizedHttp(NewCredentials(token=token), http=google.http())
    document = json.loads(json.dumps(DOCUMENT))
    document["rootUrl"] = document["mtlsRootUrl"] = f"{google.url}/"
    return build_from_document(document, http=http)


def tasks(google: GoogleWorld, email: str = ADA, *scopes: str) -> Any:
    return service(google, email, *scopes).tasks()


def put(google: GoogleWorld, task: dict[str, Any] | None = None, **where: str) -> dict[str, Any]:
    """Inserts a task into the default list; what the API answers."""
    request = tasks(google).insert(**{"tasklist": DEFAULT} | where, body=CALL if task is None else task)
    return dict(request.execute())


def stocked(google: GoogleWorld, email: str = ADA) -> dict[str, str]:
    """Puts an open task, one below it and a completed one into the default list, past the API; their ids by title."""
    google.account(email, TASKS)
    above = str(google.door("task", account=email, task=CALL)["id"])
    below = str(google.door("task", account=email, task=WRITE, parent=above)["id"])
    done = str(google.door("task", account=email, task={"title": "Send the offer", "status": "completed"})["id"])
    return {CALL["title"]: above, WRITE["title"]: below, "Send the offer": done}


def some(google: GoogleWorld, *titles: str) -> list[str]:
    """Puts tasks in that order, the last one first in the list; their ids."""
    return [str(put(google, {"title": title})["id"]) for title in titles]


def patch(google: GoogleWorld, task: dict[str, Any], **body: Any) -> dict[str, Any]:
    return dict(tasks(google).patch(tasklist=DEFAULT, task=task["id"], body=body).execute())


def listed(google: GoogleWorld, **query: Any) -> list[dict[str, Any]]:
    """All pages of the list."""
    found: list[dict[str, Any]] = []
    api = tasks(google)
    request = api.list(**{"tasklist": DEFAULT} | query)
    while request is not None:
        answer = request.execute()
        found += answer["items"]
        request = api.list_next(request, answer)
    return found


def titles(found: list[dict[str, Any]]) -> list[str]:
    return [task["title"] for task in found]


def in_order(google: GoogleWorld, **query: Any) -> list[str]:
    """The titles as people see them, from top to bottom."""
    return titles(sorted(listed(google, **query), key=lambda task: str(task["position"])))


def with_etag(request: Any, etag: str) -> Any:
    request.headers["If-Match"] = etag
    return request


# -- Refusals


def refused(request: Any) -> Got:
    """The refusal of a request of Google's library, its shape checked."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    return refusal(int(caught.value.resp.status), caught.value.resp["content-type"], caught.value.content)


def refusal(status: int, content_type: str, content: bytes) -> Got:
    """Of the service's own refusals `errors` and no `status`; with a status it is checked as Gmail's is."""
    error = json.loads(content)["error"]
    if "status" in error:
        return api_refusal(status, content_type, content)
    (first,) = error["errors"]
    assert content_type == "application/json; charset=UTF-8"
    assert set(error) == {"code", "message", "errors"}
    assert {"message", "domain", "reason"} <= set(first) <= {"message", "domain", "reason", "location", "locationType"}
    assert (error["code"], error["message"]) == (status, first["message"])
    return Got(status=status, code=first["reason"], message=error["message"])


def refused_raw(answer: Any) -> Got:
    return refusal(answer.status_code, answer.headers["content-type"], answer.content)


def asks(request: Callable[[Any], Any], *scopes: str) -> Case:
    """A request of the library, built from the service of an account without tasks."""
    return lambda google: refused(request(tasks(google, ADA, *scopes)))


def about(request: Callable[[Any, dict[str, Any]], Any]) -> Case:
    """A request about a task that is there."""

    def case(google: GoogleWorld) -> Got:
        task = put(google)
        return refused(request(tasks(google), task))

    return case


def lists(**query: Any) -> Case:
    return asks(lambda api: api.list(**{"tasklist": DEFAULT} | query))


def inserts(**fields: Any) -> Case:
    """A new task with these fields in place of the usual ones."""
    return asks(lambda api: api.insert(tasklist=DEFAULT, body=CALL | fields))
