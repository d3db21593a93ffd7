"""A client of Syncapp's REST interface in one file, with nothing but Python's standard library. Copy it, and change it.

    client = Client("https://syncapp.example", token="msk_…")
    for issue in client.issues(status="open"):
        print(issue.reference, issue.plain)
        for step in issue.steps:
            print("  ", step.who, step.text)
    client.retry(17)

Nothing is tried again by itself: whoever calls knows whether that makes sense, and gives an order a key to send it
again. Every refusal is a `Problem`, which says what to do. A test of Syncapp runs this file against a real server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do, and who can do it."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Issue:
    """An item, a mailbox or an organization that needs somebody. `title` is None where it is kept from you; `etag` is
    there for one that was asked for by itself."""

    id: int
    url: str
    reference: str
    status: str
    code: str
    plain: str
    fixer: str
    advice: str
    steps: list[Step]
    failures: int
    first_at: datetime
    last_at: datetime
    resource: str | None = None
    title: str = ""
    kept_from_you: bool = False
    etag: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One e-mail, event, task or contact. The identifiers are None where they are kept from you."""

    id: int
    url: str
    resource: str
    state: str
    title: str
    salesforce_id: str | None
    synced_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An order for many issues, and how far it is."""

    id: int
    url: str
    state: str
    done: int
    total: int | None = None
    resolved: int = 0
    failed_again: int = 0
    may: list[str] = field(default_factory=list)


class Problem(Exception):
    """A refusal. Nothing was done.

    `code` is the stable name of its kind (“invalid”, “stale”, “throttled” …) and `step` says what to do. `wrong` names
    the parts of the request that it is about, each with a sentence. `retry_after`: seconds until a try makes sense
    again; None where nobody said so.
    """

    def __init__(self, status: int, said: Mapping[str, Any], retry_after: float | None) -> None:
        self.status = status
        self.code = str(said.get("type", "")).rstrip("/").rpartition("/")[2] or "unknown"
        self.title = str(said.get("title", "No answer of Syncapp"))
        self.step = str(said.get("detail", "Check the address, and what stands between you and it."))
        self.wrong = {_place(each): str(each.get("detail", "")) for each in said.get("errors", [])}
        self.retry_after = retry_after
        super().__init__(f"{status} {self.title}. {self.step}")


class Client:
    """Asks one Syncapp with one token. `timeout` is in seconds; a request that takes longer raises `TimeoutError`."""

    def __init__(self, address: str, *, token: str, timeout: float = 30.0) -> None:
        self._base = f"{address.rstrip('/')}/api/v1/"
        self._token = token
        self._timeout = timeout
        self._opener = build_opener(_NoRedirects)

    def issues(self, **narrowed: Any) -> Iterator[Issue]:
        """All issues, newest first: `status="open"`, `mailbox=3`, `code=…`, `since=…` and the other parameters."""
        return (_made(Issue, row) for row in self.rows("issues/", **narrowed))

    def issue(self, number: int) -> Issue:
        """One issue by its id, with the `etag` that `retry` and `ignore` take."""
        return self._issue("GET", f"issues/{number}/")

    def retry(self, number: int, *, key: str = "", etag: str = "") -> Issue:
        """Has one tried again. With `etag` only if it is as you saw it: else `Problem` with the code “stale”."""
        return self._issue("POST", f"issues/{number}/retry/", {}, key=key, etag=etag)

    def ignore(
        self, number: int, reason: str, *, until: datetime | None = None, key: str = "", etag: str = ""
    ) -> Issue:
        """Sets it aside until then, or for good."""
        body = {"reason": reason, "until": until.isoformat() if until else None}
        return self._issue("POST", f"issues/{number}/ignore/", body, key=key, etag=etag)

    def items(self, **narrowed: Any) -> Iterator[Item]:
        """All items, newest first: `state="failed"`, `resource="event"`, `changed_since=…` and the other parameters."""
        return (_made(Item, row) for row in self.rows("items/", **narrowed))

    def retry_many(self, choice: Mapping[str, Any], *, key: str = "") -> Operation:
        """Has many tried again: `{"cause": 4}`, `{"ids": [17, 18]}`, `{"all": True}` …; returns at once."""
        body, _ = self.ask("POST", "operations/", {"verb": "retry", "choice": choice}, key=key)
        return _made(Operation, body)

    def operation(self, number: int) -> Operation:
        """How far an order is."""
        body, _ = self.ask("GET", f"operations/{number}/")
        return _made(Operation, body)

    def rows(self, path: str, **narrowed: Any) -> Iterator[dict[str, Any]]:
        """The rows of any list, page after page; the next page is asked for when you get there."""
        query = urlencode({name: _plain(value) for name, value in narrowed.items()}, doseq=True)
        where = f"{path}?{query}" if query else path
        while where:
            page, _ = self.ask("GET", where)
            yield from page["results"]
            where = page["next"]

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", etag: str = ""
    ) -> tuple[dict[str, Any], str]:
        """Any request: the body of the answer, and its tag (“” if it has none). Raises `Problem`; ValueError for an
        address that is not this Syncapp's, to which the token is not sent; OSError where nobody answers."""
        address = urljoin(self._base, path)
        if not address.startswith(self._base):
            raise ValueError(f"{address} is not below {self._base}")
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        headers |= {name: said for name, said in (("Idempotency-Key", key), ("If-Match", etag)) if said}
        sent = None if body is None else json.dumps(body).encode()
        headers |= {} if sent is None else {"Content-Type": "application/json"}
        request = Request(address, data=sent, headers=headers, method=method)  # noqa: S310 - below the address given
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return json.load(answer), answer.headers.get("ETag", "")
        except HTTPError as refusal:
            with refusal:
                raise _problem(refusal) from None

    def _issue(self, method: str, path: str, body: Any = None, *, key: str = "", etag: str = "") -> Issue:
        found, tag = self.ask(method, path, body, key=key, etag=etag)
        return _made(Issue, found | {"etag": tag})


class _NoRedirects(HTTPRedirectHandler):
    """The interface redirects nobody, and a token must not follow to somewhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _problem(refusal: HTTPError) -> Problem:
    try:
        said = json.load(refusal)
    except ValueError:  # something between us and Syncapp answered
        said = {}
    after = refusal.headers.get("Retry-After", "")
    return Problem(refusal.code, said if isinstance(said, dict) else {}, float(after) if after.isdigit() else None)


def _place(fault: Mapping[str, Any]) -> str:
    return str(fault.get("pointer") or fault.get("parameter") or fault.get("header") or "")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _made(cls: type[T], row: Mapping[str, Any]) -> T:
    """The fields that the class has; what is new in the interface does no harm."""
    wanted = {each.name for each in fields(cls) if each.name in row}  # type: ignore[arg-type]  # each is a dataclass
    return cls(**{name: _read(name, row[name]) for name in wanted})


def _read(name: str, value: Any) -> Any:
    if name == "steps":
        return [_made(Step, each) for each in value]
    return datetime.fromisoformat(value) if name.endswith("_at") and value else value
