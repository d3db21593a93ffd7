"""What a person could fill in of a record, as an org describes it, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.errors import ConnectorError
from connectors.fills import Blank, Fill, Sort
from connectors.records import PersonWrite, Ref
from connectors.salesforce.blanks import blanks
from connectors.simulators.authority import Certificate
from tests.builders import entry
from tests.contract.connectors.contact_crm_contract import write
from tests.contract.connectors.event_reading_contract import failed
from tests.contract.connectors.salesforce_contact_stage import SalesforceContactStage, staged
from tests.contract.connectors.salesforce_record_stage import door, pushed, row
from tests.contract.connectors.stage import CountingServer

SHOP = PersonWrite(key="a" * 64, email="orders@shop.example", first_name="", last_name="", company="Shop")


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceContactStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


def may(stage: SalesforceContactStage, target: str, record_id: str = "") -> bool | None:
    """Whether the user who owns what we make may write such a record."""
    found = stage.open().sheet(target, ["LastName"], record_id=record_id, user_id=stage.user().id)
    return found.may_edit


# -- What the fields are


def test_fields_are_told_as_the_org_describes_them_in_one_call(stage: SalesforceContactStage) -> None:
    connector, before = stage.open(), stage.calls()
    found = connector.sheet("contact", ["lastname", "Email", "LeadSource", "Syncapp_Key__c", "OwnerId", "Nothing__c"])
    assert (stage.calls() - before, found.may_edit) == (1, None)
    last, email, source = found.blanks
    assert last == Blank(name="LastName", label="Last Name", longest=80, required=True)
    assert (email.sort, email.longest, email.required, email.may_default) == (Sort.EMAIL, 80, False, False)
    assert (source.sort, source.longest, source.may_default) == (Sort.CHOICE, 0, True)
    assert ("Web", "Web") in source.options


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "double", "precision": 8, "scale": 2}, (Sort.NUMBER, 6, 2)),
        ({"type": "int", "digits": 9}, (Sort.WHOLE, 9, 0)),
        ({"type": "boolean"}, (Sort.FLAG, 0, 0)),
        ({"type": "multipicklist"}, (Sort.CHOICES, 0, 0)),
        ({"type": "picklist"}, (Sort.LINE, 0, 0)),
        ({"type": "picklist", "restrictedPicklist": True}, (Sort.CHOICE, 0, 0)),
    ],
)
def test_each_type_has_its_own_input(field: dict[str, object], expected: tuple[Sort, int, int]) -> None:
    said = {"name": "X__c", "createable": True, "updateable": False, **field}
    (found,) = blanks({"name": "Contact", "fields": [said]}, ["X__c"], is_new=True)
    assert (found.sort, found.digits, found.decimals) == expected
    assert not blanks({"name": "Contact", "fields": [said]}, ["X__c"], is_new=False)


def test_values_that_are_not_active_are_not_offered() -> None:
    values = [{"value": "a", "label": "A", "active": True}, {"value": "b", "label": "B", "active": False}]
    said = {"name": "X__c", "createable": True, "type": "picklist", "picklistValues": values}
    (found,) = blanks({"name": "Contact", "fields": [said]}, ["X__c"], is_new=True)
    assert found.options == (("a", "A"),)


def test_an_object_that_we_do_not_see_is_an_error(stage: SalesforceContactStage) -> None:
    door(stage, "object-access", object="Contact", denied=["read"])
    with pytest.raises(ConnectorError):
        stage.open().sheet("contact", ["LastName"])


# -- Who may


def test_a_record_of_theirs_a_user_may_change(stage: SalesforceContactStage) -> None:
    assert may(stage, "contact", stage.create(entry(), stage.user())) is True


def test_what_sharing_lets_them_only_read_they_may_not(stage: SalesforceContactStage) -> None:
    there = stage.create(entry(), stage.user())
    door(stage, "record-access", id=there, access="read")
    assert may(stage, "contact", there) is False


def test_of_a_record_that_we_do_not_see_nobody_knows(stage: SalesforceContactStage) -> None:
    assert may(stage, "contact", "003000000000009AAA") is None


@pytest.mark.parametrize("target", ["event", "task", "email"])
def test_of_what_follows_other_rights_nobody_knows(stage: SalesforceContactStage, target: str) -> None:
    assert may(stage, target) is None


def test_who_may_make_such_records_is_told_by_what_they_are_granted(stage: SalesforceContactStage) -> None:
    door(stage, "permission", name="ViewSetup", on=True)
    assert may(stage, "contact") is True


def test_where_setup_is_closed_to_us_nobody_knows(stage: SalesforceContactStage) -> None:
    door(stage, "permission", name="ViewSetup", on=False)
    assert may(stage, "contact") is None


# -- What was refused, and written with what people filled in


def test_a_refusal_says_what_was_sent_in_which_record(stage: SalesforceContactStage) -> None:
    (refused,) = stage.open().push([SHOP])
    told = failed(refused)
    assert told.fields == ("LastName",)
    assert (told.evidence["target"], told.evidence["sent"]) == ("lead", {"LastName": None})


def test_a_value_that_was_refused_is_told(stage: SalesforceContactStage) -> None:
    (refused,) = stage.open().push([write(stage.user(), entry(job="x" * 129))])
    told = failed(refused)
    assert (told.evidence["target"], told.evidence["sent"]) == ("contact", {"Title": "x" * 129})


def test_a_lead_is_made_with_what_was_filled_in(stage: SalesforceContactStage) -> None:
    fills = (Fill(field="LastName", value="Shop"), Fill(field="LeadSource", value="Web"))
    (made,) = stage.open().push([replace(SHOP, fills=fills)])
    assert isinstance(made, Ref)
    there = row(stage, made.id)
    assert (there["LastName"], there["LeadSource"], there["Company"]) == ("Shop", "Web", "Shop")


def test_a_change_writes_a_value_only_in_what_it_writes_unless_it_is_fresh(stage: SalesforceContactStage) -> None:
    first = write(stage.user(), entry())
    (made,) = pushed(stage, first)
    later = replace(first, record=entry(job="CEO"), record_id=made, fields=frozenset({"job"}))
    source = Fill(field="LeadSource", value="Web")
    pushed(stage, replace(later, fills=(source,)))
    assert row(stage, made)["LeadSource"] is None
    pushed(stage, replace(later, fills=(replace(source, fresh=True),)))
    assert row(stage, made)["LeadSource"] == "Web"


# -- What a duplicate rule found


def test_a_duplicate_is_written_only_where_a_person_said_so_and_the_rule_lets_it(stage: SalesforceContactStage) -> None:
    door(stage, "duplicate-rule", object="Contact", name="D", fields=["Email"], allowSave=True)
    there = stage.create(entry(), stage.user())
    one, other = write(stage.user()), write(stage.user())
    refused, made = stage.open().push([one, replace(other, anyway=True)])
    assert (failed(refused).evidence["candidates"], failed(refused).evidence["allow_save"]) == ([there], True)
    assert isinstance(made, Ref)
    door(stage, "duplicate-rule", object="Contact", name="D", fields=["Email"], allowSave=False)
    (again,) = stage.open().push([replace(one, anyway=True)])
    assert failed(again).code == "salesforce.DUPLICATES_DETECTED"


def test_so_it_is_with_leads(stage: SalesforceContactStage) -> None:
    door(stage, "duplicate-rule", object="Lead", name="D", fields=["LastName"], allowSave=True)
    first = replace(SHOP, last_name="Shop")
    twin = replace(first, key="b" * 64)
    first_made, refused = stage.open().push([first, twin])
    assert isinstance(first_made, Ref)
    assert failed(refused).evidence["candidates"] == [first_made.id]
    (made,) = stage.open().push([replace(twin, anyway=True)])
    assert isinstance(made, Ref)


def test_the_records_are_told_by_name_in_one_call(stage: SalesforceContactStage) -> None:
    there = stage.create(entry(), stage.user())
    (lead,) = stage.open().push([replace(SHOP, last_name="Shop")])
    assert isinstance(lead, Ref)
    door(stage, "record-access", id=lead.id, access="read")
    connector, before = stage.open(), stage.calls()
    found = connector.doubles([lead.id, there[:15], "003000000000009AAA", "nothing"], user_id=stage.user().id)
    assert stage.calls() - before == 1
    assert [(each.id, each.kind, each.name, each.may_edit) for each in found] == [
        (lead.id, "lead", "Shop", False),
        (there, "contact", "Ann Meyer", True),
    ]
    assert found[0].detail == "Shop, orders@shop.example"
