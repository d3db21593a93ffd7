"""The protocol of events as a model: no database, no Django. Pure.

It stands beside the product and shares with it only what is pure itself: how two versions are agreed on, and both
sides in memory. Rows are dictionaries, a transaction is a copy that is thrown away if somebody dies in it. So the whole
product of two troubles is played in less time than the product needs for a hundred of them.

The rest of it is in `tests.scenario.model`. People play with it in `tests.scenario.test_model_machine`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, timedelta

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.records import Event
from tests.scenario.deaths import Crash, Restless
from tests.scenario.model.crm_reading import Reader
from tests.scenario.model.ground import NINE, USER, Design, Ground, Hook, LeaseLost
from tests.scenario.model.reading import MailboxJob

ROUNDS = 30


class Model(Ground):
    """One mailbox and one CRM, and the workers between them."""

    def read_crm(self) -> bool:
        """A job of the reader; whether it came to its end."""
        return self._work(Reader(self))

    def work(self) -> bool:
        """A job of the mailbox; whether it came to its end. What fails is left for the next one."""
        return self._work(MailboxJob(self))

    def _work(self, job: Reader | MailboxJob) -> bool:
        """Whoever has the lease while nobody else does; it is over once it is given back, or its worker has died."""
        if job.lease in self.held:
            return False
        self.held.add(job.lease)
        job.claim()
        try:
            return job.run()
        except LeaseLost:
            return False
        finally:
            self.held.discard(job.lease)

    @property
    def rests(self) -> bool:
        """Whether nothing is left to do but what a person has to choose."""
        rows = self.rows
        waits = {key for key, _ in rows.changes} - set(rows.questions())
        began = (rows.run, rows.crm.full_since, rows.calendar.full_since)
        return not waits and not any(copy.missing for _, copy in rows.living()) and began == (None, None, None)


# -- A world, and how it ends


def event(title: str, at: datetime = NINE) -> Event:
    return Event(uid=f"{title}@x", title=title, start=at, end=at + timedelta(hours=1), text="t", changed_at=NINE)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What both sides say, and whose words were kept that were written over."""

    calendar: tuple[str, ...]
    records: tuple[str, ...]
    overruled: frozenset[tuple[str, str]]


def in_step(design: Design) -> Model:
    """Two events that both sides agree on; and then an event is new on either side, one is edited on both, and one is
    deleted."""
    model = Model(design, store=MemoryMailbox("anna@ours.example"), crm=MemoryCrm("00Dacme"))
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
    """Until a round leaves nothing to do, and nobody died or failed in it. Raises `Restless` if there is none."""
    model.hook = hook
    for _ in range(ROUNDS):
        try:
            was_read, was_worked = model.read_crm(), model.work()
        except Crash:
            continue
        if was_read and was_worked and model.rests:
            return
    raise Restless("I-10 it never comes to rest")


def ended(model: Model) -> Ended:
    return Ended(
        calendar=tuple(sorted(_said(each) for each in model.calendar.living.values())),
        records=tuple(sorted(_said(each.event) for each in model.crm.events.living.values())),
        overruled=frozenset((each.key, each.side) for each in model.rows.overruled),
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
