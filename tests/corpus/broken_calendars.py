"""Calendars that are cut, torn and wrong, and some that only look so."""

from __future__ import annotations

from tests.corpus.calendar_writing import berlin, calendar, event, folded
from tests.corpus.writing import lines

HUGE = 40_000
AT = ("DTSTART:20260511T090000Z", "DTEND:20260511T100000Z")


def folded_lines() -> bytes:
    """Folded in the middle of a letter, and with a tab; the text has every escape that there is."""
    text = "Größe\\, Gewicht\\; Rückseite: \\\\\\nund alles Übrige " + "für die Buchbinderei " * 8
    return calendar(
        event(
            "folded",
            *AT,
            folded("SUMMARY:" + "Grüße " * 9 + "aus Nürnberg", at=40),
            folded(f"DESCRIPTION:{text}end", mark=b"\t"),
        )
    )


def letters_of_the_world() -> bytes:
    return calendar(
        event("emoji", *AT, "SUMMARY:📚 Lesung – „Über alles“", "LOCATION:Café Mañana, 2. Stock"),
        event("japanese", *AT, "SUMMARY:出版記念会", "DESCRIPTION:会場は三階です。"),
        event("hebrew", *AT, "SUMMARY:פגישה עם המו״ל"),
        event("combining", *AT, "SUMMARY:Cafe\u0301 with a combining accent"),
    )


def huge_text() -> bytes:
    """More than Salesforce takes; the title as well."""
    return calendar(
        event("huge", *AT, folded("DESCRIPTION:" + "All work. " * (HUGE // 10)), "SUMMARY:Manuscript"),
        event("long-title", *AT, folded("SUMMARY:" + "and so on " * 30 + "to the end")),
    )


def invalid_rules() -> bytes:
    """None of the three comes true; a fourth event stands beside them unharmed."""
    return calendar(
        event("sometimes", *AT, "RRULE:FREQ=SOMETIMES", "SUMMARY:Now and then"),
        event("both-ends", *AT, "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260601T000000Z", "SUMMARY:Two ends"),
        event("no-value", *AT, "RRULE:FREQ=WEEKLY;BYDAY=", "SUMMARY:No day"),
        event("unharmed", *AT, "SUMMARY:Unharmed"),
    )


def no_event() -> bytes:
    return calendar(
        lines("BEGIN:VTODO", "UID:todo@prado-books.example", "SUMMARY:Call the printer", "END:VTODO"),
        lines("BEGIN:VJOURNAL", "UID:diary@prado-books.example", "SUMMARY:A quiet day", "END:VJOURNAL"),
    )


def no_start() -> bytes:
    """Without a start, and with a day that is none; an end before the start makes an event of no length."""
    return calendar(
        event("startless", "SUMMARY:When?"),
        event("no-day", "DTSTART:20260231T090000Z", "DTEND:20260231T100000Z", "SUMMARY:The 31st"),
        event("backwards", "DTSTART:20260512T100000Z", "DTEND:20260512T090000Z", "SUMMARY:Backwards"),
    )


def broken_lines() -> bytes:
    """Lines without a colon, a name that is none, an empty one, a colour that nobody knows: the event is there."""
    return calendar(
        event(
            "torn",
            *AT,
            "SUMMARY:Torn",
            "this is no line",
            "X BAD NAME:1",
            "PRIORITY:high",
            "GEO:here",
            "DURATION:",
            "COLOR:octarine",
            "X-EMPTY:",
        )
    )


def bare_line_ends() -> bytes:
    """A byte order mark, line ends of Unix, and lower-case names."""
    text = calendar(event("bare", *AT, "summary:Bare", "location:Here")).replace(b"\r\n", b"\n")
    return b"\xef\xbb\xbf" + text


def two_calendars() -> bytes:
    """One after the other in one file; the second never ends, and what is in it is lost."""
    return calendar(event("first", *AT, "SUMMARY:First")) + calendar(event("lost", *AT, "SUMMARY:Lost"), end=False)


def repeated_uids() -> bytes:
    """A later version, an older one, which is refused, and an exception of nothing; two without a UID are two."""
    return calendar(
        event("again", "SEQUENCE:1", *AT, "SUMMARY:First version"),
        event("again", "SEQUENCE:2", "DTSTART:20260513T090000Z", "DTEND:20260513T100000Z", "SUMMARY:Second version"),
        event("again", "SEQUENCE:0", *AT, "SUMMARY:Older version"),
        event("orphan", berlin("RECURRENCE-ID", "20260514T090000"), *AT, "SUMMARY:An exception of nothing"),
        event("", *AT, "SUMMARY:No name"),
        event("", *AT, "SUMMARY:No name"),
    )


CALENDARS = (
    ("folded-lines", folded_lines),
    ("letters-of-the-world", letters_of_the_world),
    ("huge-text", huge_text),
    ("invalid-rules", invalid_rules),
    ("no-event", no_event),
    ("no-start", no_start),
    ("broken-lines", broken_lines),
    ("bare-line-ends", bare_line_ends),
    ("two-calendars", two_calendars),
    ("repeated-uids", repeated_uids),
)
