"""What the jobs of the model stand on: both sides in memory, the tables, and the two doors of `connectors.effects`.

A `Design` says how it is built; every switch in it makes it wrong, and some schedule has to show that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar

from connectors.errors import ConnectorError, Kind
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.policies import ConflictRule
from connectors.records import Window
from tests.scenario.model.rows import Rows

SECRET = "5e" * 32
USER = "005000000000001"
NINE = datetime(2021, 3, 3, 9, tzinfo=UTC)  # long ago, so that whatever we write is newer
WINDOW = Window(start=NINE - timedelta(days=1000), end=NINE + timedelta(days=1000))  # nothing lies outside

Hook = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Design:
    """How it is built. All off is how it is meant."""

    cursor_first: bool = False  # the calendar's cursor moves before what it showed is written down
    reader_cursor_first: bool = False  # so does the reader's
    settles_first: bool = False  # it counts as agreed before either side was asked
    any_answer_is_done: bool = False  # a call whose answer was lost counts as done
    no_look: bool = False  # what stands in the CRM now is not looked at before it is written over
    keeps_too_late: bool = False  # who loses is kept once both sides have the other version
    forgets_what_was_sent: bool = False  # what a write will come to is not written down before it goes
    agrees_as_a_whole: bool = False  # what the calendar still lacks counts as agreed on once the CRM has it
    ends_what_is_new: bool = False  # a change that came to say something else meanwhile counts as done
    trusts_an_old_copy: bool = False  # what an earlier try has made in the calendar counts as what is planned
    writes_over_any_version: bool = False  # the calendar is not told which version is meant
    no_numbers: bool = False  # states that go to the CRM have no numbers
    no_fence: bool = False  # what a worker writes down that slept through its lease lasts
    gone_is_not_missed: bool = False  # nobody looks after what was deleted while a cursor was lost
    rest_waits_on: bool = False  # what is left of a plan waits for what was decided and done
    one_record_for_ever: bool = False  # one that was made anew without an answer is not looked for
    makes_unnoted: bool = False  # that something is about to be made in the calendar stands nowhere


MEANT = Design()
WRONG = {each.name: Design(**{each.name: True}) for each in fields(Design)}


class LeaseLost(Exception):
    """Somebody else works on this now; stop at once and touch nothing."""


class Ground:
    """One mailbox and one CRM. `held` are the leases that are not over yet, by what is worked on."""

    def __init__(
        self, design: Design = MEANT, rule: str = ConflictRule.NEWEST, *, store: MemoryMailbox, crm: MemoryCrm
    ) -> None:
        self.design, self.rule = design, rule
        self.rows = Rows()
        self.store, self.crm, self.calendar = store, crm, store.calendar
        self.crm.events.overlap = 0  # what was read before is not shown again, so that nothing hides behind it
        self.hook: Hook = lambda _: None
        self.held: set[str] = set()


class Job:
    """One job: it takes a lease, and shows its number in every transaction."""

    lease: ClassVar[str]

    def __init__(self, ground: Ground) -> None:
        self.ground, self.design = ground, ground.design
        self.fence = 0

    @property
    def rows(self) -> Rows:
        """As they stand now; whatever was read before may be old."""
        return self.ground.rows

    def claim(self) -> None:
        self.fence = self.rows.fences.get(self.lease, 0) + 1
        self.rows.fences[self.lease] = self.fence

    @contextmanager
    def commit(self, name: str) -> Iterator[Rows]:
        """One transaction. Raises `LeaseLost`."""
        self.ground.hook(f"{name}: before commit")
        fresh = self.rows.copied()
        fresh.tick += 1
        if fresh.fences[self.lease] != self.fence and not self.design.no_fence:
            raise LeaseLost(self.lease)
        yield fresh
        self.ground.rows = fresh
        self.ground.hook(f"{name}: after commit")

    def call(self, name: str, ask: Callable[[], T]) -> T:
        """The answer; with a fresh token, once, where the first one has ended. Raises `ConnectorError`."""
        try:
            return self._once(name, ask)
        except ConnectorError as error:
            if error.failure.kind is not Kind.AUTH:
                raise
        return self._once(f"{name} again", ask)

    def _once(self, name: str, ask: Callable[[], T]) -> T:
        self.ground.hook(f"{name}: before")
        answer = ask()
        self.ground.hook(f"{name}: after")
        return answer
