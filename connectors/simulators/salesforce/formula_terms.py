"""What a formula is made of: terms with their types, operators over them, and functions.

Salesforce Help, "Formula Operators and Functions", for what they mean and how the editor words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

BOOLEAN, NUMBER, TEXT, DATE, DATETIME, ANY = "Boolean", "Number", "Text", "Date", "DateTime", "any"
PICKLIST, EVERY = "Picklist", "every"  # a picklist is nothing that ANY means


class BadFormula(Exception):
    """Its text is what Salesforce says."""


@dataclass(frozen=True)
class Moment:
    """A record as it is to be saved, and as it was; `old` is `None` for a new one."""

    new: Mapping[str, Any]
    old: Mapping[str, Any] | None


Worked = Callable[[Moment], Any]


@dataclass(frozen=True)
class Term:
    """A part of a formula: its type, how it is worked out, and the field's name where it is nothing but a field."""

    kind: str
    work: Worked
    field: str = ""


# -- operators


def _fits(kind: str, wanted: str) -> bool:
    return ANY in (kind, wanted) or kind == wanted


def _demand(where: str, term: Term, *wanted: str) -> None:
    if term.kind == PICKLIST and not {PICKLIST, EVERY}.intersection(wanted):
        text = f"Field {term.field} is a picklist field. Picklist fields are only supported in certain functions."
        raise BadFormula(text)
    if not any(_fits(term.kind, one) for one in (*wanted, *((term.kind,) if EVERY in wanted else ()))):
        text = f"Incorrect parameter type for {where}. Expected {', '.join(wanted)}, received {term.kind}"
        raise BadFormula(text)


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def compared(sign: str, left: Term, right: Term) -> Term:
    if sign in ORDERS:
        _demand(f"operator '{sign}'", left, NUMBER, DATE, DATETIME)
    _demand(f"operator '{sign}'", left, ANY)
    _demand(f"operator '{sign}'", right, left.kind)

    def work(moment: Moment) -> bool:
        one, other = left.work(moment), right.work(moment)
        if sign in ORDERS:
            return one is not None and other is not None and ORDERS[sign](one, other)
        return (one == other) is (sign == "=")

    return Term(BOOLEAN, work)


def counted(sign: str, left: Term, right: Term) -> Term:
    for term in (left, right):
        _demand(f"operator '{sign}'", term, NUMBER)
    sums: dict[str, Callable[[float, float], float | None]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b if b else None,
    }

    def work(moment: Moment) -> float | None:
        one, other = left.work(moment), right.work(moment)
        return None if one is None or other is None else sums[sign](one, other)

    return Term(NUMBER, work)


def joined(left: Term, right: Term) -> Term:
    for term in (left, right):
        _demand("operator '&'", term, TEXT)
    return Term(TEXT, lambda moment: (left.work(moment) or "") + (right.work(moment) or ""))


# -- functions


def _blank(value: Any) -> bool:
    return value is None or value == ""


def _prior(term: Term, name: str) -> Worked:
    """The value before; a new record's is its own."""
    if not term.field:
        raise BadFormula(f"The {name} function may only be used with a field")
    return lambda moment: (moment.new if moment.old is None else moment.old).get(term.field)


def _changed(given: list[Term]) -> Worked:
    prior = _prior(given[0], "ISCHANGED")
    return lambda moment: moment.old is not None and prior(moment) != given[0].work(moment)


def _instead(given: list[Term]) -> Worked:
    value, other = given
    return lambda moment: other.work(moment) if _blank(value.work(moment)) else value.work(moment)


def _text(value: Any) -> str:
    """A number without needless decimals."""
    return "" if value is None else str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _chosen(given: list[Term]) -> Worked:
    test, one, other = given
    return lambda moment: one.work(moment) if test.work(moment) is True else other.work(moment)


@dataclass(frozen=True)
class Function:
    """`takes` are the types of its arguments, the last of them repeated where `more`; `gives` is the type of the
    result, or the place of the argument that it has its type from."""

    takes: tuple[str, ...]
    gives: str | int
    make: Callable[[list[Term]], Worked]
    more: bool = False


FUNCTIONS: dict[str, Function] = {
    "AND": Function((BOOLEAN,), BOOLEAN, lambda g: lambda m: all(t.work(m) is True for t in g), more=True),
    "OR": Function((BOOLEAN,), BOOLEAN, lambda g: lambda m: any(t.work(m) is True for t in g), more=True),
    "NOT": Function((BOOLEAN,), BOOLEAN, lambda g: lambda m: g[0].work(m) is not True),
    "IF": Function((BOOLEAN, ANY, ANY), 1, _chosen),
    "ISNEW": Function((), BOOLEAN, lambda _: lambda m: m.old is None),
    "ISCHANGED": Function((EVERY,), BOOLEAN, _changed),
    "ISBLANK": Function((ANY,), BOOLEAN, lambda g: lambda m: _blank(g[0].work(m))),
    "ISNULL": Function((ANY,), BOOLEAN, lambda g: lambda m: g[0].work(m) is None),
    "PRIORVALUE": Function((EVERY,), 0, lambda g: _prior(g[0], "PRIORVALUE")),
    "BLANKVALUE": Function((ANY, ANY), 0, _instead),
    "NULLVALUE": Function((ANY, ANY), 0, _instead),
    "ISPICKVAL": Function((PICKLIST, TEXT), BOOLEAN, lambda g: lambda m: (g[0].work(m) or "") == g[1].work(m)),
    "TEXT": Function((EVERY,), TEXT, lambda g: lambda m: _text(g[0].work(m))),
    "LEN": Function((TEXT,), NUMBER, lambda g: lambda m: len(g[0].work(m) or "")),
}


def call(name: str, given: list[Term]) -> Term:
    known = FUNCTIONS.get(name)
    if known is None:
        raise BadFormula(f"Unknown function {name}. Check spelling.")
    least = len(known.takes)
    if len(given) < least or (len(given) > least and not known.more):
        text = f"Incorrect number of parameters for function '{name}()'. Expected {least}, received {len(given)}"
        raise BadFormula(text)
    for number, term in enumerate(given):
        _demand(f"function '{name}()'", term, known.takes[min(number, least - 1)])
    if name in ("BLANKVALUE", "NULLVALUE", "IF"):
        _demand(f"function '{name}()'", given[-1], given[-2].kind)
    kind = known.gives if isinstance(known.gives, str) else given[known.gives].kind
    return Term(kind, known.make(given))
