"""What a benchmark prints: one goal and what was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """`passed` says whether the value keeps within the bound and everything that it stands for was really done."""

    goal: str
    value: float
    bound: float
    peer: str
    passed: bool
