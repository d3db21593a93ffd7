"""Reads bodies that somebody else wrote: JSON, HTML pages, XML elements, OAuth's form fields.

Nothing here raises, whatever the text is, and nothing takes longer than the text is long: XML is read by
plain patterns, so there is no parser to attack, and markup beyond the first 100,000 characters is not read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

from connectors.texts import storable

LONGEST_MARKUP = 100_000
LONGEST_MESSAGE = 2_000

_PAGE = re.compile(r"\s*<(?:!doctype html|html|head|body|title|h1)\b", re.IGNORECASE)
_WORDS = re.compile(r"<(?:title|h\d|p|pre|ins|code|span)\b[^<>]*>([^<]*)", re.IGNORECASE)


def json_value(text: str) -> object:
    """The JSON value that `text` is, or `None` where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def mapping(value: object) -> Mapping[str, object]:
    """The value itself if it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """The value itself if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def by_name(value: object) -> dict[str, Mapping[str, object]]:
    """The JSON objects of an array by their `name`; what is no object is left out."""
    return {str(each.get("name")): each for each in items(value) if isinstance(each, Mapping)}


def words(value: object) -> str:
    """The value itself if it is a text, else nothing; at most 2,000 characters, and fit to be kept."""
    return storable(value[:LONGEST_MESSAGE]) if isinstance(value, str) else ""


def page_words(text: str) -> str | None:
    """What a person would read at the top of an HTML page; `None` where the text is no page."""
    if not _PAGE.match(text):
        return None
    found = (html.unescape(piece).strip() for piece in _WORDS.findall(text[:LONGEST_MARKUP]))
    return words(" ".join(piece for piece in found if piece))


def is_markup(text: str) -> bool:
    """Whether the text is XML and no HTML page."""
    return text.lstrip().startswith("<") and not _PAGE.match(text)


def element(text: str, *names: str) -> str:
    """The text of the first element that has one of these names and a text, in any XML namespace.

    All elements of the first name come before those of the second.
    """
    for name in names:
        found = re.findall(rf"<(?:\w+:)?{name}\b[^<>]*>([^<]*)(?=<)", text[:LONGEST_MARKUP])
        if said := next((each.strip() for each in found if each.strip()), ""):
            return words(html.unescape(said))
    return ""


def pieces(text: str, name: str) -> Iterator[str]:
    """The text cut after each end of an element of this name: each piece holds one such element at most."""
    yield from re.split(rf"</(?:\w+:)?{name}>", text[:LONGEST_MARKUP])


def form_fields(text: str) -> Mapping[str, str]:
    """Fields of a form body, or of an address's query or fragment, each with its first value."""
    query = text
    if "://" in text:
        try:
            address = urlsplit(text)
        except ValueError:
            return {}
        query = address.query or address.fragment
    return {key: words(values[0]) for key, values in parse_qs(query[:LONGEST_MARKUP]).items()}
