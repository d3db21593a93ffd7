"""A mailbox that is stopped, or an organization that rests: what still goes on, and what waits without being lost."""

from __future__ import annotations

from connectors import clock
from connectors.models import Mailbox, Organization
from issues.models import Issue
from tests.builders import event, store_of
from tests.driving import REVOKED, codes, sync
from tests.integration.events.stage import ANNA, Stage, pending, refusing


def stopped(stage: Stage) -> None:
    """Anna's access is refused."""
    store_of(stage.anna).faults.waiting.extend([REVOKED] * 100)
    sync(stage.anna)
    assert Mailbox.everywhere.get(pk=stage.anna.pk).stopped_at is not None


def let_in(stage: Stage) -> None:
    store_of(stage.anna).faults.waiting.clear()
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(probe_at=clock.now())


def test_a_stopped_mailbox_still_writes_to_the_crm_what_it_has_read(stage: Stage) -> None:
    stage.crm.rules.append(refusing("Review"))
    stage.calendar.add(event("Review"))
    stage.run()
    stopped(stage)
    stage.crm.rules.clear()
    Issue.everywhere.filter(scope="item").update(status="retrying")
    stage.run()
    assert (stage.titles(), codes()) == (["Review"], [REVOKED.code])


def test_what_the_crm_says_meanwhile_waits_and_is_written_when_it_is_let_in(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stopped(stage)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    assert (stage.calendar.event(ref).title, len(pending())) == ("Review", 2)
    let_in(stage)
    stage.run(2)
    assert (stage.in_calendar(), codes(), pending()) == (["Review of prices", "Visit"], [], [])
    assert stage.is_quiet()


def test_the_other_mailbox_goes_on(stage: Stage) -> None:
    stopped(stage)
    stage.other_calendar.add(event("His"))
    stage.run()
    assert stage.titles() == ["His"]


def test_an_organization_that_rests_is_neither_read_nor_written(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    Organization.everywhere.filter(pk=stage.organization.pk).update(paused_at=clock.now())
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.calendar.edit(ref, title="Review of prices")
    stage.calendar.add(event("Plan"))
    assert stage.is_quiet()
    assert pending() == []
    Organization.everywhere.filter(pk=stage.organization.pk).update(paused_at=None)
    stage.run(2)
    there = stage.calendar.event(ref)
    assert (there.title, there.location, stage.titles()) == ("Review of prices", "Room 9", ["Plan", "Review of prices"])
    assert stage.is_quiet()


def test_a_mailbox_that_rests_loses_nothing(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at=clock.now())
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.run(2)
    assert (stage.in_calendar(), pending()) == (["Review"], [("to_mailbox", "pending")])
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at=None)
    stage.run()
    assert (stage.in_calendar(), pending(), stage.is_quiet()) == (["Review of prices"], [], True)


def test_when_the_organizers_mailbox_goes_the_other_copy_leads(stage: Stage) -> None:
    _, guests = stage.meet(event("Review"))
    stage.run(2)
    stage.anna.delete()
    stage.crm.events.edit(stage.record.id, busy=False)
    stage.run_only(stage.ben)
    assert (stage.titles(), stage.other_calendar.event(guests).busy, pending()) == (["Review"], False, [])
