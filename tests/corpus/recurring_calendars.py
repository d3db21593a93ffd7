"""Calendars whose events recur: rules with an end and without, dates added and taken out, exceptions."""

from __future__ import annotations

from tests.corpus.calendar_writing import berlin, calendar, event

MONDAYS = (berlin("DTSTART", "20260302T090000"), berlin("DTEND", "20260302T093000"))


def with_an_end() -> bytes:
    """By a count, and by a moment in UTC: the clocks change on the way, and nine o'clock stays nine o'clock."""
    return calendar(
        event(
            "counted",
            "DTSTART:20260504T070000Z",
            "DTEND:20260504T073000Z",
            "RRULE:FREQ=DAILY;COUNT=5",
            "SUMMARY:Stand-up of the fair team",
        ),
        event("until", *MONDAYS, "RRULE:FREQ=WEEKLY;UNTIL=20260406T070000Z;BYDAY=MO", "SUMMARY:Editors"),
    )


def endless_weekly() -> bytes:
    """Since 2019 and for ever; two days in each week."""
    return calendar(
        event(
            "endless",
            berlin("DTSTART", "20190107T160000"),
            berlin("DTEND", "20190107T170000"),
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TH",
            "SUMMARY:Returns",
        )
    )


def endless_daily() -> bytes:
    return calendar(
        event(
            "every-day",
            "DTSTART:20100101T060000Z",
            "DURATION:PT10M",
            "RRULE:FREQ=DAILY",
            "SUMMARY:Open the shutters",
        )
    )


def birthday() -> bytes:
    """On 29 February: a year without one has no birthday."""
    return calendar(
        event("leap", "DTSTART;VALUE=DATE:19840229", "RRULE:FREQ=YEARLY", "SUMMARY:Birthday of Ines"),
        event("yearly", "DTSTART;VALUE=DATE:19800610", "RRULE:FREQ=YEARLY", "SUMMARY:Birthday of Tim"),
    )


def places_in_a_month() -> bytes:
    """The last Friday, and the last working day; that rule does not hit its own start, which counts with Google."""
    return calendar(
        event(
            "last-friday",
            "DTSTART:20260130T150000Z",
            "DTEND:20260130T160000Z",
            "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=4",
            "SUMMARY:Cellar round",
        ),
        event(
            "payday",
            "DTSTART;VALUE=DATE:20260115",
            "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20260430",
            "SUMMARY:Payday",
        ),
    )


def taken_out() -> bytes:
    """In the event's zone, in UTC, and a date that the rule does not have."""
    return calendar(
        event(
            "exdate",
            *MONDAYS,
            "RRULE:FREQ=WEEKLY;COUNT=5",
            berlin("EXDATE", "20260309T090000"),
            "EXDATE:20260316T080000Z,20260317T080000Z",
            "SUMMARY:Editors",
        )
    )


def added() -> bytes:
    """Single dates, a period, of which the start counts, and one that the rule has as well."""
    return calendar(
        event(
            "rdate",
            "DTSTART:20260907T100000Z",
            "DTEND:20260907T110000Z",
            "RRULE:FREQ=WEEKLY;COUNT=2",
            "RDATE:20260909T100000Z,20260914T100000Z",
            "RDATE;VALUE=PERIOD:20260911T150000Z/PT1H",
            "SUMMARY:Proofs",
        )
    )


def moved() -> bytes:
    """One an hour later and with another title, one a month later, and one of which only the place is new."""
    return calendar(
        event("moved", *MONDAYS, "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Editors"),
        event(
            "moved",
            berlin("RECURRENCE-ID", "20260309T090000"),
            berlin("DTSTART", "20260309T100000"),
            berlin("DTEND", "20260309T110000"),
            "SUMMARY:Editors and printers",
        ),
        event(
            "moved",
            "RECURRENCE-ID:20260316T080000Z",
            berlin("DTSTART", "20260415T090000"),
            berlin("DTEND", "20260415T093000"),
            "SUMMARY:Editors",
        ),
        event(
            "moved",
            berlin("RECURRENCE-ID", "20260323T090000"),
            berlin("DTSTART", "20260323T090000"),
            berlin("DTEND", "20260323T093000"),
            "SUMMARY:Editors",
            "LOCATION:Cellar",
        ),
    )


def called_off() -> bytes:
    """The exception stands before its series in the file; a whole event that is called off is none."""
    return calendar(
        event(
            "called-off",
            berlin("RECURRENCE-ID", "20260309T090000"),
            *(row.replace("20260302", "20260309") for row in MONDAYS),
            "STATUS:CANCELLED",
            "SUMMARY:Editors",
        ),
        event("called-off", *MONDAYS, "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Editors"),
        event("off", "DTSTART:20260310T100000Z", "DTEND:20260310T110000Z", "STATUS:CANCELLED", "SUMMARY:Rain dance"),
    )


CALENDARS = (
    ("with-an-end", with_an_end),
    ("endless-weekly", endless_weekly),
    ("endless-daily", endless_daily),
    ("birthday", birthday),
    ("places-in-a-month", places_in_a_month),
    ("taken-out", taken_out),
    ("added", added),
    ("moved", moved),
    ("called-off", called_off),
)
