"""Answers of providers with what they mean: true shapes, values of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.errors import Answer, Failure, Matched
from issues import catalogue


@dataclass(frozen=True, kw_only=True)
class Case:
    """An answer and its meaning; `verdict` is "kind scope fixer"."""

    id: str
    provider: str
    answer: Answer
    code: str
    verdict: str
    matched: Matched


def case(
    id: str,  # noqa: A002  # what pytest calls it
    provider: str,
    status: int,
    body: object,
    code: str,
    verdict: str,
    *,
    matched: str = "code",
    headers: Mapping[str, str] | None = None,
    operation: str = "",
) -> Case:
    """A body that is no text is written as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    answer = Answer(status=status, headers=headers or {}, body=text, operation=operation)
    return Case(id=id, provider=provider, answer=answer, code=code, verdict=verdict, matched=Matched(matched))


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a provider says, the name that we give it ("" where it is the provider's), its verdict, its words."""

    said: str
    name: str
    verdict: str
    message: str


def rows(table: str) -> Iterator[Row]:
    """Reads `said -> name: verdict` and, beneath it and indented, the message; a written \\n is a line's end."""
    for piece in re.split(r"\n(?=\S)", table.strip()):
        head, *rest = piece.split("\n")
        heading, _, verdict = head.rpartition(": ")
        said, _, name = heading.partition(" -> ")
        message = " ".join(line.strip() for line in rest).replace(r"\n", "\n")
        yield Row(said=said, name=name, verdict=verdict, message=message)


def verdict(failure: Failure) -> str:
    """Kind, scope and fixer, as the tables write them."""
    entry = catalogue.entry(failure.code)
    return f"{failure.kind} {entry.scope} {entry.fixer}"


def all_cases() -> tuple[Case, ...]:
    from tests.unit import google_answers, salesforce_answers, salesforce_shapes

    return (*salesforce_answers.CASES, *salesforce_shapes.CASES, *google_answers.CASES)
