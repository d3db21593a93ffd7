"""Many calls in one request: Google's multipart/mixed of application/http.

The client library has a batch of its own, but it sends parts that were answered with 401 a second time by
itself; a repetition nobody decided on has no place here. Format:
https://developers.google.com/workspace/gmail/api/guides/batch
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.errors import Answer

BOUNDARY = "syncapp-batch"
CONTENT_TYPE = f'multipart/mixed; boundary="{BOUNDARY}"'

_PART_ID = re.compile(rb"^content-id:\s*<?response-item-(\d{1,4})>?\s*$", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One call of a batch. `target` is a path with its query; `body` is JSON, or "" where there is none."""

    target: str
    method: str = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        body = self.body.encode()
        own = dict(self.headers)
        if body:
            own |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        # A line break in a value would begin a header of its own.
        lines = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in own.items())
        return f"{self.method} {self.target} HTTP/1.1\r\nAccept: application/json\r\n{lines}\r\n".encode() + body


def encode(parts: Sequence[Part]) -> bytes:
    """The body of a batch."""
    head = f"--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <item-%d>\r\n\r\n"
    told = ((head % number).encode() + part.encoded() + b"\r\n" for number, part in enumerate(parts))
    return b"".join(told) + f"--{BOUNDARY}--\r\n".encode()


def decode(content_type: str, body: bytes) -> dict[int, Answer]:
    """The answers by the place of their question. A part that cannot be read is left out. Never raises."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if not found:
        return {}
    delimiter = b"--" + found[1].encode()
    answers: dict[int, Answer] = {}
    for part in body.split(delimiter)[1:]:
        number, answer = _PART_ID.search(part), _answer(part)
        if number and answer:
            answers[int(number[1])] = answer
    return answers


def _answer(part: bytes) -> Answer | None:
    """A 204 has no body, and where nothing follows its headers there may be no blank line after them either."""
    pieces = _BLANK.split(part.lstrip(), maxsplit=2)
    status = _STATUS.match(pieces[1]) if len(pieces) > 1 else None
    if status is None:
        return None
    lines = pieces[1].decode("utf-8", "replace").splitlines()[1:]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    text = pieces[2].decode("utf-8", "replace").rstrip() if len(pieces) == 3 else ""
    return Answer(status=int(status[1]), headers=headers, body=text)
