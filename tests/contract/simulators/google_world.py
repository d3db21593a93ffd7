"""The Google simulator on loopback, and Google's own client library pointed at it as its documentation shows."""

from __future__ import annotations

import base64
import json
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import google_auth_httplib2  # type: ignore[import-untyped]  # has no stubs
import httplib2
import pytest
import requests
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError

from connectors.simulators.authority import issue
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.google.refusals import REFUSALS
from connectors.simulators.server import SimulatorServer
from connectors.simulators.timeline import Timeline

ADA, BOB = "ada@example.com", "bob@example.com"
CALLBACK = "https://syncapp.example.com/oauth/google/callback"
SCOPE = "https://www.googleapis.com/auth/gmail."
ALL_MAIL = "https://mail.google.com/"
ME = "me"
PROFILE = "/gmail/v1/users/me/profile"


NewCredentials: Any = Credentials  # google-auth is typed in part only
ROWS = {row.id: row for row in REFUSALS}


@dataclass(frozen=True, kw_only=True)
class Got:
    """A refusal as it came: the HTTP status, the provider's word for it, and the text."""

    status: int
    code: str
    message: str


@dataclass(kw_only=True)
class GoogleWorld:
    simulator: GoogleSimulator
    server: SimulatorServer
    ca: str
    session: requests.Session
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    _open: list[httplib2.Http] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.simulator.base_url

    # -- The control door, over HTTP as anybody would use it

    def door(self, verb: str, **arguments: Any) -> Any:
        headers = {"X-Simulator-Token": self.simulator.door_token}
        answer = self.session.post(f"{self.url}/_simulator/{verb}", json=arguments, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def account(self, email: str = ADA, *scopes: str) -> dict[str, str]:
        """Makes an account, once; what the door answers (tokens and client)."""
        if email not in self.accounts:
            wanted = {"scopes": list(scopes)} if scopes else {}
            self.accounts[email] = self.door("account", email=email, **wanted)
        return self.accounts[email]

    def deliver(self, raw: bytes = b"", *accounts: str, **arguments: Any) -> str:
        """Delivers a message; its id in the first account."""
        emails = accounts or (ADA,)
        for email in emails:
            self.account(email)
        text = base64.b64encode(raw or letter()).decode()
        return str(self.door("deliver", accounts=list(emails), raw=text, **arguments)[emails[0]]["id"])

    def move_clock(self, seconds: float) -> None:
        self.simulator.timeline.move_to(self.simulator.timeline.offset + seconds)

    # -- Google's library

    def http(self) -> httplib2.Http:
        http = httplib2.Http(ca_certs=self.ca)
        self._open.append(http)
        return http

    def gmail(self, email: str = ADA, *, token: str = "") -> Any:
        """`service.users()` with the account's access token, used as the library documents."""
        credentials = NewCredentials(token=token or self.account(email)["access_token"])
        return self.with_credentials(credentials)

    def with_credentials(self, credentials: Any) -> Any:
        http = google_auth_httplib2.AuthorizedHttp(credentials, http=self.http())
        return build_from_document(self.document(), http=http).users()

    def service(self, email: str = ADA) -> Any:
        credentials = NewCredentials(token=self.account(email)["access_token"])
        http = google_auth_httplib2.AuthorizedHttp(credentials, http=self.http())
        return build_from_document(self.document(), http=http)

    def document(self) -> dict[str, Any]:
        document = json.loads(get_static_doc("gmail", "v1"))
        document["rootUrl"] = document["mtlsRootUrl"] = f"{self.url}/"
        return dict(document)

    # -- Without a library

    def get(self, path: str, *, token: str | None = None, **query: Any) -> requests.Response:
        return self.request("GET", path, token=token, params=query)

    def request(self, method: str, path: str, *, token: str | None = None, **more: Any) -> requests.Response:
        """A raw request, with the first account's token unless another, or "" for none, is given."""
        text = self.account()["access_token"] if token is None else token
        headers = {"Authorization": f"Bearer {text}"} if text else {}
        return self.session.request(
            method, f"{self.url}{path}", headers=headers | more.pop("headers", {}), allow_redirects=False, **more
        )

    def token(self, **form: str) -> requests.Response:
        """A request to the token endpoint, with our client's id and secret unless they are given, or given as ""."""
        client = {k: self.account()[k] for k in ("client_id", "client_secret")}
        return self.session.post(f"{self.url}/token", data={k: v for k, v in (client | form).items() if v})

    def refresh(self, email: str = ADA, **form: str) -> requests.Response:
        refresh_token = self.account(email)["refresh_token"]
        return self.token(**{"grant_type": "refresh_token", "refresh_token": refresh_token} | form)

    def serve(self, simulator: GoogleSimulator) -> None:
        """Puts another simulator behind the same address."""
        self.simulator = self.server.simulator = simulator

    def restart(self) -> None:
        """Puts a copy of the world, as read from a file, into a simulator of its own behind the same address."""
        heir = GoogleSimulator(Timeline(), pickle.loads(pickle.dumps(self.simulator.world)))
        heir.base_url, heir.door_token = self.simulator.base_url, self.simulator.door_token
        self.serve(heir)

    def logged(self, method: str, path: str) -> tuple[str, bool, str]:
        """How a request is logged: operation, whether it writes, account."""
        before = len(self.door("calls"))
        self.request(method, path)
        line = self.door("calls")[before]
        return line["operation"], line["write"], line["account"]

    def close(self) -> None:
        for http in self._open:
            http.close()
        self.session.close()


@contextmanager
def running(folder: Path) -> Iterator[GoogleWorld]:
    certificate = issue(folder / "tls")
    simulator = GoogleSimulator(redirect_uris=(CALLBACK,))
    session = requests.Session()
    session.trust_env = False
    session.verify = str(certificate.ca)
    with SimulatorServer(simulator, certificate) as server:
        world = GoogleWorld(simulator=simulator, server=server, ca=str(certificate.ca), session=session)
        try:
            yield world
        finally:
            world.close()


# -- Refusals


def refused(request: Any) -> Got:
    """The refusal of a request of Google's library, its shape checked."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    return api_refusal(int(caught.value.resp.status), caught.value.resp["content-type"], caught.value.content)


def refused_raw(answer: requests.Response) -> Got:
    return api_refusal(answer.status_code, answer.headers["content-type"], answer.content)


def api_refusal(status: int, content_type: str, content: bytes) -> Got:
    """Google's envelope: https://developers.google.com/workspace/gmail/api/guides/handle-errors."""
    body = json.loads(content)
    error, first = body["error"], body["error"]["errors"][0]
    assert content_type == "application/json; charset=UTF-8"
    assert set(body) == {"error"}
    assert error["code"] == status
    assert set(error) <= {"code", "message", "errors", "status", "details"}
    assert error["status"].isupper()
    assert first["message"]
    return Got(status=status, code=first["reason"], message=error["message"])


def oauth_refusal(answer: requests.Response) -> Got:
    """RFC 6749, section 5.2."""
    body = answer.json()
    assert set(body) <= {"error", "error_description", "error_subtype"}
    return Got(status=answer.status_code, code=body["error"], message=body["error_description"])


def proves(row: str, got: Got) -> None:
    """Asserts that a refusal is what its row of the table says; … in the row stands for any text."""
    expected = ROWS[row]
    pieces = [re.escape(piece) for piece in expected.answer.split("…")]
    assert got.code == expected.code
    assert re.fullmatch(".*".join(pieces), f"{got.status} {got.message}", re.DOTALL), got


Case = Callable[[GoogleWorld], Got]


def asks(request: Callable[[Any], Any], *scopes: str) -> Case:
    """A request of the library, built from `service.users()`, in a mailbox with one message."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, *scopes)
        google.deliver()
        return refused(request(google.gmail()))

    return case


def about(request: Callable[[Any, str], Any], *scopes: str) -> Case:
    """Likewise, about the message that is there."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, *scopes)
        message_id = google.deliver()
        return refused(request(google.gmail(), message_id))

    return case


def raw(method: str, path: str, **more: Any) -> Case:
    return lambda google: refused_raw(google.request(method, path, **more))


# -- Messages


def letter(
    subject: str = "Hello",
    *,
    sender: str = "Carol Cole <carol@customer.example>",
    to: str = ADA,
    message_id: str = "",
    text: str = "Dear Ada,\r\n\r\nhow are you?",
    headers: str = "",
) -> bytes:
    """A plain message; `headers` are whole lines."""
    named = f"Message-ID: <{message_id}>\r\n" if message_id else ""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n{named}{headers}"
        f"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n{text}\r\n"
    ).encode()


def attached(name: str = "offer.pdf", content: bytes = b"%PDF-1.4 not much") -> bytes:
    """A message with a text and one attachment."""
    encoded = base64.encodebytes(content).decode().replace("\n", "\r\n")
    return (
        "From: carol@customer.example\r\nTo: ada@example.com\r\nSubject: Our offer\r\n"
        "Message-ID: <offer@customer.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="frontier"\r\n\r\n'
        "--frontier\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlease find it attached.\r\n"
        f'--frontier\r\nContent-Type: application/pdf; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}'
        "--frontier--\r\n"
    ).encode()
