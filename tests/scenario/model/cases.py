"""One event to work on, seen from both sides, and what is to become of it, as `syncapp.engine.record_cases` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.errors import ItemError
from connectors.records import CrmRecord, Direction, Record, Ref
from syncapp.engine import content
from syncapp.engine.agreeing import Plan, Side, agree, crm_side, mailbox_side
from tests.scenario.model.ground import SECRET
from tests.scenario.model.rows import Change, Item, Place, Rows

Now = CrmRecord | ItemError | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """An item with its changes and its copy as they stood when somebody began; `now` is how the CRM has it since."""

    item: Item
    changes: Mapping[Direction, Change]
    copy: Ref | None = None
    chosen: str = ""
    now: Now = None

    def place(self, direction: Direction) -> Place:
        return self.item.key, direction


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A case and its plan; `mailbox` and `crm` are how both sides have it, as far as anybody looked."""

    case: Case
    plan: Plan
    mailbox: Record | None = None
    crm: Record | None = None

    @property
    def makes(self) -> bool:
        """Whether a copy is to be made in the calendar, and not one changed."""
        return self.plan.to_mailbox is not None and (self.case.copy is None or self.plan.anew)

    @property
    def is_noted(self) -> bool:
        """Whether what is planned for the calendar stands in the change."""
        change, planned = self.case.changes.get(Direction.TO_MAILBOX), self.plan.to_mailbox
        if change is None or change.event is None or planned is None:
            return False
        return not content.differing(change.event, planned)

    @property
    def may_be_there(self) -> bool:
        """Whether an earlier try, of which no answer came, may have made the copy."""
        change = self.case.changes.get(Direction.TO_MAILBOX)
        return self.makes and change is not None and change.revision > 0


def case_of(rows: Rows, key: str) -> Case:
    changes = {to: change for to in Direction if (change := rows.changes.get((key, to)))}
    return Case(item=rows.items[key], changes=changes, copy=rows.leader(key), chosen=rows.asked.get(key, ""))


def judged(case: Case, rule: str) -> Verdict:
    """The plan, by what both sides say."""
    mailbox, crm = _mailbox_side(case), _crm_side(case)
    plan = _within_reach(agree(mailbox, crm, rule=rule, chosen=case.chosen), case)
    return Verdict(case=case, plan=plan, mailbox=mailbox.event, crm=crm.event)


def _mailbox_side(case: Case) -> Side:
    change = case.changes.get(Direction.TO_CRM)
    if change is None:
        return Side()
    return mailbox_side(change.event, change.event is None, case.item.base.get("mailbox", {}), SECRET)


def _crm_side(case: Case) -> Side:
    """As it stands, where somebody looked; else as the reader saw it."""
    base, now = case.item.base.get("crm", {}), case.now
    if isinstance(now, ItemError):
        return crm_side(None, True, base, SECRET, hidden=False)
    if now is not None:
        # Written by us and not settled: what stands there under our own number is no news.
        own = not base and now.key
        return Side(event=now.record) if own else crm_side(now.record, False, base, SECRET, hidden=False)
    change = case.changes.get(Direction.TO_MAILBOX)
    if change is None:
        return Side()
    return crm_side(change.event, change.event is None, base, SECRET, hidden=False)


def _within_reach(plan: Plan, case: Case) -> Plan:
    """Without a copy in the calendar there is nothing to delete there, nor in the CRM without a record."""
    if plan.delete_in_mailbox and case.copy is None:
        return replace(plan, delete_in_mailbox=False, over=True)
    if plan.delete_in_crm and not case.item.record_id:
        return replace(plan, delete_in_crm=False, over=True)
    return plan
