"""`simple-salesforce` on our transport.

It is given a token and nothing to log in with, so that it never renews a session and never sends a request
twice by itself; our session gives it the deadlines it does not have (it sets no timeout anywhere). Its
exceptions throw the answer's headers away, so refusals are read from the session's last answer instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connectors import network
from connectors.bodies import items, json_value
from connectors.errors import Answer, ConnectorError, Failure, Kind
from connectors.records import Allowance
from connectors.salesforce import namespace
from connectors.salesforce.errors import DIALECT
from connectors.transport import Session, answer_of
from connectors.wire import Wire, host_of

RECORDS = 200  # in one collection
QUERIES = 5  # queries or collections in one Composite request, which counts as one call
ROWS = 2000  # on one page of a query
COLLECTION = "composite/sobjects"
ANYWAY = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
NAMESPACE = "SELECT NamespacePrefix FROM Organization"
STOPS = (Kind.AUTH, Kind.RATE_LIMITED, Kind.TRANSIENT)  # what any other call would meet as well
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One request inside a Composite. `path` is within the version, with its query string; `body` is JSON."""

    method: str
    path: str
    body: object = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one part of a Composite answered: its own status, and its body as JSON."""

    status: int
    body: Any


def query(statement: str, *, deleted: bool = False) -> Part:
    """With `deleted`, what lies in the recycle bin and what was archived are looked through as well."""
    return Part(method="GET", path=f"{'queryAll' if deleted else 'query'}/?q={quote(statement, safe='')}")


def described(sobject: str) -> Part:
    return Part(method="GET", path=f"sobjects/{sobject}/describe")


def create(records: Sequence[Mapping[str, Any]], *, anyway: bool = False) -> Part:
    """With `anyway`, also where a duplicate rule finds one that is like it, and lets it through."""
    headers = ANYWAY if anyway else None
    return Part(method="POST", path=COLLECTION, body={"allOrNone": False, "records": list(records)}, headers=headers)


def update(records: Sequence[Mapping[str, Any]], *, anyway: bool = False) -> Part:
    """Likewise."""
    headers = ANYWAY if anyway else None
    return Part(method="PATCH", path=COLLECTION, body={"allOrNone": False, "records": list(records)}, headers=headers)


def delete(record_ids: Sequence[str]) -> Part:
    ids = ",".join(quote(record_id, safe="") for record_id in record_ids)
    return Part(method="DELETE", path=f"{COLLECTION}?ids={ids}&allOrNone=false")


class SalesforceClient:
    """Requests to one Salesforce org. Every failure leaves as `ConnectorError`, an address that is none at once."""

    def __init__(self, *, token: str, instance_url: str, version: str, wire: Wire) -> None:
        self.instance_url = instance_url.rstrip("/")
        self._host = host_of(self.instance_url)
        if not self._host:
            raise network.error("HOST_NOT_ALLOWED", self.instance_url[:100])
        self._session = Session(wire)
        self._token = token
        self._version = version
        self._namespace: str | None = None  # of the org itself; None as long as nobody asked
        self._salesforce = Salesforce(
            instance_url=self.instance_url,
            session_id=token,
            version=version,
            session=self._session,
            object_pairs_hook=dict,
        )

    def userinfo(self) -> dict[str, Any]:
        """Who we are (https://help.salesforce.com, “The UserInfo Endpoint”)."""
        response = self._session.get(f"{self.instance_url}/services/oauth2/userinfo", headers=self._shown())
        if response.status_code != 200:
            raise ConnectorError(DIALECT.verdict(answer_of(response, "userinfo")))
        said = json_value(response.text)
        if not isinstance(said, dict) or not said.get("user_id"):
            raise self.misread()
        return said

    def versions(self) -> list[str]:
        """The versions of the REST API that the org offers, as it names them (REST API Developer Guide, “Versions”)."""
        response = self._session.get(f"{self.instance_url}/services/data/")
        if response.status_code != 200:
            raise ConnectorError(DIALECT.verdict(answer_of(response, "versions")))
        offered = [str(each.get("version", "")) for each in _objects(json_value(response.text))]
        if not offered:
            raise self.misread()
        return offered

    def queries(self, statements: Sequence[str]) -> list[list[dict[str, Any]]]:
        """The rows of up to `QUERIES` statements, in one call plus one for each further 2,000 rows."""
        said = self.composite({f"query{number}": query(statement) for number, statement in enumerate(statements)})
        return [self.rows(part) for part in said.values()]

    def composite(self, parts: Mapping[str, Part]) -> dict[str, Said]:
        """Several requests in one call, each after the other; at most `QUERIES` of them queries or collections.

        A part may use what an earlier one answered: `@{name.member}`. One that fails stops no other.
        """
        asked = [
            {"method": p.method, "referenceId": name, "url": f"/services/data/v{self._version}/{p.path}"}
            | ({} if p.body is None else {"body": p.body})
            | ({"httpHeaders": dict(p.headers)} if p.headers else {})
            for name, p in parts.items()
        ]
        said = self._send("POST", "composite", {"allOrNone": False, "compositeRequest": asked})
        answers = _objects(said.get("compositeResponse") if isinstance(said, dict) else None)
        if len(answers) != len(parts):
            raise self.misread()
        return {name: _said(answer) for name, answer in zip(parts, answers, strict=True)}

    def results(self, said: Said, number: int) -> list[dict[str, Any]]:
        """One result for each of the `number` records of a collection inside a Composite."""
        self._check(said)
        results = _objects(said.body)
        if len(results) != number:
            raise self.misread()
        return results

    def rows(self, said: Said) -> list[dict[str, Any]]:
        """All rows of a query inside a Composite; one call for each further page."""
        rows, done = self.page(said)
        body = said.body
        while not done:
            body = self._send("GET", str(body.get("nextRecordsUrl")).rpartition(f"/v{self._version}/")[2], None)
            rows += self._part(body)
            done = body.get("done", True)
        return rows

    def page(self, said: Said) -> tuple[list[dict[str, Any]], bool]:
        """The first rows of a query inside a Composite, and whether these are all."""
        self._check(said)
        return self._part(said.body), bool(said.body.get("done", True))

    def value(self, said: Said) -> dict[str, Any]:
        """The JSON object that a part answered."""
        self._check(said)
        return self._object(said.body)

    def create(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One result for each of up to `RECORDS` records, in their order; one that fails stops no other."""
        said = self._send("POST", COLLECTION, create(records).body)
        results = _objects(said)
        if len(results) != len(records):
            raise self.misread()
        return results

    def upload(self, sobject: str, record: Mapping[str, Any], field: str, content: bytes) -> str:
        """Makes a record whose field is these bytes, sent beside it as they are: its id."""
        parts: dict[str, tuple[str | None, str | bytes, str]] = {
            "entity_content": (None, json.dumps(record), "application/json"),
            field: ("file", content, "application/octet-stream"),
        }
        response = self._session.request("POST", self._url(f"sobjects/{sobject}/"), headers=self._shown(), files=parts)
        if response.status_code != 201:
            raise ConnectorError(DIALECT.verdict(answer_of(response)))
        made = json_value(response.text)
        if not isinstance(made, dict) or made.get("success") is not True or not made.get("id"):
            raise self.misread()
        return str(made["id"])

    def describe(self, sobject: str) -> dict[str, Any]:
        """An object as we see it, with those of its fields that we see. Raises NOT_FOUND where we do not see it."""
        return self.own(self._object(self._send("GET", f"sobjects/{sobject}/describe", None)))

    def own(self, shown: dict[str, Any]) -> dict[str, Any]:
        """What describe shows, with our names for our fields; one call where an org shows them with a prefix."""
        if not namespace.prefixes(shown):
            return shown
        return namespace.described(shown, self.namespace())

    def namespace(self) -> str:
        """The org's own, which its fields have before their names; "" where it tells of none. One call, once."""
        if self._namespace is None:
            said = attempted(lambda: self.queries([NAMESPACE]))
            rows = [] if isinstance(said, Failure) else said[0]
            self._namespace = next((str(row.get("NamespacePrefix") or "") for row in rows), "")
        return self._namespace

    def make(self, kind: str, full_name: str, metadata: Mapping[str, object]) -> str:
        """Makes a component over the Tooling API, a field or a rule: its id."""
        body = {"FullName": full_name, "Metadata": dict(metadata)}
        return str(self._object(self._send("POST", f"tooling/sobjects/{kind}", body)).get("id", ""))

    def components(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a query over the Tooling API, of which there may be 2,000."""
        return self._part(self._send("GET", f"tooling/query/?q={quote(statement, safe='')}", None))

    def limits(self) -> dict[str, Any]:
        """What the org may use, and how much of it is left (REST API Developer Guide, “Limits”)."""
        return self._object(self._send("GET", "limits", None))

    def job(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """What Bulk API 2.0 says of a job."""
        return self._object(self._send(method, path, body))

    def sheet(self, method: str, path: str, content: bytes | None = None) -> str:
        """Sends CSV, or asks for some: the text of the answer, "" where it has none."""
        kind = {"Accept": "text/csv"} if content is None else {"Content-Type": "text/csv"}
        response = self._session.request(method, self._url(path), headers=self._shown() | kind, data=content)
        if response.status_code not in (200, 201):
            raise ConnectorError(DIALECT.verdict(answer_of(response)))
        told = response.headers.get("content-type", "text/csv") if content is None else "text/csv"
        if not told.lower().startswith("text/csv"):
            raise self.misread()
        return response.content.decode("utf-8", "replace")

    def _url(self, path: str) -> str:
        return f"{self.instance_url}/services/data/v{self._version}/{path}"

    def _shown(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _object(self, said: Any) -> dict[str, Any]:
        if not isinstance(said, dict):
            raise self.misread()
        return said

    def last(self) -> Answer | None:
        return self._session.last

    def allowance(self) -> Allowance:
        """Out of `Sforce-Limit-Info: api-usage=18/5000` of the last answer that had one."""
        header = self._session.last.headers.get("sforce-limit-info", "") if self._session.last else ""
        found = re.search(r"api-usage=(\d+)/(\d+)", header)
        return Allowance(used=int(found[1]), allowed=int(found[2])) if found else Allowance()

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, path: str, body: object) -> Any:
        try:
            return self._salesforce.restful(path, method=method, json=body)
        except SalesforceError as error:
            answer = self._session.last
            raise ConnectorError(DIALECT.verdict(answer or Answer(status=0, body=str(error)))) from error
        except (ValueError, TypeError, RecursionError) as error:  # the library also takes the length of what has none
            raise self.misread() from error

    def _check(self, said: Said) -> None:
        """Raises `ConnectorError` where a part was refused as a whole."""
        if said.status != 200:
            headers = self._session.last.headers if self._session.last else {}
            inner = Answer(status=said.status, headers=headers, body=json.dumps(said.body))
            raise ConnectorError(DIALECT.verdict(inner))

    def _part(self, body: Any) -> list[dict[str, Any]]:
        records = body.get("records") if isinstance(body, dict) else None
        if not isinstance(records, list):
            raise self.misread()
        return [namespace.plain(record) for record in records]

    def misread(self) -> ConnectorError:
        """A good status with something else behind it: the error that it names, or that there is nothing to read."""
        verdict = DIALECT.verdict(self._session.last or Answer(status=200))
        if verdict.kind is not Kind.UNKNOWN:
            return ConnectorError(verdict)
        return network.error("NON_JSON_ANSWER", self._host, status=200)


def attempted(ask: Callable[[], T]) -> T | Failure:
    """What was answered, or the refusal of it. Raises what stops every call."""
    try:
        return ask()
    except ConnectorError as error:
        if error.failure.kind in STOPS:
            raise
        return error.failure


def _objects(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list; what is none is left out."""
    return [each for each in items(value) if isinstance(each, dict)]


def _said(answer: Mapping[str, Any]) -> Said:
    status = answer.get("httpStatusCode")
    return Said(status=status if isinstance(status, int) else 0, body=answer.get("body"))
