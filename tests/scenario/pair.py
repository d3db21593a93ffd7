"""One or two mailboxes, and as many workers as one likes: small, so that a schedule takes no time.

What may arrive while they work arrives by `customer()`, a worker of its own kind whose steps a plan may put anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from connectors import clock
from connectors.effects import step
from connectors.memory import MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import Email, Flag
from issues import services as issues
from issues.models import Issue
from tests import builders
from tests.builders import contact, email
from tests.conftest import Time
from tests.driving import STORAGE, refusing, rest, turn
from tests.scenario.scene import Scene, Stage, jobs_of

POISON = "poison"


class Pair(Scene):
    """`mailboxes` is one or two; two share messages. `full` says that the CRM has no room until somebody makes some:
    the whole organization stands still, and recovers. With `poison` there is a message that workers may die of.
    """

    kept_out = frozenset({"bad", "junk", POISON})

    def __init__(self, time: Time, *, mailboxes: int = 2, full: bool = False, poison: bool = False) -> None:
        self.full, self.poison = full, poison
        self._wanted = mailboxes
        self._numbers = count(1)
        super().__init__(time)
        self.first, self.second = self.mailboxes[0], self.mailboxes[-1]

    def fill(self, organization: Organization) -> None:
        stores = [self._made(organization, number) for number in range(self._wanted)]
        self.crm.people.append(contact())
        self.crm.rules.append(refusing("", STORAGE) if self.full else refusing("bad"))
        self._deliver(*stores)

    def _made(self, organization: Organization, number: int) -> MemoryMailbox:
        store = self.store(builders.mailbox(organization, f"box{number}@ours.example"))
        store.page_size = 4
        return store

    def _message(self, subject: str, sender: str = "ann@customer.example", **more: Any) -> Email:
        """The same messages in every world, so that they come in the same order."""
        return email(sender, subject=subject, message_id=f"{next(self._numbers)}@pair", **more)

    def _deliver(self, first: MemoryMailbox, second: MemoryMailbox | None = None) -> None:
        shared, filed = self._message("in both mailboxes"), self._message("filed here and there")
        for message in (
            shared,
            self._message("bad"),
            replace(filed, flags=frozenset({Flag.SPAM})) if second else filed,
            self._message("good"),
            self._message("first letter", "new@prospect.example"),
        ):
            first.deliver(message)
        if second:
            for message in (
                self._message("second letter", "new@prospect.example"),
                replace(shared, text="another text"),
                filed,
            ):
                second.deliver(message)
        if self.poison:
            first.deliver(self._message(POISON))

    # -- Who acts

    def customer(self) -> None:
        """Somebody writes while we work: to all, to one, and what is there already is shown again."""
        first, second = self.store(self.first), self.store(self.second)
        late, junk = self._message("late"), self._message("junk", flags=frozenset({Flag.SPAM}))
        step("customer: writes to all")
        for store in {first.address: first, second.address: second}.values():
            store.deliver(late)
        step("customer: writes to one")
        second.deliver(junk)
        step("customer: moves a message about")
        first.feed.append(first.feed[0])

    def worker(self, mailbox: Mailbox) -> Callable[[], None]:
        return jobs_of(mailbox, self.endings)

    def comes_to_rest(self) -> None:
        """One worker alone, until nothing is due; where nothing can be written, somebody makes room then."""
        self._until_quiet()
        if self.full:
            self.crm.rules[:] = [refusing("bad")]
            issues.retry(Issue.everywhere.filter(subject_key="organization"))
            self._until_quiet()

    def _until_quiet(self) -> None:
        Mailbox.everywhere.update(next_run_at=clock.now())
        rest(self.time, hours=1.5)

    # -- The same with one worker

    @property
    def stages(self) -> Sequence[Stage]:
        return (Stage(inside=turn), Stage(outside=self.customer, inside=self.comes_to_rest))
