"""How a mailbox stands, in one sentence with its sign. Pure: a table of what is said first.

The first line that applies is the sentence; what stops everything comes first, good news last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from issues import catalogue, words


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a mailbox. `stopped_by` is the code that stopped it or its organization, "" if it runs.

    `asks` is the code of a question or a warning about the whole mailbox, whose sync goes on. `paused` says that it
    rests by order, `organization_paused` that all of its organization do. `open` issues need somebody, `trying` of them
    are being tried right now; `held` items wait behind a stopped sync, `waiting` ones are tried again by themselves;
    `read` is how far the run of this moment is. Of `loading` items, of the resource `loading_of`, which Salesforce
    writes together, it has `loaded` so many. `good_at` is the last good run, which is `fresh` as long
    as it proves something; `clear_since` is the moment since when nothing was open.
    """

    present: datetime
    resource: str = "email"
    connected: bool = True
    paused: bool = False
    organization_paused: bool = False
    organization_stopped: bool = False
    stopped_by: str = ""
    asks: str = ""
    failed_runs: int = 0
    open: int = 0
    trying: int = 0
    held: int = 0
    waiting: int = 0
    loading: int = 0
    loaded: int = 0
    loading_of: str = ""
    ignored: int = 0
    read: int = 0
    good_at: datetime | None = None
    fresh: bool = True
    clear_since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One sentence with its sign, and what is to be said after it."""

    icon: str
    tone: str
    sentence: str
    more: str = ""


def standing(facts: Facts) -> Standing:
    """What is said of the mailbox first."""
    return next(line.says(facts) for line in _LINES if line.applies(facts))


def _things(count: int, facts: Facts) -> str:
    return words.things(count, facts.resource)


_UNCONNECTED = Standing(
    icon="bang",
    tone="amber",
    sentence="This mailbox is not connected yet.",
    more="Connect it once, and its e-mails find their way to Salesforce by themselves.",
)


def _first_run(facts: Facts) -> Standing:
    """A large mailbox takes its time; that it moves is what a person wants to see."""
    return Standing(
        icon="clock",
        tone="grey",
        sentence="Your mailbox is being read for the first time.",
        more=f"{_things(facts.read, facts)} so far. What has been read is being written to Salesforce already."
        if facts.read
        else "Come back in a minute.",
    )


def _rest(facts: Facts) -> Standing:
    """Rest is by order, so it is no trouble; what stopped before it is shown below."""
    whom = "for everybody in your organization" if facts.organization_paused else "of this mailbox"
    return Standing(icon="pause", tone="grey", sentence=f"The sync {whom} is paused.", more=_resting(facts))


def _resting(facts: Facts) -> str:
    count = facts.held + facts.waiting
    if not count:
        return "What arrives waits until it goes on. Nothing is lost."
    verb = "waits" if count == 1 else "wait"
    return f"{_things(count, facts)} {verb} until it goes on, and so does what arrives. Nothing is lost."


def _stop(facts: Facts) -> Standing:
    entry = catalogue.entry(facts.stopped_by)
    whom = "Sync has stopped for everybody in your organization" if facts.organization_stopped else "Sync has stopped"
    return Standing(icon="square", tone="red", sentence=f"{whom}: {_inside(entry.title)}.", more=_held(facts))


def _asked(facts: Facts) -> Standing:
    title = catalogue.entry(facts.asks).title
    return Standing(
        icon="bang",
        tone="amber",
        sentence=f"{title}." if facts.asks in words.WARNINGS else f"You are asked: {_inside(title)}.",
        more="Everything else goes on meanwhile.",
    )


def _inside(title: str) -> str:
    """A title within a sentence: its first word small, unless it is a name or “We”."""
    first, _, rest = title.partition(" ")
    return f"{first.lower()} {rest}" if first in _SMALL else title


_SMALL = frozenset(
    {"A", "Very", "An", "The", "This", "Your", "Another", "Several", "Too", "Somebody", "It", "Sync", "We", "You"}
)


def _held(facts: Facts) -> str:
    """What waits behind a stop: counted as far as it was read, and never lost."""
    until = "until sync runs again" if facts.organization_stopped else "until the mailbox is connected again"
    if not facts.held:
        return f"What arrives waits {until}. Nothing is lost."
    verb = "waits" if facts.held == 1 else "wait"
    return f"{_things(facts.held, facts)} {verb} {until}, and so does what arrives. Nothing is lost."


def _all_trying(facts: Facts) -> Standing:
    return Standing(
        icon="triangle",
        tone="amber",
        sentence=f"{_things(facts.trying, facts)} {_are(facts.trying)} being tried again.",
    )


def _open(facts: Facts) -> Standing:
    _, many = words.NOUNS.get(facts.resource, words.NOUNS[""])
    sentence = f"{words.number(facts.open)} of your {many} {_are(facts.open)} not in Salesforce."
    more = (
        f"{words.number(facts.trying)} of them {_are(facts.trying)} being tried again right now."
        if facts.trying
        else ""
    )
    return Standing(icon="bang", tone="amber", sentence=sentence, more=more)


def _failing(facts: Facts) -> Standing:
    return Standing(
        icon="triangle",
        tone="amber",
        sentence=f"Your mailbox could not be read, {_times(facts.failed_runs)}.",
        more="It is tried again by itself; you hear of it if that does not help.",
    )


def _waiting(facts: Facts) -> Standing:
    verb = "is tried again by itself" if facts.waiting == 1 else "are tried again by themselves"
    return Standing(icon="triangle", tone="amber", sentence=f"{_things(facts.waiting, facts)} {verb}.")


def _loading(facts: Facts) -> Standing:
    things, verb = words.things(facts.loading, facts.loading_of), _are(facts.loading)
    return Standing(
        icon="clock",
        tone="grey",
        sentence=f"{things} {verb} on the way to Salesforce.",
        more=f"{loaded(facts.loaded, facts.loading)} Nothing is to be done, and all else goes on meanwhile.",
    )


def loaded(done: int, of: int) -> str:
    """How far Salesforce is with what it writes together."""
    return f"{words.number(done)} of {words.number(of)} written by Salesforce."


def _late(facts: Facts) -> Standing:
    """What is not known is not called good."""
    since = words.lasting(facts.present - facts.good_at) if facts.good_at else "a while"
    return Standing(
        icon="half",
        tone="amber",
        sentence=f"Nobody has looked at this mailbox for {since}.",
        more="Until then everything was in step; since then nobody knows. It is looked at again by itself, and you"
        " hear of it if that does not happen.",
    )


def _good(facts: Facts) -> Standing:
    lasting = f" for {words.lasting(facts.present - facts.clear_since)}" if facts.clear_since else ""
    return Standing(icon="dot", tone="green", sentence=f"Everything has been in step{lasting}.", more=_kept(facts))


def _kept(facts: Facts) -> str:
    """The rest of the good news: where everything is, and what a person has set aside."""
    _, many = words.NOUNS.get(facts.resource, words.NOUNS[""])
    aside = f", and {_things(facts.ignored, facts)} {_are(facts.ignored)} set aside" if facts.ignored else ""
    return f"Your {many} are in Salesforce, or are left out by a rule{aside}. Nothing needs you."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"


@dataclass(frozen=True)
class _Line:
    applies: Callable[[Facts], bool]
    says: Callable[[Facts], Standing]


_LINES: Sequence[_Line] = (
    _Line(lambda f: not f.connected, lambda _: _UNCONNECTED),
    _Line(lambda f: f.paused or f.organization_paused, _rest),
    _Line(lambda f: bool(f.stopped_by), _stop),
    _Line(lambda f: bool(f.asks), _asked),
    _Line(lambda f: 0 < f.open == f.trying, _all_trying),
    _Line(lambda f: f.open > 0, _open),
    _Line(lambda f: f.failed_runs > 0, _failing),
    _Line(lambda f: f.waiting > 0, _waiting),
    _Line(lambda f: f.loading > 0, _loading),
    _Line(lambda f: f.good_at is None, _first_run),
    _Line(lambda f: not f.fresh, _late),
    _Line(lambda f: True, _good),
)
