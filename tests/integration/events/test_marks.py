"""The red mark stands on what has failed and nowhere else in the end, whatever gets lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors import clock
from connectors.errors import Failure, Kind
from connectors.memory import failure
from connectors.memory.calendar import MARK
from connectors.records import Ref
from syncapp.models import Breaker, Mark
from tests import builders
from tests.builders import event
from tests.driving import codes
from tests.integration.events.stage import RULE, Stage, refusing

BUSY = failure("google.rateLimitExceeded", Kind.RATE_LIMITED, "Rate Limit Exceeded")
LOST = failure("network.CONNECTION_RESET", Kind.TRANSIENT, "localhost")


def refused(stage: Stage) -> Ref:
    stage.crm.rules.append(refusing("bad"))
    return stage.calendar.paint(stage.calendar.add(event("bad review")), "5")


def colour(stage: Stage, ref: Ref) -> str:
    return stage.calendar.entries[ref.id].colour


def at_mark(stage: Stage, monkeypatch: pytest.MonkeyPatch, said: Failure, *, made: bool) -> pytest.MonkeyPatch:
    """Each call that marks fails like this, `made` or not."""
    from connectors.errors import ConnectorError

    calendar, real = stage.calendar, stage.calendar.mark

    def fails(markings: object) -> object:
        if made:
            real(markings)  # type: ignore[arg-type]
        raise ConnectorError(said)

    monkeypatch.setattr(calendar, "mark", fails)
    return monkeypatch


def test_what_fails_is_red_until_it_goes_through(stage: Stage) -> None:
    ref = refused(stage)
    stage.run()
    assert (colour(stage, ref), codes()) == (MARK, [RULE.code])
    stage.crm.rules.clear()
    stage.calendar.edit(ref, title="good review")
    stage.run()
    assert (colour(stage, ref), codes(), Mark.everywhere.count()) == ("5", [], 0)


@pytest.mark.parametrize("made", [True, False])
def test_a_mark_whose_answer_got_lost_goes_with_its_issue(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    ref = refused(stage)
    with monkeypatch.context() as patch:
        at_mark(stage, patch, LOST, made=made)
        stage.run()
    assert (colour(stage, ref), codes()) == (MARK if made else "5", [RULE.code])
    stage.crm.rules.clear()
    stage.calendar.edit(ref, title="good review")
    stage.run(2)
    assert (colour(stage, ref), codes(), Mark.everywhere.count()) == ("5", [], 0)


@pytest.mark.parametrize("made", [True, False])
def test_a_mark_whose_answer_got_lost_is_made_in_the_next_run(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    ref = refused(stage)
    with monkeypatch.context() as patch:
        at_mark(stage, patch, LOST, made=made)
        stage.run()
    stage.run()
    assert colour(stage, ref) == MARK
    stage.crm.rules.clear()
    stage.calendar.edit(ref, title="good review")
    stage.run()
    assert (colour(stage, ref), stage.is_quiet()) == ("5", True)


def test_a_calendar_that_names_a_time_for_its_marks_is_left_alone_until_then(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(stage)
    with monkeypatch.context() as patch:
        at_mark(stage, patch, replace(BUSY, retry_after=7200.0), made=False)
        stage.run()
    row = Breaker.everywhere.get(mailbox=stage.anna)
    assert row.probe_at is not None
    assert (row.probe_at - clock.now()).total_seconds() > 7000
    asked = builders.store_of(stage.anna).calls
    stage.run(3)
    assert builders.store_of(stage.anna).calls == asked
    stage.time.move(hours=3)
    stage.run()
    assert Mark.everywhere.count() == 1
