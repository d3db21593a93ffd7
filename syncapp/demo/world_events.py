"""The made world's calendars: some 150 events of the six mailboxes' people, in Google and in Salesforce.

They lie around the day on which the world is made, and are the same for the same day. `event_troubles` says what goes
wrong; each trouble owns its events here, by the name of a group, as in `world`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncapp.demo.cast import AKIRA, ANNA, CARLOS, CUSTOMERS, JONAS, LENA, SUPPORT, Colleague, Customer
from syncapp.demo.diaries import BERLIN, HOUR, Body, Diaries, Sent, Touched, moment
from syncapp.demo.world import customers_of
from syncapp.demo.world_contacts import add_contacts
from syncapp.demo.world_tasks import add_tasks

TOKYO = "Asia/Tokyo"
WEEK = timedelta(weeks=1)
UNTROUBLED = ("Velo Union", "Hotel Seeblick", "Outdoor Larsen")  # whose accounts and contacts get into trouble


def made_events(today: date) -> Diaries:
    """All events, tasks and contacts of the first day."""
    diaries = Diaries(today=today)
    _visits(diaries)
    _together(diaries)
    _series(diaries)
    _whole_days(diaries)
    _from_outside(diaries)
    _left_out(diaries)
    _locked_out(diaries)
    _booked(diaries)
    _troubled(diaries)
    add_tasks(diaries)
    add_contacts(diaries)
    return diaries


VISITS = ("Test ride", "Spring order", "Workshop visit", "Fleet review", "Price talk", "Service training", "試乗会")
WRITERS = (ANNA, JONAS, AKIRA, SUPPORT)


def _calm() -> list[Customer]:
    return [customer for customer in CUSTOMERS if customer.account not in UNTROUBLED]


def _visits(diaries: Diaries) -> None:
    """One colleague and one customer."""
    for number, customer in enumerate(_calm()[:22]):
        title = f"{VISITS[number % len(VISITS)]}, {customer.name}"
        start = diaries.at(2 * number - 8, 8 + number % 9, 15 * (number % 4))
        words = {
            "location": f"{customer.account}, room {number}",
            "description": f"Topics for {customer.first}: bikes.",
        }
        group = "moved-there" if number in (3, 8) else "called-off-there" if number == 11 else "visit"
        diaries.place(group, WRITERS[number % 4], title, start, guests=(customer.address,), **words)


def _together(diaries: Diaries) -> None:
    """Several of us, with a customer or without; one of the guests has declined."""
    for number, customer in enumerate(_calm()[22:30]):
        organizer, *others = (WRITERS[(number + turn) % 4] for turn in range(3 if number % 2 else 2))
        guests = (*(colleague.address for colleague in others), *((customer.address,) if number % 3 else ()))
        start = diaries.at(3 * number - 6, 11 + number % 3, 30)
        diaries.place("shared", organizer, f"Planning {number + 1} with {customer.account}", start, guests=guests)
    for number in range(2):
        start = diaries.at(7 + number, 16)
        diaries.place("shared", LENA, f"Handover {number + 1}", start, guests=(ANNA.address,))
    start, length = diaries.at(12, 18), 6 * HOUR + timedelta(days=1)
    diaries.place("trip", ANNA, "Trip to Wien", start, length=length, guests=(JONAS.address,), location="Wien")
    diaries.place("trip", AKIRA, "Night train to Linz", diaries.at(20, 22, 10), length=9 * HOUR)
    for number in range(2):
        free = {"transparency": "transparent", "description": "No need to come."}
        diaries.place("free", SUPPORT, f"Open workshop {number + 1}", diaries.at(9 + number, 17, 30), **free)


def _series(diaries: Diaries) -> None:
    """What recurs: with occurrences that are moved, renamed and called off, and one without an end."""
    everybody = tuple(c.address for c in (ANNA, JONAS, AKIRA))
    monday = diaries.at(-5, 9)
    renamed = Touched(original=monday + 2 * WEEK, patch={"summary": "Team meeting with the board", "location": "Attic"})
    moved = Touched(original=monday + 3 * WEEK, patch=_from_to(monday + 3 * WEEK + timedelta(days=1, hours=2)))
    gone = Touched(original=monday + 5 * WEEK)
    rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=8"], "guests": everybody}
    diaries.place("team", SUPPORT, "Team meeting", monday, touched=(renamed, moved, gone), **rule)
    first, quarter = diaries.at(0, 8, 40), HOUR / 4
    skipped = [Touched(original=first + timedelta(days=days)) for days in (2, 8)]
    daily = {"recurrence": ["RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=10"], "length": quarter}
    diaries.place("stand-up", JONAS, "Stand-up", first, touched=skipped, guests=(AKIRA.address,), **daily)
    kobe = customers_of("Kobe Cycle Works")[0]
    call = diaries.at(1, 17, zone=TOKYO)
    elsewhere = Touched(original=call + 4 * WEEK, patch={"location": "Kobe"})
    fortnightly = {"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=5"], "guests": (kobe.address,)}
    diaries.place("call", AKIRA, "Call with Kobe", call, touched=(elsewhere,), **fortnightly)
    _endless(diaries)


def _from_to(start: datetime, length: timedelta = HOUR) -> Body:
    return {"start": moment(start), "end": moment(start + length)}


def _endless(diaries: Diaries) -> None:
    """Every four weeks, since two years ago and for ever: eight lie in the window, and no more for two weeks."""
    begun = datetime.combine(diaries.today + timedelta(days=4), time(6, 20), ZoneInfo(BERLIN)) - 26 * 4 * WEEK
    diaries.place("stocktaking", SUPPORT, "Stocktaking", begun, recurrence=["RRULE:FREQ=WEEKLY;INTERVAL=4"])


def _whole_days(diaries: Diaries) -> None:
    diaries.place_days(
        "whole-day", ANNA, "Bicycle fair", diaries.day(15), 3, guests=(JONAS.address,), location="Halle 4"
    )
    diaries.place_days("whole-day", SUPPORT, "Company outing", diaries.day(33), guests=(ANNA.address, AKIRA.address))
    for number, colleague in enumerate((JONAS, AKIRA, SUPPORT)):
        diaries.place_days("whole-day", colleague, f"Depot duty {number + 1}", diaries.day(6 * number - 2))


def _from_outside(diaries: Diaries) -> None:
    """Customers invite us: the organizer has no mailbox here."""
    for number, customer in enumerate(_calm()[30:35]):
        boxes = (ANNA, JONAS) if number < 2 else (WRITERS[number % 4],)
        group = "outsider" if number == 3 else "invited"
        lines = _dates(diaries.at(4 * number + 1, 13, 20))
        _send(diaries, group, customer, boxes, f"Invitation {number + 1} to {customer.account}", lines)
    start = diaries.at(3, 7, 30)
    weekly = (*_dates(start), "RRULE:FREQ=WEEKLY;COUNT=4", f"EXDATE;TZID={BERLIN}:{start + 2 * WEEK:%Y%m%dT%H%M%S}")
    _send(diaries, "invited", _calm()[35], (AKIRA,), "Breakfast of the traders", weekly)


def _send(
    diaries: Diaries, group: str, customer: Customer, boxes: tuple[Colleague, ...], title: str, lines: Sequence[str]
) -> None:
    guests = [f"ATTENDEE;CN={c.name};PARTSTAT=ACCEPTED:mailto:{c.address}" for c in boxes]
    people = [f"ORGANIZER;CN={customer.name}:mailto:{customer.address}", *guests]
    named = (f"UID:invitation-{len(diaries.sent) + 1}@{customer.address.partition('@')[2]}", f"SUMMARY:{title}")
    rows = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        *named,
        *lines,
        *people,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    diaries.sent.append(Sent(group=group, boxes=boxes, text="\r\n".join(rows), title=title))


def _dates(start: datetime) -> tuple[str, str]:
    return (f"DTSTART;TZID={BERLIN}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={BERLIN}:{start + HOUR:%Y%m%dT%H%M%S}")


def _left_out(diaries: Diaries) -> None:
    """What rules keep out: private things, what lies outside the window, and what is no meeting."""
    for number, what in enumerate(("Dentist", "Parents' evening", "Flat viewing", "Choir", "Therapy")):
        diaries.place("private", WRITERS[number % 4], what, diaries.at(number + 2, 19), visibility="private")
    diaries.place("private", JONAS, "Notice period", diaries.at(9, 19), visibility="confidential")
    for number, days in enumerate((-45, -60, 220, 300)):
        diaries.place("outside", WRITERS[number], f"Far away {number + 1}", diaries.at(days, 10))
    for number, days in enumerate((-90, 240)):
        rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"]}
        diaries.place("outside", ANNA, f"Another season {number + 1}", diaries.at(days, 15), **rule)
    for number in range(3):
        diaries.place("no-meeting", ANNA, "Focus time", diaries.at(number + 1, 6), eventType="focusTime")
    for number, colleague in enumerate((JONAS, AKIRA)):
        diaries.place("no-meeting", colleague, "Out of office", diaries.at(25 + number, 9), eventType="outOfOffice")
        home: Body = {
            "eventType": "workingLocation",
            "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
        }
        diaries.place_days("no-meeting", colleague, "Home", diaries.day(13 + number), **home)
    birthday: Body = {"eventType": "birthday", "recurrence": ["RRULE:FREQ=YEARLY"], "transparency": "transparent"}
    born = diaries.today + timedelta(days=20)
    diaries.place_days("no-meeting", SUPPORT, "Birthday of Eva", born, visibility="private", **birthday)


def _locked_out(diaries: Diaries) -> None:
    """Lena's, whose access is revoked: nobody else has them."""
    for number, customer in enumerate(customers_of("Campus Mobil") + customers_of("Stadtwerke Linz")):
        start = diaries.at(3 * number - 3, 10, 10)
        diaries.place("lena-event", LENA, f"Framework talk {number + 1}", start, guests=(customer.address,))
    for number in range(2):
        diaries.place_days("lena-event", LENA, f"Depot duty {number + 7}", diaries.day(5 * number + 3))
        diaries.book("lena-event", LENA, f"Call back {number + 1}", diaries.at(number + 2, 14, 25))


