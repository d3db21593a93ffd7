"""Proof 3 of the engine on a pure store: the machine of `test_machine`, over the model of the protocol.

.venv/bin/pytest tests/scenario/test_model_machine.py -s            200 examples; prints how often each rule ran
.venv/bin/pytest tests/scenario/test_model_machine.py -m slow -s    20,000 in five minutes of one core

People, faults and the comparison from outside are the same as over the product; what works between the two sides is
`event_model`, in milliseconds for each example. Of the rules there are those that are about what the model has: one
mailbox, and nothing that a rule keeps out or that a side refuses for good.
"""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis.stateful import initialize

from connectors.policies import ConflictRule
from tests.scenario.machine.model_office import ANNA, model_office
from tests.scenario.machine.playing import broken_by, left_out, play
from tests.scenario.machine.work_rules import WholeExample
from tests.scenario.model.ground import WRONG

EXAMPLES, STEPS = 40, 14  # for each of the five rules
BOUND = 1000  # in so many examples every wrong design is found out, and most in fewer than a hundred
# By what each is found out, beside that everybody works; by `MERGE` where there has to be a question, else by `NEWEST`.
ASKED = {"rest_waits_on"}
BRING_TO_LIGHT = {
    "cursor_first": {"edit_in_calendar", "a_worker_dies"},
    "reader_cursor_first": {"a_worker_dies"},
    "settles_first": {"edit_in_calendar", "a_worker_dies"},
    "any_answer_is_done": {"edit_in_calendar", "edit_in_crm", "a_call_fails"},
    "no_look": {"edit_in_calendar", "edit_in_crm", "annas_mailbox_is_worked_on"},
    "keeps_too_late": {"edit_the_same_on_both_sides", "a_worker_dies"},
    "forgets_what_was_sent": {"add_an_event", "edit_in_crm", "an_answer_is_lost"},
    "agrees_as_a_whole": {"edit_different_fields_on_both_sides", "a_worker_dies"},
    "ends_what_is_new": {"a_worker_pauses"},
    "trusts_an_old_copy": {"create_in_crm", "edit_in_crm", "an_answer_is_lost"},
    "writes_over_any_version": {"edit_in_calendar", "edit_in_crm"},
    "no_numbers": {"a_worker_sleeps_beyond_its_lease"},
    "no_fence": {"edit_in_crm", "delete_in_calendar", "a_worker_sleeps_beyond_its_lease"},
    "gone_is_not_missed": {"a_cursor_is_lost", "delete_in_crm"},
    "rest_waits_on": {"edit_in_crm", "somebody_decides", "a_call_fails"},
    "one_record_for_ever": {
        "edit_on_one_side_and_delete_on_the_other",
        "edit_different_fields_on_both_sides",
        "an_answer_is_lost",
    },
    "makes_unnoted": {
        "edit_on_one_side_and_delete_on_the_other",
        "edit_in_crm",
        "an_answer_is_lost",
        "annas_mailbox_is_worked_on",
    },
}


class ModelExample(WholeExample):
    @initialize()
    def begin(self) -> None:
        """One of each is in step on both sides."""
        self.people.enter(ANNA, self.people.event())
        self.people.enter_in_crm(ANNA)
        self.office.all_work()


def rules_left_out(conflicts: ConflictRule, examples: int) -> set[str]:
    counts = play(ModelExample, conflicts, partial(model_office, conflicts.value), examples=examples, steps=STEPS)
    return left_out(ModelExample, conflicts, counts)


@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end(conflicts: ConflictRule) -> None:
    assert rules_left_out(conflicts, EXAMPLES) == set()


@pytest.mark.slow
@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end_at_length(conflicts: ConflictRule) -> None:
    assert rules_left_out(conflicts, 4000) == set()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_design_is_found_out(name: str) -> None:
    conflicts, rules = ConflictRule.MERGE if name in ASKED else ConflictRule.NEWEST, BRING_TO_LIGHT[name]
    furnished = partial(model_office, conflicts.value, WRONG[name])
    found = broken_by(ModelExample, conflicts, furnished, only=rules, examples=BOUND, steps=STEPS)
    print(found.partition("Failing test case")[0])
    assert found, "no example shows that it is wrong"
