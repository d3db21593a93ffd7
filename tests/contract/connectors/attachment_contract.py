"""What every mail connector promises of attachments; mixed into the classes of `mail_contract`."""

from __future__ import annotations

from connectors.errors import ItemError, Kind
from connectors.records import Email
from tests.builders import email
from tests.contract.connectors.mail_contract import EMAIL, GONE
from tests.contract.connectors.stage import MailStage

OFFER = ("offer.pdf", "application/pdf", bytes(range(256)))
PLAN = ("Plän.txt", "text/plain", "größer\n".encode())


class AttachmentContract:
    """Each test gets a mailbox of its own."""

    def test_attachments_are_told_by_name_type_and_size(self, stage: MailStage) -> None:
        (found,) = stage.open().get(EMAIL, [stage.deliver_with(email(), OFFER, PLAN)])
        assert isinstance(found, Email)
        told = [(a.name, a.content_type, a.size) for a in found.attachments]
        assert told == [(name, kind, len(content)) for name, kind, content in (OFFER, PLAN)]

    def test_their_bytes_come_in_the_same_order_in_one_request(self, stage: MailStage) -> None:
        ref = stage.deliver_with(email(), OFFER, PLAN)
        connector, before = stage.open(), stage.calls()
        found = connector.contents(ref)
        assert not isinstance(found, ItemError)
        assert [*found] == [OFFER[2], PLAN[2]]
        assert stage.calls() - before == 1

    def test_a_message_without_any_has_none(self, stage: MailStage) -> None:
        found = stage.open().contents(stage.deliver(email()))
        assert not isinstance(found, ItemError)
        assert len(found) == 0

    def test_of_a_message_that_is_gone_there_are_none(self, stage: MailStage) -> None:
        found = stage.open().contents(GONE)
        assert isinstance(found, ItemError)
        assert found.failure.kind is Kind.NOT_FOUND
