"""The mail contract on a Gmail that others wrote. What it does otherwise than Google stands in `DEVIATIONS`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from tests.contract.connectors.mail_contract import MailConnectorContract
from tests.contract.peers.conftest import Proxy
from tests.contract.peers.myworld_stage import MyworldStage

pytestmark = pytest.mark.peers

NO_BATCH = "it knows no batch requests, and that is how messages are read"
READS = (
    "test_a_label_alone_is_no_tombstone_and_changes_no_message",
    "test_messages_come_in_the_order_in_which_they_were_asked_for",
    "test_one_that_is_gone_is_said_in_its_place_and_hurts_no_other",
    "test_one_that_never_was_is_not_found",
    "test_one_asked_for_twice_comes_twice",
    "test_more_than_fit_into_one_request_come_in_order",
    "test_a_message_arrives_as_it_was_sent",
    "test_messages_of_one_thread_share_its_name",
    "test_where_the_provider_filed_a_message_is_told",
)
DEVIATIONS: Mapping[str, str] = {
    "test_a_full_read_comes_oldest_first": "Gmail lists a mailbox newest first and offers no other order",
    "test_a_deletion_is_a_tombstone": "its history has no deletions",
    **dict.fromkeys(READS, NO_BATCH),
}


class TestMyworld(MailConnectorContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture(autouse=True)
    def _deviates(self, request: pytest.FixtureRequest) -> None:
        reason = DEVIATIONS.get(request.node.originalname)
        if reason:
            request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))

    @pytest.fixture
    def stage(self, myworld: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[MyworldStage]:
        proxy, own = myworld
        made = MyworldStage(proxy=proxy, own=own, patch=monkeypatch)
        yield made
        made.closing.close()
