from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncapp.standing import Facts, standing

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GOOD: dict[str, Any] = {"present": NOW, "good_at": NOW, "clear_since": NOW - timedelta(days=6, hours=2)}
REVOKED = "google_oauth.invalid_grant/revoked"


def facts(**values: Any) -> Facts:
    return Facts(**(GOOD | values))


@pytest.mark.parametrize(
    ("values", "icon", "sentence"),
    [
        ({}, "dot", "Everything has been in step for 6 days."),
        ({"clear_since": None}, "dot", "Everything has been in step."),
        ({"open": 3}, "bang", "3 of your e-mails are not in Salesforce."),
        ({"open": 1}, "bang", "1 of your e-mails is not in Salesforce."),
        ({"open": 2, "trying": 2}, "triangle", "2 e-mails are being tried again."),
        ({"open": 1, "trying": 1}, "triangle", "1 e-mail is being tried again."),
        ({"open": 3, "trying": 1}, "bang", "3 of your e-mails are not in Salesforce."),
        ({"waiting": 2}, "triangle", "2 e-mails are tried again by themselves."),
        ({"waiting": 1}, "triangle", "1 e-mail is tried again by itself."),
        ({"failed_runs": 1}, "triangle", "Your mailbox could not be read, once."),
        ({"failed_runs": 4}, "triangle", "Your mailbox could not be read, 4 times in a row."),
        (
            {"good_at": NOW - timedelta(hours=3), "fresh": False},
            "half",
            "Nobody has looked at this mailbox for 3 hours.",
        ),
        ({"good_at": None, "fresh": False}, "clock", "Your mailbox is being read for the first time."),
        ({"good_at": None}, "clock", "Your mailbox is being read for the first time."),
        ({"connected": False}, "bang", "This mailbox is not connected yet."),
        ({"paused": True}, "pause", "The sync of this mailbox is paused."),
        ({"organization_paused": True}, "pause", "The sync for everybody in your organization is paused."),
        ({"stopped_by": REVOKED}, "square", "Sync has stopped: the access to Google has ended."),
    ],
)
def test_each_state_has_its_sentence_and_its_sign(values: dict[str, Any], icon: str, sentence: str) -> None:
    said = standing(facts(**values))
    assert (said.icon, said.sentence) == (icon, sentence)


@pytest.mark.parametrize(
    ("values", "worse"),
    [
        ({"stopped_by": REVOKED, "open": 3, "failed_runs": 2}, "square"),
        ({"open": 3, "failed_runs": 2, "waiting": 1}, "bang"),
        ({"failed_runs": 2, "waiting": 1, "good_at": None}, "triangle"),
        ({"connected": False, "stopped_by": REVOKED}, "bang"),
        ({"paused": True, "stopped_by": REVOKED, "open": 3}, "pause"),
    ],
)
def test_the_worst_is_said_first(values: dict[str, Any], worse: str) -> None:
    assert standing(facts(**values)).icon == worse


@pytest.mark.parametrize(
    ("read", "words"),
    [(0, "Come back in a minute."), (1, "1 e-mail so far."), (1240, "1,240 e-mails so far.")],
)
def test_the_first_run_says_how_far_it_is(read: int, words: str) -> None:
    assert standing(facts(good_at=None, read=read)).more.startswith(words)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (0, "What arrives waits until the mailbox is connected again. Nothing is lost."),
        (1, "1 e-mail waits until the mailbox is connected again"),
        (12, "12 e-mails wait until the mailbox is connected again"),
    ],
)
def test_what_waits_behind_a_stop_is_counted(held: int, words: str) -> None:
    assert standing(facts(stopped_by=REVOKED, held=held)).more.startswith(words)


@pytest.mark.parametrize(
    ("held", "waiting", "words"),
    [
        (0, 0, "What arrives waits until it goes on. Nothing is lost."),
        (1, 0, "1 e-mail waits until it goes on, and so does what arrives."),
        (3, 2, "5 e-mails wait until it goes on, and so does what arrives."),
    ],
)
def test_what_rests_is_counted_as_waiting(held: int, waiting: int, words: str) -> None:
    assert standing(facts(paused=True, held=held, waiting=waiting)).more.startswith(words)


def test_a_stop_of_everybody_says_so() -> None:
    said = standing(facts(stopped_by="salesforce.REQUEST_LIMIT_EXCEEDED", organization_stopped=True, held=2))
    assert said.sentence.startswith("Sync has stopped for everybody in your organization: ")
    assert "until sync runs again" in said.more


def test_what_is_being_tried_is_said_beside_what_is_open() -> None:
    assert standing(facts(open=3, trying=1)).more == "1 of them is being tried again right now."


def test_good_news_names_what_was_set_aside() -> None:
    assert "and 2 e-mails are set aside" in standing(facts(ignored=2)).more


@pytest.mark.parametrize(
    "worse", [{"open": 1}, {"waiting": 1}, {"failed_runs": 1}, {"paused": True}, {"stopped_by": REVOKED}]
)
def test_what_is_known_comes_before_that_nobody_looked(worse: dict[str, Any]) -> None:
    assert standing(facts(fresh=False, **worse)) == standing(facts(**worse))


def test_good_news_without_anything_set_aside_is_just_good() -> None:
    assert "set aside" not in standing(facts()).more


@pytest.mark.parametrize("open_", range(3))
@pytest.mark.parametrize("stopped", ["", REVOKED])
@pytest.mark.parametrize("good_at", [None, NOW])
@pytest.mark.parametrize("failed_runs", [0, 2])
@pytest.mark.parametrize("waiting", [0, 1])
def test_every_combination_is_one_sentence(
    open_: int, stopped: str, good_at: datetime | None, failed_runs: int, waiting: int
) -> None:
    said = standing(facts(open=open_, stopped_by=stopped, good_at=good_at, failed_runs=failed_runs, waiting=waiting))
    assert said.sentence.endswith(".")
    assert (said.tone == "green") == (not open_ and not stopped and not failed_runs and not waiting and bool(good_at))
