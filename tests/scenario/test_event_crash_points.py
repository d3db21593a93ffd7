"""A worker may die at any point of the flows of events, and calls may fail: the end is what it would be without.

.venv/bin/pytest tests/scenario/test_event_crash_points.py -s       prints points by name, and every schedule drawn
.venv/bin/pytest tests/scenario/test_event_crash_points.py -m slow  dies at every single occurrence, and plays all pairs

Each single point is played in the smaller of two worlds that reaches it: one is as small as it can be, the other has
everything in it. Pairs of troubles, two deaths, or a death and a call that fails, are played in the small one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from random import Random

import pytest
from pytest_django import Settings

from tests.conftest import Time
from tests.scenario.calendars import Calendars, Ended, EventScene
from tests.scenario.invariants import Violated, a_second_pass_does_nothing, ends_as
from tests.scenario.quartet import Quartet, leaving_no_trace
from tests.scenario.scene import played
from tests.scenario.troubles import DIES, Trouble, faults_at, troubled
from tests.tiers import share

pytestmark = pytest.mark.django_db
PARTS = 4  # of the single points, so that several processes share them
PAIRS = 100  # the model plays 2,000 (`test_event_model`)


@pytest.fixture(autouse=True)
def _fifty_minutes(settings: Settings) -> None:
    settings.SYNC_INTERVAL_SECONDS = 3000


def end_of(scene: EventScene, troubles: Sequence[Trouble]) -> tuple[Ended, list[str]]:
    """How a world that begins here ends, and what is wrong with that."""
    scene.play(troubled(troubles))
    broken, ended = scene.broken(), scene.ended()
    return ended, [*broken, *a_second_pass_does_nothing(scene)]


def must_hold(scene: EventScene, expected: Ended, troubles: Sequence[Trouble]) -> None:
    ended, broken = end_of(scene, troubles)
    broken += ends_as("I-8", ended, expected)
    if broken:
        raise Violated([*broken, *map(str, troubles)])


def points_of(scene: EventScene) -> Counter[str]:
    """Every point that the undisturbed run reaches, and how often."""
    reached: Counter[str] = Counter()

    def count(name: str) -> None:
        reached[name] += 1

    scene.play(count)
    return reached


def deaths_of(names: Collection[str]) -> list[tuple[Trouble]]:
    return [(Trouble(point=name),) for name in sorted(names)]


def faults_of(names: Collection[str]) -> list[tuple[Trouble]]:
    return [(Trouble(point=name, what=what),) for name in sorted(names) for what in faults_at(name)]


# -- One trouble, in a world with everything in it


def points(time: Time) -> Counter[str]:
    with played(time, Calendars) as scene:
        return points_of(scene)


_ONLY_HERE: set[str] = set()  # they are the same every time


def only_here(time: Time) -> set[str]:
    """The points that the small world does not reach."""
    if not _ONLY_HERE:
        with in_step(time) as scene:
            reached = set(small_points(scene))
        _ONLY_HERE.update(set(points(time)) - reached)
    return _ONLY_HERE


def undisturbed(time: Time) -> Ended:
    with played(time, Calendars) as scene:
        return end_of(scene, ())[0]


def all_hold(time: Time, schedules: Sequence[Sequence[Trouble]]) -> None:
    expected = undisturbed(time)
    for troubles in schedules:
        with played(time, Calendars) as scene:
            must_hold(scene, expected, troubles)


def test_the_undisturbed_run_is_what_it_should_be(time: Time) -> None:
    with played(time, Calendars) as scene:
        ended, broken = end_of(scene, ())
    assert broken == []
    assert [each.partition(" | ")[0] for each in ended.records] == [
        "after that",
        "bad deal",
        "contested by the CRM",
        "deleted in vain",
        "far visit",
        "merged",
        "of both, at last",
        "of nobody",
        "visit, says Ben",
        "weekly 0",
        "weekly 1",
        "whole day",
    ]
    assert Counter((code, status) for code, status, _, _ in ended.issues) == {
        ("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", "resolved"): 1,
        ("engine.MASS_CHANGE", "resolved"): 1,
    }
    assert dict(ended.filtered) == {"far away": "outside_window", "far visit": "outside_window", "private": "private"}
    assert ended.overruled == (("mailbox", ""), ("mailbox", "title"))
    assert [each for each in ended.calendars if "colour “”" not in each] == [
        "anna@ours.example: bad deal | Room 7 | Prices, then dates. | 09:30–10:30, colour “2”"
    ]


def test_the_flow_has_points_enough(time: Time) -> None:
    reached = points(time)
    print(*(f"{number:5} × {name}" for name, number in sorted(reached.items())), sep="\n")
    assert len(reached) >= 80
    assert len(faults_of(reached)) >= 24


@pytest.mark.parametrize("part", range(PARTS))
def test_dying_once_at_any_point_changes_nothing(time: Time, part: int) -> None:
    all_hold(time, share(deaths_of(only_here(time))[part::PARTS]))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_call_that_fails_once_changes_nothing(time: Time, part: int) -> None:
    all_hold(time, share(faults_of(only_here(time))[part::PARTS]))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_dying_once_at_any_occurrence_of_any_point_changes_nothing(time: Time, part: int) -> None:
    every = [(name, n) for name, number in sorted(points(time).items()) for n in range(2, number + 1)]
    all_hold(time, [[Trouble(point=name, nth=n)] for name, n in every[part::PARTS]])


# -- One trouble and two, in a small world


@contextmanager
def in_step(time: Time) -> Iterator[Quartet]:
    """Nothing has happened yet."""
    with played(time, Quartet) as scene:
        scene.works()
        yield scene


@pytest.fixture
def quartet(time: Time) -> Iterator[Quartet]:
    with in_step(time) as scene:
        yield scene


def small_points(scene: Quartet) -> Counter[str]:
    with leaving_no_trace(scene):
        return points_of(scene)


def schedules(scene: Quartet) -> list[tuple[Trouble, ...]]:
    """The whole product: two deaths, and a death and a call that fails, in either order."""
    places = [(name, n) for name, number in sorted(small_points(scene).items()) for n in range(1, number + 1)]
    deaths = [Trouble(point=name, nth=n) for name, n in places]
    faults = [Trouble(point=name, nth=n, what=what) for name, n in places for what in faults_at(name)]
    return [*combinations(deaths, 2), *((death, fault) for death in deaths for fault in faults)]


def hold(scene: Quartet, drawn: Sequence[Sequence[Trouble]]) -> None:
    with leaving_no_trace(scene):
        expected = end_of(scene, ())[0]
    for troubles in drawn:
        print(*troubles, sep=", ")
        with leaving_no_trace(scene):
            must_hold(scene, expected, troubles)


def test_a_small_world_leaves_no_trace(quartet: Quartet) -> None:
    """So that comparing two runs means something."""
    before = quartet.ended()
    with leaving_no_trace(quartet):
        first, _ = end_of(quartet, [Trouble(point="push events: after")])
    assert quartet.ended() == before
    with leaving_no_trace(quartet):
        assert end_of(quartet, [Trouble(point="push events: after")])[0] == first != before


def test_the_product_is_as_large_as_it_is_said_to_be(quartet: Quartet) -> None:
    every = schedules(quartet)
    kinds = Counter("deaths" if all(each.what == DIES for each in pair) else "death × fault" for pair in every)
    print(kinds)
    assert kinds["deaths"] >= 2000
    assert kinds["death × fault"] >= 1000


def test_dying_once_in_a_small_world_changes_nothing(quartet: Quartet) -> None:
    hold(quartet, share(deaths_of(small_points(quartet))))


def test_a_call_that_fails_once_in_a_small_world_changes_nothing(quartet: Quartet) -> None:
    hold(quartet, share(faults_of(small_points(quartet))))


@pytest.mark.parametrize("part", range(PARTS))
def test_two_troubles_change_nothing(quartet: Quartet, part: int) -> None:
    hold(quartet, share(Random(3).sample(schedules(quartet), PAIRS)[part::PARTS]))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_any_two_troubles_change_nothing(quartet: Quartet, part: int) -> None:
    hold(quartet, schedules(quartet)[part::PARTS])
