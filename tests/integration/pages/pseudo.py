"""A language that nobody speaks, in which every translated text stands in ⟦brackets⟧; and what stands outside of them.

What is put into a text, at one of its named places, stands outside of its brackets: it is translated by itself, or it
is data. The language's code is that of a language which the framework knows, so that a browser may ask for it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterator, Mapping
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any

CODE = "eo"
OPENS, CLOSES = "⟦", "⟧"
CONTEXT = "\x04"  # stands between the context of a text and the text
# What is data, or a name, in whatever language.
DATA = frozenset({"bdi", "code", "pre", "time", "textarea", "script", "style", "svg"})
QUOTED = frozenset({"code", "quote"})  # codes, and what the other side says
NAMES = ("Syncapp", "Salesforce", "Gmail", "Google Calendar", "Google", "HTTP", "UTC", "API", "Message-ID")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "data-past", "data-ahead", "data-lost", "label")
_PLACE = re.compile(r"%\(\w+\)s|\{\w*\}")
_IDENTIFIER = re.compile(r"[@_0-9]")
CUT = 20  # of this length and more, a part of what is isolated is data as well: titles are cut off
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


class Pseudo(NullTranslations):
    """Every text in brackets that translators know of; as Django asks a catalogue."""

    domain = "django"

    def __init__(self, known: Collection[str]) -> None:
        super().__init__()
        self.known = known

    def gettext(self, message: str) -> str:
        text = message.rpartition(CONTEXT)[2]
        if text not in self.known:
            return text
        with_places = _PLACE.sub(rf"{CLOSES}\g<0>{OPENS}", text)
        return f"{OPENS}{with_places}{CLOSES}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return CODE

    def to_language(self) -> str:
        return CODE


class Untranslated(HTMLParser):
    """`found` is every piece of text that a page shows or says outside of brackets, where no data stands; `isolated` is
    the data whose direction of writing is kept apart."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.isolated: list[str] = []
        self._within: list[tuple[str, bool]] = []
        self._depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = {name: value or "" for name, value in attrs}
        is_data = tag in DATA or not QUOTED.isdisjoint(values.get("class", "").split())
        if not (is_data or self._is_data):
            self._look_at_attributes(tag, values)
        if tag not in _VOID:
            self._within.append((tag, is_data))

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        outside, self._depth = _outside(data, self._depth)
        if not self._is_data:
            self._tell(outside)
        elif any(tag == "bdi" for tag, _ in self._within):
            self.isolated.append(data)

    @property
    def _is_data(self) -> bool:
        return any(is_data for _, is_data in self._within)

    def _look_at_attributes(self, tag: str, values: dict[str, str]) -> None:
        is_button = tag == "input" and values.get("type") in ("submit", "button", "reset")
        for name in (*SPOKEN, *(["value"] if is_button else [])):
            self._tell(_outside(values.get(name, ""), 0)[0])

    def _tell(self, text: str) -> None:
        self.found.extend(_words(text))


def _outside(text: str, depth: int) -> tuple[str, int]:
    """What stands in no brackets, and how many are open at the end."""
    kept = []
    for each in text:
        depth += (each == OPENS) - (each == CLOSES)
        kept.append(each if depth == 0 and each != CLOSES else "\n")
    return "".join(kept), depth


def _words(text: str) -> Iterator[str]:
    """Pieces that have words, once the names are taken out; addresses, numbers and identifiers are data."""
    for name in NAMES:
        text = text.replace(name, " ")
    for piece in text.split("\n"):
        words = [each for each in piece.split() if not _IDENTIFIER.search(each)]
        if any(each.isalpha() for word in words for each in word):
            yield " ".join(words)


def untranslated(html: str) -> list[str]:
    """What is left in English of a page. What it also isolates somewhere is data, wherever it stands."""
    page = Untranslated(html)
    isolated = [" ".join(each.split()) for each in page.isolated]
    whole, long = set(isolated), "\n".join(isolated)
    return [each for each in page.found if each not in whole and (len(each) < CUT or each not in long)]


def compiled(texts: Mapping[str, str]) -> bytes:
    """A catalogue as `msgfmt` would make it: where the texts stand, then the texts, sorted by what is translated.

    Two forms of one text have a zero between them.
    """
    whole = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"} | dict(texts)
    pairs = sorted((source.encode(), target.encode()) for source, target in whole.items())
    count, header = len(pairs), 7 * 4
    places: tuple[list[int], list[int]] = ([], [])
    block, at = b"", header + count * 16
    for side in (0, 1):
        for pair in pairs:
            places[side].extend((len(pair[side]), at + len(block)))
            block += pair[side] + b"\0"
    numbers = (0x950412DE, 0, count, header, header + count * 8, 0, 0, *places[0], *places[1])
    return struct.pack(f"<{len(numbers)}I", *numbers) + block
