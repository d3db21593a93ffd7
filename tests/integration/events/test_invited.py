"""Who is invited is related to the record, whoever's mailbox writes it and whoever's the record is."""

from __future__ import annotations

from connectors.memory.calendar import share
from tests.builders import event
from tests.integration.events.stage import ANNA, BEN, Stage


def test_a_guest_who_owns_the_record_stays_out_of_it_when_the_organizer_changes_it(stage: Stage) -> None:
    bens, _ = share(event("Review"), stage.other_calendar, stage.calendar)
    stage.run()
    assert (stage.record.owner_id, _users(stage)) == (ANNA, {BEN}), "the guest's mailbox came first"
    stage.other_calendar.edit(bens, title="Review of prices")
    stage.run(2)
    assert (stage.titles(), _users(stage)) == (["Review of prices"], {BEN})


def _users(stage: Stage) -> set[str]:
    return {invitee.id for invitee in stage.record.invitees}
