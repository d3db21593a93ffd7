"""The contracts of mail and of calendars on the Google that `--target` names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from tests.contract.connectors.event_mail_contract import EventMailContract
from tests.contract.connectors.mail_contract import MailConnectorContract
from tests.contract.peers.test_myworld import READS, SINGLY
from tests.contract.target.conftest import Target
from tests.contract.target.google_target import NEEDS_BATCH, CalendarTarget, MailTarget, staged

NEEDS: Mapping[str, str] = {
    "test_a_full_read_comes_oldest_first": "google: list a mailbox oldest first",
    "test_messages_of_one_thread_share_its_name": "google: find the thread of a message that is put there",
    "test_what_is_no_meeting_says_what_it_is[working_location-True]": (
        "google: take a place of work without more about it"
    ),
    "test_closing_gives_the_connections_back": "google: count connections",
    "test_closing_while_a_failure_is_in_hand_gives_them_back_as_well": "google: count connections",
}


@pytest.fixture(scope="session")
def batches(google_target: Target) -> bool:
    """Whether each service answers requests that hold others; they lie outside of its own paths."""
    with staged(MailTarget, google_target, pytest.MonkeyPatch()) as stage:
        return all(stage.answers(f"/batch/{name}") for name in ("gmail/v1", "calendar/v3"))


def look_only_at_what_it_can(request: pytest.FixtureRequest, needing_batch: tuple[str, ...], batches: bool) -> None:
    names = (request.node.originalname, request.node.name)
    if not batches and not {*needing_batch}.isdisjoint(names):
        pytest.skip(NEEDS_BATCH)
    for name in NEEDS.keys() & {*names}:
        pytest.skip(NEEDS[name])


class TestMail(MailConnectorContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture(autouse=True)
    def _able(self, request: pytest.FixtureRequest, batches: bool) -> None:
        look_only_at_what_it_can(request, READS, batches)

    @pytest.fixture
    def stage(self, google_target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailTarget]:
        with staged(MailTarget, google_target, monkeypatch) as made:
            made.emptied()
            yield made


class TestCalendar(EventMailContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture(autouse=True)
    def _able(self, request: pytest.FixtureRequest, batches: bool) -> None:
        look_only_at_what_it_can(request, SINGLY, batches)

    @pytest.fixture
    def stage(self, google_target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[CalendarTarget]:
        with staged(CalendarTarget, google_target, monkeypatch) as made:
            made.emptied()
            yield made
