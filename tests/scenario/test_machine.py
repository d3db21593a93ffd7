"""Proof 3 of the engine: a state machine over the pair in memory and the real models.

.venv/bin/pytest tests/scenario/test_machine.py -s            a few examples; prints how often each rule ran
.venv/bin/pytest tests/scenario/test_machine.py -m slow -s    1,000, in an hour

An example takes the product and a database some seconds; 20,000 are played on a pure store, in `test_model_machine`.
"""

from __future__ import annotations

from functools import partial

import pytest

from connectors import registry
from connectors.memory import MAILBOXES
from connectors.policies import ConflictRule
from tests.conftest import Time
from tests.integration.ground.tokens import TokenServer
from tests.scenario.machine.in_memory import office
from tests.scenario.machine.playing import left_out, play
from tests.scenario.machine.whole import Whole
from tests.tiers import is_second

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 8, 30  # for each rule about conflicts; few of so many steps leave out no rule
# One that decides and one that asks, and another one on the second database; the model plays all five in the gate.
FIRST, SECOND = (ConflictRule.CRM, ConflictRule.MERGE), ConflictRule.NEWEST


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch, tokens: TokenServer) -> None:
    """Mailboxes in memory that want a token as Google's do; the token comes from a real endpoint."""
    tokens.rotates = False
    monkeypatch.setattr(registry, "open_mail", lambda provider, address, *_, **__: MAILBOXES[address])


def rules_left_out(time: Time, conflicts: ConflictRule, examples: int) -> set[str]:
    counts = play(Whole, conflicts, partial(office, time, conflicts.value), examples=examples, steps=STEPS)
    return left_out(Whole, conflicts, counts)


@pytest.mark.parametrize("conflicts", [SECOND] if is_second() else FIRST)
def test_whatever_happens_both_sides_agree_in_the_end(time: Time, conflicts: ConflictRule) -> None:
    assert rules_left_out(time, conflicts, EXAMPLES) == set()


@pytest.mark.slow
@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end_at_length(time: Time, conflicts: ConflictRule) -> None:
    assert rules_left_out(time, conflicts, 200) == set()
