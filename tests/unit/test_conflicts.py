"""Whose version counts, by every rule: written down as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from connectors.policies import ConflictRule
from connectors.records import Event, Record, an_event
from syncapp.engine.conflicts import Asked, Settled, both_changed, one_deleted
from syncapp.engine.decisions import Action
from tests.builders import event

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BASE = event("Review", uid="1@x", changed_at=NOON)
LATER = NOON + timedelta(minutes=5)
NEWEST, MERGE, CRM, MAILBOX, ASK = ConflictRule


def settled(mailbox: Event, crm: Event, rule: str, *, both: str, chosen: str = "") -> Settled | Asked:
    """What becomes of two versions of the base; `both` are the fields that both sides changed, by initials."""
    by_mailbox, by_crm = (_changed(each) for each in (mailbox, crm))
    assert "".join(sorted(name[0] for name in by_mailbox & by_crm)) == both
    return both_changed(mailbox, crm, by_mailbox=by_mailbox, by_crm=by_crm, rule=rule, chosen=chosen)


def _changed(each: Event) -> set[str]:
    return {name for name in ("title", "location", "text", "busy") if getattr(each, name) != getattr(BASE, name)}


# -- Both changed the same field: (rule, which is newer, chosen, whose title counts; "" where a person is asked)

SAME_FIELD = [
    (NEWEST, "crm", "", "crm"),
    (NEWEST, "mailbox", "", "mailbox"),
    (NEWEST, "neither", "", "mailbox"),
    (NEWEST, "crm", "mailbox", "mailbox"),
    (MERGE, "crm", "", ""),
    (MERGE, "mailbox", "", ""),
    (MERGE, "neither", "crm", "crm"),
    (MERGE, "neither", "mailbox", "mailbox"),
    (CRM, "mailbox", "", "crm"),
    (CRM, "mailbox", "mailbox", "mailbox"),
    (MAILBOX, "crm", "", "mailbox"),
    (MAILBOX, "crm", "crm", "crm"),
    (ASK, "crm", "", ""),
    (ASK, "mailbox", "", ""),
    (ASK, "mailbox", "crm", "crm"),
    (ASK, "crm", "mailbox", "mailbox"),
]


def _versions(newer: str) -> tuple[Event, Event]:
    mailbox = replace(BASE, title="from the mailbox", changed_at=LATER if newer == "mailbox" else NOON)
    return mailbox, replace(BASE, title="from the crm", changed_at=LATER if newer == "crm" else NOON)


@pytest.mark.parametrize(("rule", "newer", "chosen", "whose"), SAME_FIELD)
def test_where_both_changed_the_same_field_the_rule_says_whose_counts(
    rule: ConflictRule, newer: str, chosen: str, whose: str
) -> None:
    found = settled(*_versions(newer), rule, both="t", chosen=chosen)
    if not whose:
        assert found == Asked(fields=frozenset({"title"}))
        return
    assert isinstance(found, Settled)
    assert found.event.title == f"from the {whose}"
    assert (found.loser, found.overruled) == ("mailbox" if whose == "crm" else "crm", frozenset({"title"}))


def test_the_table_has_every_rule_with_and_without_a_choice() -> None:
    assert {(rule, bool(chosen)) for rule, _, chosen, _ in SAME_FIELD} == set(product(ConflictRule, (False, True)))


@pytest.mark.parametrize(("rule", "chosen"), list(product(ConflictRule, ("", "crm", "mailbox"))))
def test_where_both_say_the_same_by_now_nobody_is_overruled(rule: ConflictRule, chosen: str) -> None:
    both = replace(BASE, title="the same")
    found = settled(both, both, rule, both="t", chosen=chosen)
    assert found == Settled(event=both)


@pytest.mark.parametrize("rule", [NEWEST, MERGE, CRM, MAILBOX])
@pytest.mark.parametrize("newer", [NOON, LATER])
def test_what_only_one_changed_goes_over_to_the_other(rule: ConflictRule, newer: datetime) -> None:
    mailbox, crm = replace(BASE, title="new"), replace(BASE, location="Room 9", changed_at=newer)
    found = settled(mailbox, crm, rule, both="")
    assert isinstance(found, Settled)
    assert (found.event.title, an_event(found.event).location, found.loser) == ("new", "Room 9", "")


@pytest.mark.parametrize("rule", [NEWEST, MERGE, CRM, MAILBOX])
def test_only_what_is_contested_is_overruled(rule: ConflictRule) -> None:
    mailbox = replace(BASE, title="m", location="Room 9", changed_at=LATER)
    found = settled(mailbox, replace(BASE, title="c", text="New."), rule, both="t", chosen="crm")
    assert isinstance(found, Settled)
    assert (found.event.title, an_event(found.event).location, found.event.text) == ("c", "Room 9", "New.")
    assert found.overruled == {"title"}


def test_where_the_rule_is_to_ask_it_is_asked_about_all_that_differs() -> None:
    mailbox, crm = replace(BASE, title="new"), replace(BASE, location="Room 9")
    assert settled(mailbox, crm, ASK, both="") == Asked(fields=frozenset({"title", "location"}))


@pytest.mark.parametrize(("chosen", "title", "place"), [("crm", "Review", "Room 9"), ("mailbox", "new", "Room 7")])
def test_who_was_asked_gets_the_version_that_was_chosen(chosen: str, title: str, place: str) -> None:
    mailbox, crm = replace(BASE, title="new"), replace(BASE, location="Room 9")
    found = settled(mailbox, crm, ASK, both="", chosen=chosen)
    assert isinstance(found, Settled)
    assert (found.event.title, an_event(found.event).location) == (title, place)
    assert found.overruled == {"title", "location"}


def test_what_nobody_changed_is_not_asked_about() -> None:
    """A CRM that shortens a title shows another one for ever; that is no reason to ask."""
    mailbox, crm = replace(BASE, location="Room 9"), replace(BASE, title="Rev", location="Room 9")
    found = both_changed(mailbox, crm, by_mailbox={"location"}, by_crm={"location"}, rule=ASK)
    assert found == Settled(event=mailbox)


@pytest.mark.parametrize("rule", ConflictRule)
def test_what_the_crm_has_no_room_for_is_not_contested(rule: ConflictRule) -> None:
    mailbox, crm = replace(BASE, title="A long title"), replace(BASE, title="A long", changed_at=LATER)

    def keeps(each: Record) -> Record:
        return replace(an_event(each), title=each.title[:6])

    found = both_changed(mailbox, crm, by_mailbox={"title"}, by_crm={"title"}, rule=rule, keeps=keeps)
    assert found == Settled(event=mailbox)


@pytest.mark.parametrize("rule", [NEWEST, MERGE, CRM, MAILBOX])
def test_who_is_invited_is_never_contested(rule: ConflictRule) -> None:
    crm = replace(BASE, title="c")
    found = both_changed(BASE, crm, by_mailbox={"people"}, by_crm={"title", "people"}, rule=rule)
    assert isinstance(found, Settled)
    assert (found.event.title, an_event(found.event).attendees, found.loser) == ("c", BASE.attendees, "")


# -- One changed what the other deleted

KEPT_IN_CRM, KEPT_IN_MAILBOX = Action.TO_CRM, Action.TO_MAILBOX
ONE_DELETED = [
    (NEWEST, Action.CHANGED_AND_DELETED, "", KEPT_IN_CRM),
    (NEWEST, Action.DELETED_AND_CHANGED, "", KEPT_IN_MAILBOX),
    (MERGE, Action.CHANGED_AND_DELETED, "", None),
    (MERGE, Action.DELETED_AND_CHANGED, "", None),
    (CRM, Action.CHANGED_AND_DELETED, "", Action.DELETE_IN_MAILBOX),
    (CRM, Action.DELETED_AND_CHANGED, "", KEPT_IN_MAILBOX),
    (MAILBOX, Action.CHANGED_AND_DELETED, "", KEPT_IN_CRM),
    (MAILBOX, Action.DELETED_AND_CHANGED, "", Action.DELETE_IN_CRM),
    (ASK, Action.CHANGED_AND_DELETED, "", None),
    (ASK, Action.DELETED_AND_CHANGED, "", None),
]
CHOSEN = {
    (Action.CHANGED_AND_DELETED, "mailbox"): KEPT_IN_CRM,
    (Action.CHANGED_AND_DELETED, "crm"): Action.DELETE_IN_MAILBOX,
    (Action.DELETED_AND_CHANGED, "mailbox"): Action.DELETE_IN_CRM,
    (Action.DELETED_AND_CHANGED, "crm"): KEPT_IN_MAILBOX,
}


@pytest.mark.parametrize(("rule", "action", "chosen", "followed"), ONE_DELETED)
def test_where_one_deleted_what_the_other_changed_the_rule_says_what_follows(
    rule: ConflictRule, action: Action, chosen: str, followed: Action | None
) -> None:
    assert one_deleted(action, rule, chosen) is followed


@pytest.mark.parametrize("rule", ConflictRule)
@pytest.mark.parametrize(("action", "chosen"), CHOSEN)
def test_a_persons_choice_stands_above_every_rule(rule: ConflictRule, action: Action, chosen: str) -> None:
    assert one_deleted(action, rule, chosen) is CHOSEN[action, chosen]
