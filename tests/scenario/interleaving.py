"""Several workers in one process, exactly one of them running at any moment: a plan decides at every step who goes on.

A worker is a callable. It runs in a thread of its own and stops at each `step()`, which is never inside a
transaction; so handing over there is what the database would see of two processes, and one connection serves them
all. A schedule depends on its plan alone: the same plan twice is the same schedule.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time as real
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace

import pytest
from django.db import connections

from connectors import clock
from connectors.effects import crash_points
from syncapp.engine import crm_reading, job, running
from tests.conftest import Time

Worker = Callable[[], object]
Watch = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Move:
    """Who goes on, after so many seconds."""

    worker: int
    seconds: float = 0.0


# Who stands at which point, and who else is not done: (worker, point, alive). None stands nowhere at the start, and
# where a worker has just come to its end. The answer is one of the living.
Plan = Callable[[int | None, str, Sequence[int]], Move]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a schedule: a worker reached a point, so many seconds after the schedule began."""

    worker: int
    point: str
    at: float

    def __str__(self) -> str:
        return f"{self.at:8.0f} s  {'      ' * self.worker}{chr(ord('A') + self.worker)}  {self.point}"


class Abandoned(BaseException):
    """Another worker failed: this one is to leave its work where it is."""


def interleave(plan: Plan, time: Time, *workers: Worker, watch: Watch = lambda point: None) -> list[Step]:
    """Runs the workers to their ends by the plan, asking `watch(point)` at every step; the schedule as it was.

    Raises what a worker raises; the others are abandoned then.
    """
    return _Stage(plan, time, watch).play(workers)


class _Stage:
    """Hands the baton round."""

    def __init__(self, plan: Plan, time: Time, watch: Watch) -> None:
        self._plan, self._time, self._watch = plan, time, watch
        self._began = time.offset
        self._steps: list[Step] = []
        self._numbers: dict[int, int] = {}
        self._turns: list[threading.Semaphore] = []
        self._alive: list[int] = []
        self._over = threading.Semaphore(0)
        self._error: BaseException | None = None

    def play(self, workers: Sequence[Worker]) -> list[Step]:
        self._alive = list(range(len(workers)))
        self._turns = [threading.Semaphore(0) for _ in workers]
        with _shared_connection(), crash_points(self._reached):
            threads = [self._started(number, worker) for number, worker in enumerate(workers)]
            self._give(self._decided(None, ""))
            self._over.acquire()
            for thread in threads:
                thread.join()
        if self._error is not None:
            raise self._error
        return self._steps

    def _started(self, number: int, worker: Worker) -> threading.Thread:
        connection = connections["default"]

        def live() -> None:
            connections["default"] = connection
            self._numbers[threading.get_ident()] = number
            self._turns[number].acquire()
            try:
                if self._error is None:
                    worker()
            except Abandoned:
                pass
            except BaseException as error:  # noqa: BLE001 - raised again by `play`, in the test's own thread
                self._error = self._error or error
            self._leave(number)

        thread = threading.Thread(target=contextvars.copy_context().run, args=(live,), daemon=True)
        thread.start()
        return thread

    def _leave(self, number: int) -> None:
        self._alive.remove(number)
        if self._alive:
            self._give(self._alive[0] if self._error else self._decided(None, ""))
        else:
            self._over.release()

    def _reached(self, point: str) -> None:
        """A worker stands at a point, and perhaps has to let others go first."""
        number = self._numbers[threading.get_ident()]
        if self._error is not None:
            raise Abandoned
        self._steps.append(Step(worker=number, point=point, at=self._time.offset - self._began))
        chosen = self._looked(number, point)
        if chosen == number:
            return
        self._give(chosen)
        self._turns[number].acquire()
        if self._error is not None:
            raise Abandoned

    def _looked(self, number: int, point: str) -> int:
        """What goes wrong here is the test's own failure; nothing of the product may catch it."""
        try:
            self._watch(point)
            return self._decided(number, point)
        except BaseException as error:
            self._error = error
            raise Abandoned from error

    def _decided(self, number: int | None, point: str) -> int:
        move = self._plan(number, point, self._alive)
        self._time.move(seconds=move.seconds)
        return move.worker

    def _give(self, number: int) -> None:
        self._turns[number].release()


