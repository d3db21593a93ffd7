"""What has to hold once everything that can be mended was mended."""

from __future__ import annotations

from typing import Any

import pytest

from syncapp.demo.mending import judged
from syncapp.demo.once import EVERYTHING
from syncapp.demo.seeding import RECIPIENTS

LEFT = "salesforce.INVALID_EMAIL_ADDRESS"  # two messages that nobody can mend


def side(**more: Any) -> dict[str, Any]:
    return {"failed": 0, "altered": 0, **more}


def values(**more: Any) -> dict[str, Any]:
    """Nothing but those two messages is left."""
    mails = (sum(t.told + t.over for t in EVERYTHING) + 1) * len(RECIPIENTS)
    numbers = {"failed": 2, "held": 0, "duplicates": 0, "records": 5, "synced": 5, "silent": 0, "mails_sent": mails}
    sides = {"email": side(failed=2), "event": side(), "task": side(), "contact": side()}
    return {**numbers, "issues_by_code": {LEFT: 2}, "by_resource": sides, **more}


def flaws(said: dict[str, Any]) -> list[str]:
    return judged(said, EVERYTHING, recovered=1)[1]


def test_what_nobody_can_mend_may_be_left() -> None:
    assert flaws(values()) == []


@pytest.mark.parametrize("resource", ["event", "task", "contact"])
def test_what_can_be_mended_may_not_be_left_under_the_same_code(resource: str) -> None:
    sides = values()["by_resource"] | {resource: side(failed=1)}
    said = values(failed=3, issues_by_code={LEFT: 3}, by_resource=sides)
    assert flaws(said) == ["mended: nothing but messages fails"]


@pytest.mark.parametrize("resource", ["event", "task", "contact"])
def test_everything_says_the_same_on_both_sides(resource: str) -> None:
    sides = values()["by_resource"] | {resource: side(altered=1)}
    assert flaws(values(by_resource=sides)) == ["mended: everything in step"]


@pytest.mark.parametrize(
    ("wrong", "flaw"),
    [
        ({"held": 1}, "mended: held == 0"),
        ({"failed": 3}, "mended: failed == 0"),
        ({"duplicates": 1}, "mended: duplicates == 0"),
        ({"records": 6}, "mended: records == synced"),
        ({"silent": 1}, "mended: silent == 0"),
        ({"mails_sent": 0}, "mended: one recovery mail for each stop"),
    ],
    ids=str,
)
def test_each_number_counts(wrong: dict[str, int], flaw: str) -> None:
    assert flaws(values(**wrong)) == [flaw]
