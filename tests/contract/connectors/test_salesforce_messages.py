"""Messages in orgs without Enhanced Email: what is refused there says what to switch on."""

from __future__ import annotations

import pytest

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.records import Ref, Write
from connectors.salesforce.messages import OFF, POINTING, lacks_enhanced_email
from tests.contract.connectors.case_contract import case, message_of
from tests.contract.connectors.crm_contract import ids, key, lead, message
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_facts_stage import bench, stage
from tests.contract.simulators.salesforce.bench import Bench

__all__ = ["bench", "stage"]  # fixtures


def said(stage: SalesforceEventStage, *writes: Write) -> list[Failure | None]:
    """What was refused of each write, whichever way it was told."""
    try:
        answers = stage.open().push(writes)
    except ConnectorError as error:
        return [error.failure]
    return [answer.failure if isinstance(answer, ItemError) else None for answer in answers]


@pytest.mark.parametrize("to_case", [True, False])
def test_a_message_with_people_is_refused_for_want_of_enhanced_email(
    stage: SalesforceEventStage, bench: Bench, *, to_case: bool
) -> None:
    bench.control("email", enhanced=False, to_case=to_case)
    (failure,) = said(stage, message())
    assert failure is not None
    assert (failure.code, failure.kind) == (OFF, Kind.CONFIG)


def test_a_message_of_nobody_is_refused_so_as_well(stage: SalesforceEventStage, bench: Bench) -> None:
    """Salesforce asks for a case then."""
    bench.control("email", enhanced=False)
    (failure,) = said(stage, message_of(""))
    assert failure is not None
    assert failure.code == OFF


def test_the_words_of_the_refusal_are_kept(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("email", enhanced=False)
    (failure,) = said(stage, message_of(""))
    assert failure is not None
    assert "ParentId" in failure.said


def test_a_message_of_a_case_needs_none(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("email", enhanced=False)
    (made,) = ids(stage.open().push([case()]))
    assert said(stage, message_of(made)) == [None]


def test_leads_need_none(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("email", enhanced=False, to_case=False)
    assert said(stage, lead()) == [None]


def test_once_it_is_on_the_same_write_makes_one_record(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("email", enhanced=False)
    write = message()
    said(stage, write)
    bench.control("email", enhanced=True)
    assert [isinstance(each, Ref) for each in stage.open().push([write, write])] == [True, True]
    assert len(list(stage.simulator.org.store.rows("EmailMessage"))) == 1


def test_another_field_that_is_missing_keeps_its_name(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("remove-field", object="EmailMessage", field="Syncapp_Key__c")
    (failure,) = said(stage, message())
    assert failure is not None
    assert failure.code == "salesforce.OWN_FIELD_MISSING"


def test_a_field_that_the_org_demands_keeps_its_name(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("add-field", object="EmailMessage", name="Region__c")
    bench.control("require-field", object="EmailMessage", field="Region__c")
    (failure,) = said(stage, message())
    assert failure is not None
    assert (failure.code, failure.fields) == ("salesforce.REQUIRED_FIELD_MISSING", ("Region__c",))


def test_what_was_written_costs_no_call_more(stage: SalesforceEventStage) -> None:
    connector, before = stage.open(), stage.calls()
    connector.push([message()])
    assert stage.calls() - before == 1


def test_what_points_elsewhere_costs_no_call_more(stage: SalesforceEventStage, bench: Bench) -> None:
    bench.control("validation-rule", object="EmailMessage", name="No", message="No.")
    connector, before = stage.open(), stage.calls()
    assert isinstance(connector.push([message()])[0], ItemError)
    assert stage.calls() - before == 1


@pytest.mark.parametrize(
    ("shown", "lacks"),
    [
        ({"fields": [{"name": "ToIds"}, {"name": "RelatedToId"}]}, False),
        ({"fields": [{"name": "RelatedToId"}]}, False),
        ({"fields": [{"name": "ParentId"}]}, True),
        ({}, True),
    ],
)
def test_by_what_describe_shows(shown: dict[str, object], *, lacks: bool) -> None:
    assert lacks_enhanced_email(shown) is lacks


@pytest.mark.parametrize(("kind", "lacks"), [(Kind.NOT_FOUND, True), (Kind.PERMISSION, False), (Kind.UNKNOWN, False)])
def test_by_what_describe_refuses(kind: Kind, *, lacks: bool) -> None:
    assert lacks_enhanced_email(Failure(provider="salesforce", kind=kind, code="salesforce.X")) is lacks


def test_what_points_there_has_a_page_of_its_own() -> None:
    from issues import catalogue

    assert [code for code in (*POINTING, OFF) if catalogue.entry(code).id != code] == []


def test_a_key_that_is_taken_is_adopted_as_before(stage: SalesforceEventStage) -> None:
    named = key()
    first = ids(stage.open().push([message(named=named)]))
    assert ids(stage.open().push([message(named=named)])) == first
