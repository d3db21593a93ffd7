"""Whether so much is gone at once that a person is to look first. Pure.

Somebody who empties a calendar by mistake, a mailbox that was moved elsewhere, a CRM that shows nothing because a right
was taken away: all of them look like many deletions. Then nothing is deleted on the other side, and somebody is asked.
"""

from __future__ import annotations

SHARE = 0.20  # of what is known; more than that
FEWEST = 10  # and no fewer than these


def is_mass(gone: int, known: int, *, by_absence: bool = False) -> bool:
    """`gone` of `known` items, what has gone in this run already among both.

    `by_absence` says that nobody told us of a deletion: they were missing from a list, and again later. Then a side
    that has nothing left at all is suspicious, however little there was.
    """
    if by_absence and gone and gone >= known:
        return True
    return gone >= FEWEST and gone > SHARE * known
