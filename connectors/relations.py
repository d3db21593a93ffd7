"""What is to be found out about people beside who has an address, each only where somebody wants it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sought:
    """`activity`: when each was last active."""

    activity: bool = False


PEOPLE_ALONE = Sought()
