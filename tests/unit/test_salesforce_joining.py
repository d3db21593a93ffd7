"""How to join a meeting, as the last paragraph of its description."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.calendars import Conference
from connectors.salesforce.joining import MOST_PHONES, with_conference, without_conference
from connectors.salesforce.mapping import LONGEST_DESCRIPTION, units

CALL = Conference(url="https://rooms.example/j/4711", code="4711", phones=("+1 555 0100, PIN 99", "+44 20 0100"))
PARAGRAPH = """[Join] https://rooms.example/j/4711
[Meeting code] 4711
[Phone] +1 555 0100, PIN 99
[Phone] +44 20 0100"""

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
lines = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)
calls = st.builds(
    Conference, url=words, code=words | st.just(""), phones=st.lists(words, max_size=MOST_PHONES).map(tuple)
)


def test_it_is_a_paragraph_of_its_own_at_the_end() -> None:
    assert with_conference("Prices, then dates.", CALL) == f"Prices, then dates.\n\n{PARAGRAPH}"


def test_without_any_text_it_is_all() -> None:
    assert with_conference("", CALL) == PARAGRAPH


@pytest.mark.parametrize(
    ("conference", "said"),
    [
        (None, "Prices"),
        (Conference(url="https://rooms.example"), "Prices\n\n[Join] https://rooms.example"),
        (Conference(phones=("+1",)), "Prices\n\n[Phone] +1"),
    ],
)
def test_only_what_there_is_is_said(conference: Conference | None, said: str) -> None:
    assert with_conference("Prices", conference) == said


def test_of_many_numbers_the_first_are_named() -> None:
    many = Conference(phones=tuple(f"+{n}" for n in range(200)))
    assert with_conference("", many).count("[Phone]") == MOST_PHONES


@pytest.mark.parametrize(
    ("description", "text"),
    [
        (f"Prices\n\n{PARAGRAPH}", "Prices"),
        (PARAGRAPH, ""),
        (f"{PARAGRAPH}\n\nPrices", "Prices"),
        (f"Prices\n\n{PARAGRAPH}\nBring the contract", "Prices\n\nBring the contract"),
        (f"Prices and dates\n\n{PARAGRAPH}", "Prices and dates"),
        (f"Prices\n\n{PARAGRAPH}\n", "Prices"),
    ],
    ids=[
        "as written",
        "alone",
        "moved to the top",
        "with words after it",
        "with an edit before it",
        "with a line more",
    ],
)
def test_it_is_no_part_of_the_text_wherever_it_stands(description: str, text: str) -> None:
    assert without_conference(description) == (text, CALL)


@pytest.mark.parametrize("at", range(4))
def test_who_takes_one_of_its_lines_away_makes_no_text_of_the_others(at: int) -> None:
    rest = PARAGRAPH.split("\n")
    del rest[at]
    assert without_conference("\n".join(["Prices", "", *rest]))[0] == "Prices"


@pytest.mark.parametrize(
    "text",
    ["", "Join: https://rooms.example", "Phone: +1", "see [Join] below", "[join] us", "\n\nPrices\n\n"],
)
def test_what_people_write_themselves_is_text(text: str) -> None:
    assert without_conference(text) == (text, None)


@pytest.mark.parametrize("length", [LONGEST_DESCRIPTION - 200, LONGEST_DESCRIPTION, LONGEST_DESCRIPTION * 2])
def test_of_what_is_too_long_the_text_is_shortened_and_not_how_to_join(length: int) -> None:
    said = with_conference("👍" * (length // 2), CALL)
    assert units(said) <= LONGEST_DESCRIPTION
    assert without_conference(said)[1] == CALL


@given(lines, calls)
def test_what_was_written_is_read_back(text: str, conference: Conference) -> None:
    kept = with_conference(text, conference)
    read, call = without_conference(kept)
    assert call == conference or "[" in text
    assert without_conference(with_conference(read, call)) == (read, call)
