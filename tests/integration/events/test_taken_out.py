"""What is taken out of the CRM by a rule leaves nothing behind, and takes nobody's words with it."""

from __future__ import annotations

from connectors.memory.calendar import share
from syncapp.models import Overruled
from tests.builders import event
from tests.driving import codes, sync
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage, pending, rules


def test_what_somebody_wrote_in_the_crm_meanwhile_is_kept(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.edit(stage.record.id, text="They want a discount.")
    stage.calendar.edit(ref, private=True)
    stage.run(2)
    (lost,) = Overruled.objects.all()
    assert (stage.records, rules()) == ([], {"Review": "private"})
    assert (lost.side, lost.rule, lost.fields, lost.content["text"]) == (
        "crm",
        "private",
        ["text"],
        "They want a discount.",
    )


def test_nothing_is_kept_where_nobody_wrote_anything(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, private=True)
    stage.run(2)
    assert (stage.records, Overruled.objects.exists(), pending(), codes()) == ([], False, [], [])


def test_a_guests_copy_does_not_bring_back_what_its_organizer_calls_private(stage: Stage) -> None:
    organizers, guests = stage.meet(event("Review"))
    stage.run(2)
    stage.calendar.edit(organizers, private=True)
    stage.run()
    stage.other_calendar.touch(guests)
    stage.run()
    assert (stage.records, rules()) == ([], {"Review": "private"})


def test_what_is_called_private_while_a_guests_mailbox_writes_it_is_taken_out_again(stage: Stage) -> None:
    organizers, _ = share(event("Review"), stage.other_calendar, stage.calendar)

    def meanwhile() -> None:
        stage.other_calendar.edit(organizers, private=True)
        sync(stage.ben)

    with happening(meanwhile, at="push events: before"):
        stage.run()
    assert (stage.records, rules(), pending()) == ([], {"Review": "private"}, [])
