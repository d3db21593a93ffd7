"""Both sides changed an event: the organization's rule says what comes of it, and who lost is not forgotten."""

from __future__ import annotations

from contextlib import suppress

import pytest

from connectors.effects import crash_points
from connectors.errors import ConnectorError, Kind
from connectors.memory import failure
from connectors.models import Activity, Verb
from connectors.policies import ConflictRule
from connectors.records import Put, Ref
from issues import services as issues
from issues.models import Issue
from syncapp.engine import payload
from syncapp.models import Overruled
from tests.builders import event
from tests.driving import HICCUP, codes, statuses, sync
from tests.integration.events.dying import later
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage, pending
from tests.scenario.deaths import Crash

NEWEST, MERGE, CRM, MAILBOX, ASK = ConflictRule
LOCKED = failure("google.backendError", Kind.TRANSIENT, "Backend Error")


def overruled() -> list[tuple[str, str, str]]:
    """Whose version lost, in which fields, and what its title was."""
    rows = Overruled.everywhere.order_by("pk")
    lost = [(row, payload.record_from_json(row.content) if row.content else None) for row in rows]
    return [(row.side, " ".join(row.fields), was.title if was else "") for row, was in lost]


def both_retitled(stage: Stage, *, newer: str = "mailbox") -> Ref:
    """An event in step, and then another title on each side."""
    ref = stage.calendar.add(event("Review"))
    stage.run()
    edits = {
        "crm": lambda: stage.crm.events.edit(stage.record.id, title="By the CRM"),
        "mailbox": lambda: stage.calendar.edit(ref, title="By the mailbox"),
    }
    for side in sorted(edits, key=lambda side: side == newer):
        stage.time.move(minutes=1)
        edits[side]()
    return ref


def titles_of(stage: Stage, ref: Ref) -> tuple[str, str]:
    return stage.calendar.event(ref).title, stage.record.event.title


@pytest.mark.parametrize(
    ("rule", "newer", "winner"),
    [
        (NEWEST, "mailbox", "mailbox"),
        (NEWEST, "crm", "crm"),
        (CRM, "mailbox", "crm"),
        (MAILBOX, "crm", "mailbox"),
    ],
)
def test_a_rule_decides_and_the_other_version_is_kept(
    stage: Stage, rule: ConflictRule, newer: str, winner: str
) -> None:
    stage.settle_on(event_conflicts=rule)
    ref = both_retitled(stage, newer=newer)
    stage.run(2)
    words = {"crm": "By the CRM", "mailbox": "By the mailbox"}
    loser = "mailbox" if winner == "crm" else "crm"
    assert titles_of(stage, ref) == (words[winner], words[winner])
    assert overruled() == [(loser, "title", words[loser])]
    assert Activity.everywhere.filter(verb=Verb.OVERRULED).count() == 1
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


@pytest.mark.parametrize("rule", [MERGE, ASK])
def test_where_nobody_can_say_a_person_is_asked_and_nothing_is_written(stage: Stage, rule: ConflictRule) -> None:
    stage.settle_on(event_conflicts=rule)
    ref = both_retitled(stage)
    stage.run(2)
    assert titles_of(stage, ref) == ("By the mailbox", "By the CRM")
    assert (codes(), overruled(), stage.is_quiet()) == (["engine.SYNC_CONFLICT"], [], True)
    assert Issue.everywhere.get().evidence == {
        "fields": {"title": {"crm": "By the CRM", "mailbox": "By the mailbox"}},
        "choices": ["crm", "mailbox"],
        "by_field": True,
    }


@pytest.mark.parametrize("rule", [MERGE, ASK])
@pytest.mark.parametrize(
    ("choice", "title", "loser"), [("crm", "By the CRM", "mailbox"), ("mailbox", "By the mailbox", "crm")]
)
def test_what_a_person_chooses_comes_to_both_sides(
    stage: Stage, rule: ConflictRule, choice: str, title: str, loser: str
) -> None:
    stage.settle_on(event_conflicts=rule)
    ref = both_retitled(stage)
    stage.run(2)
    assert issues.decide(Issue.everywhere.get(), choice)
    stage.run(2)
    assert titles_of(stage, ref) == (title, title)
    assert [(side, fields) for side, fields, _ in overruled()] == [(loser, "title")]
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


