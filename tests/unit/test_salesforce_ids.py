from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.ids import whole
from connectors.simulators.salesforce.ids import mint


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ("00Uak0000000001", "00Uak0000000001EAA"),
        ("00Uak0000000001EAA", "00Uak0000000001EAA"),
        ("00Uak0000000001AAA", ""),  # the check characters of another
        ("00Uak0000000001eaa", ""),
        ("00Uak00000000", ""),
        ("00Uak0000000001E", ""),
        ("00Uak000000000é", ""),
        ("00Uak0000000001EAA\n", ""),
        ("' OR Id != '", ""),
        ("", ""),
    ],
)
def test_an_id_has_18_characters_and_anything_else_is_none(given_: str, found: str) -> None:
    assert whole(given_) == found


@given(st.integers(0, 62**9 - 1))
def test_ids_that_salesforce_gives_are_ids(number: int) -> None:
    made = mint("00U", number)
    assert (whole(made), whole(made[:15])) == (made, made)
