"""What Gmail reads out of the bytes of a message: headers, snippet, parts, and what makes a thread.

Shapes: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages#Message.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mime
from email.parser import BytesHeaderParser
from functools import cached_property
from typing import Any

SNIPPET_LENGTH = 200
_REPLY_PREFIX = re.compile(r"^\s*(?:re|fwd?|aw|wg|sv|tr)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def base64url(content: bytes) -> str:
    """The alphabet of RFC 4648 section 5, with padding, as Google sends bytes."""
    return base64.urlsafe_b64encode(content).decode()


def from_base64url(text: str) -> bytes:
    """Bytes from either base64 alphabet, padding optional, as Google reads them. Raises ValueError."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


class Content:
    """A message's bytes, read when asked. Never raises for a broken message: Gmail stores those too."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __getstate__(self) -> dict[str, bytes]:
        # What was read out of the bytes can be read again, and is larger than they are.
        return {"raw": self.raw}

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """Names as written, values unfolded and decoded, in order, repeats included."""
        return _headers(BytesHeaderParser().parsebytes(self.raw))

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def every(self, *names: str) -> str:
        """All values of these headers in one lower-case text, for searching."""
        return "\n".join(value for key, value in self.headers if key.lower() in names).lower()

    @cached_property
    def message_id(self) -> str:
        """Without angle brackets; "" where there is none."""
        return self.header("message-id").strip().strip("<>")

    @cached_property
    def ancestors(self) -> tuple[str, ...]:
        """Message-IDs that it answers, nearest last."""
        named = self.header("references") + " " + self.header("in-reply-to")
        return tuple(re.findall(r"<([^<>\s]+)>", named))

    @cached_property
    def topic(self) -> str:
        """The subject without reply prefixes and letter case: two messages of one thread share it."""
        text = self.header("subject")
        while (shorter := _REPLY_PREFIX.sub("", text)) != text:
            text = shorter
        return " ".join(text.lower().split())

    @cached_property
    def mime(self) -> Mime:
        return message_from_bytes(self.raw)

    @cached_property
    def text(self) -> str:
        """The readable text: the first plain part, else the first HTML part without its tags."""
        for wanted in ("text/plain", "text/html"):
            for part in self.mime.walk():
                if part.get_content_type() == wanted and not part.get_filename():
                    return _readable(part, wanted)
        return ""

    @cached_property
    def snippet(self) -> str:
        """The beginning of the text on one line, HTML-escaped as Gmail does."""
        return html.escape(" ".join(self.text.split())[:SNIPPET_LENGTH], quote=True).replace("&#x27;", "&#39;")

    @cached_property
    def parts(self) -> dict[str, Mime]:
        """Every part by Gmail's `partId`: "" for the message itself, then "0", "1.2" …"""
        return dict(_numbered(self.mime, ""))

    @property
    def filenames(self) -> list[str]:
        return [name for part in self.mime.walk() if (name := _filename(part))]

    def payload(self, attachment_id: Callable[[str], str]) -> dict[str, Any]:
        """The MessagePart tree of format FULL; `attachment_id(part_id)` names the bodies that are left out."""
        return _payload(self.mime, "", attachment_id)

    def outline(self, wanted: list[str]) -> dict[str, Any]:
        """The MessagePart of format METADATA: type and headers only, all of them if none is wanted."""
        keep = {name.lower() for name in wanted}
        listed = [_named(k, v) for k, v in self.headers if not keep or k.lower() in keep]
        return {"mimeType": self.mime.get_content_type(), "headers": listed}


def part_bytes(part: Mime) -> bytes:
    """A part's body without its transfer encoding; text is in UTF-8, whatever it was written in."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Mime) else b""
    body = part.get_payload(decode=True)
    content = body if isinstance(body, bytes) else b""
    if part.get_content_maintype() == "text" and not _filename(part):
        return _decoded(content, part.get_content_charset("utf-8")).encode()
    return content


def _payload(part: Mime, part_id: str, attachment_id: Callable[[str], str]) -> dict[str, Any]:
    name = _filename(part)
    tree: dict[str, Any] = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": name,
        "headers": [_named(k, v) for k, v in _headers(part)],
        "body": _body(part, part_id, attachment_id),
    }
    children = [_payload(child, _below(part_id, n), attachment_id) for n, child in enumerate(_children(part))]
    return tree | ({"parts": children} if children else {})


def _body(part: Mime, part_id: str, attachment_id: Callable[[str], str]) -> dict[str, Any]:
    if part.get_content_maintype() == "multipart":
        return {"size": 0}
    content = part_bytes(part)
    if _filename(part) or part.get_content_maintype() != "text":
        return {"attachmentId": attachment_id(part_id), "size": len(content)}
    return {"size": len(content), "data": base64url(content)} if content else {"size": 0}


def _numbered(part: Mime, part_id: str) -> Iterator[tuple[str, Mime]]:
    yield part_id, part
    for number, child in enumerate(_children(part)):
        yield from _numbered(child, _below(part_id, number))


def _below(part_id: str, number: int) -> str:
    return f"{part_id}.{number}" if part_id else str(number)


def _children(part: Mime) -> list[Mime]:
    inner = part.get_payload() if part.is_multipart() else []
    return [child for child in inner if isinstance(child, Mime)] if isinstance(inner, list) else []


def _filename(part: Mime) -> str:
    return _unfolded(part.get_filename() or "")


def _readable(part: Mime, kind: str) -> str:
    text = part_bytes(part).decode()
    return html.unescape(_TAG.sub(" ", text)) if kind == "text/html" else text


def _named(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _headers(part: Mime) -> list[tuple[str, str]]:
    return [(name, _unfolded(value)) for name, value in part.raw_items()]


def _unfolded(value: object) -> str:
    """A header's value on one line, its encoded words (RFC 2047) read; what cannot be read stays as it is."""
    raw = str(value).encode("utf-8", "surrogateescape")
    line = re.sub(r"\r?\n(?=[ \t])", "", _decoded(raw, "utf-8")).strip()
    if "=?" not in line:
        return line
    try:
        return "".join(_word(text, charset) for text, charset in decode_header(line))
    except HeaderParseError:
        return line


def _word(text: bytes | str, charset: str | None) -> str:
    return text if isinstance(text, str) else _decoded(text, charset or "utf-8")


def _decoded(content: bytes, charset: str) -> str:
    """Text in the charset that was named, else in the one that fits; never raises."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")
