"""The contract of being told of changes, on the reference implementation and on Google over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connectors.errors import ConnectorError
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google import GoogleSimulator
from tests.contract.connectors.google_event_stage import GoogleEventStage
from tests.contract.connectors.memory_event_stage import MemoryEventMailStage
from tests.contract.connectors.stage import CountingServer
from tests.contract.connectors.watch_contract import MAIL, OWN, TOPIC, WatchContract, channel


@dataclass(kw_only=True)
class MemoryWatchStage(MemoryEventMailStage):
    def open_topic(self) -> None:
        """Nobody stands in between."""

    def watched(self) -> list[str]:
        return sorted(self.store.watched)


@dataclass(kw_only=True)
class GoogleWatchStage(GoogleEventStage):
    def open_topic(self) -> None:
        self._door("topic", topic=TOPIC)

    def watched(self) -> list[str]:
        told = self._door("pushed")
        return [*([""] if self.address in told["mailboxes"] else []), *told["channels"]]


class TestMemory(WatchContract):
    provider = "memory"

    @pytest.fixture
    def stage(self) -> MemoryWatchStage:
        return MemoryWatchStage()


class TestGoogle(WatchContract):
    provider = "google"

    @pytest.fixture
    def stage(
        self, google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[GoogleWatchStage]:
        simulator = GoogleSimulator()
        simulator.base_url = google_server.url
        google_server.simulator = simulator
        made = GoogleWatchStage(
            server=google_server, certificate=contract_certificate, simulator=simulator, patch=monkeypatch
        )
        yield made
        made.closing.close()

    def test_a_topic_that_is_not_there_is_the_installations_affair(self, stage: GoogleWatchStage) -> None:
        with pytest.raises(ConnectorError) as caught:
            stage.open().watch(channel(MAIL))
        assert caught.value.failure.code == "google.pushTopic"

    def test_a_calendar_that_tells_nobody_says_so(self, stage: GoogleWatchStage) -> None:
        stage._door("unwatchable", calendar=stage.address)
        with pytest.raises(ConnectorError) as caught:
            stage.open().watch(channel(OWN))
        assert caught.value.failure.code == "google.pushUnsupported"

    def test_a_channel_without_an_end_is_no_answer(self, stage: GoogleWatchStage) -> None:
        told = {"action": "answer", "path": "/watch$", "status": 200, "body": {"expiration": "soon"}}
        stage.simulator.faults.append(Fault.of(told))
        with pytest.raises(ConnectorError) as caught:
            stage.open().watch(channel(OWN))
        assert caught.value.failure.code == "network.NON_JSON_ANSWER"
