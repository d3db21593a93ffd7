"""The control door's verbs for how an org keeps its activities, and for what it tells of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from connectors.simulators.salesforce import event_objects, events, invitations
from connectors.simulators.salesforce.arguments import Arguments

KEY = "Syncapp_Key__c"


def activities(given: Arguments) -> dict[str, Any]:
    """What is not named stays as it is. Raises ValueError for unique keys where two events have one key."""
    settings = given.org.activities
    wanted = {name: given.flag(name, default=value) for name, value in asdict(settings).items()}
    if wanted["unique_keys"] != settings.unique_keys:
        _make_unique(given, unique=wanted["unique_keys"])
    if wanted["shared"] != settings.shared:
        _share(given, on=wanted["shared"])
    given.org.activities = replace(settings, **wanted)
    return wanted


def _make_unique(given: Arguments, *, unique: bool) -> None:
    sobject, store = given.org.schema.objects["Event"], given.org.store
    keys = [str(row[KEY]).lower() for row in store.rows("Event") if row.get(KEY)]
    if unique and len(set(keys)) < len(keys):
        raise ValueError("two events have the same key: it cannot become unique")
    if KEY in sobject.fields:
        sobject.add(replace(sobject.fields[KEY], unique=unique))
        store.reindex("Event")


def _share(given: Arguments, *, on: bool) -> None:
    """Shows or hides what relations have for Shared Activities alone, and makes or drops the relations they need."""
    sobject = given.org.schema.objects["EventRelation"]
    for name in event_objects.SHARED_ONLY:
        sobject.add(replace(sobject.fields[name], hidden=not on))
    targets = event_objects.RELATED if on else event_objects.INVITEES
    sobject.add(replace(sobject.fields["RelationId"], references=targets))
    (invitations.share if on else invitations.unshare)(given.transaction())


def archive_events(given: Arguments) -> dict[str, list[str]]:
    return {"ids": events.archive(given.org, given.timeline.time())}


def replication(given: Arguments) -> dict[str, Any]:
    org = given.org
    org.most_replicated = int(given.number("most", org.most_replicated))
    if given.flag("purge", default=False):
        org.log_start = given.timeline.time()
    return {"most": org.most_replicated, "purged": org.log_start > 0}


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "activities": activities,
    "archive-events": archive_events,
    "replication": replication,
}
