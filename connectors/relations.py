"""What is to be found out about people beside who has an address, each only where somebody wants it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sought:
    """`activity`: when each was last active. `account_fields`: those of an account that name its domains."""

    activity: bool = False
    account_fields: tuple[str, ...] = ()


PEOPLE_ALONE = Sought()
