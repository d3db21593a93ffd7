from __future__ import annotations

import pytest

from syncapp.engine.guard import is_mass


@pytest.mark.parametrize(
    ("gone", "known", "expected"),
    [
        (9, 20, False),  # more than a fifth, and fewer than ten
        (10, 20, True),
        (11, 20, True),
        (9, 9, False),  # all there was, and somebody told us of each
        (10, 10, True),
        (10, 50, False),  # a fifth, and not more
        (11, 50, True),
        (10, 49, True),
        (20, 100, False),
        (21, 100, True),
        (200, 1000, False),
        (201, 1000, True),
        (0, 0, False),
        (0, 100, False),
        (10, 0, True),  # what nobody knew of cannot be few
    ],
)
def test_ten_and_more_than_a_fifth_are_many(gone: int, known: int, expected: bool) -> None:
    assert is_mass(gone, known) is expected


@pytest.mark.parametrize(
    ("gone", "known", "expected"),
    [
        (1, 1, True),  # one event, and now none
        (3, 3, True),
        (9, 9, True),
        (8, 9, False),
        (1, 2, False),
        (10, 20, True),  # the other rule holds as well
        (0, 0, False),  # nothing was there and nothing is
    ],
)
def test_a_side_that_is_empty_all_at_once_is_suspicious(gone: int, known: int, expected: bool) -> None:
    assert is_mass(gone, known, by_absence=True) is expected


@pytest.mark.parametrize("known", range(0, 120, 7))
def test_more_deletions_are_never_less_suspicious(known: int) -> None:
    for by_absence in (False, True):
        answers = [is_mass(gone, known, by_absence=by_absence) for gone in range(known + 20)]
        assert answers == sorted(answers)
