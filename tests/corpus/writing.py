"""The few things that the makers of messages share: lines, parts, and base64."""

from __future__ import annotations

import base64
from textwrap import wrap

CRLF = b"\r\n"


def lines(*rows: str | bytes) -> bytes:
    """Rows as they go over the wire, each with its line end; text is UTF-8 unless it comes as bytes."""
    return b"".join((row if isinstance(row, bytes) else row.encode()) + CRLF for row in rows)


def message(*headers: str | bytes, body: bytes = b"") -> bytes:
    """Headers, the empty line, the body."""
    return lines(*headers) + CRLF + body


def people(sender: str = "Ines Prado <ines@prado-books.example>", to: str = "orders@norden.example") -> list[str]:
    return [f"From: {sender}", f"To: {to}"]


def numbered(number: int, date: str) -> list[str]:
    """A Message-ID and a date of its own for each message."""
    return [f"Message-ID: <corpus-{number}@prado-books.example>", f"Date: {date}", "MIME-Version: 1.0"]


def part(*headers: str | bytes, body: bytes) -> bytes:
    return message(*headers, body=body)


def multipart(boundary: str, *parts: bytes, closed: bool = True) -> bytes:
    """Parts between boundaries; `closed=False` forgets the last one."""
    inside = b"".join(lines(f"--{boundary}") + each + CRLF for each in parts)
    return inside + (lines(f"--{boundary}--") if closed else b"")


def in_base64(content: bytes) -> bytes:
    return lines(*wrap(base64.b64encode(content).decode(), 76))


def word(text: str, charset: str) -> str:
    """An encoded word of RFC 2047 in base64."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def plain(text: str) -> bytes:
    """A part of plain text in UTF-8."""
    return part("Content-Type: text/plain; charset=utf-8", body=lines(text))


def formatted(text: str) -> bytes:
    return part("Content-Type: text/html; charset=utf-8", body=lines(text))
