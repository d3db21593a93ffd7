"""Google's client library on our transport: it builds the requests, we send each of them once.

Traps that this module closes: `httplib2` re-sends a POST by itself (RETRIES is 2) and is not used;
google-auth renews a token on 401 by itself and is not used; `execute()` has retries of its own and is not used;
discovery documents come from the package, so nothing is fetched.

To build an API out of its document takes milliseconds, and so does each of its collections, which the library builds
anew whenever one is named: both are built once for a process. They only make requests, and hold nothing of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlsplit

import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc

from connectors import network, rounds
from connectors.bodies import json_value
from connectors.errors import Answer, ConnectorError, Kind
from connectors.google import batch
from connectors.google.errors import DIALECT, HISTORY
from connectors.transport import Session
from connectors.wire import Wire

BATCH = 50  # Gmail takes 100 and advises against more than 50, which is the most that Calendar takes
RELABELLED = 1000  # the most that messages.batchModify takes
PRIMARY = "primary"
PEOPLE = ("From", "To", "Cc", "Bcc")
HEADERS = (*PEOPLE, "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Content-Type")
ENVELOPE = "id,threadId,labelIds,internalDate,payload/headers"
DEFAULT = "@default"  # the task list in which what is new goes
REF = "id,etag"  # what we want to know of an event that we wrote


class Http:
    """What the library takes for `httplib2.Http`: one session for all of one account's requests."""

    def __init__(self, *, token: str, wire: Wire) -> None:
        self._session = Session(wire)
        self._token = token

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        sent = {**(headers or {}), "authorization": f"Bearer {self._token}"}
        response = self._session.request(method, uri, data=body, headers=sent)
        said = {name.lower(): value for name, value in response.headers.items()}
        return httplib2.Response({**said, "status": str(response.status_code)}), response.content

    def close(self) -> None:
        self._session.close()


@lru_cache(maxsize=16)
def _document(name: str, version: str, root: str) -> dict[str, Any]:
    """What an API says of itself, at this address."""
    document: dict[str, Any] = json.loads(get_static_doc(name, version))
    return {**document, "rootUrl": f"{root}/", "mtlsRootUrl": f"{root}/"}


@lru_cache(maxsize=64)
def _collection(name: str, version: str, root: str, *path: str) -> Any:
    """What makes the requests of one collection of an API, such as `users`, `messages`. It is never to send any."""
    if not path:
        return build_from_document(_document(name, version, root), http=object())
    return getattr(_collection(name, version, root, *path[:-1]), path[-1])()


class ApiClient:
    """Requests to one of Google's APIs. Every failure leaves as `ConnectorError`."""

    def __init__(self, http: Http, api_root: str, name: str, version: str) -> None:
        self._http = http
        self._root = api_root.rstrip("/")
        self._api = name, version, self._root
        self._batch_url = f"{self._root}/{self._batches(name, version, _document(*self._api)['batchPath'])}"

    def _collection(self, *path: str) -> Any:
        return _collection(*self._api, *path)

    def _batches(self, name: str, version: str, documented: str) -> str:
        """Where batches go: an address of the API's own, which older guides name."""
        return f"batch/{name}/{version}"

    def _ask(self, request: Any, operation: str, *needs: str) -> dict[str, Any]:
        """The answer, which has one of the fields in `needs`: without any it is no answer to what was asked. Where none
        is named, an empty one is an answer.
        """
        return self._ask_when(request, operation, *needs)[0]

    def _ask_when(self, request: Any, operation: str, *needs: str) -> tuple[dict[str, Any], str]:
        """The same, and the provider's own time of it as the header `Date` has it.

        Sent and read here and not by the library, whose own errors stumble over bodies that are not Google's.
        """
        response, body = self._http.request(request.uri, request.method, request.body, request.headers)
        answer = _as_answer(response, body, operation)
        said = json_value(answer.body)
        if answer.status != 200 or not isinstance(said, dict) or "error" in said:
            raise self._refused(answer)
        if needs and not said.keys() & set(needs):
            raise self._refused(answer)
        return said, answer.headers.get("date", "")

    def _tell(self, request: Any, operation: str) -> None:
        """Asks for what is answered without content."""
        response, body = self._http.request(request.uri, request.method, request.body, request.headers)
        answer = _as_answer(response, body, operation)
        if answer.status not in (200, 204) or DIALECT.details(answer):
            raise self._refused(answer)

    def _refused(self, answer: Answer) -> ConnectorError:
        """What the answer names as its error; a good status with nothing in it that we can read is no success."""
        verdict = DIALECT.verdict(answer)
        if answer.status != 200 or verdict.kind is not Kind.UNKNOWN:
            return ConnectorError(verdict)
        return network.error("NON_JSON_ANSWER", urlsplit(self._root).netloc, status=200)

    def _batch(self, requests: Sequence[Any]) -> list[Answer]:
        """The answers in the order of the requests, of which there are at most `BATCH`."""
        headers, sent = {"content-type": batch.CONTENT_TYPE}, batch.encode([_part(each) for each in requests])
        answer, body = self._http.request(self._batch_url, "POST", sent, headers)
        answers = batch.decode(answer.get("content-type", ""), body) if answer.status == 200 else {}
        if not answers.keys() >= set(range(len(requests))):
            raise self._refused(_as_answer(answer, body))
        return [answers[number] for number in range(len(requests))]


