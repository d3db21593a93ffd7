"""A plan that was carried out brings both sides to rest, whatever they said before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from connectors.policies import ConflictRule
from connectors.records import Address, Attendee, Event, EventKind, Record, an_event
from syncapp.engine import agreeing, content
from syncapp.engine.agreeing import Plan, Side, agree, crm_side, seen
from syncapp.engine.conflicts import Keeps
from syncapp.engine.decisions import News
from tests.builders import event

SECRET = "5e" * 32
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BASE = event("Review of all the prices", uid="1@x", changed_at=NOON)
GUEST = Attendee(address=Address(email="ann@customer.example"))
CHOICES = ("", "crm", "mailbox")


def as_it_is(each: Record) -> Record:
    return each


def shortened(each: Record) -> Record:
    """A CRM with little room."""
    return replace(an_event(each), title=each.title[:9], text=each.text[:6].strip())


@dataclass(kw_only=True)
class World:
    """Both sides of one item, and what they agreed on last; None is not there."""

    mailbox: Event | None = None
    crm: Event | None = None
    base: agreeing.Base
    keeps: Keeps = as_it_is
    hidden: bool = False

    @property
    def sides(self) -> tuple[Side, Side]:
        known = bool(self.base)
        mailbox = seen(self.mailbox, known and self.mailbox is None, self.base.get("mailbox", {}), SECRET)
        base = self.base.get("crm", {})
        return mailbox, crm_side(self.crm, known and self.crm is None, base, SECRET, hidden=self.hidden)

    def plan(self, rule: str, chosen: str = "") -> Plan:
        return agree(*self.sides, rule=rule, chosen=chosen, keeps=self.keeps)

    def carry_out(self, plan: Plan, *, half: bool = False) -> None:
        """As `record_writing` and `record_settling` do it: the CRM first, then the calendar, which `half` omits."""
        if plan.asks is not None:
            return
        if plan.to_crm:
            self.crm = replace(an_event(self.keeps(plan.to_crm)), attendees=())
            self._agreed(plan.to_crm, content.FIELDS - (plan.fields if plan.to_mailbox else frozenset()))
        if half:
            return
        if plan.to_mailbox:
            made = self.mailbox is None
            fields = content.FIELDS if made else plan.fields
            there = an_event(plan.to_mailbox)
            self.mailbox = there if made else content.with_fields(self.there, there, plan.fields)
            self._agreed(plan.to_mailbox, fields)
        if plan.delete_in_crm or plan.delete_in_mailbox or plan.over:
            self.mailbox, self.crm, self.base = None, None, {}
        elif not (plan.to_crm or plan.to_mailbox) and self.mailbox and self.crm:
            self._agreed(self.mailbox, content.FIELDS)

    @property
    def there(self) -> Event:
        assert self.mailbox is not None
        return self.mailbox

    def _agreed(self, each: Record, fields: frozenset[str]) -> None:
        self.base = agreeing.settled(self.base, each, SECRET, keeps=self.keeps, fields=fields)

    def differs(self) -> frozenset[str]:
        """The fields in which the sides differ, but for what the CRM has no room for."""
        if self.mailbox is None or self.crm is None:
            return frozenset() if self.mailbox is self.crm else content.FIELDS
        return content.differing(self.keeps(self.mailbox), self.crm)


def agreed(keeps: Keeps = as_it_is) -> World:
    base = agreeing.settled({}, BASE, SECRET, keeps=keeps)
    return World(mailbox=BASE, crm=an_event(keeps(BASE)), base=base, keeps=keeps)


# -- Worlds

EDITS: dict[str, dict[str, object]] = {
    "title": {"title": "Another title"},
    "text": {"text": "Another text"},
    "location": {"location": "Room 9"},
    "time": {"start": BASE.start + timedelta(hours=1), "end": BASE.end + timedelta(hours=1)},
    "busy": {"busy": False},
    "same": {"title": "The same on both", "location": "Here"},
    "later": {"changed_at": NOON + timedelta(hours=1)},
}
ONLY_MAILBOX = {"people": {"attendees": (GUEST,)}}
SIDES = st.one_of(st.none(), st.sets(st.sampled_from(sorted(EDITS))))
MAILBOX_SIDES = st.one_of(st.none(), st.sets(st.sampled_from(sorted(EDITS | ONLY_MAILBOX))))
TITLES = st.sampled_from(["Another title", "A third title", "x"])


def edited(each: Event | None, names: set[str] | None, title: str) -> Event | None:
    """None: it was deleted."""
    if each is None or names is None:
        return None
    values: dict[str, object] = {}
    for name in sorted(names):
        values |= (EDITS | ONLY_MAILBOX)[name]
    return replace(each, **(values | ({"title": title} if "title" in names else {})))  # type: ignore[arg-type]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Both agreed once, and then anything may have happened on either side; or neither ever heard of the other."""
    world = agreed(draw(st.sampled_from([as_it_is, shortened])))
    world.mailbox = edited(world.mailbox, draw(MAILBOX_SIDES), draw(TITLES))
    crm = edited(world.crm, draw(SIDES), draw(TITLES))
    world.crm = an_event(world.keeps(crm)) if crm else None
    if draw(st.booleans()):
        world.base = {}
    return world


