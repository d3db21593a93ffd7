"""What our records need in Salesforce: found, made, shown to us, or refused with what goes without it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.needs import Need, Standing
from connectors.records import RecordWrite, Ref, Resource
from connectors.salesforce import fields
from tests.builders import entry, event, task
from tests.contract.connectors.case_contract import case
from tests.contract.connectors.crm_contract import ids, key, message
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_facts_stage import bench, stage
from tests.contract.simulators.salesforce import tooling_bench as t
from tests.contract.simulators.salesforce.bench import Bench

STALE = {name: f"{name}.{fields.RULE}" for name in fields.GUARDED}
RULES = tuple(STALE.values())
each_rule = pytest.mark.parametrize("name", STALE)
RIGHTS = ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets", "ManageUsers")
NAMES = [*(each.full_name for each in fields.FIELDS), *RULES]


__all__ = ["bench", "stage"]  # fixtures


@pytest.fixture
def bare(bench: Bench) -> Bench:
    """Nobody ever prepared the org, and the user that we work as may do it."""
    for name in STALE:
        t.drop(bench, "ValidationRule", t.found(bench, "ValidationRule", name, ValidationName=fields.RULE))
    for each in fields.FIELDS:
        t.drop(bench, "CustomField", component(bench, each))
    for row in bench.rows("PermissionSet"):
        if row["Name"] == "Syncapp":
            bench.administrator().sf.PermissionSet.update(row["Id"], {"Name": "Other", "Label": "Other"})
    give(bench, *RIGHTS)
    return bench


def give(bench: Bench, *rights: str, on: bool = True) -> None:
    for name in rights:
        bench.control("permission", name=name, on=on)


def component(bench: Bench, wanted: fields.CustomField) -> str:
    name = wanted.name.removesuffix("__c")
    soql = f"SELECT Id FROM CustomField WHERE DeveloperName = '{name}' AND TableEnumOrId = '{wanted.entity}'"
    return str(t.query(bench, soql)["records"][0]["Id"])


def written(stage: SalesforceEventStage, name: str, version: int) -> RecordWrite:
    """Of an event or of a task."""
    record = event() if name == "Event" else task()
    owner = stage.user().id
    return RecordWrite(resource=Resource(name.lower()), key=key(), version=version, record=record, owner_id=owner)


def standings(needs: list[Need]) -> dict[str, Standing]:
    return {need.name: need.standing for need in needs}


def all_are(standing: Standing) -> dict[str, Standing]:
    return dict.fromkeys(NAMES, standing)


def weaker(needs: list[Need]) -> dict[str, str]:
    return {need.name: need.weaker for need in needs if need.weaker}


class TestPrepared:
    def test_all_of_it_is_found(self, stage: SalesforceEventStage, bench: Bench) -> None:
        give(bench, "ViewSetup")
        needs = stage.open().ensure_fields()
        assert (standings(needs), weaker(needs)) == (all_are(Standing.THERE), {})

    def test_the_rules_are_not_seen_by_everybody(self, stage: SalesforceEventStage) -> None:
        needs = stage.open().ensure_fields()
        assert standings(needs) == all_are(Standing.THERE) | dict.fromkeys(RULES, Standing.UNSEEN)

    def test_a_call_for_each_object_and_one_for_each_rule(self, stage: SalesforceEventStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.ensure_fields()
        assert stage.calls() - before == 8


class TestBare:
    def test_all_of_it_is_made(self, stage: SalesforceEventStage, bare: Bench) -> None:
        needs = stage.open().ensure_fields()
        assert (standings(needs), weaker(needs)) == (all_are(Standing.MADE), {})

    def test_the_second_time_it_is_there(self, stage: SalesforceEventStage, bare: Bench) -> None:
        stage.open().ensure_fields()
        assert standings(stage.open().ensure_fields()) == all_are(Standing.THERE)

    def test_messages_events_and_tasks_can_be_written_then(self, stage: SalesforceEventStage, bare: Bench) -> None:
        stage.open().ensure_fields()
        assert len(ids(stage.open().push([message(), *(written(stage, name, version=1) for name in STALE)]))) == 3

    @each_rule
    def test_an_older_version_is_refused_then(self, stage: SalesforceEventStage, bare: Bench, name: str) -> None:
        stage.open().ensure_fields()
        write = written(stage, name, version=7)
        (made,) = ids(stage.open().push([write]))
        (refused,) = stage.open().push([replace(write, version=6, record_id=made)])
        assert isinstance(refused, ItemError)
        assert refused.failure.code == "salesforce.SYNCAPP_STALE"

    def test_a_key_that_activities_cannot_have_alone_is_made_without(
        self, stage: SalesforceEventStage, bare: Bench
    ) -> None:
        bare.control("activities", unique_keys=False)
        needs = stage.open().ensure_fields()
        assert standings(needs) == all_are(Standing.MADE)
        assert weaker(needs) == {"Activity.Syncapp_Key__c": fields.NO_UNIQUE}

    def test_without_the_right_each_says_why_and_what_goes_without_it(
        self, stage: SalesforceEventStage, bare: Bench
    ) -> None:
        give(bare, *RIGHTS, on=False)
        needs = stage.open().ensure_fields()
        assert standings(needs) == all_are(Standing.REFUSED) | dict.fromkeys(RULES, Standing.UNSEEN)
        assert all(need.weaker and need.failure for need in needs)
        assert {need.failure.code for need in needs if need.failure and need.name not in RULES} == {fields.NO_RIGHT}

    def test_without_its_key_no_case_can_be_opened(self, stage: SalesforceEventStage, bare: Bench) -> None:
        give(bare, *RIGHTS, on=False)
        assert weaker(stage.open().ensure_fields())["Case.Syncapp_Key__c"] == fields.NO_CASES
        (said,) = stage.open().push([case()])
        assert isinstance(said, ItemError)

    def test_without_the_right_nothing_is_tried_twice(self, stage: SalesforceEventStage, bare: Bench) -> None:
        give(bare, "CustomizeApplication", on=False)
        connector, before = stage.open(), len(stage.simulator.calls)
        connector.ensure_fields()
        made = [call for call in list(stage.simulator.calls)[before:] if call.method == "POST"]
        assert len(made) <= 1


class TestContacts:
    """What contacts need is made only where they are kept in step."""

    NAMES = ("Contact.Syncapp_Key__c", "Contact.Syncapp_Version__c", f"Contact.{fields.RULE}")

    @staticmethod
    def ensured(stage: SalesforceEventStage) -> list[Need]:
        return stage.open().ensure_fields(syncs_contacts=True)

    @pytest.fixture
    def without(self, bare: Bench) -> Bench:
        """Nobody ever prepared contacts either."""
        t.drop(bare, "ValidationRule", t.found(bare, "ValidationRule", "Contact", ValidationName=fields.RULE))
        for each in fields.CONTACT_FIELDS:
            t.drop(bare, "CustomField", component(bare, each))
        return bare

    def test_it_is_found(self, stage: SalesforceEventStage, bench: Bench) -> None:
        give(bench, "ViewSetup")
        needs = self.ensured(stage)
        assert (standings(needs), weaker(needs)) == (
            all_are(Standing.THERE) | dict.fromkeys(self.NAMES, Standing.THERE),
            {},
        )

    def test_it_is_made(self, stage: SalesforceEventStage, without: Bench) -> None:
        needs = self.ensured(stage)
        assert (standings(needs), weaker(needs)) == (
            all_are(Standing.MADE) | dict.fromkeys(self.NAMES, Standing.MADE),
            {},
        )
        assert {*standings(self.ensured(stage)).values()} == {Standing.THERE}

    def test_elsewhere_nothing_of_it_is_made(self, stage: SalesforceEventStage, without: Bench) -> None:
        assert standings(stage.open().ensure_fields()) == all_are(Standing.MADE)
        assert "Syncapp_Key__c" not in without.sim.org.schema.objects["Contact"].fields

    def test_contacts_can_be_written_then_and_no_older_version(
        self, stage: SalesforceEventStage, without: Bench
    ) -> None:
        self.ensured(stage)
        write = RecordWrite(resource=Resource.CONTACT, key=key(), version=7, record=entry(), owner_id=stage.user().id)
        (made,) = ids(stage.open().push([write]))
        (refused,) = stage.open().push([replace(write, version=6, record_id=made)])
        assert isinstance(refused, ItemError)
        assert refused.failure.code == "salesforce.SYNCAPP_STALE"

    def test_without_the_right_it_is_said_what_goes_without_it(
        self, stage: SalesforceEventStage, without: Bench
    ) -> None:
        give(without, *RIGHTS, on=False)
        told = weaker(self.ensured(stage))
        assert [told[name] for name in self.NAMES[:2]] == [fields.NO_KEY, fields.NO_VERSION]

    def test_a_call_for_each_object_and_one_for_each_rule(self, stage: SalesforceEventStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.ensure_fields(syncs_contacts=True)
        assert stage.calls() - before == 10


class TestHidden:
    @pytest.fixture
    def hidden(self, bench: Bench) -> Bench:
        """Somebody made the fields, and showed them to nobody."""
        for row in [*bench.rows("FieldPermissions")]:
            if "Syncapp" in str(row["Field"]):
                bench.administrator().sf.FieldPermissions.delete(row["Id"])
        return bench

    def test_they_are_there_and_shown_to_us(self, stage: SalesforceEventStage, hidden: Bench) -> None:
        give(hidden, *RIGHTS)
        assert standings(stage.open().ensure_fields()) == all_are(Standing.THERE)
        assert isinstance(stage.open().push([message()])[0], Ref)

    def test_where_we_may_not_they_are_as_good_as_none(self, stage: SalesforceEventStage, hidden: Bench) -> None:
        found = standings(stage.open().ensure_fields())
        assert found == all_are(Standing.REFUSED) | {rule: found[rule] for rule in RULES}


@each_rule
def test_a_rule_that_is_switched_off_is_told(stage: SalesforceEventStage, bench: Bench, name: str) -> None:
    give(bench, "ViewSetup")
    found = t.found(bench, "ValidationRule", name, ValidationName=fields.RULE)
    metadata = t.RULE | {"active": False, "errorConditionFormula": fields.FORMULA}
    t.change(bench, "ValidationRule", found, STALE[name], metadata)
    assert weaker(stage.open().ensure_fields()) == {STALE[name]: fields.NO_VERSION}


def test_access_that_ended_stops_it(stage: SalesforceEventStage) -> None:
    connector = stage.open()
    stage.end_access("expired")
    with pytest.raises(ConnectorError) as caught:
        connector.ensure_fields()
    assert caught.value.failure.kind is Kind.AUTH
