"""A question about single fields as a page shows it, and the answer as a form sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connectors.fields import SealBroken
from issues.models import Decision
from issues.versions import BY_FIELD, Difference, Question

PREFIX = "side-"  # before the name of a field: whose version of it counts
NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Field:
    """A difference with the side that is chosen for it, "" where none is, and what is wrong with that."""

    difference: Difference
    side: str
    fault: str = ""

    @property
    def key(self) -> str:
        """Its name in the form."""
        return f"{PREFIX}{self.difference.name}"


def fields_of(asked: Question, sides: Mapping[str, str], faults: Mapping[str, str] = NONE) -> list[Field]:
    """All that is asked, field by field; nothing where one can only choose a whole version."""
    if not asked.by_field:
        return []
    return [
        Field(difference=each, side=sides.get(each.name) or each.held, fault=faults.get(each.name, ""))
        for each in asked.differences
    ]


def sides_in(form: Mapping[str, str]) -> dict[str, str]:
    """What a form says of each field."""
    return {name.removeprefix(PREFIX): side for name, side in form.items() if name.startswith(PREFIX)}


def sides_of(decision: Decision | None) -> dict[str, str]:
    """What was decided field by field; nothing where it was not, or can no longer be opened."""
    if decision is None:
        return {}
    try:
        answer = decision.answer
    except SealBroken:
        return {}
    sides = answer.get("sides") if isinstance(answer, dict) else None
    return {str(name): str(side) for name, side in sides.items()} if isinstance(sides, dict) else {}


def said(asked: Question, decision: Decision) -> str:
    """What was decided, in words; "" for what is not offered any more."""
    if decision.choice == BY_FIELD:
        return asked.note(BY_FIELD, sides_of(decision))
    return dict(asked.choices).get(decision.choice, "")
