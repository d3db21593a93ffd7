"""Mailboxes and runs: how sync is, in one word, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.models import Mailbox, Organization
from syncapp.models import Change, ChangeState, Item, Outcome, Run
from syncapp.orders import Order, carry_out
from tests.integration.api.conftest import World
from tests.integration.api.world import STOP, ids, issue, named, stop


def _good(mailbox: Mailbox, ago: timedelta = timedelta()) -> None:
    Mailbox.everywhere.filter(pk=mailbox.pk).update(good_at=clock.now() - ago, tried_at=clock.now())


def _failed(mailbox: Mailbox) -> None:
    Mailbox.everywhere.filter(pk=mailbox.pk).update(good_at=clock.now(), failed_runs=2)


def _stopped_whole(mailbox: Mailbox) -> None:
    issue(mailbox.organization, scope="organization", subject_key="organization", code=STOP)


STATES: dict[str, Callable[[Mailbox], object]] = {
    "starting": lambda mailbox: None,
    "in_step": _good,
    "late": lambda mailbox: _good(mailbox, timedelta(hours=1)),
    "failing": _failed,
    "stopped": stop,
    "paused": lambda mailbox: carry_out(Order.PAUSE, mailbox),
}


def _change(mailbox: Mailbox, state: ChangeState) -> None:
    item = Item.everywhere.create(
        organization=mailbox.organization, key=f"{mailbox.pk}-{state}-{Item.everywhere.count()}"
    )
    Change.everywhere.create(organization=mailbox.organization, mailbox=mailbox, item=item, state=state)


@pytest.mark.parametrize("state", STATES)
def test_a_mailbox_has_a_state(world: World, state: str) -> None:
    STATES[state](world.anns)
    assert world.reader.get(f"mailboxes/{world.anns.pk}/").json()["state"] == state


@pytest.mark.parametrize("state", STATES)
def test_the_filter_by_state_agrees_with_what_is_shown(world: World, state: str) -> None:
    for name, mailbox in zip(
        ("in_step", "late" if state == "late" else "stopped"), (world.anns, world.bobs), strict=True
    ):
        STATES[name](mailbox)
    rows = world.reader.get("mailboxes/").json()["results"]
    assert ids(world.reader.get("mailboxes/", state=state)) == [row["id"] for row in rows if row["state"] == state]


def test_several_states_can_be_asked_for(world: World) -> None:
    _good(world.anns)
    _failed(world.bobs)
    assert set(ids(world.reader.get("mailboxes/", state=["in_step", "failing"]))) == {world.anns.pk, world.bobs.pk}


def test_a_stopped_mailbox_says_why(world: World) -> None:
    stop(world.anns)
    stopped = world.ann.get(f"mailboxes/{world.anns.pk}/").json()["stopped"]
    assert (stopped["scope"], stopped["code"]) == ("mailbox", STOP)
    assert stopped["code_url"].endswith("/codes/google_oauth.invalid_grant/")


def test_a_mailbox_of_a_stopped_organization_is_stopped_too(world: World) -> None:
    _good(world.anns)
    _stopped_whole(world.anns)
    row = world.ann.get(f"mailboxes/{world.anns.pk}/").json()
    assert (row["state"], row["stopped"]["scope"]) == ("stopped", "organization")
    assert ids(world.ann.get("mailboxes/", state="stopped")) == [world.anns.pk]


def test_what_waits_behind_a_stop_is_held(world: World) -> None:
    for state in (ChangeState.PENDING, ChangeState.WAITING, ChangeState.FAILED):
        _change(world.anns, state)
    _change(world.bobs, ChangeState.PENDING)
    stop(world.anns)
    assert world.reader.get(f"mailboxes/{world.anns.pk}/").json()["held"] == 2


def test_what_rests_with_a_mailbox_is_held_too(world: World) -> None:
    _change(world.anns, ChangeState.PENDING)
    carry_out(Order.PAUSE, world.acme)
    row = world.reader.get(f"mailboxes/{world.anns.pk}/").json()
    assert (row["state"], row["held"], row["stopped"]) == ("paused", 1, None)


def test_nothing_is_held_while_sync_runs(world: World) -> None:
    _change(world.anns, ChangeState.PENDING)
    assert world.reader.get(f"mailboxes/{world.anns.pk}/").json()["held"] == 0


def test_a_mailbox_counts_its_issues_and_says_when_it_last_ran(world: World) -> None:
    _good(world.anns)
    issue(world.acme, world.anns)
    row = world.ann.get(f"mailboxes/{world.anns.pk}/").json()
    assert (row["address"], row["provider"], row["open_issues"]) == ("ann@ours.example", "memory", 1)
    assert row["last_good_run_at"] is not None
    assert row["last_run_at"] is not None


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ann", ["ann@ours.example"]),
        ("bob", ["bob@ours.example"]),
        ("admin", ["bob@ours.example", "ann@ours.example"]),
        ("reader", ["bob@ours.example", "ann@ours.example"]),
        ("stranger", ["eve@strange.example"]),
    ],
)
def test_who_sees_which_mailboxes(world: World, who: str, seen: list[str]) -> None:
    rows = getattr(world, who).get("mailboxes/").json()["results"]
    assert [row["address"] for row in rows] == seen


@pytest.mark.parametrize("who", ["bob", "stranger"])
def test_the_mailbox_of_somebody_else_is_not_there(world: World, who: str) -> None:
    assert getattr(world, who).get(f"mailboxes/{world.anns.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"address": "ANN@ours.example"}, 1),
        ({"address": "ann"}, 0),
        ({"organization": "acme"}, 2),
        ({"organization": "strange"}, 0),
    ],
)
def test_mailboxes_are_filtered(world: World, parameters: dict[str, Any], count: int) -> None:
    assert len(ids(world.reader.get("mailboxes/", **parameters))) == count


def test_a_state_that_is_none_is_refused(world: World) -> None:
    assert named(world.reader.get("mailboxes/", state="asleep")) == ["state"]


# -- Runs


def _run(mailbox: Mailbox, outcome: Outcome, **values: object) -> Run:
    organization: Organization = mailbox.organization
    return Run.everywhere.create(organization=organization, mailbox=mailbox, outcome=outcome, **values)


def test_a_run_says_what_it_did(world: World) -> None:
    made = _run(world.anns, Outcome.FAILED, code=STOP, read=9, written=5, failed=3, filtered=1)
    row = world.reader.get(f"runs/{made.pk}/").json()
    told = ("outcome", "code", "read", "written", "failed", "filtered", "finished_at")
    assert [row[name] for name in told] == ["failed", STOP, 9, 5, 3, 1, None]
    assert row["mailbox"]["address"] == "ann@ours.example"


def test_a_run_that_has_not_ended_is_running(world: World) -> None:
    made = _run(world.anns, Outcome.RUNNING)
    row = world.reader.get(f"runs/{made.pk}/").json()
    assert (row["outcome"], row["code"]) == ("running", None)


@pytest.mark.parametrize(("outcomes", "count"), [("running", 1), ("good", 1), (["good", "failed"], 2), ("wrote", 0)])
def test_runs_are_filtered_by_outcome(world: World, outcomes: object, count: int) -> None:
    for outcome in (Outcome.RUNNING, Outcome.GOOD, Outcome.FAILED):
        _run(world.anns, outcome)
    assert len(ids(world.reader.get("runs/", outcome=outcomes))) == count


def test_runs_are_filtered_by_mailbox_and_start(world: World) -> None:
    old = _run(world.anns, Outcome.GOOD, started_at=clock.now() - timedelta(days=9))
    new, _ = _run(world.anns, Outcome.GOOD), _run(world.bobs, Outcome.GOOD)
    since = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ids(world.reader.get("runs/", mailbox=world.anns.pk)) == [new.pk, old.pk]
    assert ids(world.reader.get("runs/", mailbox=world.anns.pk, since=since)) == [new.pk]


@pytest.mark.parametrize(
    ("who", "seen"), [("ann", True), ("bob", False), ("admin", True), ("reader", True), ("stranger", False)]
)
def test_runs_are_for_owners_and_administrators(world: World, who: str, seen: bool) -> None:
    made = _run(world.anns, Outcome.GOOD)
    api = getattr(world, who)
    assert (ids(api.get("runs/")), api.get(f"runs/{made.pk}/").status_code) == (([made.pk], 200) if seen else ([], 404))


def test_runs_name_their_organization_and_are_narrowed_by_it(world: World) -> None:
    Run.everywhere.create(organization=world.acme, mailbox=world.anns, outcome=Outcome.GOOD)
    (run,) = world.reader.get("runs/", organization="acme").json()["results"]
    assert run["organization"] == "acme"
    assert world.reader.get("runs/", organization="strange").json()["results"] == []
