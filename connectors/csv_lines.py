"""Tables as CSV for programs that people open them with: a line at a time, and no cell is a formula. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK = "\ufeff"  # by which spreadsheets know that it is UTF-8


class _Line:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def guarded(text: str) -> str:
    """The text as one that a spreadsheet shows and does not carry out, whoever wrote it: a subject may begin with an
    equals sign."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The table line by line, as it is asked for (RFC 4180, in UTF-8 with a mark)."""
    writer = csv.writer(_Line())
    yield _MARK
    yield writer.writerow(heads)
    for row in rows:
        yield writer.writerow([guarded(each) for each in row])
