"""What may go wrong between workers and both sides in memory, whoever works there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from connectors.errors import Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.records import CrmPage, Page, Resource, Window
from tests.driving import CRM_DOWN, HICCUP

EXPIRED = failure("google.authError", Kind.AUTH, "Invalid Credentials")
OVERLAP = 50  # changes of the CRM that come again with every read, where it is slow to settle


class UnrulyMailbox(MemoryMailbox):
    """What a page of its feeds shows may come in any order."""

    backwards = False

    def pull(
        self, resource: Resource, cursor: str | None, window: Window | None = None, labels: Collection[str] = ()
    ) -> Iterator[Page]:
        for page in super().pull(resource, cursor, window, labels):
            yield replace(page, changes=page.changes[::-1]) if self.backwards else page


class UnrulyCrm(MemoryCrm):
    """Likewise."""

    backwards = False

    def changes(self, resource: Resource, cursor: str | None, window: Window) -> Iterator[CrmPage]:
        for page in super().changes(resource, cursor, window):
            yield replace(page, changes=page.changes[::-1]) if self.backwards else page


@dataclass(kw_only=True)
class StoreFaults:
    """What is wrong now. `stores` are the colleagues' mailboxes; sides are numbers of them, counted round, -1 is the
    CRM."""

    crm: UnrulyCrm
    stores: list[UnrulyMailbox]

    def __post_init__(self) -> None:
        self._usual_overlap = self.crm.events.overlap

    def store(self, side: int) -> UnrulyMailbox:
        return self.stores[side % len(self.stores)]

    # -- Calls

    def fail_call(self, side: int, after: int) -> None:
        """One call fails that passes by itself, after so many that do not."""
        at = self.crm.faults if side < 0 else self.store(side).faults
        at.waiting.extend([*[None] * after, CRM_DOWN if side < 0 else HICCUP])

    def lose_answer(self, side: int) -> None:
        """The next write is done, and the answer to it is lost."""
        (self.crm.faults if side < 0 else self.store(side).faults).lost_answers.append(True)

    def expire(self, side: int) -> None:
        """The token is refused once; a fresh one is not."""
        self.store(side).faults.waiting.append(EXPIRED)

    # -- Feeds

    def disorder(self) -> None:
        """Changes come in the wrong order, and those of the CRM come again and again."""
        self.crm.backwards, self.crm.events.overlap = True, OVERLAP
        for store in self.stores:
            store.backwards = True

    def forget_cursors(self, side: int) -> None:
        if side < 0:
            self.crm.events.forget_cursors()
        else:
            self.store(side).calendar.forget_cursors()
            self.store(side).forget_cursors()

    # -- The end of it

    def end(self) -> None:
        """All is well again."""
        self.crm.backwards, self.crm.events.overlap = False, self._usual_overlap
        for faults in (self.crm.faults, *(store.faults for store in self.stores)):
            faults.waiting.clear()
            faults.lost_answers.clear()
        for store in self.stores:
            store.backwards = False
