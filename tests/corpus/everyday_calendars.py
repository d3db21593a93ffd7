"""Calendars that keep the standards: single events, whole days, zones, and what people invite to."""

from __future__ import annotations

from tests.corpus.calendar_writing import berlin, calendar, event, folded
from tests.corpus.writing import lines


def single() -> bytes:
    return calendar(
        event(
            "single",
            "DTSTART:20260302T081500Z",
            "DTEND:20260302T090000Z",
            "SUMMARY:Delivery of the spring catalogue",
            "LOCATION:Ramp 3",
            "DESCRIPTION:Forty boxes.\\nBring the trolley\\, please.",
        )
    )


def whole_days() -> bytes:
    """One, and several: the end is the day after the last one."""
    return calendar(
        event("all-day", "DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260502", "SUMMARY:Labour Day"),
        event("fair", "DTSTART;VALUE=DATE:20260317", "DTEND;VALUE=DATE:20260321", "SUMMARY:Book fair"),
        event("week-off", "DTSTART;VALUE=DATE:20261228", "DTEND;VALUE=DATE:20270104", "SUMMARY:Shop closed"),
    )


def over_midnight() -> bytes:
    return calendar(
        event(
            "night", berlin("DTSTART", "20260605T200000"), berlin("DTEND", "20260606T013000"), "SUMMARY:Reading night"
        ),
        event("stocktaking", berlin("DTSTART", "20260713T080000"), "DURATION:P2DT9H", "SUMMARY:Stocktaking"),
    )


def zones() -> bytes:
    """Names of the IANA database, without a VTIMEZONE; one event flies from one zone to another."""
    return calendar(
        event(
            "new-york",
            "DTSTART;TZID=America/New_York:20260310T090000",
            "DTEND;TZID=America/New_York:20260310T100000",
            "SUMMARY:Call with New York",
        ),
        event(
            "tokyo",
            "DTSTART;TZID=Asia/Tokyo:20260311T170000",
            "DTEND;TZID=Asia/Tokyo:20260311T173000",
            "SUMMARY:Call with Tokyo",
        ),
        event(
            "flight",
            berlin("DTSTART", "20260312T100000"),
            "DTEND;TZID=America/New_York:20260312T130000",
            "SUMMARY:Flight to New York",
        ),
    )


def zone_of_its_own() -> bytes:
    """The name of the zone means nothing; what stands in its VTIMEZONE does."""
    zone = lines(
        "BEGIN:VTIMEZONE",
        "TZID:Prado warehouse",
        "BEGIN:STANDARD",
        "DTSTART:20200101T000000",
        "TZOFFSETFROM:+0530",
        "TZOFFSETTO:+0530",
        "TZNAME:PWT",
        "END:STANDARD",
        "END:VTIMEZONE",
    )
    return calendar(
        zone,
        event(
            "warehouse",
            "DTSTART;TZID=Prado warehouse:20260420T093000",
            "DTEND;TZID=Prado warehouse:20260420T103000",
            "SUMMARY:Warehouse tour",
        ),
    )


def clocks_change() -> bytes:
    """Half past two in Berlin: on 29 March 2026 there is none, on 25 October two, of which the first is meant.

    What stands in the gap is read with the offset before it.
    """
    daily = ("RRULE:FREQ=DAILY;COUNT=3", "SUMMARY:Night backup")
    return calendar(
        event("forward", berlin("DTSTART", "20260328T023000"), berlin("DTEND", "20260328T033000"), *daily),
        event("back", berlin("DTSTART", "20261024T023000"), berlin("DTEND", "20261024T033000"), *daily),
    )


def floating() -> bytes:
    """A time without a zone is that of whoever looks; a calendar has a zone of its own, here Berlin's."""
    return calendar(event("floating", "DTSTART:20260706T120000", "DTEND:20260706T130000", "SUMMARY:Lunch"))


def without_an_end() -> bytes:
    """RFC 5545, 3.6.1: a moment takes no time, a day takes a day; a duration says it otherwise."""
    return calendar(
        event("moment", "DTSTART:20260804T100000Z", "SUMMARY:Parcel handed over"),
        event("day", "DTSTART;VALUE=DATE:20260805", "SUMMARY:Anniversary"),
        event("lasting", "DTSTART:20260806T100000Z", "DURATION:PT1H15M", "SUMMARY:Rehearsal"),
        event("days-long", "DTSTART;VALUE=DATE:20260807", "DURATION:P1W", "SUMMARY:Trainees"),
    )


def classes() -> bytes:
    at = ("DTSTART:20260901T100000Z", "DTEND:20260901T110000Z")
    return calendar(
        event("private", *at, "CLASS:PRIVATE", "SUMMARY:Doctor"),
        event("confidential", *at, "CLASS:CONFIDENTIAL", "SUMMARY:Pay talk"),
        event("public", *at, "CLASS:PUBLIC", "SUMMARY:Open house"),
        event("invented", *at, "CLASS:X-TEAM", "SUMMARY:Team only"),
    )


def invitation() -> bytes:
    return calendar(
        event(
            "invitation",
            "SEQUENCE:2",
            "STATUS:TENTATIVE",
            berlin("DTSTART", "20260414T140000"),
            berlin("DTEND", "20260414T150000"),
            "SUMMARY:Reading tour",
            "ORGANIZER;CN=Ines Prado:mailto:ines@prado-books.example",
            "ATTENDEE;CN=Orders;PARTSTAT=ACCEPTED:mailto:orders@norden.example",
            "ATTENDEE;CN=Jana Groß;PARTSTAT=DECLINED;RSVP=TRUE:mailto:jana@gross.example",
        ),
        head=("VERSION:2.0", "PRODID:-//Prado Books//Diary 3//EN", "METHOD:REQUEST"),
    )


def odd_addresses() -> bytes:
    """Quotes, carets (RFC 6868), capitals, no mailto, no address, twice the same, a room."""
    return calendar(
        event(
            "guests",
            "DTSTART:20260415T080000Z",
            "DTEND:20260415T090000Z",
            "SUMMARY:Jury",
            "ORGANIZER:MAILTO:Ines@Prado-Books.example",
            'ATTENDEE;CN="Prado, Ines":mailto:INES@prado-books.example',
            "ATTENDEE;CN=Tim ^'the reader^' Kerr;PARTSTAT=X-MAYBE:mailto:tim.kerr@kerr.example",
            "ATTENDEE:tim.kerr@kerr.example",
            "ATTENDEE;CUTYPE=ROOM:urn:uuid:6e0a5c9e-0000-4000-8000-00000000ab12",
            "ATTENDEE;CUTYPE=RESOURCE;CN=Projector:mailto:projector@rooms.prado-books.example",
            folded(
                "ATTENDEE;CN=Bücherwürmer Groß und Söhne;ROLE=OPT-PARTICIPANT;"
                'MEMBER="mailto:readers@prado-books.example":mailto:bücher@büchner.example'
            ),
        )
    )


CALENDARS = (
    ("single", single),
    ("whole-days", whole_days),
    ("over-midnight", over_midnight),
    ("zones", zones),
    ("zone-of-its-own", zone_of_its_own),
    ("clocks-change", clocks_change),
    ("floating", floating),
    ("without-an-end", without_an_end),
    ("classes", classes),
    ("invitation", invitation),
    ("odd-addresses", odd_addresses),
)
