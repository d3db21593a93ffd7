"""How a meeting is joined, as a paragraph of its description in Salesforce, which has no field for it. Pure.

Each line of the paragraph says by itself that it is one of ours. Read back, such lines are no part of the text,
wherever in the description people have moved them, whatever they wrote after them and whichever of them they took
away. See docs/adr/0020.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.calendars import Conference
from connectors.salesforce.mapping import described, units

URL, CODE, PHONE = "[Join] ", "[Meeting code] ", "[Phone] "
LABELS = (URL, CODE, PHONE)
MOST_PHONES = 5  # a meeting may have a number for each country
GAP = "\n\n"


def with_conference(text: str, conference: Conference | None) -> str:
    """A description within what the field holds; where it is too long, the text is shortened and not how to join."""
    if conference is None:
        return described(text, "calendar")
    return joined(described(text, "calendar", taken(conference)), conference)


def joined(text: str, conference: Conference) -> str:
    """A text with how to join below it."""
    return GAP.join(part for part in (text, _paragraph(conference)) if part)


def taken(conference: Conference) -> int:
    """The units that how to join takes of a field."""
    return units(GAP + _paragraph(conference))


def _paragraph(conference: Conference) -> str:
    told = [URL + conference.url] if conference.url else []
    told += [CODE + conference.code] if conference.code else []
    told += [PHONE + each for each in conference.phones[:MOST_PHONES]]
    return "\n".join(told)


def without_conference(description: str) -> tuple[str, Conference | None]:
    """The text of a description, and how the meeting is joined by it."""
    lines = description.split("\n")
    told = [line for line in lines if line.startswith(LABELS)]
    if not told:
        return description, None
    text = "\n".join(line for line in lines if not line.startswith(LABELS))
    return text.strip("\n"), _conference(told)


def _conference(told: list[str]) -> Conference:
    return Conference(
        url=next(_labelled(told, URL), ""),
        code=next(_labelled(told, CODE), ""),
        phones=tuple(_labelled(told, PHONE)),
    )


def _labelled(told: list[str], label: str) -> Iterator[str]:
    return (line.removeprefix(label).strip() for line in told if line.startswith(label))
