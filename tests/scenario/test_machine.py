"""Proof 3 of the engine: a state machine over the pair in memory and the real models.

.venv/bin/pytest tests/scenario/test_machine.py -s            200 examples; prints how often each rule ran
.venv/bin/pytest tests/scenario/test_machine.py -m slow -s    20,000
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from connectors import registry
from connectors.memory import MAILBOXES
from connectors.records import ConflictRule
from tests.conftest import Time
from tests.integration.ground.tokens import TokenServer
from tests.scenario.machine.in_memory import office
from tests.scenario.machine.whole import all_rules, machine

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 40, 14  # for each of the five rules


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch, tokens: TokenServer) -> None:
    """Mailboxes in memory that want a token as Google's do; the token comes from a real endpoint."""
    tokens.rotates = False
    monkeypatch.setattr(registry, "open_mail", lambda provider, address, *_: MAILBOXES[address])


def played(time: Time, conflicts: ConflictRule, examples: int) -> set[str]:
    """The rules that never had their turn."""
    made = machine(time, conflicts, office)
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"\n{conflicts.value}: {examples} examples, at most {made.worst['rounds']} rounds to rest")
    print(*(f"{made.counts[name]:7} × {name}" for name in sorted(all_rules(conflicts))), sep="\n")
    return {name for name in all_rules(conflicts) if not made.counts[name]}


@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end(time: Time, conflicts: ConflictRule) -> None:
    assert played(time, conflicts, EXAMPLES) == set()


@pytest.mark.slow
@pytest.mark.parametrize("conflicts", list(ConflictRule))
def test_whatever_happens_both_sides_agree_in_the_end_at_length(time: Time, conflicts: ConflictRule) -> None:
    assert played(time, conflicts, 4000) == set()
