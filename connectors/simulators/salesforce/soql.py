"""SOQL as text: tokens and a recursive-descent parser. What it means over records is `query`.

Grammar: SOQL and SOSL Reference. Three things that SQL's users trip over are refused as there: AND and OR in
one level need parentheses; NOT stands alone in its level (`A AND NOT B` is an error, `A AND (NOT B)` is not);
a string knows only the escapes of the reference. Child subqueries, semi-joins, USING SCOPE and WITH are
not part of this slice and are refused as syntax. TYPEOF stands in SELECT alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.soql_nodes import (
    Aggregate,
    Branch,
    Comparison,
    Condition,
    Literal,
    Logic,
    Order,
    Path,
    Query,
    TypeOf,
)
from connectors.simulators.salesforce.soql_tokens import Token, refusal, tokens

LONGEST = 100_000
# an escaped _ or % is no wildcard: it stands for itself in LIKE, under these signs until then
SIGNS = {"_": "\ue000", "%": "\ue001"}

FUNCTIONS = frozenset({"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"})
OPERATORS = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})
KEYWORDS = frozenset(
    {"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "LIKE", "IN", "GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC"}
    | {"NULLS", "LIMIT", "OFFSET", "WITH", "USING", "FOR"}
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"} | SIGNS


class _Parser:
    """One query. Every method takes what it names off the tokens, or raises Refused."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.next = 0

    # -- tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def unexpected(self) -> Refused:
        return refusal(self.text, self.token.at, f"unexpected token: '{self.token.text}'")

    def take(self, kind: str) -> Token:
        found = self.token
        if found.kind != kind or (kind == "name" and found.text.upper() in KEYWORDS):
            raise self.unexpected()
        self.next += 1
        return found

    def has(self, *words: str) -> bool:
        """Takes the words if they come next."""
        ahead = [t.text.upper() for t in self.tokens[self.next : self.next + len(words)]]
        if ahead != list(words) or self.token.kind == "string":
            return False
        self.next += len(words)
        return True

    def must(self, *words: str) -> None:
        if not self.has(*words):
            raise self.unexpected()

    def several(self, one: Callable[[], Any]) -> tuple[Any, ...]:
        found = [one()]
        while self.has(","):
            found.append(one())
        return tuple(found)

    # -- clauses

    def query(self) -> Query:
        self.must("SELECT")
        items = self.several(self.selected)
        self.must("FROM")
        name = self.object()
        alias = self.take("name").text if self.token.kind == "name" and self.token.text.upper() not in KEYWORDS else ""
        where = self.logic(self.path) if self.has("WHERE") else None
        groups = self.several(self.path) if self.has("GROUP", "BY") else ()
        having = self.logic(self.item) if groups and self.has("HAVING") else None
        orders = self.several(self.order) if self.has("ORDER", "BY") else ()
        limit = self.whole() if self.has("LIMIT") else None
        offset = self.whole() if self.has("OFFSET") else 0
        self.take("end")
        return Query(self.text, items, name.text, name.at, alias, where, groups, having, orders, limit, offset)

    def object(self) -> Token:
        """An object's name; `Group` is one though it is a keyword."""
        found = self.token
        if found.kind != "name" or (found.text.upper() in KEYWORDS and found.text.upper() != "GROUP"):
            raise self.unexpected()
        self.next += 1
        return found

    def path(self) -> Path:
        found = self.take("name")
        return Path(tuple(found.text.split(".")), found.at)

    def item(self) -> Path | Aggregate:
        """A field, or a function over one with an alias that may follow."""
        function = self.token
        following = self.tokens[self.next + 1].text if self.next + 1 < len(self.tokens) else ""
        if function.text.upper() not in FUNCTIONS | {"FIELDS"} or following != "(":
            return self.path()
        self.next += 2
        path = None if function.text.upper() == "COUNT" and self.token.text == ")" else self.path()
        self.must(")")
        named = self.token.kind == "name" and self.token.text.upper() not in KEYWORDS
        return Aggregate(function.text.upper(), path, self.take("name").text if named else "", function.at)

    def selected(self) -> Path | Aggregate | TypeOf:
        """What SELECT alone can contain beside fields and functions: TYPEOF."""
        at, ahead = self.token.at, self.tokens[min(self.next + 1, len(self.tokens) - 1)]
        return self.type_of(at) if ahead.kind == "name" and self.has("TYPEOF") else self.item()

    def type_of(self, at: int) -> TypeOf:
        relationship = self.path()
        branches = [self.branch()]
        while self.token.text.upper() == "WHEN":
            branches.append(self.branch())
        otherwise = self.several(self.path) if self.has("ELSE") else ()
        self.must("END")
        return TypeOf(relationship, tuple(branches), otherwise, at)

    def branch(self) -> Branch:
        self.must("WHEN")
        name = self.take("name")
        self.must("THEN")
        return Branch(name.text, self.several(self.path), name.at)

    def order(self) -> Order:
        by = self.item()
        descending = self.has("DESC")
        if not descending:
            self.has("ASC")
        if not self.has("NULLS"):
            return Order(by, descending, nulls_last=False)
        last = self.has("LAST")
        if not last:
            self.must("FIRST")
        return Order(by, descending, last)

    def whole(self) -> int:
        number = self.take("number")
        if not number.text.isdigit():
            raise refusal(self.text, number.at, f"unexpected token: '{number.text}'")
        return int(number.text)

    # -- conditions

    def logic(self, left: Callable[[], Path | Aggregate]) -> Condition:
        """One level: a NOT alone, or conditions that only AND or only OR joins; the other word is left unexpected."""
        if self.has("NOT"):
            return Logic("NOT", (self.condition(left),))
        parts = [self.condition(left)]
        for word in ("AND", "OR"):
            while self.has(word):
                parts.append(self.condition(left))
            if len(parts) > 1:
                return Logic(word, tuple(parts))
        return parts[0]

    def condition(self, left: Callable[[], Path | Aggregate]) -> Condition:
        if self.has("("):
            inner = self.logic(left)
            self.must(")")
            return inner
        return self.comparison(left())

    def comparison(self, left: Path | Aggregate) -> Comparison:
        at = self.token.at
        if self.has("NOT", "IN"):
            return Comparison(left, "NOT IN", self.listed(), at)
        if self.has("IN"):
            return Comparison(left, "IN", self.listed(), at)
        if self.has("LIKE"):
            return Comparison(left, "LIKE", (self.literal(),), at)
        operator = self.take("operator").text
        return Comparison(left, "!=" if operator == "<>" else operator, (self.literal(),), at)

    def listed(self) -> tuple[Literal, ...]:
        self.must("(")
        found = self.several(self.literal)
        self.must(")")
        return found

    def literal(self) -> Literal:
        token = self.token
        if token.kind not in LITERALS or (token.kind == "name" and token.text.upper() in KEYWORDS):
            raise self.unexpected()
        self.next += 1
        return LITERALS[token.kind](self, token)

    def word(self, token: Token) -> Literal:
        """true, false, null, or the name of a date literal, maybe with `:n`."""
        plain = {"TRUE": ("boolean", True), "FALSE": ("boolean", False), "NULL": ("null", None)}
        upper = token.text.upper()
        if upper in plain:
            return Literal(*plain[upper], token.at)
        number = self.whole() if self.has(":") else None
        return Literal("range", (upper, number), token.at)


def _unescaped(parser: _Parser, token: Token) -> Literal:
    def one(found: re.Match[str]) -> str:
        sign = found[1]
        if sign[0] == "u" and len(sign) == 5:
            return chr(int(sign[1:], 16))
        if sign.lower() not in ESCAPES:
            text = f"Invalid string literal {token.text}. Illegal character sequence '\\{sign}' in string literal."
            raise refusal(parser.text, token.at, text)
        return ESCAPES[sign.lower()]

    return Literal("string", re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", one, token.text[1:-1], flags=re.DOTALL), token.at)


def _number(_: _Parser, token: Token) -> Literal:
    return Literal("number", float(token.text) if "." in token.text else int(token.text), token.at)


LITERALS: dict[str, Callable[[_Parser, Token], Literal]] = {
    "string": _unescaped,
    "number": _number,
    "name": _Parser.word,
    "date": lambda _, token: Literal("date", token.text, token.at),
    "datetime": lambda _, token: Literal("datetime", token.text, token.at),
}


def parse(text: str) -> Query:
    """The query that a text is. Raises Refused (MALFORMED_QUERY)."""
    if len(text) > LONGEST:
        raise Refused("MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST} characters.", None)
    return _Parser(text).query()
