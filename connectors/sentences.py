"""Texts that are kept, and said in the language of whoever reads them later. Pure.

A phrase is its English words; it also knows out of what it was made, and so it can be said in other words. What stands
at its named places is data, unless it is a phrase itself. Plain texts are phrases without places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from connectors.translation import gettext, ngettext, number


class Phrase(str):
    """`made` says out of what, as JSON has it; see `kept`."""

    __slots__ = ("made",)
    made: Mapping[str, Any]

    def __new__(cls, made: Mapping[str, Any]) -> Self:
        phrase = super().__new__(cls, _said(made, _english, _english_of, "{:,}".format))
        phrase.made = made
        return phrase


def phrase(text: str, /, **named: object) -> Phrase:
    """A sentence with named places, as `gettext` takes it."""
    return Phrase({"text": text, "named": _kept_all(named)})


def phrases(count: int, one: str, many: str, /, **named: object) -> Phrase:
    """One that depends on a number, which stands at `%(number)s`."""
    return Phrase({"one": one, "many": many, "count": count, "named": _kept_all({"number": count, **named})})


def joined(texts: Iterable[str], by: str = " ") -> Phrase:
    """Several, one after the other."""
    return Phrase({"parts": [kept(each) for each in texts], "by": by})


def in_a_row(texts: Iterable[str]) -> str:
    """“look, find and change”."""
    *most, last = [*texts] or [""]
    return phrase("%(most)s and %(last)s", most=joined(most, ", "), last=last) if most else last


def capital(text: str) -> Phrase:
    """The same at the beginning of a sentence."""
    return Phrase({"capital": kept(text)})


def told(text: str) -> str:
    """The text in the reader's words."""
    return _said(text.made, gettext, ngettext, number) if isinstance(text, Phrase) else gettext(text)


def kept(text: str) -> object:
    """The text as JSON that `again` reads: itself, or what it was made of."""
    return dict(text.made) if isinstance(text, Phrase) else str(text)


def again(stored: object) -> str:
    """The text that was kept."""
    return Phrase(stored) if isinstance(stored, Mapping) else str(stored)


def _kept_all(named: Mapping[str, object]) -> dict[str, object]:
    return {name: kept(value) if isinstance(value, str) else value for name, value in named.items()}


def _english(text: str) -> str:
    return text


def _english_of(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def _said(made: Any, single: Any, several: Any, figure: Any) -> str:
    """By what translates one text, what translates one of two, and what writes a number."""
    if isinstance(made, int):
        return str(figure(made))
    if not isinstance(made, Mapping):
        return str(made)
    if "capital" in made:
        text = _inner(made["capital"], single, several, figure)
        return text[:1].upper() + text[1:]
    if "parts" in made:
        return str(made["by"]).join(_inner(each, single, several, figure) for each in made["parts"])
    named = {name: _said(value, single, several, figure) for name, value in made["named"].items()}
    text = several(made["one"], made["many"], made["count"]) if "one" in made else single(made["text"])
    return str(text) % named if named else str(text)


def _inner(part: Any, single: Any, several: Any, figure: Any) -> str:
    """A part of a whole is a text of ours, also where it has no places."""
    return str(single(part)) if isinstance(part, str) else _said(part, single, several, figure)
