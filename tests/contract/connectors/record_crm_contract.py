"""What every CRM connector promises of writing events, tasks and contacts alike, and of reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import ItemError, Kind
from connectors.protocol import CrmConnector
from connectors.records import Person, RecordWrite, Write
from tests.contract.connectors.crm_contract import ids, lead, message, refused
from tests.contract.connectors.event_reading_contract import failed
from tests.contract.connectors.record_crm_reading_contract import RecordCrmReadingContract, found
from tests.contract.connectors.record_crm_stage import RecordCrmStage
from tests.contract.connectors.stage import MINUTES, SECONDS, Trouble


def gone(of: RecordWrite, record_id: str) -> RecordWrite:
    """The same item, to be gone."""
    return replace(of, version=of.version + 1, record=None, record_id=record_id)


Call = Callable[["RecordCrmContract", CrmConnector, str, str, Person], object]
CALLS: dict[str, Call] = {
    "read everything": lambda of, crm, cursor, record_id, owner: of.reading.pages(crm),
    "read on": lambda of, crm, cursor, record_id, owner: of.reading.pages(crm, cursor),
    "look again": lambda of, crm, cursor, record_id, owner: crm.current(of.reading.resource, [record_id]),
    "insert": lambda of, crm, cursor, record_id, owner: crm.push([of.write(owner)]),
    "update": lambda of, crm, cursor, record_id, owner: crm.push([of.write(owner, record_id=record_id)]),
    "delete": lambda of, crm, cursor, record_id, owner: crm.push([gone(of.write(owner), record_id)]),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))


class RecordCrmContract(RecordCrmReadingContract):
    """How a CRM's records are read and written. Each test gets a CRM of its own."""

    def write(self, owner: Person, of: Any = None, *, version: int = 1, record_id: str = "") -> RecordWrite:
        """A record as it is to stand there, under a key of its own."""
        raise NotImplementedError

    # -- Inserting

    def test_our_own_write_is_told_with_its_key_and_version(self, stage: RecordCrmStage) -> None:
        cursor, wanted = self.reading.caught_up(stage), self.write(stage.user(), version=7)
        (made,) = ids(stage.open().push([wanted]))
        told = found(self.reading.since(stage, cursor)[made])
        assert (told.key, told.version) == (wanted.key, 7)

    def test_what_is_inserted_twice_is_there_once(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user())
        first = ids(stage.open().push([wanted]))
        assert ids(stage.open().push([wanted])) == first
        assert stage.living() == {first[0]: wanted.key}

    def test_one_that_has_the_key_is_adopted_and_brought_up_to_date(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        later = replace(wanted, record=self.record("Later"), version=2)
        assert ids(stage.open().push([later])) == [made]
        assert [(each.record.title, each.version) for each in self.reading.shown(stage, made)] == [("Later", 2)]

    def test_old_and_new_may_stand_in_one_push(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        old, new = [self.write(owner) for _ in range(3)], [self.write(owner) for _ in range(2)]
        before = ids(stage.open().push(old))
        after = ids(stage.open().push([old[0], new[0], old[1], new[1], old[2]]))
        assert (after[::2], len(stage.living())) == (before, 5)

    def test_one_key_twice_in_a_push_is_one_record(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user())
        one, two = ids(stage.open().push([wanted, wanted]))
        assert (one, stage.living()) == (two, {one: wanted.key})

    # -- Changing

    def test_a_record_that_somebody_entered_there_gets_our_key(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        made = stage.create(self.record(), owner)
        wanted = self.write(owner, self.record("Ours"), record_id=made)
        assert ids(stage.open().push([wanted])) == [made]
        assert (stage.living(), self.reading.titles(stage, made)) == ({made: wanted.key}, ["Ours"])

    def test_a_key_that_another_record_has_is_a_conflict(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        there, made = self.write(owner), stage.create(self.record("Theirs"), owner)
        (first,) = ids(stage.open().push([there]))
        (result,) = stage.open().push([replace(there, record_id=made)])
        assert (failed(result).kind, self.reading.titles(stage, made)) == (Kind.CONFLICT, ["Theirs"])
        assert stage.living() == {first: there.key, made: ""}

    def test_a_change_leaves_the_record_with_whom_it_belongs_to(self, stage: RecordCrmStage) -> None:
        """Who gave it to a colleague in the CRM meant it."""
        owner, colleague = stage.user(), stage.user()
        made = stage.create(self.record(), owner)
        ids(stage.open().push([self.write(colleague, self.record("Ours"), record_id=made)]))
        assert [(each.record.title, each.owner_id) for each in self.reading.shown(stage, made)] == [("Ours", owner.id)]

    def test_a_lower_version_is_refused_and_overwrites_nothing(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user(), self.record("Newer"), version=5)
        (made,) = ids(stage.open().push([wanted]))
        failure = failed(
            stage.open().push([replace(wanted, record=self.record("Older"), version=4, record_id=made)])[0]
        )
        assert (failure.kind, failure.code.endswith("SYNCAPP_STALE")) == (Kind.CONFLICT, True)
        assert failure.evidence.get("version", 5) == 5
        assert self.reading.titles(stage, made) == ["Newer"]

    def test_a_lower_version_is_refused_to_one_that_is_adopted(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user(), self.record("Newer"), version=5)
        (made,) = ids(stage.open().push([wanted]))
        failure = failed(stage.open().push([replace(wanted, record=self.record("Older"), version=4)])[0])
        assert (failure.kind, failure.code.endswith("SYNCAPP_STALE")) == (Kind.CONFLICT, True)
        assert self.reading.titles(stage, made) == ["Newer"]

    def test_a_persons_edit_leaves_our_version_as_it_is(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user(), version=5)
        (made,) = ids(stage.open().push([wanted]))
        stage.edit(made, title="Edited")
        assert [(each.record.title, each.version) for each in self.reading.shown(stage, made)] == [("Edited", 5)]

    def test_what_is_gone_or_hidden_is_not_changed(self, stage: RecordCrmStage) -> None:
        dropped, hidden = self.fill(stage, 2)
        stage.delete(dropped)
        stage.hide(hidden)
        owner = stage.user()
        results = stage.open().push([self.write(owner, record_id=id_) for id_ in (dropped, self.never)])
        assert [failed(each).kind for each in results] == [Kind.NOT_FOUND, Kind.NOT_FOUND]
        (result,) = stage.open().push([self.write(owner, record_id=hidden)])
        assert failed(result).kind in {Kind.PERMISSION, Kind.NOT_FOUND}
        assert list(stage.living()) == [hidden]

    # -- Deleting

    def test_what_is_deleted_is_gone_and_told_as_gone(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        cursor = self.reading.caught_up(stage)
        assert ids(stage.open().push([gone(wanted, made)])) == [made]
        assert (stage.living(), self.reading.since(stage, cursor)[made]) == ({}, None)

    def test_deleting_what_is_deleted_is_done(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        stage.delete(made)
        assert ids(stage.open().push([gone(wanted, made), gone(wanted, made)])) == [made, made]

    def test_after_a_deletion_the_key_is_free(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        ids(stage.open().push([gone(wanted, made)]))
        (again,) = ids(stage.open().push([replace(wanted, version=3)]))
        assert stage.living() == {again: wanted.key}

    # -- Many at once

    def test_inserts_changes_and_deletions_are_answered_in_order(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        one, two = self.write(owner), self.write(owner)
        first, second = ids(stage.open().push([one, two]))
        three = self.write(owner)
        changed = replace(two, record=self.record("Later"), version=2, record_id=second)
        results = ids(stage.open().push([gone(one, first), three, changed]))
        assert (results[0], results[2]) == (first, second)
        assert stage.living() == {second: two.key, results[1]: three.key}

    def test_records_messages_and_leads_may_come_mixed(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        writes: list[Write] = [message(), self.write(owner), lead("a@prospect.example"), self.write(owner)]
        results = ids(stage.open().push(writes))
        assert stage.living() == {results[n]: writes[n].key for n in (1, 3)}

    def test_more_than_fit_into_one_request(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        writes = [self.write(owner) for _ in range(203)]
        assert dict(zip(ids(stage.open().push(writes)), [each.key for each in writes], strict=True)) == stage.living()

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_a_bad_one_hurts_no_neighbour_and_can_be_pushed_again_once_it_is_mended(
        self, stage: RecordCrmStage, at: int
    ) -> None:
        stage.refuse("bad", "Pick an owner")
        owner = stage.user()
        writes = [self.write(owner, self.record("bad" if n == at else "good")) for n in range(3)]
        results = stage.open().push(writes)
        assert [isinstance(result, ItemError) for result in results] == [n == at for n in range(3)]
        assert "Pick an owner" in failed(results[at]).said
        stage.allow()
        ids(stage.open().push(writes))
        assert sorted(stage.living().values()) == sorted(each.key for each in writes)

    def test_a_change_that_a_rule_refuses_changes_nothing(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user(), self.record("good"))
        (made,) = ids(stage.open().push([wanted]))
        stage.refuse("bad", "Pick an owner")
        (result,) = stage.open().push([replace(wanted, record=self.record("bad"), version=2, record_id=made)])
        assert (failed(result).kind, self.reading.titles(stage, made)) == (Kind.INVALID, ["good"])

    @pytest.mark.parametrize("what", ["insert", "update", "delete"])
    def test_a_lost_answer_is_a_passing_failure_and_the_next_push_makes_up_for_it(
        self, stage: RecordCrmStage, what: str
    ) -> None:
        wanted = self.write(stage.user())
        if what != "insert":
            (made,) = ids(stage.open().push([wanted]))
            wanted = replace(wanted, version=2, record=self.record("Later"), record_id=made)
        wanted = replace(wanted, record=None) if what == "delete" else wanted
        stage.lose_answer()
        assert refused(lambda: stage.open().push([wanted])).kind is Kind.TRANSIENT
        ids(stage.open().push([wanted]))
        assert list(stage.living().values()) == ([] if what == "delete" else [wanted.key])

    # -- What stops a call

    @every_call
    @pytest.mark.parametrize("how", ["expired", "revoked"])
    def test_access_that_ended_is_said_at_the_first_proof(self, stage: RecordCrmStage, call: Call, how: str) -> None:
        owner, cursor = stage.user(), self.reading.caught_up(stage)
        connector, made = stage.open(), stage.create(self.record(), owner)
        stage.end_access(how)
        before = stage.calls()
        assert refused(lambda: call(self, connector, cursor, made, owner)).kind is Kind.AUTH
        assert stage.calls() - before == 1

    @every_call
    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DOWN, Trouble.HUNG_UP], ids=lambda t: t.name.lower())
    def test_what_passes_is_said_once_and_never_tried_again_in_here(
        self, stage: RecordCrmStage, call: Call, trouble: Trouble
    ) -> None:
        connector, cursor, made, owner = self._struck(stage, trouble)
        before = stage.calls()
        assert refused(lambda: call(self, connector, cursor, made, owner)).kind is Kind.TRANSIENT
        assert (stage.calls() - before, list(stage.living())) == (1, [made])

    @every_call
    def test_a_wait_in_seconds_is_passed_on(self, stage: RecordCrmStage, call: Call) -> None:
        connector, cursor, made, owner = self._struck(stage, Trouble.BUSY_FOR_SECONDS)
        failure = refused(lambda: call(self, connector, cursor, made, owner))
        assert (failure.kind, failure.retry_after) == (Kind.RATE_LIMITED, SECONDS)

    @every_call
    def test_a_wait_until_a_moment_is_passed_on_in_seconds(self, stage: RecordCrmStage, call: Call) -> None:
        connector, cursor, made, owner = self._struck(stage, Trouble.BUSY_UNTIL)
        failure = refused(lambda: call(self, connector, cursor, made, owner))
        assert failure.kind is Kind.RATE_LIMITED
        assert 60 * (MINUTES - 5) < (failure.retry_after or 0) <= 60 * MINUTES + 1

    @every_call
    def test_after_a_trouble_the_same_connector_goes_on(self, stage: RecordCrmStage, call: Call) -> None:
        connector, cursor, made, owner = self._struck(stage, Trouble.HUNG_UP)
        refused(lambda: call(self, connector, cursor, made, owner))
        call(self, connector, cursor, made, owner)

    def _struck(self, stage: RecordCrmStage, trouble: Trouble) -> tuple[CrmConnector, str, str, Person]:
        """A CRM with one record, and the trouble waiting for the next call."""
        owner, cursor = stage.user(), self.reading.caught_up(stage)
        connector, made = stage.open(), stage.create(self.record(), owner)
        stage.strike(trouble)
        return connector, cursor, made, owner