def test_a_choice_is_for_the_conflict_that_it_was_made_for(stage: Stage) -> None:
    """The next one about the same event is asked about anew, whoever has it tried again."""
    stage.settle_on(event_conflicts=MERGE)
    ref = both_retitled(stage)
    stage.run(2)
    issues.decide(Issue.everywhere.get(), "crm")
    stage.run(2)
    stage.crm.events.edit(stage.record.id, title="Again by the CRM")
    stage.calendar.edit(ref, title="Again by the mailbox")
    stage.run(2)
    issues.retry(Issue.everywhere.filter(status="open"))
    stage.run(2)
    assert titles_of(stage, ref) == ("Again by the mailbox", "Again by the CRM")
    assert codes() == ["engine.SYNC_CONFLICT"]


def test_a_choice_that_fails_the_other_way_is_told_on_its_own_issue(stage: Stage) -> None:
    """A second one beside it would leave the first being tried for ever, should somebody set the second aside."""
    stage.settle_on(event_conflicts=ASK)
    ref = both_retitled(stage)
    stage.run(2)
    issues.decide(Issue.everywhere.get(), "crm")
    with happening(lambda: stage.calendar.edit(ref, text="meanwhile"), at="push to calendar: before"):
        stage.run()
    assert (codes(), statuses()) == (["engine.SYNC_CONFLICT"], ["open"])
    issues.decide(Issue.everywhere.get(), "crm")
    stage.run(2)
    assert (codes(), stage.is_quiet()) == ([], True)


@pytest.mark.parametrize("trouble", [Crash("dies"), ConnectorError(HICCUP)], ids=["dies", "fails"])
def test_what_is_left_of_a_choice_is_done_later(stage: Stage, trouble: BaseException) -> None:
    """It is written in the CRM, and not yet in the calendar, when the worker dies or the calendar does not answer."""
    stage.settle_on(event_conflicts=MERGE)
    ref = both_retitled(stage)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    issues.decide(Issue.everywhere.get(), "mailbox")

    def strikes() -> None:
        raise trouble

    with suppress(Crash), happening(strikes, at="push to calendar: before"):
        stage.run()
    assert (stage.record.event.title, stage.calendar.event(ref).location) == ("By the mailbox", "Room 7")
    later(stage)
    assert (titles_of(stage, ref), stage.calendar.event(ref).location) == (
        ("By the mailbox", "By the mailbox"),
        "Room 9",
    )
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


def test_different_fields_are_asked_about_by_ask_alone(stage: Stage) -> None:
    stage.settle_on(event_conflicts=ASK)
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert (codes(), Issue.everywhere.get().fields) == (["engine.SYNC_CONFLICT"], ["location", "title"])
    issues.decide(Issue.everywhere.get(), "mailbox")
    stage.run(2)
    assert (stage.record.event.title, stage.record.event.location) == ("Review of prices", "Room 7")
    assert (codes(), stage.is_quiet()) == ([], True)


# -- One side deleted it


@pytest.mark.parametrize(
    ("rule", "kept", "loser"), [(NEWEST, True, "crm"), (CRM, False, "mailbox"), (MAILBOX, True, "crm")]
)
def test_an_edit_in_the_calendar_against_a_deletion_in_the_crm(
    stage: Stage, rule: ConflictRule, kept: bool, loser: str
) -> None:
    stage.settle_on(event_conflicts=rule)
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    there = ["Review of prices"] if kept else []
    assert (stage.in_calendar(), stage.titles()) == (there, there)
    assert [side for side, _, _ in overruled()] == [loser]
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


@pytest.mark.parametrize(
    ("rule", "kept", "loser"), [(NEWEST, True, "mailbox"), (CRM, True, "mailbox"), (MAILBOX, False, "crm")]
)
def test_an_edit_in_the_crm_against_a_deletion_in_the_calendar(
    stage: Stage, rule: ConflictRule, kept: bool, loser: str
) -> None:
    stage.settle_on(event_conflicts=rule)
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.delete(ref)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.run(2)
    there = ["Review of prices"] if kept else []
    assert (stage.in_calendar(), stage.titles()) == (there, there)
    assert [side for side, _, _ in overruled()] == [loser]
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


