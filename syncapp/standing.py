"""How a mailbox stands, in one sentence with its sign. Pure: a table of what is said first.

The first line that applies is the sentence; what stops everything comes first, good news last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.translation import both, gettext, gettext_noop
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


def _of(table: Mapping[str, tuple[str, str]], facts: Facts, count: int) -> str:
    """The sentence about so many things of the kind that the mailbox has; about items where no other one fits."""
    return words.plural(count, *table.get(facts.resource, table[""]))


def _unconnected(_: Facts) -> Standing:
    return Standing(
        icon="bang",
        tone="amber",
        sentence=gettext("This mailbox is not connected yet."),
        more=gettext("Connect it once, and its e-mails find their way to Salesforce by themselves."),
    )


def _so_far(facts: Facts) -> str:
    said = gettext("%(things)s so far. What has been read is being written to Salesforce already.")
    return said % {"things": _things(facts.read, facts)}


def _first_run(facts: Facts) -> Standing:
    """A large mailbox takes its time; that it moves is what a person wants to see."""
    return Standing(
        icon="clock",
        tone="grey",
        sentence=gettext("Your mailbox is being read for the first time."),
        more=_so_far(facts) if facts.read else gettext("Come back in a minute."),
    )


_ALL_REST = gettext_noop("The sync for everybody in your organization is paused.")
_RESTS = gettext_noop("The sync of this mailbox is paused.")


def _rest(facts: Facts) -> Standing:
    """Rest is by order, so it is no trouble; what stopped before it is shown below."""
    sentence = gettext(_ALL_REST if facts.organization_paused else _RESTS)
    return Standing(icon="pause", tone="grey", sentence=sentence, more=_resting(facts))


def _resting(facts: Facts) -> str:
    count = facts.held + facts.waiting
    if not count:
        return gettext("What arrives waits until it goes on. Nothing is lost.")
    return words.plural(count, *_WAIT_FOR_RESUMING, things=_things(count, facts))


_WAIT_FOR_RESUMING = both(
    "%(things)s waits until it goes on, and so does what arrives. Nothing is lost.",
    "%(things)s wait until it goes on, and so does what arrives. Nothing is lost.",
)
_STOPPED_FOR_ALL = gettext_noop("Sync has stopped for everybody in your organization: %(reason)s.")
_STOPPED = gettext_noop("Sync has stopped: %(reason)s.")


def _stop(facts: Facts) -> Standing:
    said = gettext(_STOPPED_FOR_ALL if facts.organization_stopped else _STOPPED)
    sentence = said % {"reason": _inside(facts.stopped_by)}
    return Standing(icon="square", tone="red", sentence=sentence, more=_held(facts))


def _asked(facts: Facts) -> Standing:
    asked = gettext("You are asked: %(question)s.") % {"question": _inside(facts.asks)}
    return Standing(
        icon="bang",
        tone="amber",
        sentence=f"{catalogue.shown(facts.asks).title}." if facts.asks in words.WARNINGS else asked,
        more=gettext("Everything else goes on meanwhile."),
    )


def _inside(code: str) -> str:
    """The title of a code within a sentence: its first word small, unless it is a name; in English alone, for each
    language has its own rules."""
    title = catalogue.entry(code).title
    first, _, rest = title.partition(" ")
    shown = catalogue.shown(code).title
    return f"{first.lower()} {rest}" if first in _SMALL and shown == title else shown


_SMALL = frozenset(
    {"A", "Very", "An", "The", "This", "Your", "Another", "Several", "Too", "Somebody", "It", "Sync", "We", "You"}
)


def _held(facts: Facts) -> str:
    """What waits behind a stop: counted as far as it was read, and never lost."""
    if not facts.held:
        return gettext(_ARRIVES_FOR_ALL if facts.organization_stopped else _ARRIVES)
    table = _HELD_FOR_ALL if facts.organization_stopped else _HELD
    return words.plural(facts.held, *table, things=_things(facts.held, facts))


_ARRIVES_FOR_ALL = gettext_noop("What arrives waits until sync runs again. Nothing is lost.")
_ARRIVES = gettext_noop("What arrives waits until the mailbox is connected again. Nothing is lost.")
_HELD_FOR_ALL = both(
    "%(things)s waits until sync runs again, and so does what arrives. Nothing is lost.",
    "%(things)s wait until sync runs again, and so does what arrives. Nothing is lost.",
)
_HELD = both(
    "%(things)s waits until the mailbox is connected again, and so does what arrives. Nothing is lost.",
    "%(things)s wait until the mailbox is connected again, and so does what arrives. Nothing is lost.",
)


def _all_trying(facts: Facts) -> Standing:
    tried = both("%(things)s is being tried again.", "%(things)s are being tried again.")
    sentence = words.plural(facts.trying, *tried, things=_things(facts.trying, facts))
    return Standing(icon="triangle", tone="amber", sentence=sentence)


_NOT_THERE = {
    "email": both(
        "%(number)s of your e-mails is not in Salesforce.",
        "%(number)s of your e-mails are not in Salesforce.",
    ),
    "": both("%(number)s of your items is not in Salesforce.", "%(number)s of your items are not in Salesforce."),
}
_OF_THEM = both(
    "%(number)s of them is being tried again right now.", "%(number)s of them are being tried again right now."
)


def _open(facts: Facts) -> Standing:
    more = words.plural(facts.trying, *_OF_THEM) if facts.trying else ""
    return Standing(icon="bang", tone="amber", sentence=_of(_NOT_THERE, facts, facts.open), more=more)


def _failing(facts: Facts) -> Standing:
    return Standing(
        icon="triangle",
        tone="amber",
        sentence=words.plural(
            facts.failed_runs,
            "Your mailbox could not be read, once.",
            "Your mailbox could not be read, %(count)s times in a row.",
            count=facts.failed_runs,
        ),
        more=gettext("It is tried again by itself; you hear of it if that does not help."),
    )


def _waiting(facts: Facts) -> Standing:
    tried = both("%(things)s is tried again by itself.", "%(things)s are tried again by themselves.")
    sentence = words.plural(facts.waiting, *tried, things=_things(facts.waiting, facts))
    return Standing(icon="triangle", tone="amber", sentence=sentence)


def _loading(facts: Facts) -> Standing:
    under_way = both("%(things)s is on the way to Salesforce.", "%(things)s are on the way to Salesforce.")
    rest = gettext("Nothing is to be done, and all else goes on meanwhile.")
    return Standing(
        icon="clock",
        tone="grey",
        sentence=words.plural(facts.loading, *under_way, things=words.things(facts.loading, facts.loading_of)),
        more=f"{loaded(facts.loaded, facts.loading)} {rest}",
    )


def loaded(done: int, of: int) -> str:
    """How far Salesforce is with what it writes together."""
    numbers = {"done": words.number(done), "of": words.number(of)}
    return gettext("%(done)s of %(of)s written by Salesforce.") % numbers


_UNKNOWN = gettext_noop(
    "Until then everything was in step; since then nobody knows. It is looked at again by itself, and you"
    " hear of it if that does not happen."
)


def _late(facts: Facts) -> Standing:
    """What is not known is not called good."""
    since = words.lasting(facts.present - facts.good_at) if facts.good_at else gettext("a while")
    sentence = gettext("Nobody has looked at this mailbox for %(time)s.") % {"time": since}
    return Standing(icon="half", tone="amber", sentence=sentence, more=gettext(_UNKNOWN))


def _good(facts: Facts) -> Standing:
    sentence = gettext("Everything has been in step.")
    if facts.clear_since:
        lasting = words.lasting(facts.present - facts.clear_since)
        sentence = gettext("Everything has been in step for %(time)s.") % {"time": lasting}
    return Standing(icon="dot", tone="green", sentence=sentence, more=_kept(facts))


_KEPT = {
    "email": gettext_noop("Your e-mails are in Salesforce, or are left out by a rule. Nothing needs you."),
    "": gettext_noop("Your items are in Salesforce, or are left out by a rule. Nothing needs you."),
}
_ASIDE = {
    "email": both(
        "Your e-mails are in Salesforce, or are left out by a rule, and %(number)s e-mail is set aside."
        " Nothing needs you.",
        "Your e-mails are in Salesforce, or are left out by a rule, and %(number)s e-mails are set aside."
        " Nothing needs you.",
    ),
    "": both(
        "Your items are in Salesforce, or are left out by a rule, and %(number)s item is set aside. Nothing needs you.",
        "Your items are in Salesforce, or are left out by a rule, and %(number)s items are set aside."
        " Nothing needs you.",
    ),
}


def _kept(facts: Facts) -> str:
    """The rest of the good news: where everything is, and what a person has set aside."""
    if facts.ignored:
        return _of(_ASIDE, facts, facts.ignored)
    return gettext(_KEPT.get(facts.resource, _KEPT[""]))


@dataclass(frozen=True)
class _Line:
    applies: Callable[[Facts], bool]
    says: Callable[[Facts], Standing]


_LINES: Sequence[_Line] = (
    _Line(lambda f: not f.connected, _unconnected),
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
