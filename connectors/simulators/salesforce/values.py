"""Values on their way in: from JSON to what a record holds, refused where the real parser refuses them.

A record holds JSON values: text, numbers, booleans, `None`, lists of ids, and dates and times as the REST API
writes them (`2026-11-22T09:30:00.000+0000`, always UTC, whole seconds), which sort as text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from types import NoneType
from typing import Any

from connectors.simulators.salesforce import errors
from connectors.simulators.salesforce.schema import Field, SObject

EARLIEST, LATEST = "1700-01-01T00:00:00.000+0000", "4000-12-31T23:59:59.000+0000"

# what the real parser calls the JSON values that it did not want
TOKENS: dict[type, str] = {
    NoneType: "VALUE_NULL",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    str: "VALUE_STRING",
    list: "START_ARRAY",
    dict: "START_OBJECT",
}

_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{{2,63}}")


def moment(seconds: float) -> str:
    """A time since 1970 as the REST API writes it."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def as_moment(text: str) -> str | None:
    """An ISO 8601 time with its zone as the REST API writes it, or `None`."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        return None
    zone = found[3].replace("Z", "+00:00")
    try:
        # fromisoformat of 3.11 wants the colon that `+0000` lacks
        there = datetime.fromisoformat(f"{found[1]}T{found[2]}{zone[:3]}:{zone[-2:]}")
        return f"{there.astimezone(UTC).isoformat(timespec='seconds')[:19]}.000+0000"
    except (ValueError, OverflowError):
        return None


def seconds(moment_: str) -> float:
    """The time since 1970 of a time as the REST API writes it."""
    return datetime.strptime(moment_, "%Y-%m-%dT%H:%M:%S.000%z").timestamp()


def as_date(text: str) -> str | None:
    """A date, or the date of a time, as `2026-11-22`, or `None`."""
    there = as_moment(text)
    try:
        return date.fromisoformat(there[:10] if there else text).isoformat()
    except ValueError:
        return None


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def units(text: str) -> int:
    """Length as the real service counts it: UTF-16 units, so an emoji is two."""
    return len(text) if text.isascii() else len(text) + sum(ord(c) > 0xFFFF for c in text)


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "VALUE_TRUE" if value else "VALUE_FALSE"
    return TOKENS[type(value)]


def _string(kind: str, value: object) -> str:
    if not isinstance(value, str):
        raise errors.undeserializable(kind, _token(value), value)
    return value


def _text(_: Field, value: object) -> str | None:
    return _string("string", value).strip() or None


def _long(_: Field, value: object) -> str | None:
    return _string("string", value) or None


def _boolean(_: Field, value: object) -> bool:
    words: dict[object, bool] = {True: True, False: False, "true": True, "false": False}
    if isinstance(value, bool | str) and value in words:
        return words[value]
    raise errors.undeserializable("boolean", _token(value), value)


def _number(kind: str) -> Callable[[Field, object], float | None]:
    def parse(field: Field, value: object) -> float | None:
        if value == "":
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise ValueError(value)
            return int(value) if kind == "int" else _rounded(field, float(value))
        except (ValueError, OverflowError):
            raise errors.undeserializable(kind, _token(value), value) from None

    return parse


def _rounded(field: Field, value: float) -> float:
    """A number as its field keeps it, a half rounded away from zero. What has too many digits is refused later."""
    if not isfinite(value):
        raise ValueError(value)
    if not field.precision or abs(value) >= 10**field.precision:
        return value
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP))


def _when(kind: str, read: Callable[[str], str | None]) -> Callable[[Field, object], str | None]:
    def parse(_: Field, value: object) -> str | None:
        if value == "":
            return None
        found = read(_string(kind, value))
        if found is None:
            raise errors.undeserializable(kind, "VALUE_STRING", value)
        return found

    return parse


def _id(_: Field, value: object) -> str | None:
    return _string("string", value) or None


def _bytes(_: Field, value: object) -> str | None:
    """Base64, as it came."""
    given = _string("base64Binary", value)
    try:
        base64.b64decode(given, validate=True)
    except ValueError:
        raise errors.undeserializable("base64Binary", "VALUE_STRING", given[:40]) from None
    return given


def _ids(_: Field, value: object) -> list[str]:
    if not isinstance(value, list):
        raise errors.undeserializable("ArrayList", _token(value), value)
    return [_string("string", item) for item in value]


PARSERS: dict[str, Callable[[Field, Any], Any]] = {
    "string": _text,
    "email": _text,
    "phone": _text,
    "url": _text,
    "picklist": _text,
    "combobox": _text,
    "textarea": _long,
    "boolean": _boolean,
    "int": _number("int"),
    "double": _number("double"),
    "currency": _number("double"),
    "date": _when("date", as_date),
    "datetime": _when("datetime", as_moment),
    "id": _id,
    "reference": _id,
    "junctionIdList": _ids,
    "base64": _bytes,
}


def parse(sobject: SObject, given: object) -> dict[str, Any]:
    """The members of a JSON object by their fields' own names, unknown ones as they came, `attributes` dropped.

    Raises Refused (JSON_PARSER_ERROR) for a wrong type, which refuses the whole call.
    """
    if not isinstance(given, dict):
        raise errors.unparsable(f"Can not deserialize SObject out of {_token(given)} token at [line:1, column:1]")
    return dict(_parsed(sobject, name, value) for name, value in given.items() if name != "attributes")


def _parsed(sobject: SObject, name: str, value: Any) -> tuple[str, Any]:
    known = sobject.field(name)
    if known is None:
        return name, value
    if value is None and known.type != "boolean":
        return known.name, [] if known.type == "junctionIdList" else None
    return known.name, PARSERS[known.type](known, value)


def check(field: Field, value: Any) -> None:
    """Raises Refused where the value does not fit the field; ids are looked at elsewhere."""
    if value is None:
        return
    if isinstance(value, str) and field.length and units(value) > field.length:
        raise errors.too_long(field.label, field.name, value, field.length)
    if field.type == "email" and not is_email(value):
        raise errors.bad_email(field.label, field.name, value)
    if field.restricted and value not in dict(field.choices):
        raise errors.bad_choice(field.label, field.name, value)
    if field.precision and abs(value) >= 10 ** (field.precision - field.scale):
        raise errors.out_of_range(field.label, field.name, value)
    if field.type in ("date", "datetime") and not EARLIEST[:10] <= value[:10] <= LATEST[:10]:
        raise errors.bad_date(field.label, field.name, value)
