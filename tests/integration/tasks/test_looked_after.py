"""What holds for events holds for tasks: questions about many deletions, lost cursors, comparisons, rehearsals."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from connectors import registry
from connectors.errors import ConnectorError, Kind
from connectors.memory import failure
from issues.models import Issue
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.reconciling import compare
from syncapp.models import Item
from tests import builders
from tests.driving import codes, sync
from tests.integration.events.stage import ANNA, pending, refusing
from tests.integration.tasks.stage import TaskStage, items, task

MANY = 30


def in_step(stage: TaskStage, number: int = MANY) -> None:
    for at in range(number):
        stage.tasks.add(task(f"task {at:02}"))
    stage.run()


def test_many_deletions_in_the_list_are_asked_about_first(stage: TaskStage) -> None:
    in_step(stage)
    for entry in list(stage.tasks.entries.values()):
        stage.tasks.delete(entry.ref)
    stage.run()
    issue = Issue.everywhere.get(code="engine.MASS_CHANGE")
    assert (len(stage.at_crm()), issue.resource, issue.mailbox_id) == (MANY, "task", stage.anna.pk)


def test_many_deletions_of_events_say_nothing_of_tasks(stage: TaskStage) -> None:
    """Each resource is counted for itself: few tasks among many events are not held back by them."""
    in_step(stage, 3)
    stage.settle_on(syncs_events=True)
    stage.tasks.delete(next(iter(stage.tasks.entries.values())).ref)
    stage.run()
    assert (len(stage.at_crm()), codes()) == (2, [])


def test_a_lost_cursor_of_the_list_finds_what_is_gone_by_name(stage: TaskStage) -> None:
    in_step(stage, 3)
    stage.tasks.delete(next(iter(stage.tasks.entries.values())).ref)
    stage.tasks.forget_cursors()
    stage.run(2)
    assert (len(stage.at_crm()), pending(), stage.are_equal()) == (2, [], True)


def test_a_lost_cursor_of_the_crm_finds_what_is_gone_by_name(stage: TaskStage) -> None:
    in_step(stage, 3)
    stage.crm.tasks.delete(stage.at_crm()[0].id)
    stage.crm.tasks.forget_cursors()
    stage.run(2)
    assert (len(stage.tasks.living), pending(), stage.are_equal()) == (2, [], True)


def test_a_rule_of_the_crm_is_an_issue_of_that_task_alone_and_goes_by_itself(stage: TaskStage) -> None:
    stage.crm.rules.append(refusing("bad"))
    stage.tasks.add(task("bad call"))
    stage.tasks.add(task())
    stage.run()
    issue = Issue.everywhere.get()
    assert (issue.resource, issue.title, len(stage.at_crm())) == ("task", "bad call", 1)
    stage.crm.rules.clear()
    stage.tasks.edit(next(iter(stage.tasks.entries.values())).ref, title="good call")
    stage.run()
    assert (codes(), stage.are_equal()) == ([], True)


def test_what_the_list_refuses_is_an_issue_of_that_task_alone(stage: TaskStage) -> None:
    refused = failure("google.badRequest", Kind.INVALID, "Task title is too long")
    stage.tasks.rules.append(lambda put: refused if put.record and "bad" in put.record.title else None)
    stage.crm.tasks.create(task("bad call"), ANNA)
    stage.crm.tasks.create(task(), ANNA)
    stage.run()
    assert ([each.title for each in stage.tasks.living.values()], codes()) == (["Call Ann"], ["google.badRequest"])
    stage.tasks.rules.clear()
    stage.crm.tasks.edit(stage.at_crm()[0].id, title="good call")
    stage.run()
    assert (codes(), stage.are_equal()) == ([], True)


@pytest.mark.parametrize("side", ["crm", "mailbox"])
def test_a_comparison_finds_what_was_changed_unseen(stage: TaskStage, side: str) -> None:
    in_step(stage, 2)
    if side == "crm":
        stage.crm.tasks.edit(stage.at_crm()[0].id, title="unseen")
    else:
        stage.tasks.edit(next(iter(stage.tasks.entries.values())).ref, title="unseen")
    found = compare(stage.organization, 0).differences
    assert [(each.finding.side, each.finding.kind.value, each.finding.fields) for each in found] == [
        (side, "altered", ("title",))
    ]


def test_a_comparison_of_what_is_in_step_finds_nothing(stage: TaskStage) -> None:
    in_step(stage, 3)
    assert (compare(stage.organization, 0).differences, compare(stage.organization, 0).number) == ([], 3)


def test_a_task_that_says_the_same_as_ours_is_no_copy_of_it(stage: TaskStage) -> None:
    """People do the same again and again; nobody's history is taken away."""
    in_step(stage, 1)
    stage.crm.tasks.create(stage.only().said, ANNA)
    assert compare(stage.organization, 0).differences == []


