"""Where the work on an event ends, as `syncapp.engine.record_settling` and `overruling` write it down: each of these is
one transaction, or part of one. What came to say something else meanwhile is left as it is.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.records import Direction, Record, Ref, an_event
from syncapp.engine import agreeing, content
from tests.scenario.model.cases import Case, Verdict
from tests.scenario.model.ground import SECRET, Job
from tests.scenario.model.rows import NEVER, Change, Copy, Item, Overruled, Rows

SILENT = 3  # tries that fail before somebody hears of it: what was chosen is then asked for again


class Settler(Job):
    lease = "mailbox"

    def keep(self, verdict: Verdict) -> None:
        """Who loses, once, however often it is tried."""
        plan, key = verdict.plan, verdict.case.item.key
        lost = verdict.crm if plan.loser == "crm" else verdict.mailbox
        row = Overruled(key=key, side=plan.loser, fields=plan.overruled, event=an_event(lost) if lost else None)
        with self.commit("overruled: keep") as rows:
            if [each for each in rows.overruled if each.key == key][-1:] != [row]:
                rows.overruled.append(row)

    def agree(self, verdict: Verdict) -> None:
        """Nothing has to be written: both sides say the same, or it is gone on both."""
        case, event, item = verdict.case, verdict.mailbox, verdict.case.item
        with self.commit("settle events") as rows:
            if verdict.plan.over:
                self._over(rows, case)
                return
            if event is not None and verdict.crm is not None:
                base = agreeing.settled(item.base, event, SECRET)
                item = replace(item, base=base, is_synced=item.is_synced or bool(item.record_id))
            _land(rows, item)
            self._drop(rows, case, *Direction)
            rows.asked.pop(item.key, None)

    # -- The CRM

    def reserve(self, verdict: Verdict) -> Verdict:
        """Each state that goes to the CRM gets a number of its own, and what will be agreed on then is written down."""
        item, sent = verdict.case.item, self._agreed_once_there(verdict)
        with self.commit("version: reserve") as rows:
            there = rows.items[item.key]
            version = there.version + (not self.design.no_numbers)
            item = replace(item, version=version, sent={} if self.design.forgets_what_was_sent else sent)
            rows.set_item(
                item.key, version=version, sent=item.sent, record_id=there.record_id or verdict.case.item.record_id
            )
        return replace(verdict, case=replace(verdict.case, item=item))

    def _agreed_once_there(self, verdict: Verdict) -> agreeing.Base:
        """What the calendar still lacks is not agreed on yet."""
        plan = verdict.plan
        if plan.to_crm is None:
            return {}
        left = plan.fields if plan.to_mailbox and not self.design.agrees_as_a_whole else frozenset[str]()
        return agreeing.settled(verdict.case.item.base, plan.to_crm, SECRET, fields=content.FIELDS - left)

    def in_crm(self, verdict: Verdict, ref: Ref) -> Verdict:
        """It stands in the CRM as planned, or is gone from it; how it goes on from here."""
        case, record = verdict.case, verdict.plan.to_crm
        with self.commit("settle events in crm") as rows:
            if record is None:
                self._over(rows, case)
                return verdict
            base = self._agreed_once_there(verdict)
            case = replace(case, item=replace(case.item, base=base, sent={}, record_id=ref.id, is_synced=True))
            _land(rows, case.item, gone=False)
            self._drop(rows, case, Direction.TO_CRM)
            rows.asked.pop(case.item.key, None)
            if verdict.plan.to_mailbox is not None:
                return replace(verdict, case=self._goes_on(rows, case, record))
            self._drop(rows, case, Direction.TO_MAILBOX)
        return replace(verdict, case=case)

    def refused(self, case: Case, version: object) -> None:
        """Nothing of this is on its way any more. Where the CRM has a higher number, ours goes on from there."""
        with self.commit("version: refused") as rows:
            highest = max(case.item.version, version if isinstance(version, int) else 0)
            rows.set_item(case.item.key, version=highest, sent={})
        self.fail(case)

    # -- The calendar

    def note(self, verdict: Verdict) -> Verdict:
        """What the look at the CRM found before its reader did comes into the change, or gets one of its own: whatever
        it says from here on is newer than what is about to be made."""
        case, event = verdict.case, verdict.plan.to_mailbox
        place, known = case.place(Direction.TO_MAILBOX), case.changes.get(Direction.TO_MAILBOX)
        with self.commit("asking: note") as rows:
            row = rows.changes.get(place)
            if event is None or (row is not None and not row.is_as(known)):
                return verdict
            fresh = replace(row, revision=row.revision + 1) if row else Change(event=None, made=rows.tick)
            rows.changes[place] = replace(fresh, event=an_event(event))
            case = replace(case, changes={**case.changes, Direction.TO_MAILBOX: rows.changes[place]})
        return replace(verdict, case=case)

    def in_mailbox(self, verdict: Verdict, ref: Ref) -> None:
        """It stands in the calendar as planned, or is gone from it."""
        case, event = verdict.case, verdict.plan.to_mailbox
        with self.commit("settle events in mailbox") as rows:
            if event is None:
                self._over(rows, case)
                return
            fields = content.FIELDS if verdict.makes else verdict.plan.fields
            base = agreeing.settled(case.item.base, event, SECRET, fields=fields)
            if verdict.makes:
                _made(rows, case, ref)
            elif case.copy is not None:
                rows.set_copy(case.copy.id, version=ref.version)
            _land(rows, replace(case.item, base=base, is_synced=True), gone=False)
            self._drop(rows, case, *Direction)
            if case.place(Direction.TO_CRM) not in rows.changes:
                rows.asked.pop(case.item.key, None)

    def found_there(self, case: Case, ref: Ref) -> None:
        """A copy that we made earlier, which says something else than is planned by now: news of it has to wait."""
        with self.commit("settle events found in mailbox") as rows:
            _made(rows, case, ref)
        with self.commit("calendar: put off") as rows:
            for place in map(case.place, Direction):
                if place in rows.changes:
                    rows.changes[place] = replace(rows.changes[place], waits=self.fence)

    def use_up(self, key: str) -> None:
        """The id of this generation was deleted without our knowing of it; the next one is tried."""
        with self.commit("generation: used up") as rows:
            rows.copies[f"deleted:{key}:{rows.generation(key)}"] = Copy(key=key, gone=True)

    # -- What did not go through

    def ask(self, case: Case) -> None:
        """A person has to choose; both changes wait for that."""
        with self.commit("settle") as rows:
            rows.asked[case.item.key] = ""
            self._wait(rows, case, NEVER)

    def fail(self, case: Case) -> None:
        """By the ladder: it is tried again by the next job."""
        with self.commit("settle") as rows:
            if max(change.tries for change in case.changes.values()) >= SILENT:
                rows.asked.pop(case.item.key, None)
            self._wait(rows, case, self.fence)

    def _wait(self, rows: Rows, case: Case, waits: int) -> None:
        for direction, change in case.changes.items():
            rows.wait(case.place(direction), change, waits)

    # -- What lasts

    def _over(self, rows: Rows, case: Case) -> None:
        """Gone on both sides; the row stays."""
        key = case.item.key
        _land(rows, replace(case.item, is_synced=False, base={}, sent={}), gone=True)
        for id_ in [id_ for id_, copy in rows.living() if copy.key == key]:
            rows.set_copy(id_, gone=True)
        self._drop(rows, case, *Direction)
        rows.asked.pop(key, None)

    def _goes_on(self, rows: Rows, case: Case, record: Record) -> Case:
        """The other half of the plan is still to be done: from here on its change says how the CRM has it, and waits
        for nothing."""
        place, known = case.place(Direction.TO_MAILBOX), case.changes.get(Direction.TO_MAILBOX)
        row = rows.changes.get(place)
        if row is not None and not row.is_as(known):
            return case
        row = row or Change(event=None, made=rows.tick)
        waits = row.waits if self.design.rest_waits_on else 0
        rows.changes[place] = replace(row, event=an_event(record), waits=waits)
        return replace(case, changes={**case.changes, Direction.TO_MAILBOX: rows.changes[place]})

    def _drop(self, rows: Rows, case: Case, *directions: Direction) -> None:
        for direction in directions:
            place = case.place(direction)
            seen = rows.changes.get(place) if self.design.ends_what_is_new else case.changes.get(direction)
            rows.drop(place, seen)


def _land(rows: Rows, item: Item, **more: object) -> None:
    """What the work on an item came to; what others say of it meanwhile stays."""
    said = {"record_id": item.record_id, "is_synced": item.is_synced, "base": item.base, "sent": item.sent}
    rows.set_item(item.key, **said, **more)


def _made(rows: Rows, case: Case, ref: Ref) -> None:
    """The copy that we made; what was deleted in the CRM meanwhile, when there was no copy yet, is to go again."""
    key = case.item.key
    known = rows.copies.get(ref.id, Copy(key=key, seen=rows.tick))
    rows.copies[ref.id] = replace(known, version=ref.version, gone=False)
    if rows.items[key].gone and not case.item.gone:
        rows.intend(key, Direction.TO_MAILBOX, None)
