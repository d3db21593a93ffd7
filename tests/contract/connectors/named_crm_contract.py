"""What every CRM connector promises of tasks and contacts alike: fields are written by name, and nobody is invited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from connectors.errors import Kind
from connectors.records import CrmRecord, Person, Record, RecordWrite, Ref, Resource
from tests.builders import event
from tests.contract.connectors.crm_contract import ids, key, refused
from tests.contract.connectors.event_reading_contract import EVENT
from tests.contract.connectors.record_crm_contract import RecordCrmContract
from tests.contract.connectors.record_crm_reading_contract import Reading, found
from tests.contract.connectors.record_crm_stage import RecordCrmStage


def naming(
    resource: Resource, of: Record, owner: Person, *fields: str, version: int = 1, record_id: str = ""
) -> RecordWrite:
    """A record under a key of its own, of which these fields are written."""
    return RecordWrite(
        resource=resource,
        key=key(),
        version=version,
        record=of,
        owner_id=owner.id,
        record_id=record_id,
        fields=frozenset(fields),
    )


class NamedCrmContract(RecordCrmContract):
    """`others` are records that say something else in each field than `record` does."""

    others: ClassVar[tuple[Record, ...]]
    elsewhere: ClassVar[tuple[Resource, ...]]  # whose cursors are none of ours

    def content(self, of: Any) -> dict[str, Any]:
        """What both sides can change of a record."""
        raise NotImplementedError

    # -- Changing

    def test_where_nothing_is_named_the_key_and_the_version_are_written(self, stage: RecordCrmStage) -> None:
        owner, there = stage.user(), self.record()
        made = stage.create(there, owner)
        wanted = replace(self.write(owner, self.others[0], version=3, record_id=made), fields=frozenset())
        ids(stage.open().push([wanted]))
        (now,) = self.reading.shown(stage, made)
        assert (now.key, now.version) == (wanted.key, 3)
        assert self.content(now.record) == self.content(there)

    def test_one_that_is_adopted_is_written_whole(self, stage: RecordCrmStage) -> None:
        for later in self.others:
            wanted = self.write(stage.user())
            (made,) = ids(stage.open().push([wanted]))
            assert ids(stage.open().push([replace(wanted, record=later, version=2, fields=frozenset())])) == [made]
            (now,) = self.reading.shown(stage, made)
            assert self.content(now.record) == self.content(later)

    def test_they_and_events_may_stand_in_one_push(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        meeting = RecordWrite(resource=EVENT, key=key(), version=1, record=event(), owner_id=owner.id)
        wanted = self.write(owner)
        first, second = ids(stage.open().push([meeting, wanted]))
        assert stage.living() == {second: wanted.key}
        assert [found(each).ref.id for each in stage.open().current(EVENT, [first])] == [first]

    # -- Cursors

    def test_a_cursor_of_something_else_is_none_of_these(self, stage: RecordCrmStage) -> None:
        for other in self.elsewhere:
            cursor = Reading(other).caught_up(stage)
            assert refused(lambda: self.reading.pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED  # noqa: B023

    def test_a_cursor_of_these_is_none_of_something_else(self, stage: RecordCrmStage) -> None:
        cursor = self.reading.caught_up(stage)
        for other in self.elsewhere:
            read = Reading(other).pages
            assert refused(lambda: read(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED  # noqa: B023

    # -- Comparing both sides

    def alike(self, stage: RecordCrmStage, *keys: str, of: tuple[str, ...] = ()) -> set[str]:
        """The ids of what is found."""
        shown = stage.open().find(self.reading.resource, keys, of)
        found_ = [each.ref.id for each in shown if isinstance(each, CrmRecord)]
        assert len(set(found_)) == len(found_), "a record is shown twice"
        return set(found_)

    def test_a_record_is_found_by_its_key_and_by_its_id(self, stage: RecordCrmStage) -> None:
        owner = stage.user()
        first, second = (self.write(owner, self.record(f"number {n}", number=n)) for n in (1, 2))
        one, two = ids(stage.open().push([first, second]))
        assert (self.alike(stage, first.key), self.alike(stage, of=(two,))) == ({one}, {two})
        assert self.alike(stage) == set()

    def test_it_says_what_stands_there(self, stage: RecordCrmStage) -> None:
        wanted = self.write(stage.user(), self.others[0], version=7)
        (made,) = ids(stage.open().push([wanted]))
        (there,) = map(found, stage.open().find(self.reading.resource, [wanted.key], []))
        assert (there.ref.id, there.key, there.version) == (made, wanted.key, 7)
        assert self.content(there.record) == self.content(self.others[0])

    @pytest.mark.parametrize("end", ["delete", "hide", "discard"])
    def test_one_that_is_gone_or_hidden_is_not_found(self, stage: RecordCrmStage, end: str) -> None:
        wanted = self.write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        if end == "discard":
            assert stage.open().discard(self.reading.resource, [made, made]) == [Ref(id=made)] * 2
        else:
            getattr(stage, end)(made)
        assert self.alike(stage, wanted.key, of=(made,)) == set()
