"""What has to happen so that both sides agree on an event or a task again. Pure.

Each side is seen as it stands, beside what both agreed on last. `agree` says what is to be written where, what is to
be deleted where, or what a person has to choose. It says what to do, not that it was done: a field counts as agreed on
only once the side that lacked it has taken it (`settled` then says how the base reads).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.contacts import Contact
from connectors.policies import ConflictRule
from connectors.records import Record
from syncapp.engine import content
from syncapp.engine.conflicts import CRM, MAILBOX, Answer, Asked, Keeps, both_changed, one_deleted, said
from syncapp.engine.content import FIELDS, ONE_WAY, TO_CRM, TO_MAILBOX, TOLD
from syncapp.engine.decisions import Action, News, decide

Base = Mapping[str, Mapping[str, str]]  # side → field → hash
Places = Mapping[str, str]  # what the CRM keeps in other fields than the built-in ones: field → its name there
PLACES = "places"  # beside the sides in a base: where the CRM had it
NOWHERE_ELSE: Places = {}
SHARED_WHEN_PRIVATE = frozenset({content.TIME, "busy"})  # what the CRM may change of an event that it sees as “Busy”


@dataclass(frozen=True, kw_only=True)
class Side:
    """How one side has an event: `event` is None where it is gone, or where nobody looked because nothing is new.

    `changed` are the fields that say something else than what was agreed on; `meets`: nothing was yet.
    """

    news: News = News.NONE
    event: Record | None = None
    changed: frozenset[str] = frozenset()
    meets: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to happen to one item.

    `to_crm` is written there as a whole, `to_mailbox` only in `fields`. `delete_in_crm`, `delete_in_mailbox`: take it
    away there. `over`: it is gone on both sides. `asks`: a person has to choose, about these fields. `loser` is the
    side that was `overruled` in some fields, or whose deletion was, by the organization's rule or else by `rule`; the
    other one has `conceded` some as well, where somebody chose field by field. `anew`: what was deleted there is made
    again. `decided`: whether one side's deletion counts was chosen by a person, who was shown what both say now.
    """

    to_crm: Record | None = None
    to_mailbox: Record | None = None
    fields: frozenset[str] = frozenset()
    delete_in_crm: bool = False
    delete_in_mailbox: bool = False
    over: bool = False
    anew: bool = False
    asks: frozenset[str] | None = None
    loser: str = ""
    overruled: frozenset[str] = frozenset()
    conceded: frozenset[str] = frozenset()
    rule: str = ""
    decided: bool = False


def seen(event: Record | None, gone: bool, base: Mapping[str, str], secret: str) -> Side:
    """A side that somebody looked at. `base` is what it said when both agreed; if they never did it is empty, and all
    that the side says is new."""
    if gone:
        return Side(news=News.GONE)
    if event is None:
        return Side()
    found = content.hashes(event, secret)
    changed = content.changed(found, base) if base else content.spoken(event)
    return Side(news=News.UPSERT if changed else News.NONE, event=event, changed=changed, meets=not base)


def mailbox_side(event: Record | None, gone: bool, base: Mapping[str, str], secret: str) -> Side:
    """Likewise, of a mailbox: what it is only told of is none of its news."""
    return _saying(seen(event, gone, base, secret), TO_CRM)


def crm_side(
    event: Record | None,
    gone: bool,
    base: Mapping[str, str],
    secret: str,
    *,
    hidden: bool,
    moved: frozenset[str] = frozenset(),
) -> Side:
    """Likewise, of the CRM: who is invited is not read back from it, and that it has no account for a contact says
    nothing about the company. `hidden`: it shows this event as “Busy”, and what it says of it counts only where that
    can be told from what is hidden. Nor does what it says of the fields that were `moved` there. What is changed there
    of something that is no meeting is no news."""
    silent = moved | {name for name in TOLD if not getattr(event, name, "")}
    heard = SHARED_WHEN_PRIVATE if hidden and base else TO_MAILBOX
    side = _saying(seen(event, gone, base, secret), heard - silent)
    return replace(side, news=News.NONE) if side.news is News.UPSERT and is_one_way(base) else side


def _saying(side: Side, fields: frozenset[str]) -> Side:
    """As if it had said nothing but these fields."""
    changed = side.changed & fields
    return replace(side, changed=changed, news=side.news if side.news is News.GONE or changed else News.NONE)


def is_one_way(base: Mapping[str, str]) -> bool:
    """Whether all of it goes from the calendar to the CRM, by what was agreed on: it is an absence."""
    return base.get(content.KIND, content.NOTHING) != content.NOTHING


def followed(mailbox: Side, crm: Side) -> Plan:
    """The plan for what goes one way: the CRM is to have it as the calendar has it, and what was changed there is
    overruled. Deleted there, it stays deleted until the calendar says something new of it."""
    lost = crm.changed if mailbox.news is not News.NONE and crm.news is not News.GONE else frozenset()
    plan = Plan(loser=CRM if lost else "", overruled=lost, rule=MAILBOX)
    if mailbox.news is News.UPSERT:
        return replace(plan, to_crm=mailbox.event, anew=crm.news is News.GONE)
    if crm.news is News.GONE:
        return Plan(over=True)
    return replace(plan, delete_in_crm=mailbox.news is News.GONE)


