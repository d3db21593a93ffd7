"""The page protocol's versioned update on a small store: real leases, a calendar, and a CRM that knows versions.

E-mail is only ever inserted, so nothing of it can be overwritten; what changes on one side has to be guarded against
a worker that was stopped in the middle. Which guards there are is said by `Guards`, so that each can be taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from connectors.effects import commit, outside, step
from connectors.models import Mailbox
from syncapp.engine import lease
from syncapp.engine.lease import Held, LeaseLost
from tests import builders
from tests.scenario.sight import Delivered, Recorded

RUNS = 3  # of each worker


@dataclass(frozen=True, kw_only=True)
class Guards:
    """What a worker keeps to.

    `lease`: it works only with one. `fence`: it shows the lease's number in each of its transactions. `margin`: it
    makes sure of the lease before each write. `remote`: the CRM refuses a version lower than what stands there.
    `renumbers`: a refusal of a version that we never gave is answered with a higher one.
    """

    lease: bool = True
    fence: bool = True
    margin: bool = True
    remote: bool = True
    renumbers: bool = True


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What somebody made of an item in the calendar; each has a higher revision than the one before."""

    item: str
    revision: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A write that is still to be done, under our own number."""

    item: str
    text: str
    version: int


@dataclass
class Known:
    """What our rows say of an item: the highest number that we ever gave, the newest revision that we saw."""

    version: int = 0
    revision: int = 0
    planned: Planned | None = None


def is_news(edit: Edit, known: Known) -> bool:
    """Whether the calendar shows something newer than what we know; it may show old things once more."""
    return edit.revision > known.revision


@dataclass
class Calendar:
    """A mailbox's side. A cursor is a place in the feed."""

    feed: list[Edit] = field(default_factory=list)
    newest: dict[str, Edit] = field(default_factory=dict)

    def edit(self, item: str, text: str) -> None:
        revision = self.newest[item].revision + 1 if item in self.newest else 1
        self.newest[item] = Edit(item=item, revision=revision, text=text)
        self.feed.append(self.newest[item])

    def deliver_again(self, edit: Edit) -> None:
        """An old entry comes once more, after newer ones."""
        self.feed.append(edit)


@dataclass
class Crm:
    """The other side: one record for each item, with the version it was written under."""

    refuses_lower: bool
    records: dict[str, Planned] = field(default_factory=dict)

    def put(self, write: Planned) -> int | None:
        """None if it was written, else the higher version that stands there."""
        stands = self.records[write.item].version if write.item in self.records else 0
        if self.refuses_lower and write.version < stands:
            return stands
        self.records[write.item] = write
        return None


class Versions:
    """One calendar, one CRM, one mailbox's lease. `restored` says that our rows come from a backup, so that the CRM
    holds versions that they know nothing of."""

    def __init__(self, guards: Guards, *, restored: bool = False) -> None:
        self.guards = guards
        self.mailbox: Mailbox = builders.mailbox(builders.organization())
        self.calendar = Calendar()
        self.crm = Crm(refuses_lower=guards.remote)
        self.known: dict[str, Known] = {}
        self.cursor = 0
        self.calendar.edit("talk", "talk at nine")
        self.calendar.edit("lunch", "lunch at noon")
        if restored:
            self.crm.records["talk"] = Planned(item="talk", text="talk at seven", version=5)

    # -- Who acts

    def editor(self) -> None:
        """Somebody moves the talk, twice, and the lunch."""
        for item, text in (("talk", "talk at ten"), ("lunch", "lunch at one"), ("talk", "talk at eleven")):
            step(f"editor: {text}")
            self.calendar.edit(item, text)

    def worker(self, name: str) -> Callable[[], None]:
        def work() -> None:
            for _ in range(RUNS):
                self.run(name)

        return work

    def run(self, name: str) -> None:
        """One run: whoever loses the lease stops, and says nothing."""
        held = lease.claim(self.mailbox, name) if self.guards.lease else self._nobody()
        if held is None:
            return
        with suppress(LeaseLost):
            self._page(held)
        if self.guards.lease:
            lease.release(held)

    def _nobody(self) -> Held:
        """What is in hand without a lease."""
        return Held(organization_id=self.mailbox.organization_id, mailbox_id=self.mailbox.pk, fence=0)

    # -- The protocol

    def _page(self, held: Held) -> None:
        with outside("read changes"):
            edits, cursor = self.calendar.feed[self.cursor :], len(self.calendar.feed)
        with commit("plan"):
            self._show(held)
            for edit in edits:
                self._plan(edit)
            planned = [known.planned for known in self.known.values() if known.planned]
        for each in planned:
            self._write(held, each)
        with commit("cursor: move"):
            self._show(held)
            if not any(known.planned for known in self.known.values()):
                self.cursor = cursor

    def _plan(self, edit: Edit) -> None:
        """A change for what is new; several of one item become one."""
        known = self.known.setdefault(edit.item, Known())
        if not is_news(edit, known):
            return
        known.version += 1
        known.revision = edit.revision
        known.planned = Planned(item=edit.item, text=edit.text, version=known.version)

    def _write(self, held: Held, write: Planned) -> None:
        if self.guards.margin:
            lease.renew(held)
        with outside("write"):
            stands = self.crm.put(write)
        with commit("settle"):
            self._show(held)
            again = self._settled(write, stands)
        if again:
            self._write(held, again)

    def _settled(self, write: Planned, stands: int | None) -> Planned | None:
        """Done, or superseded by what we know of; the same under a higher number where we do not."""
        known = self.known[write.item]
        if stands is not None and stands > known.version and self.guards.renumbers:
            known.version = stands + 1
            known.planned = replace(write, version=known.version)
            return known.planned
        if known.planned and known.planned.version == write.version:
            known.planned = None
        return None

    def _show(self, held: Held) -> None:
        if self.guards.fence:
            lease.show(held)

    # -- How it ends, seen from outside

    def comes_to_rest(self) -> None:
        """One worker alone, until there is nothing to do."""
        for _ in range(4):
            self.run("alone")

    def delivered(self) -> Sequence[Delivered]:
        places = {edit.item: place for place, edit in enumerate(self.calendar.feed, start=1)}
        return [
            Delivered(
                mailbox_id=self.mailbox.pk,
                remote_id=edit.item,
                identity=edit.item,
                contents=frozenset({edit.text}),
                place=places[edit.item],
                good=True,
            )
            for edit in self.calendar.newest.values()
        ]

    def recorded(self) -> Sequence[Recorded]:
        return [Recorded(id=each.item, identity=each.item, content=each.text) for each in self.crm.records.values()]

    def passed(self, cursor: str) -> int:
        return int(cursor)

    def mails(self) -> frozenset[str]:
        return frozenset()
