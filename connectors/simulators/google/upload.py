"""The body of a request to an API: JSON, a message sent as it is, or both in one multipart/related.

https://developers.google.com/workspace/gmail/api/guides/uploads
"""

from __future__ import annotations

import re
from typing import Any

from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.discovery import Api, Method, parse_body
from connectors.simulators.simulator import Request


def body(request: Request, api: Api, method: Method) -> tuple[dict[str, Any], bytes | None]:
    """The checked JSON and the uploaded bytes, `None` where nothing was uploaded. Raises `ApiError` 400 or 501."""
    if not method.upload:
        return parse_body(api, method, request.body), None
    match request.first("uploadType"):
        case "media":
            return {}, request.body
        case "multipart":
            pieces = _pieces(request)
            return parse_body(api, method, pieces[0]), pieces[1]
        case other:
            raise not_simulated(f"uploadType={other}")


def _pieces(request: Request) -> list[bytes]:
    """The two parts, byte for byte: a mail parser would read the message instead of keeping it."""
    match = re.search(r'boundary="?([^";]+)"?', request.headers.get("content-type", ""))
    mark = b"--" + (match[1] if match else "").encode()
    pieces = [_after_headers(p) for p in re.split(rb"(?:^|\r?\n)" + re.escape(mark), request.body)[1:-1]]
    if match is None or len(pieces) != 2:
        raise ApiError(status=400, message="Malformed multipart body.", reason="badContent")
    return pieces


def _after_headers(piece: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", piece, maxsplit=1)[-1]
