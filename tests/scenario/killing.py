"""Kills a real cluster again and again, at steps by name or at a moment nobody chose, and keeps count.

The parent delivers the work, asks for it and compares the two sides in the end; what dies are the processes of
`manage.py jobs`, by SIGKILL from outside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from django.db.models import QuerySet
from django_q.models import OrmQ
from django_q.tasks import async_task

from connectors import clock
from connectors.models import Mailbox
from issues.models import Issue
from syncapp import services
from syncapp.demo.doors import Doors
from syncapp.demo.reporting import Account, account
from syncapp.models import Change, Item, Lease, Run
from tests import builders
from tests.integration.bad_input.world import ANN
from tests.processes import PATIENCE, Program, ended, until
from tests.scenario.cluster import SHORT, Cluster, kill
from tests.scenario.witness import CLAIMED

# Where a worker holds a lease, in the order in which a run that has something to do comes by.
STEPS = (
    "lease: claim: after commit",
    *(f"run: open: {side}" for side in ("before commit", "after commit")),
    *(f"read page: {side}" for side in ("before", "after")),
    *(f"get messages: {side}" for side in ("before", "after")),
    *(f"plan: {side}" for side in ("before commit", "after commit")),
    *(f"prepare: claim: {side}" for side in ("before commit", "after commit")),
    *(f"prepare: survived: {side}" for side in ("before commit", "after commit")),
    *(f"find people: {side}" for side in ("before", "after")),
    *(f"prepare: done: {side}" for side in ("before commit", "after commit")),
    *(f"push messages: {side}" for side in ("before", "after")),
    *(f"settle: {side}" for side in ("before commit", "after commit")),
    *(f"cursor: move: {side}" for side in ("before commit", "after commit")),
    *(f"run: finish: {side}" for side in ("before commit", "after commit")),
    "lease: release: before commit",
)
ANYWHERE = ""
LONG = 5 * PATIENCE  # what is waited for comes at once; the machine may be busy


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One SIGKILL: the worker's last step, whether its lease was good at that moment, whether all died with it."""

    step: str
    pid: int
    held: bool
    everybody: bool

    def __str__(self) -> str:
        whom = "a power cut" if self.everybody else f"worker {self.pid}"
        return f"{whom} at “{self.step}”, {'holding a lease' if self.held else 'no lease in hand'}"


