"""A side chosen for each field: every mixture gives exactly that record on both sides, and holds for what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from connectors.contacts import Contact, Place
from connectors.policies import ConflictRule
from connectors.records import Event, Record, Task, an_event
from syncapp.engine import agreeing, content
from syncapp.engine.agreeing import Plan, agree, crm_side, mailbox_side
from syncapp.engine.conflicts import CHOICES, CRM, DELETED, MAILBOX, Answer, said
from tests.builders import event

SECRET = "5e" * 32
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVENT = event("Review", uid="1@x", changed_at=NOON)
TASK = Task(title="Call Ann", text="About the prices.", due=date(2026, 12, 1))
CONTACT = Contact(first="Ann", last="Smith", email="ann@customer.example", phone="+1 555 0100")
# What each side makes of each field, so that no two of them agree.
EDITS: Mapping[type, Mapping[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    Event: {
        "title": ({"title": "mailbox"}, {"title": "crm"}),
        "text": ({"text": ""}, {"text": "crm"}),
        "location": ({"location": "mailbox"}, {"location": ""}),
        "time": (
            {"start": EVENT.start + timedelta(hours=1), "end": EVENT.end + timedelta(hours=1)},
            {"start": NOON.replace(hour=0), "end": NOON.replace(hour=0) + timedelta(days=1), "all_day": True},
        ),
    },
    Task: {
        "title": ({"title": "mailbox"}, {"title": "crm"}),
        "text": ({"text": "mailbox"}, {"text": ""}),
        "due": ({"due": None}, {"due": date(2026, 12, 24)}),
    },
    Contact: {
        "name": ({"first": "Anne"}, {"last": "Smith-Jones"}),
        "phone": ({"phone": ""}, {"phone": "+1 555 0199"}),
        "address": ({"address": Place(city="Wien")}, {"address": Place(street="Ring 1", city="Graz")}),
        "birthday": ({"birthday": date(1980, 2, 29)}, {"birthday": date(1980, 3, 1)}),
    },
}
BASES: tuple[Record, ...] = (EVENT, TASK, CONTACT)


def sides_of(base: Record, fields: frozenset[str]) -> tuple[Record, Record]:
    """Both sides, with these fields changed on each."""
    mine: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for name in sorted(fields):
        at_mailbox, at_crm = EDITS[type(base)][name]
        mine, theirs = mine | at_mailbox, theirs | at_crm
    return replace(base, **mine), replace(base, **theirs)


def plan_of(base: Record, mailbox: Record | None, crm: Record | None, answer: Answer | None, **named: Any) -> Plan:
    agreed = agreeing.settled({}, base, SECRET)
    mine = mailbox_side(mailbox, mailbox is None, agreed["mailbox"], SECRET)
    theirs = crm_side(crm, crm is None, agreed["crm"], SECRET, hidden=False)
    return agree(mine, theirs, **({"rule": ConflictRule.ASK} | named), answer=answer)


def carried_out(plan: Plan, mailbox: Record, crm: Record) -> tuple[Record, Record]:
    """Both sides as the plan leaves them: the CRM is written as a whole, the mailbox in the plan's fields."""
    there = content.with_fields(mailbox, plan.to_mailbox, plan.fields) if plan.to_mailbox else mailbox
    return there, plan.to_crm or crm


@st.composite
def answers(draw: st.DrawFn) -> tuple[Record, dict[str, str]]:
    base = draw(st.sampled_from(BASES))
    fields = draw(st.sets(st.sampled_from(sorted(EDITS[type(base)])), min_size=1))
    return base, {name: draw(st.sampled_from(CHOICES)) for name in sorted(fields)}


@hypothesis_settings(max_examples=300)
@given(answers(), st.sampled_from([ConflictRule.ASK, ConflictRule.MERGE]))
def test_every_mixture_gives_exactly_that_record_on_both_sides(drawn: tuple[Record, dict[str, str]], rule: str) -> None:
    base, sides = drawn
    mailbox, crm = sides_of(base, frozenset(sides))
    plan = plan_of(base, mailbox, crm, Answer(sides=sides, seen=said(mailbox, crm, sides)), rule=rule)
    assert plan.asks is None
    wanted = content.with_fields(mailbox, crm, [name for name, side in sides.items() if side == CRM])
    assert [content.differing(each, wanted) for each in carried_out(plan, mailbox, crm)] == [frozenset()] * 2
    lost = {plan.loser: plan.overruled, MAILBOX if plan.loser == CRM else CRM: plan.conceded}
    assert {name: side for side, names in lost.items() for name in names} == {
        name: MAILBOX if side == CRM else CRM for name, side in sides.items()
    }


