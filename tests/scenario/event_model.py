"""The protocol of events as a model: no database, no Django, one worker, four events. Pure.

It stands beside the product and shares with it only what is pure itself: how two versions are agreed on, and both
sides in memory. Rows are dictionaries, a transaction is a copy that is thrown away if somebody dies in it. So the whole
product of two troubles is played in less time than the product needs for a hundred of them.

A `Design` says how it is built; every switch in it makes it wrong, and some schedule has to show that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.records import CrmRecord, Event, Put, Record, RecordWrite, Ref, Resource, Window, an_event
from syncapp.engine import agreeing, content
from syncapp.engine.agreeing import Plan, Side, agree, crm_side, seen

SECRET = "5e" * 32
USER = "005000000000001"
NINE = datetime(2021, 3, 3, 9, tzinfo=UTC)  # long ago, so that whatever we write is newer
WINDOW = Window(start=NINE - timedelta(days=30), end=NINE + timedelta(days=180))
ROUNDS = 30

Hook = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Design:
    """How it is built. All off is how it is meant."""

    cursor_first: bool = False  # the calendar's cursor moves before what it showed is written down
    reader_cursor_first: bool = False  # so does the reader's
    settles_first: bool = False  # it counts as agreed before either side was asked
    any_answer_is_done: bool = False  # a call whose answer was lost counts as done
    no_look: bool = False  # what stands in the CRM now is not looked at before it is written over
    keeps_too_late: bool = False  # who loses is kept once both sides have the other version


@dataclass(kw_only=True)
class Item:
    key: str
    record_id: str = ""
    version: int = 0
    base: agreeing.Base = field(default_factory=dict)
    copy: str = ""  # the id in the calendar
    copy_version: str = ""
    generation: int = 0
    gone: bool = False


@dataclass(kw_only=True)
class Rows:
    """All that lasts. `changes` are by item and direction; None is a deletion."""

    items: dict[str, Item] = field(default_factory=dict)
    changes: dict[tuple[str, str], Event | None] = field(default_factory=dict)
    calendar_cursor: str | None = None
    crm_cursor: str | None = None
    missing: dict[str, int] = field(default_factory=dict)
    overruled: set[tuple[str, str]] = field(default_factory=set)
    run: int = 0

    def copied(self) -> Rows:
        """Deep enough: what lies in it and can change is copied, what is frozen is shared."""
        items = {key: changed(item) for key, item in self.items.items()}
        return changed(
            self,
            items=items,
            changes=dict(self.changes),
            missing=dict(self.missing),
            overruled=set(self.overruled),
        )


class Model:
    """One mailbox and one CRM, and the worker between them."""

    def __init__(self, design: Design = Design()) -> None:
        self.design = design
        self.rows = Rows()
        self.store = MemoryMailbox("anna@ours.example")
        self.crm = MemoryCrm("00Dacme")
        self.crm.events.overlap = 0  # what was read before is not shown again, so that nothing hides behind it
        self.calendar = self.store.calendar
        self.hook: Hook = lambda _: None

    # -- What lasts, and what leaves the process

    @contextmanager
    def commit(self, name: str) -> Iterator[Rows]:
        self.hook(f"{name}: before commit")
        fresh = self.rows.copied()
        yield fresh
        self.rows = fresh
        self.hook(f"{name}: after commit")

    @contextmanager
    def outside(self, name: str) -> Iterator[None]:
        self.hook(f"{name}: before")
        yield
        self.hook(f"{name}: after")

    # -- The reader of the CRM

    def read_crm(self) -> bool:
        """Whether it could be read."""
        try:
            with self.outside("read crm events"):
                page = next(iter(self.crm.changes(Resource.EVENT, self.rows.crm_cursor, WINDOW)))
        except ConnectorError as error:
            if error.failure.kind is Kind.CURSOR_EXPIRED:
                with self.commit("crm cursor: forget") as rows:
                    rows.crm_cursor = None
            return False
        if self.design.reader_cursor_first:
            with self.commit("crm cursor: move") as rows:
                rows.crm_cursor = page.cursor
        with self.commit("plan crm events") as rows:
            for change in page.changes:
                self._told_by_crm(rows, change.record_id, change.record)
            rows.crm_cursor = page.cursor
        return page.complete

    def _told_by_crm(self, rows: Rows, record_id: str, record: CrmRecord | None) -> None:
        item = next((each for each in rows.items.values() if each.record_id == record_id), None)
        if item is None and record is not None and not record.key and record.owner_id == USER:
            item = rows.items[record_id] = Item(key=record_id, record_id=record_id)
        if item is None or item.gone or (record is not None and record.key and not item.base):
            return
        place = (item.key, "to_mailbox")
        if record is None:
            rows.changes[place] = None
        elif place in rows.changes or self._differs(record.event, item.base.get("crm", {})):
            rows.changes[place] = record.event

    def _differs(self, event: Event, base: dict[str, str] | object) -> bool:
        assert isinstance(base, dict)
        return bool(content.changed(content.hashes(event, SECRET), base, content.BOTH_WAYS))

    # -- The job of the mailbox

    def work(self) -> bool:
        """A run; whether it came to its end. What fails is left for the next one."""
        with self.commit("run: open") as rows:
            rows.run += 1
        try:
            self._work_off()
            self._ask_for_missing()
            self._read()
        except ConnectorError:
            return False
        return True

    def _read(self) -> None:
        complete = False
        while not complete:
            full = self.rows.calendar_cursor is None
            try:
                with self.outside("read events"):
                    page = next(iter(self.store.pull(Resource.EVENT, self.rows.calendar_cursor, WINDOW)))
            except ConnectorError as error:
                if error.failure.kind is not Kind.CURSOR_EXPIRED:
                    raise
                with self.commit("cursor: forget") as rows:
                    rows.calendar_cursor = None
                continue
            if self.design.cursor_first:
                with self.commit("cursor: move at once") as rows:
                    rows.calendar_cursor = page.cursor
            with self.commit("plan events") as rows:
                for change in page.changes:
                    event = change.record if isinstance(change.record, Event) else None
                    self._told_by_calendar(rows, change.ref, event)
                if full:
                    shown = {change.ref.id for change in page.changes}
                    known = {item.copy for item in rows.items.values() if item.copy and not item.gone}
                    rows.missing |= dict.fromkeys(known - shown, rows.run)
            self._work_off()
            with self.commit("cursor: move") as rows:
                rows.calendar_cursor = page.cursor
            complete = page.complete

    def _told_by_calendar(self, rows: Rows, ref: Ref, event: Event | None) -> None:
        item = next((each for each in rows.items.values() if each.copy == ref.id), None)
        if event is None:
            if item is not None and not item.gone:
                item.copy = ""
                rows.changes[item.key, "to_crm"] = None
            return
        if item is None and event.key in rows.items:
            item = rows.items[event.key]
        if item is None:
            item = rows.items[event.uid] = Item(key=event.uid)
        item.copy, item.copy_version = ref.id, ref.version
        place = (item.key, "to_crm")
        if place in rows.changes or content.changed(content.hashes(event, SECRET), item.base.get("mailbox", {})):
            rows.changes[place] = event

    def _ask_for_missing(self) -> None:
        wanted = [ref for ref, run in self.rows.missing.items() if run < self.rows.run]
        if not wanted:
            return
        with self.outside("find missing events"):
            answers = self.store.look(Resource.EVENT, [Ref(id=each) for each in wanted])
        with self.commit("missing events") as rows:
            for ref, answer in zip(wanted, answers, strict=True):
                del rows.missing[ref]
                if not isinstance(answer, ItemError) and not answer.gone:
                    continue
                self._told_by_calendar(rows, Ref(id=ref), None)

    # -- Plans, and what becomes of them

    def _work_off(self) -> None:
        for key in dict.fromkeys(key for key, _ in sorted(self.rows.changes)):
            self._settle(key)

    def _settle(self, key: str) -> None:
        item, changes = self.rows.items[key], self.rows.changes
        now = self._look(item) if (key, "to_crm") in changes else None
        mailbox = Side()
        if (key, "to_crm") in changes:
            event = changes[key, "to_crm"]
            mailbox = seen(event, event is None, item.base.get("mailbox", {}), SECRET)
        plan = agree(mailbox, self._crm_side(item, now), rule="newest")
        if plan.delete_in_mailbox and not item.copy:
            plan = changed(plan, delete_in_mailbox=False, over=True)
        if plan.delete_in_crm and not item.record_id:
            plan = changed(plan, delete_in_crm=False, over=True)
        self._carry_out(item, plan, mailbox.event)

    def _look(self, item: Item) -> CrmRecord | ItemError | None:
        if not item.record_id or item.gone or self.design.no_look:
            return None
        with self.outside("look at events"):
            (found,) = self.crm.current(Resource.EVENT, [item.record_id])
        return found

    def _crm_side(self, item: Item, now: CrmRecord | ItemError | None) -> Side:
        base = item.base.get("crm", {})
        if isinstance(now, ItemError):
            return crm_side(None, True, base, SECRET, hidden=False)
        if now is not None:
            if not base and now.key:
                return Side(event=now.record)
            return crm_side(now.record, False, base, SECRET, hidden=False)
        if (item.key, "to_mailbox") not in self.rows.changes:
            return Side()
        event = self.rows.changes[item.key, "to_mailbox"]
        return crm_side(event, event is None, base, SECRET, hidden=False)

    def _carry_out(self, item: Item, plan: Plan, event: Record | None) -> None:
        writes = plan.to_crm or plan.delete_in_crm, plan.to_mailbox or plan.delete_in_mailbox
        if not any(writes) or self.design.settles_first:
            with self.commit("settle events") as rows:
                self._agreed(rows, rows.items[item.key], plan, event or plan.to_mailbox)
            if not any(writes):
                return
        if plan.loser and not self.design.keeps_too_late:
            self._keep(item, plan)
        if writes[0]:
            self._to_crm(item.key, plan)
        if writes[1]:
            self._to_mailbox(item.key, plan)
        if plan.loser and self.design.keeps_too_late:
            self._keep(item, plan)

    def _keep(self, item: Item, plan: Plan) -> None:
        with self.commit("overruled: keep") as rows:
            rows.overruled.add((item.key, plan.loser))

    def _agreed(self, rows: Rows, item: Item, plan: Plan, event: Record | None) -> None:
        if plan.over or event is None:
            item.gone, item.base, item.copy = True, {}, ""
        else:
            item.base = agreeing.settled(item.base, event, SECRET)
        self._drop(rows, item.key)

    def _drop(self, rows: Rows, key: str, *directions: str) -> None:
        for direction in directions or ("to_crm", "to_mailbox"):
            rows.changes.pop((key, direction), None)

    @contextmanager
    def _may_fail(self) -> Iterator[None]:
        """A design that takes any answer for done goes on after a lost one."""
        try:
            yield
        except ConnectorError:
            if not self.design.any_answer_is_done:
                raise

    def _to_crm(self, key: str, plan: Plan) -> None:
        with self.commit("version: reserve") as rows:
            rows.items[key].version += 1
        item = self.rows.items[key]
        there = "" if plan.to_crm is not None and (plan.anew or item.gone) else item.record_id
        write = RecordWrite(
            resource=Resource.EVENT, key=key, version=item.version, record=plan.to_crm, record_id=there, owner_id=USER
        )
        answer: Ref | ItemError = Ref(id=item.record_id)
        with self._may_fail(), self.outside("push events"):
            (answer,) = self.crm.push([write])
        if isinstance(answer, ItemError):
            return
        with self.commit("settle events in crm") as rows:
            item = rows.items[key]
            if plan.to_crm is None:
                self._agreed(rows, item, changed(plan, over=True), None)
                return
            left = plan.fields if plan.to_mailbox else frozenset()
            item.base = agreeing.settled(item.base, plan.to_crm, SECRET, fields=content.FIELDS - left)
            item.record_id, item.gone = answer.id, False
            self._drop(rows, key, "to_crm")
            if plan.to_mailbox is None:
                self._drop(rows, key)
            else:
                rows.changes[key, "to_mailbox"] = an_event(plan.to_crm)

    def _to_mailbox(self, key: str, plan: Plan) -> None:
        item = self.rows.items[key]
        ref = Ref(id=item.copy, version=item.copy_version) if item.copy and not plan.anew else None
        fields = _attributes(plan.fields) if ref else frozenset[str]()
        put = Put(
            resource=Resource.EVENT,
            key=key,
            record=plan.to_mailbox,
            ref=ref,
            generation=0 if ref else item.generation,
            fields=fields,
        )
        answer: Ref | ItemError = Ref(id=item.copy)
        with self._may_fail(), self.outside("push to calendar"):
            (answer,) = self.store.push([put])
        with self.commit("settle events in mailbox") as rows:
            self._answered(rows, rows.items[key], plan, answer, is_new=ref is None)

    def _answered(self, rows: Rows, item: Item, plan: Plan, answer: Ref | ItemError, *, is_new: bool) -> None:
        if isinstance(answer, ItemError):
            item.generation += answer.failure.code.endswith("generation")
        elif plan.to_mailbox is None:
            self._agreed(rows, item, changed(plan, over=True), None)
        else:
            fields = content.FIELDS if is_new else plan.fields
            item.base = agreeing.settled(item.base, plan.to_mailbox, SECRET, fields=fields)
            item.copy, item.copy_version, item.gone = answer.id, answer.version, False
            self._drop(rows, item.key)


def _attributes(fields: frozenset[str]) -> frozenset[str]:
    names = {content.TIME: ("start", "end", "all_day"), content.PEOPLE: ("attendees",)}
    return frozenset(name for each in fields for name in names.get(each, (each,)))


# -- A world, and how it ends


def event(title: str, at: datetime = NINE) -> Event:
    return Event(uid=f"{title}@x", title=title, start=at, end=at + timedelta(hours=1), text="t", changed_at=NINE)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What both sides say, and whose words were kept that were written over."""

    calendar: tuple[str, ...]
    records: tuple[str, ...]
    overruled: frozenset[tuple[str, str]]


