"""What our records need in Salesforce: found, made, shown to us, or refused with what goes without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.needs import Need, Standing
from connectors.records import RecordWrite, Ref, Resource
from connectors.salesforce import fields
from connectors.simulators.authority import Certificate
from tests.builders import event
from tests.contract.connectors.case_contract import case
from tests.contract.connectors.crm_contract import ids, key, message
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, beside, staged
from tests.contract.connectors.stage import CountingServer
from tests.contract.simulators.salesforce import tooling_bench as t
from tests.contract.simulators.salesforce.bench import Bench

RULE = "Event.Syncapp_Stale"
RIGHTS = ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets", "ManageUsers")
NAMES = [*(each.full_name for each in fields.FIELDS), RULE]


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceEventStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


@pytest.fixture
def bench(stage: SalesforceEventStage) -> Iterator[Bench]:
    """An administrator of the same org, with a client of others."""
    with beside(stage) as made:
        yield made


@pytest.fixture
def bare(bench: Bench) -> Bench:
    """Nobody ever prepared the org, and the user that we work as may do it."""
    t.drop(bench, "ValidationRule", t.found(bench, "ValidationRule", "Event", ValidationName="Syncapp_Stale"))
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

    def test_the_rule_is_not_seen_by_everybody(self, stage: SalesforceEventStage) -> None:
        needs = stage.open().ensure_fields()
        assert standings(needs) == all_are(Standing.THERE) | {RULE: Standing.UNSEEN}

    def test_a_call_for_each_object_and_one_for_the_rule(self, stage: SalesforceEventStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.ensure_fields()
        assert stage.calls() - before == 6


class TestBare:
    def test_all_of_it_is_made(self, stage: SalesforceEventStage, bare: Bench) -> None:
        needs = stage.open().ensure_fields()
        assert (standings(needs), weaker(needs)) == (all_are(Standing.MADE), {})

    def test_the_second_time_it_is_there(self, stage: SalesforceEventStage, bare: Bench) -> None:
        stage.open().ensure_fields()
        assert standings(stage.open().ensure_fields()) == all_are(Standing.THERE)

    def test_messages_and_events_can_be_written_then(self, stage: SalesforceEventStage, bare: Bench) -> None:
        stage.open().ensure_fields()
        meeting = RecordWrite(resource=Resource.EVENT, key=key(), version=1, record=event(), owner_id=stage.user().id)
        assert len(ids(stage.open().push([message(), meeting]))) == 2

    def test_an_older_version_is_refused_then(self, stage: SalesforceEventStage, bare: Bench) -> None:
        stage.open().ensure_fields()
        write = RecordWrite(resource=Resource.EVENT, key=key(), version=7, record=event(), owner_id=stage.user().id)
        (made,) = ids(stage.open().push([write]))
        older = RecordWrite(resource=Resource.EVENT, key=write.key, version=6, record=event("older"), record_id=made)
        (refused,) = stage.open().push([older])
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
        assert standings(needs) == all_are(Standing.REFUSED) | {RULE: Standing.UNSEEN}
        assert all(need.weaker and need.failure for need in needs)
        assert {need.failure.code for need in needs if need.failure and need.name != RULE} == {fields.NO_RIGHT}

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
        assert found == all_are(Standing.REFUSED) | {"Event.Syncapp_Stale": found[RULE]}


def test_a_rule_that_is_switched_off_is_told(stage: SalesforceEventStage, bench: Bench) -> None:
    give(bench, "ViewSetup")
    found = t.found(bench, "ValidationRule", "Event", ValidationName="Syncapp_Stale")
    metadata = t.RULE | {"active": False, "errorConditionFormula": fields.FORMULA}
    t.change(bench, "ValidationRule", found, RULE, metadata)
    assert weaker(stage.open().ensure_fields()) == {RULE: fields.NO_VERSION}


def test_access_that_ended_stops_it(stage: SalesforceEventStage) -> None:
    connector = stage.open()
    stage.end_access("expired")
    with pytest.raises(ConnectorError) as caught:
        connector.ensure_fields()
    assert caught.value.failure.kind is Kind.AUTH