def _booked(diaries: Diaries) -> None:
    """Born in Salesforce: with a contact, with an account, with neither; two that change there, one that goes."""
    for number, customer in enumerate((_calm() * 2)[5:32]):
        link: Body = (
            {"who": customer.address} if number % 3 == 0 else {"what": customer.account} if number % 3 == 1 else {}
        )
        words: Body = {"Location": f"Room {number}", "Description": f"Prepare the figures of {customer.account}."}
        group = "moved-here" if number in (4, 9) else "called-off-here" if number == 14 else "booked"
        start = diaries.at(2 * number - 7, 9 + number % 7, 5)
        diaries.book(group, WRITERS[number % 4], f"Phone call {number + 1}: {customer.account}", start, **link, **words)
    for number in range(4):
        diaries.book_days(
            "booked", WRITERS[number], f"Campaign {number + 1}", diaries.day(5 * number + 4), 1 + number % 2
        )


def _troubled(diaries: Diaries) -> None:
    """What will not get through; who breaks it, and how, stands in `event_troubles`."""
    for number in range(4):
        customer = customers_of("Radhaus Wien")[number]
        start = diaries.at(number + 1, 15, 50)
        diaries.place("offer-talk", JONAS, f"Offer talk no. {60 + number}", start, guests=(customer.address,))
    title = "Round table on the future of cargo bikes " + "and of everybody who builds, rents and mends them " * 5
    diaries.place("long-title", AKIRA, title.strip(), diaries.at(17, 14, 40))
    for number in range(2):
        start = diaries.at(5 + number, 12, 45)
        diaries.place("two-contacts", ANNA, f"Delivery gate {number + 1}", start, guests=("office@pedalpost.example",))
        diaries.place("left-event", CARLOS, f"Market tour {number + 1}", diaries.at(8 + number, 10, 35))
        diaries.place("route-flow", SUPPORT, f"Route check {number + 1}", diaries.at(11 + number, 13, 55))
    diaries.book("no-length", SUPPORT, "Reminder: gate code", diaries.at(6, 8, 25), minutes=0)
