"""What every CRM connector promises of loads: many new records that it writes when it comes to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.contacts import Contact
from connectors.errors import ConnectorError, ItemError, Kind
from connectors.loads import Load, Loaded, Stage
from connectors.protocol import CrmConnector
from connectors.records import RecordWrite, Ref
from tests.builders import entry
from tests.contract.connectors.contact_crm_contract import CONTACT, CONTACTS, content, write
from tests.contract.connectors.contact_crm_stage import ContactCrmStage
from tests.contract.connectors.crm_contract import ids
from tests.contract.connectors.record_crm_reading_contract import Reading, found

READING = Reading(CONTACT)
MOST_LOOKS = 10


def closed(crm: CrmConnector, *writes: RecordWrite) -> str:
    """A load of these that is the CRM's now."""
    load_id = crm.open_load(CONTACT)
    crm.fill_load(load_id, writes)
    crm.close_load(load_id)
    return load_id


def over(crm: CrmConnector, load_id: str) -> Load:
    """The load at its end, which it comes to after some looks."""
    for _ in range(MOST_LOOKS):
        load = crm.look_at_load(load_id)
        if load.stage is not Stage.RUNNING:
            return load
    raise AssertionError("the load never ends")


def loaded(crm: CrmConnector, *writes: RecordWrite) -> dict[str, Loaded]:
    """What is told of a load of these, by key."""
    load_id = closed(crm, *writes)
    assert over(crm, load_id).stage is Stage.DONE
    return {each.key: each for each in crm.told_of_load(load_id)}


def refused(ask: Any) -> Kind:
    with pytest.raises(ConnectorError) as raised:
        ask()
    return raised.value.failure.kind


def several(stage: ContactCrmStage, titles: Sequence[str]) -> list[RecordWrite]:
    owner = stage.user()
    return [write(owner, Contact(last=title), version=3) for title in titles]


