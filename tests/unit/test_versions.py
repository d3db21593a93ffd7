"""Two versions in people's words: what differs, and what may be chosen."""

from __future__ import annotations

from typing import Any

import pytest

from issues.versions import Difference, question

BOTH = ["crm", "mailbox"]
MORNING = ["2026-03-02T09:30:00+00:00", "2026-03-02T10:30:00+00:00", False]


def told(name: str, value: object) -> str:
    """The Salesforce side of a field with this value."""
    asked = question({"fields": {name: {"crm": value, "mailbox": "x"}}, "choices": BOTH})
    assert asked is not None
    return asked.differences[0].crm


def test_each_field_stands_with_both_sides() -> None:
    asked = question({"fields": {"title": {"crm": "Review", "mailbox": "Retro"}}, "choices": BOTH})
    assert asked is not None
    assert asked.differences == (Difference(name="title", label="Title", crm="Review", mailbox="Retro"),)
    assert asked.choices == (("crm", "Keep what Salesforce says"), ("mailbox", "Keep what the mailbox says"))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", "Review", "Review"),
        ("title", "", "nothing"),
        ("title", None, "nothing"),
        ("location", "  ", "nothing"),
        ("busy", True, "busy"),
        ("busy", False, "free"),
        ("private", True, "yes"),
        ("time", MORNING, "2 March 2026, 09:30 to 10:30 UTC"),
        # over midnight
        ("time", [MORNING[0], "2026-03-03T01:00:00+00:00", False], "2 March 2026, 09:30 to 3 March 2026, 01:00 UTC"),
        ("time", ["2026-03-02T00:00:00+00:00", "2026-03-03T00:00:00+00:00", True], "2 March 2026, all day"),
        (
            "time",
            ["2026-03-02T00:00:00+00:00", "2026-03-05T00:00:00+00:00", True],
            "2 March 2026 to 4 March 2026, all day",
        ),
        ("time", ["soon", "later", False], "soon to later"),
        (
            "people",
            [["ann@a.example", "accepted"], ["bob@a.example", "none"]],
            "ann@a.example (accepted), bob@a.example",
        ),
        ("people", [], "nothing"),
        ("name", ["Ann", "Smith"], "Ann Smith"),
        ("name", ["", "Smith"], "Smith"),
        ("address", ["Ring 1", "Wien", "", "", "Austria"], "Ring 1, Wien, Austria"),
        ("other_address", ["", "Graz"], "Graz"),
        ("address", ["", "", "", "", ""], "nothing"),
        ("seats", 7, "7"),
    ],
)
def test_a_value_is_told_as_people_say_it(name: str, value: object, words: str) -> None:
    assert told(name, value) == words


@pytest.mark.parametrize(
    ("name", "label"),
    [("time", "Time"), ("busy", "Shown as"), ("location", "Place"), ("seats", "Seats"), ("home_phone", "Home phone")],
)
def test_a_field_has_a_name_that_people_know(name: str, label: str) -> None:
    asked = question({"fields": {name: {"crm": 1, "mailbox": 2}}, "choices": BOTH})
    assert asked is not None
    assert asked.differences[0].label == label


@pytest.mark.parametrize(
    "evidence",
    [
        None,
        {},
        "text",
        {"fields": {"title": {"crm": "a", "mailbox": "b"}}},
        {"choices": []},
        {"choices": "crm"},
        {"choices": ["burn"]},
        {"candidates": [{"id": "1"}]},
    ],
)
def test_other_evidence_asks_nothing(evidence: Any) -> None:
    assert question(evidence) is None


@pytest.mark.parametrize("fields", [None, [], {"title": "Review"}])
def test_evidence_without_readable_fields_still_offers_its_choices(fields: object) -> None:
    asked = question({"fields": fields, "choices": ["mailbox"]})
    assert asked is not None
    assert (asked.differences, [choice for choice, _ in asked.choices]) == ((), ["mailbox"])


WHOSE: dict[str, object] = {"address": "a@x.example", "address_key": "k"}


def test_whose_an_address_is_is_asked_among_those_who_have_it() -> None:
    people = [{"id": "003A", "name": "Ann"}, {"id": "003B", "name": " "}, {"name": "No id"}, "junk"]
    asked = question(WHOSE | {"candidates": people})
    assert asked is not None
    assert asked.choices == (("003A", "Ann (003A)"), ("003B", "Without a name (003B)"))
    assert (asked.picks, asked.address, asked.note("003A")) == (True, "a@x.example", "Record 003A")


