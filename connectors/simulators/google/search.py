"""Gmail's search box as the parameter `q`: operators, quotes, `-`, `OR`, `{}` and `()`.

Operators: https://support.google.com/mail/answer/7190. A date without a time is midnight in Pacific
standard time, a number is seconds since 1970
(https://developers.google.com/workspace/gmail/api/guides/filtering). An operator that nobody knows is
searched as text, as Gmail does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from connectors.simulators.google.mailbox import Label, Mailbox, Message

PACIFIC = timezone(timedelta(hours=-8))
HIDDEN = ("SPAM", "TRASH")
_PLACES = {"inbox": "INBOX", "sent": "SENT", "trash": "TRASH", "spam": "SPAM", "draft": "DRAFT", "drafts": "DRAFT"}
_STATES = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT"}
_SPANS = {"h": 3600, "d": 86_400, "w": 7 * 86_400, "m": 30 * 86_400, "y": 365 * 86_400}
_SIZES = {"": 1, "k": 1024, "m": 1024**2}
_TOKEN = re.compile(r'(-)|([(){}])|(?:(\w+):)?(?:"([^"]*)"|\(([^)]*)\)|([^\s(){}"]+))')


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a test on a message may look at besides the message: its mailbox's labels and the time."""

    labels: dict[str, Label]
    now: float


Test = Callable[[Message, Scene], bool]


def find(mailbox: Mailbox, query: str, labels: list[str], *, hidden: bool, now: float) -> list[Message]:
    """Newest first: the messages that match `query` and carry all `labels`.

    Spam and bin are left out unless `hidden` asks for them, or the query or a label names them.
    """
    test = parse(query)
    scene = Scene(labels=mailbox.labels, now=now)
    shut = () if hidden else tuple(i for i in HIDDEN if i not in labels and not _names(query, i))
    return [
        m
        for m in mailbox.newest_first()
        if all(i in m.labels for i in labels) and not any(i in m.labels for i in shut) and test(m, scene)
    ]


def parse(query: str) -> Test:
    """The test that a query stands for. Never raises: Gmail makes something of every text."""
    tokens = [match.group(0) for match in _TOKEN.finditer(query)]
    return _all(tokens, "")


def _names(query: str, label: str) -> bool:
    return bool(re.search(rf"(?:^|[\s({{])(?:in|label):(?:{label}|anywhere)\b", query, re.IGNORECASE))


# -- Grammar: terms stand beside each other (and); OR joins its two neighbours before that.


def _all(tokens: list[str], end: str) -> Test:
    tests: list[Test] = []
    while tokens and tokens[0] != end:
        if tokens[0] == "OR" and tests:
            tokens.pop(0)
            tests[-1] = _any_of([tests[-1], _one(tokens)])
        else:
            tests.append(_one(tokens))
    del tokens[:1]
    return _all_of(tests)


def _one(tokens: list[str]) -> Test:
    token = tokens.pop(0) if tokens else ""
    if token == "-":
        return _not(_one(tokens))
    if token == "(":
        return _all(tokens, ")")
    if token == "{":
        tests = []
        while tokens and tokens[0] != "}":
            tests.append(_one(tokens))
        del tokens[:1]
        return _any_of(tests)
    return _term(token)


def _all_of(tests: list[Test]) -> Test:
    return lambda m, s: all(test(m, s) for test in tests)


def _any_of(tests: list[Test]) -> Test:
    return lambda m, s: any(test(m, s) for test in tests)


def _not(test: Test) -> Test:
    return lambda m, s: not test(m, s)


# -- Terms


def _term(token: str) -> Test:
    match = _TOKEN.fullmatch(token)
    if match is None:
        return _all_of([])
    operator, value = (match[3] or "").lower(), match[4] or match[5] or match[6] or ""
    make = OPERATORS.get(operator)
    if make is None or not value:
        return _text(token.strip('"'))
    if match[5]:  # from:(ada bob): each word
        return _all_of([make(word) for word in match[5].split()])
    return make(value)


def _text(value: str) -> Test:
    words = value.lower()
    return lambda m, s: words in m.content.text.lower() or words in m.content.every("subject", "from", "to", "cc")


def _in_headers(*names: str) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        return lambda m, s: value.lower() in m.content.every(*names)

    return make


def _labelled(label: str) -> Test:
    return lambda m, s: label in m.labels


def _place(value: str) -> Test:
    known = _PLACES.get(value.lower())
    return _labelled(known) if known else _always if value.lower() == "anywhere" else _label(value)


def _state(value: str) -> Test:
    if value.lower() == "read":
        return _not(_labelled("UNREAD"))
    return _labelled(_STATES.get(value.lower(), value.upper()))


def _label(value: str) -> Test:
    """Labels are searched by name, with `-` for what is not a letter: label:salesforce-emails-sync-error."""
    wanted = _dashed(value)
    return lambda m, s: any(_dashed(s.labels[i].name) == wanted for i in m.labels if i in s.labels)


def _dashed(name: str) -> str:
    return re.sub(r"[\s/&()]", "-", name.lower())


def _always(_: Message, __: Scene) -> bool:
    return True


def _has(value: str) -> Test:
    if value.lower() == "attachment":
        return lambda m, s: bool(m.content.filenames)
    return _text(f"has:{value}")


def _filename(value: str) -> Test:
    return lambda m, s: any(value.lower() in name.lower() for name in m.content.filenames)


def _message_id(value: str) -> Test:
    return lambda m, s: m.content.message_id == value.strip("<>")


def _sized(compare: Callable[[int, int], bool]) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        match = re.fullmatch(r"(\d+)([km]?)b?", value.lower())
        size = int(match[1]) * _SIZES[match[2]] if match else 0
        return lambda m, s: compare(len(m.raw), size)

    return make


def _dated(compare: Callable[[float, float], bool]) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        at = moment(value)
        return _text(value) if at is None else lambda m, s: compare(m.internal_date / 1000, at)

    return make


def _aged(compare: Callable[[float, float], bool]) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        match = re.fullmatch(r"(\d+)([hdwmy])", value.lower())
        span = int(match[1]) * _SPANS[match[2]] if match else 0
        return lambda m, s: compare(m.internal_date / 1000, s.now - span)

    return make


def moment(value: str) -> float | None:
    """Seconds since 1970 of `2026/11/22`, `2026-11-22` or a number of seconds; `None` for anything else."""
    if re.fullmatch(r"\d{9,11}", value):
        return float(value)
    match = re.fullmatch(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})", value)
    if not match:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=PACIFIC).astimezone(UTC).timestamp()
    except ValueError:
        return None


def _later(a: float, b: float) -> bool:
    return a >= b


def _earlier(a: float, b: float) -> bool:
    return a < b


OPERATORS: dict[str, Callable[[str], Test]] = {
    "from": _in_headers("from"),
    "to": _in_headers("to", "cc", "bcc"),
    "cc": _in_headers("cc"),
    "bcc": _in_headers("bcc"),
    "subject": _in_headers("subject"),
    "list": _in_headers("list-id"),
    "deliveredto": _in_headers("delivered-to"),
    "rfc822msgid": _message_id,
    "label": _label,
    "in": _place,
    "is": _state,
    "has": _has,
    "filename": _filename,
    "after": _dated(_later),
    "newer": _dated(_later),
    "before": _dated(_earlier),
    "older": _dated(_earlier),
    "newer_than": _aged(_later),
    "older_than": _aged(_earlier),
    "larger": _sized(lambda a, b: a >= b),
    "size": _sized(lambda a, b: a >= b),
    "smaller": _sized(lambda a, b: a < b),
}
