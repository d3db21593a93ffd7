"""Words and signs for what people see: numbers before nouns, times as people say them, a word with every colour.

Pure. Nothing here knows of a database, a request or a template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors import sentences, translation
from connectors.translation import both, gettext, gettext_noop, ngettext
from issues import dates
from issues.catalogue import Advice, Entry, Fixer
from issues.lifecycle import Status


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A state as people see it. `icon` is a symbol of `templates/icons.html`, `tone` a colour of `tokens.css`;
    `word` is translated where it is shown (`issues.markup`)."""

    icon: str
    tone: str
    word: str


SIGNS: Mapping[Status, Sign] = {
    Status.OPEN: Sign(icon="bang", tone="amber", word=gettext_noop("Open")),
    Status.RETRYING: Sign(icon="triangle", tone="amber", word=gettext_noop("Trying again")),
    Status.IGNORED: Sign(icon="dash", tone="grey", word=gettext_noop("Ignored")),
    Status.RESOLVED: Sign(icon="check", tone="green", word=gettext_noop("Resolved")),
}
WAITING = Sign(icon="triangle", tone="amber", word=gettext_noop("Waiting"))
STOPPED = Sign(icon="square", tone="red", word=gettext_noop("Stopped"))
PAUSED = Sign(icon="pause", tone="grey", word=gettext_noop("Paused"))


# What is asked about a whole mailbox while its sync goes on.
QUESTIONS = frozenset({"engine.MASS_CHANGE"})
# Of a whole organization or mailbox, and its sync goes on.
WARNINGS = frozenset(
    {
        "engine.ACCESS_ENDS",
        "engine.ACCESS_UNUSED",
        "engine.CALENDAR_LOST",
        "engine.CALLS_RUN_LOW",
        "engine.CONFLICTING_SOFTWARE",
        "engine.FILES_RUN_LOW",
        "engine.STORAGE_RUNS_LOW",
        "salesforce.QUEUE_GONE",
    }
)
# Of a whole organization, and a record of Salesforce is to be chosen that takes the place of another.
PICKED = frozenset({"salesforce.QUEUE_GONE"})
# Where two versions of an item stand side by side until somebody chooses.
CHOICES = frozenset({"engine.SYNC_CONFLICT"})
# Where an administrator picks one of several records; trying again helps as well, once they were merged over there.
PICKS = frozenset({"engine.AMBIGUOUS_MATCH", "engine.AMBIGUOUS_ACCOUNT", "engine.AMBIGUOUS_OPPORTUNITY"})
# What a line of the field mapping refuses, and who corrects the line mends.
MAPPED = ("engine.FIELD_MAPPING_REFUSED", "engine.FIELD_MAPPING_UNREAD")


def sign(status: str, scope: str = "item", code: str = "") -> Sign:
    """The sign of an issue; what stops a whole mailbox or organization is red as long as it is open."""
    known = Status(status)
    stops = scope != "item" and code not in QUESTIONS | WARNINGS
    return STOPPED if stops and known is Status.OPEN else SIGNS[known]


WHO: Mapping[Fixer, str] = {
    Fixer.END_USER: gettext_noop("The mailbox's owner"),
    Fixer.MAILBOX_ADMIN: gettext_noop("Mailbox administrator"),
    Fixer.SALESFORCE_ADMIN: gettext_noop("Salesforce administrator"),
    Fixer.VENDOR_SUPPORT: gettext_noop("Syncapp support"),
    Fixer.NOBODY: gettext_noop("Nobody, it mends itself"),
}
ADVICE: Mapping[Advice, str] = {
    Advice.RETRY: gettext_noop("Worth another try."),
    Advice.IGNORE: gettext_noop("Best ignored."),
    Advice.EITHER: gettext_noop("Your choice."),
}
Reader = frozenset[Fixer]  # the roles of the person who reads


def who(fixer: Fixer, reader: Reader = frozenset()) -> str:
    """A role as the reader calls it: their own mailbox is theirs, every other role keeps its name."""
    return gettext("You") if fixer is Fixer.END_USER and fixer in reader else gettext(WHO[fixer])


def advised(advice: Advice) -> str:
    """The advice in two words or three."""
    return gettext(ADVICE[advice])


@dataclass(frozen=True, kw_only=True)
class StepGroup:
    """The steps of one role, in order."""

    who: str
    texts: tuple[str, ...]


def step_groups(entry: Entry, reader: Reader = frozenset()) -> tuple[StepGroup, ...]:
    """The steps by role: first what the reader can do, then the others in the catalogue's order."""
    roles = sorted(dict.fromkeys(step.who for step in entry.steps), key=lambda role: role not in reader)
    return tuple(
        StepGroup(who=who(role, reader), texts=tuple(step.text for step in entry.steps if step.who is role))
        for role in roles
    )


NOUNS: Mapping[str, tuple[str, str]] = {
    "email": ("e-mail", "e-mails"),
    "event": ("event", "events"),
    "task": ("task", "tasks"),
    "contact": ("contact", "contacts"),
    "": ("item", "items"),
}


