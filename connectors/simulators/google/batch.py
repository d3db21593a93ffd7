"""Several calls in one request: multipart/mixed with a part application/http for each.

Format: https://developers.google.com/workspace/gmail/api/guides/batch. At most 100 parts, 50 for Calendar
(https://developers.google.com/workspace/calendar/api/guides/batch) and 1,000 for People
(https://developers.google.com/people/v1/batch). Tasks has no guide to batches; its document names their address, and it
gets the limit that most of Google's APIs have. The calls of a batch run at the same time, so those beyond what one user
may have under way are refused one by one; of People and Tasks no such limit is known.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mime
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.simulators.google.answers import ApiError
from connectors.simulators.simulator import Reply, Request

MOST_PARTS = {
    "/batch": 100,
    "/batch/gmail/v1": 100,
    "/batch/calendar/v3": 50,
    "/batch/people/v1": 1_000,
    "/batch/tasks/v1": 1_000,
}
PATHS = tuple(MOST_PARTS)
# Each of these APIs has a host of its own, and its batches at `/batch` there. Here the parts tell whose it is.
OWN_HOSTS = {"/v1/": "/batch/people/v1", "/tasks/v1/": "/batch/tasks/v1"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One inner call and the Content-ID by which its answer is known."""

    content_id: str
    request: Request


def answer(parts: list[Part], call: Callable[[Request, int], Reply]) -> Reply:
    """Carries out the parts in order; `call` gets each with its number among those of the same user."""
    so_far: Counter[str] = Counter()
    replies = []
    for part in parts:
        user = part.request.headers.get("authorization", "")
        so_far[user] += 1
        replies.append(call(part.request, so_far[user]))
    return _joined(parts, replies)


def read(request: Request) -> list[Part]:
    """The inner calls. Raises `ApiError` 400 for what is no batch, or a too large one."""
    content_type = request.headers.get("content-type", "")
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    whole = message_from_bytes(head + request.body)
    inner = whole.get_payload()
    if whole.get_content_type() != "multipart/mixed" or not isinstance(inner, list) or not inner:
        raise _refused(
            f"Failed to parse batch request, error: 0 items. Received batch body: ({len(request.body)}) bytes redacted"
        )
    parts = [_part(part, request) for part in inner if isinstance(part, Mime)]
    most = MOST_PARTS[_own(parts) if request.path == "/batch" else request.path]
    if len(parts) > most:
        raise _refused(f"Inner request count exceeds the limit. Received: {len(parts)}, Limit: {most}")
    return parts


def _own(parts: list[Part]) -> str:
    """The address of the API that all parts of a batch are for, else the common one."""
    found = {next((own for start, own in OWN_HOSTS.items() if p.request.path.startswith(start)), "") for p in parts}
    return (found.pop() if len(found) == 1 else "") or "/batch"


def crowds(request: Request) -> bool:
    """Whether an inner call counts among those that a user may have under way at once."""
    return not request.path.startswith(tuple(OWN_HOSTS))


def _refused(message: str) -> ApiError:
    return ApiError(status=400, message=message, reason="badRequest")


def _part(part: Mime, outer: Request) -> Part:
    body = part.get_payload(decode=True)
    if part.get_content_type() != "application/http" or not isinstance(body, bytes):
        raise _refused("Failed to parse batch request, error: a part is not of type application/http")
    return Part(content_id=" ".join(part.get("Content-ID", "").split()), request=_inner(body, outer))


def _inner(text: bytes, outer: Request) -> Request:
    line, _, rest = text.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n")
    head, _, body = rest.partition(b"\n\n") if not rest.startswith(b"\n") else (b"", b"", rest[1:])
    method, _, target = line.decode("utf-8", "replace").partition(" ")
    target = target.removesuffix(" HTTP/1.1").strip()
    url = urlsplit(target)
    return Request(
        method=method,
        path=unquote(url.path),
        query=parse_qs(url.query, keep_blank_values=True),
        headers=_inner_headers(head, outer),
        body=body,
        raw_target=target,
    )


def _inner_headers(head: bytes, outer: Request) -> dict[str, str]:
    """The part's own headers; those of the whole request hold for all parts, but for what speaks of its body."""
    shared = {k: v for k, v in outer.headers.items() if not k.startswith("content-")}
    own = message_from_bytes(head + b"\n\n")
    return shared | {name.lower(): str(value) for name, value in own.items()}


def _joined(parts: list[Part], replies: list[Reply]) -> Reply:
    boundary = f"batch_{secrets.token_urlsafe(18)}"
    body = b"".join(_shown(boundary, part, reply) for part, reply in zip(parts, replies, strict=True))
    return Reply(
        headers={"Content-Type": f"multipart/mixed; boundary={boundary}", "Vary": "Origin, X-Origin, Referer"},
        body=body + f"--{boundary}--\r\n".encode(),
    )


def _shown(boundary: str, part: Part, reply: Reply) -> bytes:
    answered = f"Content-ID: {_response_id(part.content_id)}\r\n" if part.content_id else ""
    status = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
    headers = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
    head = f"--{boundary}\r\nContent-Type: application/http\r\n{answered}\r\n{status}{headers}\r\n"
    return head.encode() + reply.body + b"\r\n"


def _response_id(content_id: str) -> str:
    if content_id.startswith("<"):
        return f"<response-{content_id[1:]}"
    return f"response-{content_id}"
