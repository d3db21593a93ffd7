"""What access to a provider has to let us do. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Right:
    """`what` we do with it, after “may”; any one of the `scopes` lets us."""

    what: str
    scopes: tuple[str, ...]
