"""What Salesforce promises of all records alike beside the contract: how few calls, and what getDeleted adds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import ConnectorError, Kind
from connectors.salesforce.connector import SalesforceConnector
from tests.contract.connectors.crm_contract import refused
from tests.contract.connectors.event_reading_contract import failed
from tests.contract.connectors.record_crm_contract import RecordCrmContract, gone
from tests.contract.connectors.record_crm_reading_contract import changes
from tests.contract.connectors.salesforce_record_stage import (
    MINUTE,
    SalesforceRecordStage,
    counted,
    door,
    purged_for_good,
    pushed,
)
from tests.contract.connectors.salesforce_stage import VERSION
from tests.contract.connectors.stage import reach


class SalesforceRecordContract(RecordCrmContract):
    """Each test gets an org of its own."""

    def test_200_deletions_are_one_call(self, stage: SalesforceRecordStage) -> None:
        owner = stage.user()
        writes = [self.write(owner) for _ in range(200)]
        made = pushed(stage, *writes)
        assert counted(stage, *(gone(w, id_) for w, id_ in zip(writes, made, strict=True))) == 1
        assert stage.living() == {}

    def test_a_thousand_changes_are_read_in_one_call(self, stage: SalesforceRecordStage) -> None:
        cursor, owner = self.reading.caught_up(stage), stage.user()
        made = pushed(stage, *(self.write(owner) for _ in range(1000)))
        before = stage.calls()
        assert set(self.reading.since(stage, cursor)) == set(made)
        assert stage.calls() - before == 1

    def test_nothing_new_is_one_call(self, stage: SalesforceRecordStage) -> None:
        cursor, before = self.reading.caught_up(stage), stage.calls()
        self.reading.pages(stage.open(), cursor)
        assert stage.calls() - before == 1

    @pytest.mark.parametrize(("number", "calls"), [(1, 1), (900, 1)])
    def test_records_are_looked_at_again_in_one_call(
        self, stage: SalesforceRecordStage, number: int, calls: int
    ) -> None:
        owner = stage.user()
        made = pushed(stage, *(self.write(owner) for _ in range(number)))
        before = stage.calls()
        self.reading.shown(stage, *made)
        assert stage.calls() - before == 1

    def test_a_refused_version_says_which_one_stands_there(self, stage: SalesforceRecordStage) -> None:
        wanted = self.write(stage.user(), version=7)
        (made,) = pushed(stage, wanted)
        for record_id in (made, ""):
            (result,) = stage.open().push([replace(wanted, version=6, record_id=record_id)])
            assert (failed(result).code, failed(result).evidence["version"]) == ("salesforce.SYNCAPP_STALE", 7)

    def test_the_same_version_may_be_written_again(self, stage: SalesforceRecordStage) -> None:
        wanted = self.write(stage.user(), version=7)
        (made,) = pushed(stage, wanted)
        assert pushed(stage, replace(wanted, record_id=made)) == [made]

    def test_what_is_to_be_gone_is_found_by_its_key(self, stage: SalesforceRecordStage) -> None:
        wanted = self.write(stage.user())
        pushed(stage, wanted)
        pushed(stage, gone(wanted, ""), gone(self.write(stage.user()), ""))
        assert stage.living() == {}

    def test_what_left_the_recycle_bin_is_told_as_deleted(self, stage: SalesforceRecordStage) -> None:
        _, purged = pushed(stage, *(self.write(stage.user()) for _ in range(2)))
        cursor = self.reading.caught_up(stage)
        purged_for_good(stage, purged)
        assert {id_ for id_, record in self.reading.since(stage, cursor).items() if record is None} == {purged}

    def test_what_was_purged_is_told_apart_from_what_is_hidden(self, stage: SalesforceRecordStage) -> None:
        purged, hidden = pushed(stage, *(self.write(stage.user()) for _ in range(2)))
        purged_for_good(stage, purged)
        stage.hide(hidden)
        one, two = stage.open().current(self.reading.resource, [purged, hidden])
        assert [failed(one).kind, failed(two).kind] == [Kind.NOT_FOUND, Kind.PERMISSION]

    def test_where_the_log_says_nothing_what_is_not_seen_is_not_called_deleted(
        self, stage: SalesforceRecordStage
    ) -> None:
        (purged,) = pushed(stage, self.write(stage.user()))
        purged_for_good(stage, purged)
        door(stage, "replication", purge=True)
        (result,) = stage.open().current(self.reading.resource, [purged])
        assert failed(result).kind is Kind.PERMISSION

    @pytest.mark.parametrize("how", [{"purge": True}, {"most": 0}], ids=["purged", "too many"])
    def test_deletions_that_cannot_be_told_expire_the_cursor(
        self, stage: SalesforceRecordStage, how: dict[str, Any]
    ) -> None:
        (made,) = pushed(stage, self.write(stage.user()))
        cursor = self.reading.caught_up(stage)
        stage.delete(made)
        stage.pass_time(MINUTE)
        door(stage, "replication", **how)
        with pytest.raises(ConnectorError) as caught:
            self.reading.pages(stage.open(), cursor)
        failure = caught.value.failure
        assert (failure.kind, failure.code) == (Kind.CURSOR_EXPIRED, "salesforce.INVALID_REPLICATION_DATE")

    def test_a_cursor_of_another_organization_is_not_followed(self, stage: SalesforceRecordStage) -> None:
        cursor = self.reading.caught_up(stage)
        other = SalesforceConnector(
            token=stage.token,
            instance_url=stage.simulator.base_url,
            version=VERSION,
            wire=reach(stage.simulator, stage.certificate),
            org_id="00Dak0000000009EAA",
        )
        stage.closing.keep(other)
        assert refused(lambda: self.reading.pages(other, cursor)).code == "engine.CURSOR_FOREIGN"

    def test_changes_come_oldest_first(self, stage: SalesforceRecordStage) -> None:
        cursor, made = self.reading.caught_up(stage), self.fill(stage, 3)
        stage.edit(made[0], title="Edited")
        read = changes(self.reading.pages(stage.open(), cursor))
        assert [change.record_id for change in read] == [made[1], made[2], made[0]]