class GmailClient(ApiClient):
    """The mailbox of one user."""

    def __init__(self, *, http: Http, api_root: str) -> None:
        super().__init__(http, api_root, "gmail", "v1")
        self._users = self._collection("users")
        self._messages = self._collection("users", "messages")

    def profile(self) -> dict[str, Any]:
        return self._ask(self._users.getProfile(userId="me"), "profile", "historyId")

    def list_labels(self) -> dict[str, Any]:
        return self._ask(self._collection("users", "labels").list(userId="me"), "labels", "labels")

    def make_label(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._ask(self._collection("users", "labels").create(userId="me", body=body), "label", "id")

    def relabel(self, body: Mapping[str, Any]) -> None:
        """Of up to `RELABELLED` messages."""
        self._tell(self._messages.batchModify(userId="me", body=body), "relabel")

    def list_messages(self, *, size: int, page: str | None, since: str) -> dict[str, Any]:
        """What came at `since` (seconds since 1970) or later, "" for everything.

        Spam and trash as well: what stays out does so by a rule that people can see, not by not being looked at.
        """
        query = f"after:{since}" if since else None
        request = self._messages.list(userId="me", maxResults=size, pageToken=page, includeSpamTrash=True, q=query)
        return self._ask(request, "messages", "resultSizeEstimate", "messages")

    def history(self, *, start: str, size: int, kinds: Sequence[str], page: str | None) -> dict[str, Any]:
        request = self._collection("users", "history").list(
            userId="me", startHistoryId=start, maxResults=size, historyTypes=list(kinds), pageToken=page
        )
        return self._ask(request, HISTORY, "historyId")

    def watch(self, topic: str) -> dict[str, Any]:
        """Has changes published to a topic of Pub/Sub."""
        return self._ask(self._users.watch(userId="me", body={"topicName": topic}), "watch", "expiration")

    def unwatch(self) -> None:
        """Ends all of it, whoever began it."""
        self._tell(self._users.stop(userId="me"), "stop")

    def raw_messages(self, ids: Sequence[str]) -> list[Answer]:
        """One answer for each id, in their order; at most `BATCH` of them, in one request."""
        return self._batch([self._messages.get(userId="me", id=each, format="raw") for each in ids])

    def headers(self, ids: Sequence[str]) -> list[Answer]:
        """Likewise, of each message its headers and nothing of what it says, not even the first words."""
        wanted = {"userId": "me", "format": "metadata", "metadataHeaders": list(HEADERS), "fields": ENVELOPE}
        return self._batch([self._messages.get(id=each, **wanted) for each in ids])

    def message_headers(self, message_id: str) -> dict[str, Any]:
        request = self._messages.get(userId="me", id=message_id, format="metadata")
        return self._ask(request, "message", "payload")


class CalendarClient(ApiClient):
    """The calendars of one user, events by the names that `rounds` has for them. Nobody is ever told by mail of what
    we write. New events are made in the primary calendar.

    `ask` sends the requests that the other methods make, at most `BATCH` of them at once, each answered by itself.
    """

    def __init__(self, *, http: Http, api_root: str) -> None:
        super().__init__(http, api_root, "calendar", "v3")
        self._events = self._collection("events")
        self._channels = self._collection("channels")

    def list_events(self, *, size: int, page: str, calendar: str = "", **query: Any) -> dict[str, Any]:
        """One page, in the words of the API. Where a list goes on at neither a page nor a place, it is no list."""
        request = self._events.list(calendarId=calendar or PRIMARY, maxResults=size, pageToken=page or None, **query)
        return self._ask(request, "events", "nextPageToken", "nextSyncToken")

    def head(self, calendar: str) -> dict[str, Any]:
        """What stands above the events of a calendar: its name, and what we may do there."""
        request = self._events.list(calendarId=calendar, maxResults=1, fields="kind,summary,accessRole")
        return self._ask(request, "events", "kind")

    def watch(self, calendar: str, channel: Mapping[str, Any]) -> dict[str, Any]:
        """Opens a channel over which is told that events of a calendar have changed."""
        request = self._events.watch(calendarId=calendar or PRIMARY, body=channel)
        return self._ask(request, "events.watch", "expiration")

    def unwatch(self, channel: Mapping[str, Any]) -> None:
        self._tell(self._channels.stop(body=channel), "channels.stop")

    def ask(self, requests: Sequence[Any]) -> list[Answer]:
        return self._batch(requests)

    def get(self, event_id: str, fields: str) -> Any:
        return self._events.get(**_place(event_id), fields=fields)

    def insert(self, body: Mapping[str, Any]) -> Any:
        return self._events.insert(calendarId=PRIMARY, body=body, sendUpdates="none", fields=REF)

    def patch(self, event_id: str, body: Mapping[str, Any], version: str) -> Any:
        request = self._events.patch(**_place(event_id), body=body, sendUpdates="none", fields=REF)
        return _if_match(request, version)

    def delete(self, event_id: str, version: str) -> Any:
        request = self._events.delete(**_place(event_id), sendUpdates="none")
        return _if_match(request, version)


def _place(name: str) -> dict[str, str]:
    calendar, event_id = rounds.split(name)
    return {"calendarId": calendar or PRIMARY, "eventId": event_id}


class TasksClient(ApiClient):
    """The task lists of one user, and the tasks in them. `ask` as in `CalendarClient`."""

    def __init__(self, *, http: Http, api_root: str) -> None:
        super().__init__(http, api_root, "tasks", "v1")
        self._lists = self._collection("tasklists")
        self._tasks = self._collection("tasks")

    def _batches(self, name: str, version: str, documented: str) -> str:
        """Tasks has no guide to batches: its document alone says where they go."""
        return documented

    def lists(self, *, size: int, page: str) -> tuple[dict[str, Any], str]:
        """One page, and when Google made it (a `Date`)."""
        request = self._lists.list(maxResults=size, pageToken=page or None, fields="nextPageToken,items(id,updated)")
        return self._ask_when(request, "lists", "nextPageToken", "items")

    @cached_property
    def default_list(self) -> str:
        """The id that the default list has beside `@default`. Nobody can delete that list."""
        return str(self._ask(self._lists.get(tasklist=DEFAULT, fields="id"), "list", "id")["id"])

    def list_tasks(self, tasklist: str, *, size: int, page: str, fields: str, since: str) -> dict[str, Any]:
        """One page of what changed at `since` or later ("": of all), deleted and hidden ones as well."""
        request = self._tasks.list(
            tasklist=tasklist,
            maxResults=size,
            pageToken=page or None,
            updatedMin=since or None,
            showCompleted=True,
            showDeleted=True,
            showHidden=True,
            fields=f"kind,nextPageToken,items({fields})",
        )
        return self._ask(request, "tasks", "kind")

    def ask(self, requests: Sequence[Any]) -> list[Answer]:
        return self._batch(requests)

    def get(self, tasklist: str, task: str, fields: str) -> Any:
        return self._tasks.get(tasklist=tasklist, task=task, fields=fields)

    def insert(self, body: Mapping[str, Any], fields: str) -> Any:
        return self._tasks.insert(tasklist=DEFAULT, body=body, fields=fields)

    def patch(self, tasklist: str, task: str, body: Mapping[str, Any], etag: str, fields: str) -> Any:
        return _if_match(self._tasks.patch(tasklist=tasklist, task=task, body=body, fields=fields), etag)

    def delete(self, tasklist: str, task: str, etag: str) -> Any:
        return _if_match(self._tasks.delete(tasklist=tasklist, task=task), etag)


def _if_match(request: Any, version: str) -> Any:
    """The request, to be carried out only while it has that version; "" is any."""
    if version:
        request.headers["if-match"] = version
    return request


def _part(request: Any) -> batch.Part:
    """A request of the library's as a part of a batch."""
    address = urlsplit(request.uri)
    version = request.headers.get("if-match")
    return batch.Part(
        method=request.method,
        target=f"{address.path}?{address.query}",
        body=request.body or "",
        headers={"If-Match": version} if version else {},
    )


def _as_answer(response: httplib2.Response, body: bytes, operation: str = "") -> Answer:
    text = body.decode("utf-8", "replace")
    return Answer(status=response.status, headers=dict(response), body=text, operation=operation)
