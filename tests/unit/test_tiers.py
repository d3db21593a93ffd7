"""What each of the two databases plays: together all of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests import tiers

ROOMS = (*(room for room in tiers.DIVIDED if room not in tiers.TABLES), *tiers.BARE, "tests/integration/")
NAMES = [f"{room}test_it.py::test_it[{n}]" for room in ROOMS for n in range(40)]

Played = Callable[[], Any]


@pytest.fixture
def on_both(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Played], list[Any]]:
    """What comes of it on the first database, and on the second."""

    def played(tier: str, what: Played) -> list[Any]:
        monkeypatch.setenv("TEST_TIER", tier)
        found = []
        for second in (False, True):
            monkeypatch.setattr(tiers, "is_second", lambda second=second: second)
            found.append(what())
        return found

    return played


def test_schedules_are_divided_and_none_is_left_out(on_both: Callable[[str, Played], list[Any]]) -> None:
    first, second = on_both("gate", lambda: tiers.share(range(50)))
    assert (sorted([*first, *second]), len(second)) == ([*range(50)], 5)


def test_at_night_both_play_all_schedules(on_both: Callable[[str, Played], list[Any]]) -> None:
    assert on_both("nightly", lambda: [*tiers.share(range(50))]) == [[*range(50)]] * 2


@pytest.mark.parametrize(("tier", "numbers"), [("gate", [40, 4]), ("nightly", [40, 40])])
def test_where_nobody_can_say_which_the_first_plays_all(
    on_both: Callable[[str, Played], list[Any]], tier: str, numbers: list[int]
) -> None:
    assert on_both(tier, lambda: tiers.share_of(40)) == numbers


@pytest.mark.parametrize("uses", [["db"], ["django_db"], ["tmp_path"], []], ids=str)
def test_every_test_is_played_on_one_of_them_at_least(
    on_both: Callable[[str, Played], list[Any]], uses: list[str]
) -> None:
    first, second = on_both("gate", lambda: {name for name in NAMES if tiers.is_test_played_here(name, uses)})
    assert first | second == set(NAMES)


@pytest.mark.parametrize("room", tiers.DIVIDED)
def test_what_one_of_them_skips_is_played_on_both(on_both: Callable[[str, Played], list[Any]], room: str) -> None:
    uses = ["db", "skipif"]
    assert on_both("gate", lambda: tiers.is_test_played_here(f"{room}test_it.py::test_it", uses)) == [True, True]


def test_what_uses_no_database_is_played_on_the_first_alone(on_both: Callable[[str, Played], list[Any]]) -> None:
    assert on_both("gate", lambda: tiers.is_test_played_here("tests/unit/test_it.py::test_it", ["time"])) == [
        True,
        False,
    ]


@pytest.mark.parametrize("name", ["tests/unit/test_it.py::test_it", "tests/integration/test_it.py::test_it"])
def test_what_the_product_does_with_a_database_is_played_on_both(
    on_both: Callable[[str, Played], list[Any]], name: str
) -> None:
    assert on_both("gate", lambda: tiers.is_test_played_here(name, ["db"])) == [True, True]


@pytest.mark.parametrize("table", tiers.TABLES)
def test_some_of_a_long_table_is_played_in_the_gate_and_all_of_it_at_night(
    on_both: Callable[[str, Played], list[Any]], table: str
) -> None:
    names = [f"{table}::test_it[{n}]" for n in range(200)]
    what = lambda: {name for name in names if tiers.is_test_played_here(name, ["db"])}  # noqa: E731
    first, second = on_both("gate", what)
    assert not first & second
    assert 40 <= len(first | second) <= 90
    assert second
    assert on_both("nightly", what) == [set(names)] * 2


def test_faults_are_divided(on_both: Callable[[str, Played], list[Any]]) -> None:
    names = [f"tests/scenario/matrix/test_matrix.py::test_it[{n}]" for n in range(200)]
    first, second = on_both("gate", lambda: [n for n in names if tiers.is_test_played_here(n, ["db"])])
    assert (sorted([*first, *second]), set(first) & set(second)) == (sorted(names), set())
    assert 8 <= len(second) <= 40


def test_of_the_ways_of_a_thing_the_gate_plays_one_and_the_night_all(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = ["a1", "a2", "b1", "c1", "c2", "c3"]
    monkeypatch.setenv("TEST_TIER", "gate")
    assert "".join(way[0] for way in tiers.one_of_each(ways, lambda way: way[0])) == "abc"
    monkeypatch.setenv("TEST_TIER", "nightly")
    assert tiers.one_of_each(ways, lambda way: way[0]) == ways


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("number", [0, 1, 2, 6])
def test_each_worker_begins_with_long_tests(number: int, workers: int) -> None:
    rooms = ("tests/unit/test_", "tests/scenario/test_", "tests/integration/test_")
    names = [f"{room}it.py::test_{n}" for n in range(number) for room in rooms]
    order = tiers.long_first(names, workers)
    assert sorted(order) == [*range(len(names))]
    bounds = [len(order) * each // workers for each in range(workers + 1)]
    parts = [[names[at] for at in order[first:end]] for first, end in pairwise(bounds)]
    long = [[name.startswith("tests/scenario") for name in part] for part in parts]
    assert long == [sorted(each, reverse=True) for each in long]
    assert max(map(sum, long)) - min(map(sum, long)) <= 1


def test_of_each_table_of_cases_some_are_measured_and_every_test_that_is_none() -> None:
    table = [f"tests/unit/test_it.py::test_table[{n}]" for n in range(100)]
    alone = [f"tests/unit/test_it.py::test_{n}" for n in range(100)]
    found = tiers.measured([*table[50:], *alone, *table[:50]])
    assert set(found) > set(alone)
    assert len(found) - len(alone) == tiers.MOST_CASES
    assert found == tiers.measured([*alone, *table])


def test_of_what_runs_most_of_the_product_little_is_measured_and_of_processes_nothing() -> None:
    wide = [f"tests/integration/issues/test_it.py::test_{n}" for n in range(100)]
    assert 15 <= len(tiers.measured(wide)) <= 35
    assert tiers.measured([f"{room}test_it.py::test_{n}" for room in tiers.UNMEASURED for n in range(100)]) == []