@dataclass(kw_only=True)
class Scene:
    """Mailboxes, a cluster beside them, and how both sides are compared."""

    cluster: Cluster
    doors: Doors
    mailboxes: list[Mailbox]
    folder: Path
    kills: list[Kill] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    # -- Work

    def deliver(self, mailbox: Mailbox) -> None:
        """Something new in a mailbox, and a job for it."""
        self.sent.append(f"message {next(self._numbers)}")
        self.cluster.world.deliver_email(mailbox, builders.email(ANN, mailbox.address, self.sent[-1]))
        services.enqueue_sync(mailbox.pk)

    def deliver_everywhere(self) -> None:
        for mailbox in self.mailboxes:
            self.deliver(mailbox)

    def nudge(self) -> None:
        """As the schedules would, only sooner: free what the dead left, and ask for everything again."""
        async_task("syncapp.tasks.reap")
        for mailbox in self.mailboxes:
            services.enqueue_sync(mailbox.pk)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Waits; whoever has nothing to do is asked again every few seconds, for a killed job does not come back."""
        due = time.monotonic() + 2 * SHORT

        def asked() -> bool:
            nonlocal due
            if condition():
                return True
            if time.monotonic() > due:
                if not _waits():
                    self.nudge()
                due = time.monotonic() + 2 * SHORT
            return False

        until(asked, what, seconds=LONG)

    def works_in(self, program: Program) -> None:
        """Gives everybody something to do and waits until a worker of this cluster is at it."""
        self.deliver_everywhere()
        rows = Lease.everywhere.exclude(owner="").values_list("owner", flat=True)
        self.until(
            lambda: {int(owner.rpartition(":")[2]) for owner in rows.all()} & set(program.everybody()),
            "a worker of this cluster at work",
        )

    # -- Death

    def kill(self, program: Program, step: str, *, everybody: bool, chance: Random) -> None:
        """One kill, at a step by name or `ANYWHERE`. Whom it may hit has got over the last one: who dies three times
        in a row over the same message would rightly take it for poison.
        """
        mailbox = self.mailboxes[len(self.kills) % len(self.mailboxes)]
        hit = Lease.everywhere.all() if everybody else Lease.everywhere.filter(mailbox=mailbox)
        self.until(lambda: not _hurt(hit), "those who were hit before at work again")
        self.deliver(mailbox)
        pid = self._trapped(mailbox, step) if step else self._chosen(chance)
        held = _holds(pid)
        if everybody:
            program.kill_everybody()
        else:
            kill(pid)
        until(lambda: ended([pid]), "the death of the worker")
        (self.folder / "caught").unlink(missing_ok=True)
        self.kills.append(Kill(step=self.last_step(pid), pid=pid, held=held, everybody=everybody))

    def _trapped(self, mailbox: Mailbox, step: str) -> int:
        """The worker that came to this step with this mailbox and waits there."""
        caught = self.folder / "caught"
        (self.folder / "trap.new").write_text(f"{mailbox.pk} {step}")
        (self.folder / "trap.new").rename(self.folder / "trap")
        self.until(caught.exists, f"a worker at “{step}”")
        return int(caught.read_text().split()[0])

    def _chosen(self, chance: Random) -> int:
        """A worker that holds a lease, a moment later; it may have given it back by then."""
        owners: list[str] = []

        def somebody() -> bool:
            owners[:] = Lease.everywhere.exclude(owner="").filter(until__gt=clock.now()).values_list("owner", flat=True)
            return bool(owners)

        self.until(somebody, "a worker with a lease")
        time.sleep(chance.uniform(0, 0.2))  # the moment nobody chose; nothing depends on how long it is
        return int(chance.choice(owners).rpartition(":")[2])

    def last_step(self, pid: int) -> str:
        """The last line that a worker wrote down."""
        diary = self.folder / f"steps-{pid}"
        lines = diary.read_text().splitlines() if diary.exists() else []
        return lines[-1].split(maxsplit=3)[3] if lines else "before its first step"

    def held(self) -> list[Kill]:
        """The kills that met a lease."""
        return [kill for kill in self.kills if kill.held]

    # -- Rest

    def comes_to_rest(self) -> None:
        """Until everything that was sent is in Salesforce and nobody works any more."""
        try:
            self.until(lambda: not self._missing(), "every message in Salesforce")
            self.until(_at_rest, "rest")
        except AssertionError as error:
            raise AssertionError(f"{error}; {self._standing()}") from error

    def _missing(self) -> set[str]:
        return set(self.sent) - set(self.cluster.world.subjects())

    def _standing(self) -> str:
        """What keeps it from rest, as our rows tell it."""
        issues = list(Issue.everywhere.values_list("code", "title", "mailbox__address"))
        changes = list(Change.everywhere.values_list("item__title", "state", "claims", "code"))
        leases = list(Lease.everywhere.exclude(owner="").values_list("mailbox__address", "owner", "until", "claims"))
        runs = list(Run.everywhere.exclude(outcome="good").values_list("mailbox__address", "outcome", "code"))
        queue = OrmQ.objects.count()
        return f"missing {sorted(self._missing())}, {issues=}, {changes=}, {leases=}, {runs=}, {queue=}"

    def account(self) -> Account:
        """Both sides compared, by who never reads the other's tables."""
        return account(self.doors, (), made=False)

    def writes(self) -> int:
        """Requests to write that either side has had, refused ones too."""
        world = self.cluster.world
        return sum(call.write for simulator in (world.google, world.salesforce) for call in simulator.calls)

    def acts(self) -> list[Act]:
        """What all workers did, in the order of time."""
        diaries = {int(path.name.removeprefix("steps-")): path for path in self.folder.glob("steps-*")}
        acts = [Act.of(pid, line) for pid, path in diaries.items() for line in path.read_text().splitlines()]
        return sorted(acts, key=lambda act: act.at)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One line of a diary."""

    at: int
    pid: int
    mailbox: int
    fence: int
    step: str

    @classmethod
    def of(cls, pid: int, line: str) -> Act:
        at, mailbox, fence, step = line.split(maxsplit=3)
        return cls(at=int(at), pid=pid, mailbox=int(mailbox), fence=int(fence), step=step)


def usurped(acts: list[Act]) -> list[Act]:
    """Acts on a mailbox that somebody else had claimed by then: calls that begin, commits that went through."""
    newest: dict[int, int] = {}
    found = []
    for act in acts:
        if act.step == CLAIMED:
            newest[act.mailbox] = max(newest.get(act.mailbox, 0), act.fence)
        elif act.fence < newest.get(act.mailbox, 0) and _lasts(act.step):
            found.append(act)
    return found


def _lasts(step: str) -> bool:
    """The moment after a lease was given back is nobody's any more."""
    return step.endswith((": before", ": after commit")) and step != "lease: release: after commit"


def _hurt(leases: QuerySet[Lease]) -> bool:
    """Whether there are some whose last worker died, and nobody has come through since."""
    dead = leases.filter(claims__gt=0, until__lte=clock.now()) | leases.filter(claims__gt=1)
    return dead.exists()


def _holds(pid: int) -> bool:
    rows = Lease.everywhere.filter(owner__endswith=f":{pid}", until__gt=clock.now())
    return rows.exists()


def _at_rest() -> bool:
    return not (
        Lease.everywhere.exclude(owner="").exists()
        or Change.everywhere.exists()
        or Run.everywhere.filter(outcome="").exists()
        or Item.everywhere.filter(synced_at=None).exists()
        or _waits()
    )


def _waits() -> bool:
    """Whether a job stands in the queue that no worker has taken yet."""
    return bool(OrmQ.objects.filter(lock__lte=clock.now()).exists())


def leftovers() -> int:
    """Jobs of the dead that the queue would give out again in its own time; they are due at once now."""
    return int(OrmQ.objects.update(lock=clock.now()))
