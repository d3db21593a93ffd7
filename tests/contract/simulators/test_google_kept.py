"""A world that is kept between two starts goes on as if nothing had been."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.simulators.google_world import ADA, ME, PROFILE, SCOPE, GoogleWorld, attached, letter, running


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def test_tokens_messages_and_cursors_go_on(google: GoogleWorld) -> None:
    first = google.deliver(attached())
    google.gmail().messages().get(userId=ME, id=first).execute()
    start = google.gmail().getProfile(userId=ME).execute()["historyId"]
    google.restart()
    assert google.refresh().status_code == 200
    second = google.deliver(letter("After the restart"))
    users = google.gmail()
    answer = users.history().list(userId=ME, startHistoryId=start).execute()
    assert [record["messages"][0]["id"] for record in answer["history"]] == [second]
    assert {m["id"] for m in users.messages().list(userId=ME).execute()["messages"]} == {first, second}


def test_troubles_and_robots_are_kept_too(google: GoogleWorld) -> None:
    google.account()
    google.door("mail-off", account=ADA)
    google.door("service-account", scopes=[f"{SCOPE}readonly"])
    google.restart()
    assert [t["mend"] for t in google.door("troubles")] == ["mail-on"]
    assert list(google.simulator.world.service_accounts) == ["robot@syncapp.iam.gserviceaccount.com"]


def test_the_clock_is_that_of_the_new_start(google: GoogleWorld) -> None:
    google.account()
    google.restart()
    google.move_clock(3_600)
    assert google.get(PROFILE).status_code == 401


def test_what_was_read_out_of_a_message_is_not_kept(google: GoogleWorld) -> None:
    google.deliver(attached(content=b"x" * 50_000))
    (message,) = google.simulator.world.account(ADA).mailbox.messages.values()
    before = len(pickle.dumps(message))
    assert message.content.snippet
    assert message.content.parts
    assert len(pickle.dumps(message)) < before + 1_000