_THINGS: Mapping[str, tuple[str, str]] = {
    "email": both("%(number)s e-mail", "%(number)s e-mails"),
    "event": both("%(number)s event", "%(number)s events"),
    "task": both("%(number)s task", "%(number)s tasks"),
    "contact": both("%(number)s contact", "%(number)s contacts"),
    "": both("%(number)s item", "%(number)s items"),
}
_OF: Mapping[str, str] = {
    "email": gettext_noop("An e-mail of %(day)s"),
    "event": gettext_noop("An event of %(day)s"),
    "task": gettext_noop("A task of %(day)s"),
    "contact": gettext_noop("A contact of %(day)s"),
    "": gettext_noop("An item of %(day)s"),
}
_MANY: Mapping[str, str] = {
    "email": gettext_noop("e-mails"),
    "event": gettext_noop("events"),
    "task": gettext_noop("tasks"),
    "contact": gettext_noop("contacts"),
    "": gettext_noop("items"),
}
_KINDS: Mapping[str, str] = {
    "email": gettext_noop("E-mail"),
    "event": gettext_noop("Event"),
    "task": gettext_noop("Task"),
    "contact": gettext_noop("Contact"),
    "": gettext_noop("Item"),
}


def many(resource: str) -> str:
    """“e-mails”, as it is written: to be kept, or translated."""
    return _MANY.get(resource, _MANY[""])


def kind(resource: str) -> str:
    """“E-mail”: what stands for one whose title is not shown."""
    return gettext(_KINDS.get(resource, _KINDS[""]))


def outline(resource: str, moment: datetime) -> str:
    """What stands for a title that the reader may not see: “An e-mail of 28 November”."""
    return gettext(_OF.get(resource, _OF[""])) % {"day": dates.day(moment)}


TO_MAILBOX = "to_mailbox"
_MAILBOX = gettext_noop("the mailbox")
_PLACES: Mapping[str, str] = {
    "event": gettext_noop("the calendar"),
    "task": gettext_noop("the task list"),
    "contact": gettext_noop("the address book"),
}


def nouns(resources: Collection[str]) -> tuple[str, str]:
    """(one, many): what items of these resources are called together."""
    return NOUNS[next(iter(resources))] if len(resources) == 1 and NOUNS.keys() >= set(resources) else NOUNS[""]


def place(resources: Collection[str]) -> str:
    """Where in a mailbox items of these resources lie."""
    return gettext(_PLACES.get(next(iter(resources)), _MAILBOX) if len(resources) == 1 else _MAILBOX)


def where(directions: Collection[str], resources: Collection[str]) -> str:
    """Where items of these resources that failed in these directions are missing, after “is not”."""
    if len(directions) != 1:
        return "in step"
    return f"in {place(resources)}" if TO_MAILBOX in directions else "in Salesforce"


def number(value: int) -> str:
    """1204 as 1,204."""
    return translation.number(value)


def plural(value: int, one: str, many: str, /, **named: object) -> str:
    """A text that depends on a number, which stands at `%(number)s` in it, in the reader's language."""
    return ngettext(one, many, value) % {"number": number(value), **named}


def counted(value: int, one: str, many: str = "") -> str:
    """“1 e-mail”, “1,204 e-mails”, in English; `many` only where an s does not do."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def things(value: int, resource: str) -> str:
    """“3 e-mails” for three items of a resource."""
    return plural(value, *_THINGS.get(resource, _THINGS[""]))


_UNITS = (
    (timedelta(days=365), both("%(number)s year", "%(number)s years")),
    (timedelta(days=30), both("%(number)s month", "%(number)s months")),
    (timedelta(days=7), both("%(number)s week", "%(number)s weeks")),
    (timedelta(days=1), both("%(number)s day", "%(number)s days")),
    (timedelta(hours=1), both("%(number)s hour", "%(number)s hours")),
    (timedelta(minutes=1), both("%(number)s minute", "%(number)s minutes")),
)


def lasting(length: timedelta) -> str:
    """A length of time in its largest whole unit: “6 days”, “1 hour”, “less than a minute”."""
    return sentences.told(length_of(length))


def length_of(length: timedelta) -> sentences.Phrase:
    """The same to be kept."""
    for unit, forms in _UNITS:
        if length >= unit:
            return sentences.phrases(length // unit, *forms)
    return sentences.phrase("less than a minute")


_FORWARD = timedelta(seconds=59)  # looking ahead, a begun minute counts: four minutes are “in 4 minutes” at once


def ago(moment: datetime, present: datetime) -> str:
    """A moment as seen from another: “just now”, “6 days ago”, “in 4 minutes”. `times.js` says the same."""
    return sentences.told(moment_of(moment, present))


def moment_of(moment: datetime, present: datetime) -> sentences.Phrase:
    """The same to be kept."""
    length = present - moment
    if abs(length) < timedelta(minutes=1):
        return sentences.phrase("just now") if length >= timedelta(0) else sentences.phrase("in a moment")
    if length > timedelta(0):
        return sentences.phrase("%(time)s ago", time=length_of(length))
    return sentences.phrase("in %(time)s", time=length_of(-length + _FORWARD))


def safe_link(url: str) -> str:
    """The address if a browser may be sent there; "" for anything but http and https, and for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text without control characters and marks of writing direction, which make a reader see other words
    than there are. For places that cannot isolate a text by themselves: plain mails, attributes, page titles."""
    return _UNSEEN.sub("", text)


def listed(names: Iterable[str]) -> str:
    """“Ann, Ben and Cleo”."""
    *most, last = [*names] or [""]
    return gettext("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last} if most else last


def trend(lately: int, before: int) -> str:
    """“12 new in 24 hours, 3 the day before”."""
    if not lately and not before:
        return "none new for 2 days"
    than = "as many as the day before" if lately == before else f"{number(before) if before else 'none'} the day before"
    return f"{number(lately) if lately else 'none'} new in 24 hours, {than}"
