"""Which watches are to be ended, and which are to be asked for, right now. Pure.

A channel of a calendar cannot be renewed: another one is opened while it lasts, and it is ended once the other one
stands, in a later run. Gmail has one watch for a mailbox, which is asked for anew each day, as Gmail advises; before it
can publish to another topic it has to be stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.hints import Place
from connectors.records import Resource

LONGEST = timedelta(days=7)  # what Gmail gives, and what is asked of Calendar
EACH_DAY = timedelta(days=1)
AFTER_REFUSAL = timedelta(days=1)  # somebody has to mend something first
AFTER_SILENCE = timedelta(hours=1)  # the answer was lost, or the provider was not well
LAST_PART = 5  # in the last fifth of its life a watch is replaced


@dataclass(frozen=True, kw_only=True)
class Known:
    """A watch as it stands in its row, `id` that of the row."""

    id: int
    place: Place
    target: str
    asked_at: datetime
    promised_at: datetime | None
    until: datetime
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Rows to `drop`, of which nothing is left at the provider; watches to `end` there; then places to `ask` for."""

    drop: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    ask: tuple[Place, ...] = ()


def plan(wanted: Mapping[Place, str], known: Sequence[Known], present: datetime) -> Plan:
    """By what is wanted, each place with its target, and what is known of a mailbox's watches."""
    living = [each for each in known if each.until > present]
    return Plan(
        drop=tuple(each.id for each in known if each.until <= present),
        end=tuple(each.id for each in living if each.promised_at and not _is_needed(each, wanted, living)),
        ask=tuple(
            place
            for place, target in wanted.items()
            if _is_due([each for each in living if (each.place, each.target) == (place, target)], present)
        ),
    )


def _is_needed(watch: Known, wanted: Mapping[Place, str], living: Sequence[Known]) -> bool:
    """Whether it is wanted, and no newer one has taken its place."""
    target = wanted.get(watch.place)
    if target is None or watch.place.resource is Resource.EMAIL:
        return target == watch.target
    rivals = [each for each in living if (each.place, each.target) == (watch.place, target) and each.promised_at]
    return not any(_began(each) > _began(watch) for each in rivals)


def _began(watch: Known) -> datetime:
    return watch.promised_at or watch.asked_at


def _is_due(tries: Sequence[Known], present: datetime) -> bool:
    """Whether none of them lasts, and none was in vain just now."""
    return not any(_lasts(each, present) or _was_in_vain(each, present) for each in tries)


def _lasts(watch: Known, present: datetime) -> bool:
    if watch.promised_at is None:
        return False
    if watch.place.resource is Resource.EMAIL and present >= watch.promised_at + EACH_DAY:
        return False
    return watch.until - present > (watch.until - watch.promised_at) / LAST_PART


def _was_in_vain(watch: Known, present: datetime) -> bool:
    answered = watch.promised_at is not None and watch.promised_at >= watch.asked_at
    return not answered and present < watch.asked_at + (AFTER_REFUSAL if watch.refused else AFTER_SILENCE)
