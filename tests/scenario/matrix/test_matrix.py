"""The fault matrix: every fault at every step that it can meet, and the end that is promised for it.

The table is `cells.toml`. A cell may come in several ways; it is one cell all the same, and the gate plays one of them.

.venv/bin/pytest tests/scenario/matrix -s -k "H3/S5"     one cell
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from _pytest.mark import ParameterSet

from tests.scenario.matrix import access_faults, ground_faults, provider_faults, table, wire_faults, worker_faults
from tests.scenario.matrix.playing import play
from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import STAGES
from tests.scenario.matrix.table import ENDS, Case
from tests.scenario.matrix.wire_faults import Blow
from tests.tiers import one_of_each

CASES = table.cases()
BLOWS: Mapping[str, Mapping[str, Blow]] = {
    **wire_faults.BLOWS,
    **access_faults.BLOWS,
    **provider_faults.BLOWS,
    **worker_faults.BLOWS,
    **ground_faults.BLOWS,
}
# Crosses of each column in the specification, the provider's webhooks (S15) aside, which there are none of yet.
CELLS = {
    "S1": 8, "S2": 9, "S3": 5, "S4": 22, "S5": 27, "S6": 22, "S7": 5, "S8": 8, "S9": 21, "S10": 26, "S11": 8,
    "S12": 22, "S13": 23, "S14": 12,
}  # fmt: skip
LEAST = 205
OF_OTHERS = {"B2", "P6/S4"}  # what needs a database that others can open as well


def _parameters(case: Case) -> ParameterSet:
    shared = not OF_OTHERS.isdisjoint((case.row, case.cell))
    return pytest.param(shared, case, id=str(case), marks=() if shared else pytest.mark.django_db)


@pytest.mark.parametrize(
    ("scene", "case"), [_parameters(case) for case in one_of_each(CASES, lambda case: case.cell)], indirect=["scene"]
)
def test_a_fault_ends_as_it_is_promised_to(scene: Scene, case: Case) -> None:
    scene.build()
    play(scene, STAGES[case.column], case, BLOWS[case.row][case.way])


def test_the_table_is_whole() -> None:
    """As many cells as the specification has crosses; what is not run is named with its reason."""
    run, not_run = {case.cell for case in CASES}, table.not_run()
    everything = Counter(cell.partition("/")[2] for cell in run | set(not_run))
    print(f"{len(run)} of {sum(CELLS.values())} cells run, in {len(CASES)} ways; not run:")
    print(*(f"{cell}: {why}" for cell, why in not_run.items()), sep="\n")
    assert everything == CELLS
    assert len(run) >= LEAST
    assert run.isdisjoint(not_run)
    assert all(why.endswith(".") for why in not_run.values())


def test_every_way_of_a_fault_is_one_that_there_is() -> None:
    known = {(row, way) for row, ways in BLOWS.items() for way in ways}
    assert {(case.row, case.way) for case in CASES} == known
    assert {case.kind for case in CASES} <= set(ENDS)
