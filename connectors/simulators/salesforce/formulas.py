"""Formulas of validation rules: parsed, their types checked, and worked out over a record.

Salesforce Help, "Formula Operators and Functions". Here are the operators, and of the functions those that a rule about
versions and keys can need; any other is refused as one that does not exist. A field is one of the record's own: no
relationships, no global variables. Blank numbers are blanks: a comparison with one is never true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connectors.simulators.salesforce.schema import TEXT_TYPES, SObject

BOOLEAN, NUMBER, TEXT, DATE, DATETIME, ANY = "Boolean", "Number", "Text", "Date", "DateTime", "any"
KINDS = {
    "boolean": BOOLEAN,
    "int": NUMBER,
    "double": NUMBER,
    "currency": NUMBER,
    "date": DATE,
    "datetime": DATETIME,
    "id": TEXT,
    "reference": TEXT,
} | dict.fromkeys(TEXT_TYPES, TEXT)


LONGEST = 3900


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


def holds(formula: str, sobject: SObject, new: Mapping[str, Any], old: Mapping[str, Any] | None) -> bool:
    """Whether a rule strikes. Raises BadFormula for one that does not compile (any more)."""
    return compiled(formula, _kinds(sobject)).work(Moment(new, old)) is True


def check(formula: str, sobject: SObject) -> None:
    """Raises BadFormula for what is no formula, or none whose result is true or false."""
    if len(formula) > LONGEST:
        raise BadFormula(
            f"Formula is too long ({len(formula):,} characters). Maximum length is {LONGEST:,} characters."
        )
    compiled(formula, _kinds(sobject))


def _kinds(sobject: SObject) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, KINDS.get(field.type, ANY)) for field in sobject.fields.values())


def names(formula: str) -> set[str]:
    """The words of a formula that may be fields, in small letters."""
    return {token.lower() for token in re.findall(r"[A-Za-z_]\w*", re.sub(r"\"[^\"]*\"|'[^']*'", "", formula))}


@lru_cache(maxsize=256)
def compiled(formula: str, fields: tuple[tuple[str, str], ...]) -> Term:
    parser = _Parser(formula, {name.lower(): (name, kind) for name, kind in fields})
    term = parser.whole()
    if term.kind != BOOLEAN:
        raise BadFormula(
            f"Formula result is data type ({term.kind}), incompatible with expected data type (true or false)."
        )
    return term


# -- text to terms

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[$A-Za-z_][\w$.]*)
    |(?P<sign><=|>=|<>|!=|==|&&|\|\||[-+*/&=<>!(),]))""",
    re.VERBOSE,
)
COMPARED = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
WORDS = {"TRUE": (BOOLEAN, True), "FALSE": (BOOLEAN, False), "NULL": (ANY, None)}


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if not match:
            raise BadFormula(f"Syntax error. Found '{text[at:].strip()[0]}'")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


class _Parser:
    """One formula. Each method takes a part off the tokens, the loosest binding first, or raises BadFormula."""

    def __init__(self, text: str, fields: Mapping[str, tuple[str, str]]) -> None:
        self.tokens = _tokens(text)
        self.fields = fields
        self.at = 0

    def sign(self, *signs: str) -> str:
        """The next sign, taken, if it is one of these."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind != "sign" or text not in signs:
            return ""
        self.at += 1
        return text

    def must(self, sign: str) -> None:
        if not self.sign(sign):
            raise BadFormula(f"Syntax error. Missing '{sign}'")

    def whole(self) -> Term:
        if not self.tokens:
            raise BadFormula("Syntax error. Found '<EOF>'")
        term = self.either()
        if self.at < len(self.tokens):
            raise BadFormula(f"Syntax error. Extra {self.tokens[self.at][1]}")
        return term

    def either(self) -> Term:
        term = self.both()
        while self.sign("||"):
            term = _call("OR", [term, self.both()])
        return term

    def both(self) -> Term:
        term = self.comparison()
        while self.sign("&&"):
            term = _call("AND", [term, self.comparison()])
        return term

    def comparison(self) -> Term:
        term = self.sum()
        while sign := self.sign(*COMPARED):
            term = _compared(COMPARED[sign], term, self.sum())
        return term

    def sum(self) -> Term:
        term = self.product()
        while sign := self.sign("+", "-", "&"):
            term = _joined(term, self.product()) if sign == "&" else _counted(sign, term, self.product())
        return term

    def product(self) -> Term:
        term = self.single()
        while sign := self.sign("*", "/"):
            term = _counted(sign, term, self.single())
        return term

    def single(self) -> Term:
        if self.sign("!"):
            return _call("NOT", [self.single()])
        if self.sign("-"):
            return _counted("-", Term(NUMBER, lambda _: 0), self.single())
        if self.sign("("):
            term = self.either()
            self.must(")")
            return term
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "<EOF>")
        self.at += 1
        if kind == "number":
            return Term(NUMBER, lambda _: float(text))
        if kind == "text":
            return Term(TEXT, lambda _: re.sub(r"\\(.)", r"\1", text[1:-1]))
        if kind != "name":
            raise BadFormula(f"Syntax error. Found '{text}'")
        return self.function(text) if self.sign("(") else self.word(text)

    def function(self, name: str) -> Term:
        given: list[Term] = []
        if not self.sign(")"):
            given.append(self.either())
            while self.sign(","):
                given.append(self.either())
            self.must(")")
        return _call(name.upper(), given)

    def word(self, name: str) -> Term:
        if name.upper() in WORDS:
            kind, value = WORDS[name.upper()]
            return Term(kind, lambda _: value)
        if name.lower() not in self.fields:
            raise BadFormula(f"Field {name} does not exist. Check spelling.")
        field, kind = self.fields[name.lower()]
        return Term(kind, lambda moment: moment.new.get(field), field)


# -- operators


def _fits(kind: str, wanted: str) -> bool:
    return ANY in (kind, wanted) or kind == wanted


def _demand(where: str, term: Term, *wanted: str) -> None:
    if not any(_fits(term.kind, one) for one in wanted):
        text = f"Incorrect parameter type for {where}. Expected {', '.join(wanted)}, received {term.kind}"
        raise BadFormula(text)


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def _compared(sign: str, left: Term, right: Term) -> Term:
    if sign in ORDERS:
        _demand(f"operator '{sign}'", left, NUMBER, DATE, DATETIME)
    _demand(f"operator '{sign}'", right, left.kind)

    def work(moment: Moment) -> bool:
        one, other = left.work(moment), right.work(moment)
        if sign in ORDERS:
            return one is not None and other is not None and ORDERS[sign](one, other)
        return (one == other) is (sign == "=")

    return Term(BOOLEAN, work)


def _counted(sign: str, left: Term, right: Term) -> Term:
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


def _joined(left: Term, right: Term) -> Term:
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
    "ISCHANGED": Function((ANY,), BOOLEAN, _changed),
    "ISBLANK": Function((ANY,), BOOLEAN, lambda g: lambda m: _blank(g[0].work(m))),
    "ISNULL": Function((ANY,), BOOLEAN, lambda g: lambda m: g[0].work(m) is None),
    "PRIORVALUE": Function((ANY,), 0, lambda g: _prior(g[0], "PRIORVALUE")),
    "BLANKVALUE": Function((ANY, ANY), 0, _instead),
    "NULLVALUE": Function((ANY, ANY), 0, _instead),
    "LEN": Function((TEXT,), NUMBER, lambda g: lambda m: len(g[0].work(m) or "")),
}


def _call(name: str, given: list[Term]) -> Term:
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
