"""The table of troubles and the made world belong together."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from issues import catalogue
from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.troubles import SECOND_MORNING, TROUBLES, Trouble, nothing
from syncapp.demo.world import made_world, second_morning

ALL = (*TROUBLES, SECOND_MORNING)
NOT_BROKEN = {"calm", "newcomer", "internal", "draft", "spam"}
each_trouble = pytest.mark.parametrize("trouble", ALL, ids=lambda trouble: trouble.group)


@cache
def groups() -> Counter[str]:
    return Counter(delivery.group for delivery in (*made_world(), *second_morning()))


def test_every_group_of_messages_is_a_trouble_or_meant_to_be_well() -> None:
    assert set(groups()) == NOT_BROKEN | {trouble.group for trouble in ALL}


@each_trouble
def test_a_trouble_has_a_page_and_messages(trouble: Trouble) -> None:
    assert catalogue.entry(trouble.code).id == trouble.code
    assert groups()[trouble.group] > 0


@each_trouble
def test_what_nobody_mends_passes_or_says_why_or_is_a_matter_of_access(trouble: Trouble) -> None:
    """Access is renewed by its owner, not mended in a table."""
    mended = trouble.mend_it is not nothing
    renewed = trouble.code.startswith("google_oauth.")
    assert [mended, trouble.passes, not trouble.mendable, renewed].count(True) == 1


def test_at_least_twelve_codes_in_lifelike_numbers() -> None:
    assert len({trouble.code for trouble in ALL}) >= 12
    assert groups()["quote"] == 37


def test_the_world_is_the_same_every_time() -> None:
    assert made_world() == made_world()
    assert second_morning() == second_morning()


def test_the_world_has_the_promised_size() -> None:
    messages = made_world()
    assert 380 <= len(messages) <= 450
    assert {box for delivery in messages for box, _ in delivery.boxes} == {c.address for c in COLLEAGUES}
    assert any(len(delivery.boxes) > 1 for delivery in messages)


def test_no_message_of_the_second_morning_was_there_before() -> None:
    assert not {d.raw for d in made_world()} & {d.raw for d in second_morning()}
