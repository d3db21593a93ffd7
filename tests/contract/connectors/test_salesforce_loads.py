"""Loads at Salesforce: the contract, and what is peculiar to ingest jobs of Bulk API 2.0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from connectors import registry
from connectors.contacts import Contact
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.loads import Stage
from connectors.records import Resource
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from tests.contract.connectors.contact_crm_contract import CONTACT, write
from tests.contract.connectors.load_contract import ContactLoadContract, closed, loaded, over, several
from tests.contract.connectors.salesforce_contact_stage import SalesforceContactStage, staged
from tests.contract.connectors.salesforce_record_stage import door
from tests.contract.connectors.stage import CountingServer


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceContactStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


class TestSalesforceLoads(ContactLoadContract):
    provider: ClassVar[str] = "salesforce"


def refusal(stage: SalesforceContactStage, of: Contact) -> Failure:
    wanted = write(stage.user(), of)
    answer = loaded(stage.open(), wanted)[wanted.key].answer
    assert isinstance(answer, ItemError)
    return answer.failure


def test_there_are_loads_of_contacts_alone() -> None:
    assert registry.crm_loads("salesforce") == {Resource.CONTACT}
    assert registry.crm_loads("another") == frozenset()


def test_it_takes_six_calls_and_a_look_for_each_time_that_it_is_under_way(stage: SalesforceContactStage) -> None:
    door(stage, "bulk", polls=0)
    crm, writes = stage.open(), several(stage, [str(number) for number in range(450)])
    before = stage.calls()
    assert len(loaded(crm, *writes)) == 450
    assert stage.calls() - before == 6


@pytest.mark.parametrize("text", ["#N/A", " #N/A ", "nul \0"])
def test_what_csv_cannot_say_is_left_to_be_pushed(stage: SalesforceContactStage, text: str) -> None:
    good, bad = several(stage, ["Good", "Bad"])
    bad = replace(bad, record=Contact(last="Bad", text=text))
    assert loaded(stage.open(), good, bad).keys() == {good.key}


def test_a_load_of_nothing_that_can_be_carried_fails(stage: SalesforceContactStage) -> None:
    crm = stage.open()
    told = over(crm, closed(crm, write(stage.user(), Contact(last="#N/A"))))
    assert (told.stage, told.failure and told.failure.code) == (Stage.FAILED, "salesforce.InvalidBatch")


def test_a_description_that_is_too_long_is_shortened_as_ever(stage: SalesforceContactStage) -> None:
    wanted = write(stage.user(), Contact(last="Long", text="x" * 131_072))
    loaded(stage.open(), wanted)
    (row,) = stage.simulator.org.store.rows("Contact")
    assert (len(row["Description"]), row["Description"].endswith("in the address book.]")) == (32_000, True)


@pytest.mark.parametrize(
    ("said", "code", "fields"),
    [
        (Contact(last="x" * 100), "salesforce.STRING_TOO_LONG", ("LastName",)),
        (Contact(last="Bad", email="no address"), "salesforce.INVALID_EMAIL_ADDRESS", ("Email",)),
    ],
    ids=["too long", "no address"],
)
def test_a_refused_record_names_its_field(
    stage: SalesforceContactStage, said: Contact, code: str, fields: tuple[str, ...]
) -> None:
    failure = refusal(stage, said)
    assert (failure.code, failure.fields, failure.kind) == (code, fields, Kind.INVALID)


def test_a_field_of_ours_that_is_missing_fails_the_load(stage: SalesforceContactStage) -> None:
    door(stage, "remove-field", object="Contact", field="Syncapp_Version__c")
    crm = stage.open()
    told = over(crm, closed(crm, *several(stage, ["A"])))
    assert (told.stage, told.failure and told.failure.code) == (Stage.FAILED, "salesforce.InvalidBatch")


def test_what_is_no_csv_is_no_result(stage: SalesforceContactStage) -> None:
    crm = stage.open()
    load_id = closed(crm, *several(stage, ["A"]))
    over(crm, load_id)
    for body, kind in (
        ("<html>down</html>", "text/html"),
        ('"sf__Id"\n"1","2"\n', "text/csv"),
        ('"sf__Id', "text/csv"),
    ):
        fault = {"action": "answer", "path": "/successfulResults", "status": 200, "body": body}
        stage.simulator.faults.append(Fault.of(fault | {"headers": {"Content-Type": kind}}))
        with pytest.raises(ConnectorError) as raised:
            crm.told_of_load(load_id)
        assert raised.value.failure.code == "network.NON_JSON_ANSWER"
    assert len(crm.told_of_load(load_id)) == 1


@pytest.mark.parametrize("body", ["{}", "[]", '{"id": "", "state": "Elsewhere"}'])
def test_what_says_nothing_of_a_job_is_no_answer(stage: SalesforceContactStage, body: str) -> None:
    crm = stage.open()
    load_id = crm.open_load(CONTACT)
    for ask in (lambda: crm.open_load(CONTACT), lambda: crm.look_at_load(load_id)):
        stage.simulator.faults.append(Fault.of({"action": "answer", "path": "/jobs/", "status": 200, "body": body}))
        with pytest.raises(ConnectorError) as raised:
            ask()
        assert raised.value.failure.code == "network.NON_JSON_ANSWER"
