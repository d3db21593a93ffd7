"""What is done about a load, by how it stands and by what we know of it: the whole table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from connectors.loads import Stage
from connectors.salesforce import record_reads
from syncapp.engine import load_steps
from syncapp.engine.load_steps import Deed, deed, until_next_look

TABLE = {
    (None, False): Deed.ANEW,
    (Stage.OPEN, False): Deed.DROP,
    (Stage.RUNNING, False): Deed.NOTE,
    (Stage.DONE, False): Deed.NOTE,
    (Stage.FAILED, False): Deed.ANEW,
    (None, True): Deed.GIVE_BACK,
    (Stage.OPEN, True): Deed.GIVE_BACK,
    (Stage.RUNNING, True): Deed.WAIT,
    (Stage.DONE, True): Deed.SETTLE,
    (Stage.FAILED, True): Deed.GIVE_BACK,
}


@pytest.mark.parametrize(("stage", "closed"), list(product([None, *Stage], [False, True])))
def test_there_is_something_to_be_done_about_every_load(stage: Stage | None, closed: bool) -> None:
    assert deed(stage, closed=closed) is TABLE[stage, closed]


@pytest.mark.parametrize(
    ("looks", "seconds"), [(0, 10), (1, 20), (2, 40), (3, 80), (4, 160), (5, 300), (6, 300), (32_000, 300)]
)
def test_it_is_looked_at_less_and_less_often(looks: int, seconds: int) -> None:
    assert until_next_look(looks) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("minutes", "old"), [(0, False), (8, False), (9, True), (60, True)])
def test_what_was_handed_over_long_ago_may_be_old(minutes: int, old: bool) -> None:
    closed = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert load_steps.may_be_old(closed + load_steps.LASTS, closed + timedelta(minutes=minutes)) is old


def test_what_may_be_old_is_settled_before_the_reader_of_the_crm_is_past_it() -> None:
    assert load_steps.TOLD_AGAIN < record_reads.OVERLAP
