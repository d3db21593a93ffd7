"""How a case is played, and everything that has to hold in its end."""

from __future__ import annotations

from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import Stage
from tests.scenario.matrix.table import Case
from tests.scenario.matrix.wire_faults import Blow


def play(scene: Scene, stage: Stage, case: Case, blow: Blow) -> None:
    """The fault strikes and ends as the table says; nobody else is concerned; in the end all is there, once."""
    stage.set_up(scene)
    told = 0 if case.column == "S14" else scene.told()
    with blow(scene, stage) as hits:
        stage.play(scene)
    assert hits.number > 0, "it never struck"
    assert stage.tell(scene) == case.end
    assert scene.doubled() == []
    assert scene.told() - told == scene.owed(case)
    assert scene.neighbour_goes_on() or scene.all_wait()
    stage.clear_up(scene)
    if case.kind in ("issue", "incident") or case.column in ("S13", "S14"):
        scene.a_person_sees_to_it()
    scene.comes_to_rest()
    assert (scene.doubled(), scene.second_pass()) == ([], 0)
    assert scene.letters_are_right()
