"""The CSV of Bulk API 2.0: what a record is as cells, what rows are as bytes, and what comes back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from connectors.salesforce.bulk_csv import LONGEST, NotCarried, cells, read, refusal, written

TEXTS = [
    "plain",
    "a, b",
    'say "hello"',
    '"',
    '""',
    "one\ntwo",
    "one\r\ntwo",
    "one\rtwo",
    "\n",
    " spaces ",
    "tab\t",
    "Grüße 👍 尺",
    "=cmd()",
    "#N/A or so",
    "N/A",
    "x" * LONGEST,
]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (0, "0"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (-1e-7, "-0.0000001"),
        ("2000-01-31", "2000-01-31"),
    ],
)
def test_a_value_is_a_cell(value: object, cell: str) -> None:
    assert cells({"attributes": {"type": "Contact"}, "Name": value}) == {"Name": cell}


@pytest.mark.parametrize(
    "value",
    ["#N/A", "  #N/A\n", "half \ud83d", "nul \0", "x" * (LONGEST + 1), ["a"], {"a": 1}, float("inf"), float("nan")],
    ids=["null", "null with spaces", "half a character", "nul", "too long", "list", "object", "infinite", "no number"],
)
def test_what_has_no_cell_is_not_carried(value: Any) -> None:
    with pytest.raises(NotCarried):
        cells({"Name": value})


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
def test_a_text_comes_back_as_it_was_sent(text: str) -> None:
    rows = [cells({"A": text, "B": "b"}), cells({"A": "a", "B": text})]
    assert [*read(written(rows).decode())] == rows


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
def test_another_reader_finds_the_same(text: str) -> None:
    told = csv.DictReader(io.StringIO(written([{"A": text}]).decode(), newline=""))
    assert [*told] == [{"A": text}]


def test_rows_of_different_fields_share_one_header() -> None:
    assert written([{"A": "1"}, {"B": "2", "A": ""}]) == b'"A","B"\n"1",""\n"","2"\n'


def test_bytes_are_utf_8_without_a_mark_before_them() -> None:
    assert written([{"Ä": "ö"}]) == '"Ä"\n"ö"\n'.encode()


def test_without_rows_there_is_no_header() -> None:
    assert written([]).strip() == b""


@pytest.mark.parametrize("text", ["", '"A","B"\n', '"A","B"\r\n'])
def test_an_answer_may_be_empty(text: str) -> None:
    assert [*read(text)] == []


@pytest.mark.parametrize("text", ['"A","B"\n"1"\n', '"A"\n"1","2"\n', '"A"\n"1', '"A"\n"1"2\n'])
def test_what_is_torn_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match=r"row of|expected|unexpected"):
        [*read(text)]


@pytest.mark.parametrize(
    ("said", "code", "message", "fields"),
    [
        ("A_CODE:words:Name --", "A_CODE", "words", ["Name"]),
        ("A_CODE:words:A,B --", "A_CODE", "words", ["A", "B"]),
        ("A_CODE:words:--", "A_CODE", "words", []),
        ("A_CODE:words: --", "A_CODE", "words", []),
        ("A_CODE:it says: no: really:Name --", "A_CODE", "it says: no: really", ["Name"]),
        ("A_CODE:two\nlines:--", "A_CODE", "two\nlines", []),
        ("A_CODE:words", "A_CODE", "words", []),
        ("A_CODE", "A_CODE", "", []),
        ("", "", "", []),
    ],
)
def test_the_words_of_a_refusal_are_taken_apart(said: str, code: str, message: str, fields: list[str]) -> None:
    assert refusal(said) == {
        "success": False,
        "errors": [{"statusCode": code, "message": message, "fields": fields}],
    }
