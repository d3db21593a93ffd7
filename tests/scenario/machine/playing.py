"""Plays a machine, and counts the turns of its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch
from zlib import crc32

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test

from connectors.policies import ConflictRule
from tests.scenario.machine.work_rules import WholeExample, all_rules, machine
from tests.scenario.machine.workplace import Workplace

Furnished = Callable[[], AbstractContextManager[Workplace[Any]]]

FEW = 5  # the first one that is drawn is as short as can be
WORK = frozenset({"everybody_works"})


def play(
    whole: type[WholeExample],
    conflicts: ConflictRule,
    furnished: Furnished,
    *,
    examples: int,
    steps: int,
    complete: bool = True,
) -> Counter[str]:
    """How often each rule had its turn. A `complete` play has a few examples more of each that chance left out."""
    made = machine(whole, conflicts, furnished=staticmethod(furnished))
    _run(made, examples, steps)
    names = all_rules(whole, conflicts)
    print(f"\n{conflicts.value}: {examples:,} examples, at most {made.worst['rounds']} rounds to rest")
    if complete:
        made.counts.update(play_the_rest(whole, conflicts, furnished, made.counts, steps=steps))
    print(*(f"{made.counts[name]:7,} × {name}" for name in sorted(names)), sep="\n")
    return made.counts


def play_the_rest(
    whole: type[WholeExample], conflicts: ConflictRule, furnished: Furnished, counts: Counter[str], *, steps: int
) -> Counter[str]:
    """A few examples more of each rule that chance left out, with nothing beside it that could take its turn."""
    turns: Counter[str] = Counter()
    for name in sorted(left_out(whole, conflicts, counts)):
        print(f"{FEW} examples more of {name}")
        alone = machine(whole, conflicts, furnished=staticmethod(furnished), only=WORK | {name})
        _run(alone, FEW, steps)
        turns.update(alone.counts)
    return turns


def left_out(whole: type[WholeExample], conflicts: ConflictRule, counts: Counter[str]) -> set[str]:
    """The rules that never had their turn."""
    return {name for name in all_rules(whole, conflicts) if not counts[name]}


def broken_by(
    whole: type[WholeExample],
    conflicts: ConflictRule,
    furnished: Furnished,
    *,
    only: Collection[str],
    examples: int,
    steps: int,
) -> str:
    """What the first example of these rules breaks that breaks anything; "" where none of so many does."""
    made = machine(whole, conflicts, furnished=staticmethod(furnished), only=WORK | set(only))
    try:
        _run(made, examples, steps, phases=[Phase.generate])  # nobody has to find a smaller one
    except AssertionError as error:
        return str(error)
    return ""


def _run(made: type[WholeExample], examples: int, steps: int, phases: Collection[Phase] = tuple(Phase)) -> None:
    """Each machine by a seed of its own, so that every rule about conflicts is played with other examples."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        derandomize=True,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    # Hypothesis also draws numbers that stand in whatever modules are loaded: alone and in the whole suite, before and
    # after a change somewhere else, other examples would be played.
    with patch.object(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None):
        run_state_machine_as_test(seed(crc32(made.__name__.encode()))(made), settings=chosen)
