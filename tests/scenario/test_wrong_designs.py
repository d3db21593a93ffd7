"""Nine designs that are known to be wrong: each is refused, by the promise that it breaks, and not by another one.

.venv/bin/python -m pytest tests/scenario/test_wrong_designs.py -n 0 -s            by what each is refused first
.venv/bin/python -m pytest tests/scenario/test_wrong_designs.py -n 0 -s -m slow    by how many schedules of each kind
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from pytest_django import Settings

from connectors.memory import MemoryCrm
from syncapp.engine import preparing
from tests.conftest import Time
from tests.driving import CRM_DOWN
from tests.scenario.deaths import Crash, Restless
from tests.scenario.designs import CRASH, DESIGNS, FAULT, PLAIN, TWO_WORKERS, Design, look_before_the_transaction
from tests.scenario.interleaving import Told, interleave
from tests.scenario.invariants import Violated, a_second_pass_does_nothing, ends_as, never_ends, no_update_is_lost
from tests.scenario.pair import POISON, Pair
from tests.scenario.scene import Outcome, played
from tests.scenario.versions import Guards, Versions
from tests.tiers import is_nightly

pytestmark = pytest.mark.django_db

Schedule = tuple[str, Callable[[], list[str]]]  # what is done, and what was broken by it
Hook = Callable[[str], None]


@pytest.fixture(autouse=True)
def _calm(settings: Settings) -> None:
    settings.SYNC_INTERVAL_SECONDS = 7200


@pytest.fixture(autouse=True)
def _deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever prepares the poison dies of it."""
    decide = vars(preparing)["decide"]

    def deciding(message: object, *rest: object) -> object:
        if f"'{POISON}'" in str(message):
            raise Crash(POISON)
        return decide(message, *rest)

    monkeypatch.setattr(preparing, "decide", deciding)


# -- The schedules


def nothing_happens(point: str) -> None:
    pass


def play(
    time: Time, hook: Hook = nothing_happens, *, poison: bool = False, faults: Callable[[MemoryCrm], None] | None = None
) -> tuple[list[str], Outcome | None]:
    """What was broken at the end, and how it ended, if it did."""
    with played(time, partial(Pair, poison=poison)) as world:
        if faults:
            faults(world.crm)
        try:
            world.play(hook)
        except Restless as error:
            return world.watch.found or never_ends(error), None
        broken, outcome = world.broken(), world.outcome()
        return broken or a_second_pass_does_nothing(world), outcome


def plain(time: Time) -> list[str]:
    """Nobody dies but of the poison, nothing fails but what is refused; what is old is shown once more."""
    return play(time, poison=True)[0] or old_news(time)


def old_news(time: Time) -> list[str]:
    with played(time, lambda _: Versions(Guards())) as world:
        old = world.calendar.newest["talk"]
        world.editor()
        world.comes_to_rest()
        world.calendar.deliver_again(old)
        world.comes_to_rest()
        return no_update_is_lost(world)


def crashes(time: Time) -> Iterator[Schedule]:
    """Dying once at each point, the first time that it is reached."""
    reached: dict[str, None] = {}
    _, expected = play(time, lambda point: reached.update({point: None}))
    for point in reached:
        yield f"dying at “{point}”", partial(_ends_alike, time, expected, dying_at(point))


def dying_at(point: str) -> Hook:
    left = [point]

    def hook(reached: str) -> None:
        if left == [reached]:
            left.clear()
            raise Crash(reached)

    return hook


def faults(time: Time) -> Iterator[Schedule]:
    """Each of the first calls of the CRM fails, and each of the first answers of it is lost."""
    _, expected = play(time)
    for number in range(8):
        yield f"CRM call {number + 1} fails", partial(_fails, time, expected, number)
        yield f"CRM answer {number + 1} is lost", partial(_loses, time, expected, number)


