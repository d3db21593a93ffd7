"""Carries plans for events and tasks out: first in the CRM, then in the mailbox, each settled before the next.

Whatever stops in between is found again: what the CRM has by then is looked at before anything is written there anew,
and a mailbox takes a change only for the version that we know. A task, whose id is for its provider to choose, is
looked for before it is made a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.contacts import Contact
from connectors.effects import commit, within_commit
from connectors.errors import Failure, ItemError, Kind
from connectors.records import Direction, Event, Put, RecordWrite, Ref, RemoteChange, Resource
from issues.catalogue import Scope
from syncapp.engine import (
    asking,
    contact_matching,
    contact_planning,
    content,
    given,
    guarding,
    overruling,
    record_settling,
)
from syncapp.engine.acquaintances import people
from syncapp.engine.house import House
from syncapp.engine.inviting import NOBODY, Guests, guests
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.matching import looked_up
from syncapp.engine.record_cases import Case, Verdict, next_look, put_off
from syncapp.engine.record_settling import Done
from syncapp.engine.settling import Failed, settle
from syncapp.engine.writing import push
from syncapp.models import Change, Item

TOGETHER = {Resource.EVENT: 50, Resource.TASK: 50, Resource.CONTACT: 200}  # puts in one request
_NOT_ALLOWED = (Kind.PERMISSION, Kind.CONFIG)
_PLACES = {Resource.EVENT: "calendar", Resource.TASK: "task list", Resource.CONTACT: "address book"}


@dataclass(frozen=True, kw_only=True)
class Failing:
    """One direction of an item that did not go through; `side` is who refused."""

    case: Case
    direction: Direction
    failure: Failure
    side: Scope


def carry_out(job: Job, verdicts: Sequence[Verdict], house: House) -> None:
    """Writes and settles. Raises `SideFailed`, `LeaseLost`; then what was not settled is planned anew."""
    stuck = [v for v in verdicts if v.failure is not None]
    _fail(job, [_stuck(v) for v in stuck], also=[v.case.to_mailbox for v in stuck])
    going = _allowed(job, [v for v in verdicts if v.failure is None])
    overruling.keep(job, going)
    record_settling.agreed(job, [v for v in going if _is_done(v)])
    kept = _to_crm(job, [v for v in going if v.plan.to_crm or v.plan.delete_in_crm], house)
    only_mailbox = [v for v in going if not (v.plan.to_crm or v.plan.delete_in_crm)]
    wanted = [v for v in (*kept, *only_mailbox) if v.plan.to_mailbox or v.plan.delete_in_mailbox]
    if job.only_writes:
        _put_off(job, [v.case for v in wanted])
    else:
        _to_mailbox(job, wanted)


def _stuck(verdict: Verdict) -> Failing:
    assert verdict.failure is not None  # noqa: S101 - the caller has chosen these
    direction = Direction.TO_CRM if verdict.case.to_crm else Direction.TO_MAILBOX
    return Failing(case=verdict.case, direction=direction, failure=verdict.failure, side=Scope.ORGANIZATION)


def _allowed(job: Job, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Without the deletions that a person is to look at first."""
    held = {pk for direction in Direction for pk in guarding.held_back(job, verdicts, direction)}
    return [v for v in verdicts if v.case.item.pk not in held]


def _is_done(verdict: Verdict) -> bool:
    plan = verdict.plan
    return not (plan.to_crm or plan.to_mailbox or plan.delete_in_crm or plan.delete_in_mailbox)


# -- The CRM


def _to_crm(job: Job, verdicts: Sequence[Verdict], house: House) -> list[Verdict]:
    """Those that went through, with what is still to be done of them."""
    if not verdicts:
        return []
    related, ambiguous = _guests(job, verdicts, house)
    accounts = contact_matching.accounts(job, _new_contacts(verdicts))
    ready = _number(job, [v for v in verdicts if v.case.item.pk not in ambiguous])
    writes = {v.case.item.pk: _write(v, house, related.get(v.case.item.pk, NOBODY), accounts) for v in ready}
    answers = push(job, f"push {ready[0].case.resource}s" if ready else "", list(writes.values()))
    unclear = [(v.case, ambiguous[v.case.item.pk]) for v in verdicts if v.case.item.pk in ambiguous]
    return answered(job, [(v, answers[v.case.item.key]) for v in ready], unclear)


