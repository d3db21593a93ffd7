"""The CSV of Bulk API 2.0, both ways.

Bulk API 2.0 Developer Guide, "Prepare CSV Files": UTF-8, a header of field names, one line ending throughout, as the
job says; quotes within quotes are doubled. An empty value leaves a field alone, `#N/A` empties it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from connectors.simulators.salesforce import values
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.schema import SObject

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
NOTHING = "#N/A"

Row = tuple[str, ...]


class BadContent(Exception):
    """Its text is the job's error message."""


def read(content: bytes, delimiter: str, ending: str) -> tuple[Row, list[Row]]:
    """(header, rows). Raises BadContent for what is no CSV of this job."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadContent("ClientInputError : The content is not encoded in UTF-8") from None
    _check_endings(text, ending)
    try:
        rows = [tuple(row) for row in csv.reader(_lines(text), delimiter=DELIMITERS[delimiter], strict=True) if row]
    except csv.Error as error:
        raise BadContent(f"InvalidBatch : Failed to parse CSV: {error}") from None
    if not rows:
        raise BadContent("InvalidBatch : The batch is empty")
    header, records = rows[0], rows[1:]
    for number, record in enumerate(records, start=2):
        if len(record) != len(header):
            text = f"InvalidBatch : Row {number} has {len(record)} columns, the header has {len(header)}"
            raise BadContent(text)
    return header, records


def _lines(text: str) -> Iterator[str]:
    """Lines as the reader wants them: with their ends, so that one within quotes is kept."""
    return iter(io.StringIO(text, newline=""))


def _check_endings(text: str, ending: str) -> None:
    """The end of the header decides: a line feed alone, or one behind a carriage return."""
    first, found, _ = text.partition("\n")
    told = "CRLF" if first.endswith("\r") else "LF"
    if found and ENDINGS[told] != ending:
        current = next(name for name, sign in ENDINGS.items() if sign == ending)
        raise BadContent(
            f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {current}"
        )


def written(rows: Iterable[Row], delimiter: str, ending: str) -> bytes:
    """Rows as CSV, every value in quotes, as the real service writes them."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=DELIMITERS[delimiter], lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return made.getvalue().encode()


def told(value: Any) -> str:
    """A value of a record as a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value)


def given(sobject: SObject, header: Row, row: Row) -> dict[str, Any]:
    """The fields of a row. Raises Refused for a value of the wrong type."""
    cells = {name: None if cell == NOTHING else cell for name, cell in zip(header, row, strict=True) if cell}
    made: dict[str, Any] = {}
    for name, cell in cells.items():
        field = sobject.field(name)
        try:
            made |= values.parse(sobject, {name: _truth(cell) if field and field.type == "boolean" else cell})
        except Refused:
            label = field.label if field else name
            text = f"{label}: value not of required type: {cell}"
            raise Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", text, (field.name if field else name,)) from None
    return made


def _truth(cell: str | None) -> str | bool | None:
    """CSV knows more words for a boolean than JSON, in any case."""
    words = {"true": True, "1": True, "yes": True, "y": True, "false": False, "0": False, "no": False, "n": False}
    return words.get(cell.lower(), cell) if cell is not None else False