def agree(
    mailbox: Side,
    crm: Side,
    *,
    rule: str,
    chosen: str = "",
    answer: Answer | None = None,
    keeps: Keeps = lambda event: event,
) -> Plan:
    """The plan. `chosen` is what a person decided about this item: "crm", "mailbox" or ""; `answer` says so of each
    field, and of what both sides said then."""
    action = decide(mailbox.news, crm.news)
    if action is Action.BOTH_CHANGED:
        return _merged(mailbox, crm, rule, chosen, answer, keeps)
    overruled = ""
    anew = decided = False
    if action in (Action.CHANGED_AND_DELETED, Action.DELETED_AND_CHANGED):
        told = said(mailbox.event, crm.event, mailbox.changed | crm.changed)
        decided = bool(chosen) and (answer is None or answer.holds(told))
        followed = one_deleted(action, rule, chosen if decided else "")
        if followed is None:
            return Plan(asks=frozenset())
        overruled = _overruled_side(followed)
        anew = followed in (Action.TO_CRM, Action.TO_MAILBOX)
        action = followed
    return replace(_single(action, mailbox, crm), loser=overruled, anew=anew, decided=decided)


def _overruled_side(followed: Action) -> str:
    """Whose will is not done where one changed what the other deleted."""
    mailbox_wins = followed in (Action.TO_CRM, Action.DELETE_IN_CRM)
    return "crm" if mailbox_wins else MAILBOX


def _single(action: Action, mailbox: Side, crm: Side) -> Plan:
    """What needs no weighing."""
    match action:
        case Action.TO_CRM:
            return Plan(to_crm=mailbox.event)
        case Action.TO_MAILBOX:
            return Plan(to_mailbox=crm.event, fields=crm.changed & TO_MAILBOX)
        case Action.DELETE_IN_CRM:
            return Plan(delete_in_crm=True)
        case Action.DELETE_IN_MAILBOX:
            return Plan(delete_in_mailbox=True)
        case Action.FORGET:
            return Plan(over=True)
        case _:
            return Plan()


def _merged(mailbox: Side, crm: Side, rule: str, chosen: str, answer: Answer | None, keeps: Keeps) -> Plan:
    assert mailbox.event is not None  # noqa: S101 - a side with news of a change shows it
    assert crm.event is not None  # noqa: S101
    found = both_changed(
        mailbox.event,
        crm.event,
        by_mailbox=mailbox.changed,
        by_crm=crm.changed,
        rule=_of_parts(rule, mailbox, crm),
        chosen=chosen,
        answer=answer,
        keeps=keeps,
    )
    if isinstance(found, Asked):
        return Plan(asks=found.fields)
    for_mailbox = content.differing(found.event, mailbox.event, TO_MAILBOX)
    differs = content.differing(keeps(found.event), crm.event) or mailbox.changed & ONE_WAY
    return Plan(
        to_crm=found.event if differs else None,
        to_mailbox=found.event if for_mailbox else None,
        fields=for_mailbox,
        loser=found.loser if found.overruled else "",
        overruled=found.overruled,
        conceded=found.conceded,
    )


def _of_parts(rule: str, mailbox: Side, crm: Side) -> str:
    """Of a contact that both sides knew before, each knows a part: there is a question only where they contradict each
    other, and whoever chooses loses nothing of the rest."""
    knew = isinstance(mailbox.event, Contact) and mailbox.meets and crm.meets
    return ConflictRule.MERGE if knew and rule == ConflictRule.ASK else rule


def moved(base: Base, places: Places) -> frozenset[str]:
    """The fields that the CRM keeps in another place than when both sides agreed. What stands in the new place is no
    news until we have written there: it may be empty, or about anything."""
    before = base.get(PLACES, {}) if base.get("crm") else places
    return frozenset(name for name in {*before, *places} if before.get(name) != places.get(name))


def displaced(plan: Plan, crm: Side, elsewhere: frozenset[str], *, keeps: Keeps = lambda event: event) -> Plan:
    """The plan, with what stands in a new place and is written over by it: overruled, unless somebody is already."""
    if plan.to_crm is None or crm.event is None or plan.loser:
        return plan
    there = content.values(crm.event)
    lost = frozenset(n for n in content.differing(keeps(plan.to_crm), crm.event, elsewhere) if there[n])
    return replace(plan, loser=CRM, overruled=lost) if lost else plan


def settled(
    base: Base,
    event: Record,
    secret: str,
    *,
    keeps: Keeps = lambda event: event,
    fields: frozenset[str] = FIELDS,
    places: Places = NOWHERE_ELSE,
) -> dict[str, dict[str, str]]:
    """The base once both sides have these fields of the event, and the CRM has them in these places."""
    mine, theirs = content.hashes(event, secret), content.hashes(keeps(event), secret)
    before = base.get(PLACES, {})
    kept = {name: place for name, place in before.items() if name not in fields}
    kept |= {name: place for name, place in places.items() if name in fields}
    return ({PLACES: kept} if kept else {}) | {
        "mailbox": {**base.get("mailbox", {}), **{name: mine[name] for name in mine.keys() & fields}},
        "crm": {**base.get("crm", {}), **{name: theirs[name] for name in theirs.keys() & fields}},
    }