@pytest.mark.parametrize(("base", "side"), list(product(BASES, CHOICES)), ids=str)
def test_all_from_one_side_is_that_version_as_a_whole(base: Record, side: str) -> None:
    fields = frozenset(EDITS[type(base)])
    mailbox, crm = sides_of(base, fields)
    whole = plan_of(base, mailbox, crm, None, chosen=side)
    answer = Answer(sides=dict.fromkeys(fields, side), seen=said(mailbox, crm, fields))
    assert plan_of(base, mailbox, crm, answer) == whole


@pytest.mark.parametrize("side", CHOICES)
@pytest.mark.parametrize("chosen", ["", *CHOICES])
def test_what_changed_since_it_was_seen_is_asked_about_again_and_nothing_is_written(side: str, chosen: str) -> None:
    fields = frozenset({"title", "location"})
    mailbox, crm = sides_of(EVENT, fields)
    answer = Answer(sides=dict.fromkeys(fields, CRM), seen=said(mailbox, crm, fields))
    if side == MAILBOX:
        mailbox = replace(an_event(mailbox), title="Again")
    else:
        crm = replace(an_event(crm), title="Again")
    assert plan_of(EVENT, mailbox, crm, answer, chosen=chosen) == Plan(asks=fields)
    assert answer.held(said(mailbox, crm, fields)) == {"location": CRM}


def test_a_field_that_nobody_was_asked_about_is_asked_about() -> None:
    mailbox, crm = sides_of(EVENT, frozenset({"title", "text"}))
    answer = Answer(sides={"title": CRM}, seen=said(mailbox, crm, ["title"]))
    assert plan_of(EVENT, mailbox, crm, answer).asks == frozenset({"title", "text"})


def test_a_field_in_which_both_sides_agree_by_now_needs_no_answer() -> None:
    mailbox, crm = sides_of(EVENT, frozenset({"title", "text"}))
    answer = Answer(sides={"title": CRM, "text": MAILBOX}, seen=said(mailbox, crm, ["title", "text"]))
    same = replace(an_event(mailbox), title="crm")
    plan = plan_of(EVENT, same, crm, answer)
    assert (plan.asks, plan.loser, plan.overruled, plan.conceded) == (None, CRM, frozenset({"text"}), frozenset())


@pytest.mark.parametrize("rule", [ConflictRule.CRM, ConflictRule.MAILBOX, ConflictRule.NEWEST])
def test_a_rule_that_decides_takes_over_from_an_answer_that_does_not_hold(rule: ConflictRule) -> None:
    mailbox, crm = sides_of(EVENT, frozenset({"title"}))
    answer = Answer(sides={"title": CRM}, seen={"title": {CRM: "once", MAILBOX: "twice"}})
    plan = plan_of(EVENT, mailbox, crm, answer, rule=rule)
    assert (plan.asks, plan) == (None, plan_of(EVENT, mailbox, crm, None, rule=rule))


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("deletes", CHOICES)
def test_whether_it_stays_deleted_is_asked_again_where_the_other_side_changed_it_once_more(
    deletes: str, chosen: str
) -> None:
    edited = replace(EVENT, title="Review of prices")

    def of(left: Event) -> tuple[Event | None, Event | None]:
        return (None, left) if deletes == MAILBOX else (left, None)

    seen = said(*of(edited), ["title"])
    assert seen["title"][deletes] == DELETED
    answer = Answer(sides={"title": chosen}, seen=seen)
    assert plan_of(EVENT, *of(edited), answer, chosen=chosen).asks is None
    assert plan_of(EVENT, *of(replace(edited, title="Again")), answer, chosen=chosen).asks == frozenset()
