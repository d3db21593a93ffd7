"""What the traces of other software in a CRM mean for syncing, by what we know of products. Pure.

A trace that we see in part proves only what it shows: that nothing was found there is told as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from connectors.facts import App, Fact, Survey, Trace, Verdict, enumerated
from connectors.sentences import Phrase, joined, phrase
from connectors.translation import gettext_noop

LONGEST_NAME = 80


class Effect(StrEnum):
    """What a product does to our records."""

    CONFLICTS = "conflicts"
    ASK = "ask"
    HARMLESS = "harmless"


SEEN_AS: Mapping[Trace, str] = {
    Trace.TOKEN: gettext_noop("the apps that users let in"),
    Trace.LOGIN: gettext_noop("the login history"),
    Trace.PACKAGE: gettext_noop("the installed packages"),
}
ENDS: Mapping[Trace, str] = {
    Trace.TOKEN: gettext_noop(
        "In Setup > Connected Apps OAuth Usage, press “Block” beside %(names)s: it cannot get in any more."
    ),
    Trace.LOGIN: gettext_noop(
        "In Setup > Login History, see which users sign in with %(names)s, and have it switched off for them there."
    ),
    Trace.PACKAGE: gettext_noop(
        "In Setup > Installed Packages, press “Uninstall” beside %(names)s, or take its licences away."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Software:
    """A product by the words of its name; `note` is told with it. `off` says how it is switched off where its traces
    do not say it well enough."""

    name: str
    effect: Effect
    note: str = ""
    off: str = ""

    def is_named(self, app: str) -> bool:
        """Whether the name stands in it as whole words, whatever their case: vendors add words to it."""
        return bool(re.search(rf"(?<!\w){re.escape(self.name)}(?!\w)", app, re.IGNORECASE))


OTHERS = gettext_noop("Other sync software")
OFF = gettext_noop(
    "Switch one of the two off for the mailboxes that Syncapp syncs, or let each do what the other does not."
)
LOOK = gettext_noop(
    "Ask who uses it whether it writes messages or events to Salesforce; if it does, let only one of the two do so."
)
NATIVE = gettext_noop(
    "Look in Setup > Einstein Activity Capture > Settings as well: what belongs to Salesforce itself may leave no "
    "trace that Syncapp can see."
)


def listed(lines: Iterable[str]) -> tuple[Software, ...]:
    """The shipped list with the lines of an organization, which overrule it. Raises ValueError for one that is none."""
    own = [read(line) for line in lines]
    named = {each.name.casefold() for each in own}
    return (*own, *(each for each in SOFTWARE if each.name.casefold() not in named))


def read(line: str) -> Software:
    """A product as people write it down, `Riva: harmless`. Raises ValueError whose text says what to write."""
    name, colon, effect = (part.strip() for part in line.rpartition(":"))
    if not (name and colon and effect.lower() in tuple(Effect)):
        words = ", ".join(Effect)
        shown = line.strip()[:LONGEST_NAME]
        raise ValueError(f"“{shown}” says nothing of a product; write it like “Riva: harmless”, with one of {words}.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"A name has {LONGEST_NAME} characters at most; “{name[:20]}…” is longer.")
    return Software(name=name, effect=Effect(effect.lower()))


def written(software: Software) -> str:
    """The line of a product; `read` understands it."""
    return f"{software.name}: {software.effect}"


def judged(survey: Survey, known: Iterable[Software]) -> list[Fact]:
    """What the apps of a survey mean: one fact for each product that matters, and one for the rest.

    Of several products that a name fits, the one with the longest name counts.
    """
    ranked = sorted(known, key=lambda one: (-len(one.name), one.name))
    found: dict[Software, list[App]] = {}
    strange: set[str] = set()
    for app in sorted(survey.apps):
        product = next((one for one in ranked if one.is_named(app.name)), None)
        if product is None:
            strange.add(app.name)
        else:
            found.setdefault(product, []).append(app)
    told = [_product(one, apps) for one, apps in found.items() if one.effect is not Effect.HARMLESS]
    told.sort(key=lambda fact: (fact.verdict is not Verdict.BAD, fact.name))
    return [*told, _rest(survey, strange, is_alone=not told)]


def conflicting(survey: Survey, known: Iterable[Software]) -> list[str]:
    """The products that work against us, by name."""
    return [fact.name for fact in judged(survey, known) if fact.verdict is Verdict.BAD]


def _product(product: Software, apps: Sequence[App]) -> Fact:
    traces = sorted({app.trace for app in apps})
    seen = phrase("It was seen in %(places)s.", places=_linked(gettext_noop("%(first)s and in %(other)s"), traces))
    text = joined(filter(None, [seen, _used(apps), product.note]))
    if product.effect is Effect.CONFLICTS:
        ways = [product.off] if product.off else [phrase(ENDS[trace], names=_names(apps, trace)) for trace in traces]
        return Fact(name=product.name, verdict=Verdict.BAD, text=text, steps=(OFF, *ways))
    return Fact(name=product.name, verdict=Verdict.ASK, text=text, steps=(LOOK,))


def _linked(link: str, traces: Iterable[Trace]) -> Phrase:
    return reduce(lambda first, other: phrase(link, first=first, other=other), [phrase(SEEN_AS[t]) for t in traces])


def _used(apps: Iterable[App]) -> str:
    """When it was at work last, as far as any trace says so."""
    last = max((app.used_at for app in apps if app.used_at), default=None)
    return (
        phrase(
            "It was last used on %(day)s %(month)s %(year)s.",
            day=f"{last.day}",
            month=phrase(f"{last:%B}"),
            year=f"{last:%Y}",
        )
        if last
        else ""
    )


def _names(apps: Iterable[App], trace: Trace) -> str:
    return enumerated([f"“{app.name}”" for app in apps if app.trace is trace])


def _rest(survey: Survey, strange: Iterable[str], *, is_alone: bool) -> Fact:
    others = [phrase("Not on the list: %(names)s.", names=enumerated(sorted(strange)))] if strange else []
    if survey.blind:
        unseen = _linked(gettext_noop("%(first)s and %(other)s"), sorted(survey.blind))
        text = phrase("Syncapp does not see all of %(places)s, so there may be more than it found.", places=unseen)
        return Fact(
            name=OTHERS, verdict=Verdict.UNKNOWN, text=joined([text, *others]), steps=(*survey.blind.values(), NATIVE)
        )
    text = phrase("None that matters was found.") if is_alone else phrase("No other that matters was found.")
    return Fact(name=OTHERS, verdict=Verdict.GOOD, text=joined([text, *others]), steps=(NATIVE,))


_ACTIVITIES = gettext_noop("It writes messages and events to Salesforce as well, so that they can be there twice.")
_CONFLICTS = (
    "Cirrus Insight",
    "Ebsta",
    "Groove",
    "LinkPoint360",
    "Match My Email",
    "Mixmax",
    "Outreach",
    "Revenue Grid",
    "Revenue Inbox",
    "Riva",
    "Salesloft",
    "SmartCloud Connect",
    "Yesware",
)
_MAY_WRITE = gettext_noop("Whether it writes messages or events to Salesforce depends on how it is set up.")
_ASK = (
    "Clari",
    "Gmail Integration",
    "Gong",
    "HubSpot",
    "LinkedIn Sales Navigator",
    "Outlook Integration",
    "Veloxy",
    "Zapier",
)
_HARMLESS = (
    "Browser",
    "Data Loader",
    "DataLoader",
    "dataloader.io",
    "N/A",
    "Salesforce CLI",
    "Salesforce for Android",
    "Salesforce for iOS",
    "Salesforce Platform CLI",
    "Syncapp",
    "Workbench",
)
SOFTWARE = (
    Software(
        name="Einstein Activity Capture",
        effect=Effect.CONFLICTS,
        note=gettext_noop(
            "It shows messages and events beside ours, and syncs events both ways where that is switched on."
        ),
        off=gettext_noop(
            "In Setup > Einstein Activity Capture > Settings, take the people whom Syncapp syncs out of every "
            "configuration, or switch it off."
        ),
    ),
    Software(
        name="Lightning Sync",
        effect=Effect.CONFLICTS,
        note=_ACTIVITIES,
        off=gettext_noop(
            "In Setup > Gmail Integration and Sync (or Outlook Integration and Sync), switch “Lightning Sync” off."
        ),
    ),
    Software(
        name="Salesforce for Outlook",
        effect=Effect.CONFLICTS,
        note=_ACTIVITIES,
        off=gettext_noop(
            "In Setup > Outlook Configurations, deactivate the configurations of the people whom Syncapp syncs."
        ),
    ),
    Software(
        name="Salesforce Inbox",
        effect=Effect.CONFLICTS,
        note=_ACTIVITIES,
        off=gettext_noop(
            "In Setup > Permission Sets > Inbox, take the people whom Syncapp syncs out of its assignments."
        ),
    ),
    *(Software(name=name, effect=Effect.CONFLICTS, note=_ACTIVITIES) for name in _CONFLICTS),
    *(Software(name=name, effect=Effect.ASK, note=_MAY_WRITE) for name in _ASK),
    *(Software(name=name, effect=Effect.HARMLESS) for name in _HARMLESS),
)