@contextmanager
def _shared_connection() -> Iterator[None]:
    """The test's own connection, in which its transaction is open, may be used by other threads."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    try:
        yield
    finally:
        connection.dec_thread_sharing()


# -- Plans


class Drawn:
    """A schedule by lot: who stops how often, for how long and for whom comes from the seed alone.

    `lease` is in seconds. A worker that stops does so for nothing, for a while, or for longer than its lease; how
    often is drawn once for the whole schedule, so that long stretches and quick turns both come up.
    """

    def __init__(self, seed: int, lease: float) -> None:
        self._random = Random(seed)
        self._lease = lease
        self._often = self._random.choice((0.02, 0.06, 0.2))

    def __call__(self, worker: int | None, point: str, alive: Sequence[int]) -> Move:
        others = [each for each in alive if each != worker]
        if worker is not None and (not others or self._random.random() > self._often):
            return Move(worker=worker, seconds=self._random.choice((0, 0, 0, 1)))
        return Move(worker=self._random.choice(others), seconds=self._pause())

    def _pause(self) -> float:
        long, part = self._lease + 1, self._lease * self._random.random()
        return self._random.choice((0, 0, part, part, long))


class Paused:
    """A directed schedule: one worker stops at its n-th step for longer than its lease. Meanwhile the others go on one
    after another, each to its end, or until they went `further` steps; then the first goes on to its end.
    """

    def __init__(self, first: int, at: int, lease: float, further: int | None = None) -> None:
        self._first, self._at, self._lease, self._further = first, at, lease, further
        self._steps = 0
        self._stopped = False
        self._meanwhile = 0

    def __call__(self, worker: int | None, point: str, alive: Sequence[int]) -> Move:
        others = [each for each in alive if each != self._first]
        if worker == self._first:
            self._steps += 1
            if self._steps == self._at and others:
                self._stopped = True
                return Move(worker=others[0], seconds=self._lease + 1)
        elif worker is not None:
            self._meanwhile += 1
        if self._stopped and (not others or self._meanwhile == self._further):
            self._stopped = False
        if self._stopped:
            return Move(worker=others[0] if worker is None else worker)
        return Move(worker=self._first if self._first in alive else alive[0] if worker is None else worker)


class Told:
    """A schedule word for word: each worker goes on until it has reached its point, then so many seconds pass and the
    next line is read; after the last one they come to their ends one after another."""

    def __init__(self, *lines: tuple[int, str], seconds: float = 0.0) -> None:
        self._lines = list(lines)
        self._seconds = seconds

    def __call__(self, worker: int | None, point: str, alive: Sequence[int]) -> Move:
        seconds = 0.0
        if self._lines and (worker, point) == self._lines[0]:
            del self._lines[0]
            worker, seconds = None, self._seconds
        if self._lines and worker is None:
            return Move(worker=self._lines[0][0], seconds=seconds)
        return Move(worker=alive[0] if worker is None else worker, seconds=seconds)


def one_after_another(worker: int | None, point: str, alive: Sequence[int]) -> Move:
    """No interleaving at all: what the others are compared with."""
    return Move(worker=alive[0] if worker is None else worker)


# -- Clocks and seeds


class Ticking(Time):
    """A clock that nothing but schedules moves: however slow the machine, it is a millisecond later at each look."""

    BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp()

    def begin(self) -> None:
        """It began at eight: a schedule depends on its plan alone, not on the hour at which it is played."""
        self.move_to(0.0)

    def ahead(self) -> float:
        """Seconds by which it is ahead of real time, which may be less than none."""
        self._offset += 0.001
        return self.BEGAN + self.offset - real.time()

    def monotonic(self) -> float:
        return self.offset


@pytest.fixture(name="time")
def ticking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticking]:
    """Who is stopped is stopped by every clock there is, and nobody by any other one."""
    moved = Ticking()
    for module in (job, running, crm_reading):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=moved.monotonic))
    with clock.using(moved.ahead):
        yield moved


def asked_seeds() -> range | None:
    """The seeds that the environment asks for and no others: SEEDS=17, or SEEDS=17-40."""
    first, _, last = os.environ.get("SEEDS", "").partition("-")
    return range(int(first), int(last or first) + 1) if first else None


def blocks(first: int, end: int, size: int) -> list[range]:
    """Seeds in blocks, so that several processes share them."""
    return [range(at, min(at + size, end)) for at in range(first, end, size)]
