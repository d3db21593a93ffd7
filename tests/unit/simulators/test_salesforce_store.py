"""Records, their index and the way back."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectors.simulators.salesforce.mail_objects import mail_objects
from connectors.simulators.salesforce.org import DAY, Usage
from connectors.simulators.salesforce.schema import Schema
from connectors.simulators.salesforce.standard import standard_objects
from connectors.simulators.salesforce.store import Store


def store() -> Store:
    return Store(Schema((*standard_objects(), *mail_objects())))


def lead(made: Store, key: str | None = None, **fields: Any) -> dict[str, Any]:
    """A row with a fresh id, put into the store."""
    sobject = made.schema.objects["Lead"]
    row = {"Id": made.new_id(sobject), "IsDeleted": False, "Syncapp_Key__c": key, **fields}
    made.put("Lead", row)
    return row


def test_ids_are_never_given_twice_even_after_a_roll_back() -> None:
    made = store()
    mark = made.mark()
    first = lead(made)["Id"]
    made.roll_back(mark)
    assert lead(made)["Id"] != first


def test_a_roll_back_brings_back_what_was_changed_and_takes_away_what_was_made() -> None:
    made = store()
    kept = lead(made, "K1", Title="CEO")
    made.commit()
    mark = made.mark()
    made.put("Lead", kept | {"Title": "CTO", "Syncapp_Key__c": "K2"})
    lead(made, "K3")
    made.purge("Lead", kept["Id"])
    made.roll_back(mark)
    assert list(made.rows("Lead")) == [kept]
    assert [made.with_value("Lead", "Syncapp_Key__c", k) for k in ("K1", "K2", "K3")] == [[kept["Id"]], [], []]


def test_a_part_can_be_rolled_back_alone() -> None:
    made = store()
    first = lead(made)
    mark = made.mark()
    lead(made)
    made.roll_back(mark)
    assert list(made.rows("Lead")) == [first]


def test_what_is_committed_stays() -> None:
    made = store()
    mark = made.mark()
    row = lead(made)
    made.commit()
    made.roll_back(mark)
    assert made.get(row["Id"]) == row


def test_the_index_is_blind_for_case_and_for_the_recycle_bin() -> None:
    made = store()
    row = lead(made, "Key")
    assert made.with_value("Lead", "Syncapp_Key__c", "kEY") == [row["Id"]]
    made.put("Lead", row | {"IsDeleted": True})
    assert made.with_value("Lead", "Syncapp_Key__c", "Key") == []


@pytest.mark.parametrize(("deleted", "number"), [(False, 1), (True, 2)])
def test_rows_show_the_recycle_bin_only_where_asked_for(deleted: bool, number: int) -> None:
    made = store()
    lead(made)
    lead(made, IsDeleted=True)
    assert len(list(made.rows("Lead", deleted=deleted))) == number


class Stores(RuleBasedStateMachine):
    """The store against a plain dict that is copied at each mark."""

    def __init__(self) -> None:
        super().__init__()
        self.made = store()
        self.model: dict[str, dict[str, Any]] = {}
        self.marks: list[tuple[int, dict[str, dict[str, Any]]]] = []

    @rule(key=st.sampled_from(["a", "b", "A", None]), title=st.sampled_from(["x", "X", "y", None]))
    def insert(self, key: str | None, title: str | None) -> None:
        row = lead(self.made, key, Title=title)
        self.model[row["Id"]] = row

    @rule(key=st.sampled_from(["a", "c", None]), deleted=st.booleans(), pick=st.integers(0, 9))
    def change(self, key: str | None, deleted: bool, pick: int) -> None:
        for record_id in list(self.model)[pick : pick + 1]:
            self.model[record_id] = self.model[record_id] | {"Syncapp_Key__c": key, "IsDeleted": deleted}
            self.made.put("Lead", self.model[record_id])

    @rule(pick=st.integers(0, 9))
    def purge(self, pick: int) -> None:
        for record_id in list(self.model)[pick : pick + 1]:
            self.made.purge("Lead", record_id)
            del self.model[record_id]

    @rule()
    def mark(self) -> None:
        self.marks.append((self.made.mark(), dict(self.model)))

    @rule()
    def roll_back(self) -> None:
        if self.marks:
            mark, self.model = self.marks.pop()
            self.made.roll_back(mark)

    @invariant()
    def holds_the_same(self) -> None:
        assert {row["Id"]: row for row in self.made.rows("Lead", deleted=True)} == self.model
        live = [r for r in self.model.values() if not r["IsDeleted"] and r["Syncapp_Key__c"]]
        for key in ("a", "b", "c"):
            wanted = {r["Id"] for r in live if r["Syncapp_Key__c"].lower() == key}
            assert set(self.made.with_value("Lead", "Syncapp_Key__c", key)) == wanted

    @rule(title=st.sampled_from(["x", "X", "y", "z"]))
    def look_for(self, title: str) -> None:
        """From then on there is an index of this field as well, which has to keep up."""
        live = sorted((r for r in self.model.values() if not r["IsDeleted"] and r["Title"]), key=lambda r: r["Id"])
        field = self.made.schema.objects["Lead"].fields["Title"]
        folded = [r for r in live if r["Title"].lower() == title.lower()]
        assert self.made.found("Lead", field, [title, title.swapcase()]) == folded
        assert self.made.having("Lead", "Title", title) == [r for r in live if r["Title"] == title]


Stores.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestStores = Stores.TestCase


def test_a_store_that_was_put_away_goes_on_with_its_indexes() -> None:
    made = store()
    row = lead(made, "K1", Title="CEO")
    made.having("Lead", "Title", "CEO")
    again: Store = pickle.loads(pickle.dumps(made))
    second = lead(again, "K2", Title="CEO")
    assert again.having("Lead", "Title", "CEO") == [row, second]
    assert again.with_value("Lead", "Syncapp_Key__c", "k2") == [second["Id"]]


def test_a_field_that_is_taken_away_takes_its_index_along() -> None:
    made = store()
    lead(made, Title="CEO")
    made.having("Lead", "Title", "CEO")
    del made.schema.objects["Lead"].fields["Title"]
    made.reindex("Lead")
    assert made.having("Lead", "Title", "CEO") == [row for row in made.rows("Lead") if row["Title"] == "CEO"]


# -- the allowance


def test_calls_are_forgotten_24_hours_later() -> None:
    usage = Usage(allowed=100)
    for at in (0.0, 10.0, DAY):
        usage.count(at)
    assert [usage.used(at) for at in (DAY - 1, DAY, DAY + 10)] == [3, 2, 1]


def test_an_exhausted_allowance_comes_back_with_its_time() -> None:
    usage = Usage(allowed=100, until=50.0)
    assert [usage.used(at) for at in (49.0, 50.0)] == [100, 0]


def test_many_calls_of_one_second_are_kept_as_one_entry() -> None:
    usage = Usage()
    for n in range(1000):
        usage.count(n / 10_000)
    assert (len(usage.calls), usage.used(1.0)) == (1, 1000)
