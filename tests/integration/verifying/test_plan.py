"""`sync --plan`: what a run would write, told before, and nothing written by the telling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from connectors.effects import commit, crash_points
from connectors.errors import Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Credential, Mailbox, Organization
from connectors.policies import NoMatch
from connectors.records import Flag
from issues import services as issues
from issues.models import Issue
from syncapp.engine.lease import Held
from syncapp.engine.rehearsal import rehearsed
from syncapp.models import Binding, Cursor
from syncapp.orders import Order, carry_out
from tests import builders
from tests.builders import contact, email
from tests.conftest import Time
from tests.driving import HICCUP, LOCKED, refusing, sync, synced
from tests.integration.bad_input.world import World
from tests.integration.verifying.witness import tables, writes

pytestmark = pytest.mark.django_db

GARBLED = failure("google.backendError", Kind.TRANSIENT, "Backend Error")


def plan(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    call_command("sync", "--json", *words)
    told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return told


def titles(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(write["object"], write["title"]) for write in told["writes"]]


@pytest.fixture
def full(organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Mailbox:
    """A mailbox with something of everything in it, and a run behind it."""
    Organization.everywhere.update(no_match=NoMatch.LEAD)
    crm.people += [contact("twin@customer.example", id="003A"), contact("twin@customer.example", id="003B")]
    crm.rules.append(refusing("locked", LOCKED, times=1))
    for subject in ("old", "locked"):
        store.deliver(email(subject=subject))
    sync(mailbox)
    for message in (
        email(subject="news"),
        email(subject="among us", to="x@ours.example", sender="y@ours.example"),
        email("twin@customer.example", subject="whose"),
        email("new@prospect.example", subject="first", name="New Person"),
        email("new@prospect.example", subject="second", name="New Person"),
        email(subject="junk", flags=frozenset({Flag.SPAM})),
    ):
        store.deliver(message)
    store.unreadable[store.deliver(email(subject="garbled")).id] = GARBLED
    return mailbox


WANTED = [("message", "news"), ("lead", "New Person"), ("message", "first"), ("message", "second")]


def test_it_lists_the_writes_and_says_what_else(full: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    told = plan(capsys, "--plan", full.address)
    assert titles(told) == WANTED
    assert told["left_out"] == {"internal_only": 1, "spam": 1}
    assert told["problems"] == {"engine.AMBIGUOUS_MATCH": 1, GARBLED.code: 1}
    assert (told["read"], told["stands_still"]) == (7, "")


def test_labels_keep_out_what_the_run_would_keep_out(
    full: Mailbox, store: MemoryMailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    Organization.everywhere.update(labels_never=["Private"])
    store.deliver(email(subject="secret", labels=frozenset({store.label("Private")})))
    before = tables()
    told = plan(capsys, "--plan", full.address)
    assert told["left_out"] == {"internal_only": 1, "spam": 1, "labelled": 1}
    assert (titles(told), tables()) == (WANTED, before)


def test_the_run_then_writes_just_that(full: Mailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]) -> None:
    told = plan(capsys, "--plan", full.address)
    before = set(crm.records)
    sync(full)
    assert set(crm.records) - before == {write["key"] for write in told["writes"]}


def test_what_waits_comes_with_its_time(full: Mailbox, time: Time, capsys: pytest.CaptureFixture[str]) -> None:
    time.move(minutes=2)
    assert titles(plan(capsys, "--plan", full.address)) == [("message", "locked"), *WANTED]


def test_no_table_of_ours_moves_and_nobody_is_written_to(
    full: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    time.move(minutes=2)
    before, written, records = tables(), crm.writes, dict(crm.records)
    plan(capsys, "--plan", full.address)
    assert tables() == before
    assert (crm.writes, crm.records) == (written, records)


def test_no_commit_is_even_tried(full: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    steps = list[str]()
    with crash_points(steps.append):
        plan(capsys, "--plan", full.address)
    assert [name for name in steps if "commit" in name] == []
    assert "get messages: after" in steps


def test_over_the_wire_no_table_moves_and_no_write_is_asked_for(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.deliver(world.ada, "old")
    sync(world.ada)
    world.deliver(world.ada, "news", "more news")
    before, written = tables(), writes(world)
    told = plan(capsys, "--plan", world.ada.address)
    assert titles(told) == [("message", "news"), ("message", "more news")]
    assert (tables() == before, writes(world)) == (True, written)
    assert world.subjects() == ["old"]
    sync(world.ada)
    assert writes(world) == written + 1  # what a run does is seen by the witness


def test_access_that_ended_is_renewed_and_nothing_else_moves(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver(world.ada, "news")
    world.connect(world.ada, lifetime=0.0)
    before = tables()
    assert titles(plan(capsys, "--plan", world.ada.address)) == [("message", "news")]
    after = tables()
    moved = [label for label in before if before[label] != after[label]]
    assert moved == [Credential._meta.label]


def test_the_first_run_is_planned_from_the_beginning(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    store.page_size = 2
    for number in range(5):
        store.deliver(email(subject=f"{number}"))
    assert titles(plan(capsys, "--plan", mailbox.address)) == [("message", f"{n}") for n in range(5)]
    assert not Cursor.everywhere.exists()


def test_a_cursor_that_was_forgotten_is_planned_as_a_full_read(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    store.deliver(email(subject="old"))
    sync(mailbox)
    store.deliver(email(subject="news"))
    store.forget_cursors()
    assert titles(plan(capsys, "--plan", mailbox.address)) == [("message", "news")]


def test_a_copy_of_what_is_there_is_no_write(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = email(subject="in both")
    store.deliver(shared)
    sync(mailbox)
    for _ in range(2):
        builders.store_of(second).deliver(shared)
    assert titles(plan(capsys, "--plan", second.address)) == []


def test_one_message_twice_in_a_mailbox_is_one_write(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = email(subject="twice")
    for _ in range(2):
        store.deliver(twice)
    assert titles(plan(capsys, "--plan", mailbox.address)) == [("message", "twice")]


def test_what_could_not_be_read_is_asked_for_again(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = store.deliver(email(subject="garbled"))
    store.unreadable[ref.id] = GARBLED
    sync(mailbox)
    store.unreadable.clear()
    time.move(minutes=2)
    before = tables()
    assert titles(plan(capsys, "--plan", mailbox.address)) == [("message", "garbled")]
    assert tables() == before


def test_what_turns_out_to_be_another_items_copy_is_no_write(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = email(subject="shared")
    store.unreadable[store.deliver(shared).id] = GARBLED
    store.deliver(shared)
    sync(mailbox)
    assert synced() == 1
    store.unreadable.clear()
    time.move(minutes=2)
    assert titles(plan(capsys, "--plan", mailbox.address)) == []


def test_what_left_the_mailbox_meanwhile_is_a_problem_by_name(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = store.deliver(email(subject="garbled"))
    store.unreadable[ref.id] = GARBLED
    sync(mailbox)
    Binding.everywhere.all().delete()
    time.move(minutes=2)
    assert plan(capsys, "--plan", mailbox.address)["problems"] == {"engine.NOT_IN_MAILBOX": 1}


def test_what_somebody_set_aside_is_not_planned(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    issues.ignore(Issue.everywhere.all(), reason="spam")
    assert titles(plan(capsys, "--plan", mailbox.address)) == []


@pytest.mark.parametrize("whole", [False, True])
def test_a_pause_is_said_beside_the_plan(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str], whole: bool
) -> None:
    store.deliver(email(subject="news"))
    carry_out(Order.PAUSE, mailbox.organization if whole else mailbox)
    told = plan(capsys, "--plan", mailbox.address)
    assert (told["stands_still"], titles(told)) == ("paused", [("message", "news")])


def test_for_people_each_write_is_a_line(full: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync", "--plan", full.address)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "create message in Salesforce: news, related to 1"
    assert lines[-1] == "7 read, 4 to write, 2 left out by a rule, 2 with a problem. Nothing was written."


# -- Bad input: one sentence, status 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Say whose run to plan: --plan with a mailbox's address."),
        (["--plan", "nobody@x.example"], "There is no mailbox “nobody@x.example”; look at the list of mailboxes."),
        (["--plan", ""], "Say whose run to plan: --plan with a mailbox's address."),
        (["--plan", "٣"], "There is no mailbox “٣”; look at the list of mailboxes."),
        (["--plan", "9" * 40], f"There is no mailbox “{'9' * 40}”; look at the list of mailboxes."),
        (
            ["--plan", "twin@ours.example"],
            "Several organizations have “twin@ours.example”; add --organization: one, two.",
        ),
        (
            ["--plan", "twin@ours.example", "--organization", "three"],
            "There is no mailbox “twin@ours.example” in “three”; look at the list of mailboxes.",
        ),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(db: None, words: list[str], sentence: str) -> None:
    for slug in ("one", "two"):
        builders.mailbox(builders.organization(slug=slug), "twin@ours.example")
    with pytest.raises(CommandError) as caught:
        call_command("sync", *words)
    assert (str(caught.value), caught.value.returncode) == (sentence, 2)


def test_the_organization_or_the_number_says_which(
    mailbox: Mailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    builders.mailbox(builders.organization(), mailbox.address.replace("ours", "other"))
    for words in (
        ["--plan", str(mailbox.pk)],
        ["--plan", mailbox.address.upper(), "--organization", mailbox.organization.slug],
    ):
        assert plan(capsys, *words)["mailbox"] == mailbox.address


def test_a_side_that_does_not_answer_is_said_in_one_sentence(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.faults.waiting.append(HICCUP)
    with pytest.raises(CommandError, match=r"^A run would fail: .* \(google\.backendError\)\.$") as caught:
        call_command("sync", "--plan", mailbox.address)
    assert caught.value.returncode == 1


def test_a_rehearsal_has_no_right_to_write(mailbox: Mailbox) -> None:
    job = rehearsed(mailbox, mailbox.organization)
    assert job.held == Held(organization_id=mailbox.organization_id, mailbox_id=mailbox.pk, fence=0)
    with commit("test: show"), pytest.raises(AssertionError, match="writes nothing"):
        job.show()
