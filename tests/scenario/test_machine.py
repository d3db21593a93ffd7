"""Proof 3 of the engine: a state machine over the pair in memory and the real models.

.venv/bin/pytest tests/scenario/test_machine.py -s            200 examples; prints how often each rule ran
.venv/bin/pytest tests/scenario/test_machine.py -m slow -s    20,000
"""

from __future__ import annotations

import pytest

from connectors import registry
from connectors.memory import MAILBOXES
from connectors.policies import ConflictRule
from tests.conftest import Time
from tests.integration.ground.tokens import TokenServer
from tests.scenario.machine.in_memory import office
from tests.scenario.machine.playing import play
from tests.scenario.machine.whole import all_rules
from tests.tiers import share_of

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 40, 14  # for each of the five rules


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch, tokens: TokenServer) -> None:
    """Mailboxes in memory that want a token as Google's do; the token comes from a real endpoint."""
    tokens.rotates = False
    monkeypatch.setattr(registry, "open_mail", lambda provider, address, *_, **__: MAILBOXES[address])


def left_out(time: Time, conflicts: ConflictRule, examples: int) -> set[str]:
    """The rules that never had their turn."""
    counts = play(time, conflicts, office, examples=examples, steps=STEPS)
    return {name for name in all_rules(conflicts) if not counts[name]}


@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end(time: Time, conflicts: ConflictRule) -> None:
    assert left_out(time, conflicts, share_of(EXAMPLES)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end_at_length(time: Time, conflicts: ConflictRule) -> None:
    assert left_out(time, conflicts, 4000) == set()
