"""What `bench soak` makes of what it saw."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from connectors.simulators.faults import Action, Fault
from syncapp.bench.hanging import longest_wait
from syncapp.bench.memory import resident

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "longest"),
    [
        pytest.param([], 60, id="never run"),
        pytest.param([20, 40], 20, id="regular"),
        pytest.param([5, 50], 45, id="a gap between two runs"),
        pytest.param([35, 40], 35, id="late for the first time"),
        pytest.param([10, 20], 40, id="never again"),
        pytest.param([-5, 30, 70], 30, id="runs before and after do not count"),
    ],
)
def test_the_longest_wait(seconds: list[int], longest: int) -> None:
    starts = [BEGAN + timedelta(seconds=each) for each in seconds]
    assert longest_wait(starts, BEGAN, BEGAN + timedelta(seconds=60)) == longest


def test_the_memory_of_a_process_is_seen_to_grow() -> None:
    before = resident(os.getpid())
    held = os.urandom(60_000_000)  # more than an allocator ever keeps for later
    assert resident(os.getpid()) - before > 50_000_000
    assert held


def test_a_fault_may_be_meant_for_one_token_alone() -> None:
    fault = Fault(action=Action.DELAY, bearer="hers", times=-1)
    assert fault.strikes("GET", "/gmail/v1/users/me/history", "hers")
    assert not fault.strikes("GET", "/gmail/v1/users/me/history", "his")
    assert not fault.strikes("GET", "/gmail/v1/users/me/history")
