"""Every equation of `demo --once` is there, and breaks alone when its one number is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from syncapp.demo import reporting
from syncapp.demo.once import EVERYTHING
from syncapp.demo.outside import Outside
from syncapp.demo.reporting import expected_mails
from syncapp.demo.troubles import SECOND_MORNING, TROUBLES, Trouble
from tests.unit.demo.sights import mail, outside

GOOD: dict[str, Any] = {
    "items": 100,
    "synced": 70,
    "failed": 10,
    "held": 12,
    "filtered": 8,
    "records": 70,
    "silent": 0,
    "duplicates": 0,
    "unpaired": {"ours_only": 0, "outside_only": 0},
    "mails_sent": 4,
    "mails_expected": 4,
}
REAL: dict[str, Any] = GOOD | {"items": 75, "held": 0, "failed": 2, "filtered": 3, "files": 103, "copies": 28}
REAL |= {"mismatched": 5}


def broken(values: dict[str, Any], there: Outside, *, made: bool) -> set[str]:
    return set(reporting._broken(values, there, made=made))


@pytest.mark.parametrize(("values", "made"), [(GOOD, True), (REAL, False)], ids=["made world", "real mail"])
def test_everything_holds(values: dict[str, Any], made: bool) -> None:
    assert broken(values, outside(), made=made) == set()


SUM = "items == synced + failed + held + filtered"
ONE_WRONG: dict[str, tuple[dict[str, Any], bool, set[str]]] = {
    "an item too few": ({"items": 99}, True, {SUM}),
    "a silent item": ({"silent": 1}, True, {"silent == 0"}),
    "a duplicate": ({"duplicates": 1}, True, {"duplicates == 0"}),
    "a record too many": ({"records": 71}, True, {"records == synced"}),
    "a record too few": ({"records": 69}, True, {"records == synced"}),
    "an item without a record": ({"unpaired": {"ours_only": 1, "outside_only": 0}}, True, {"unpaired == 0"}),
    "a record without an item": ({"unpaired": {"ours_only": 0, "outside_only": 1}}, True, {"unpaired == 0"}),
    "a mail too many": ({"mails_sent": 5}, True, {"mails_sent == mails_expected"}),
    "a mail too few": ({"mails_sent": 3}, True, {"mails_sent == mails_expected"}),
    "too little synced": ({"synced": 59, "records": 59, "failed": 21}, True, {"synced >= 60 %"}),
    "too much held": ({"held": 21, "failed": 1}, True, {"held <= 20 %"}),
    "too much filtered": ({"filtered": 16, "failed": 2}, True, {"filtered <= 15 %"}),
    "a file that is neither": ({"files": 104}, False, {"files == items + copies"}),
    "six mismatches": ({"mismatched": 6}, False, {"mismatched <= 5"}),
    "a tenth without a record": (
        {"synced": 67, "records": 67, "failed": 5},
        False,
        {"records >= 0.9 * items"},
    ),
}


@pytest.mark.parametrize(("wrong", "made", "names"), ONE_WRONG.values(), ids=ONE_WRONG.keys())
def test_one_wrong_number_breaks_its_own_equation(wrong: dict[str, Any], made: bool, names: set[str]) -> None:
    assert broken((GOOD if made else REAL) | wrong, outside(), made=made) == names


ONE_SIDE = {"email": GOOD, "event": GOOD | {"astray": 0}}


@pytest.mark.parametrize("resource", ["email", "event"])
def test_what_is_wrong_of_one_resource_is_named_even_where_the_sum_is_right(resource: str) -> None:
    sides = ONE_SIDE | {resource: ONE_SIDE[resource] | {"records": 69}}
    assert broken(GOOD | {"by_resource": sides}, outside(), made=True) == {f"{resource}: records == synced"}


def test_an_event_that_is_out_of_step_and_nobody_knows_why_is_astray() -> None:
    sides = ONE_SIDE | {"event": ONE_SIDE["event"] | {"astray": 1}}
    assert broken(GOOD | {"by_resource": sides}, outside(), made=True) == {"event: astray == 0"}


def side(**numbers: int) -> dict[str, Any]:
    nothing = dict.fromkeys((*reporting.NUMBERS, *reporting.FIDELITY), 0)
    return nothing | {"unpaired": {"ours_only": 1, "outside_only": 2}, "mismatches": {}} | numbers


def test_the_numbers_above_are_the_sums_of_both() -> None:
    found = reporting._sums({"email": side(items=3, synced=2, files=4), "event": side(items=5, records=1)})
    assert {name: found[name] for name in ("items", "synced", "records", "files")} == {
        "items": 8,
        "synced": 2,
        "records": 1,
        "files": 4,
    }
    assert found["unpaired"] == {"ours_only": 2, "outside_only": 4}


@pytest.mark.parametrize(
    ("mails", "distinct"),
    [
        pytest.param([mail("1"), mail("2")], True, id="two mails"),
        pytest.param([mail("1"), mail("1")], True, id="one mail that left twice"),
        pytest.param([mail("1", "A · Quotes"), mail("1", "A · Leads")], False, id="one id, two subjects"),
        pytest.param([mail("1", to="a@x"), mail("1", to="b@x")], False, id="one id, two readers"),
        pytest.param([mail("1", "3 · Quotes"), mail("1", "4 · Quotes")], True, id="sent again with another count"),
    ],
)
def test_message_ids_are_distinct(mails: list[dict[str, Any]], distinct: bool) -> None:
    found = broken(GOOD, outside(mails=mails), made=True)
    assert found == (set() if distinct else {"Message-IDs distinct"})


# -- The mails that ought to be sent

ONE = Trouble(group="g", code="c", story="s")
SILENT = Trouble(group="g", code="c", story="s", told=0)
PASSING = Trouble(group="g", code="c", story="s", over=1)
RECIPIENTS = 2


@pytest.mark.parametrize(
    ("troubles", "incidents"),
    [
        pytest.param([], 0, id="a peaceful world"),
        pytest.param([ONE], 1, id="one trouble is told once"),
        pytest.param([SILENT], 0, id="what passes by itself is not told"),
        pytest.param([PASSING], 2, id="a stop is told, and its end"),
        pytest.param([*TROUBLES, SECOND_MORNING], 14, id="the messages of the made world"),
        pytest.param(EVERYTHING, 21, id="the made world"),
    ],
)
def test_the_made_world_ought_to_send(troubles: list[Trouble], incidents: int) -> None:
    assert expected_mails(troubles, outside(refusals=[("A", "x")]), made=True) == incidents * RECIPIENTS


@pytest.mark.parametrize(
    ("refusals", "incidents"),
    [
        pytest.param([], 0, id="nothing refused"),
        pytest.param([("STRING_TOO_LONG", "Subject")] * 3, 1, id="one kind of refusal, three times"),
        pytest.param([("STRING_TOO_LONG", "Subject"), ("STRING_TOO_LONG", "Name")], 2, id="two fields"),
        pytest.param([("STRING_TOO_LONG", "Subject"), ("INVALID_EMAIL_ADDRESS", "Subject")], 2, id="two codes"),
    ],
)
def test_real_mail_ought_to_send(refusals: list[tuple[str, str]], incidents: int) -> None:
    assert expected_mails([ONE], outside(refusals=refusals), made=False) == incidents * RECIPIENTS
