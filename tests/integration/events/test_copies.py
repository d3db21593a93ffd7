"""Of copies that differ one is written, and the journal names the others."""

from __future__ import annotations

from connectors.memory.calendar import MemoryCalendar, share
from connectors.models import Activity, Verb
from connectors.records import Ref
from tests.builders import event
from tests.integration.events.stage import Stage, pending


def noted() -> list[str]:
    return list(Activity.everywhere.filter(verb=Verb.OTHER_CONTENT).values_list("note", flat=True))


def invited_from_outside(stage: Stage) -> list[Ref]:
    """Anna and Ben are guests of somebody whose calendar is none of ours."""
    _, *guests = share(event("Review"), MemoryCalendar("eve@customer.example"), stage.calendar, stage.other_calendar)
    return guests


def test_a_copy_with_other_content_is_noted_once_and_not_written(stage: Stage) -> None:
    stage.calendar.add(event("Review", uid="one"))
    stage.other_calendar.add(event("Quite another title", uid="one"))
    stage.run(3)
    assert (stage.titles(), noted()) == (["Review"], ["The copy in anna@ours.example leads."])


def test_copies_that_agree_are_not_worth_a_word(stage: Stage) -> None:
    stage.meet(event("Review"))
    stage.run(2)
    assert noted() == []


def test_what_each_has_for_itself_is_no_other_content(stage: Stage) -> None:
    stage.calendar.add(event("Review", uid="one"))
    stage.other_calendar.add(event("Review", uid="one", busy=False))
    stage.run(2)
    assert noted() == []


def test_what_is_deleted_in_the_crm_goes_from_the_calendar_of_every_guest(stage: Stage) -> None:
    invited_from_outside(stage)
    stage.run(2)
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    assert (stage.in_calendar(), stage.other_calendar.living, pending(), stage.is_quiet()) == ([], {}, [], True)


def test_with_the_copy_that_led_what_it_alone_said_goes(stage: Stage) -> None:
    annas, _ = invited_from_outside(stage)
    stage.calendar.edit(annas, title="Anna's own name for it")
    stage.run(2)
    assert stage.titles() == ["Anna's own name for it"]
    stage.calendar.delete(annas)
    stage.run(2)
    assert (stage.titles(), pending(), stage.is_quiet()) == (["Review"], [], True)
