"""Google's client library on our transport: it builds the requests, we send each of them once.

Traps that this module closes: `httplib2` re-sends a POST by itself (RETRIES is 2) and is not used;
google-auth renews a token on 401 by itself and is not used; `execute()` has retries of its own and is not used;
discovery documents come from the package, so nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc

from connectors import network
from connectors.bodies import json_value
from connectors.errors import Answer, ConnectorError, Kind
from connectors.google import batch
from connectors.google.errors import DIALECT, HISTORY
from connectors.transport import Session
from connectors.wire import Wire

BATCH = 50  # Google takes 100 and advises against more than 50


class _Http:
    """What the library takes for `httplib2.Http`."""

    def __init__(self, session: Session, token: str) -> None:
        self._session = session
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


class GmailClient:
    """Requests to Gmail for one user. Every failure leaves as `ConnectorError`."""

    def __init__(self, *, token: str, api_root: str, wire: Wire) -> None:
        self._root = api_root.rstrip("/")
        self._session = Session(wire)
        self._http = _Http(self._session, token)
        document = json.loads(get_static_doc("gmail", "v1"))
        document["rootUrl"] = document["mtlsRootUrl"] = f"{self._root}/"
        self._users = build_from_document(document, http=self._http).users()

    def profile(self) -> dict[str, Any]:
        return self._ask(self._users.getProfile(userId="me"), "profile", "historyId")

    def list_messages(self, *, size: int, page: str | None) -> dict[str, Any]:
        """Spam and trash as well: what stays out does so by a rule that people can see, not by not being looked at."""
        request = self._users.messages().list(userId="me", maxResults=size, pageToken=page, includeSpamTrash=True)
        return self._ask(request, "messages", "resultSizeEstimate", "messages")

    def history(self, *, start: str, size: int, kinds: Sequence[str], page: str | None) -> dict[str, Any]:
        request = self._users.history().list(
            userId="me", startHistoryId=start, maxResults=size, historyTypes=list(kinds), pageToken=page
        )
        return self._ask(request, HISTORY, "historyId")

    def raw_messages(self, ids: Sequence[str]) -> list[Answer]:
        """One answer for each id, in their order; at most `BATCH` of them, in one request."""
        requests = [self._users.messages().get(userId="me", id=each, format="raw") for each in ids]
        return self._batch([_target(request.uri) for request in requests])

    def message_headers(self, message_id: str) -> dict[str, Any]:
        request = self._users.messages().get(userId="me", id=message_id, format="metadata")
        return self._ask(request, "message", "payload")

    def close(self) -> None:
        self._session.close()

    def _ask(self, request: Any, operation: str, *needs: str) -> dict[str, Any]:
        """The answer, which has one of the fields in `needs`: without any it is no answer to what was asked.

        Sent and read here and not by the library, whose own errors stumble over bodies that are not Google's.
        """
        response, body = self._http.request(request.uri, request.method, request.body, request.headers)
        answer = _as_answer(response, body, operation)
        said = json_value(answer.body)
        if answer.status != 200 or not isinstance(said, dict) or "error" in said or not said.keys() & set(needs):
            raise self._refused(answer)
        return said

    def _refused(self, answer: Answer) -> ConnectorError:
        """What the answer names as its error; a good status with nothing in it that we can read is no success."""
        verdict = DIALECT.verdict(answer)
        if answer.status != 200 or verdict.kind is not Kind.UNKNOWN:
            return ConnectorError(verdict)
        return network.error("NON_JSON_ANSWER", urlsplit(self._root).netloc, status=200)

    def _batch(self, paths: Sequence[str]) -> list[Answer]:
        headers = {"content-type": batch.CONTENT_TYPE}
        answer, body = self._http.request(f"{self._root}/batch/gmail/v1", "POST", batch.encode(paths), headers)
        answers = batch.decode(answer.get("content-type", ""), body) if answer.status == 200 else {}
        if not answers.keys() >= set(range(len(paths))):
            raise self._refused(_as_answer(answer, body))
        return [answers[number] for number in range(len(paths))]


def _target(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.path}?{parts.query}"


def _as_answer(response: httplib2.Response, body: bytes, operation: str = "") -> Answer:
    text = body.decode("utf-8", "replace")
    return Answer(status=response.status, headers=dict(response), body=text, operation=operation)
