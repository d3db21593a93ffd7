"""What the answer of a side, or its silence, means as facts: whether it is reached, lets us in, and how far. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from connectors.errors import Failure, Kind
from connectors.facts import Fact, Verdict
from connectors.fixers import Fixer
from connectors.rights import Right
from issues import catalogue, words

SILENT = (Kind.TRANSIENT, Kind.RATE_LIMITED)
IDLE = timedelta(weeks=3)  # providers end what nobody uses, some after 30 days
AGAIN = "Mend the rest first, and look again."


def reached(side: str, failure: Failure | None) -> list[Fact]:
    """Whether we got there and were let in; what was refused after that is a fact of its own."""
    connection, sign_in = f"Connection to {side}", f"Sign-in to {side}"
    there = Fact(name=connection, verdict=Verdict.GOOD, text=f"{side} answers.")
    known = Fact(name=sign_in, verdict=Verdict.GOOD, text=f"{side} lets Syncapp in.")
    if failure is None:
        return [there, known]
    if _is_silence(failure):
        return [failed(connection, failure), _unknown(sign_in)]
    if _is_door(failure):
        return [there if failure.status else _unknown(connection), failed(sign_in, failure)]
    return [there, known, failed(f"Answer of {side}", failure)]


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
    return Fact(name=name, verdict=Verdict.UNKNOWN, text="It was not asked, or did not answer.", steps=(AGAIN,))


def allowed(side: str, rights: Sequence[Right], scopes: Collection[str], who: Fixer, step: str) -> Fact:
    """Whether what was granted is enough for all that is wanted; `step` says how it is widened."""
    name = f"Rights at {side}"
    if not scopes:
        text = f"{side} has not told yet what this access is for. It does when the access is renewed the next time."
        return Fact(name=name, verdict=Verdict.UNKNOWN, text=text, steps=("Look again in an hour.",), who=who)
    missing = [right.what for right in rights if not {*right.scopes} & {*scopes}]
    if not missing:
        text = f"Syncapp may {words.listed(right.what for right in rights)}."
        return Fact(name=name, verdict=Verdict.GOOD, text=text)
    text = f"This access does not let Syncapp {words.listed(missing)}, which is wanted here."
    return Fact(name=name, verdict=Verdict.BAD, text=text, steps=(step,), who=who)


def used(side: str, until: datetime | None, present: datetime, who: Fixer, step: str, *, warns: str = "") -> Fact:
    """Whether the access is in use: each use gives a token that is good `until` a moment, for hours or a day."""
    name = f"Use of the access to {side}"
    if until is None or present - until < IDLE:
        return Fact(name=name, verdict=Verdict.GOOD, text="It is in use.", warns=warns)
    text = f"Nobody has used it for {words.lasting(present - until)}. {side} may end an access that is not used."
    return Fact(name=name, verdict=Verdict.ASK, text=text, steps=(step,), who=who, warns=warns)


def lasts(name: str, until: datetime, present: datetime, step: str, *, warns: str = "") -> Fact:
    """Whether something that ends at a known moment is to be renewed."""
    if present >= until:
        text = f"It ended {words.ago(until, present)}."
        return Fact(name=name, verdict=Verdict.BAD, text=text, steps=(step,), warns=warns)
    if until - present < SOON:
        text = f"It ends {words.ago(until, present)}."
        return Fact(name=name, verdict=Verdict.ASK, text=text, steps=(step,), warns=warns)
    return Fact(name=name, verdict=Verdict.GOOD, text=f"It is good for {words.lasting(until - present)}.", warns=warns)


SOON = timedelta(days=30)
