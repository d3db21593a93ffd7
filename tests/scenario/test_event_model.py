"""The protocol of events as a model: two troubles anywhere leave no trace, and of each wrong design they do.

.venv/bin/pytest tests/scenario/test_event_model.py -s        prints how many schedules were played
.venv/bin/pytest tests/scenario/test_event_model.py -m slow   plays the whole product, and a third trouble

The product itself is played in `test_event_crash_points`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from random import Random

import pytest

from tests.scenario.event_model import Ended, broken, ended, in_step, played, points
from tests.scenario.model.ground import MEANT, WRONG, Design
from tests.scenario.troubles import DIES, Trouble, faults_at, troubled

SAMPLE = 2000
# It takes people who go on meanwhile to find these out: see `test_model_machine`.
NEEDS_PEOPLE = {
    "forgets_what_was_sent",
    "ends_what_is_new",
    "trusts_an_old_copy",
    "no_fence",
    "gone_is_not_missed",
    "rest_waits_on",
    "one_record_for_ever",
    "makes_unnoted",
}


def end_of(design: Design, troubles: Sequence[Trouble] = ()) -> tuple[Ended, list[str]]:
    model = in_step(design)
    try:
        played(model, troubled(troubles))
    except AssertionError as never:
        return ended(model), [str(never)]
    return ended(model), broken(model, EXPECTED)


def _expected() -> Ended:
    model = in_step(MEANT)
    played(model, lambda _: None)
    return ended(model)


EXPECTED = _expected()


def single(design: Design) -> list[Trouble]:
    every = [Trouble(point=name, nth=nth) for name, nth in points(design)]
    faults = [Trouble(point=each.point, nth=each.nth, what=what) for each in every for what in faults_at(each.point)]
    return every + faults


def whole(design: Design) -> list[tuple[Trouble, ...]]:
    """Two deaths, and a death and a call that fails."""
    troubles = single(design)
    deaths = [each for each in troubles if each.what == DIES]
    faults = [each for each in troubles if each.what != DIES]
    return [*combinations(deaths, 2), *product(deaths, faults)]


def broken_by(design: Design, schedules: Iterable[Sequence[Trouble]]) -> list[str]:
    """What the first schedule of these breaks, with the schedule."""
    for troubles in schedules:
        _, found = end_of(design, troubles)
        if found:
            return [*found, *map(str, troubles)]
    return []


def test_the_plain_run_ends_with_both_sides_in_step() -> None:
    assert (
        EXPECTED.calendar
        == EXPECTED.records
        == (
            "by the CRM | by the CRM | by Anna",
            "her own |  | t",
            "visit |  | t",
        )
    )
    assert len(EXPECTED.overruled) == 1


def test_one_trouble_changes_nothing() -> None:
    assert broken_by(MEANT, [[each] for each in single(MEANT)]) == []


def test_two_troubles_change_nothing() -> None:
    every = whole(MEANT)
    drawn = Random(11).sample(every, SAMPLE)
    print(f"{len(drawn):,} schedules of {len(every):,}, at {len(points(MEANT))} points")
    assert broken_by(MEANT, drawn) == []


@pytest.mark.slow
def test_any_two_troubles_change_nothing() -> None:
    assert broken_by(MEANT, whole(MEANT)) == []


@pytest.mark.slow
def test_three_troubles_change_nothing() -> None:
    every, chance = single(MEANT), Random(12)
    assert broken_by(MEANT, (chance.sample(every, 3) for _ in range(20_000))) == []


@pytest.mark.parametrize("name", sorted(WRONG.keys() - NEEDS_PEOPLE))
def test_a_wrong_design_is_found_out(name: str) -> None:
    design = WRONG[name]
    found = broken_by(design, [[], *([each] for each in single(design)), *whole(design)])
    print(*found, sep="\n")
    assert found, "no schedule shows that it is wrong"
