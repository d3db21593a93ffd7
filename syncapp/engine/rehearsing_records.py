"""What a run would write of events, tasks and contacts, found out without writing: rows as they are, and those that
the feed would make.

What people changed in the CRM is told as far as its reader has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.contacts import Contact
from connectors.errors import Kind
from connectors.records import CrmRecord, Direction, Event, Page, Record, RemoteChange, Resource
from syncapp.engine import contact_matching, contact_planning, content, guarding, payload, record_cases, record_planning
from syncapp.engine.due import due
from syncapp.engine.lagging import up_to_date
from syncapp.engine.lines import SideFailed
from syncapp.engine.record_cases import Case, Verdict
from syncapp.engine.rehearsal import Outlook, Planned, Rehearsal
from syncapp.models import Binding, Change, Cursor, Filtered, Item

TOGETHER = 200


def records(job: Rehearsal, outlook: Outlook, resource: Resource) -> Iterator[Planned]:
    """What the mailbox shows, then what else waits; each item once. Raises `SideFailed`.

    Of one that both is about, the mailbox's new version counts: what was planned for an older one is refused.
    """
    if resource not in job.organization.both_ways:
        return
    told, gone = set[int](), list[Verdict]()
    for page in _pages(job, resource):
        seen = _Page(job=job, page=contact_planning.kept(job, page))
        outlook.read += len(seen.events)
        cases = [case for case in (*seen.news(outlook), *seen.gone()) if case.item.pk not in told]
        told |= {case.item.pk for case in cases if case.item.pk}
        yield from _judged(job, cases, outlook, gone)
    rows = due(job.mailbox.pk).filter(item__resource=resource).exclude(item__in=told)
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), TOGETHER):
        yield from _judged(job, record_cases.cases_of(job, ids[at : at + TOGETHER]), outlook, gone)
    for verdict in _let_through(job, gone, outlook):
        yield from _told(verdict, outlook)


def _judged(job: Rehearsal, cases: Sequence[Case], outlook: Outlook, gone: list[Verdict]) -> Iterator[Planned]:
    """Deletions are put aside in `gone`: whether they are too many is known at the end."""
    going, known = _known(job, cases, outlook)
    now = record_cases.look(job, going, known)
    for case in going:
        verdict = record_cases.judge(job, case, now)
        if verdict.plan.delete_in_crm or verdict.plan.delete_in_mailbox:
            gone.append(verdict)
        else:
            yield from _told(verdict, outlook)


def _known(job: Rehearsal, cases: Sequence[Case], outlook: Outlook) -> tuple[list[Case], dict[str, CrmRecord]]:
    """Without contacts that the CRM has otherwise, or asks about; those that it has are one with their records."""
    fresh = contact_matching.fresh_of(cases)
    if not fresh:
        return list(cases), {}
    told, records = contact_matching.asked(job, fresh, job.house())
    over: list[Case] = []
    for (case, _), known in zip(fresh, told, strict=True):
        case.item.record_id = known.record_id
        outlook.left_out += Counter([known.rule] if known.rule else [])
        outlook.problems += Counter([known.failure.code] if known.failure else [])
        over += [case] if known.rule or known.failure else []
    return [case for case in cases if not any(case is each for each in over)], records


def _let_through(job: Rehearsal, gone: Sequence[Verdict], outlook: Outlook) -> list[Verdict]:
    """Those that would not be held back until somebody has looked."""
    held = set[int]()
    for direction in Direction:
        many = guarding.too_many(job, gone, direction)
        outlook.problems += Counter([guarding.CODE] if many else [])
        held |= {id(change) for change in many}
    return [verdict for verdict in gone if not held & {id(change) for change in verdict.case.changes}]


def _told(verdict: Verdict, outlook: Outlook) -> Iterator[Planned]:
    if verdict.failure is not None:
        outlook.problems[verdict.failure.code] += 1
    yield from _writes(verdict)


def _writes(verdict: Verdict) -> Iterator[Planned]:
    case, plan = verdict.case, verdict.plan
    new = not case.item.record_id or plan.anew
    if plan.to_crm:
        yield _planned(case, "crm", "create" if new else "update", plan.to_crm)
    if plan.delete_in_crm:
        yield _planned(case, "crm", "delete", None)
    if plan.to_mailbox:
        made = case.binding is None or plan.anew
        yield _planned(case, "mailbox", "create" if made else "update", plan.to_mailbox)
    if plan.delete_in_mailbox:
        yield _planned(case, "mailbox", "delete", None)


def _planned(case: Case, side: str, action: str, event: Record | None) -> Planned:
    title = event.title if event else case.item.title
    people = len(event.attendees) if isinstance(event, Event) and side == "crm" else 0
    return Planned(side=side, action=action, object=case.item.resource, key=case.item.key, title=title, people=people)


def _pages(job: Rehearsal, resource: Resource) -> Iterator[Page]:
    """From the cursor to the end; from the beginning where the provider has forgotten it."""
    row = Cursor.objects.filter(mailbox=job.mailbox, resource=resource).first()
    try:
        yield from _pages_after(job, resource, row.value or None if row else None)
    except SideFailed as error:
        if error.failure.kind is not Kind.CURSOR_EXPIRED or row is None:
            raise
        yield from _pages_after(job, resource, None)


def _pages_after(job: Rehearsal, resource: Resource, value: str | None) -> Iterator[Page]:
    days = record_planning.window()
    while True:
        page = job.lines.mail.call(
            f"read {resource}s",
            lambda mail, value=value: next(iter(mail.pull(resource, value, days))),  # type: ignore[misc]
        )
        yield up_to_date(job, page, resource)
        if page.complete:
            return
        value = page.cursor


@dataclass(kw_only=True)
class _Page:
    """A page of a feed, as the rows that it would make."""

    job: Rehearsal
    page: Page

    @property
    def events(self) -> list[tuple[RemoteChange, Record]]:
        return [(change, change.record) for change in self.page.changes if isinstance(change.record, Record)]

    def news(self, outlook: Outlook) -> Iterator[Case]:
        """What would be written of it; what a rule keeps out is counted."""
        items = self._items()
        for change, event in self.events:
            item = items[change.ref.id]
            mine = _copy(self.job, change, event, item)
            if _leader(self.job, item, mine) is not mine and (item.synced_at or item.record_id):
                continue
            rule = record_planning.rule_of(self.job, change, item)
            if rule and (isinstance(event, Contact) or not item.record_id):
                outlook.left_out[rule] += not _is_filtered(item, rule)
            elif rule:
                yield self._case(item, mine, None, f"rule {rule}")
            elif record_planning.is_new(self.job, item, event, waits=False):
                yield self._case(item, mine, event, "")

    def gone(self) -> Iterator[Case]:
        """What was deleted in the calendar and stands in the CRM, where contacts stay."""
        ids = [change.ref.id for change in self.page.changes if change.gone]
        rows = Binding.objects.filter(mailbox=self.job.mailbox, gone_at=None).select_related("item")
        for copy in rows.filter(remote_id__in=ids) | rows.filter(series__in=ids):
            others = Binding.objects.filter(item=copy.item, gone_at=None).exclude(pk=copy.pk)
            stays = copy.item.resource == Resource.CONTACT
            if copy.item.record_id and not stays and (copy.leads or not others.exists()):
                yield self._case(copy.item, copy, None, record_planning.TOMBSTONE)

    def _case(self, item: Item, copy: Binding, event: Record | None, proof: str) -> Case:
        """The change that the feed would make, beside what is there already."""
        shown = content.projected(event, self.job.organization.private_events) if event else None
        change = Change(organization=self.job.organization, mailbox=self.job.mailbox, item=item, gone=event is None)
        change.proof, change.payload = proof, payload.record_to_json(shown) if shown else None
        rows = Change.objects.filter(item=item.pk, mailbox=self.job.mailbox, direction=Direction.TO_MAILBOX)
        return Case(item=item, to_crm=change, to_mailbox=rows.first() if item.pk else None, binding=copy)

    def _items(self) -> dict[str, Item]:
        """The item of each event, by the calendar's id; one that is new stands in no table."""
        job = self.job
        records = {change.ref.id: event for change, event in self.events}
        ids = list(records)
        bound = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=ids).select_related("item")
        found = {copy.remote_id: copy.item for copy in bound}
        keys = {change.ref.id: record_planning.key_of(job, change.ref, event) for change, event in self.events}
        known = record_planning.by_key(keys[ref] for ref in ids if ref not in found)
        marked = {event.key: change.ref.id for change, event in self.events if event.key}
        ours = Item.objects.filter(key__in=marked, alias="").exclude(record_id="")
        named = {marked[item.key]: item for item in ours}
        return {
            ref: found.get(ref) or known.get(keys[ref]) or named.get(ref) or _known_or_fresh(job, event, keys[ref])
            for ref, event in records.items()
        }


