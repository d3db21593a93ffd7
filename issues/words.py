"""Words and signs for what people see: numbers before nouns, times as people say them, a word with every colour.

Pure. Nothing here knows of a database, a request or a template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from issues.catalogue import Advice, Entry, Fixer
from issues.lifecycle import Status


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A state as people see it. `icon` is a symbol of `templates/icons.html`, `tone` a colour of `tokens.css`."""

    icon: str
    tone: str
    word: str


SIGNS: Mapping[Status, Sign] = {
    Status.OPEN: Sign(icon="bang", tone="amber", word="Open"),
    Status.RETRYING: Sign(icon="triangle", tone="amber", word="Trying again"),
    Status.IGNORED: Sign(icon="dash", tone="grey", word="Ignored"),
    Status.RESOLVED: Sign(icon="check", tone="green", word="Resolved"),
}
WAITING = Sign(icon="triangle", tone="amber", word="Waiting")
STOPPED = Sign(icon="square", tone="red", word="Stopped")
PAUSED = Sign(icon="pause", tone="grey", word="Paused")


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
    Fixer.END_USER: "The mailbox's owner",
    Fixer.MAILBOX_ADMIN: "Mailbox administrator",
    Fixer.SALESFORCE_ADMIN: "Salesforce administrator",
    Fixer.VENDOR_SUPPORT: "Syncapp support",
    Fixer.NOBODY: "Nobody, it mends itself",
}
ADVICE: Mapping[Advice, str] = {
    Advice.RETRY: "Worth another try.",
    Advice.IGNORE: "Best ignored.",
    Advice.EITHER: "Your choice.",
}
Reader = frozenset[Fixer]  # the roles of the person who reads


def who(fixer: Fixer, reader: Reader = frozenset()) -> str:
    """A role as the reader calls it: their own mailbox is theirs, every other role keeps its name."""
    return "You" if fixer is Fixer.END_USER and fixer in reader else WHO[fixer]


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


_ONE: Mapping[str, str] = {"email": "An e-mail", "event": "An event", "task": "A task", "contact": "A contact"}


def outline(resource: str, moment: datetime) -> str:
    """What stands for a title that the reader may not see: “An e-mail of 28 November”."""
    return f"{_ONE.get(resource, 'An item')} of {moment:%-d %B}"


TO_MAILBOX = "to_mailbox"
_PLACES: Mapping[str, str] = {"event": "the calendar", "task": "the task list", "contact": "the address book"}


def nouns(resources: Collection[str]) -> tuple[str, str]:
    """(one, many): what items of these resources are called together."""
    return NOUNS[next(iter(resources))] if len(resources) == 1 and NOUNS.keys() >= set(resources) else NOUNS[""]


def place(resources: Collection[str]) -> str:
    """Where in a mailbox items of these resources lie."""
    return _PLACES.get(next(iter(resources)), "the mailbox") if len(resources) == 1 else "the mailbox"


def where(directions: Collection[str], resources: Collection[str]) -> str:
    """Where items of these resources that failed in these directions are missing, after “is not”."""
    if len(directions) != 1:
        return "in step"
    return f"in {place(resources)}" if TO_MAILBOX in directions else "in Salesforce"


def number(value: int) -> str:
    """1204 as 1,204."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """“1 e-mail”, “1,204 e-mails”; `many` only where an s does not do."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def things(value: int, resource: str) -> str:
    """“3 e-mails” for three items of a resource."""
    return counted(value, *NOUNS.get(resource, NOUNS[""]))


_UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=30), "month"),
    (timedelta(days=7), "week"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def lasting(length: timedelta) -> str:
    """A length of time in its largest whole unit: “6 days”, “1 hour”, “less than a minute”."""
    for unit, name in _UNITS:
        if length >= unit:
            return counted(length // unit, name)
    return "less than a minute"


_FORWARD = timedelta(seconds=59)  # looking ahead, a begun minute counts: four minutes are “in 4 minutes” at once


def ago(moment: datetime, present: datetime) -> str:
    """A moment as seen from another: “just now”, “6 days ago”, “in 4 minutes”. `times.js` says the same."""
    length = present - moment
    if abs(length) < timedelta(minutes=1):
        return "just now" if length >= timedelta(0) else "in a moment"
    return f"{lasting(length)} ago" if length > timedelta(0) else f"in {lasting(-length + _FORWARD)}"


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
    return f"{', '.join(most)} and {last}" if most else last


def trend(lately: int, before: int) -> str:
    """“12 new in 24 hours, 3 the day before”."""
    if not lately and not before:
        return "none new for 2 days"
    than = "as many as the day before" if lately == before else f"{number(before) if before else 'none'} the day before"
    return f"{number(lately) if lately else 'none'} new in 24 hours, {than}"
