"""The catalogue of codes: what each one means to a person, loaded once from `catalogue.toml`.

An entry with a flaw is left out, and its code falls back to its provider's `UNKNOWN`, so that a slip in a text
never stops a page; `problems()` names every flaw, for the system check that stops the start.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from connectors import dialects, fixers
from connectors.translation import gettext


class Scope(StrEnum):
    ITEM = "item"
    MAILBOX = "mailbox"
    ORGANIZATION = "organization"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Retry(StrEnum):
    BACKOFF = "backoff"
    AFTER_FIX = "after_fix"
    NEVER = "never"


Fixer = fixers.Fixer


class Advice(StrEnum):
    RETRY = "retry"
    IGNORE = "ignore"
    EITHER = "either"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do, in the imperative, and who can do it; never `NOBODY`."""

    who: Fixer
    text: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One code. The fields are described at the top of `catalogue.toml`."""

    id: str
    title: str
    plain: str
    cause: str
    steps: tuple[Step, ...]
    fixer: Fixer
    scope: Scope
    severity: Severity
    retry: Retry
    advice: Advice
    why: str
    says: str = ""
    related: tuple[str, ...] = ()

    @property
    def provider(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]

    @property
    def slug(self) -> str:
        return slug(self.id)


def slug(code: str) -> str:
    """The code as part of an address: only a-z, 0-9, `_`, `.` and `-`; as stable as the code."""
    return re.sub(r"[^a-z0-9_.-]", "-", code.lower())


LONGEST_TITLE = 60
_TEXTS = ("title", "plain", "cause", "why")
_WORDS: Mapping[str, type[StrEnum]] = {
    "fixer": Fixer,
    "scope": Scope,
    "severity": Severity,
    "retry": Retry,
    "advice": Advice,
}
_NEEDED = (*_TEXTS, "steps", *_WORDS)
_OPTIONAL = ("says", "related")

Tables = Mapping[str, Mapping[str, object]]


def _flaws(code: str, table: Mapping[str, object]) -> Iterator[str]:
    """Everything that is wrong with one table by itself, as sentences."""
    for name in _NEEDED:
        if not table.get(name):
            yield f"{code} has no {name}."
    for name in set(table) - {*_NEEDED, *_OPTIONAL}:
        yield f"{code} has a field that nobody knows: {name}."
    for name in (*_TEXTS, "says"):
        if not isinstance(table.get(name, ""), str):
            yield f"{code}: {name} is not a text."
    for name, words in _WORDS.items():
        if table.get(name) and table[name] not in list(words):
            yield f"{code}: {table[name]!r} is no {name}."
    if len(str(table.get("title", ""))) > LONGEST_TITLE:
        yield f"{code}: the title is longer than {LONGEST_TITLE} characters."
    yield from _flaws_of_lists(code, table)


def _flaws_of_lists(code: str, table: Mapping[str, object]) -> Iterator[str]:
    steps, related = table.get("steps", []), table.get("related", [])
    if not isinstance(steps, list) or not all(map(_is_step, steps)):
        yield f"{code}: each step needs who, which is not nobody, and text."
    if not isinstance(related, list) or not all(isinstance(each, str) for each in related):
        yield f"{code}: related is not a list of codes."


def _is_step(step: object) -> bool:
    return (
        isinstance(step, dict)
        and set(step) == {"who", "text"}
        and step["who"] in [who for who in Fixer if who is not Fixer.NOBODY]
        and isinstance(step["text"], str)
        and bool(step["text"])
    )


def _entry(code: str, table: Mapping[str, object]) -> Entry:
    words = {name: kind(str(table[name])) for name, kind in _WORDS.items()}
    texts = {name: table[name] for name in (*_TEXTS, "says") if name in table}
    steps = tuple(Step(who=Fixer(step["who"]), text=step["text"]) for step in _list(table, "steps"))
    fields: dict[str, Any] = {**words, **texts, "steps": steps, "related": tuple(_list(table, "related"))}
    return Entry(id=code, **fields)


def _list(table: Mapping[str, object], name: str) -> list[Any]:
    value = table.get(name, [])
    return value if isinstance(value, list) else []


def entries(tables: Tables) -> dict[str, Entry]:
    """The entries of those tables that have no flaw."""
    return {code: _entry(code, table) for code, table in tables.items() if not any(_flaws(code, table))}


TABLES: Tables = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))
CATALOGUE: Mapping[str, Entry] = entries(TABLES)
_BY_SLUG: Mapping[str, Entry] = {each.slug: each for each in CATALOGUE.values()}


def entry(code: str) -> Entry:
    """The entry of a code; for an unknown one its provider's `UNKNOWN`, else the general one. Never raises."""
    provider = code.partition(".")[0]
    return CATALOGUE.get(code) or CATALOGUE.get(f"{provider}.UNKNOWN") or CATALOGUE["engine.UNKNOWN"]


def told(found: Entry) -> Entry:
    """The entry in the reader's words, but for what the other side says, which is a quotation.

    What is kept, compared, or read by programs takes the entry as it is.
    """
    return replace(
        found,
        title=gettext(found.title),
        plain=gettext(found.plain),
        cause=gettext(found.cause),
        why=gettext(found.why),
        steps=tuple(replace(step, text=gettext(step.text)) for step in found.steps),
    )


def shown(code: str) -> Entry:
    """The entry of a code, in the reader's words. Never raises."""
    return told(entry(code))


def texts(tables: Tables = TABLES) -> Iterator[str]:
    """Every text that `told` translates, for whoever makes a catalogue of another language."""
    for found in entries(tables).values():
        yield from (getattr(found, name) for name in _TEXTS)
        yield from (step.text for step in found.steps)


def by_slug(text: str) -> Entry | None:
    """The entry at an address, or `None`."""
    return _BY_SLUG.get(text)


def problems(tables: Tables = TABLES, given: Collection[str] | None = None) -> list[str]:
    """Everything that is wrong with the catalogue, as sentences; empty when all is well.

    `given` are the codes that rules can answer with; by default those of all connectors and of the wire. The
    codes of `engine` are the engine's own to give.
    """
    known = dialects.codes() if given is None else given
    return [
        *(flaw for code, table in tables.items() for flaw in _flaws(code, table)),
        *_doubles("title", (str(table.get("title", "")) for table in tables.values())),
        *_doubles("address", map(slug, tables)),
        *_loose_ends(tables),
        *(f"{code} can be given but has no entry." for code in sorted(set(known) - set(tables))),
        *(
            f"{code} has an entry but no rule gives it."
            for code in tables
            if code not in known and not code.startswith("engine.")
        ),
    ]


def _doubles(what: str, values: Iterable[str]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{count} entries have the same {what}: {value}."


def _loose_ends(tables: Tables) -> Iterator[str]:
    for code, table in tables.items():
        for other in _list(table, "related"):
            if other not in tables or other == code:
                yield f"{code} is related to {other}, which is no other entry."