def _known_or_fresh(job: Rehearsal, record: Record, key: str) -> Item:
    waiting = contact_planning.waiting(job, [record])[0] if isinstance(record, Contact) else None
    return waiting or Item(organization=job.organization, resource=content.resource_of(record), key=key)


def _copy(job: Rehearsal, change: RemoteChange, record: Record, item: Item) -> Binding:
    """This mailbox's copy as the feed has it now."""
    return Binding(
        organization=job.organization,
        mailbox=job.mailbox,
        item=item,
        remote_id=change.ref.id,
        version=change.ref.version,
        leads=not isinstance(record, Event) or record.leads,
    )


def _leader(job: Rehearsal, item: Item, mine: Binding) -> Binding:
    """The copy that leads once this one is as the feed has it."""
    if not item.pk:
        return mine
    rows = Binding.objects.filter(item=item, gone_at=None).order_by("-leads", "pk")
    others = rows.exclude(mailbox=job.mailbox, remote_id=mine.remote_id)
    before = rows.filter(mailbox=job.mailbox, remote_id=mine.remote_id).values_list("pk", flat=True).first()
    first = others.first()
    if first is None or (mine.leads and not first.leads):
        return mine
    older = before is not None and before < first.pk
    return mine if mine.leads == first.leads and older else first


def _is_filtered(item: Item, rule: str) -> bool:
    return bool(item.pk) and Filtered.objects.filter(item=item, rule=rule).exists()
