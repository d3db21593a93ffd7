"""The control door's verbs for tasks, and for the values of picklists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from connectors.simulators.salesforce import tasks, values, writes
from connectors.simulators.salesforce.arguments import Arguments


def task_series(given: Arguments) -> dict[str, Any]:
    """What a person makes who lets a task recur: the task that stands for the series, and one for each occurrence."""
    tx, sobject = given.transaction(), given.org.schema.objects["Task"]
    fields = values.parse(sobject, given.mapping("fields"))
    first = date.fromisoformat(fields.pop("ActivityDate", None) or tx.stamp[:10])
    count, days = int(given.number("count", 3)), int(given.number("days", 7))
    dates = [(first + timedelta(days=number * days)).isoformat() for number in range(count)]
    marks = {"IsRecurrence": True, "RecurrenceType": "RecursDaily", "RecurrenceInterval": days}
    marks |= {"RecurrenceStartDateOnly": dates[0], "RecurrenceEndDateOnly": dates[-1]}
    series = writes.insert(tx, sobject, fields | marks | {"RecurrenceTimeZoneSidKey": "GMT"})
    occurrences = [{"ActivityDate": due, "RecurrenceActivityId": series} for due in dates]
    return {"series": series, "ids": [writes.insert(tx, sobject, fields | one) for one in occurrences]}


def archive_tasks(given: Arguments) -> dict[str, list[str]]:
    return {"ids": tasks.archive(given.org, given.timeline.time())}


def picklist(given: Arguments) -> dict[str, Any]:
    """Other values for a picklist, or none but its values taken. Records keep the values that they have."""
    name, field_name = given.field()
    sobject = given.org.schema.objects[name]
    field = sobject.fields[field_name]
    if field.type != "picklist":
        raise ValueError(f"{name}.{field_name} is no picklist")
    given.org.picklists.setdefault((name, field_name), field)
    taken = {*given.texts("without")}
    added = tuple((value, value) for value in given.texts("values"))
    choices = tuple(pair for pair in added or field.choices if pair[0] not in taken)
    restricted = given.flag("restricted", default=field.restricted)
    sobject.add(replace(field, choices=choices, restricted=restricted))
    return {"object": name, "field": field_name, "values": [value for value, _ in choices], "restricted": restricted}


def restore_picklist(given: Arguments) -> dict[str, Any]:
    name, field_name = given.field()
    before = given.org.picklists.pop((name, field_name), None)
    if before is None:
        raise KeyError(f"{name}.{field_name} has the values that it always had")
    given.org.schema.objects[name].add(before)
    return {"object": name, "field": field_name}


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "task-series": task_series,
    "archive-tasks": archive_tasks,
    "picklist": picklist,
    "restore-picklist": restore_picklist,
}
