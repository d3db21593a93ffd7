"""What our records need to have in a CRM, and whether it is there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.errors import Failure


class Standing(StrEnum):
    THERE = "there"
    MADE = "made"  # by us, just now
    REFUSED = "refused"
    UNSEEN = "unseen"  # it may be there; we may not look


@dataclass(frozen=True, kw_only=True)
class Need:
    """One field or rule, by its name in the CRM. `failure` says why it was refused.

    `weaker` is what goes without it, or without all that was wanted of it, in a sentence for administrators; "" where
    nothing does.
    """

    name: str
    standing: Standing
    weaker: str = ""
    failure: Failure | None = None
