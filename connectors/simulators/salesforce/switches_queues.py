"""The control door's verbs for queues: made, renamed, given other objects and members, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import queues, values, writes
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.queue_objects import QUEUE, SERVED
from connectors.simulators.salesforce.store import Row

MEMBERS = {"QueueSobject": "QueueId", "GroupMember": "GroupId"}


def queue(given: Arguments) -> dict[str, Any]:
    """A queue made or, with `id`, changed; what is not named stays as it is."""
    row = _row(given) if given.has("id") else None
    if row is None:
        given.text("name")
    queue_id = _saved(given, row)
    if given.has("objects"):
        _serve(given, queue_id, given.texts("objects"))
    if given.has("members"):
        _fill(given, queue_id, given.texts("members"))
    return {"id": queue_id, "objects": queues.served(given.org, queue_id)}


def _row(given: Arguments) -> Row:
    _, record_id = given.record()
    row = given.org.store.get(record_id)
    if row is None or row.get("Type") != QUEUE:
        raise KeyError(f"there is no queue “{record_id}”")
    return row


def _saved(given: Arguments, row: Row | None) -> str:
    tx, sobject = given.transaction(), given.org.schema.objects["Group"]
    named = given.text("name", "")
    wanted = {"Name": named, "DeveloperName": re.sub(r"\W+", "_", named).strip("_")} if named else {}
    wanted |= {"Email": given.text("email")} if given.has("email") else {}
    if row is not None:
        return writes.update(tx, sobject, row["Id"], values.parse(sobject, {n: wanted[n] for n in wanted}))
    return writes.insert(tx, sobject, values.parse(sobject, wanted | {"Type": QUEUE}))


def _serve(given: Arguments, queue_id: str, objects: tuple[str, ...]) -> None:
    unknown = set(objects) - set(SERVED)
    if unknown:
        raise ValueError(f"a queue serves {list(SERVED)}, not {sorted(unknown)}")
    _put(given, "QueueSobject", queue_id, [{"SobjectType": name} for name in objects])


def _fill(given: Arguments, queue_id: str, usernames: tuple[str, ...]) -> None:
    people = [replace(given, values={"username": one}).user() for one in usernames]
    _put(given, "GroupMember", queue_id, [{"UserOrGroupId": one} for one in people])


def _put(given: Arguments, name: str, queue_id: str, rows: list[dict[str, str]]) -> None:
    """These rows of a queue, in the place of those that it had."""
    link, store = MEMBERS[name], given.org.store
    for old in store.having(name, link, queue_id):
        store.purge(name, old["Id"])
    for row in rows:
        writes.insert(given.transaction(), given.org.schema.objects[name], {link: queue_id, **row})


def remove_queue(given: Arguments) -> dict[str, Any]:
    """For good. What it owns goes to `heir`, a username; without one, a queue that owns records stays."""
    queue_id = _row(given)["Id"]
    held = queues.owned(given.org, queue_id)
    if held and not given.has("heir"):
        raise ValueError(f"the queue owns {len(held)} records: say who is to have them")
    for sobject, row in held:
        heir = replace(given, values={"username": given.text("heir")}).user()
        writes.update(given.transaction(), sobject, row["Id"], {"OwnerId": heir})
    for name in MEMBERS:
        _put(given, name, queue_id, [])
    given.org.store.purge("Group", queue_id)
    return {"id": queue_id, "moved": len(held)}


VERBS: dict[str, Callable[[Arguments], Any]] = {"queue": queue, "remove-queue": remove_queue}
