"""Carries decisions out in Salesforce: leads first, then cases, then files, then messages, 200 at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from connectors.effects import commit
from connectors.errors import ItemError, Kind
from connectors.field_maps import target_of
from connectors.records import CaseWrite, EmailWrite, Person, PersonKind, PersonWrite, Ref, Write
from issues.catalogue import Scope
from syncapp.engine import conversations, given, keyless, matching
from syncapp.engine.bringing import with_files
from syncapp.engine.house import House
from syncapp.engine.job import Job
from syncapp.engine.keyless import Sent
from syncapp.engine.lines import SideFailed
from syncapp.engine.matching import CaseFirst, LeadFirst, Out, Problem
from syncapp.engine.preparing import Prepared
from syncapp.engine.settling import Failed, KeptOut, Result, Synced
from syncapp.models import Change

LOST = frozenset({"salesforce.ENTITY_IS_DELETED", "salesforce.INVALID_CROSS_REFERENCE_KEY", "salesforce.NOT_FOUND"})
Answers = Mapping[str, Ref | ItemError]
W = TypeVar("W", EmailWrite, PersonWrite, CaseWrite)


def carry_out(job: Job, prepared: Sequence[Prepared], house: House) -> list[tuple[Change, Result]]:
    """What became of each change; those for whose files there was no time are left out, and stay due.

    Raises `SideFailed`, `LeaseLost`; then nothing of it is known for sure.
    """
    ready = with_files(job, _with_cases(job, _with_leads(job, prepared, house)))
    writes = [write for _, write in _messages(ready)]
    sent = keyless.messages(job, _messages(ready), push)
    lost = [write for write in writes if _is_lost(sent.answers[write.key])]
    conversations.forget(job, [write.case_id for write in lost])
    _forget_picks(job, [p.change for p in ready if _is_picked(p) and p.change.item.key in {w.key for w in lost}])
    return [(p.change, _result(p, sent)) for p in ready]


def _forget_picks(job: Job, changes: Sequence[Change]) -> None:
    """Whom these messages were to belong to may be gone; the next try asks anew."""
    if not changes:
        return
    with commit("picks: forget"):
        job.show()
        for change in changes:
            change.item.given = given.without_pick(change.item.filled_in or {}) or None
            change.item.save(update_fields=["given"])


def _messages(ready: Sequence[Prepared]) -> list[tuple[Change, EmailWrite]]:
    written = [(p.change, p.decision.write) for p in ready if isinstance(p.decision, matching.Write)]
    return [(change, _filled(change, write)) for change, write in written]


def _filled(change: Change, write: W) -> W:
    """With what people said of it."""
    target, said = target_of(write), change.item.filled_in
    if said is None:
        return write
    more: dict[str, Any] = {"fills": given.fills(said, target)}
    if isinstance(write, PersonWrite):
        more["anyway"] = given.anyway(said, target)
    return replace(write, **more)


def _once(wanted: Iterable[tuple[Change, W]]) -> dict[str, W]:
    """Each record once, by its key: that of the first message, unless people filled it in for a later one."""
    found: dict[str, W] = {}
    for change, write in wanted:
        filled = _filled(change, write)
        if filled.key not in found or filled != write:
            found[filled.key] = filled
    return found


def _with_leads(job: Job, prepared: Sequence[Prepared], house: House) -> list[Prepared]:
    """Creates the leads that are wanted, each once, and decides anew about the messages that wait for them."""
    wanted = [p for p in prepared if isinstance(p.decision, LeadFirst) and not _is_picked(p)]
    leads = _once((p.change, p.decision.lead) for p in wanted if isinstance(p.decision, LeadFirst))
    made = keyless.leads(job, list(leads.values()), push)
    return [_after_lead(p, p.decision, made, house) if isinstance(p.decision, LeadFirst) else p for p in prepared]


def _is_picked(prepared: Prepared) -> bool:
    return given.picked(prepared.change.item.filled_in) is not None


def _after_lead(prepared: Prepared, wanted: LeadFirst, made: Answers, house: House) -> Prepared:
    """Related to the lead that was made, or to whom a person said it is."""
    kind, record_id = given.picked(prepared.change.item.filled_in) or (PersonKind.LEAD, "")
    answer = Ref(id=record_id) if record_id else made[wanted.lead.key]
    if isinstance(answer, ItemError):
        return replace(prepared, decision=Problem(failure=answer.failure))
    assert prepared.email is not None  # noqa: S101 - nobody wants a lead for a message that was not read
    lead = Person(kind=PersonKind(kind), id=answer.id, email=wanted.lead.email)
    decision = matching.decide(prepared.email, prepared.change.item.key, house, {**wanted.beside, lead.email: (lead,)})
    return replace(prepared, decision=decision)


def _with_cases(job: Job, prepared: Sequence[Prepared]) -> list[Prepared]:
    """Opens the cases that are not there yet, each once, and puts the messages into theirs.

    The first message of a conversation in hand says what its case is about. Whoever else opens it at the same time,
    or did before a crash, meets the same unique key; so all of them find one case.
    """
    wanted = _once((p.change, p.decision.case) for p in prepared if isinstance(p.decision, CaseFirst))
    known = conversations.known(job, list(wanted))
    made = push(job, "push cases", [case for key, case in wanted.items() if key not in known])
    conversations.remember(job, {key: said.id for key, said in made.items() if isinstance(said, Ref)})
    there: Answers = {**made, **known}
    return [_in_case(p, p.decision, there) if isinstance(p.decision, CaseFirst) else p for p in prepared]


def _in_case(prepared: Prepared, wanted: CaseFirst, there: Answers) -> Prepared:
    answer = there[wanted.case.key]
    if isinstance(answer, ItemError):
        return replace(prepared, decision=Problem(failure=answer.failure))
    return replace(prepared, decision=matching.Write(write=replace(wanted.write, case_id=answer.id)))


def _is_lost(answer: Ref | ItemError) -> bool:
    """Whether a record that the message was to belong to may be gone, its case among them."""
    return isinstance(answer, ItemError) and answer.failure.code in LOST


def push(job: Job, name: str, writes: Sequence[Write]) -> dict[str, Ref | ItemError]:
    """One answer for each key. A batch that is refused as a whole for one record's sake is halved."""
    if not writes:
        return {}
    try:
        answers = job.lines.crm.call(name, lambda crm: crm.push(writes))
    except SideFailed as error:
        if error.failure.kind is not Kind.INVALID:
            raise
        if len(writes) == 1:
            return {writes[0].key: ItemError(failure=error.failure)}
        half = len(writes) // 2
        return push(job, name, writes[:half]) | push(job, name, writes[half:])
    return {write.key: answer for write, answer in zip(writes, answers, strict=True)}


def _result(prepared: Prepared, sent: Sent) -> Result:
    decision = prepared.decision
    match decision:
        case Out():
            return KeptOut(rule=decision.rule)
        case Problem():
            # What refuses a message that could be read is not its mailbox.
            side = Scope.ORGANIZATION if prepared.email else Scope.MAILBOX
            return Failed(failure=decision.failure, side=side)
        case matching.Write():
            answer = sent.answers[decision.write.key]
            if isinstance(answer, ItemError):
                about = _first_person(decision.write)
                return Failed(failure=answer.failure, about_id=about, side=Scope.ORGANIZATION)
            in_short = decision.write.key in sent.keyless
            return Synced(record_id=answer.id, lacking=prepared.lacking, keyless=in_short)
        case LeadFirst() | CaseFirst():
            raise AssertionError("what was made before the message is asked for again")


def _first_person(write: EmailWrite) -> str:
    return write.links[0].person_id if write.links else ""
