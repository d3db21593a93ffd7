"""Names of labels in an organization's settings, and the ids that a mailbox knows them by."""

from __future__ import annotations

import pytest

from connectors.labels import NO_RULES, LabelRules, resolved, rules
from connectors.records import Label

PRIVATE = Label(id="Label_7", name="Private")
CLIENTS = Label(id="Label_8", name="Clients/Größe")
SOCIAL = Label(id="CATEGORY_SOCIAL", name="Social")
LISTED = [SOCIAL, PRIVATE, CLIENTS]


@pytest.mark.parametrize(
    ("name", "label_id"),
    [
        ("Private", "Label_7"),
        ("private", "Label_7"),
        ("clients/größe", "Label_8"),
        ("Größe", ""),  # a label below another one has the whole path for a name
        ("Social", "CATEGORY_SOCIAL"),
        ("category_social", "CATEGORY_SOCIAL"),
        ("Nowhere", ""),
    ],
)
def test_a_name_stands_for_the_label_that_people_see_under_it(name: str, label_id: str) -> None:
    assert resolved([name], LISTED, {}) == {name: label_id}


@pytest.mark.parametrize(
    ("listed", "label_id"),
    [
        ([Label(id="Label_7", name="Personal")], "Label_7"),  # renamed
        ([Label(id="Label_7", name="Personal"), Label(id="Label_9", name="Private")], "Label_9"),
        ([], ""),  # deleted
        ([Label(id="Label_9", name="Private")], "Label_9"),  # made anew
    ],
)
def test_what_was_found_under_a_name_counts_on_until_another_one_has_it(listed: list[Label], label_id: str) -> None:
    assert resolved(["Private"], listed, {"Private": "Label_7"}) == {"Private": label_id}


def test_a_name_that_was_taken_out_of_the_settings_is_forgotten() -> None:
    assert resolved(["Social"], LISTED, {"Private": "Label_7"}) == {"Social": "CATEGORY_SOCIAL"}


NEVER, ONLY = LabelRules(never=frozenset({"n"})), LabelRules(only=frozenset({"o"}))
BOTH = LabelRules(never=frozenset({"n"}), only=frozenset({"o"}))


@pytest.mark.parametrize(
    ("of", "labels", "rule"),
    [
        (NO_RULES, {"n", "o"}, ""),
        (NO_RULES, set(), ""),
        (NEVER, {"n", "x"}, "labelled"),
        (NEVER, {"x"}, ""),
        (NEVER, set(), ""),
        (ONLY, {"o", "x"}, ""),
        (ONLY, {"x"}, "not_labelled"),
        (ONLY, set(), "not_labelled"),
        (BOTH, {"n", "o"}, "labelled"),
        (BOTH, {"o"}, ""),
        (LabelRules(only=frozenset()), {"o"}, "not_labelled"),
    ],
)
def test_labels_keep_a_message_out_by_name(of: LabelRules, labels: set[str], rule: str) -> None:
    assert of.kept_out(frozenset(labels)) == rule


@pytest.mark.parametrize(
    ("never", "only", "expected"),
    [
        ([], [], NO_RULES),
        (["Private"], [], LabelRules(never=frozenset({"Label_7"}))),
        (["Nowhere"], [], NO_RULES),
        ([], ["Private"], LabelRules(only=frozenset({"Label_7"}))),
        ([], ["Nowhere"], LabelRules(only=frozenset())),
        ([], ["Nowhere", "Private"], LabelRules(only=frozenset({"Label_7"}))),
    ],
)
def test_a_label_that_a_mailbox_has_not_keeps_nothing_out_and_lets_nothing_in(
    never: list[str], only: list[str], expected: LabelRules
) -> None:
    assert rules(never, only, {"Private": "Label_7", "Nowhere": ""}) == expected
