"""What people filled in for an item where the CRM refused it, as it is kept with the item. Pure.

It is kept by kind of record and field: `{"contact": {"LastName": {"value": …, "instead": …, "fresh": true}}}`. A
message goes once and is done with it; an event, a task or a contact keeps it for later writes of the same field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.fills import Fill

PICKED, ANYWAY = "picked", "anyway"  # beside the kinds of records: what was said of possible duplicates
Given = Mapping[str, Mapping[str, Mapping[str, Any]]]


def fills(given: Given | None, target: str) -> tuple[Fill, ...]:
    """What counts for a record of this kind."""
    theirs = (given or {}).get(target, {})
    return tuple(
        Fill(field=name, value=said["value"], instead=said["instead"], fresh=said["fresh"])
        for name, said in theirs.items()
    )


def added(given: Given | None, target: str, more: Iterable[Fill]) -> dict[str, Any]:
    """With what was filled in now; of each field the last answer counts."""
    fresh = {f.field: {"value": f.value, "instead": f.instead, "fresh": True} for f in more}
    return {**(given or {}), target: {**(given or {}).get(target, {}), **fresh}}


def chosen(given: Given | None, picked: tuple[str, str] | None, target: str = "") -> dict[str, Any]:
    """With what was said of possible duplicates: the record that is meant (kind, id), or that a `target` is none of
    them. The last word counts alone."""
    rest = {name: said for name, said in (given or {}).items() if name not in (PICKED, ANYWAY)}
    said = {PICKED: {picked[0]: picked[1]}} if picked else {ANYWAY: {target: True}}
    return rest | {
        name: {kind: {"value": value, "instead": None, "fresh": True} for kind, value in one.items()}
        for name, one in said.items()
    }


def picked(given: Given | None) -> tuple[str, str] | None:
    """The kind and the id of the record that a person said is meant."""
    found = [(kind, str(said["value"])) for kind, said in (given or {}).get(PICKED, {}).items()]
    return found[0] if found else None


def anyway(given: Given | None, target: str) -> bool:
    """Whether a person said that it is no duplicate. That is for one write: later ones are asked about anew."""
    said = (given or {}).get(ANYWAY, {}).get(target)
    return said is not None and bool(said["fresh"])


def without_pick(given: Given) -> dict[str, Any]:
    """The record that was meant is gone."""
    return {name: said for name, said in given.items() if name != PICKED}


def written(given: Given) -> dict[str, Any]:
    """Once all of it has been written."""
    return {
        target: {name: {**said, "fresh": False} for name, said in theirs.items()} for target, theirs in given.items()
    }


def is_fresh(given: Given | None) -> bool:
    """Whether something of it was not written yet."""
    return any(said["fresh"] for theirs in (given or {}).values() for said in theirs.values())
