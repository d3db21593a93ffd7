"""A worker may die at any point: what is there in the end is what would be there without.

.venv/bin/pytest tests/scenario/test_crash_points.py -s        prints every point by name
.venv/bin/pytest tests/scenario/test_crash_points.py -m slow   dies at every single occurrence, and at pairs
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from connectors import registry
from connectors.memory import MAILBOXES
from syncapp.models import Change
from tests.conftest import Time
from tests.integration.ground.tokens import TokenServer
from tests.scenario.deaths import Crash
from tests.scenario.invariants import Violated, a_second_pass_does_nothing, ends_as
from tests.scenario.scene import Outcome, played
from tests.scenario.workload import World
from tests.tiers import share, share_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tokens: TokenServer) -> None:
    """Mailboxes in memory that want a token as Google's do; the token comes from a real endpoint."""
    tokens.rotates = False
    monkeypatch.setattr(registry, "open_mail", lambda provider, address, *_, **__: MAILBOXES[address])
    settings.SYNC_INTERVAL_SECONDS = 3000


def dying_at(*places: tuple[str, int]) -> Callable[[str], None]:
    """Dies at the n-th time that a point of this name is reached, each place once."""
    reached: Counter[str] = Counter()
    left = set(places)

    def hook(name: str) -> None:
        reached[name] += 1
        if (name, reached[name]) in left:
            left.discard((name, reached[name]))
            raise Crash(f"{name}, time {reached[name]}")

    return hook


def played_through(time: Time, hook: Callable[[str], None]) -> tuple[Outcome, list[str], set[str]]:
    """How it ended, what was wrong with that, and what was set aside because three workers died of it."""
    with played(time, World) as world:
        world.play(hook)
        broken, outcome = world.broken(), world.outcome()
        return outcome, [*broken, *a_second_pass_does_nothing(world)], world.condemned


def points(time: Time) -> Counter[str]:
    """Every point that the undisturbed run reaches, and how often."""
    reached: Counter[str] = Counter()

    def count(name: str) -> None:
        reached[name] += 1

    played_through(time, count)
    return reached


def undisturbed(time: Time) -> Outcome:
    return played_through(time, lambda _: None)[0]


def must_hold(time: Time, expected: Outcome, *places: tuple[str, int]) -> None:
    ends_well(time, expected, dying_at(*places), deaths=len(places), what=f"died at {places}")


def ends_well(time: Time, expected: Outcome, hook: Callable[[str], None], *, deaths: int, what: str) -> set[str]:
    """The end is that of nobody dying. What three workers died of in a row is set aside, as was promised: that, and
    nothing else. The subjects of that."""
    outcome, broken, condemned = played_through(time, hook)
    poisoned = {title for code, status, title, _ in outcome.issues if (code, status) == ("engine.POISON_ITEM", "open")}
    broken += ends_as("I-8", outcome.apart_from(poisoned), expected.apart_from(poisoned))
    broken += ends_as("I-6", poisoned, condemned)
    if broken or len(condemned) > deaths // 3:
        raise Violated([*broken, what])
    return condemned


def test_the_undisturbed_run_is_what_it_should_be(time: Time) -> None:
    outcome, broken, condemned = played_through(time, lambda _: None)
    assert (broken, condemned) == ([], set())
    assert [subject for subject, _ in outcome.records] == [
        "bad 1",
        "bad 2",
        "enclosed",
        "enclosed",
        "enclosed",
        "first letter",
        "good 1",
        "held",
        "in both mailboxes",
        "lead new@prospect.example",
        "locked for a moment",
        "readable at the second try",
        "second letter",
    ]
    assert outcome.filtered == (("among colleagues", "internal_only"), ("junk", "spam"))
    assert Counter((code, status) for code, status, _, _ in outcome.issues) == {
        ("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", "resolved"): 2,
        ("engine.AMBIGUOUS_MATCH", "open"): 1,
        ("engine.MESSAGE_UNREADABLE", "open"): 1,
        ("google_oauth.invalid_grant/revoked", "resolved"): 1,
    }
    assert len(outcome.mails) == 5  # three causes, one stop, one recovery


def test_the_flow_has_points_enough(time: Time) -> None:
    reached = points(time)
    print(*(f"{number:5} × {name}" for name, number in sorted(reached.items())), sep="\n")
    assert len(reached) >= 25


def test_dying_once_at_any_point_changes_nothing(time: Time) -> None:
    expected = undisturbed(time)
    for name in share(sorted(points(time))):
        must_hold(time, expected, (name, 1))


@pytest.mark.slow
def test_dying_once_at_any_occurrence_of_any_point_changes_nothing(time: Time) -> None:
    expected = undisturbed(time)
    for name, number in sorted(points(time).items()):
        for occurrence in range(2, number + 1):
            must_hold(time, expected, (name, occurrence))


def _dying_twice(time: Time, examples: int) -> None:
    expected = undisturbed(time)
    every = [(name, n) for name, number in sorted(points(time).items()) for n in range(1, number + 1)]

    @hypothesis_settings(
        max_examples=examples, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(st.sampled_from(every), min_size=2, max_size=3, unique=True))
    def dies(places: list[tuple[str, int]]) -> None:
        must_hold(time, expected, *places)

    dies()


def test_dying_twice_changes_nothing(time: Time) -> None:
    _dying_twice(time, share_of(4))


@pytest.mark.slow
def test_dying_twice_or_three_times_changes_nothing_at_length(time: Time) -> None:
    _dying_twice(time, 300)


def test_what_three_workers_died_of_is_set_aside_and_nothing_else(time: Time) -> None:
    """Which is what the tests above have to allow: the third that has this message in its claim has it alone."""
    deaths = 0

    def hook(point: str) -> None:
        nonlocal deaths
        claims = Change.everywhere.filter(item__title="good 1", claims__gt=deaths)
        if point == "prepare: claim: after commit" and claims.exists():
            deaths += 1
            raise Crash(point)

    expected = undisturbed(time)
    assert ends_well(time, expected, hook, deaths=3, what="died three times of one message") == {"good 1"}


def test_a_world_comes_back_as_it_was_built(time: Time) -> None:
    """So that comparing two runs means something."""
    with played(time, World) as world:
        first = sorted(str(m.subject) for box in MAILBOXES.values() for m in box.messages.values())
        assert isinstance(world, World)
    with played(time, World):
        assert sorted(str(m.subject) for box in MAILBOXES.values() for m in box.messages.values()) == first
