"""What somebody outside sees of a world: the stores of both sides and the mails, and no row of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connectors.records import Resource


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One thing in one mailbox, as somebody outside sees it.

    `identity` is what it has in common with its copies and its record, `contents` what its record may say, `place`
    where it stands in the mailbox's feed, from 1 (the last place, if it stands there more than once). `good` says that
    there is no reason why it should not be in the CRM.
    """

    mailbox_id: int
    remote_id: str
    identity: str
    contents: frozenset[str]
    place: int
    good: bool
    resource: str = Resource.EMAIL


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One record in the CRM."""

    id: str
    identity: str
    content: str


class Sight(Protocol):
    """What the stores of both sides hold; no row of ours is asked."""

    def delivered(self) -> Sequence[Delivered]:
        """What lies in the mailboxes now."""

    def recorded(self) -> Sequence[Recorded]:
        """What lies in the CRM now, of what mailboxes may hold."""

    def passed(self, cursor: str) -> int:
        """How many places of its feed a cursor covers."""

    def mails(self) -> frozenset[str]:
        """The Message-IDs of all mails that were sent."""


class Again(Protocol):
    """A world that can be played once more."""

    def second_pass(self) -> Counter[str]:
        """One more run of everything, without a change anywhere: the writes, issues and mails that came of it."""