def _fails(time: Time, expected: Outcome | None, number: int) -> list[str]:
    return _ends_alike(time, expected, faults=lambda crm: crm.faults.waiting.extend([*[None] * number, CRM_DOWN]))


def _loses(time: Time, expected: Outcome | None, number: int) -> list[str]:
    return _ends_alike(time, expected, faults=lambda crm: crm.lost_answers.extend([*[False] * number, True]))


def _ends_alike(
    time: Time,
    expected: Outcome | None,
    hook: Hook = nothing_happens,
    faults: Callable[[MemoryCrm], None] | None = None,
) -> list[str]:
    broken, outcome = play(time, hook, faults=faults)
    return broken or ends_as("I-8", outcome, expected)


def two_workers(time: Time) -> Iterator[Schedule]:
    """Two mailboxes find at the same time that the CRM has no room; one stops at each of the points around that."""
    for point in ("settle: after commit", "run: failed: before commit", "run: failed: after commit"):
        yield f"stopping at “{point}”", partial(_two, time, Told((0, point), (1, "lease: release: after commit")))


def _two(time: Time, told: Told) -> list[str]:
    with played(time, partial(Pair, full=True)) as world:
        interleave(told, time, world.worker(world.first), world.worker(world.second), watch=world.watch)
        return world.watch.found


KINDS = {CRASH: crashes, FAULT: faults, TWO_WORKERS: two_workers}


def must_hold(broken: list[str]) -> None:
    if broken:
        raise Violated(broken)


# -- The tests


def test_what_stands_in_the_product_passes_the_plain_scenario(time: Time) -> None:
    must_hold(plain(time))


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_in_the_product_is_refused_by_no_schedule(time: Time, kind: str) -> None:
    every = list(KINDS[kind](time))
    # `test_crash_points` dies at all of them, in a larger world: the gate plays every fourth one.
    every = every[::4] if kind == CRASH and not is_nightly() else every
    for name, broken in every:
        must_hold([f"{found} ({name})" for found in broken()])
    print(f"the product: refused by none of {len(every)} schedules of the kind “{kind}”")
    assert every


def refuse(time: Time, design: Design) -> None:
    """Raises what refuses it first: the plain scenario, if that is to, else a schedule."""
    must_hold(plain(time))
    assert design.refused_by in KINDS, f"{design.name} should not have passed"
    for name, broken in KINDS[design.refused_by](time):
        must_hold([f"{found} ({design.refused_by}: {name})" for found in broken()])


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)
def test_each_is_refused_by_the_promise_that_it_breaks(
    time: Time, monkeypatch: pytest.MonkeyPatch, design: Design
) -> None:
    design.install(monkeypatch)
    with pytest.raises(Violated) as refused:
        refuse(time, design)
    passed = "is refused in" if design.refused_by == PLAIN else "passes"
    print(f"{design.name}: {passed} the plain scenario; refused by {str(refused.value).splitlines()[0]}")
    assert refused.value.number == design.number


def test_the_unique_key_is_what_keeps_two_who_looked_too_early_from_opening_two_issues(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking before the transaction is no harm by itself: the database sees to it."""
    look_before_the_transaction(monkeypatch)
    assert [broken() for _, broken in two_workers(time)] == [[], [], []]


@pytest.mark.slow
@pytest.mark.parametrize(
    "design", [each for each in DESIGNS if each.refused_by != PLAIN], ids=lambda design: design.name
)
def test_so_many_schedules_of_each_kind_refuse_it(time: Time, monkeypatch: pytest.MonkeyPatch, design: Design) -> None:
    design.install(monkeypatch)
    played_, refused = Counter[str](), Counter[str]()
    for kind, of_kind in KINDS.items():
        for _, broken in of_kind(time):
            played_[kind] += 1
            refused[kind] += bool(broken())
    print(f"{design.name}:", ", ".join(f"{kind} {refused[kind]} of {number}" for kind, number in played_.items()))
    assert refused.total() > 0
