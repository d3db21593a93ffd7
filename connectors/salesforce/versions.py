"""Which version of the REST API is spoken with an org: the newest that both sides know.

An org lists what it offers at `/services/data` (REST API Developer Guide, “Versions”).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

OLDEST = "46.0"  # collections inside a Composite came with 43, and what Salesforce removes next ends with 40


class NoVersion(Exception):
    """Both sides know no version together; `org_is_old` says which of them is behind."""

    def __init__(self, *, org_is_old: bool) -> None:
        super().__init__("the org is too old" if org_is_old else "we are too old for the org")
        self.org_is_old = org_is_old


def chosen(offered: Iterable[str], newest: str) -> str:
    """The newest of those offered that is not above `newest`, which we are built for. Raises `NoVersion`."""
    known = {version: number for version in offered if (number := _number(version))}
    common = [version for version, number in known.items() if _number(OLDEST) <= number <= _number(newest)]
    if not common:
        raise NoVersion(org_is_old=all(number < _number(OLDEST) for number in known.values()))
    return max(common, key=_number)


def _number(version: str) -> float:
    """66.0 of “66.0”; 0 for what is no version."""
    return float(version) if re.fullmatch(r"\d{1,3}\.\d", version) else 0.0
