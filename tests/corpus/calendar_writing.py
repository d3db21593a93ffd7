"""The few things that the makers of calendars share: a calendar, an event, and folded lines."""

from __future__ import annotations

from tests.corpus.writing import CRLF, lines

HEAD = ("VERSION:2.0", "PRODID:-//Prado Books//Diary 3//EN")
STAMP = "DTSTAMP:20260105T080000Z"


def calendar(*components: bytes, head: tuple[str, ...] = HEAD, end: bool = True) -> bytes:
    """A calendar of these components; `end=False` forgets its last line."""
    return lines("BEGIN:VCALENDAR", *head) + b"".join(components) + (lines("END:VCALENDAR") if end else b"")


def event(uid: str, *rows: str | bytes) -> bytes:
    """An event; `uid` is its number or name in this corpus, "" for one that has no UID at all."""
    named = [f"UID:{uid}@prado-books.example"] if uid else []
    return lines("BEGIN:VEVENT", *named, STAMP, *rows, "END:VEVENT")


def folded(row: str, *, at: int = 75, mark: bytes = b" ") -> bytes:
    """One long line in pieces of so many octets, wherever that cuts, as RFC 5545, 3.1 has it."""
    content = row.encode()
    pieces = [content[:at], *(content[i : i + at - 1] for i in range(at, len(content), at - 1))]
    return (CRLF + mark).join(pieces)


def berlin(name: str, moment: str) -> str:
    return f"{name};TZID=Europe/Berlin:{moment}"
