"""An event that is listed and cannot be read is an item that waits, and becomes what it is once it can be read."""

from __future__ import annotations

import pytest

from connectors.errors import Failure, ItemError, Kind
from connectors.memory import failure
from connectors.records import Ref, RemoteChange
from tests.builders import event
from tests.driving import codes
from tests.integration.events.stage import Stage, items, pending

GARBLED = failure("google.UNKNOWN", Kind.UNKNOWN, "what is this?")
HICCUP = failure("google.backendError", Kind.TRANSIENT, "Backend Error")


def unreadable(stage: Stage, monkeypatch: pytest.MonkeyPatch, ref: Ref, said: Failure) -> None:
    """The feed names the event and does not show it; asked for by name, the calendar answers with this failure."""
    store = stage.calendar
    shown, got = store._shown, store.look

    def blank(entry: object, window: object) -> RemoteChange:
        change = shown(entry, window)  # type: ignore[arg-type]
        return RemoteChange(ref=change.ref) if change.ref.id == ref.id else change

    monkeypatch.setattr(store, "_shown", blank)
    monkeypatch.setattr(
        store, "look", lambda refs: [ItemError(failure=said) if r.id == ref.id else got([r])[0] for r in refs]
    )


def test_it_waits_and_stops_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = stage.calendar.add(event("Odd"))
    stage.calendar.add(event("Review"))
    unreadable(stage, monkeypatch, ref, GARBLED)
    stage.run()
    assert (stage.titles(), pending(), len(items())) == (["Review"], [("to_crm", "waiting")], 2)


def test_it_becomes_what_it_is_once_it_can_be_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = stage.calendar.add(event("Odd"))
    with monkeypatch.context() as patch:
        unreadable(stage, patch, ref, HICCUP)
        stage.run()
        assert pending() == [("to_crm", "waiting")]
    stage.run(2)
    assert (stage.titles(), codes(), pending(), len(items())) == (["Odd"], [], [], 1)
    assert stage.is_quiet()


def test_an_edit_that_cannot_be_read_is_not_passed_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    with monkeypatch.context() as patch:
        unreadable(stage, patch, ref, HICCUP)
        stage.calendar.edit(ref, title="Review of prices")
        stage.run()
        assert pending() == [("to_crm", "waiting")]
    stage.run(2)
    assert (stage.titles(), pending()) == (["Review of prices"], [])


def test_one_that_is_gone_by_then_is_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = stage.calendar.add(event("Odd"))
    with monkeypatch.context() as patch:
        unreadable(stage, patch, ref, GARBLED)
        stage.run()
    stage.calendar.delete(ref)
    stage.run()
    assert (stage.titles(), codes(), pending()) == ([], [], [])