@pytest.mark.parametrize(
    ("asks", "words"),
    [
        ("contact", "Whose address is it?"),
        ("lead", "Whose address is it?"),
        ("account", "Which account is it?"),
        ("opportunity", "Which opportunity is it?"),
        (None, "Whose address is it?"),  # kept from before there was another
        ([], "Whose address is it?"),
    ],
)
def test_it_is_asked_in_the_words_for_what_is_offered(asks: object, words: str) -> None:
    asked = question(WHOSE | {"asks": asks, "candidates": [{"id": "001A", "name": "Acme"}]})
    assert asked is not None
    assert asked.asking.question == words


@pytest.mark.parametrize("candidates", [None, [], "003A", [{"name": "Ann"}]])
def test_whose_an_address_is_is_not_asked_where_nobody_is_named(candidates: object) -> None:
    assert question(WHOSE | {"candidates": candidates}) is None


def test_versions_are_no_picks() -> None:
    asked = question({"choices": ["crm"]})
    assert asked is not None
    assert (asked.picks, asked.note("crm")) == (False, "Keep what Salesforce says")


QUEUES = [{"id": "00GB", "name": "Billing"}, {"id": "00GS", "name": "Support"}]


def test_which_queue_takes_the_place_of_one_is_asked_among_those_that_are_there() -> None:
    asked = question({"queue": "00GX", "candidates": QUEUES})
    assert asked is not None
    assert asked.choices == (("00GB", "Billing (00GB)"), ("00GS", "Support (00GS)"))
    assert (asked.picks, asked.queue, asked.address_key, asked.note("00GB")) == (True, "00GX", "", "Record 00GB")


def test_where_there_is_no_queue_nothing_is_asked() -> None:
    assert question({"queue": "00GX", "candidates": []}) is None


# -- Field by field

ASKED: dict[str, Any] = {"fields": {"title": {"crm": "Review", "mailbox": "Retro"}}, "choices": BOTH, "by_field": True}


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (ASKED, True),
        ({**ASKED, "by_field": False}, False),
        ({**ASKED, "by_field": "yes"}, False),
        ({**ASKED, "fields": {}}, False),
        ({"fields": ASKED["fields"], "choices": BOTH}, False),
    ],
)
def test_sides_are_chosen_where_the_evidence_offers_it_and_fields_differ(evidence: Any, expected: bool) -> None:
    asked = question(evidence)
    assert asked is not None
    assert asked.by_field is expected


def test_a_revision_changes_with_what_a_side_says_and_with_nothing_else() -> None:
    def revision(**changes: Any) -> str:
        asked = question({**ASKED, **changes})
        assert asked is not None
        return asked.revision

    assert revision() == revision(held={"title": "crm"}) == revision(by_field=False)
    assert revision() != revision(fields={"title": {"crm": "Review", "mailbox": "Retro!"}})


@pytest.mark.parametrize(
    ("choice", "sides", "wrong"),
    [
        ("crm", {}, []),
        ("fields", {"title": "crm"}, []),
        ("fields", {}, ["title"]),
        ("fields", {"title": "both"}, ["title"]),
        ("fields", {"title": "crm", "text": "crm"}, ["text"]),
        ("mailbox", {"title": "crm"}, [""]),
        ("burn", {}, [""]),
    ],
)
def test_what_is_wrong_with_an_answer_is_told_by_field(choice: str, sides: dict[str, str], wrong: list[str]) -> None:
    asked = question(ASKED)
    assert asked is not None
    assert sorted(asked.faults(choice, sides)) == wrong


def test_an_answer_is_kept_with_what_was_seen() -> None:
    asked = question(ASKED)
    assert asked is not None
    assert asked.answer("fields", {"title": "crm"}) == {"sides": {"title": "crm"}, "seen": ASKED["fields"]}
    assert asked.answer("mailbox", {}) == {"sides": {"title": "mailbox"}, "seen": ASKED["fields"]}
    assert (asked.note("fields", {"title": "crm"}), asked.note("crm")) == (
        "Title from Salesforce",
        "Keep what Salesforce says",
    )
