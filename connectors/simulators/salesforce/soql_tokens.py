"""SOQL's words, and how a refusal shows the place it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.simulators.salesforce.errors import Refused

AROUND = 32  # how much of the query a message shows before and after the place


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


def refusal(text: str, at: int, message: str, code: str = "MALFORMED_QUERY") -> Refused:
    """A refusal with the place shown: a line of the query, a caret beneath, row and column."""
    row = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1)
    start = max(0, at - AROUND)
    shown = text[start : at + AROUND].replace("\n", " ")
    pointer = " " * (at - start) + "^"
    return Refused(code, f"\n{shown}\n{pointer}\nERROR at Row:{row}:Column:{column + 1}\n{message}", None)


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    |(?P<date>\d{4}-\d\d-\d\d)
    |(?P<number>[+-]?\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    |(?P<operator><=|>=|!=|<>|[=<>])
    |(?P<mark>[(),:])""",
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise _not_a_token(text, at)
        if found.lastgroup != "space":
            yield Token(str(found.lastgroup), found[0], at)
        at = found.end()
    yield Token("end", "<EOF>", len(text))


def _not_a_token(text: str, at: int) -> Refused:
    if text[at] == "'":
        return Refused("MALFORMED_QUERY", f"line 1:{len(text)} mismatched character '<EOF>' expecting '''", None)
    return refusal(text, at, f"unexpected token: '{text[at]}'")
