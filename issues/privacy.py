"""What somebody may see of an issue: decided here, and nowhere else. Pure.

An administrator sees that an item of somebody else failed, and why: the reason, the names of fields, the mailbox, the
times. What the item says (its title, both sides' versions, the provider's own words, the links) is its owner's, unless
the organization allows it; of a private item it is the owner's always.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sight(StrEnum):
    """How much of it: as if it were not there, that it failed and why, or everything."""

    NOTHING = "nothing"
    OUTLINE = "outline"
    WHOLE = "whole"


@dataclass(frozen=True, kw_only=True)
class Glance:
    """Somebody looks at an issue.

    `owns`: the mailbox that it is about is theirs. `administers`: its organization, as owner or administrator, as
    superuser, or as a service with a token. `of_item`: it is about one item, and not about a whole mailbox or
    organization. `allowed`: the organization lets its administrators see what items are about.
    """

    owns: bool = False
    administers: bool = False
    of_item: bool = True
    private: bool = False
    allowed: bool = False


def sight(glance: Glance) -> Sight:
    """How much they may see of it."""
    if glance.owns:
        return Sight.WHOLE
    if not glance.administers:
        return Sight.NOTHING
    if not glance.of_item or (glance.allowed and not glance.private):
        return Sight.WHOLE
    return Sight.OUTLINE