rules = st.sampled_from(ConflictRule)
choices = st.sampled_from(CHOICES)


@hypothesis_settings(max_examples=400)
@given(worlds(), rules, choices)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(world: World, rule: str, chosen: str) -> None:
    plan = world.plan(rule, chosen)
    world.carry_out(plan)
    if plan.asks is None:
        assert world.plan(rule) == Plan()
        assert world.differs() == frozenset()


@hypothesis_settings(max_examples=400)
@given(worlds(), rules, choices)
def test_half_a_plan_is_gone_on_with_and_never_undone(world: World, rule: str, chosen: str) -> None:
    """The CRM took its half and the calendar did not. What is left of it says how the CRM has it, and nobody looks at
    the calendar again for it: it ends where the whole plan would have, and asks nobody again."""
    whole = replace(world)
    plan = world.plan(rule, chosen)
    if plan.to_crm and plan.to_mailbox:
        whole.carry_out(plan)
        world.carry_out(plan, half=True)
        world.carry_out(agree(Side(), world.sides[1], rule=rule, keeps=world.keeps))
        assert (world.differs(), world.plan(rule)) == (frozenset(), Plan())
        assert content.differing(whole.there, world.there, content.FIELDS) == frozenset()


@given(worlds(), rules)
def test_who_is_asked_is_asked_again_until_there_is_an_answer(world: World, rule: str) -> None:
    plan = world.plan(rule)
    world.carry_out(plan)
    if plan.asks is not None:
        assert world.plan(rule) == plan


@given(worlds(), rules, st.sampled_from(["crm", "mailbox"]))
def test_an_answer_ends_the_question(world: World, rule: str, chosen: str) -> None:
    assert world.plan(rule, chosen).asks is None


@given(worlds(), rules, choices)
def test_a_plan_never_writes_what_it_deletes(world: World, rule: str, chosen: str) -> None:
    plan = world.plan(rule, chosen)
    deletes = plan.delete_in_crm or plan.delete_in_mailbox or plan.over
    assert not (deletes and (plan.to_crm or plan.to_mailbox))
    assert bool(plan.to_mailbox) >= bool(plan.fields)


@given(worlds(), rules)
def test_nobody_is_overruled_without_a_trace(world: World, rule: str) -> None:
    """What a side changed is found on both sides afterwards, or the plan says that it was overruled."""
    mailbox, crm = world.sides
    before, plan = world.crm, world.plan(rule)
    world.carry_out(plan)
    if plan.asks is None and before and world.crm and world.mailbox and crm.news is News.UPSERT and world.base:
        lost = content.differing(before, world.crm, crm.changed) if mailbox.news is News.UPSERT else frozenset()
        assert lost <= (plan.overruled if plan.loser == "crm" else frozenset())


