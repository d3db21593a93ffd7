"""One event or task to work on, seen from both sides, and what is to become of it: from rows to plans."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from django.conf import settings

from connectors import clock, registry
from connectors.effects import commit
from connectors.errors import Failure, ItemError, Kind, Matched
from connectors.fields import SealBroken
from connectors.models import Mailbox
from connectors.records import CrmRecord, Direction, Event, EventKind, Record, Resource
from issues.lifecycle import Status
from issues.models import Decision
from issues.versions import BY_FIELD
from syncapp.engine import content, payload
from syncapp.engine.agreeing import (
    Places,
    Plan,
    Side,
    agree,
    crm_side,
    displaced,
    followed,
    is_one_way,
    mailbox_side,
    moved,
)
from syncapp.engine.conflicts import CHOICES, CRM, Answer, Keeps, said
from syncapp.engine.decisions import News
from syncapp.engine.job import Job
from syncapp.engine.preparing import unexpected
from syncapp.engine.record_planning import leaders
from syncapp.models import Binding, Change, ChangeState, Item

LANDED = ("record_id", "synced_at", "base", "sent")  # what a look may find out about an item
GONE_PROOF = "The CRM says that it was deleted."
GIVEN_PROOF = "It was given to somebody else in Salesforce."
NOBODYS_PROOF = "It was given to somebody without a mailbox here."
RULE_PROOF = "rule "  # how the proof of a deletion begins where a rule took the event out of the CRM

log = logging.getLogger(__name__)

NOTHING = Plan()


@dataclass(frozen=True, kw_only=True)
class Case:
    """An item with the changes that this mailbox is to see to, the copy that leads, and what a person chose."""

    item: Item
    to_crm: Change | None = None
    to_mailbox: Change | None = None
    binding: Binding | None = None
    chosen: str = ""
    answer: Answer | None = None

    @property
    def resource(self) -> Resource:
        return Resource(self.item.resource)

    @property
    def changes(self) -> list[Change]:
        return [change for change in (self.to_crm, self.to_mailbox) if change is not None]

    @property
    def is_told(self) -> bool:
        """Whether it is one person's own and meant to come into this mailbox: no echo of what we wrote ourselves."""
        return self.resource in content.PERSONAL and self.to_mailbox is not None

    @property
    def is_given_away(self) -> bool:
        """Whether it is to leave this mailbox because it is somebody else's by now."""
        change = self.to_mailbox
        return change is not None and change.gone and change.proof in (GIVEN_PROOF, NOBODYS_PROOF)

    @property
    def taken_out_by(self) -> str:
        """The rule by which it is to leave the CRM, "" if none does."""
        proof = self.to_crm.proof if self.to_crm and self.to_crm.gone else ""
        return proof.removeprefix(RULE_PROOF) if proof.startswith(RULE_PROOF) else ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A case and its plan, or why there is none. `mailbox` is how the mailbox has it, as far as anybody looked; `given`
    says that it is not this mailbox's any more, `heir` is the one that is to have it instead, if there is one."""

    case: Case
    plan: Plan = NOTHING
    failure: Failure | None = None
    mailbox: Record | None = None
    crm: Record | None = None
    given: bool = False
    heir: int | None = None

    @property
    def makes(self) -> bool:
        """Whether a copy is to be made in the mailbox, and not one changed."""
        return self.plan.to_mailbox is not None and (self.case.binding is None or self.plan.anew)


def cases_of(job: Job, ids: Sequence[int]) -> list[Case]:
    """The items behind these changes, each once, with all of their changes in this mailbox."""
    items = Change.objects.filter(pk__in=ids).values("item")
    rows = Change.objects.filter(item__in=items, mailbox=job.mailbox).select_related("item", "issue").order_by("pk")
    grouped: dict[int, dict[str, Change]] = {}
    for row in rows:
        grouped.setdefault(row.item_id, {})[row.direction] = row
    bindings, decided = leaders(grouped), _decided(rows)
    return [
        Case(
            item=next(iter(changes.values())).item,
            to_crm=changes.get(Direction.TO_CRM),
            to_mailbox=changes.get(Direction.TO_MAILBOX),
            binding=bindings.get(pk),
            chosen=side_of(decided[pk]) if pk in decided else "",
            answer=answer_of(decided[pk]) if pk in decided else None,
        )
        for pk, changes in grouped.items()
    ]


