"""The worker child of `demo --once`: carries out the jobs of the real queue, one at a time, when told to.

It is a process of its own so that it can be killed. A kill comes from inside `step()`, at points drawn from a
seed, while it holds a lease; the queue row of the job it was at stays, as it would in production.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from pydoc import locate
from random import Random
from typing import Any

from django.db import connections
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from connectors import effects

AFTER_CLAIM = "run: open: before commit"  # the first step of a job that got the lease
BEFORE_RELEASE = "lease: release: before commit"

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Killer:
    """Decides at which step of a lease the worker dies. New steps are preferred, so that kills spread out."""

    seed: int
    left: int
    used: frozenset[str] = frozenset()
    holding: bool = False
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(f"{self.seed}:{self.left}")

    def after(self, step: str) -> Killer:
        """The killer of the next child."""
        return Killer(seed=self.seed, left=self.left - 1, used=self.used | {step})

    def at(self, name: str) -> bool:
        """Called at every step; True to die here."""
        if name == AFTER_CLAIM:
            self.holding = True
        elif name == BEFORE_RELEASE:
            self.holding = False
        odds = 0.01 if name in self.used else 0.15
        return self.left > 0 and self.holding and self.chance.random() < odds


class Worker:
    """The parent's end of the child. `run()` and `call()` are True/None, or raise `Died`."""

    def __init__(self, killer: Killer | None = None) -> None:
        self._killer = killer
        self._context = multiprocessing.get_context("fork")
        self._start()

    def _start(self) -> None:
        connections.close_all()  # a child must not share our connection
        self._pipe, far = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(far, self._killer), daemon=True)
        self._process.start()
        far.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def run(self) -> bool:
        """Carries out the oldest job of the queue; False if there is none. Raises `Died`."""
        return bool(self._ask("job"))

    def call(self, function: str) -> None:
        """Carries out what the schedule would. Raises `Died`."""
        self._ask(function)

    def _ask(self, what: str) -> Any:
        self._pipe.send(what)
        try:
            return self._pipe.recv()
        except EOFError:
            raise self._died() from None

    def _died(self) -> Died:
        self._process.join()
        words = last_words(self.pid)
        step = words.read_text(encoding="utf-8") if words.is_file() else ""
        return Died(step=step, pid=self.pid, exit=self._process.exitcode or 0)

    def bury(self, step: str) -> None:
        """A fresh child in place of the dead one; it knows which steps have had their kill."""
        if self._killer:
            self._killer = self._killer.after(step)
        self._start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()


class Died(Exception):
    """The worker is gone. `step` is where it stood, `exit` is negative for a signal."""

    def __init__(self, *, step: str, pid: int, exit: int) -> None:  # noqa: A002 - as the report names it
        super().__init__(f"worker {pid} ended with {exit} at {step or 'an unknown place'}")
        self.step, self.pid, self.exit = step, pid, exit


def last_words(pid: int) -> Path:
    """Where a worker writes at which step it dies."""
    return Path(os.environ["SYNC_DEMO_FOLDER"]) / f"last-words-{pid}"


def _serve(pipe: Connection, killer: Killer | None) -> None:
    """The child: does what it is told until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not what the parent does at Ctrl-C
    with effects.crash_points(_trap(killer)):
        while True:
            try:
                what = pipe.recv()
            except EOFError:
                return
            pipe.send(next_job() if what == "job" else _carry_out(what, ()))


def _trap(killer: Killer | None) -> Callable[[str], None]:
    def hook(name: str) -> None:
        if killer and killer.at(name):
            last_words(os.getpid()).write_text(name, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def next_job() -> bool:
    """The oldest row of the queue; the row goes when the job is done, as django-q2's acknowledgement does."""
    row = OrmQ.objects.order_by("pk").first()
    if row is None:
        return False
    task = SignedPackage.loads(row.payload)
    _carry_out(task["func"], task["args"])
    OrmQ.objects.filter(pk=row.pk).delete()
    return True


def _carry_out(function: str, args: tuple[Any, ...]) -> bool:
    found = locate(function)
    if not callable(found):
        raise LookupError(function)
    found(*args)
    return True
