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
        ("people", 1, 3, 3),
        ("salesforce-people", 1, 3, 3),
        ("tasks", 1, 3, 3),
        ("salesforce-tasks", 1, 3, 3),
        ("idle", 6, 13, 13),
        ("idle-with-tasks", 6, 26, 26),
        ("idle-with-contacts", 6, 20, 20),
    ]
    assert {(row["value"], row["passed"]) for row in rows} == {(1.0, True)}
    assert {row["flow"]: row["bound"] for row in rows if row["bound"] != 1.1} == {"gmail-units": 1.02}


# The fewest calls. Contacts and tasks are those of six mailboxes: Google lets an account have 25,000 contacts, and a
# list 20,000 open tasks.
HUNDRED_THOUSAND = {
    "gmail": 2_740,
    "calendar": 580,
    "salesforce-calendar": 2_050,
    "people": 800,
    "salesforce-people": 556,
    "tasks": 2_006,
    "salesforce-tasks": 2_056,
}


@pytest.mark.slow
@pytest.mark.parametrize("flow", HUNDRED_THOUSAND)
def test_a_hundred_thousand_items_keep_the_bound(flow: str) -> None:
    """Counts, never seconds."""
    done = ran("manage.py", "bench", "calls", "--n", "100000", "--flow", flow, "--json", environment={})
    assert done.returncode == 0, done.stderr.decode()
    calls, *units = json.loads(done.stdout.splitlines()[-1])
    assert (calls["flow"], calls["n"], calls["minimum"]) == (flow, 100_000, HUNDRED_THOUSAND[flow])
    assert HUNDRED_THOUSAND[flow] <= calls["calls"] <= 1.1 * HUNDRED_THOUSAND[flow]
    assert [(each["minimum"], each["calls"] <= 1.02 * each["minimum"]) for each in units] == (
        [(500_400, True)] if flow == "gmail" else []
    )


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


@pytest.mark.parametrize("number", [2000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_an_order_for_all_is_one_short_request_and_few_queue_rows(number: int) -> None:
    done = ran("manage.py", "bench", "retry-all", "--n", str(number), "--json", environment={})
    assert done.returncode == 0, done.stderr.decode()
    request, queue = json.loads(done.stdout.splitlines()[-1])
    assert set(request) == set(queue) == {"goal", "value", "bound", "peer", "passed"}
    assert (request["bound"], queue["bound"]) == (1.5, 500)
    assert 0.2 < request["value"] <= 1.5
    assert number // 2000 + 100 <= queue["value"] <= 500  # its own jobs, and each mailbox woken


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("nonsense",), "invalid choice: 'nonsense'", id="an unknown name"),
        pytest.param((), "arguments are required: name", id="no name"),
        pytest.param(("calls", "--n", "many"), "invalid int value: 'many'", id="no number"),
        pytest.param(("list", "--rows", "1000,many"), "“1000,many” is not two numbers", id="no two numbers"),
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
def test_a_flow_that_is_none_is_told_which_there_are() -> None:
    mail_and_events = "gmail, calendar, salesforce-calendar"
    names = f"{mail_and_events}, people, salesforce-people, tasks, salesforce-tasks, first-contacts, idle"
    with pytest.raises(CommandError, match=rf"^There is no flow “mail”; there are {names}\.$") as raised:
        call_command("bench", "calls", "--flow", "gmail", "--flow", "mail")
    assert raised.value.returncode == 2


@pytest.mark.usefixtures("_inside")
def test_a_soak_has_no_flows() -> None:
    with pytest.raises(CommandError, match=r"^A soak has no flows; --flow is for calls\.$") as raised:
        call_command("bench", "soak", "--flow", "gmail")
    assert raised.value.returncode == 2


@pytest.mark.usefixtures("_inside")
@pytest.mark.parametrize("number", ["1", "1000", "2500"])
def test_a_soak_goes_by_the_thousand(number: str) -> None:
    with pytest.raises(CommandError, match=r"^--n wants a multiple of 1,000 items, 2,000 or more\.$") as raised:
        call_command("bench", "soak", "--n", number)
    assert raised.value.returncode == 2


@pytest.mark.usefixtures("_inside")
@pytest.mark.parametrize("rows", ["1000", "99,1000", "1000,1000", "2000,1000", "1,2,3"])
def test_lists_are_compared_in_twos(rows: str) -> None:
    with pytest.raises(CommandError, match=r"^--rows wants two numbers, .*: --rows 1000,1000000\.$") as raised:
        call_command("bench", "list", "--rows", rows)
    assert raised.value.returncode == 2


@pytest.mark.usefixtures("_inside")
def test_a_list_has_no_flows() -> None:
    with pytest.raises(CommandError, match=r"^A list has no flows; --flow is for calls\.$"):
        call_command("bench", "list", "--flow", "gmail")


@pytest.mark.slow  # tests/integration/pages/test_long_lists.py sees what small lists ask of the database
def test_a_list_of_a_million_keeps_the_bounds() -> None:
    done = ran("manage.py", "bench", "list", "--rows", "1000,1000000", "--json", environment={})
    rows = json.loads(done.stdout.splitlines()[-1])
    assert [row["goal"] for row in rows if not row["passed"]] == []
    assert {frozenset(row) for row in rows} == {frozenset({"goal", "value", "bound", "peer", "passed"})}
    assert done.returncode == 0, done.stderr.decode()


def test_the_shell_sees_status_two_and_no_folder_is_left_behind(tmp_path: Path) -> None:
    done = ran("manage.py", "bench", "nonsense", environment={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_list_of_issues_over_rest_costs_at_most_twice_the_bare_query() -> None:
    done = ran("manage.py", "bench", "api", "--json", environment={})
    rows = json.loads(done.stdout.splitlines()[-1])
    assert [(row["bound"], row["passed"]) for row in rows] == [(0.5, True), (0.5, True)], rows
    assert done.returncode == 0


@pytest.mark.parametrize("asked", [["--n", "50"], ["--n", "300", "--n", "400"], ["--flow", "gmail"]])
def test_a_list_over_rest_that_cannot_be_measured_is_refused(asked: list[str]) -> None:
    done = ran("manage.py", "bench", "api", *asked, environment={})
    assert (done.returncode, done.stdout) == (2, b"")
