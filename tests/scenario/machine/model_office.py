"""An office in which the model of the protocol works, on dictionaries, and where time goes on by rules alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from unittest.mock import patch

from connectors import clock
from connectors.records import Event
from tests.scenario.deaths import Restless
from tests.scenario.event_model import ROUNDS, Model
from tests.scenario.machine.history import Shown, words_of
from tests.scenario.machine.meetings import Meeting, People
from tests.scenario.machine.memory_sides import MemorySides
from tests.scenario.machine.outside import Kept, Outside, Seen
from tests.scenario.machine.store_faults import StoreFaults, UnrulyCrm, UnrulyMailbox
from tests.scenario.machine.workplace import Hook, Work, Workplace
from tests.scenario.model.ground import MEANT, NINE, USER, Design
from tests.scenario.model.rows import Overruled

ANNA = "anna@ours.example"


@dataclass
class StandingClock:
    """Stands in for `datetime` where the product asks what time it is: it goes on only when it is moved."""

    moment: datetime = NINE

    def now(self, zone: tzinfo) -> datetime:
        return self.moment.astimezone(zone)

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass(kw_only=True)
class ModelOffice(Workplace[str]):
    """Anna works for the organization, and the model for her; there is no Ben, so his work is hers. A question is the
    key of an item."""

    time: StandingClock
    model: Model
    sides: MemorySides
    people: People
    faults: StoreFaults
    rounds: int = 0
    _cursors: dict[tuple[object, str], None] = field(default_factory=dict)

    # -- Work

    def work(self, work: Work) -> None:
        self._note_cursors()
        if work is Work.READER:
            self.model.read_crm()
        else:
            self.model.work()

    def all_work(self) -> None:
        self.work(Work.READER)
        self.work(Work.ANNA)

    def _note_cursors(self) -> None:
        rows = self.model.rows
        self._cursors |= {(name, value): None for name in ("calendar", "crm") if (value := getattr(rows, name).value)}

    @contextmanager
    def crash_points(self, hook: Hook) -> Iterator[None]:
        before, self.model.hook = self.model.hook, hook
        try:
            yield
        finally:
            self.model.hook = before

    def outlast_leases(self) -> None:
        self.model.held.clear()

    @property
    def seen_cursors(self) -> Sequence[tuple[object, str]]:
        return list(self._cursors)

    def go_back(self, whose: object, cursor: str) -> None:
        self.model.rows.go_back(str(whose), cursor)

    # -- People and what they are asked

    def questions(self) -> list[str]:
        return self.model.rows.questions()

    def decide(self, question: str, choice: str) -> None:
        self.model.rows.asked[question] = choice

    def unsettled(self) -> list[str]:
        return [f"a conflict about {key}" for key in self.questions()]

    def settle_everything(self) -> None:
        for key in self.questions():
            self.decide(key, "mailbox")

    # -- To the end

    def comes_to_rest(self) -> None:
        """And then a further round writes nothing, nor tries to."""
        for _ in range(ROUNDS):
            before = self._writes()
            self.all_work()
            self.rounds += 1
            if self.model.rests and before == self._writes():
                return
        raise Restless(f"I-10 after {ROUNDS} rounds something is left to do: {self.model.rows.changes}")

    def _writes(self) -> tuple[object, ...]:
        return self.sides.standing(), self.model.crm.writes, self.model.store.writes

    def wrong(self) -> list[str]:
        return ModelOutside(self).wrong()


class ModelOutside(Outside):
    """Of the model's tables only those are asked that a person asks: what was overruled, and what is to be decided."""

    def __init__(self, office: ModelOffice) -> None:
        super().__init__(office.people, office.model.rule)
        self.rows = office.model.rows

    def seen(self, meeting: Meeting) -> Seen:
        seen = super().seen(meeting)
        keys = self._keys(meeting)
        seen.is_explained = not keys.isdisjoint(self.rows.questions())
        seen.kept = [self._kept(each) for each in self.rows.overruled if each.key in keys]
        return seen

    def _keys(self, meeting: Meeting) -> set[str]:
        """Of the items that ever were this meeting."""
        records, copies = set(self.people.record_ids(meeting)), set(self.people.remote_ids(meeting)[ANNA])
        by_record = {item.key for item in self.rows.items.values() if item.record_id in records}
        return by_record | {copy.key for id_, copy in self.rows.copies.items() if id_ in copies}

    def _kept(self, row: Overruled) -> Kept:
        return Kept(side=row.side, rule=self.rule, said=_said(row.event), fields=row.fields)


def _said(event: Event | None) -> Shown:
    return words_of(event) if event else {}


@contextmanager
def model_office(rule: str, design: Design = MEANT) -> Iterator[ModelOffice]:
    """A fresh office at nine o'clock; it leaves nothing behind."""
    time = StandingClock()
    with patch.object(clock, "datetime", time):
        store, crm = UnrulyMailbox(ANNA), UnrulyCrm("00Dacme")
        model = Model(design, rule, store=store, crm=crm)
        sides = MemorySides(crm=crm, stores={ANNA: store}, users={ANNA: USER})
        faults = StoreFaults(crm=crm, stores=[store])
        yield ModelOffice(time=time, model=model, sides=sides, people=People(sides=sides), faults=faults)