@pytest.mark.parametrize(("choice", "there"), [("mailbox", ["Review of prices"]), ("crm", [])])
def test_a_person_says_whether_it_was_deleted(stage: Stage, choice: str, there: list[str]) -> None:
    stage.settle_on(event_conflicts=ASK)
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    assert codes() == ["engine.SYNC_CONFLICT"]
    assert issues.decide(Issue.everywhere.get(), choice)
    stage.run(2)
    assert (stage.in_calendar(), stage.titles(), codes(), pending()) == (there, there, [], [])
    assert stage.is_quiet()


@pytest.mark.parametrize(("choice", "there"), [("crm", ["Review of prices"]), ("mailbox", [])])
def test_a_person_says_whether_it_was_deleted_in_the_calendar(stage: Stage, choice: str, there: list[str]) -> None:
    stage.settle_on(event_conflicts=ASK)
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.delete(ref)
    stage.crm.events.edit(stage.record.id, title="Review of prices")
    stage.run(2)
    assert codes() == ["engine.SYNC_CONFLICT"]
    assert issues.decide(Issue.everywhere.get(), choice)
    stage.run(2)
    assert (stage.in_calendar(), stage.titles(), codes(), pending()) == (there, there, [], [])
    assert stage.is_quiet()


def test_deleted_on_both_sides_is_over(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.delete(ref)
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    assert (stage.in_calendar(), stage.titles(), codes(), pending()) == ([], [], [], [])
    assert stage.is_quiet()


# -- Half of it fails


def refusing_puts(times: int, verdict: object) -> object:
    left = times

    def rule(put: Put) -> object:
        nonlocal left
        left -= 1
        return verdict if left >= 0 else None

    return rule


@pytest.mark.parametrize("reader_first", [True, False])
def test_half_of_a_merge_that_the_calendar_refuses_is_gone_on_with(stage: Stage, reader_first: bool) -> None:
    """Whoever found the edit of the CRM: the reader, or the look that comes before each write there."""
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.calendar.rules.append(refusing_puts(2 if reader_first else 1, LOCKED))  # type: ignore[arg-type]
    stage.run() if reader_first else sync(stage.anna)
    assert (stage.record.event.title, stage.record.event.location) == ("Review of prices", "Room 9")
    assert (stage.calendar.event(ref).location, pending()) == ("Room 7", [("to_mailbox", "waiting")])
    stage.run(3)
    assert (stage.calendar.event(ref).title, stage.calendar.event(ref).location) == ("Review of prices", "Room 9")
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


# -- Who lost is kept before it is written over


@pytest.mark.parametrize(("newer", "point"), [("mailbox", "push events: after"), ("crm", "push to calendar: after")])
def test_a_worker_that_dies_after_the_write_has_lost_nobodys_words(stage: Stage, newer: str, point: str) -> None:
    ref = both_retitled(stage, newer=newer)

    def dies(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    with crash_points(dies), pytest.raises(KeyboardInterrupt):
        stage.run()
    stage.time.move(hours=1)
    stage.run(2)
    loser = "crm" if newer == "mailbox" else "mailbox"
    assert [(side, fields) for side, fields, _ in overruled()] == [(loser, "title")]
    assert titles_of(stage, ref) == (f"By the {newer}".replace("crm", "CRM"),) * 2


def test_what_loses_in_a_merge_of_both_sides_is_kept_once(stage: Stage) -> None:
    both_retitled(stage, newer="crm")
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.calendar.edit(next(iter(stage.calendar.entries.values())).ref, text="New.")
    stage.run(2)
    assert [(side, fields) for side, fields, _ in overruled()] == [("crm", "title")]


def test_a_write_that_is_refused_keeps_what_it_would_overrule_once(stage: Stage) -> None:
    both_retitled(stage, newer="crm")
    stage.calendar.rules.append(refusing_puts(3, LOCKED))  # type: ignore[arg-type]
    stage.run(5)
    assert [(side, fields) for side, fields, _ in overruled()] == [("mailbox", "title")]
    assert stage.titles() == ["By the CRM"]