def answered(
    job: Job, told: Sequence[tuple[Verdict, Ref | ItemError]], unclear: Sequence[tuple[Case, Failure]] = ()
) -> list[Verdict]:
    """Settles what the CRM said of these, and those that were not sent for this reason: those that went through, with
    what is still to be done of them. Raises `SideFailed`, `LeaseLost`."""
    done = [Done(verdict=v, ref=answer) for v, answer in told if isinstance(answer, Ref)]
    went_through = record_settling.in_crm(job, done)
    refused = [(v.case, answer.failure) for v, answer in told if isinstance(answer, ItemError)]
    _note_refused(job, [(case.item, failure) for case, failure in refused])
    refused += unclear
    waiting = [case.to_mailbox for case, _ in refused]
    _fail(job, [_refused(case, Direction.TO_CRM, failure) for case, failure in refused], also=waiting)
    return went_through


# -- Those that go into a load


def carries(verdict: Verdict) -> bool:
    """Whether a load can have it: a new record in the CRM of which people said nothing, and nothing else to do."""
    case, plan = verdict.case, verdict.plan
    plain = plan.to_crm is not None and not plan.to_mailbox and not plan.delete_in_mailbox and not plan.overruled
    alone = case.to_crm is not None and not case.to_crm.gone and case.to_mailbox is None and not verdict.given
    fresh = not case.item.record_id and not case.item.gone_at and not plan.anew and case.item.filled_in is None
    return plain and alone and fresh and verdict.failure is None


def reserve(job: Job, verdicts: Sequence[Verdict]) -> dict[int, str]:
    """Gives new records the numbers under which they are to be loaded; the accounts that they are to be made with, by
    item. Raises `SideFailed`, `LeaseLost`."""
    accounts = contact_matching.accounts(job, _new_contacts(verdicts))
    _number(job, verdicts)
    return accounts


def to_load(verdict: Verdict, house: House, account_id: str) -> RecordWrite:
    """The record as a load takes it, under the number that was reserved."""
    return _write(verdict, house, NOBODY, {verdict.case.item.pk: account_id})


def _refused(case: Case, direction: Direction, failure: Failure) -> Failing:
    side = Scope.ORGANIZATION if direction is Direction.TO_CRM else Scope.MAILBOX
    return Failing(case=case, direction=direction, failure=failure, side=side)


def _guests(job: Job, verdicts: Sequence[Verdict], house: House) -> tuple[dict[int, Guests], dict[int, Failure]]:
    """Whom and what they are related to, by item; and where a person has to be asked."""
    written = {v.case.item.pk: (v, v.plan.to_crm) for v in verdicts if v.plan.to_crm}
    found = people(job, dict.fromkeys(a for _, event in written.values() for a in looked_up(event, house)), house)
    told = {pk: guests(event, house, found, new=not _there(v)) for pk, (v, event) in written.items()}
    failures = {pk: each for pk, each in told.items() if isinstance(each, Failure)}
    return {pk: each for pk, each in told.items() if not isinstance(each, Failure)}, failures


