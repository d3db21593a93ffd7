"""What every CRM connector promises to whoever compares both sides: to find records, their copies, and to take away."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import pytest

from connectors.records import CrmEmail, CrmRecord, EmailWrite, Ref, Resource
from tests.builders import email, event
from tests.contract.connectors.crm_contract import HOSTILE_IDS, ids, key, message
from tests.contract.connectors.event_crm_contract import write
from tests.contract.connectors.event_reading_contract import EVENT, content
from tests.contract.connectors.event_stage import EventCrmStage

EMAIL = Resource.EMAIL


class CensusStage(EventCrmStage, Protocol):
    def copy(self, record_id: str, **fields: Any) -> str:
        """Somebody makes a second record of a message, with these fields otherwise: its id."""


def messages(stage: CensusStage, *keys: str, of: tuple[str, ...] = ()) -> dict[str, CrmEmail]:
    """What is found, by id."""
    found = stage.open().find(EMAIL, keys, of)
    assert len({each.ref.id for each in found}) == len(found), "a record is shown twice"
    return {each.ref.id: each for each in found if isinstance(each, CrmEmail)}


def events(stage: CensusStage, *keys: str, of: tuple[str, ...] = ()) -> dict[str, CrmRecord]:
    found = stage.open().find(EVENT, keys, of)
    assert len({each.ref.id for each in found}) == len(found), "a record is shown twice"
    return {each.ref.id: each for each in found if isinstance(each, CrmRecord)}


def written(stage: CensusStage, *writes: Any) -> list[str]:
    return ids(stage.open().push(writes))


class CensusContract:
    """Each test gets a CRM of its own."""

    provider: ClassVar[str]

    # -- Messages

    def test_a_message_is_found_by_its_key_and_by_its_id(self, stage: CensusStage) -> None:
        first, second = message("first"), message("second")
        one, two = written(stage, first, second)
        assert set(messages(stage, first.key)) == {one}
        assert set(messages(stage, of=(two,))) == {two}
        assert set(messages(stage, first.key, of=(one, two))) == {one, two}

    def test_it_says_what_was_written(self, stage: CensusStage) -> None:
        sent = message("Renewal")
        (made,) = written(stage, sent)
        found = messages(stage, sent.key)[made]
        said = (found.key, found.message_id, found.subject, found.date, found.sender)
        assert said == (sent.key, sent.email.message_id, "Renewal", sent.email.date, "ann@customer.example")

    def test_one_without_sender_subject_or_message_id_is_found_as_it_is(self, stage: CensusStage) -> None:
        sent = EmailWrite(key=key(), email=email("", subject="", message_id=""), incoming=True)
        (made,) = written(stage, sent)
        found = messages(stage, sent.key)[made]
        assert (found.message_id, found.subject, found.sender) == ("", "", "")

    def test_a_copy_without_our_key_is_found_with_it(self, stage: CensusStage) -> None:
        sent = message()
        (made,) = written(stage, sent)
        copy = stage.copy(made)
        found = messages(stage, sent.key)
        assert {id_: each.key for id_, each in found.items()} == {made: sent.key, copy: ""}

    def test_another_message_with_the_same_message_id_is_shown_as_what_it_is(self, stage: CensusStage) -> None:
        sent = message()
        (made,) = written(stage, sent)
        other = stage.copy(made, subject="Something else")
        assert messages(stage, sent.key)[other].subject == "Something else"

    def test_what_is_deleted_is_not_found(self, stage: CensusStage) -> None:
        sent = message()
        (made,) = written(stage, sent)
        assert stage.open().discard(EMAIL, [made]) == [Ref(id=made)]
        assert messages(stage, sent.key, of=(made,)) == {}

    def test_nothing_asked_for_is_nothing_found(self, stage: CensusStage) -> None:
        written(stage, message(), EmailWrite(key=key(), email=email(message_id=""), incoming=True))
        assert messages(stage) == {}

    @pytest.mark.parametrize("hostile", [*HOSTILE_IDS, "' OR Id != '", ""])
    def test_no_key_and_no_id_finds_somebody_elses(self, stage: CensusStage, hostile: str) -> None:
        sent = message()
        (made,) = written(stage, sent)
        assert set(messages(stage, hostile, sent.key, of=(hostile,))) == {made}

    # -- Taking away

    def test_a_copy_is_taken_away_and_the_other_stays(self, stage: CensusStage) -> None:
        sent = message()
        (made,) = written(stage, sent)
        copy = stage.copy(made)
        assert stage.open().discard(EMAIL, [copy]) == [Ref(id=copy)]
        assert set(messages(stage, sent.key)) == {made}

    def test_taking_away_what_is_gone_is_done(self, stage: CensusStage) -> None:
        sent, kept = message(), message()
        made, other = written(stage, sent, kept)
        connector = stage.open()
        connector.discard(EMAIL, [made])
        assert connector.discard(EMAIL, [made, other]) == [Ref(id=made), Ref(id=other)]

    def test_what_was_taken_away_can_be_written_again_under_its_key(self, stage: CensusStage) -> None:
        sent = message()
        (made,) = written(stage, sent)
        stage.open().discard(EMAIL, [made])
        (again,) = written(stage, sent)
        assert (set(messages(stage, sent.key)), again != made) == ({again}, True)

    def test_nothing_to_take_away_is_nothing_taken(self, stage: CensusStage) -> None:
        assert stage.open().discard(EMAIL, []) == []

    # -- Events

    def test_an_event_is_found_by_its_key_and_by_its_id(self, stage: CensusStage) -> None:
        owner = stage.user()
        first, second = write(owner, event("first")), write(owner, event("second", days=2))
        one, two = written(stage, first, second)
        assert set(events(stage, first.key)) == {one}
        assert set(events(stage, of=(two,))) == {two}

    def test_it_says_what_stands_there(self, stage: CensusStage) -> None:
        owner, meeting = stage.user(), event("Review")
        sent = write(owner, meeting, version=7)
        (made,) = written(stage, sent)
        found = events(stage, sent.key)[made]
        assert (found.key, found.version, found.owner_id) == (sent.key, 7, owner.id)
        assert content(found.event) == content(meeting)

    def test_a_twin_without_a_key_is_found_with_it_and_a_stranger_is_not(self, stage: CensusStage) -> None:
        owner, meeting = stage.user(), event("Review")
        sent = write(owner, meeting)
        (made,) = written(stage, sent)
        twin = stage.create(meeting, owner)
        stage.create(event("Another day", days=9), owner)
        assert set(events(stage, sent.key)) == {made, twin}

    def test_who_is_invited_makes_no_twin(self, stage: CensusStage) -> None:
        owner, guest = stage.user(), stage.user()
        sent = write(owner, event(), guest)
        (made,) = written(stage, sent)
        assert set(events(stage, sent.key, of=(made,))) == {made}

    @pytest.mark.parametrize("end", ["delete", "hide", "discard"])
    def test_an_event_that_is_gone_or_hidden_is_not_found(self, stage: CensusStage, end: str) -> None:
        sent = write(stage.user())
        (made,) = written(stage, sent)
        if end == "discard":
            stage.open().discard(EVENT, [made])
        else:
            getattr(stage, end)(made)
        assert events(stage, sent.key, of=(made,)) == {}