def put_off(job: Job, step: str, until: Sequence[tuple[Case, datetime]]) -> None:
    """Each case waits until then, in both directions. `step` is what the commit is called. Raises `LeaseLost`."""
    moments = {change.pk: again for case, again in until for change in case.changes}
    if moments:
        with commit(step):
            job.show()
            for again in sorted({*moments.values()}):
                rows = Change.objects.filter(pk__in=[pk for pk, moment in moments.items() if moment == again])
                rows.update(state=ChangeState.WAITING, next_attempt_at=again)


def next_look() -> datetime:
    """When a mailbox is looked at again."""
    return clock.now() + timedelta(seconds=settings.SYNC_INTERVAL_SECONDS)


def _decided(rows: Iterable[Change]) -> dict[int, Decision]:
    """What people decided about these items, and asked to be carried out."""
    issues = {row.issue_id: row.item_id for row in rows if row.issue_id}
    rows_of = Decision.objects.filter(issue__in=issues, issue__status=Status.RETRYING)
    decided = rows_of.filter(choice__in=(*CHOICES, BY_FIELD))  # and not whose an address is
    return {issues[each.issue_id]: each for each in decided}


def side_of(decision: Decision) -> str:
    """The side that counts as a whole, "" where it was chosen field by field."""
    return decision.choice if decision.choice in CHOICES else ""


def answer_of(decision: Decision) -> Answer | None:
    """What was chosen, and of what; None where nobody wrote down what was asked. One that can no longer be opened
    answers nothing."""
    try:
        kept = decision.answer
    except SealBroken:
        return Answer()
    if not isinstance(kept, dict):
        return None
    return Answer(sides=kept.get("sides", {}), seen=kept.get("seen", {}))


def look(
    job: Job, cases: Sequence[Case], seen: Mapping[str, CrmRecord] = MappingProxyType({})
) -> Mapping[str, CrmRecord | ItemError]:
    """How the CRM has those, of one resource, that are to be written there and are there: a change that nobody has read
    yet counts. Those that were `seen` just now are not asked for. And those of which the CRM said something, where we
    have ever written them: its reader may have seen them before our last write, and then there is no news.

    A write whose answer got lost may have made a record, or made one anew that was deleted; it is looked for by its
    key. What did arrive counts as agreed on from here on: it is in the cases' items, and in the tables once their work
    is settled.
    """
    written = [case.item for case in cases if case.to_crm and not case.item.gone_at]
    known = [case.item for case in cases if case.to_mailbox and (case.item.version or case.is_given_away)]
    told = [item for item in known if not item.gone_at]
    there = dict.fromkeys(item.record_id for item in (*written, *told) if item.record_id)
    ids = [each for each in there if each not in seen]
    now: dict[str, CrmRecord | ItemError] = {**seen}
    if ids:
        resource = cases[0].resource
        found = job.lines.crm.call(f"look at {resource}s", lambda crm: crm.current(resource, ids))
        now |= dict(zip(ids, found, strict=True))
    unanswered = [item for item in written if item.sent and _has_none(item, now.get(item.record_id))]
    if unanswered:
        keys, resource = {item.key: item for item in unanswered}, cases[0].resource
        found_by_key = job.lines.crm.call(f"look for {resource}s", lambda crm: crm.find(resource, list(keys), []))
        for record in found_by_key:
            if isinstance(record, CrmRecord) and record.key in keys:
                keys[record.key].record_id = record.ref.id
                now[record.ref.id] = record
    for item in written:
        _arrived(item, now.get(item.record_id))
    return now


def _has_none(item: Item, record: CrmRecord | ItemError | None) -> bool:
    """Whether it has no record, or not any more."""
    is_gone = isinstance(record, ItemError) and record.failure.kind is Kind.NOT_FOUND
    return is_gone or not item.record_id


