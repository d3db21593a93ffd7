"""What the answer of a side, or its silence, means as facts: whether it is reached, lets us in, and how far. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from connectors.errors import Failure, Kind
from connectors.facts import Fact, Verdict
from connectors.fixers import Fixer
from connectors.rights import Right
from connectors.sentences import in_a_row, phrase
from connectors.translation import gettext_noop
from issues import catalogue, words

SILENT = (Kind.TRANSIENT, Kind.RATE_LIMITED)
IDLE = timedelta(weeks=3)  # providers end what nobody uses, some after 30 days
AGAIN = gettext_noop("Mend the rest first, and look again.")


def reached(side: str, failure: Failure | None) -> list[Fact]:
    """Whether we got there and were let in; what was refused after that is a fact of its own."""
    connection, sign_in = phrase("Connection to %(side)s", side=side), phrase("Sign-in to %(side)s", side=side)
    there = Fact(name=connection, verdict=Verdict.GOOD, text=phrase("%(side)s answers.", side=side))
    known = Fact(name=sign_in, verdict=Verdict.GOOD, text=phrase("%(side)s lets Syncapp in.", side=side))
    if failure is None:
        return [there, known]
    if _is_silence(failure):
        return [failed(connection, failure), _unknown(sign_in)]
    if _is_door(failure):
        return [there if failure.status else _unknown(connection), failed(sign_in, failure)]
    return [there, known, failed(phrase("Answer of %(side)s", side=side), failure)]


def _is_silence(failure: Failure) -> bool:
    return failure.provider == "network" or failure.kind in SILENT


def _is_door(failure: Failure) -> bool:
    """Whether it was about who we are; that nobody ever connected it, or set up the way to, is as well."""
    return failure.kind is Kind.AUTH or failure.provider == "engine" or failure.provider.endswith("_oauth")


def failed(name: str, failure: Failure) -> Fact:
    """What stopped a look, in the words of its code's own page."""
    entry = catalogue.entry(failure.code)
    steps = tuple(step.text for step in entry.steps)
    return Fact(name=name, verdict=Verdict.BAD, text=entry.plain, steps=steps, who=entry.fixer, failure=failure)


def _unknown(name: str) -> Fact:
    return Fact(name=name, verdict=Verdict.UNKNOWN, text=phrase("It was not asked, or did not answer."), steps=(AGAIN,))


def allowed(side: str, rights: Sequence[Right], scopes: Collection[str], who: Fixer, step: str) -> Fact:
    """Whether what was granted is enough for all that is wanted; `step` says how it is widened."""
    name = phrase("Rights at %(side)s", side=side)
    if not scopes:
        text = phrase(
            "%(side)s has not told yet what this access is for. It does when the access is renewed the next time.",
            side=side,
        )
        return Fact(name=name, verdict=Verdict.UNKNOWN, text=text, steps=(phrase("Look again in an hour."),), who=who)
    missing = [phrase(right.what) for right in rights if not {*right.scopes} & {*scopes}]
    if not missing:
        text = phrase("Syncapp may %(rights)s.", rights=in_a_row(phrase(right.what) for right in rights))
        return Fact(name=name, verdict=Verdict.GOOD, text=text)
    text = phrase("This access does not let Syncapp %(rights)s, which is wanted here.", rights=in_a_row(missing))
    return Fact(name=name, verdict=Verdict.BAD, text=text, steps=(step,), who=who)


def used(side: str, until: datetime | None, present: datetime, who: Fixer, step: str, *, warns: str = "") -> Fact:
    """Whether the access is in use: each use gives a token that is good `until` a moment, for hours or a day."""
    name = phrase("Use of the access to %(side)s", side=side)
    if until is None or present - until < IDLE:
        return Fact(name=name, verdict=Verdict.GOOD, text=phrase("It is in use."), warns=warns)
    text = phrase(
        "Nobody has used it for %(time)s. %(side)s may end an access that is not used.",
        time=words.length_of(present - until),
        side=side,
    )
    return Fact(name=name, verdict=Verdict.ASK, text=text, steps=(step,), who=who, warns=warns)


def lasts(name: str, until: datetime, present: datetime, step: str, *, warns: str = "") -> Fact:
    """Whether something that ends at a known moment is to be renewed."""
    if present >= until:
        text = phrase("It ended %(when)s.", when=words.moment_of(until, present))
        return Fact(name=name, verdict=Verdict.BAD, text=text, steps=(step,), warns=warns)
    if until - present < SOON:
        text = phrase("It ends %(when)s.", when=words.moment_of(until, present))
        return Fact(name=name, verdict=Verdict.ASK, text=text, steps=(step,), warns=warns)
    text = phrase("It is good for %(time)s.", time=words.length_of(until - present))
    return Fact(name=name, verdict=Verdict.GOOD, text=text, warns=warns)


SOON = timedelta(days=30)
