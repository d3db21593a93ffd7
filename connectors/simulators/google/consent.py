"""The page on which a person allows or refuses access, and what Google checks before it shows it.

GET /o/oauth2/v2/auth checks the client and shows the page, or a refusal that only the person sees where the
address to send them back to cannot be trusted. The page posts a one-time ticket to the same address.
Source: https://developers.google.com/identity/protocols/oauth2/web-server#creatingclient.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from connectors.simulators.google.answers import PageError, html_page
from connectors.simulators.google.grants import CODE_SECONDS, Code
from connectors.simulators.google.oauth import SUSPENDED, TROUBLES
from connectors.simulators.google.world import Account, Client, World
from connectors.simulators.simulator import Call, Reply, Request

PATH = "/o/oauth2/v2/auth"
MOST_TICKETS = 1_000


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a client asks a person for."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    hint: str
    challenge: str
    method: str
    offline: bool
    consent: bool


class Consent:
    """Remembers the questions that are open, by their tickets."""

    def __init__(self, world: World, scopes: Callable[[], frozenset[str]]) -> None:
        self._world = world
        self._scopes = scopes
        self._open: dict[str, Question] = {}

    def ask(self, request: Request, call: Call) -> Reply:
        """The page. Raises `PageError`."""
        call.operation = "authorize"
        question = self._question(request)
        hinted = self._world.accounts.get(question.hint)
        if hinted:
            call.account = hinted.email
            _admitted(hinted)
        while len(self._open) >= MOST_TICKETS:
            del self._open[next(iter(self._open))]
        ticket = secrets.token_urlsafe(24)
        self._open[ticket] = question
        return html_page("Sign in – Google Accounts (simulator)", self._form(question, ticket, hinted))

    def decide(self, request: Request, call: Call) -> Reply:
        """Sends the person back to the client, with a code or with `access_denied`. Raises `PageError`."""
        call.operation = "consent"
        form = request.form()
        question = self._open.pop(form.get("ticket", ""), None)
        if question is None:
            raise PageError(error="invalid_request", sentence="This page was used already, or is too old. Start again.")
        if form.get("decision") != "allow":
            return _back(question, {"error": "access_denied"})
        account = self._world.accounts.get(form.get("account", "").lower())
        if account is None:
            raise PageError(error="invalid_request", sentence="Choose an account.")
        call.account = account.email
        _admitted(account)
        account.consent(question.scopes)
        return _back(question, {"code": self._code(question, account), "scope": " ".join(question.scopes)})

    def _code(self, question: Question, account: Account) -> str:
        return self._world.grants.issue_code(
            Code(
                client_id=question.client.id,
                email=account.email,
                scopes=question.scopes,
                redirect_uri=question.redirect_uri,
                challenge=question.challenge,
                method=question.method,
                offline=question.offline,
                consent=question.consent,
                ends_at=self._world.now() + CODE_SECONDS,
            )
        )

    def _question(self, request: Request) -> Question:
        client = self._client(request)
        redirect_uri = _wanted(request, "redirect_uri")
        if redirect_uri not in client.redirect_uris:
            raise PageError(
                error="redirect_uri_mismatch",
                sentence="The app sent an address to come back to that it did not register with Google.",
            )
        if _wanted(request, "response_type") != "code":
            raise PageError(error="unsupported_response_type", sentence="Only the response type “code” is simulated.")
        method = request.first("code_challenge_method") or "plain"
        if method not in ("S256", "plain"):
            raise PageError(error="invalid_request", sentence="Invalid value for code_challenge_method.")
        return Question(
            client=client,
            redirect_uri=redirect_uri,
            scopes=self._asked_scopes(request),
            state=request.first("state"),
            hint=request.first("login_hint").lower(),
            challenge=request.first("code_challenge"),
            method=method,
            offline=request.first("access_type") == "offline",
            consent="consent" in request.first("prompt").split(),
        )

    def _client(self, request: Request) -> Client:
        client = self._world.clients.get(_wanted(request, "client_id"))
        if client is None:
            raise PageError(error="invalid_client", sentence="The OAuth client was not found.", status=401)
        return client

    def _asked_scopes(self, request: Request) -> tuple[str, ...]:
        asked = tuple(dict.fromkeys(_wanted(request, "scope").split()))
        invalid = [scope for scope in asked if scope not in self._scopes()]
        if invalid:
            raise PageError(
                error="invalid_scope",
                sentence=f"Some requested scopes were invalid. {{invalid=[{', '.join(invalid)}]}}",
            )
        return asked

    def _form(self, question: Question, ticket: str, hinted: Account | None) -> str:
        wanted = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in question.scopes)
        return (
            f"<h1>{escape(question.client.name)} wants to access your Google Account</h1>"
            f'<form method="post" action="{PATH}"><input type="hidden" name="ticket" value="{ticket}">'
            f"{_chosen(hinted) if hinted else _choice(list(self._world.accounts.values()))}"
            f"<p>It will be able to use:</p><ul>{wanted}</ul>"
            '<button name="decision" value="allow">Allow</button> '
            '<button name="decision" value="cancel" formnovalidate>Cancel</button></form>'
        )


def _wanted(request: Request, name: str) -> str:
    value = request.first(name)
    if not value:
        raise PageError(error="invalid_request", sentence=f"Missing required parameter: {name}")
    return value


def _admitted(account: Account) -> None:
    if account.suspended:
        raise PageError(error="disabled_account", sentence=SUSPENDED[account.suspended])
    if account.trouble == "admin-policy":
        refusal = TROUBLES[account.trouble]()
        raise PageError(error=refusal.error, sentence=refusal.description)


def _chosen(account: Account) -> str:
    return (
        f"<p>Signed in as <strong>{escape(account.name)}</strong> ({escape(account.email)})</p>"
        f'<input type="hidden" name="account" value="{escape(account.email)}">'
    )


def _choice(accounts: list[Account]) -> str:
    rows = "".join(
        f'<p><label><input type="radio" name="account" value="{escape(a.email)}" required> '
        f"{escape(a.name)} ({escape(a.email)})</label></p>"
        for a in accounts
        if not a.suspended
    )
    return f"<fieldset><legend>Choose an account</legend>{rows}</fieldset>"


def _back(question: Question, answer: dict[str, str]) -> Reply:
    query = urlencode(({"state": question.state} if question.state else {}) | answer)
    joint = "&" if "?" in question.redirect_uri else "?"
    return Reply(status=302, headers={"Location": f"{question.redirect_uri}{joint}{query}"})
