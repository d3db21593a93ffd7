"""`sync --plan` on events: what a run would write on either side, told before, and nothing written by the telling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from connectors.models import Mailbox, Organization
from connectors.records import EventKind, Ref
from connectors.scoping import EVERYTHING, scoped
from issues import services as issues
from issues.models import Issue
from syncapp.engine.crm_reading import read_crm
from syncapp.models import Binding, Item
from tests import builders
from tests.conftest import Time
from tests.integration.events.stage import Stage, refusing, staged
from tests.integration.verifying.witness import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[Stage]:
    made = staged(time)
    with scoped(EVERYTHING):
        yield made


def plan(capsys: pytest.CaptureFixture[str], mailbox: Mailbox) -> dict[str, Any]:
    capsys.readouterr()
    call_command("sync", "--json", "--plan", mailbox.address)
    told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return told


def planned(capsys: pytest.CaptureFixture[str], mailbox: Mailbox) -> list[tuple[str, str, str]]:
    return sorted((w["side"], w["action"], w["title"]) for w in plan(capsys, mailbox)["writes"])


def ref_of(title: str, stage: Stage) -> Ref:
    binding = Binding.everywhere.get(item__title=title, mailbox=stage.anna)
    return Ref(id=binding.remote_id, version=binding.version)


def record_of(title: str) -> str:
    return Item.everywhere.get(title=title).record_id


def settled(stage: Stage, *titles: str) -> None:
    for title in titles:
        stage.calendar.add(builders.event(title))
    stage.run()


def test_new_events_are_created_in_the_crm(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    settled(stage, "old")
    for title in ("one", "two"):
        stage.calendar.add(builders.event(title))
    assert planned(capsys, stage.anna) == [("crm", "create", "one"), ("crm", "create", "two")]


def test_what_each_side_changed_goes_to_the_other(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    settled(stage, "a", "b", "c", "d")
    stage.calendar.edit(ref_of("a", stage), title="a changed")
    stage.calendar.delete(ref_of("b", stage))
    stage.crm.events.edit(record_of("c"), title="c changed")
    stage.crm.events.delete(record_of("d"))
    stage.time.move(minutes=6)
    read_crm(stage.organization.pk)
    assert planned(capsys, stage.anna) == [
        ("crm", "delete", "b"),
        ("crm", "update", "a changed"),
        ("mailbox", "delete", "d"),
        ("mailbox", "update", "c changed"),
    ]


def test_what_was_born_in_the_crm_is_created_in_the_calendar(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.crm.events.create(builders.event("born there"), stage.anna.crm_user_id)
    read_crm(stage.organization.pk)
    assert planned(capsys, stage.anna) == [("mailbox", "create", "born there")]


def test_no_table_moves_and_nobody_is_written_to(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    settled(stage, "a", "b", "c")
    stage.calendar.edit(ref_of("a", stage), title="a changed")
    stage.calendar.delete(ref_of("b", stage))
    stage.crm.events.edit(record_of("c"), title="c changed")
    read_crm(stage.organization.pk)
    before, box = tables(), builders.store_of(stage.anna)
    written = (stage.crm.writes, box.writes)
    assert len(planned(capsys, stage.anna)) == 3
    assert (tables() == before, (stage.crm.writes, box.writes)) == (True, written)


def test_the_run_then_does_just_that(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    settled(stage, "a", "b")
    stage.calendar.edit(ref_of("a", stage), title="a changed")
    stage.calendar.add(builders.event("new"))
    assert planned(capsys, stage.anna) == [("crm", "create", "new"), ("crm", "update", "a changed")]
    stage.run()
    assert stage.titles() == ["a changed", "b", "new"]
    assert planned(capsys, stage.anna) == []


def test_a_meeting_of_two_is_written_by_the_one_whose_copy_leads(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.meet(builders.event("shared"))
    stage.run()
    stage.calendar.edit(Ref(id=next(iter(stage.calendar.living))), title="moved")
    assert planned(capsys, stage.anna) == [("crm", "update", "moved")]
    assert planned(capsys, stage.ben) == []


def test_what_a_rule_keeps_out_is_counted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.calendar.add(builders.event("secret", private=True))
    stage.calendar.add(builders.event("far away", days=900))
    stage.calendar.add(builders.event("birthday", kind=EventKind.BIRTHDAY))
    told = plan(capsys, stage.anna)
    assert (told["writes"], told["left_out"]) == ([], {"birthday": 1, "outside_window": 1, "private": 1})


def test_an_event_that_became_private_would_leave_the_crm(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    settled(stage, "a")
    stage.calendar.edit(ref_of("a", stage), private=True)
    assert planned(capsys, stage.anna) == [("crm", "delete", "a")]


def test_a_conflict_that_is_to_be_asked_about_is_a_problem_by_name(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    settled(stage, "a")
    Organization.everywhere.update(event_conflicts="ask")
    stage.crm.events.edit(record_of("a"), title="there")
    stage.calendar.edit(ref_of("a", stage), title="here")
    read_crm(stage.organization.pk)
    told = plan(capsys, stage.anna)
    assert (told["writes"], told["problems"]) == ([], {"engine.SYNC_CONFLICT": 1})


@pytest.mark.parametrize(("gone", "problems"), [(9, {}), (10, {"engine.MASS_CHANGE": 1})])
def test_so_many_deletions_that_somebody_is_asked_first_are_no_writes(
    stage: Stage, capsys: pytest.CaptureFixture[str], gone: int, problems: dict[str, int]
) -> None:
    titles = [f"event {number:02}" for number in range(20)]
    settled(stage, *titles)
    for title in titles[:gone]:
        stage.calendar.delete(ref_of(title, stage))
    told = plan(capsys, stage.anna)
    assert (len(told["writes"]), told["problems"]) == (0 if problems else gone, problems)
    stage.run()
    assert len(stage.crm.events.living) == (20 if problems else 20 - gone)


def test_deletions_that_somebody_said_yes_to_are_writes(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    titles = [f"event {number:02}" for number in range(20)]
    settled(stage, *titles)
    for title in titles:
        stage.calendar.delete(ref_of(title, stage))
    stage.run()
    issues.retry(Issue.everywhere.filter(code="engine.MASS_CHANGE"))
    assert planned(capsys, stage.anna) == [("crm", "delete", title) for title in titles]


def test_a_cursor_that_was_forgotten_is_planned_as_a_full_read(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    settled(stage, "a", "b")
    stage.calendar.add(builders.event("new"))
    stage.calendar.forget_cursors()
    assert planned(capsys, stage.anna) == [("crm", "create", "new")]


def test_a_touched_etag_is_no_write(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    settled(stage, "a")
    stage.calendar.touch(ref_of("a", stage))
    assert planned(capsys, stage.anna) == []


def test_what_a_rule_of_the_crm_will_refuse_cannot_be_foreseen(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.crm.rules.append(refusing("bad"))
    stage.calendar.add(builders.event("bad"))
    assert planned(capsys, stage.anna) == [("crm", "create", "bad")]
