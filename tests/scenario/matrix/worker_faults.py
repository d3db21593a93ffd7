"""Rows P: what happens to workers. They die, are told to stop, sleep, and meet each other."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from django_q.exceptions import TimeoutException
from django_q.timeout import TimeoutHandler

from connectors.effects import crash_points
from notifications import services as notifications
from syncapp import services
from syncapp.models import Change, Lease
from tests.driving import drain
from tests.scenario.matrix.deeds import FIRST
from tests.scenario.matrix.moments import Hits, Moment, at
from tests.scenario.matrix.scene import BESIDE, Scene
from tests.scenario.matrix.stages import Stage
from tests.scenario.matrix.wire_faults import Blow

GRACE = 3  # steps that a worker still makes after it was told to stop
TASK_SECONDS = 240
MEANWHILE = "meanwhile"
ALONE = "get message again: before"


class Killed(BaseException):
    """The process ends here; nothing that means well may catch it."""


def _killed() -> None:
    raise Killed


def _goes_on(scene: Scene, stage: Stage) -> None:
    """Whoever was at it is gone, its lease runs out, and the next process takes over."""
    scene.time.move(seconds=scene.world.settings.SYNC_LEASE_SECONDS + 1)
    services.reap()
    stage.play(scene)


# -- P: workers


@contextmanager
def killed(scene: Scene, stage: Stage, where: Callable[[Stage], Moment]) -> Iterator[Hits]:
    with suppress(Killed), at(where(stage), _killed) as hits:
        yield hits
    _goes_on(scene, stage)


@contextmanager
def told_to_stop(scene: Scene, stage: Stage, grace: int | None) -> Iterator[Hits]:
    """SIGTERM, as a deployment sends it. A worker ends what it has in hand and gives its lease back, unless it is
    killed before that, `grace` steps later.
    """
    told: list[int] = []
    left = grace or 0

    def ends(number: int, _: object) -> None:
        told.append(number)
        raise Killed

    def count(_: str) -> None:
        nonlocal left
        if hits.number and grace is not None:
            left -= 1
            if left < 0:
                raise Killed

    before = signal.signal(signal.SIGTERM, ends)
    try:
        with suppress(Killed), _both(count, stage.before, lambda: os.kill(os.getpid(), signal.SIGTERM)) as hits:
            yield hits
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [signal.SIGTERM]
    assert grace is not None or not Lease.everywhere.exclude(owner="").exists()
    _goes_on(scene, stage)


@contextmanager
def _both(count: Callable[[str], None], moment: Moment, strike: Callable[[], None]) -> Iterator[Hits]:
    """Strikes at the moment and counts the steps after it."""
    if moment.statement:
        with crash_points(count), at(moment, strike) as hits:
            yield hits
        return
    hits = Hits()

    def reached(name: str) -> None:
        count(name)
        if name == moment.step and not hits.number:
            hits.number += 1
            strike()

    with crash_points(reached):
        yield hits


@contextmanager
def out_of_memory(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """The first message kills whoever reads it or takes it apart, as often as somebody does."""
    first = scene.message_id(FIRST)

    def dies() -> None:
        suspects = Change.everywhere.filter(claims__gte=3)
        if not suspects or suspects.filter(item__bindings__remote_id=first).exists():
            raise Killed

    with at(stage.before, dies, times=99, or_step=ALONE) as hits:
        with suppress(Killed):
            yield hits
        for _ in range(5):
            with suppress(Killed):
                _goes_on(scene, stage)


@contextmanager
def out_of_time(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """The queue's own alarm goes off while the step is under way."""
    alarm = partial(signal.raise_signal, signal.SIGALRM)
    with suppress(TimeoutException), TimeoutHandler(TASK_SECONDS), at(stage.before, alarm) as hits:
        yield hits
    _goes_on(scene, stage)


@contextmanager
def asleep(scene: Scene, stage: Stage, where: Callable[[Stage], Moment]) -> Iterator[Hits]:
    """The worker stands still for longer than its lease while another one does all the work and more; it wakes up to
    find that it may not write how far it had come.
    """
    reached: list[tuple[str, str]] = []

    def others_work() -> None:
        scene.arrives(MEANWHILE)
        _goes_on(scene, stage)
        reached.extend(scene.positions())

    with at(where(stage), others_work) as hits:
        yield hits
    assert scene.positions() == reached


@contextmanager
def beside(scene: Scene, stage: Stage, where: Callable[[Stage], Moment]) -> Iterator[Hits]:
    """Another worker comes for the same mailbox, or for the same mails."""

    def comes() -> None:
        services.enqueue_sync(scene.world.ada.pk)
        drain()
        notifications.deliver()

    with at(where(stage), comes) as hits:
        yield hits


@contextmanager
def two_refreshers(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Two workers need Salesforce at once, and its refresh tokens rotate: an old one that is shown ends them all."""
    scene.world.salesforce.control("login", {"rotation": True})
    scene.world.connect_salesforce(lifetime=0.0)
    scene.world.deliver(scene.world.ben, BESIDE)
    hits, waits = Hits(), threading.Event()
    other = threading.Thread(target=scene.works_elsewhere, args=(scene.world.ben,))
    first = threading.current_thread()

    def reached(name: str) -> None:
        if threading.current_thread() is other and name == "credential: claim refresh: after commit":
            waits.set()
        elif name == stage.before.step and threading.current_thread() is first:
            hits.number += 1
            if hits.number == 2:  # the first one is that of the mailbox
                other.start()
                assert waits.wait(30)

    with crash_points(reached):
        yield hits
        other.join(30)
    asked = [call for call in scene.calls("salesforce") if call.path.endswith("/token")]
    assert (hits.number, len(asked)) == (2, 1)


def before(stage: Stage) -> Moment:
    return stage.before


def after(stage: Stage) -> Moment:
    return stage.after


BLOWS: Mapping[str, Mapping[str, Blow]] = {
    "P1": {"just before": partial(killed, where=before), "just after": partial(killed, where=after)},
    "P2": {"time enough": partial(told_to_stop, grace=None), "grace too short": partial(told_to_stop, grace=GRACE)},
    "P3": {"every time": out_of_memory},
    "P4": {"SIGALRM": out_of_time},
    "P5": {"before": partial(asleep, where=before), "after": partial(asleep, where=after)},
    "P6": {
        "beside": partial(beside, where=before),
        "behind": partial(beside, where=after),
        "one refresher": two_refreshers,
    },
}
