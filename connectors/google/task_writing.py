"""Writing tasks: 50 in two requests, one to look and one to write, and no task twice in them.

Whether Tasks heeds `If-Match` nobody says; its etags have stood still where tasks changed. So what is to be changed or
deleted is looked at first, and nothing is written where its version is not the one that is known. The etag goes with
the write as well: where Google heeds it, nothing that happens between the two is overwritten. Where it does not, what
somebody changes in that moment is.

Google takes changes of what it has deleted: the look tells that it is gone. Texts that are too long are refused by
Google, in its own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.errors import Answer, ConnectorError, Failure, ItemError, Kind, Matched
from connectors.google import tasks
from connectors.google.client import TasksClient
from connectors.google.parts import in_parts, parts, said_of, stop_without_access
from connectors.google.task_reading import GONE, Found, is_gone, looked_at
from connectors.records import Put, Ref

Result = Ref | ItemError


def put(client: TasksClient, puts: Sequence[Put]) -> list[Result]:
    """As `MailConnector.push`. What a first part told is not lost if a later one fails."""
    return in_parts(parts(puts, _identity), lambda part: _written(client, part))


def _identity(each: Put) -> object:
    """Each new task is one of its own, whatever it says."""
    return each.ref.id if each.ref else id(each)


def _written(client: TasksClient, part: Sequence[Put]) -> list[Result]:
    lists, settled = _before(client, part)
    told = _carried_out(client, {place: each for place, each in enumerate(part) if place not in settled}, lists)
    stop_without_access(list(told.values()))
    results = settled | _looked_into(client, part, told)
    return [results[place] for place in range(len(part))]


# -- Before the write


def _before(client: TasksClient, part: Sequence[Put]) -> tuple[dict[int, str], dict[int, Result]]:
    """By its place, the list in which each task is, and the result of each that needs no write or must not have it."""
    refs = {place: each.ref for place, each in enumerate(part) if each.ref}
    # That of new ones is asked for before anything is made in it: without its id nobody could say what was made.
    lists = {place: client.default_list for place in range(len(part)) if place not in refs}
    seen = dict(zip(refs, looked_at(client, list(refs.values()), tasks.LOOK_FIELDS), strict=True))
    lists |= {place: found[0] for place, found in seen.items() if not isinstance(found, Failure)}
    results = {place: _seen(part[place], refs[place], found) for place, found in seen.items()}
    return lists, {place: result for place, result in results.items() if result}


def _seen(each: Put, ref: Ref, found: Found) -> Result | None:
    """What follows from the look, nothing where it may be written."""
    if is_gone(found):
        return _of_gone(each, ref)
    if isinstance(found, Failure):
        return ItemError(failure=found)
    return None if ref.version in ("", tasks.version(*found)) else ItemError(failure=_changed())


def _of_gone(each: Put, ref: Ref) -> Result:
    """To delete it is done; to change it is too late."""
    return ref if each.record is None else ItemError(failure=GONE)


def _changed() -> Failure:
    return Failure(
        provider="google",
        code="google.conditionNotMet",
        kind=Kind.CONFLICT,
        said="the task was changed meanwhile",
        matched=Matched.CODE,
    )


# -- The write


def _carried_out(client: TasksClient, wanted: Mapping[int, Put], lists: Mapping[int, str]) -> dict[int, Result]:
    if not wanted:
        return {}
    answers = client.ask([_request(client, each, lists[place]) for place, each in wanted.items()])
    pairs = zip(wanted.items(), answers, strict=True)
    return {place: _result(each, lists[place], answer) for (place, each), answer in pairs}


def _request(client: TasksClient, each: Put, tasklist: str) -> Any:
    if each.ref and each.record:
        body = tasks.patch_body(each.record, each.fields)
        return client.patch(tasklist, each.ref.id, body, tasks.etag(each.ref.version), tasks.REF_FIELDS)
    if each.ref:
        return client.delete(tasklist, each.ref.id, tasks.etag(each.ref.version))
    if each.record:
        return client.insert(tasks.new_body(each.record), tasks.REF_FIELDS)
    raise ValueError("there is neither a task to make nor one to delete")


def _result(each: Put, tasklist: str, answer: Answer) -> Result:
    if each.ref and each.record is None and 200 <= answer.status < 300:
        return each.ref
    said = said_of(answer)
    return ItemError(failure=said) if isinstance(said, Failure) else tasks.ref(tasklist, said)


# -- After the write


def _looked_into(client: TasksClient, part: Sequence[Put], told: dict[int, Result]) -> dict[int, Result]:
    """The results, after a look at what Google says is another or none: it may be gone, with what was above it."""
    refs = {place: ref for place, result in told.items() if (ref := part[place].ref) and _is_unclear(result)}
    if not refs:
        return told
    try:
        found = looked_at(client, list(refs.values()), tasks.LOOK_FIELDS)
    except ConnectorError:
        return told
    seen = zip(refs.items(), found, strict=True)
    return told | {place: _cleared(part[place], ref, told[place], said) for (place, ref), said in seen}


def _is_unclear(result: Result) -> bool:
    return isinstance(result, ItemError) and result.failure.kind in (Kind.CONFLICT, Kind.NOT_FOUND)


def _cleared(each: Put, ref: Ref, refused: Result, found: Found) -> Result:
    """What is not in its list any more may be in another."""
    if is_gone(found):
        return _of_gone(each, ref)
    if isinstance(found, Failure):
        return ItemError(failure=found)
    stale = isinstance(refused, ItemError) and refused.failure.kind is Kind.CONFLICT
    return refused if stale else ItemError(failure=_changed())
