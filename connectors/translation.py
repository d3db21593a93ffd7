"""A port for the reader's language: sentences go through it wherever they are made, also where no framework is known.

The bottom app binds it once, at start. Until then, and wherever nobody reads, texts stay as they stand in the code, in
English. Pure: a text goes in and a text comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

One = Callable[[str], str]
Many = Callable[[str, str, int], str]
Aside = Callable[[], AbstractContextManager[None]]
Separator = Callable[[], str]


def _written(text: str) -> str:
    return text


def _counted(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def _comma() -> str:
    return ","


_one: One = _written
_many: Many = _counted
_aside: Aside = nullcontext
_separator: Separator = _comma


def bind(one: One, many: Many, aside: Aside, separator: Separator) -> None:
    """`one` and `many` translate from now on, `separator` stands between thousands; within `aside` all is English."""
    global _one, _many, _aside, _separator
    _one, _many, _aside, _separator = one, many, aside, separator


def gettext(text: str) -> str:
    """The text in the reader's language. No text stays none: catalogues answer "" with their header."""
    return _one(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form that the reader's language has for so many."""
    return _many(one, many, count)


def gettext_noop(text: str) -> str:
    """The text itself, found by whoever makes a catalogue: for tables of words that `gettext` translates when shown."""
    return text


def both(one: str, many: str) -> tuple[str, str]:
    """The same for the two forms of `ngettext`."""
    return one, many


def number(value: int) -> str:
    """1204 as 1,204."""
    return f"{value:,}".replace(",", _separator())


def as_written() -> AbstractContextManager[None]:
    """Within it texts stay as they are written: for what is kept, and is read by others than who asks for it."""
    return _aside()
