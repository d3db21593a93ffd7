"""Each item outside is in exactly one class of ours; what is in none is silent."""

from __future__ import annotations

from typing import Any

import pytest

from syncapp.demo.ours import classes_of, tally
from syncapp.demo.outside import Copy
from tests.unit.demo.sights import HERE, THERE, item, ours, sight

ONE, TWO = (HERE, "m1"), (THERE, "m2")

CLASSES: dict[str, tuple[tuple[Copy, ...], dict[str, Any], list[str]]] = {
    "synced": ((ONE,), {"synced": [ONE], "known": [ONE]}, ["synced"]),
    "synced by another mailbox's copy": ((ONE, TWO), {"synced": [TWO], "known": [TWO]}, ["synced"]),
    "failed": ((ONE,), {"failed": [ONE], "known": [ONE]}, ["failed"]),
    "filtered": ((ONE,), {"filtered": [ONE], "known": [ONE]}, ["filtered"]),
    "held and never read": ((ONE,), {"stopped": [HERE]}, ["held"]),
    "held and waiting to be written": ((ONE,), {"stopped": [HERE], "known": [ONE], "waiting": [ONE]}, ["held"]),
    "read, and no more is said of it": ((ONE,), {"stopped": [HERE], "known": [ONE]}, []),
    "waiting in a mailbox that runs": ((ONE,), {"known": [ONE], "waiting": [ONE]}, []),
    "never read, in a mailbox that runs": ((ONE,), {}, []),
    "one copy of two in a mailbox that runs": ((ONE, TWO), {"stopped": [HERE]}, []),
    "both copies in stopped mailboxes": ((ONE, TWO), {"stopped": [HERE, THERE]}, ["held"]),
    "synced in spite of a stopped mailbox": ((ONE,), {"synced": [ONE], "known": [ONE], "stopped": [HERE]}, ["synced"]),
    "in two classes": ((ONE,), {"synced": [ONE], "failed": [ONE], "known": [ONE]}, ["synced", "failed"]),
}


@pytest.mark.parametrize(("copies", "rows", "classes"), CLASSES.values(), ids=CLASSES.keys())
def test_the_classes_of_an_item(copies: tuple[Copy, ...], rows: dict[str, Any], classes: list[str]) -> None:
    assert classes_of(item(sight(), *copies), ours(**rows)) == classes


def test_what_is_in_no_class_or_in_two_is_odd_and_counted_in_none() -> None:
    one, two, three = item(sight(), ONE), item(sight(), TWO), item(sight(), (HERE, "m3"))
    classes, odd = tally([one, two, three], ours(synced=[ONE, TWO], failed=[TWO], known=[ONE, TWO]))
    assert classes == {"synced": [one], "failed": [], "held": [], "filtered": []}
    assert odd == [two, three]
