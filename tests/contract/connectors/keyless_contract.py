"""What every CRM connector promises where the CRM has no field of ours: messages and leads go there all the same, and
are found by what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Protocol

import pytest

from connectors.errors import ConnectorError, ItemError
from connectors.records import Attachment, CrmEmail, Email, EmailWrite, PersonWrite, Ref, Resource
from tests.builders import email
from tests.contract.connectors.census_contract import CensusStage
from tests.contract.connectors.crm_contract import ids, key, lead, message

EMAIL = Resource.EMAIL


class KeylessStage(CensusStage, Protocol):
    """The CRM has none of our fields until somebody makes them."""

    def equip(self) -> None:
        """Somebody makes them."""


def without(write: EmailWrite) -> EmailWrite:
    return replace(write, keyless=True)


def alike(stage: KeylessStage, *emails: Email) -> dict[str, CrmEmail]:
    found = stage.open().alike(emails)
    assert len({each.ref.id for each in found}) == len(found), "a record is shown twice"
    return {each.ref.id: each for each in found}


def refusals(stage: KeylessStage, *writes: EmailWrite | PersonWrite) -> set[str]:
    """The codes by which they are refused, whether the whole call is or each."""
    try:
        answers = stage.open().push(writes)
    except ConnectorError as error:
        return {error.failure.code}
    return {code(answer) for answer in answers}


class KeylessContract:
    """Each test gets a CRM of its own."""

    provider: ClassVar[str]

    @pytest.mark.parametrize("write", [message(), lead()], ids=["message", "lead"])
    def test_what_is_to_have_a_key_is_refused_by_its_own_name(
        self, stage: KeylessStage, write: EmailWrite | PersonWrite
    ) -> None:
        assert refusals(stage, write) == {"salesforce.OWN_FIELD_MISSING"}

    def test_a_message_without_a_key_is_written_whole(self, stage: KeylessStage) -> None:
        sent = replace(
            message("Renewal"),
            email=email(
                subject="Renewal", attachments=(Attachment(name="a.pdf", content_type="application/pdf", size=9),)
            ),
        )
        (made,) = ids(stage.open().push([without(sent)]))
        found = alike(stage, sent.email)[made]
        said = (found.key, found.message_id, found.subject, found.date, found.sender)
        assert said == ("", sent.email.message_id, "Renewal", sent.email.date, "ann@customer.example")

    def test_a_lead_without_a_key_is_written_and_found_by_its_address(self, stage: KeylessStage) -> None:
        (made,) = ids(stage.open().push([replace(lead("new@prospect.example"), keyless=True)]))
        (person,) = stage.open().find_people(["new@prospect.example"])["new@prospect.example"]
        assert person.id == made

    def test_nothing_but_a_look_keeps_a_second_one_out(self, stage: KeylessStage) -> None:
        sent = message()
        stage.open().push([without(sent)])
        stage.open().push([without(sent)])
        assert len(alike(stage, sent.email)) == 2

    def test_what_nobody_wrote_is_not_found(self, stage: KeylessStage) -> None:
        stage.open().push([without(message())])
        assert alike(stage, email(), email(message_id="", date=email().date - timedelta(days=9))) == {}

    def test_each_is_found_among_many(self, stage: KeylessStage) -> None:
        sent = [message(str(number)) for number in range(5)]
        made = ids(stage.open().push([without(each) for each in sent]))
        assert set(alike(stage, *(each.email for each in sent[1:3]))) == set(made[1:3])

    def test_one_without_a_message_id_is_found_by_its_date(self, stage: KeylessStage) -> None:
        nameless = replace(message(), email=email(message_id="", subject="Nameless"))
        named = message()
        made, _ = ids(stage.open().push([without(nameless), without(named)]))
        assert set(alike(stage, nameless.email)) == {made}

    @pytest.mark.parametrize(
        "name", ["it's@tests", 'a"b@tests', "back\\slash@tests", "100%_@tests", "x" * 700 + "@tests"]
    )
    def test_any_message_id_is_found(self, stage: KeylessStage, name: str) -> None:
        sent = replace(message(), email=email(message_id=name))
        (made,) = ids(stage.open().push([without(sent)]))
        assert set(alike(stage, sent.email)) == {made}

    def test_nothing_is_asked_about_nothing(self, stage: KeylessStage) -> None:
        assert alike(stage) == {}

    def test_by_their_ids_messages_are_found_without_a_field_of_ours(self, stage: KeylessStage) -> None:
        sent = message()
        (made,) = ids(stage.open().push([without(sent)]))
        found = stage.open().find(EMAIL, [], [made])
        assert [(each.ref.id, each.key) for each in found] == [(made, "")]

    def test_by_their_keys_none_can_be_looked_for(self, stage: KeylessStage) -> None:
        with pytest.raises(ConnectorError) as refused:
            stage.open().find(EMAIL, [key()], [])
        assert refused.value.failure.code == "salesforce.OWN_FIELD_MISSING"

    # -- Once the fields are there

    def test_a_message_gets_its_key_later_and_is_found_by_it(self, stage: KeylessStage) -> None:
        sent = message()
        (made,) = ids(stage.open().push([without(sent)]))
        stage.equip()
        assert isinstance(stage.open().sign({made: sent.key})[made], Ref)
        assert ids(stage.open().push([sent])) == [made]

    def test_signing_twice_is_signing_once(self, stage: KeylessStage) -> None:
        sent = message()
        (made,) = ids(stage.open().push([without(sent)]))
        stage.equip()
        for _ in range(2):
            assert isinstance(stage.open().sign({made: sent.key})[made], Ref)

    def test_a_key_that_another_record_has_is_refused(self, stage: KeylessStage) -> None:
        sent = message()
        first, second = ids(stage.open().push([without(sent), without(message())]))
        stage.equip()
        said = stage.open().sign({first: sent.key}) | stage.open().sign({second: sent.key})
        assert (type(said[first]), code(said[second])) == (Ref, "salesforce.DUPLICATE_VALUE")

    def test_a_record_that_is_gone_is_told_as_gone(self, stage: KeylessStage) -> None:
        (made,) = ids(stage.open().push([without(message())]))
        stage.equip()
        stage.open().discard(EMAIL, [made])
        assert code(stage.open().sign({made: key()})[made]) == "salesforce.ENTITY_IS_DELETED"

    def test_one_that_fails_stops_no_other(self, stage: KeylessStage) -> None:
        sent = message()
        gone, made = ids(stage.open().push([without(message()), without(sent)]))
        stage.equip()
        stage.open().discard(EMAIL, [gone])
        said = stage.open().sign({gone: key(), made: sent.key})
        assert [type(said[each]) for each in (gone, made)] == [ItemError, Ref]


def code(said: Ref | ItemError) -> str:
    return said.failure.code if isinstance(said, ItemError) else ""