def _number(job: Job, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Each state that goes to the CRM gets a number of its own before it goes; a sleeper's is lower. What both sides
    will have agreed on once it is there is written down with it, and whose record it is going to: the answer may get
    lost, and whom the CRM had before would be made a second time. Those that go; the others look once more first."""
    with commit("version: reserve"):
        job.show()
        early = contact_planning.told_too_early(job, _unknown(verdicts))
        going = [v for v in verdicts if v.case.item.pk not in early]
        _reserve(job, going)
    again = next_look()
    put_off(job, "contacts: look again", [(v.case, again) for v in verdicts if v.case.item.pk in early])
    return going


def _unknown(verdicts: Sequence[Verdict]) -> dict[int, Contact]:
    """Contacts that the CRM did not have when it was asked, and that nobody has begun to bring there."""
    return _new_contacts([v for v in verdicts if not (v.case.item.record_id or v.case.item.sent)])


@within_commit
def _reserve(job: Job, verdicts: Sequence[Verdict]) -> None:
    items = [v.case.item for v in verdicts]
    locked = Item.objects.select_for_update().filter(pk__in=[i.pk for i in items]).order_by("pk")
    rows = {item.pk: item for item in locked}
    for verdict in verdicts:
        item = verdict.case.item
        item.version = rows[item.pk].version + 1
        item.sent = record_settling.agreed_once_there(job, verdict)
    Item.objects.bulk_update(items, ["version", "sent"], batch_size=200)
    linked = [item for item in items if item.record_id and not rows[item.pk].record_id]
    Item.objects.bulk_update(linked, ["record_id"], batch_size=200)


def _new_contacts(verdicts: Sequence[Verdict]) -> dict[int, Contact]:
    planned = {v.case.item.pk: v.plan.to_crm for v in verdicts if not _there(v)}
    return {pk: record for pk, record in planned.items() if isinstance(record, Contact)}


def _there(verdict: Verdict) -> str:
    """The record to write to. One that is gone is not written to: it is made again, under the same key."""
    item, record = verdict.case.item, verdict.plan.to_crm
    return "" if record is not None and (verdict.plan.anew or item.gone_at) else item.record_id


def _write(verdict: Verdict, house: House, its: Guests, accounts: Mapping[int, str]) -> RecordWrite:
    item, record, there = verdict.case.item, verdict.plan.to_crm, _there(verdict)
    return RecordWrite(
        resource=verdict.case.resource,
        key=item.key,
        version=item.version,
        record=record,
        fields=_differing(verdict),
        record_id=there,
        owner_id="" if there else house.owner_id,
        invitees=its.invitees,
        about_id=its.about_id,
        account_id="" if there else accounts.get(item.pk, ""),
        fills=given.fills(item.filled_in, verdict.case.resource),
        anyway=given.anyway(item.filled_in, verdict.case.resource),
    )


def _differing(verdict: Verdict) -> frozenset[str]:
    """The attributes that the CRM has otherwise; all of them where nobody looked."""
    planned, there = verdict.plan.to_crm, verdict.crm
    if planned is None:
        return frozenset()
    return content.attributes(content.differing(planned, there) if there else content.values(planned).keys())


def _note_refused(job: Job, refused: Sequence[tuple[Item, Failure]]) -> None:
    """Nothing of this is on its way any more. Where the CRM has a higher number than ours, as after a restore, ours
    goes on from there."""
    if not refused:
        return
    with commit("version: refused"):
        job.show()
        for item, failure in refused:
            there = failure.evidence.get("version")
            item.version, item.sent = max(item.version, there if isinstance(there, int) else 0), {}
        Item.objects.bulk_update([item for item, _ in refused], ["version", "sent"], batch_size=200)


# -- The calendar


def _to_mailbox(job: Job, verdicts: Sequence[Verdict]) -> None:
    size = TOGETHER[verdicts[0].case.resource] if verdicts else 1
    for at in range(0, len(verdicts), size):
        part = asking.note(job, verdicts[at : at + size])
        used = record_settling.generations(job, [v.case.item for v in part])
        puts = [_put(v, used[v.case.item.pk]) for v in part]
        place = _PLACES[part[0].case.resource]
        try:
            answers = job.lines.mail.call(f"push to {place}", lambda mail, puts=puts: mail.push(puts))  # type: ignore[misc]
        except SideFailed as error:
            if error.failure.kind not in _NOT_ALLOWED:
                raise
            # The mailbox may be open to us for its mail all the same; the run goes on, and says so at its end.
            job.refused = error
            _put_off(job, [v.case for v in verdicts[at:]])
            return
        told = list(zip(part, answers, strict=True))
        done = [Done(verdict=v, ref=a) for v, a in told if isinstance(a, Ref)]
        record_settling.in_mailbox(job, _without_older(job, done))
        refused = [(v, a.failure) for v, a in told if isinstance(a, ItemError)]
        _step_on(job, [v.case for v, failure in refused if failure.code.endswith("generation")])
        # What the calendar said waits with it: left to be done now, the two would be planned alike over and over.
        waiting = [v.case.to_crm for v, _ in refused]
        _fail(job, [_refused(v.case, Direction.TO_MAILBOX, failure) for v, failure in refused], also=waiting)


def _without_older(job: Job, done: Sequence[Done]) -> list[Done]:
    """Those that stand in the calendar as planned. What was made under an id of the provider's choice is new.

    What is there already is left as it is by the calendar. So where an earlier try may have made it, of which no
    answer came, and the CRM says something else since then, somebody has to look: it is a copy, and not in step yet.
    """
    doubtful = [each for each in done if _may_be_older(each.verdict)]
    if not doubtful:
        return list(done)
    refs, resource = [each.ref for each in doubtful], doubtful[0].verdict.case.resource
    shown = job.lines.mail.call("look at what was made", lambda mail: mail.look(resource, refs))
    older = [each for each, answer in zip(doubtful, shown, strict=True) if not _is_as_planned(each.verdict, answer)]
    if older:
        record_settling.found_there(job, older)
        _put_off(job, [each.verdict.case for each in older])
    return [each for each in done if each not in older]


def _may_be_older(verdict: Verdict) -> bool:
    change = verdict.case.to_mailbox
    named = verdict.case.resource not in asking.NAMELESS
    return named and verdict.makes and change is not None and change.revision > 0


def _is_as_planned(verdict: Verdict, answer: RemoteChange | ItemError) -> bool:
    event = answer.record if isinstance(answer, RemoteChange) else None
    planned = verdict.plan.to_mailbox
    return isinstance(event, Event) and planned is not None and not content.differing(planned, event)


def _put(verdict: Verdict, used: int) -> Put:
    """With `anew` a copy that was deleted is made again; the last one's id cannot be used, nor those of so many."""
    case, plan = verdict.case, verdict.plan
    ref = Ref(id=case.binding.remote_id, version=case.binding.version) if case.binding and not plan.anew else None
    return Put(
        resource=case.resource,
        key=case.item.key,
        record=plan.to_mailbox,
        ref=ref,
        generation=0 if ref else used,
        fields=content.attributes(plan.fields) if ref else frozenset(),
    )


def _step_on(job: Job, cases: Sequence[Case]) -> None:
    if cases:
        with commit("generation: used up"):
            job.show()
            for case in cases:
                record_settling.used_up(job, case)


def _put_off(job: Job, cases: Sequence[Case]) -> None:
    """The calendar must not be asked now; it is looked at again when the mailbox is."""
    again = next_look()
    put_off(job, "calendar: put off", [(case, again) for case in cases])


# -- What did not go through


def _fail(job: Job, failing: Sequence[Failing], also: Sequence[Change | None] = ()) -> None:
    """Each by the ladder. `also` are changes that wait for the same decision."""
    rows = [(change, f) for f in failing if (change := _row_of(f)) is not None]
    if rows:
        settle(job, [(change, Failed(failure=f.failure, side=f.side, about_id=_about(f))) for change, f in rows], None)
    _wait_too([c for c in also if c is not None], {change.item_id: change for change, _ in rows})


def _about(failing: Failing) -> str:
    return failing.case.item.record_id


def _row_of(failing: Failing) -> Change | None:
    case = failing.case
    first, second = case.to_crm, case.to_mailbox
    return (first or second) if failing.direction is Direction.TO_CRM else (second or first)


def _wait_too(changes: Sequence[Change], by_item: dict[int, Change]) -> None:
    if not any(change.pk != by_item[change.item_id].pk for change in changes):
        return
    with commit("settle: wait too"):
        _follow(changes, by_item)


@within_commit
def _follow(changes: Sequence[Change], by_item: dict[int, Change]) -> None:
    """The other direction of an item waits for whatever this one waits for."""
    for change in changes:
        leader = by_item[change.item_id]
        if change.pk != leader.pk:
            Change.objects.filter(pk=change.pk, revision=change.revision).update(
                state=leader.state, next_attempt_at=leader.next_attempt_at, issue=leader.issue, code=leader.code
            )
