"""A simulated org on a real TLS port, and the plain library against it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce.exceptions import SalesforceError

from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.salesforce.ids import mint
from connectors.simulators.salesforce.org import ADMINISTRATOR

VERSION = "67.0"
ROOT = f"/services/data/v{VERSION}"


def session(ca: Path) -> requests.Session:
    """What an application gives the library: our authority, and nothing of the environment."""
    made = requests.Session()
    made.verify, made.trust_env = str(ca), False
    return made


def connect(url: str, token: str, http: requests.Session, **more: Any) -> Any:
    """The library as its documentation shows it for a token that one has."""
    from simple_salesforce import Salesforce  # type: ignore[attr-defined] # re-exported without saying so

    return Salesforce(instance_url=url, session_id=token, session=http, **more)


@dataclass(frozen=True)
class Bench:
    """`sf` is `simple-salesforce` as its documentation shows it; `http` is plain requests with the same trust."""

    sim: SalesforceSimulator
    http: requests.Session
    sf: Any  # a Salesforce; its typed `__getattr__` says that `sf.Lead` may be a bulk job

    # -- plain HTTP

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """A request with the library's token; `path` from `/services` on, or within the version."""
        address = path if path.startswith(("/services", "/id/")) else f"{ROOT}/{path}"
        headers = {"Authorization": f"Bearer {self.sf.session_id}"} | more.pop("headers", {})
        return self.http.request(
            method, f"{self.sim.base_url}{address}", headers=headers, allow_redirects=False, **more
        )

    def oauth(self, path: str, **form: str) -> requests.Response:
        return self.http.post(f"{self.sim.base_url}/services/oauth2/{path}", data=form, allow_redirects=False)

    def administrator(self) -> Bench:
        """The same org through the eyes of its administrator."""
        return replace(self, sf=connect(self.sim.base_url, self.sim.token(ADMINISTRATOR), self.http, version=VERSION))

    # -- the control door's hand

    def control(self, verb: str, **arguments: Any) -> Any:
        return self.sim.control(verb, arguments)

    def make(self, name: str, **fields: Any) -> str:
        """A record past all rules; required fields are filled."""
        return str(self.control("create", object=name, fields=MADE.get(name, {}) | fields)["id"])

    def row(self, record_id: str) -> Mapping[str, Any]:
        found = self.sim.org.store.get(record_id)
        assert found is not None
        return found

    def rows(self, name: str, *, deleted: bool = False) -> list[Mapping[str, Any]]:
        return list(self.sim.org.store.rows(name, deleted=deleted))

    def lead(self, **fields: Any) -> Any:
        """`sf.Lead.create` with what a lead needs."""
        return self.sf.Lead.create({"LastName": "Meyer", "Company": "Acme", **fields})

    def message(self, **fields: Any) -> Any:
        """`sf.EmailMessage.create` of a sent message."""
        return self.sf.EmailMessage.create({"Subject": "Hello", "Status": "3", **fields})

    def event(self, **fields: Any) -> Any:
        """`sf.Event.create` of an hour's meeting."""
        return self.sf.Event.create({**MADE["Event"], **fields})

    def task(self, **fields: Any) -> Any:
        """`sf.Task.create` of a task with a subject."""
        return self.sf.Task.create({**MADE["Task"], **fields})

    def case(self, **fields: Any) -> Any:
        """`sf.Case.create` of a case with a subject."""
        return self.sf.Case.create({"Subject": "Help", **fields})

    def file(self, content: bytes = b"Hello", **fields: Any) -> str:
        """`sf.ContentVersion.create` of a small text: the id of its document."""
        sent = {"PathOnClient": "hello.txt", "VersionData": b64encode(content).decode(), **fields}
        return str(self.row(self.sf.ContentVersion.create(sent)["id"])["ContentDocumentId"])

    def invite(self, event: str, whom: str, **fields: Any) -> Any:
        return self.sf.EventRelation.create({"EventId": event, "RelationId": whom, **fields})

    def user(self, name: str, **fields: Any) -> str:
        return self.make("User", Username=f"{name}@acme.example", **fields)

    def collection(self, *records: Mapping[str, Any], method: str = "POST", **body: Any) -> Any:
        sent = {"allOrNone": False, "records": list(records), **body}
        return self.sf.restful("composite/sobjects", method=method, json=sent)

    def composite(self, *parts: Mapping[str, Any], **body: Any) -> list[dict[str, Any]]:
        """The answers of sub-requests; urls are within the version, names are `part0`, `part1`, …"""
        named = [{"referenceId": f"part{n}", **part, "url": f"{ROOT}/{part['url']}"} for n, part in enumerate(parts)]
        answer = self.sf.restful("composite", method="POST", json={"compositeRequest": named, **body})
        return list(answer["compositeResponse"])


MADE: dict[str, dict[str, Any]] = {
    "Contact": {"LastName": "Meyer"},
    "Lead": {"LastName": "Meyer", "Company": "Acme"},
    "Account": {"Name": "Acme"},
    "EmailMessage": {"Subject": "Hello", "Status": "3"},
    "Event": {"Subject": "Meeting", "StartDateTime": "2026-12-01T10:00:00Z", "DurationInMinutes": 60},
    "Task": {"Subject": "Call back"},
    "User": {"LastName": "Seller", "Email": "seller@acme.example"},
}


def lead(**fields: Any) -> dict[str, Any]:
    """A lead as a record of a collection."""
    return {"attributes": {"type": "Lead"}, "LastName": "Meyer", "Company": "Acme", **fields}


def never(name: str = "003") -> str:
    """A well-formed id that no record has."""
    return mint(name, 999_999)


def miscounted(record_id: str) -> str:
    """The same id with a check character that is wrong."""
    return record_id[:-1] + ("A" if record_id[-1] != "A" else "B")


def works(act: Callable[[], object]) -> bool:
    """Whether the plain library does something without a refusal."""
    try:
        act()
    except SalesforceError:
        return False
    return True


@dataclass(frozen=True)
class Refusal:
    """A refusal as a client sees it. In `message` a `*` stands for any text; no `fields` means that none are told."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] | None = None

    def is_told_by(self, status: int, error: Mapping[str, Any], code: str = "errorCode") -> None:
        """Asserts status, code, message and whether `fields` is there."""
        assert (status, error[code]) == (self.status, self.code)
        pattern = ".*".join(re.escape(part) for part in self.message.split("*"))
        assert re.fullmatch(pattern, error["message"], re.DOTALL), error["message"]
        told = error.get("fields")
        assert (None if told is None else tuple(told)) == self.fields


@dataclass(frozen=True)
class Case:
    """What the plain library does, and the refusal that it gets."""

    act: Callable[[Bench], Any]
    refusal: Refusal

    def check(self, bench: Bench) -> None:
        with pytest.raises(SalesforceError) as caught:
            self.act(bench)
        errors: Any = caught.value.content
        assert isinstance(errors, list), errors
        self.refusal.is_told_by(caught.value.status, errors[0])
        assert set(errors[0]) <= {"message", "errorCode", "fields", "duplicateResut"}


def case(
    act: Callable[[Bench], Any], status: int, code: str, message: str, fields: tuple[str, ...] | None = None
) -> Case:
    return Case(act, Refusal(status, code, message, fields))
