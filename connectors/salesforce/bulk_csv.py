"""The CSV of Bulk API 2.0, both ways. Pure.

UTF-8, a header of field names, LF between rows; a quote within quotes is doubled. An empty cell of a new record leaves
its field empty, and a cell that says `#N/A` empties it whatever stands there, so no field can ever be given that text
(Bulk API 2.0 and Bulk API Developer Guide, “Prepare CSV Files”). Such a text cannot be carried, nor can one that UTF-8
has no bytes for. A text within a cell may have line breaks of any kind.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

NULL = "#N/A"
LONGEST = 131_072  # characters that a cell may have; the reader of Python's library stops at as many by itself
TYPE = "attributes"  # what JSON says of a record beside its fields

Cells = Mapping[str, str]


class NotCarried(ValueError):
    """A value for which CSV has no cell."""


def cells(record: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a record, as they stand in CSV. Raises `NotCarried`."""
    return {name: _cell(value) for name, value in record.items() if name != TYPE}


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float() if isfinite(value):
            return format(Decimal(repr(value)), "f")
        case str():
            return _text(value)
    raise NotCarried(type(value).__name__)


def _text(value: str) -> str:
    if value.strip() == NULL or len(value) > LONGEST or "\0" in value:
        raise NotCarried(value[:20])
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCarried("half a character") from None
    return value


def written(rows: Sequence[Cells]) -> bytes:
    """All rows under one header, every cell in quotes."""
    made = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(made, names, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


def read(text: str) -> Iterator[dict[str, str]]:
    """The rows of an answer, by the names in its header. Raises ValueError where it is none."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        for row in lines:
            if len(row) != len(header):
                raise ValueError(f"a row of {len(row)} cells under {len(header)} names")
            yield dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from None


def refusal(said: str) -> dict[str, object]:
    """`CODE:message:field,field --`, the words of a record that was refused, as a collection would have told it.

    The message may have colons of its own.
    """
    code, _, rest = said.partition(":")
    message, colon, named = rest.rpartition(":")
    if not colon:
        message, named = rest, ""
    fields = [name.strip() for name in named.strip().removesuffix("--").split(",")]
    error = {"statusCode": code.strip(), "message": message.strip(), "fields": [name for name in fields if name]}
    return {"success": False, "errors": [error]}