class Died(BaseException):
    """The worker dies here."""


def in_step(design: Design) -> Model:
    """Two events that both sides agree on; and then an event is new on either side, one is edited on both, and one is
    deleted."""
    model = Model(design)
    refs = [model.calendar.add(event(title)) for title in ("merged", "to be deleted")]
    model.read_crm()
    model.work()
    (merged,) = [each.id for each in model.crm.events.living.values() if each.event.title == "merged"]
    model.calendar.edit(refs[0], title="by Anna", text="by Anna", changed_at=NINE + timedelta(minutes=1))
    later = NINE + timedelta(minutes=2)
    model.crm.events.edit(merged, title="by the CRM", location="by the CRM")
    model.crm.events.records[merged].said = changed(model.crm.events.records[merged].event, changed_at=later)
    model.calendar.delete(refs[1])
    model.calendar.add(event("her own"))
    model.crm.events.create(event("visit"), owner_id=USER)
    return model


def played(model: Model, hook: Hook) -> None:
    """Until a round leaves nothing to do, and nobody died or failed in it. Raises `AssertionError` if there is none."""
    model.hook = hook
    for _ in range(ROUNDS):
        try:
            was_read, was_worked = model.read_crm(), model.work()
        except Died:
            continue
        if was_read and was_worked and not model.rows.changes and not model.rows.missing:
            return
    raise AssertionError("I-10 it never comes to rest")


def ended(model: Model) -> Ended:
    return Ended(
        calendar=tuple(sorted(_said(each) for each in model.calendar.living.values())),
        records=tuple(sorted(_said(each.event) for each in model.crm.events.living.values())),
        overruled=frozenset(model.rows.overruled),
    )


def broken(model: Model, expected: Ended) -> list[str]:
    """What must not be."""
    end = ended(model)
    found = [] if end.calendar == end.records else [f"I-4 the sides differ: {end.calendar} and {end.records}"]
    found += [] if len(set(end.records)) == len(end.records) else ["I-3 a record is there twice"]
    found += [] if end.overruled >= expected.overruled else ["I-5 who lost was not kept"]
    return found + ([] if end == expected else [f"I-8 it ends otherwise: {end}"])


def _said(each: Event) -> str:
    return f"{each.title} | {each.location} | {each.text}"


def points(design: Design) -> Sequence[tuple[str, int]]:
    """Every point that the undisturbed run reaches, and the how-manieth time it is."""
    model, reached = in_step(design), list[tuple[str, int]]()

    def note(name: str) -> None:
        reached.append((name, 1 + sum(each == name for each, _ in reached)))

    played(model, note)
    return reached
