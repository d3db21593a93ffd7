"""Rows N and H: what goes wrong on the way to a provider or to the mail server, and on the way back."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any
from unittest import mock

from connectors.simulators.faults import Action, Fault
from tests.integration.bad_input.answers import answer
from tests.integration.bad_input.world import HURRY
from tests.scenario.matrix import answers
from tests.scenario.matrix.moments import Hits, at
from tests.scenario.matrix.relay import Mode, Relay
from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import Door, Stage

Blow = Callable[[Scene, Stage], AbstractContextManager[Hits]]


def door_of(stage: Stage) -> Door:
    assert stage.door is not None, f"{stage.title} asks nobody"
    return stage.door


def relay_of(scene: Scene, stage: Stage) -> Relay:
    return scene.house.relays[stage.door.side if stage.door else "postbox"]


# -- What a provider does


@contextmanager
def struck(scene: Scene, stage: Stage, fault: Fault) -> Iterator[Hits]:
    """The provider answers the stage's calls like this, for the length of the block."""
    hits, faults = Hits(), scene.simulator(door_of(stage).side).faults
    faults.append(fault)
    yield hits
    faults.remove(fault)
    hits.number = max(fault.seen - fault.after, 0) if fault.times < 0 else min(fault.seen - fault.after, fault.times)


@contextmanager
def answered(scene: Scene, stage: Stage, made: Callable[[Door], Mapping[str, Any]], **more: Any) -> Iterator[Hits]:
    door = door_of(stage)
    where = {"method": door.method, "path": door.path, "after": door.after}
    fault = Fault.of({**where, **made(door), **more})
    with struck(scene, stage, fault) as hits:
        yield hits


def acting(action: Action, **more: Any) -> Blow:
    return partial(answered, made=lambda _: {"action": action}, **more)


def slowly(action: Action, **more: Any) -> Blow:
    """The same, and nobody has the time to wait for it."""

    @contextmanager
    def blow(scene: Scene, stage: Stage) -> Iterator[Hits]:
        scene.in_a_hurry()
        with acting(action, **more)(scene, stage) as hits:
            yield hits
        scene.world.patient()

    return blow


@contextmanager
def oversized(scene: Scene, stage: Stage, *, packed: bool, times: int = 1) -> Iterator[Hits]:
    door = door_of(stage)
    fault = answers.Oversized(action=Action.ANSWER, method=door.method, path=door.path, packed=packed, times=times)
    with struck(scene, stage, fault) as hits:
        yield hits


@contextmanager
def lasting(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """It stays as it is until somebody is told."""
    with answered(scene, stage, lambda door: answers.refused(door, 500), times=-1) as hits:
        yield hits
        scene.goes_on_failing()


# -- What the wire does


@contextmanager
def wire(scene: Scene, stage: Stage, mode: Mode = Mode.PASS, certificate: str = "") -> Iterator[Hits]:
    """From the stage's step on the wire is out of order."""
    relay, shown = relay_of(scene, stage), scene.house.certificates[certificate] if certificate else None
    if mode is not Mode.PASS:
        scene.in_a_hurry()
    if certificate:
        scene.speaks_tls()
    try:
        with at(stage.before, lambda: relay.spoil(mode, shown)) as hits:
            yield hits
    finally:
        relay.mend()
        scene.world.patient()


def _nobody(*_: object, **__: object) -> list[Any]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@contextmanager
def nameless(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """From the stage's step on this machine finds no address for any name."""
    resolver = mock.patch.object(socket, "getaddrinfo", _nobody)

    def fails() -> None:
        relay_of(scene, stage).cut()
        resolver.start()

    try:
        with at(stage.before, fails) as hits:
            yield hits
    finally:
        if hits.number:
            resolver.stop()


def _mails(stage: Stage) -> bool:
    return stage.door is None


def either(provider: Blow, mail: Blow) -> Blow:
    """A mail server is met by the wire alone."""
    return lambda scene, stage: (mail if _mails(stage) else provider)(scene, stage)


def _gateway(status: int) -> Blow:
    return partial(answered, made=lambda _: answers.gateway(status))


BLOWS: Mapping[str, Mapping[str, Blow]] = {
    "N1": {"no name": nameless, "nobody there": partial(wire, mode=Mode.REFUSE)},
    "N2": {"no answer": partial(wire, mode=Mode.MUTE)},
    "N3": {
        "silence": either(slowly(Action.DROP_BEFORE, delay=HURRY + 0.3), partial(wire, mode=Mode.SWALLOW)),
    },
    "N4": {
        "reset": either(acting(Action.DROP_AFTER), partial(wire, mode=Mode.LOSE)),
        "too late": slowly(Action.DELAY, delay=HURRY + 0.3),
    },
    "N5": {name: partial(wire, certificate=name) for name in ("foreign", "expired", "other name")},
    "N6": {"a byte at a time": either(slowly(Action.DRIP, pause=0.1), partial(wire, mode=Mode.DRIP))},
    "N7": {"half of it": acting(Action.TRUNCATE)},
    "N8": {
        "login page": partial(answered, made=lambda _: answers.login_page()),
        "another object": partial(answered, made=lambda _: answer({"status": "ok", "data": []})),
    },
    "N9": {
        "once": partial(oversized, packed=False),
        "bomb": partial(oversized, packed=True),
        "always": partial(oversized, packed=True, times=-1),
    },
    "H1": {"once": partial(answered, made=lambda door: answers.refused(door, 500)), "lasting": lasting},
    "H2": {str(status): _gateway(status) for status in (502, 503, 504)},
    "H3": {"ten minutes": partial(answered, made=lambda door: answers.in_seconds(door, "600"))},
    "H4": {"in ten minutes": partial(answered, made=lambda door: answers.at_a_date(door, 600))},
    "H5": {
        "no header": partial(answered, made=lambda door: answers.refused(door, 429)),
        "0": partial(answered, made=lambda door: answers.in_seconds(door, "0")),
        "86400": partial(answered, made=lambda door: answers.in_seconds(door, "86400")),
    },
}
