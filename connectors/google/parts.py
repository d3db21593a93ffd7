"""Writes in parts, each of them one batch, and what the answers to them come to. Whatever is written goes by this."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from connectors.bodies import json_value
from connectors.errors import Answer, ConnectorError, Failure, ItemError, Kind, Matched
from connectors.google.client import BATCH
from connectors.google.errors import DIALECT

T = TypeVar("T")
R = TypeVar("R")


def parts(wanted: Sequence[T], identity: Callable[[T], Hashable], size: int = BATCH) -> Iterator[list[T]]:
    """In their order, `size` of them at the most. The calls of one batch are carried out in any order, so that nothing
    may stand in it twice."""
    part: dict[Hashable, T] = {}
    for each in wanted:
        if len(part) == size or identity(each) in part:
            yield list(part.values())
            part = {}
        part[identity(each)] = each
    if part:
        yield list(part.values())


def in_parts(some: Iterable[list[T]], carry_out: Callable[[list[T]], list[R | ItemError]]) -> list[R | ItemError]:
    """The results of all parts. Raises `ConnectorError` where the first of them is refused as a whole."""
    results: list[R | ItemError] = []
    failure: Failure | None = None
    for part in some:
        if failure is None:
            try:
                results += carry_out(part)
                continue
            except ConnectorError as error:
                if not results:
                    raise
                failure = error.failure
        results += [ItemError(failure=failure)] * len(part)
    return results


def said_of(answer: Answer) -> Mapping[str, Any] | Failure:
    """The record that one part of a batch answers with, or its refusal."""
    said = json_value(answer.body) if answer.status == 200 else None
    return said if isinstance(said, dict) and said.get("id") else DIALECT.verdict(answer)


def stop_without_access(results: Sequence[object]) -> None:
    """Raises the refusal where it is of the access, and nothing was written."""
    refusals = [result.failure for result in results if isinstance(result, ItemError)]
    denied = next((failure for failure in refusals if failure.kind is Kind.AUTH), None)
    if denied and len(refusals) == len(results):
        raise ConnectorError(denied)


def gone(what: str) -> Failure:
    """What there is to say of what nobody has, or has any more."""
    return Failure(
        provider="google", code="google.notFound", kind=Kind.NOT_FOUND, said=f"no such {what}", matched=Matched.CODE
    )


def unreadable(what: str) -> Failure:
    return Failure(provider="google", code="google.UNKNOWN", kind=Kind.UNKNOWN, said=f"the {what} cannot be read")
