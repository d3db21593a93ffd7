"""Record ids and their check characters."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.salesforce import ids

SHORT = st.text(string.ascii_letters + string.digits, min_size=15, max_size=15)


@pytest.mark.parametrize(
    "known",
    [
        # ids as real answers have them
        "750ak000009E1YXAA0",
        "005ak000005hvjJAAQ",
        "750ak000009Dl5bAAC",
        "003RM0000068xVCYAY",
        "001RM000003oLruYAE",
        "006B0000003weZGIAY",
        "003B000000AxcEjIAJ",
        "005B0000003qHvOIAU",
    ],
)
def test_check_characters_are_those_of_real_ids(known: str) -> None:
    assert ids.check_characters(known[:15]) == known[15:]
    assert ids.parse(known) == ids.parse(known[:15]) == known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acme",
        "001RM000003oLrB000",
        "001RM000003oLruYAe",
        "001RM000003oLr",
        "001RM000003oLruYA",
        "001RM000003oL-uYAE",
    ],
)
def test_what_is_no_id_is_told(text: str) -> None:
    assert ids.parse(text) is None


@pytest.mark.parametrize("value", [None, 7, ["001RM000003oLruYAE"]])
def test_what_is_no_text_is_no_id(value: object) -> None:
    assert ids.parse(value) is None


def test_an_id_with_wrong_check_characters_still_looks_like_one() -> None:
    assert ids.looks_like_one("001RM000003oLrB000")
    assert not ids.looks_like_one("23foo")


@given(SHORT)
def test_both_lengths_mean_the_same(short: str) -> None:
    full = ids.parse(short)
    assert full is not None
    assert (full[:15], ids.parse(full)) == (short, full)


@given(SHORT)
def test_ids_that_differ_in_case_only_have_other_check_characters(short: str) -> None:
    other = short.swapcase()
    if other != short:
        assert ids.check_characters(short) != ids.check_characters(other)


@given(st.integers(1, 62**6), st.integers(1, 62**6))
def test_each_number_has_an_id_of_its_own(one: int, other: int) -> None:
    assert (ids.mint("003", one) == ids.mint("003", other)) == (one == other)


@given(st.integers(1, 62**9 - 1))
def test_what_is_minted_is_well_formed(number: int) -> None:
    made = ids.mint("00Q", number)
    assert (ids.parse(made), ids.prefix(made), len(ids.short(made))) == (made, "00Q", 15)
