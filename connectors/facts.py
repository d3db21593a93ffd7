"""What a CRM says of itself when it is looked at first, and what that means for syncing. Pure.

    Wishes    what an organization has us do, as far as its CRM has to allow it
    Fact      one thing that was found out, with its verdict and what to do
    App       the name of other software, and by what trace it was seen
    Survey    all facts and apps of one CRM, and the traces that we do not see in full

What the apps mean stands in `connectors.software`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.errors import Failure
from connectors.fixers import Fixer
from connectors.relations import PEOPLE_ALONE, Sought
from connectors.sentences import phrase

LISTED = 10  # names in one sentence


class Verdict(StrEnum):
    GOOD = "good"
    ASK = "ask"  # it may matter; a person has to look
    BAD = "bad"
    UNKNOWN = "unknown"  # it could not be found out
    CLOSED = "closed"  # nobody can ask for it, and nobody has to


class Trace(StrEnum):
    TOKEN = "token"  # noqa: S105  # a kind of trace, no secret
    LOGIN = "login"
    PACKAGE = "package"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is not done in every organization, and is looked at only where it is wanted. `sought` is what its rules need
    to know of people; `shows_absences`: entries that say “out of office” are shown in the CRM. `owners` are the ids of
    those who are to own cases; `keeps_token`: what lasts of its access is a refresh token."""

    opens_cases: bool = True
    syncs_contacts: bool = False
    brings_files: bool = False
    shows_absences: bool = False
    sought: Sought = PEOPLE_ALONE
    owners: tuple[str, ...] = ()
    keeps_token: bool = True


USUAL = Wishes()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`text` says what is so, `steps` what is to be done about it, and `who` does it; no steps where all is well. All
    of it is kept, and shown in the reader's words (`connectors.sentences`).

    `warns` is the code of the issue that it is of its whole organization while it is to be looked at or to be mended;
    else it proves that this is over. What could not be found out warns of nothing.
    """

    name: str
    verdict: Verdict
    text: str
    steps: tuple[str, ...] = ()
    who: Fixer = Fixer.SALESFORCE_ADMIN
    failure: Failure | None = None
    warns: str = ""


@dataclass(frozen=True, order=True, kw_only=True)
class App:
    """`used_at` is when it was seen at work last, None where its trace does not say."""

    name: str
    trace: Trace
    used_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """`blind` holds what to do about each trace that was not seen in full."""

    facts: tuple[Fact, ...] = ()
    apps: frozenset[App] = frozenset()
    blind: Mapping[Trace, str] = field(default_factory=dict)


def enumerated(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    first = ", ".join(names[:LISTED])
    if len(names) <= LISTED:
        return first
    return phrase("%(names)s and %(number)s more", names=first, number=len(names) - LISTED)


def is_whole(facts: Iterable[Fact]) -> bool:
    """Whether nothing among them needs somebody for syncing to work."""
    return all(fact.verdict is not Verdict.BAD for fact in facts)
