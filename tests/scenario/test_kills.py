"""A real cluster is killed over and over, and in the end nothing is lost, nothing is there twice, nothing is silent.

.venv/bin/pytest tests/scenario/test_kills.py -s           20 kills, each printed by the step at which it came
.venv/bin/pytest tests/scenario/test_kills.py -s -m slow   100 of them
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random

import pytest

from issues.models import Issue
from tests.driving import drain
from tests.scenario.cluster import SHORT
from tests.scenario.killing import ANYWHERE, STEPS, Act, Scene, leftovers, usurped
from tests.scenario.witness import CLAIMED

SEED = 7
LEASE = 6  # seconds; a worker that the machine leaves alone for so long might be seen after its time


def plan(chance: Random) -> Iterator[tuple[str, bool]]:
    """(where, whether all die): most at steps by name, in a drawn order; each fifth whenever it happens to be."""
    steps = cycle(chance.sample(STEPS, len(STEPS)))
    for number in cycle(range(10)):
        wild = number in (4, 9)
        yield (ANYWHERE if wild else next(steps)), wild or number == 2


def kill_often(scene: Scene, times: int) -> None:
    """So many kills, and as many more as it takes until three quarters of `times` met a lease."""
    chance = Random(SEED)
    left = plan(chance)
    while not enough(scene, times):
        with scene.cluster.running(lease=SHORT) as program:
            while not enough(scene, times) and program.is_running():
                step, everybody = next(left)
                scene.kill(program, step, everybody=everybody, chance=chance)
                print(f"{len(scene.kills):3}. {scene.kills[-1]}", flush=True)


def enough(scene: Scene, times: int) -> bool:
    """Twice as many without enough leases among them would be a defect of this test."""
    assert len(scene.kills) < 2 * times
    return len(scene.kills) >= times and len(scene.held()) >= times * 3 // 4


@pytest.mark.parametrize("times", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_a_cluster_that_is_killed_over_and_over_loses_nothing_and_doubles_nothing(scene: Scene, times: int) -> None:
    kill_often(scene, times)
    with scene.cluster.running():
        scene.comes_to_rest()
    steps = {kill.step for kill in scene.held()}
    print(f"{len(scene.kills)} kills, {len(scene.held())} with a lease in hand, at {len(steps)} steps")
    assert len(steps) >= 10
    nothing_is_lost(scene)


def nothing_is_lost(scene: Scene) -> None:
    """By the outside comparison; and what the queue would still give out again finds nothing to do."""
    account = scene.account()
    assert account.broken == []
    assert account.values["items"] == account.values["synced"] == len(scene.sent)
    assert not Issue.everywhere.exists()
    writes = scene.writes()
    print(f"{leftovers()} jobs of the dead are given out again")
    drain()
    assert scene.writes() == writes


def test_two_clusters_on_one_database_never_work_on_one_mailbox_at_once(scene: Scene) -> None:
    """Four workers and twenty mailboxes, each asked for again and again; three workers and then a cluster die."""
    chance = Random(SEED)
    with scene.cluster.running(lease=LEASE) as first, scene.cluster.running(lease=LEASE) as second:
        for step in chance.sample(STEPS, 3):
            scene.deliver_everywhere()
            scene.kill(first, step, everybody=False, chance=chance)
            print(scene.kills[-1])
        scene.works_in(first)
        scene.works_in(second)
        second.kill_everybody()
        scene.comes_to_rest()
    acts = scene.acts()
    print(f"{len(acts)} steps of {len({act.pid for act in acts})} processes in {len(scene.mailboxes)} mailboxes")
    assert usurped(acts) == []
    assert {act.mailbox for act in acts} >= {mailbox.pk for mailbox in scene.mailboxes}
    nothing_is_lost(scene)


def test_the_check_would_see_two_workers_in_one_mailbox() -> None:
    claimed, stale = Act(at=2, pid=2, mailbox=1, fence=2, step=CLAIMED), "push messages: before"
    assert usurped([claimed, Act(at=3, pid=1, mailbox=1, fence=1, step=stale)])
    assert not usurped([Act(at=1, pid=1, mailbox=1, fence=1, step=stale), claimed])
    assert not usurped([claimed, Act(at=3, pid=1, mailbox=2, fence=1, step=stale)])
