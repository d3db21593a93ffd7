"""`manage.py bench`: one small run, and one sentence for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.integration.commands.test_demo_once import _inside
from tests.processes import ran

__all__ = ["_inside"]


@pytest.mark.slow  # the gate measures all three sizes
def test_one_item_costs_the_fewest_possible_calls_in_each_flow_and_an_idle_round_too() -> None:
    done = ran("manage.py", "bench", "calls", "--n", "1", "--json", environment={})
    assert done.returncode == 0, done.stderr.decode()
    rows = json.loads(done.stdout.splitlines()[-1])
    assert {frozenset(row) for row in rows} == {
        frozenset({"goal", "flow", "n", "calls", "minimum", "value", "bound", "peer", "passed"})
    }
    assert [(row["flow"], row["n"], row["calls"], row["minimum"]) for row in rows] == [
        ("gmail", 1, 4, 4),
        ("gmail-units", 1, 7, 7),
        ("calendar", 1, 3, 3),
        ("salesforce-calendar", 1, 2, 2),
        ("idle", 6, 13, 13),
        ("idle-with-tasks", 6, 26, 26),
        ("idle-with-contacts", 6, 20, 20),
    ]
    assert {(row["value"], row["passed"]) for row in rows} == {(1.0, True)}
    assert {row["flow"]: row["bound"] for row in rows if row["bound"] != 1.1} == {"gmail-units": 1.02}


@pytest.mark.slow  # the gate measures 20,000
def test_a_short_soak_keeps_both_bounds() -> None:
    done = ran("manage.py", "bench", "soak", "--n", "2000", "--json", environment={})
    assert done.returncode == 0, done.stderr.decode()
    memory, delay = json.loads(done.stdout.splitlines()[-1])
    assert set(memory) == set(delay) == {"goal", "value", "bound", "peer", "passed"}
    assert (memory["bound"], delay["bound"]) == (1.15, 2.0)
    assert 0.5 < memory["value"] <= 1.15
    assert 0.5 < delay["value"] <= 2.0
    assert b"2,000 of 2,000 items" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("nonsense",), "invalid choice: 'nonsense'", id="an unknown name"),
        pytest.param((), "arguments are required: name", id="no name"),
        pytest.param(("calls", "--n", "many"), "invalid int value: 'many'", id="no number"),
    ],
)
def test_nonsense_is_answered_with_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("bench", *arguments)


@pytest.mark.usefixtures("_inside")
@pytest.mark.parametrize("number", ["0", "-1"])
def test_a_number_of_items_that_is_none(number: str) -> None:
    with pytest.raises(CommandError, match=r"^--n wants a number of items, 1 or more\.$") as raised:
        call_command("bench", "calls", "--n", number)
    assert raised.value.returncode == 2


@pytest.mark.usefixtures("_inside")
@pytest.mark.parametrize("number", ["1", "1000", "2500"])
def test_a_soak_goes_by_the_thousand(number: str) -> None:
    with pytest.raises(CommandError, match=r"^--n wants a multiple of 1,000 items, 2,000 or more\.$") as raised:
        call_command("bench", "soak", "--n", number)
    assert raised.value.returncode == 2


def test_the_shell_sees_status_two_and_no_folder_is_left_behind(tmp_path: Path) -> None:
    done = ran("manage.py", "bench", "nonsense", environment={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
