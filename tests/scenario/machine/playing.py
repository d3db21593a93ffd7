"""Plays the machine and counts the turns of its rules."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from connectors.policies import ConflictRule
from tests.conftest import Time
from tests.scenario.machine.whole import Furnished, Whole, all_rules, machine

FEW = 5
WORK = frozenset({"everybody_works"})


def play(
    time: Time, conflicts: ConflictRule, furnished: Furnished, *, examples: int, steps: int, whole: bool = True
) -> Counter[str]:
    """How often each rule had its turn. A `whole` play has a few examples more of each that chance left out."""
    made = machine(time, conflicts, furnished)
    _run(made, examples, steps)
    left_out = all_rules(conflicts) - set(made.counts)
    for name in sorted(left_out) if whole else ():
        alone = machine(time, conflicts, furnished, only=WORK | {name})
        _run(alone, FEW, steps)
        made.counts.update(alone.counts)
    said = f", {FEW} more with each of {', '.join(sorted(left_out))}" if whole and left_out else ""
    print(f"\n{conflicts.value}: {examples} examples{said}, at most {made.worst['rounds']} rounds to rest")
    print(*(f"{made.counts[name]:7} × {name}" for name in sorted(all_rules(conflicts))), sep="\n")
    return made.counts


def _run(made: type[Whole], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