class ContactLoadContract:
    """Each test gets a CRM of its own."""

    @pytest.mark.parametrize("said", CONTACTS.values(), ids=list(CONTACTS))
    def test_what_is_loaded_is_there_as_it_was_meant(self, stage: ContactCrmStage, said: Contact) -> None:
        wanted = replace(write(stage.user(), said, version=7), fields=frozenset())
        told = loaded(stage.open(), wanted)[wanted.key]
        assert isinstance(told.answer, Ref)
        (there,) = READING.shown(stage, told.answer.id)
        assert content(there.record) == content(said)
        assert (there.key, there.version, there.owner_id, told.version) == (wanted.key, 7, wanted.owner_id, 7)

    @pytest.mark.parametrize(
        "text",
        ['a "quoted" word', "a, b; c", "one\ntwo", "tab\there", "Grüße 👍 尺", "=1+1", "'", "N/A", "null", "#N/A!"],
    )
    def test_a_text_may_have_any_letters(self, stage: ContactCrmStage, text: str) -> None:
        wanted = write(stage.user(), entry(text=text))
        answer = loaded(stage.open(), wanted)[wanted.key].answer
        assert isinstance(answer, Ref)
        (there,) = READING.shown(stage, answer.id)
        assert found(there).record.text == text

    def test_its_account_comes_with_it(self, stage: ContactCrmStage) -> None:
        wanted = replace(write(stage.user()), account_id=stage.account_named("Acme"))
        answer = loaded(stage.open(), wanted)[wanted.key].answer
        assert isinstance(answer, Ref)
        (there,) = READING.shown(stage, answer.id)
        assert found(there).record.company == "Acme"  # type: ignore[union-attr]

    def test_several_are_told_of_each_by_its_key(self, stage: ContactCrmStage) -> None:
        writes = several(stage, ["A", "B", "C"])
        told = loaded(stage.open(), *writes)
        assert told.keys() == {each.key for each in writes}
        assert stage.living() == {each.answer.id: key for key, each in told.items() if isinstance(each.answer, Ref)}

    def test_one_that_is_refused_says_why_and_stops_no_other(self, stage: ContactCrmStage) -> None:
        stage.refuse("Bad", "No: not: this one")
        good, bad = several(stage, ["Good", "Bad"])
        told = loaded(stage.open(), good, bad)
        answer = told[bad.key].answer
        assert isinstance(answer, ItemError)
        assert answer.failure.code == "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"
        assert (answer.failure.said, told[bad.key].version) == ("No: not: this one", 3)
        assert [*stage.living().values()] == [good.key]

    def test_a_key_that_stands_there_is_left_to_be_adopted(self, stage: ContactCrmStage) -> None:
        """And keeps what it says, whatever the load says."""
        owner, crm = stage.user(), stage.open()
        first = write(owner, entry(job="Buyer"), version=2)
        (made,) = ids(crm.push([first]))
        assert loaded(crm, replace(first, record=entry(job="Other"), version=1)) == {}
        (there,) = READING.shown(stage, made)
        assert (found(there).record.job, there.version) == ("Buyer", 2)  # type: ignore[union-attr]

    def test_the_same_load_twice_writes_once(self, stage: ContactCrmStage) -> None:
        writes, crm = several(stage, ["A", "B"]), stage.open()
        assert len(loaded(crm, *writes)) == 2
        assert loaded(crm, *writes) == {}
        assert len(stage.living()) == 2

    def test_what_was_loaded_is_brought_up_to_date_by_a_later_write(self, stage: ContactCrmStage) -> None:
        wanted, crm = write(stage.user(), entry(job="Buyer"), version=1), stage.open()
        answer = loaded(crm, wanted)[wanted.key].answer
        assert isinstance(answer, Ref)
        assert ids(crm.push([replace(wanted, record=entry(job="Head"), version=2)])) == [answer.id]

    # -- Before it is closed, and after

    def test_nothing_is_written_of_a_load_that_is_not_closed(self, stage: ContactCrmStage) -> None:
        crm = stage.open()
        load_id = crm.open_load(CONTACT)
        crm.fill_load(load_id, several(stage, ["A"]))
        assert [crm.look_at_load(load_id).stage for _ in range(3)] == [Stage.OPEN] * 3
        assert stage.living() == {}

    def test_another_process_goes_on_with_it(self, stage: ContactCrmStage) -> None:
        (wanted,) = several(stage, ["A"])
        load_id = stage.open().open_load(CONTACT)
        stage.open().fill_load(load_id, [wanted])
        stage.open().close_load(load_id)
        assert over(stage.open(), load_id).stage is Stage.DONE
        assert [each.key for each in stage.open().told_of_load(load_id)] == [wanted.key]

    def test_it_says_how_many_are_done(self, stage: ContactCrmStage) -> None:
        crm = stage.open()
        load_id = closed(crm, *several(stage, ["A", "B"]))
        assert over(crm, load_id).processed == 2

    def test_it_is_filled_once(self, stage: ContactCrmStage) -> None:
        crm, writes = stage.open(), several(stage, ["A"])
        load_id = crm.open_load(CONTACT)
        crm.fill_load(load_id, writes)
        assert refused(lambda: crm.fill_load(load_id, writes)) not in (Kind.AUTH, Kind.TRANSIENT)

    @pytest.mark.parametrize("ended", [False, True], ids=["closed", "over"])
    def test_what_is_closed_is_neither_filled_nor_closed_again(self, stage: ContactCrmStage, ended: bool) -> None:
        crm, writes = stage.open(), several(stage, ["A"])
        load_id = closed(crm, *writes)
        if ended:
            over(crm, load_id)
        refused(lambda: crm.fill_load(load_id, writes))
        refused(lambda: crm.close_load(load_id))
        assert over(crm, load_id).stage is Stage.DONE

    def test_what_is_told_can_be_asked_for_again(self, stage: ContactCrmStage) -> None:
        crm = stage.open()
        load_id = closed(crm, *several(stage, ["A"]))
        over(crm, load_id)
        assert crm.told_of_load(load_id) == crm.told_of_load(load_id) != []

    # -- What comes to nothing

    @pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
    def test_one_that_is_dropped_writes_nothing_and_says_so(self, stage: ContactCrmStage, is_closed: bool) -> None:
        crm, writes = stage.open(), several(stage, ["A"])
        load_id = closed(crm, *writes) if is_closed else crm.open_load(CONTACT)
        crm.drop_load(load_id)
        told = crm.look_at_load(load_id)
        assert told.failure is not None
        assert (told.stage, told.failure.code) == (Stage.FAILED, "salesforce.BULK_JOB_FAILED")
        assert stage.living() == {}

    def test_one_that_is_over_is_not_dropped(self, stage: ContactCrmStage) -> None:
        crm = stage.open()
        load_id = closed(crm, *several(stage, ["A"]))
        over(crm, load_id)
        refused(lambda: crm.drop_load(load_id))
        assert crm.look_at_load(load_id).stage is Stage.DONE

    @pytest.mark.parametrize("ask", ["look_at_load", "told_of_load", "close_load", "drop_load"])
    def test_one_that_is_not_there_is_not_found(self, stage: ContactCrmStage, ask: str) -> None:
        assert refused(lambda: getattr(stage.open(), ask)("7500000000000NEVERAAA"[:18])) is Kind.NOT_FOUND

    def test_nothing_is_told_before_it_is_over(self, stage: ContactCrmStage) -> None:
        crm = stage.open()
        load_id = crm.open_load(CONTACT)
        refused(lambda: crm.told_of_load(load_id))