# -- The full product of what each side may say

NEWS = {
    "untouched": set[str](),
    "edited": {"title"},
    "edited elsewhere": {"location"},
    "edited alike": {"same"},
    "gone": None,
}


@pytest.mark.parametrize("rule", ConflictRule)
@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize(("mailbox", "crm"), list(product(NEWS, NEWS)))
def test_both_sides_come_to_rest_by_every_rule(mailbox: str, crm: str, chosen: str, rule: str) -> None:
    world = agreed()
    world.mailbox = edited(world.mailbox, NEWS[mailbox], "From the calendar")
    world.crm = edited(world.crm, NEWS[crm], "From the CRM")
    plan = world.plan(rule, chosen)
    world.carry_out(plan)
    assert (world.plan(rule), world.differs()) == (Plan(), frozenset()) or (plan.asks is not None and not chosen)


# -- What else a plan says


def test_what_the_crm_changed_is_written_to_the_calendar_alone() -> None:
    world = agreed()
    world.crm = replace(BASE, location="Room 9")
    assert world.plan("newest") == Plan(to_mailbox=world.crm, fields=frozenset({"location"}))


def test_what_the_crm_has_no_room_for_is_not_written_back() -> None:
    world = agreed(shortened)
    assert world.plan("newest") == Plan()
    assert world.crm != world.mailbox


@pytest.mark.parametrize(("rule", "loser"), [("newest", "crm"), ("mailbox", "crm")])
def test_what_was_deleted_and_is_made_again_is_made_anew(rule: str, loser: str) -> None:
    world = agreed()
    world.mailbox, world.crm = replace(BASE, title="new"), None
    plan = world.plan(rule)
    assert (plan.to_crm, plan.anew, plan.loser) == (world.mailbox, True, loser)


def test_who_is_invited_is_no_news_of_the_crm() -> None:
    base = agreeing.settled({}, replace(BASE, attendees=(GUEST,)), SECRET)
    assert crm_side(BASE, False, base["crm"], SECRET, hidden=False).news is News.NONE


AWAY = replace(BASE, kind=EventKind.ABSENCE)
LATER = replace(AWAY, title="Later")
NOTHING_NEW, SAYS_ELSE, GONE = (
    Side(),
    Side(news=News.UPSERT, event=LATER, changed=frozenset({"title"})),
    Side(news=News.GONE),
)
EDITED = Side(event=replace(AWAY, text="x"), changed=frozenset({"text"}))  # in the CRM, where that is no news
TEXT = frozenset({"text"})


@pytest.mark.parametrize(
    ("mailbox", "crm", "plan"),
    [
        (NOTHING_NEW, NOTHING_NEW, Plan(rule="mailbox")),
        (NOTHING_NEW, EDITED, Plan(rule="mailbox")),
        (NOTHING_NEW, GONE, Plan(over=True)),
        (SAYS_ELSE, NOTHING_NEW, Plan(to_crm=LATER, rule="mailbox")),
        (SAYS_ELSE, EDITED, Plan(to_crm=LATER, loser="crm", overruled=TEXT, rule="mailbox")),
        (SAYS_ELSE, GONE, Plan(to_crm=LATER, anew=True, rule="mailbox")),
        (GONE, NOTHING_NEW, Plan(delete_in_crm=True, rule="mailbox")),
        (GONE, EDITED, Plan(delete_in_crm=True, loser="crm", overruled=TEXT, rule="mailbox")),
        (GONE, GONE, Plan(over=True)),
    ],
)
def test_what_goes_one_way_never_comes_into_the_calendar(mailbox: Side, crm: Side, plan: Plan) -> None:
    assert agreeing.followed(mailbox, crm) == plan


