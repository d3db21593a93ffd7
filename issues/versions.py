"""Two versions of an item, told so that a person can choose between them. Pure.

The evidence of an issue that asks has `{"fields": {name: {"crm": …, "mailbox": …}}, "choices": […]}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CHOICES: Mapping[str, str] = {"crm": "Keep what Salesforce says", "mailbox": "Keep what the calendar says"}
NOTHING = "nothing"
_LABELS: Mapping[str, str] = {
    "title": "Title",
    "text": "Text",
    "location": "Place",
    "time": "Time",
    "busy": "Shown as",
    "private": "Private",
    "people": "People",
}
_FLAGS: Mapping[str, tuple[str, str]] = {"busy": ("free", "busy")}
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that the sides say differently, in people's words; `name` is the field's own."""

    name: str
    label: str
    crm: str
    mailbox: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What differs, and what may be chosen: (choice, its words), in the order of the evidence."""

    differences: tuple[Difference, ...]
    choices: tuple[tuple[str, str], ...]


def question(evidence: object) -> Question | None:
    """The question that an issue's evidence asks; None where it asks none."""
    if not isinstance(evidence, Mapping):
        return None
    offered = evidence.get("choices")
    choices = [each for each in offered if each in CHOICES] if isinstance(offered, list | tuple) else []
    if not choices:
        return None
    fields = evidence.get("fields")
    return Question(
        differences=tuple(_difference(name, sides) for name, sides in _pairs(fields)),
        choices=tuple((each, CHOICES[each]) for each in choices),
    )


def _pairs(fields: object) -> list[tuple[str, Mapping[str, object]]]:
    known = fields.items() if isinstance(fields, Mapping) else ()
    return [(str(name), sides) for name, sides in known if isinstance(sides, Mapping)]


def _difference(name: str, sides: Mapping[str, object]) -> Difference:
    return Difference(
        name=name,
        label=_LABELS.get(name, name.capitalize()),
        crm=_said(name, sides.get("crm")),
        mailbox=_said(name, sides.get("mailbox")),
    )


def _said(name: str, value: object) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return _FLAGS.get(name, ("no", "yes"))[value]
    if name == "time" and isinstance(value, list | tuple) and len(value) == 3:
        return _time(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_entry, value)) or NOTHING
    return str(value).strip() or NOTHING if value is not None else NOTHING


def _entry(value: object) -> str:
    """Somebody who is invited, with the answer, if there is one."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return f"{value[0]} ({value[1]})" if value[1] != "none" else str(value[0])
    return str(value)


def _time(value: Sequence[object]) -> str:
    """From and to, in UTC; whole days without a clock."""
    try:
        start, end = (datetime.fromisoformat(str(each)) for each in value[:2])
    except ValueError:
        return f"{value[0]} to {value[1]}"
    if value[2] is True:
        last = end - _DAY
        return f"{start:%-d %B %Y}, all day" if last <= start else f"{start:%-d %B %Y} to {last:%-d %B %Y}, all day"
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%-d %B %Y, %H:%M}"
    return f"{start:%-d %B %Y, %H:%M} to {until} UTC"
