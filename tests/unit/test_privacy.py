from __future__ import annotations

from itertools import product

import pytest

from issues.privacy import Glance, Sight, sight

WHOLE, OUTLINE, NOTHING = Sight.WHOLE, Sight.OUTLINE, Sight.NOTHING

# Written down row by row: (administers, of_item, private, allowed) of somebody whose mailbox it is not.
OTHERS = {
    (False, False, False, False): NOTHING,
    (False, False, False, True): NOTHING,
    (False, False, True, False): NOTHING,
    (False, False, True, True): NOTHING,
    (False, True, False, False): NOTHING,
    (False, True, False, True): NOTHING,
    (False, True, True, False): NOTHING,
    (False, True, True, True): NOTHING,
    (True, False, False, False): WHOLE,
    (True, False, False, True): WHOLE,
    (True, False, True, False): WHOLE,
    (True, False, True, True): WHOLE,
    (True, True, False, False): OUTLINE,
    (True, True, False, True): WHOLE,
    (True, True, True, False): OUTLINE,
    (True, True, True, True): OUTLINE,
}
FLAGS = list(product((False, True), repeat=4))


def test_the_table_is_total() -> None:
    assert set(OTHERS) == set(FLAGS)


@pytest.mark.parametrize("flags", FLAGS)
def test_who_owns_it_sees_everything(flags: tuple[bool, bool, bool, bool]) -> None:
    assert _seen(True, flags) is WHOLE


@pytest.mark.parametrize("flags", FLAGS)
def test_what_is_somebody_elses_is_seen_as_the_table_says(flags: tuple[bool, bool, bool, bool]) -> None:
    assert _seen(False, flags) is OTHERS[flags]


def test_nobody_in_particular_sees_nothing() -> None:
    assert sight(Glance()) is NOTHING


def _seen(owns: bool, flags: tuple[bool, bool, bool, bool]) -> Sight:
    administers, of_item, private, allowed = flags
    return sight(Glance(owns=owns, administers=administers, of_item=of_item, private=private, allowed=allowed))
