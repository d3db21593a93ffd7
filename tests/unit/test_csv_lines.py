from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from connectors.csv_lines import guarded, lines


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_a_spreadsheet_would_carry_out_is_a_text(start: str) -> None:
    assert guarded(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "Renewal", "a=b", " =1", "'=1", "山田", "1042"])
def test_all_else_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_a_table_is_read_as_it_was_written() -> None:
    rows = [['with "quotes"', "a, b", "two\nlines"], ["=1+1", "", "ü"]]
    text = "".join(lines(("One", "Two", "Three"), rows))
    assert text.startswith("\ufeff")
    assert list(csv.reader(text[1:].splitlines(keepends=True))) == [
        ["One", "Two", "Three"],
        ['with "quotes"', "a, b", "two\nlines"],
        ["'=1+1", "", "ü"],
    ]


def test_a_line_is_made_when_it_is_asked_for() -> None:
    def rows() -> Iterator[list[str]]:
        yield ["a"]
        raise AssertionError("nobody asked for it")

    found = lines(("One",), rows())
    assert [next(found), next(found), next(found)] == ["\ufeff", "One\r\n", "a\r\n"]
