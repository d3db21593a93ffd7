"""Formulas of validation rules: parsed, their types checked, and worked out over a record.

Salesforce Help, "Formula Operators and Functions". Here are the operators, and of the functions those that a rule about
versions and keys can need; any other is refused as one that does not exist. A field is one of the record's own: no
relationships, no global variables. Blank numbers are blanks: a comparison with one is never true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from connectors.simulators.salesforce.formula_terms import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PICKLIST,
    TEXT,
    BadFormula,
    Moment,
    Term,
    call,
    compared,
    counted,
    joined,
)
from connectors.simulators.salesforce.schema import TEXT_TYPES, SObject

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
KINDS["picklist"] = PICKLIST
LONGEST = 3900


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
    try:
        term = parser.whole()
    except RecursionError:
        raise BadFormula("Compiled formula is too big to execute") from None
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
            term = call("OR", [term, self.both()])
        return term

    def both(self) -> Term:
        term = self.comparison()
        while self.sign("&&"):
            term = call("AND", [term, self.comparison()])
        return term

    def comparison(self) -> Term:
        term = self.sum()
        while sign := self.sign(*COMPARED):
            term = compared(COMPARED[sign], term, self.sum())
        return term

    def sum(self) -> Term:
        term = self.product()
        while sign := self.sign("+", "-", "&"):
            term = joined(term, self.product()) if sign == "&" else counted(sign, term, self.product())
        return term

    def product(self) -> Term:
        term = self.single()
        while sign := self.sign("*", "/"):
            term = counted(sign, term, self.single())
        return term

    def single(self) -> Term:
        if self.sign("!"):
            return call("NOT", [self.single()])
        if self.sign("-"):
            return counted("-", Term(NUMBER, lambda _: 0), self.single())
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
        return call(name.upper(), given)

    def word(self, name: str) -> Term:
        if name.upper() in WORDS:
            kind, value = WORDS[name.upper()]
            return Term(kind, lambda _: value)
        if name.lower() not in self.fields:
            raise BadFormula(f"Field {name} does not exist. Check spelling.")
        field, kind = self.fields[name.lower()]
        return Term(kind, lambda moment: moment.new.get(field), field)
