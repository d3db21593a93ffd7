"""Pairs what lies on one side with what lies on the other, one by one, by what both say. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from syncapp.demo.outside import Copy

S = TypeVar("S")


@dataclass(kw_only=True)
class Item(Generic[S]):
    """One thing that one person has, and where it lies."""

    sight: S
    copies: list[Copy] = field(default_factory=list)


def paired(
    wanted: Iterable[Item[S]], records: Iterable[S], same: Callable[[S], Hashable]
) -> tuple[list[tuple[Item[S], S]], list[Item[S]], list[S]]:
    """(pairs, items without a record, records without an item)."""
    free: dict[Hashable, list[S]] = defaultdict(list)
    for record in records:
        free[same(record)].append(record)
    pairs, lonely = [], []
    for item in wanted:
        found = free[same(item.sight)]
        if found:
            pairs.append((item, found.pop(0)))
        else:
            lonely.append(item)
    return pairs, lonely, [record for rest in free.values() for record in rest]
