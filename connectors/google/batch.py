"""Many calls in one request: Google's multipart/mixed of application/http.

The client library has a batch of its own, but it sends parts that were answered with 401 a second time by
itself; a repetition nobody decided on has no place here. Format:
https://developers.google.com/workspace/gmail/api/guides/batch
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.errors import Answer

BOUNDARY = "syncapp-batch"
CONTENT_TYPE = f'multipart/mixed; boundary="{BOUNDARY}"'

_PART_ID = re.compile(rb"^content-id:\s*<?response-item-(\d{1,4})>?\s*$", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")


def encode(paths: Sequence[str]) -> bytes:
    """The body of a batch of GETs; `paths` with their queries."""
    parts = (
        f"--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <item-{number}>\r\n\r\n"
        f"GET {path} HTTP/1.1\r\nAccept: application/json\r\n\r\n"
        for number, path in enumerate(paths)
    )
    return ("".join(f"{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n").encode()


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
    pieces = _BLANK.split(part.lstrip(), maxsplit=2)
    status = _STATUS.match(pieces[1]) if len(pieces) == 3 else None
    if status is None:
        return None
    lines = pieces[1].decode("utf-8", "replace").splitlines()[1:]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(status=int(status[1]), headers=headers, body=pieces[2].decode("utf-8", "replace").rstrip())