def _arrived(item: Item, record: CrmRecord | ItemError | None) -> None:
    """The CRM has the state whose answer got lost, whatever else somebody has done to it since."""
    if item.sent and isinstance(record, CrmRecord) and record.version == item.version:
        item.base, item.sent = item.sent, {}
        item.synced_at = item.synced_at or clock.now()


def judge(job: Job, case: Case, now: Mapping[str, CrmRecord | ItemError]) -> Verdict:
    """The plan for one case, by what both sides say. Whatever of ours breaks here breaks for this item alone."""
    try:
        return _judged(job, case, now)
    except Exception as error:
        log.exception("item %s could not be prepared", case.item.key[:12])
        return Verdict(case=case, failure=unexpected(error))


def _judged(job: Job, case: Case, now: Mapping[str, CrmRecord | ItemError]) -> Verdict:
    secret, organization = job.organization.secret, job.organization
    at_crm = now.get(case.item.record_id)
    if isinstance(at_crm, ItemError) and at_crm.failure.kind is not Kind.NOT_FOUND:
        return Verdict(case=case, failure=at_crm.failure)
    mailbox = _mailbox_side(case, secret)
    elsewhere = moved(case.item.base, places_of(job, case.item))
    crm = _crm_side(case, at_crm, secret, mailbox, elsewhere)
    if case.taken_out_by:
        return Verdict(case=case, plan=_taken_out(crm), crm=crm.event)
    if case.is_given_away and isinstance(at_crm, CrmRecord):
        return _given(case, _given_away(mailbox, at_crm.record), at_crm)
    if _is_one_way(case, mailbox):
        plan = _within_reach(followed(mailbox, crm), case)
        return Verdict(case=case, plan=plan, mailbox=mailbox.event, crm=crm.event)
    rule, keeps = organization.event_conflicts, keeps_of(job)
    plan = agree(mailbox, crm, rule=rule, chosen=case.chosen, answer=case.answer, keeps=keeps)
    if plan.asks is not None:
        failure = _conflict(plan, mailbox, crm, case.answer)
        return Verdict(case=case, failure=failure, mailbox=mailbox.event, crm=crm.event)
    if plan.delete_in_crm and isinstance(at_crm, CrmRecord) and is_anothers(case.item, job.mailbox, at_crm):
        return _given(case, Plan(over=True), at_crm)  # thrown away by somebody whose it was not any more
    plan = displaced(_within_reach(plan, case), crm, elsewhere, keeps=keeps_of(job))
    return Verdict(case=case, plan=plan, mailbox=mailbox.event, crm=crm.event)


def _is_one_way(case: Case, mailbox: Side) -> bool:
    told = mailbox.event
    if isinstance(told, Event):
        return told.kind is not EventKind.MEETING
    return is_one_way(case.item.base.get("crm", {}))


def is_anothers(item: Item, mailbox: Mailbox, record: CrmRecord) -> bool:
    """Whether a task or a contact is somebody's who is not the person of this mailbox. Users are known by 15 characters
    of their id; whose person is not known keeps what is there. Events stay with whom they are."""
    user = mailbox.crm_user_id[:15]
    return item.resource in content.PERSONAL and bool(user) and user != record.owner_id[:15]


def _given(case: Case, plan: Plan, record: CrmRecord) -> Verdict:
    reached = _within_reach(plan, case)
    return Verdict(case=case, plan=reached, crm=record.record, given=True, heir=_heir(record))


def _given_away(mailbox: Side, record: Record) -> Plan:
    """What its last owner changed in it reaches the record first."""
    if mailbox.event is None or mailbox.news is not News.UPSERT:
        return Plan(delete_in_mailbox=True)
    last = content.with_fields(record, mailbox.event, mailbox.changed)
    return Plan(to_crm=last if content.differing(last, record) else None, delete_in_mailbox=True)


