"""The control door's verbs for how an org keeps its activities, and for what it tells of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from connectors.simulators.salesforce import (
    event_objects,
    events,
    invitations,
    switches_features,
    task_relations,
    values,
    writes,
)
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.org import DAY
from connectors.simulators.salesforce.store import Row

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
    key = switches_features.qualified(given.org.namespace, KEY)
    for name in ("Event", "Task"):
        keys = [str(row[key]).lower() for row in given.org.store.rows(name) if row.get(key)]
        if unique and len(set(keys)) < len(keys):
            raise ValueError(f"two {name.lower()}s have the same key: it cannot become unique")
    for sobject in (given.org.schema.objects[name] for name in ("Event", "Task")):
        if key in sobject.fields:
            sobject.add(replace(sobject.fields[key], unique=unique))


def _share(given: Arguments, *, on: bool) -> None:
    """Shows or hides what relations have for Shared Activities alone, and makes or drops the relations they need."""
    sobject = given.org.schema.objects["EventRelation"]
    for name in event_objects.SHARED_ONLY:
        sobject.add(replace(sobject.fields[name], hidden=not on))
    targets = event_objects.RELATED if on else event_objects.INVITEES
    sobject.add(replace(sobject.fields["RelationId"], references=targets))
    (invitations.share if on else invitations.unshare)(given.transaction())
    task_relations.share(given.transaction(), on=on)


def series(given: Arguments) -> dict[str, Any]:
    """What a person makes who lets an event recur: its pattern, and one event for each occurrence.

    In Lightning Experience the pattern is an event of group kind 3; in Classic (`legacy`) it is the one that has
    IsRecurrence, and its occurrences point at it.
    """
    tx, sobject = given.transaction(), given.org.schema.objects["Event"]
    fields = values.parse(sobject, given.mapping("fields"))
    count, days = int(given.number("count", 3)), int(given.number("days", 7))
    rule = f"RRULE:FREQ=DAILY;INTERVAL={days};COUNT={count}"
    recent = {"IsRecurrence2": True, "Recurrence2PatternText": rule, "Recurrence2PatternTimeZone": "GMT"}
    legacy = given.flag("legacy", default=False)
    marks = {"IsRecurrence": True} if legacy else recent | {"GroupEventType": event_objects.PATTERN}
    pattern = writes.insert(tx, sobject, fields | marks)
    own = {"RecurrenceActivityId": pattern} if legacy else recent
    rows = (_later(given.org.store.get(pattern) or {}, number * days) for number in range(count))
    return {"pattern": pattern, "ids": [writes.insert(tx, sobject, fields | row | own) for row in rows]}


def _later(row: Row, days: int) -> Row:
    """The times of an event so many days on."""
    start = values.moment(values.seconds(row["StartDateTime"]) + days * DAY)
    dates = {"ActivityDateTime": None, "ActivityDate": None, "EndDateTime": None}
    return dates | {"StartDateTime": start, "DurationInMinutes": row["DurationInMinutes"]}


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
    "series": series,
    "archive-events": archive_events,
    "replication": replication,
}
