"""What every mail connector promises that is opened for headers alone; mixed into the classes of `mail_contract`."""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import ItemError, Kind
from connectors.records import Address, Email, Flag, Participant, Party
from tests.builders import email
from tests.contract.connectors.mail_contract import EMAIL, GONE
from tests.contract.connectors.stage import MailStage

FULL = email(
    "ann@customer.example",
    "sales@ours.example bob@ours.example",
    "Größe & Preis",
    name="Ann Müller",
    cc=("carl@customer.example",),
    message_id="7@customer.example",
    references=("5@ours.example", "6@customer.example"),
)


def told(found: Email | ItemError) -> dict[str, object]:
    """What the headers say."""
    assert isinstance(found, Email)
    return {
        "message_id": found.message_id,
        "date": found.date,
        "subject": found.subject,
        "participants": found.participants,
        "references": found.references,
    }


class HeadersContract:
    """Each test gets a mailbox of its own."""

    def test_headers_alone_say_what_they_say_in_the_whole_message(self, stage: MailStage) -> None:
        ref = stage.deliver(FULL)
        (whole,) = stage.open().get(EMAIL, [ref])
        (found,) = stage.open_for_headers().get(EMAIL, [ref])
        assert told(found) == told(whole)

    def test_with_headers_alone_nothing_is_there_of_what_it_says(self, stage: MailStage) -> None:
        ref = stage.deliver_with(FULL, ("offer.pdf", "application/pdf", b"offer"))
        (found,) = stage.open_for_headers().get(EMAIL, [ref])
        assert isinstance(found, Email)
        assert (found.text, found.html, found.attachments) == ("", "", ())

    def test_it_says_that_there_is_more(self, stage: MailStage) -> None:
        (found,) = stage.open_for_headers().get(EMAIL, [stage.deliver(FULL)])
        assert isinstance(found, Email)
        assert found.flags & {Flag.HEADERS_ONLY, Flag.OVERSIZED, Flag.UNREADABLE} == {Flag.HEADERS_ONLY}

    def test_how_it_is_filed_is_told_with_headers_alone(self, stage: MailStage) -> None:
        label, ref = stage.label("Private"), stage.deliver(FULL, Flag.SPAM)
        stage.relabel(ref, add=[label])
        (found,) = stage.open_for_headers().get(EMAIL, [ref])
        assert isinstance(found, Email)
        assert (Flag.SPAM in found.flags, label in found.labels) == (True, True)

    def test_many_headers_are_as_few_requests_as_many_messages(self, stage: MailStage) -> None:
        refs = [stage.deliver(replace(FULL, message_id=f"{n}@customer.example")) for n in range(60)]
        requests = []
        for opened in (stage.open, stage.open_for_headers):
            connector, before = opened(), stage.calls()
            found = connector.get(EMAIL, refs)
            requests.append((stage.calls() - before, len(found)))
        assert requests[0] == requests[1]

    def test_a_message_that_is_gone_has_no_headers(self, stage: MailStage) -> None:
        (found,) = stage.open_for_headers().get(EMAIL, [GONE])
        assert isinstance(found, ItemError)
        assert found.failure.kind is Kind.NOT_FOUND

    def test_whoever_was_copied_blindly_is_told(self, stage: MailStage) -> None:
        blind = Participant(party=Party.BCC, address=Address(email="dora@customer.example"))
        ref = stage.deliver(replace(FULL, participants=(*FULL.participants, blind)))
        whole, bare = (opened().get(EMAIL, [ref])[0] for opened in (stage.open, stage.open_for_headers))
        assert told(bare) == told(whole)
