"""A worker that slept beyond its lease may still write; what nobody wants any more is taken away again."""

from __future__ import annotations

from collections.abc import Callable

from connectors.records import Ref
from tests.builders import event
from tests.driving import codes, sync
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage, pending, rules


def _slept_while(stage: Stage, what: Callable[[Ref], object]) -> None:
    """Anna's worker sleeps before it writes; what happens is carried through by another one."""
    stage.calendar.add(event("Fair"))
    stage.run()
    ref = stage.calendar.add(event("Review"))

    def meanwhile() -> None:
        what(ref)
        stage.time.move(minutes=6)
        sync(stage.anna)

    with happening(meanwhile, at="push events: before"):
        stage.run()


def test_the_record_of_an_event_that_was_deleted_meanwhile_is_taken_away(stage: Stage) -> None:
    _slept_while(stage, stage.calendar.delete)
    assert stage.titles() == ["Fair", "Review"], "the sleeper wrote it"
    stage.run(2)
    assert (stage.titles(), pending(), codes(), stage.is_quiet()) == (["Fair"], [], [], True)


def test_so_is_that_of_one_which_was_called_private_meanwhile(stage: Stage) -> None:
    _slept_while(stage, lambda ref: stage.calendar.edit(ref, private=True))
    stage.run(2)
    assert (stage.titles(), rules(), pending(), stage.is_quiet()) == (["Fair"], {"Review": "private"}, [], True)