def _heir(record: CrmRecord) -> int | None:
    """The mailbox of whoever owns the record by now."""
    rows = Mailbox.objects.filter(crm_user_id__in=[record.owner_id, record.owner_id[:15]]).exclude(crm_user_id="")
    return rows.order_by("pk").values_list("pk", flat=True).first()


def _taken_out(crm: Side) -> Plan:
    """What somebody wrote in the CRM meanwhile goes with the record, and is kept."""
    lost = crm.changed if crm.news is News.UPSERT else frozenset()
    return Plan(delete_in_crm=True, over=crm.news is News.GONE, loser=CRM if lost else "", overruled=lost)


def keeps_of(job: Job) -> Keeps:
    """How the organization's CRM gives back what is written to it."""
    return lambda record: registry.crm_keeps(job.organization.crm, record, job.lines.field_maps)


def places_of(job: Job, item: Item) -> Places:
    """What the organization's CRM keeps elsewhere of such an item."""
    return job.lines.field_maps.places(Resource(item.resource))


def _mailbox_side(case: Case, secret: str) -> Side:
    change = case.to_crm
    if change is None:
        return Side()
    event = payload.record_from_json(change.payload) if change.payload else None
    return mailbox_side(event, change.gone, case.item.base.get("mailbox", {}), secret)


def _crm_side(
    case: Case, now: CrmRecord | ItemError | None, secret: str, mailbox: Side, elsewhere: frozenset[str]
) -> Side:
    """As it stands, where somebody looked; else as the reader saw it."""
    base, hidden = case.item.base.get("crm", {}), is_hidden(case.item, secret)
    if isinstance(now, ItemError):
        return crm_side(None, True, base, secret, hidden=hidden)
    if now is not None:
        # Written by us and not settled: what stands there under our own number is no news.
        if not base and now.key and not case.is_told and case.resource is not Resource.CONTACT:
            return Side(event=now.record)
        if not base and now.key == case.item.key and case.item.sent and case.resource is Resource.CONTACT:
            return _own_contact(now.record, mailbox, secret)
        return crm_side(now.record, False, base, secret, hidden=hidden, moved=elsewhere)
    change = case.to_mailbox
    if change is None:
        return Side()
    event = payload.record_from_json(change.payload) if change.payload else None
    return crm_side(event, change.gone, base, secret, hidden=hidden, moved=elsewhere)


def _own_contact(record: Record, mailbox: Side, secret: str) -> Side:
    """Likewise, of a contact, which may have been the CRM's before: what the mailbox says nothing of stays."""
    side = crm_side(record, False, {}, secret, hidden=False)
    said = content.spoken(mailbox.event) if mailbox.event else frozenset[str]()
    changed = side.changed - said
    return replace(side, changed=changed, news=News.UPSERT if changed else News.NONE)


def is_hidden(item: Item, secret: str) -> bool:
    """Whether the CRM sees it as “Busy” alone, by what was agreed on."""
    return bool(item.base) and item.base["mailbox"].get(content.PRIVACY) == content.hashed(True, secret)


def _within_reach(plan: Plan, case: Case) -> Plan:
    """Without a copy in a calendar there is nothing to delete there, and what is to be written is made."""
    if plan.delete_in_mailbox and case.binding is None:
        return replace(plan, delete_in_mailbox=False, over=True)
    if plan.delete_in_crm and not case.item.record_id:
        return replace(plan, delete_in_crm=False, over=True)
    return plan


def _conflict(plan: Plan, mailbox: Side, crm: Side, answer: Answer | None) -> Failure:
    """What was answered before and still holds is kept in the question, so that nobody has to say it twice."""
    fields = plan.asks or (mailbox.changed | crm.changed)
    told = said(mailbox.event, crm.event, fields)
    held = answer.held(told) if answer else {}
    evidence = {
        "fields": told,
        "choices": list(CHOICES),
        **({"by_field": True} if mailbox.event and crm.event else {}),
        **({"held": held} if held else {}),
    }
    return Failure(
        provider="engine",
        code="engine.SYNC_CONFLICT",
        kind=Kind.INVALID,
        fields=tuple(sorted(fields)),
        matched=Matched.CODE,
        evidence=evidence,
    )
