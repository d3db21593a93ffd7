"""Contacts in Salesforce with the fields that an organization mapped: written, read back, and refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import clock
from connectors.errors import ConnectorError, ItemError, Kind
from connectors.facts import Wishes
from connectors.field_maps import FieldMap, Target, Way
from connectors.protocol import CrmConnector
from connectors.records import RecordWrite, Ref, Resource, Window
from connectors.salesforce import address_fields
from connectors.salesforce.mapped import REFUSED, UNREAD
from connectors.simulators.authority import Certificate
from tests.builders import entry
from tests.contract.connectors import test_salesforce_mapped as mapped
from tests.contract.connectors.crm_contract import key
from tests.contract.connectors.load_contract import loaded
from tests.contract.connectors.salesforce_contact_stage import SalesforceContactStage, staged
from tests.contract.connectors.salesforce_record_stage import door, row
from tests.contract.connectors.stage import CountingServer
from tests.contract.connectors.test_salesforce_mapped import opened, pushed, read, refusal

CONTACT = Resource.CONTACT
PHONE = FieldMap(target=Target.CONTACT, source="phone", field="Direct__c", way=Way.BOTH, type="phone", length=40)
JOB = FieldMap(target=Target.CONTACT, source="job", field="Role__c", way=Way.BOTH, length=20)
BORN = FieldMap(target=Target.CONTACT, source="birthday", field="Born__c", way=Way.BOTH, type="date")
FOUND_BY = FieldMap(target=Target.CONTACT, source="fixed", fixed="Web", field="LeadSource", type="picklist")
KEEPER = FieldMap(target=Target.CONTACT, source="mailbox_owner", field="Keeper__c", length=80)


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceContactStage]:
    with staged(salesforce_server, contract_certificate) as made:
        for name, kind in (("Direct__c", "phone"), ("Role__c", "string"), ("Born__c", "date"), ("Keeper__c", "string")):
            door(made, "add-field", object="Contact", name=name, type=kind, length=20 if kind == "string" else 0)
        address_fields.forget()
        yield made


def write(**more: object) -> RecordWrite:
    return replace(mapped.write(entry()), resource=CONTACT, **more)  # type: ignore[arg-type]  # as the tests give it


def test_a_contact_that_we_make_has_its_fixed_values(stage: SalesforceContactStage) -> None:
    (made,) = pushed(opened(stage, FOUND_BY, KEEPER), write())
    assert (row(stage, made)["LeadSource"], row(stage, made)["Keeper__c"]) == ("Web", "Anna Adler")


def test_one_that_is_there_keeps_what_people_chose(stage: SalesforceContactStage) -> None:
    named = key()
    (made,) = pushed(opened(stage), write(key=named))
    pushed(opened(stage, FOUND_BY), write(key=named, record_id=made, version=2, fields=frozenset({"job"})))
    assert row(stage, made)["LeadSource"] is None


def test_a_record_type_is_given_to_new_ones(stage: SalesforceContactStage) -> None:
    kind = door(stage, "record-type", object="Contact", name="Customer", active=True)["id"]
    line = FieldMap(target=Target.CONTACT, source="fixed", fixed="Customer", field="RecordTypeId")
    (found,) = opened(stage).fits([line])
    assert (found.trouble, found.fixed) == ("", kind)
    (made,) = pushed(opened(stage, replace(line, fixed=found.fixed, type=found.type)), write())
    assert row(stage, made)["RecordTypeId"] == kind


def test_a_record_type_that_is_switched_off_later_refuses_under_the_name_of_its_line(
    stage: SalesforceContactStage,
) -> None:
    kind = door(stage, "record-type", object="Contact", name="Customer", active=False)["id"]
    line = FieldMap(target=Target.CONTACT, source="fixed", fixed=kind, field="RecordTypeId", type="reference")
    code, said = refusal(opened(stage, line), write())
    assert (code, said.partition(":")[0]) == (REFUSED, "Field mapping “A fixed value → RecordTypeId” of Contact")


def test_what_goes_both_ways_leaves_the_built_in_field_alone(stage: SalesforceContactStage) -> None:
    connector = opened(stage, PHONE, JOB, BORN)
    (made,) = pushed(connector, write())
    stands = row(stage, made)
    assert (stands["Direct__c"], stands["Role__c"], stands["Born__c"]) == ("+43 1 234", "Head of buying", "1980-05-17")
    assert (stands["Phone"], stands["Title"], stands["Birthdate"], stands["MobilePhone"]) == (
        None,
        None,
        None,
        "+43 660 234",
    )


def test_it_is_read_from_there(stage: SalesforceContactStage) -> None:
    connector = opened(stage, PHONE, JOB)
    (made,) = pushed(connector, write())
    door(stage, "update", id=made, fields={"Direct__c": "112", "Phone": "999", "Title": "Nobody"})
    found = read(connector, made, CONTACT)
    assert (found.phone, found.job, found.mobile) == ("112", "Head of buying", "+43 660 234")


def test_nothing_but_what_is_named_is_written_there(stage: SalesforceContactStage) -> None:
    connector, named = opened(stage, PHONE, JOB), key()
    (made,) = pushed(connector, write(key=named))
    door(stage, "update", id=made, fields={"Role__c": "Theirs"})
    later = write(key=named, record_id=made, version=2, fields=frozenset({"phone"}), record=entry(phone="112"))
    pushed(connector, later)
    assert (row(stage, made)["Direct__c"], row(stage, made)["Role__c"]) == ("112", "Theirs")


def told(connector: CrmConnector, cursor: str | None = None) -> tuple[list[str], str]:
    window = Window(start=clock.now() - timedelta(days=1), end=clock.now() + timedelta(days=30))
    pages = [*connector.changes(CONTACT, cursor, window)]
    found = [each.record.record for page in pages for each in page.changes if each.record]
    return [getattr(each, "phone") for each in found], pages[-1].cursor  # noqa: B009 - of any kind of record


@pytest.mark.parametrize("differs", ["plain", "more addresses", "person accounts"])
def test_a_change_there_is_told_whatever_else_an_org_has(stage: SalesforceContactStage, differs: str) -> None:
    if differs == "more addresses":
        door(stage, "add-field", object="Contact", name="Home__c", type="email")
    if differs == "person accounts":
        door(stage, "person-accounts")
    connector = opened(stage, PHONE)
    (made,) = pushed(connector, write())
    _, cursor = told(connector)
    stage.pass_time(timedelta(seconds=2))
    door(stage, "update", id=made, fields={"Direct__c": "112"})
    assert told(connector, cursor)[0] == ["112"]


def test_a_field_of_addresses_that_goes_takes_nothing_along(stage: SalesforceContactStage) -> None:
    door(stage, "add-field", object="Contact", name="Home__c", type="email")
    connector = opened(stage, PHONE)
    (made,) = pushed(connector, write())
    assert told(connector)[0] == ["+43 1 234"]
    door(stage, "remove-field", object="Contact", name="Home__c", field="Home__c")
    assert read(connector, made, CONTACT).phone == "+43 1 234"


def test_where_it_is_read_from_a_field_that_is_gone_nothing_is_read(stage: SalesforceContactStage) -> None:
    """An empty place would be taken for one that somebody emptied."""
    connector = opened(stage, PHONE)
    (made,) = pushed(connector, write())
    door(stage, "remove-field", object="Contact", field="Direct__c")
    with pytest.raises(ConnectorError) as caught:
        connector.current(CONTACT, [made])
    assert (caught.value.failure.code, caught.value.failure.kind) == (UNREAD, Kind.CONFIG)
    assert "“Phone → Direct__c”" in caught.value.failure.said


def test_a_value_that_no_list_has_refuses_under_the_name_of_its_line(stage: SalesforceContactStage) -> None:
    door(stage, "picklist", object="Contact", field="LeadSource", without=["Web"], restricted=True)
    code, said = refusal(opened(stage, FOUND_BY), write())
    assert (code, "LeadSource" in said) == (REFUSED, True)


def test_what_a_line_refuses_in_a_load_has_its_name_as_well(stage: SalesforceContactStage) -> None:
    door(stage, "picklist", object="Contact", field="LeadSource", without=["Web"], restricted=True)
    wanted = write()
    answer = loaded(opened(stage, FOUND_BY), wanted)[wanted.key].answer
    assert isinstance(answer, ItemError)
    assert (answer.failure.code, answer.failure.said.partition(":")[0]) == (
        REFUSED,
        "Field mapping “A fixed value → LeadSource” of Contact",
    )


def test_what_a_load_refuses_for_another_field_is_no_line_s_trouble(stage: SalesforceContactStage) -> None:
    wanted = write(record=entry(last="x" * 100))
    answer = loaded(opened(stage, FOUND_BY), wanted)[wanted.key].answer
    assert isinstance(answer, ItemError)
    assert answer.failure.code == "salesforce.STRING_TOO_LONG"


def test_a_fixed_number_goes_in_a_load_like_everything_else(stage: SalesforceContactStage) -> None:
    door(stage, "add-field", object="Contact", name="Score__c", type="double")
    line = FieldMap(target=Target.CONTACT, source="fixed", fixed="12.5", field="Score__c", type="double")
    wanted = write()
    answer = loaded(opened(stage, line), wanted)[wanted.key].answer
    assert isinstance(answer, Ref)
    assert row(stage, answer.id)["Score__c"] == 12.5


def test_a_name_as_a_whole_is_nobody_s_to_write(stage: SalesforceContactStage) -> None:
    (found,) = opened(stage).fits([replace(KEEPER, field="Name")])
    assert found.trouble.startswith("Name is put together by Salesforce out of FirstName, LastName")


@pytest.mark.parametrize(("lines", "is_named"), [((), True), ((FOUND_BY,), False)])
def test_a_field_that_new_contacts_must_have_is_told_until_a_line_fills_it(
    stage: SalesforceContactStage, lines: tuple[FieldMap, ...], *, is_named: bool
) -> None:
    door(stage, "require-field", object="Contact", field="LeadSource")
    facts = opened(stage, *lines).survey(Wishes(syncs_contacts=True)).facts
    (fact,) = (each for each in facts if each.name == "Required fields")
    assert ("Contact.LeadSource" in fact.text) is is_named
