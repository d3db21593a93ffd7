"""Items and records are paired one by one, and what is too many is counted without our keys."""

from __future__ import annotations

import pytest

from syncapp.demo.outside import OutsideItem, Sight, duplicates, pair
from tests.unit.demo.sights import item, sight

NAMELESS = sight(message_id="")


@pytest.mark.parametrize(
    ("items", "records", "ours_only", "outside_only"),
    [
        pytest.param([], [], 0, 0, id="nothing"),
        pytest.param([sight()], [sight()], 0, 0, id="one and one"),
        pytest.param([sight()], [], 1, 0, id="a record is missing"),
        pytest.param([], [sight()], 0, 1, id="a record of nothing"),
        pytest.param([sight()], [sight(), sight()], 0, 1, id="a second record"),
        pytest.param([sight()], [sight(message_id="2@x")], 1, 1, id="of another message"),
        pytest.param([sight()], [sight(date=1001)], 1, 1, id="of another date"),
        pytest.param([NAMELESS, NAMELESS], [NAMELESS, NAMELESS], 0, 0, id="two alike without a name"),
        pytest.param([NAMELESS, NAMELESS], [NAMELESS], 1, 0, id="one of two alike"),
        pytest.param([sight("Café")], [sight("Caf?")], 0, 0, id="a subject that two parsers read apart"),
    ],
)
def test_what_finds_no_partner(items: list[Sight], records: list[Sight], ours_only: int, outside_only: int) -> None:
    _, rest = pair([item(each) for each in items], records)
    assert (len(rest.items), len(rest.records)) == (ours_only, outside_only)


def test_of_several_records_the_one_with_the_same_subject_is_the_partner() -> None:
    first, second = item(sight("First", message_id="")), item(sight("Second", message_id=""))
    pairs, _ = pair([first, second], [sight("Second", message_id=""), sight("First", message_id="")])
    assert [(it.sight.subject, record.subject) for it, record in pairs] == [("First", "First"), ("Second", "Second")]


@pytest.mark.parametrize(
    ("items", "records", "number"),
    [
        pytest.param([sight()], [sight()], 0, id="one of one"),
        pytest.param([sight()], [sight(), sight()], 1, id="two of one"),
        pytest.param([sight()], [sight(), sight(), sight()], 2, id="three of one"),
        pytest.param([], [sight()], 0, id="a record of nothing is unpaired, not double"),
        pytest.param([sight()], [sight(), sight("Re: Renewal")], 1, id="another mark in the subject"),
        pytest.param([sight()], [sight(), sight("Another")], 0, id="another subject"),
        pytest.param([NAMELESS, NAMELESS], [NAMELESS, NAMELESS], 0, id="two of two without a name"),
        pytest.param([NAMELESS, NAMELESS], [NAMELESS] * 3, 1, id="three of two without a name"),
        pytest.param(
            [NAMELESS], [sight(message_id="", text="cut"), NAMELESS], 1, id="without a name, one text shorter"
        ),
    ],
)
def test_duplicates(items: list[Sight], records: list[Sight], number: int) -> None:
    wanted: list[OutsideItem] = [item(each) for each in items]
    assert duplicates(wanted, records) == number
