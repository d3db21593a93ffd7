"""The half of a mailbox's job that writes: first in the CRM, then in the calendar, each settled before the next.

As `syncapp.engine.record_writing` does it, but for one event at a time: what a call takes together is a matter of speed
there. Left out are rules that keep events out, people, and the guard against very many deletions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from connectors.errors import ConnectorError, ItemError
from connectors.records import CrmRecord, Direction, Event, Put, RecordWrite, Ref, RemoteChange, Resource
from syncapp.engine import content
from tests.scenario.deaths import Restless
from tests.scenario.model.cases import Case, Verdict, case_of, judged
from tests.scenario.model.ground import USER
from tests.scenario.model.settling import Settler

BATCHES = 30  # that one job works off at the most


class Writer(Settler):
    def work_off(self) -> None:
        """Until nothing is due."""
        for _ in range(BATCHES):
            keys = self._due()
            if not keys:
                return
            for key in keys:
                self._work_on(key)
        raise Restless("I-10 a job that never ends")

    def _due(self) -> list[str]:
        """The items that a change is due of; what a person has chosen about is tried at once."""
        rows = self.rows
        due = (key for (key, _), change in rows.changes.items() if change.waits < self.fence or rows.asked.get(key))
        return [*dict.fromkeys(due)]

    def _work_on(self, key: str) -> None:
        verdict = judged(self._looked(case_of(self.rows, key)), self.ground.rule)
        if verdict.plan.asks is not None:
            self.ask(verdict.case)
        else:
            self._carry_out(verdict)

    # -- How the CRM has it

    def _looked(self, case: Case) -> Case:
        """Where it is to be written there, or was ever written by us: the reader may have seen it before that."""
        item, is_to_crm = case.item, Direction.TO_CRM in case.changes
        if item.gone or self.design.no_look or not (is_to_crm or item.version):
            return case
        if item.record_id:
            (now,) = self.call("look at events", lambda: self.ground.crm.current(Resource.EVENT, [item.record_id]))
            case = replace(case, now=now)
        has_none = case.now is None or not (isinstance(case.now, CrmRecord) or self.design.one_record_for_ever)
        if is_to_crm and item.sent and has_none:
            case = self._looked_for(case)
        return _arrived(case) if is_to_crm else case

    def _looked_for(self, case: Case) -> Case:
        """A write whose answer got lost may have made a record, or made one anew that was deleted."""
        item = case.item
        found = self.call("look for events", lambda: self.ground.crm.find(Resource.EVENT, [item.key], []))
        for record in found:
            if isinstance(record, CrmRecord) and record.key == item.key:
                return replace(case, now=record, item=replace(item, record_id=record.ref.id))
        return case

    # -- What is to be done

    def _carry_out(self, verdict: Verdict) -> None:
        plan = verdict.plan
        writes = plan.to_crm or plan.delete_in_crm, plan.to_mailbox or plan.delete_in_mailbox
        if plan.loser and not self.design.keeps_too_late:
            self.keep(verdict)
        if not any(writes) or self.design.settles_first:
            self.agree(verdict)
        going = self._to_crm(verdict) if writes[0] else verdict
        if writes[1] and going is not None:
            self._to_mailbox(going)
        if plan.loser and self.design.keeps_too_late:
            self.keep(verdict)

    @contextmanager
    def _may_fail(self) -> Iterator[None]:
        """A design that takes any answer for done goes on after a lost one."""
        try:
            yield
        except ConnectorError:
            if not self.design.any_answer_is_done:
                raise

    def _to_crm(self, verdict: Verdict) -> Verdict | None:
        """How it goes on from there; None where the CRM refused it."""
        verdict = self.reserve(verdict)
        write = _write(verdict)
        answer: Ref | ItemError = Ref(id=verdict.case.item.record_id)
        with self._may_fail():
            (answer,) = self.call("push events", lambda: self.ground.crm.push([write]))
        if isinstance(answer, ItemError):
            self.refused(verdict.case, answer.failure.evidence.get("version"))
            return None
        return self.in_crm(verdict, answer)

    def _to_mailbox(self, verdict: Verdict) -> None:
        if verdict.makes and not verdict.is_noted and not self.design.makes_unnoted:
            verdict = self.note(verdict)
        case, put = verdict.case, self._put(verdict)
        answer: Ref | ItemError = case.copy or Ref(id="")
        with self._may_fail():
            (answer,) = self.call("push to calendar", lambda: self.ground.store.push([put]))
        if isinstance(answer, ItemError):
            if answer.failure.code.endswith("generation"):
                self.use_up(case.item.key)
            self.fail(case)
        elif verdict.may_be_there and not self._is_as_planned(verdict, answer):
            self.found_there(case, answer)
        else:
            self.in_mailbox(verdict, answer)

    def _put(self, verdict: Verdict) -> Put:
        case, plan = verdict.case, verdict.plan
        ref = case.copy if case.copy and not plan.anew else None
        if ref and self.design.writes_over_any_version:
            ref = Ref(id=ref.id)
        return Put(
            resource=Resource.EVENT,
            key=case.item.key,
            record=plan.to_mailbox,
            ref=ref,
            generation=0 if ref else self.rows.generation(case.item.key),
            fields=content.attributes(plan.fields) if ref else frozenset(),
        )

    def _is_as_planned(self, verdict: Verdict, ref: Ref) -> bool:
        """What is there already is left as it is by the calendar."""
        if self.design.trusts_an_old_copy:
            return True
        (shown,) = self.call("look at what was made", lambda: self.ground.store.look(Resource.EVENT, [ref]))
        event, planned = shown.record if isinstance(shown, RemoteChange) else None, verdict.plan.to_mailbox
        return isinstance(event, Event) and planned is not None and not content.differing(planned, event)


def _arrived(case: Case) -> Case:
    """What did arrive without an answer counts as agreed on from here on."""
    item, now = case.item, case.now
    if not item.sent or not isinstance(now, CrmRecord) or now.version != item.version:
        return case
    return replace(case, item=replace(item, base=item.sent, sent={}, is_synced=True))


def _write(verdict: Verdict) -> RecordWrite:
    """One that is gone is not written to: it is made again, under the same key."""
    item, record = verdict.case.item, verdict.plan.to_crm
    there = "" if record is not None and (verdict.plan.anew or item.gone) else item.record_id
    return RecordWrite(
        resource=Resource.EVENT,
        key=item.key,
        version=item.version,
        record=record,
        record_id=there,
        owner_id="" if there else USER,
    )
