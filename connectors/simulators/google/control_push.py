"""Verbs of the control door that say who is told of changes, and how what is told arrives."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.postman import HOME
from connectors.simulators.google.pushes import Topic, told
from connectors.simulators.google.world import World


def _topic(world: World, given: Arguments) -> dict[str, Any]:
    """Makes a topic, or changes it, with a subscription that pushes to an endpoint if one is named."""
    name = given.text("topic")
    known = world.pushes.topics.setdefault(name, Topic(name=name))
    known.endpoint = given.text("endpoint", known.endpoint)
    known.account = given.text("service_account", known.account)
    known.audience = given.text("audience", known.audience)
    known.open = given.choice("publisher", ("yes", "no"), "yes" if known.open else "no") == "yes"
    return {"topics": sorted(world.pushes.topics)}


def _push(world: World, given: Arguments) -> dict[str, Any]:
    """Where all addresses lead from now on ("" for nowhere), and how what is told arrives there."""
    origin, pushes = given.text("origin", world.pushes.origin), world.pushes
    where = urlsplit(origin)
    if origin and (where.scheme != "http" or where.hostname not in HOME):
        raise ValueError("“origin” is an address on loopback, like http://127.0.0.1:8000")
    pushes.origin = origin
    pushes.copies = max(0, given.number("copies", 1) or 0)
    pushes.held, pushes.backwards = given.flag("held"), given.flag("backwards")
    return {"waiting": told(pushes.waiting)}


def _pushed(world: World, _: Arguments) -> dict[str, Any]:
    pushes = world.pushes
    return {
        "sent": list(pushes.sent),
        "waiting": told(pushes.waiting),
        "channels": sorted(pushes.channels),
        "mailboxes": sorted(pushes.mail),
    }


def _unwatchable(world: World, given: Arguments) -> dict[str, Any]:
    """From now on this calendar cannot be watched, as those that Google makes itself; `off` takes it back."""
    calendar = given.text("calendar")
    (world.pushes.silent.discard if given.flag("off") else world.pushes.silent.add)(calendar)
    return {}


def _unverified(world: World, given: Arguments) -> dict[str, Any]:
    host = given.text("host")
    (world.pushes.unverified.discard if given.flag("off") else world.pushes.unverified.add)(host)
    return {}


VERBS: dict[str, Verb] = {
    "topic": _topic,
    "push": _push,
    "pushed": _pushed,
    "unwatchable": _unwatchable,
    "unverified": _unverified,
}
