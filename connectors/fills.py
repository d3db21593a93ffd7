"""What a person fills in where the CRM refused a record: its fields as blanks, the checks, and where a value counts.

Pure. A blank is a field of the CRM as a form shows it; a fill is the value that somebody gave for one record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from connectors.translation import gettext, gettext_noop, number

Value = str | int | float | bool | None  # as JSON has it


class Sort(StrEnum):
    """What kind of value a field takes, and so how a form asks for it."""

    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, kw_only=True)
class Blank:
    """A field to fill in. `name` is the CRM's own, `label` is what people call it there.

    `longest` is in UTF-16 units, 0 where nothing is known. `options` are (value, label), in the CRM's order. A number
    has at most so many `digits` before the point (0: nobody knows) and `decimals` after it. `may_default` says that the
    organization's mapping may write a value there whenever there is none.
    """

    name: str
    label: str
    sort: Sort = Sort.LINE
    longest: int = 0
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    digits: int = 0
    decimals: int = 0
    may_default: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The blanks of one record. `may_edit` says whether the user who was asked about may change the record, or make
    such a one where there is none yet; None where the CRM does not tell, and where nobody was asked about."""

    blanks: tuple[Blank, ...] = ()
    may_edit: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Fill:
    """A value that a person gave for a field of one record.

    It counts where there would be nothing else, and `instead` of the one that was refused. A `fresh` one was not
    written yet: it is also written where a change would leave the field alone.
    """

    field: str
    value: Value
    instead: Value = None
    fresh: bool = False


EMPTY: tuple[Value, ...] = (None, "")
NO_FILLS: tuple[Fill, ...] = ()
YES, NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off", ""})
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
_WHAT_IT_TAKES: Mapping[Sort, str] = {
    Sort.EMAIL: gettext_noop("Write one e-mail address, such as ann@example.com."),
    Sort.URL: gettext_noop("Write an address without blanks, such as https://example.com."),
    Sort.WHOLE: gettext_noop("Write a whole number."),
    Sort.NUMBER: gettext_noop("Write a number like 12.5."),
    Sort.FLAG: gettext_noop("Write yes or no."),
    Sort.DAY: gettext_noop("Write a day like 2026-11-29."),
    Sort.MOMENT: gettext_noop("Write a time like 2026-11-29 14:30, in UTC."),
}


def laid_over(record: Mapping[str, Any], fills: Iterable[Fill], *, is_new: bool) -> dict[str, Any]:
    """The record as it is sent once people filled it in. What we have ourselves stays, unless that was refused."""
    sent = dict(record)
    for fill in fills:
        there = sent.get(fill.field)
        is_refused = fill.instead not in EMPTY and there == fill.instead
        if (there in EMPTY or is_refused) and (is_new or fill.fresh or fill.field in sent):
            sent[fill.field] = fill.value
    return sent


def checked(blank: Blank, text: str) -> Value:
    """What somebody typed, as a value of the field. Raises ValueError, whose text says what to write."""
    typed = text.strip()
    if not typed and blank.sort is not Sort.FLAG:
        if blank.required:
            raise ValueError(gettext("Salesforce wants something here."))
        return None
    try:
        value = _READS[blank.sort](blank, typed)
    except (ArithmeticError, ValueError) as error:
        raise ValueError(str(error) if isinstance(error, _Misfit) else gettext(_WHAT_IT_TAKES[blank.sort])) from None
    length = units(value) if isinstance(value, str) else 0
    if 0 < blank.longest < length and blank.sort not in (Sort.DAY, Sort.MOMENT):
        told = gettext("This has %(length)s characters, and the field holds %(longest)s. Shorten it.")
        raise ValueError(told % {"length": number(length), "longest": number(blank.longest)})
    return value


def units(text: str) -> int:
    """Length in UTF-16 units, by which browsers and CRMs count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Misfit(ValueError):
    """Its text is for people."""


def _text(blank: Blank, text: str) -> Value:
    if "\0" in text:
        raise _Misfit(gettext("This has a character in it that no field can hold."))
    return " ".join(text.splitlines()) if blank.sort is not Sort.TEXT else text


def _email(_: Blank, text: str) -> Value:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(text)
    return text


def _url(blank: Blank, text: str) -> Value:
    if re.search(r"\s", text):
        raise ValueError(text)
    return _text(blank, text)


def _number(blank: Blank, text: str) -> Value:
    value = Decimal(text)
    if not value.is_finite():
        raise InvalidOperation
    if blank.digits and abs(value) >= 10**blank.digits:
        told = gettext("This number is too large: the field has %(number)s digits before the point.")
        raise _Misfit(told % {"number": blank.digits})
    places = -int(value.normalize().as_tuple().exponent)
    if places > blank.decimals:
        raise _Misfit(_places(blank.decimals))
    return int(value) if blank.sort is Sort.WHOLE else float(value)


def _places(decimals: int) -> str:
    if not decimals:
        return gettext("Write a whole number: the field has no digits after the point.")
    return gettext("Write at most %(number)s digits after the point.") % {"number": decimals}


def _flag(_: Blank, text: str) -> Value:
    if text.lower() not in YES | NO:
        raise ValueError(text)
    return text.lower() in YES


def _moment(_: Blank, text: str) -> Value:
    said = datetime.fromisoformat(text)
    at = said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _choices(blank: Blank, text: str) -> Value:
    return ";".join(dict.fromkeys(_known(blank, each.strip()) for each in text.split(";") if each.strip()))


def _known(blank: Blank, text: str) -> str:
    if text not in dict(blank.options):
        offered = ", ".join(value for value, _ in blank.options[:20])
        told = gettext("“%(text)s” is none of its values: %(values)s.")
        raise _Misfit(told % {"text": text[:80], "values": offered or gettext("it has none")})
    return text


_READS: Mapping[Sort, Callable[[Blank, str], Value]] = {
    Sort.LINE: _text,
    Sort.TEXT: _text,
    Sort.EMAIL: _email,
    Sort.PHONE: _text,
    Sort.URL: _url,
    Sort.WHOLE: _number,
    Sort.NUMBER: _number,
    Sort.FLAG: _flag,
    Sort.DAY: lambda _, text: date.fromisoformat(text).isoformat(),
    Sort.MOMENT: _moment,
    Sort.CHOICE: _known,
    Sort.CHOICES: _choices,
}
