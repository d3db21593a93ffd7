"""What the first checks say of hints, and what the settings' own check says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from connectors import checks
from connectors.errors import Kind
from connectors.facts import Fact, Verdict
from connectors.hints import Place
from connectors.memory import failure
from connectors.records import Resource
from connectors.watches import Watch
from issues import catalogue
from syncapp import first_checks, hint_checks
from tests import builders
from tests.builders import store_of
from tests.integration.events.stage import Stage

MAIL, OWN = Place(resource=Resource.EMAIL), Place(resource=Resource.EVENT)


@pytest.fixture
def watched(told: Stage) -> Stage:
    """Everything is set up."""
    return told


def facts(stage: Stage) -> list[Fact]:
    return list(hint_checks.facts(stage.organization))


def said(stage: Stage) -> list[tuple[Verdict, str]]:
    return [(each.verdict, each.text) for each in facts(stage)]


def test_off_is_nothing_to_do(stage: Stage) -> None:
    assert said(stage) == [(Verdict.GOOD, "Off. Without them a change is seen within 5 minutes.")]


def test_it_says_for_how_many_mailboxes_it_is_on(watched: Stage) -> None:
    assert said(watched) == [(Verdict.GOOD, "On for 0 of 2 mailboxes. Without them a change is seen within 5 minutes.")]
    watched.run_only(watched.anna)
    assert said(watched)[0][1].startswith("On for 1 of 2 mailboxes.")
    watched.run()
    assert said(watched) == [(Verdict.GOOD, "On for 2 of 2 mailboxes.")]


def test_what_has_ended_does_not_count(watched: Stage) -> None:
    watched.run()
    watched.time.move(days=8)
    assert said(watched)[0][1].startswith("On for 0 of 2 mailboxes.")


@pytest.mark.parametrize("code", ["google.pushTopic", "google.pushOtherTopic", "google.pushAddress"])
def test_a_refusal_is_told_once_with_its_steps(watched: Stage, code: str) -> None:
    for mailbox in (watched.anna, watched.ben):
        store_of(mailbox).unwatchable[MAIL] = failure(code, Kind.CONFIG, "no")
    watched.run()
    (_, refused) = facts(watched)
    entry = catalogue.entry(code)
    assert (refused.verdict, refused.steps) == (Verdict.ASK, tuple(step.text for step in entry.steps))
    (*_, shown) = first_checks.shown(facts(watched))
    assert (shown.entry, shown.sign.tone) == (entry, "amber")


def test_a_calendar_that_tells_nobody_is_nothing_to_do(watched: Stage) -> None:
    store_of(watched.anna).unwatchable[OWN] = failure("google.pushUnsupported", Kind.CONFIG, "no")
    watched.run()
    assert said(watched) == [(Verdict.GOOD, "On for 2 of 2 mailboxes.")]


def test_an_organization_sees_nothing_of_another_one(watched: Stage) -> None:
    watched.run()
    Watch.everywhere.update(refused="google.pushTopic")
    other = builders.organization()
    builders.mailbox(other)
    assert [each.verdict for each in hint_checks.facts(other)] == [Verdict.GOOD]


def test_without_a_mailbox_there_is_nothing_to_say(stage: Stage) -> None:
    assert list(hint_checks.facts(builders.organization())) == []


def test_it_stands_among_the_first_checks(watched: Stage) -> None:
    watched.run()
    assert hint_checks.NAME in {fact.name for fact in first_checks.look(watched.organization)}


def test_the_interval_is_told_as_it_is_set(stage: Stage, settings: Settings) -> None:
    settings.SYNC_INTERVAL_SECONDS = timedelta(minutes=1).seconds
    assert said(stage)[0][1] == "Off. Without them a change is seen within 1 minute."


# -- Settings


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, []),
        ({"PUSH_URL": "http://syncapp.example.com"}, ["PUSH_URL"]),
        ({"GOOGLE_PUSH_ACCOUNT": ""}, ["GOOGLE_PUSH_TOPIC"]),
        ({"ALLOWED_HOSTS": ["pages.example.com"]}, ["ALLOWED_HOSTS"]),
        ({"PUSH_URL": "https://Syncapp.example.com:8443", "ALLOWED_HOSTS": [".example.com"]}, []),
        ({"PUSH_URL": "", "GOOGLE_PUSH_TOPIC": "", "GOOGLE_PUSH_ACCOUNT": "", "ALLOWED_HOSTS": ["localhost"]}, []),
        ({"PUSH_URL": "https://[half"}, ["ALLOWED_HOSTS"]),
    ],
)
def test_settings_by_which_no_hint_arrives_are_named(
    watched: Stage, settings: Settings, values: dict[str, Any], named: list[str]
) -> None:
    settings.ALLOWED_HOSTS = ["syncapp.example.com"]
    for name, value in values.items():
        setattr(settings, name, value)
    assert [each.msg.split()[0] for each in checks.the_hints_arrive()] == named
    assert {each.id for each in checks.the_hints_arrive()} <= {"connectors.W002"}
