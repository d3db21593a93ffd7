"""Where `--kill` lets the worker die: while it holds a lease, at steps that differ, the same ones for one seed."""

from __future__ import annotations

from syncapp.demo.worker import AFTER_CLAIM, BEFORE_RELEASE, Killer

JOB = (AFTER_CLAIM, *(f"step {number}" for number in range(8)), BEFORE_RELEASE, "queue: after")


def deaths(seed: int, number: int) -> list[str]:
    """The steps at which workers die that do one job after the other."""
    killer, found = Killer(seed=seed, left=number), []
    for _ in range(10_000):
        for step in JOB:
            if killer.at(step):
                found.append(step)
                killer = killer.after(step)
                break
    return found


def test_as_many_die_as_were_asked_for() -> None:
    assert len(deaths(1, 20)) == 20


def test_nobody_dies_where_nobody_was_to() -> None:
    assert deaths(1, 0) == []


def test_nobody_dies_without_a_lease() -> None:
    assert not {"queue: after", BEFORE_RELEASE} & set(deaths(1, 20))
    assert not any(Killer(seed=seed, left=1).at("step 1") for seed in range(100))


def test_one_seed_kills_at_the_same_places_every_time() -> None:
    assert deaths(7, 20) == deaths(7, 20)
    assert deaths(7, 20) != deaths(8, 20)


def test_new_places_come_first() -> None:
    """Eight deaths in a job of nine places where one may die."""
    assert all(len(set(deaths(seed, 8))) >= 7 for seed in range(1, 21))
