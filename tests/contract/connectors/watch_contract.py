"""What every mail connector promises of being told of changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from connectors import clock
from connectors.errors import ConnectorError, Kind
from connectors.hints import Channel, Place
from connectors.protocol import MailConnector
from connectors.records import Resource
from tests.builders import event
from tests.contract.connectors.event_reading_contract import EVENT, changes, pages
from tests.contract.connectors.event_stage import FurtherStage

TOPIC = "projects/p/topics/mail"
ADDRESS = "https://syncapp.example.com/push/"
MAIL, OWN = Place(resource=Resource.EMAIL), Place(resource=EVENT)


class WatchStage(FurtherStage, Protocol):
    """A mailbox and its calendar. `FurtherStage.further` makes one beside it."""

    def open_topic(self) -> None:
        """There is a topic to which the provider may publish."""

    def watched(self) -> list[str]:
        """Who is told of changes right now: the ids of channels, and "" for the messages."""


def channel(place: Place, id_: str = "c1") -> Channel:
    target = TOPIC if place == MAIL else ADDRESS
    return Channel(place=place, id=id_, token="secret", target=target, until=clock.now() + timedelta(days=7))


class WatchContract:
    """Each test gets an account of its own."""

    @pytest.fixture
    def connector(self, stage: WatchStage) -> MailConnector:
        stage.open_topic()
        return stage.open()

    @pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "calendar"])
    def test_a_place_is_watched_from_then_on(self, stage: WatchStage, connector: MailConnector, place: Place) -> None:
        before, asked = stage.calls(), channel(place)
        promise = connector.watch(asked)
        assert stage.calls() - before == 1
        assert clock.now() < promise.until <= asked.until + timedelta(minutes=1)
        assert stage.watched() == ["" if place == MAIL else "c1"]

    @pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "calendar"])
    def test_it_may_be_asked_for_again(self, stage: WatchStage, connector: MailConnector, place: Place) -> None:
        connector.watch(channel(place))
        connector.watch(channel(place, "c2"))
        assert stage.watched() == ([""] if place == MAIL else ["c1", "c2"])

    @pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "calendar"])
    def test_it_ends_when_it_is_not_wanted_any_more(
        self, stage: WatchStage, connector: MailConnector, place: Place
    ) -> None:
        promise = connector.watch(channel(place))
        before = stage.calls()
        connector.unwatch(place, "c1", promise.remote_id)
        assert (stage.watched(), stage.calls() - before) == ([], 1)

    @pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "calendar"])
    def test_what_has_ended_is_ended(self, stage: WatchStage, connector: MailConnector, place: Place) -> None:
        connector.unwatch(place, "never was", "nothing")
        assert stage.watched() == []

    def test_a_calendar_beside_the_own_one_is_watched_by_itself(
        self, stage: WatchStage, connector: MailConnector
    ) -> None:
        beside = stage.further().beside
        connector.watch(channel(replace(OWN, calendar=beside)))
        assert stage.watched() == ["c1"]

    def test_one_that_is_not_there_is_not_found(self, stage: WatchStage, connector: MailConnector) -> None:
        with pytest.raises(ConnectorError) as caught:
            connector.watch(channel(replace(OWN, calendar="never@group.calendar.example")))
        assert (caught.value.failure.kind, stage.watched()) == (Kind.NOT_FOUND, [])

    def test_nothing_that_is_read_changes_by_it(self, stage: WatchStage, connector: MailConnector) -> None:
        stage.add(event())
        cursor = pages(connector)[-1].cursor
        connector.watch(channel(OWN))
        assert changes(pages(connector, cursor)) == []

    def test_a_token_that_has_ended_opens_no_channel(self, stage: WatchStage, connector: MailConnector) -> None:
        stage.end_access("expired")
        with pytest.raises(ConnectorError) as caught:
            connector.watch(channel(OWN))
        assert caught.value.failure.kind is Kind.AUTH
