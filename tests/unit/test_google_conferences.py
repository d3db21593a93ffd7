"""How Google says that a meeting is joined."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.calendars import Conference
from connectors.google.conferences import conference

MEET = "https://meet.google.com/abc-defg-hij"
VIDEO = {"entryPointType": "video", "uri": MEET, "label": "meet.google.com/abc-defg-hij"}
PHONE = {"entryPointType": "phone", "uri": "tel:+1-555-0100", "label": "+1 555-0100", "pin": "123456789"}
MORE = {"entryPointType": "more", "uri": "https://tel.meet/abc-defg-hij", "pin": "1"}
SIP = {"entryPointType": "sip", "uri": "sip:4711@rooms.example"}


def data(*points: dict[str, Any], kind: str = "hangoutsMeet", **more: Any) -> dict[str, Any]:
    return {
        "conferenceData": {
            "entryPoints": [*points],
            "conferenceId": "abc-defg-hij",
            "conferenceSolution": {"key": {"type": kind}},
        }
        | more
    }


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (data(VIDEO), Conference(url=MEET, code="abc-defg-hij")),
        (
            data(VIDEO, PHONE, MORE, SIP),
            Conference(url=MEET, code="abc-defg-hij", phones=("+1 555-0100, PIN 123456789",)),
        ),
        (data(VIDEO | {"meetingCode": "4711"}, kind="addOn"), Conference(url=MEET, code="4711")),
        (data(VIDEO, kind="addOn"), Conference(url=MEET)),  # what an add-on calls it is for the add-on alone
        (data(PHONE, conferenceId=None), Conference(phones=("+1 555-0100, PIN 123456789",))),
        ({"hangoutLink": MEET}, Conference(url=MEET)),
        (data() | {"hangoutLink": MEET}, Conference(url=MEET, code="abc-defg-hij")),
    ],
    ids=["Meet", "every way", "an add-on", "without a code", "by phone alone", "an old link", "still being made"],
)
def test_a_conference_is_read(said: dict[str, Any], found: Conference) -> None:
    assert conference(said) == found


@pytest.mark.parametrize(
    "said",
    [{}, {"conferenceData": None}, data(), data(MORE), data(SIP), data({"entryPointType": "video", "uri": ""})],
    ids=["nothing", "null", "not made yet", "more alone", "for machines alone", "without an address"],
)
def test_what_nobody_could_join_is_none(said: dict[str, Any]) -> None:
    assert conference(said) is None


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//rooms.example"])
def test_what_is_no_address_of_the_web_is_not_passed_on(uri: str) -> None:
    assert conference(data(VIDEO | {"uri": uri})) is None


@pytest.mark.parametrize(
    ("point", "phone"),
    [
        ({"label": "+1 555-0100", "uri": "tel:+1-555-0100"}, "+1 555-0100"),
        ({"uri": "tel:+1-555-0100"}, "+1-555-0100"),
        ({"label": "+1", "accessCode": "7"}, "+1, PIN 7"),
        ({"label": "+1", "passcode": "7"}, "+1, PIN 7"),
        ({"label": "+1", "meetingCode": "7"}, "+1, PIN 7"),
        ({"label": "+1", "pin": "7", "meetingCode": "8"}, "+1, PIN 7"),
        ({"label": "+1\r\n555 \t0100"}, "+1 555 0100"),  # each is one line
    ],
)
def test_a_number_is_told_as_people_dial_it(point: dict[str, Any], phone: str) -> None:
    found = conference(data(VIDEO, {"entryPointType": "phone"} | point))
    assert found is not None
    assert found.phones == (phone,)