def test_a_rehearsal_says_what_a_run_would_write_and_writes_nothing(
    stage: TaskStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.tasks.add(task())
    stage.crm.tasks.create(task("Write Ben"), ANNA)
    stage.time.move(minutes=6)
    while read_crm(stage.organization.pk):
        pass
    before = stage.crm.writes
    call_command("sync", "--json", "--plan", stage.anna.address)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["writes"]
    planned = sorted((each["side"], each["action"], each["object"], each["title"]) for each in told)
    assert planned == [("crm", "create", "task", "Call Ann"), ("mailbox", "create", "task", "Write Ben")]
    assert (stage.crm.writes, Item.everywhere.filter(synced_at__isnull=False).exists()) == (before, False)


def test_what_cannot_be_read_is_an_item_that_waits(stage: TaskStage) -> None:
    ref = stage.tasks.add(task())
    stage.tasks.unreadable[ref.id] = failure("google.backendError", Kind.TRANSIENT, "Backend Error")
    sync(stage.anna)
    assert ([(each.provisional, each.resource) for each in items()], len(stage.at_crm())) == ([(True, "task")], 0)
    stage.tasks.unreadable.clear()
    stage.time.move(hours=2)
    stage.run(2)
    assert ([each.provisional for each in items()], stage.are_equal()) == ([False], True)


@pytest.mark.parametrize("kind", [Kind.PERMISSION, Kind.CONFIG], ids=str)
def test_a_mailbox_that_does_not_let_us_write_tasks_is_read_all_the_same(
    stage: TaskStage, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks were switched on, and its owner has not agreed to that yet: mail goes on, and the mailbox says what is
    missing."""
    refusal = ConnectorError(failure("google.insufficientPermissions", kind, "Insufficient Permission"))

    def refused(*_: object) -> None:
        raise refusal

    box = builders.store_of(stage.anna)
    monkeypatch.setattr(box, "push", refused)
    stage.crm.tasks.create(task(), ANNA)
    box.deliver(builders.email())
    stage.run(2)
    assert [each.title for each in Item.everywhere.filter(resource="email", synced_at__isnull=False)] == ["Renewal"]
    assert codes() == ["google.insufficientPermissions"]
    monkeypatch.undo()
    stage.time.move(days=2)
    stage.run(2)
    assert ([each.title for each in stage.tasks.living.values()], codes()) == (["Call Ann"], [])


@pytest.mark.parametrize("resource", ["event", "task"])
def test_an_issue_opens_the_page_of_its_kind(stage: TaskStage, resource: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def link(provider: str, address: str, endpoints: object, kind: str, remote_id: str) -> str:
        asked.append(kind)
        return f"https://{kind}.example/{remote_id}"

    monkeypatch.setattr(registry, "mail_url", link)
    stage.settle_on(syncs_events=True)
    stage.crm.rules.append(refusing("bad"))
    if resource == "event":
        stage.calendar.add(builders.event("bad review"))
    else:
        stage.tasks.add(task("bad call"))
    stage.run()
    assert Issue.everywhere.get().mailbox_url.startswith(f"https://{resource}.example/")
    assert set(asked) == {resource}