@pytest.mark.parametrize(("kind", "news"), [(EventKind.MEETING, News.UPSERT), (EventKind.ABSENCE, News.NONE)])
def test_what_the_crm_changes_of_an_absence_is_no_news_and_is_known(kind: EventKind, news: News) -> None:
    there = replace(BASE, kind=kind)
    base = agreeing.settled({}, there, SECRET)["crm"]
    side = crm_side(replace(there, text="x"), False, base, SECRET, hidden=False)
    assert (side.news, side.changed) == (news, TEXT)


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        ({"title": "Secret talks"}, set()),
        ({"text": "more"}, set()),
        (EDITS["time"], {"time"}),
        ({"busy": False}, {"busy"}),
    ],
)
def test_of_an_event_that_it_sees_as_busy_the_crm_changes_the_time_alone(
    edit: dict[str, object], changed: set[str]
) -> None:
    busy = replace(BASE, title="Busy", text="", location="", private=True)
    base = agreeing.settled({}, busy, SECRET)
    side = crm_side(replace(busy, **edit), False, base["crm"], SECRET, hidden=True)  # type: ignore[arg-type]
    assert (set(side.changed), side.news) == (changed, News.UPSERT if changed else News.NONE)


def test_where_nobody_looked_there_is_no_news() -> None:
    assert seen(None, False, {}, SECRET) == Side()


# -- What the CRM keeps elsewhere

HERE, THERE = {"location": "Room__c"}, {"location": "Floor__c"}
EMPTY = replace(BASE, location="", title="Other")


@pytest.mark.parametrize("before", [{}, HERE, THERE])
@pytest.mark.parametrize("now", [{}, HERE, THERE])
def test_what_got_another_place_is_known_until_it_is_written_there(before: dict[str, str], now: dict[str, str]) -> None:
    base = agreeing.settled({}, BASE, SECRET, places=before)
    assert agreeing.moved(base, now) == (frozenset() if before == now else {"location"})
    assert agreeing.moved(agreeing.settled(base, BASE, SECRET, places=now), now) == frozenset()


def test_what_nobody_agreed_on_has_no_other_place() -> None:
    assert agreeing.moved({}, HERE) == frozenset()


def test_what_stands_in_another_place_is_no_news() -> None:
    base = agreeing.settled({}, BASE, SECRET)
    side = crm_side(EMPTY, False, base["crm"], SECRET, hidden=False, moved=agreeing.moved(base, HERE))
    assert side.changed == {"title"}


def test_a_part_that_was_agreed_on_leaves_the_other_where_it_was() -> None:
    base = agreeing.settled({}, BASE, SECRET)
    later = agreeing.settled(base, BASE, SECRET, fields=frozenset({"title"}), places=HERE)
    assert agreeing.moved(later, HERE) == {"location"}


def test_where_nothing_is_mapped_a_base_is_of_two_sides() -> None:
    assert agreeing.settled({}, BASE, SECRET).keys() == {"mailbox", "crm"}


@pytest.mark.parametrize(
    ("there", "overruled"), [("Room 9", {"location"}), ("", frozenset()), (BASE.location, frozenset())]
)
def test_what_stands_in_the_new_place_is_overruled_and_not_lost(there: str, overruled: frozenset[str]) -> None:
    side = Side(event=replace(BASE, location=there))
    plan = agreeing.displaced(Plan(to_crm=BASE), side, frozenset({"location"}))
    assert (plan.loser, plan.overruled) == ("crm" if overruled else "", overruled)


@pytest.mark.parametrize("plan", [Plan(), Plan(to_crm=BASE, loser="mailbox", overruled=frozenset({"title"}))])
def test_nobody_is_overruled_twice_by_one_plan(plan: Plan) -> None:
    assert agreeing.displaced(plan, Side(event=EMPTY), frozenset({"title"})) == plan
