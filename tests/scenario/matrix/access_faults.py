"""Rows A: what a provider takes away, or lets run out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from connectors.simulators.faults import Action, Fault
from tests.scenario.matrix.moments import Hits, at
from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import Stage
from tests.scenario.matrix.wire_faults import Blow, door_of

Verb = tuple[str, dict[str, Any]]


def turn(scene: Scene, stage: Stage, verb: Verb) -> Any:
    """Turns something at the control door of whoever the stage asks."""
    name, arguments = verb
    side = door_of(stage).side
    own = {"account": scene.world.ada.address} if side == "google" else {}
    return scene.simulator(side).control(name, own | arguments)


@contextmanager
def turned(scene: Scene, stage: Stage, off: Verb, on: Verb | None = None) -> Iterator[Hits]:
    """Turned off just before the step, and back on afterwards."""
    with at(stage.before, lambda: turn(scene, stage, off)) as hits:
        yield hits
    if on is not None:
        turn(scene, stage, on)


def by_door(taken: Mapping[str, tuple[Verb, Verb]]) -> Blow:
    """What is taken away, and given back, by the call that is made."""

    def blow(scene: Scene, stage: Stage) -> Any:
        off, on = taken[door_of(stage).path]
        return turned(scene, stage, off, on)

    return blow


@contextmanager
def allowance_used_up(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Until the allowance is counted anew, three hours on."""
    until = scene.world.salesforce.timeline.offset + 3 * 3600
    with turned(scene, stage, ("api-exhaust", {"until": until})) as hits:
        yield hits


@contextmanager
def rotated_and_lost(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Salesforce hands out another refresh token, and nobody hears of it; the next refresh shows the old one."""
    scene.world.salesforce.control("login", {"rotation": True})
    scene.world.connect_salesforce(lifetime=0.0)
    fault = Fault(action=Action.DROP_AFTER, method="POST", path="/services/oauth2/token$")
    scene.world.salesforce.faults.append(fault)
    hits = Hits()
    yield hits
    hits.number = min(fault.seen, 1)
    scene.asks()
    stage.play(scene)


_NO_CONTACTS = {"object": "Contact", "denied": ["read"]}
_NO_EMAILS = {"object": "EmailMessage", "denied": ["create"]}
_API: tuple[Verb, Verb] = (("api-access", {"off": "user"}), ("api-access", {"off": ""}))


def _scope(name: str) -> tuple[Verb, Verb]:
    scope = f"https://www.googleapis.com/auth/{name}"
    return ("withdraw-scope", {"scope": scope}), ("restore-scope", {})


def _object(rights: dict[str, Any]) -> tuple[Verb, Verb]:
    return ("object-access", rights), ("object-access", {**rights, "denied": []})


_RIGHTS: Mapping[str, tuple[Verb, Verb]] = {
    "/messages$": _scope("gmail.modify"),
    "^/batch/gmail/v1$": _scope("gmail.modify"),
    "^/batch/calendar/v3$": _scope("calendar.events"),
    "/composite$": _object(_NO_CONTACTS),
    "/composite/sobjects$": _object(_NO_EMAILS),
}
_LICENCES: Mapping[str, tuple[Verb, Verb]] = {
    "/messages$": (("mail-off", {}), ("mail-on", {})),
    "^/batch/gmail/v1$": (("mail-off", {}), ("mail-on", {})),
    "^/batch/calendar/v3$": (("calendar-off", {}), ("calendar-on", {})),
    "/composite$": _API,
    "/composite/sobjects$": _API,
}

BLOWS: Mapping[str, Mapping[str, Blow]] = {
    "A1": {"token ends": partial(turned, off=("expire-tokens", {}))},
    "A2": {
        "revoked": partial(turned, off=("revoke", {})),
        "password changed": partial(turned, off=("change-password", {})),
    },
    "A3": {"right": by_door(_RIGHTS), "licence": by_door(_LICENCES)},
    "A4": {"used up": allowance_used_up},
    "A5": {"rotated": rotated_and_lost},
}
