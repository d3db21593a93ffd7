"""What is watched by what is set up, and what is wrong with what is set up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.hints import Channel, Place, Push, flaws
from connectors.records import Resource
from tests.builders import WHEN

MAIL, OWN = Place(resource=Resource.EMAIL), Place(resource=Resource.EVENT)
TEAM = Place(resource=Resource.EVENT, calendar="team@group.calendar.example")
WHOLE = Push(
    url="https://syncapp.example.com",
    topic="projects/p/topics/t",
    account="pusher@p.iam.gserviceaccount.com",
    audience="https://syncapp.example.com/push/google/mail/",
    calendars_at="https://syncapp.example.com/push/google/calendar/",
)
NO_MAIL = replace(WHOLE, topic="", account="")


@pytest.mark.parametrize(
    ("push", "events", "places"),
    [
        (Push(), True, set()),
        (replace(WHOLE, url=""), True, set()),
        (WHOLE, False, {MAIL}),
        (WHOLE, True, {MAIL, OWN, TEAM}),
        (NO_MAIL, False, set()),
        (NO_MAIL, True, {OWN, TEAM}),
        (replace(WHOLE, topic=""), False, set()),
        (replace(WHOLE, account=""), False, set()),
    ],
    ids=["nothing", "no address", "mail", "all", "no mail", "calendars", "no topic", "no account"],
)
def test_what_is_watched(push: Push, events: bool, places: set[Place]) -> None:
    assert set(push.targets(events=events, calendars=[TEAM.calendar])) == places


def test_mail_is_told_of_over_the_topic_and_calendars_at_our_address() -> None:
    targets = WHOLE.targets(events=True)
    assert targets == {MAIL: WHOLE.topic, OWN: WHOLE.calendars_at}


@pytest.mark.parametrize(
    ("push", "named"),
    [
        (Push(), []),
        (WHOLE, []),
        (NO_MAIL, []),
        (replace(WHOLE, url="http://syncapp.example.com"), ["PUSH_URL"]),
        (replace(WHOLE, url="https://syncapp.example.com/push"), ["PUSH_URL"]),
        (replace(WHOLE, url=""), ["PUSH_URL"]),
        (replace(WHOLE, topic=""), ["GOOGLE_PUSH_TOPIC"]),
        (replace(WHOLE, account=""), ["GOOGLE_PUSH_TOPIC"]),
        (replace(WHOLE, topic="t"), ["GOOGLE_PUSH_TOPIC"]),
    ],
)
def test_a_setting_by_which_no_hint_arrives_is_named(push: Push, named: list[str]) -> None:
    assert [flaw.split()[0] for flaw in flaws(push)] == named


def test_a_channel_shows_no_token_when_printed() -> None:
    assert "secret" not in repr(Channel(place=OWN, id="c1", token="secret", target="https://x", until=WHEN))
