"""What Google's answers look like: JSON of the APIs, and the refusals of APIs, OAuth and pages for people.

The API's envelope of a refusal is `{"error": {"code", "message", "errors": [{"message", "domain", "reason"}], "status",
"details"}}` (https://developers.google.com/workspace/gmail/api/guides/handle-errors); the OAuth one is
`{"error", "error_description", "error_subtype"}` (RFC 6749, section 5.2).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

from connectors.simulators.door import STYLE
from connectors.simulators.simulator import Reply

# Words of google.rpc.Code that go with an HTTP status when nothing else is said.
WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    501: "UNIMPLEMENTED",
}
PROJECT_NUMBER = "314159265358"  # the cloud project that all clients belong to
_TYPES = "type.googleapis.com/google.rpc."
HEADERS = {
    "Content-Type": "application/json; charset=UTF-8",
    "Vary": "Origin, X-Origin, Referer",
    "Cache-Control": "private",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


def json_reply(value: object, status: int = 200, *, pretty: bool = True) -> Reply:
    """An API's answer; indented unless `prettyPrint=false` was asked for, as the documents declare."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n" if pretty else json.dumps(value, ensure_ascii=False)
    return Reply(status=status, headers=HEADERS, body=text.encode())


def no_content() -> Reply:
    """What a method without a declared answer gives."""
    return Reply(status=204, headers={k: v for k, v in HEADERS.items() if k != "Content-Type"})


@dataclass(kw_only=True, eq=False)
class ApiError(Exception):
    """A refusal of an API. `short` is the text of `errors[0]` where Google gives it another one.

    `listed` says whether the answer has `errors` at all: newer APIs leave them out.
    """

    status: int
    message: str
    reason: str
    domain: str = "global"
    word: str = ""
    short: str = ""
    location: str = ""
    details: tuple[dict[str, Any], ...] = ()
    challenge: str = ""
    listed: bool = True

    def body(self) -> dict[str, Any]:
        first = {"message": self.short or self.message}
        first |= {"domain": self.domain} if self.domain else {}
        first |= {"reason": self.reason}
        first |= {"location": self.location, "locationType": "header"} if self.location else {}
        error: dict[str, Any] = {"code": self.status, "message": self.message}
        error |= {"errors": [first]} if self.listed else {}
        error["status"] = self.word or WORDS[self.status]
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}

    def reply(self, *, pretty: bool = True) -> Reply:
        reply = json_reply(self.body(), self.status, pretty=pretty)
        challenge = {"WWW-Authenticate": self.challenge} if self.challenge else {}
        return Reply(status=reply.status, headers={**reply.headers, **challenge}, body=reply.body)


@dataclass(kw_only=True, eq=False)
class OAuthError(Exception):
    """A refusal of the token, revocation or user-info endpoint."""

    error: str
    description: str = ""
    status: int = 400
    subtype: str = ""

    def reply(self) -> Reply:
        body = {"error": self.error}
        body |= {"error_description": self.description} if self.description else {}
        body |= {"error_subtype": self.subtype} if self.subtype else {}
        return Reply.json(body, self.status, {"Content-Type": "application/json; charset=utf-8", "Vary": "Origin"})


@dataclass(kw_only=True, eq=False)
class PageError(Exception):
    """A refusal that a person sees in the browser, because there is nowhere safe to send them back to."""

    error: str
    sentence: str
    status: int = 400

    def reply(self) -> Reply:
        return html_page(
            f"Error {self.status}: {self.error}",
            f"<h1>Access blocked</h1><p>{escape(self.sentence)}</p>"
            f"<p>Error {self.status}: <code>{escape(self.error)}</code></p>",
            self.status,
        )


def html_page(title: str, inside: str, status: int = 200) -> Reply:
    """A page as Google's sign-in shows them: plain HTML, no script, in the looks of the control door."""
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}code{{overflow-wrap:anywhere}}</style></head>"
        f"<body><main>{inside}</main></body></html>"
    )
    return Reply.html(text, status)


def unknown_path(path: str) -> Reply:
    """Google's answer to a path it does not serve: HTML, never JSON, also for API hosts."""
    return html_page(
        "Error 404 (Not Found)!!1",
        f"<p><b>404.</b> <ins>That is an error.</ins></p><p>Nothing is served at <code>{escape(path)}</code>.</p>",
        404,
    )


def error_detail(reason: str, **metadata: str) -> dict[str, Any]:
    """A google.rpc.ErrorInfo; the reasons are listed in google/api/error_reason.proto."""
    return {"@type": _TYPES + "ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def help_detail(description: str, url: str) -> dict[str, Any]:
    return {"@type": _TYPES + "Help", "links": [{"description": description, "url": url}]}


def invalid(message: str) -> ApiError:
    """400 `invalidArgument`: the service itself looked at the request and refused it."""
    return ApiError(status=400, message=message, reason="invalidArgument")


def malformed(field: str, message: str) -> ApiError:
    """400 from the layer that turns HTTP into a typed request: reason `invalid`, no domain, a field violation."""
    violation = {"field": field, "description": message} if field else {"description": message}
    detail = {"@type": _TYPES + "BadRequest", "fieldViolations": [violation]}
    return ApiError(status=400, message=message, reason="invalid", domain="", details=(detail,))


def forbidden(message: str) -> ApiError:
    return ApiError(status=403, message=message, reason="forbidden")


def not_found() -> ApiError:
    return ApiError(status=404, message="Requested entity was not found.", reason="notFound")


def precondition(message: str) -> ApiError:
    return ApiError(status=400, message=message, reason="failedPrecondition", word="FAILED_PRECONDITION")


def not_simulated(what: str) -> ApiError:
    """What the real service can and this simulator cannot: said loudly, so that nobody takes it for Google's no."""
    return ApiError(status=501, message=f"This simulator does not do {what}.", reason="notImplemented")
