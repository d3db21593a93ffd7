"""Writing to a calendar: events, 50 in a request and no event twice in one, and marks on them.

What Google refuses on the ground that it is there, or gone, already is looked at: it may be our own earlier try, whose
answer was lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import Answer, ConnectorError, Failure, ItemError, Kind, Matched
from connectors.google import events
from connectors.google.client import CalendarClient
from connectors.google.errors import DIALECT, USED_UP
from connectors.google.parts import in_parts, parts, said_of, stop_without_access
from connectors.google.reading import looked_at
from connectors.records import Marking, Put, Ref, an_event

Result = Ref | ItemError
DONE = ("google.deleted", "google.notFound")
TAKEN = "google.duplicate"
CHANGED, FORBIDDEN = "google.conditionNotMet", "google.forbidden"  # of what is gone Google says that we may not


def put(client: CalendarClient, puts: Sequence[Put]) -> list[Result]:
    """As `MailConnector.push`. What a first request told is not lost if a later one fails."""
    return in_parts(parts(puts, _event_id), lambda part: _written(client, part))


def mark(client: CalendarClient, markings: Sequence[Marking]) -> list[str | ItemError]:
    """As `MailConnector.mark`: two requests for 50 events, one to look and one to paint."""
    return in_parts(parts(markings, lambda marking: marking.ref.id), lambda part: _marked(client, part))


def _event_id(each: Put) -> str:
    return each.ref.id if each.ref else events.chosen_id(each.key, each.generation)


# -- Events


def _written(client: CalendarClient, part: Sequence[Put]) -> list[Result]:
    answers = client.ask([_request(client, each) for each in part])
    results = [_result(each, answer) for each, answer in zip(part, answers, strict=True)]
    stop_without_access(results)
    return _looked_into(client, part, answers, results)


def _request(client: CalendarClient, each: Put) -> Any:
    if each.ref and each.record:
        return client.patch(each.ref.id, events.patch_body(an_event(each.record), each.fields), each.ref.version)
    if each.ref:
        return client.delete(each.ref.id, each.ref.version)
    if each.record:
        return client.insert(events.new_body(each.key, each.generation, an_event(each.record)))
    raise ValueError("there is neither an event to make nor one to delete")


def _result(each: Put, answer: Answer) -> Result:
    if each.ref and each.record is None and 200 <= answer.status < 300:
        return each.ref
    said = said_of(answer)
    if not isinstance(said, Failure):
        return Ref(id=each.ref.id if each.ref else said["id"], version=said.get("etag", ""))
    if each.ref and each.record is None and said.code in DONE:
        return each.ref
    return ItemError(failure=said)


def _looked_into(
    client: CalendarClient, part: Sequence[Put], answers: Sequence[Answer], results: list[Result]
) -> list[Result]:
    """The results, after a look at what was there, or gone, before."""
    places = [place for place, each in enumerate(part) if _is_unclear(each, results[place])]
    if not places:
        return results
    try:
        found = looked_at(client, [_event_id(part[place]) for place in places], events.LOOK_FIELDS)
    except ConnectorError as error:
        found = [error.failure] * len(places)
    settled = dict(zip(places, found, strict=True))
    return [
        _settled(part[place], answers[place], settled[place], result) if place in settled else result
        for place, result in enumerate(results)
    ]


def _is_unclear(each: Put, result: Result) -> bool:
    """Whether the refusal may be of what we did ourselves, made it or deleted it, or of what is gone."""
    if isinstance(result, Ref):
        return False
    return result.failure.code in ((TAKEN,) if each.ref is None else (CHANGED, FORBIDDEN))


def _settled(each: Put, answer: Answer, found: Mapping[str, Any] | Failure, refused: Result) -> Result:
    if found.code in DONE if isinstance(found, Failure) else events.is_gone(found):
        return _of_gone(each, answer)
    if isinstance(found, Failure):
        return ItemError(failure=found)
    if each.ref is None and events.properties(found).get(events.KEY) == each.key:
        return Ref(id=found["id"], version=found.get("etag", ""))
    return refused


def _of_gone(each: Put, answer: Answer) -> Result:
    """To delete it is done; to change it is too late; to make it needs another id, for Google keeps this one."""
    if each.ref is None:
        return ItemError(failure=DIALECT.verdict(replace(answer, operation=USED_UP)))
    return each.ref if each.record is None else ItemError(failure=_gone())


# -- Marks


def _marked(client: CalendarClient, part: Sequence[Marking]) -> list[str | ItemError]:
    found = looked_at(client, [marking.ref.id for marking in part], events.LOOK_FIELDS)
    results = [_before(each) for each in found]
    strokes = {place: stroke for place, each in enumerate(part) if (stroke := _stroke(client, each, found[place]))}
    answers = client.ask(list(strokes.values())) if strokes else []
    for place, answer in zip(strokes, answers, strict=True):
        said = said_of(answer)
        results[place] = ItemError(failure=said) if isinstance(said, Failure) else results[place]
    return results


def _before(found: Mapping[str, Any] | Failure) -> str | ItemError:
    if not isinstance(found, Failure):
        return ItemError(failure=_gone()) if events.is_gone(found) else events.colour(found)
    if found.kind is Kind.AUTH:
        raise ConnectorError(found)
    return ItemError(failure=found)


def _stroke(client: CalendarClient, marking: Marking, found: Mapping[str, Any] | Failure) -> Any:
    """What to write, nothing where it looks as it should; a colour that a person gave it since then stays."""
    if isinstance(found, Failure) or events.is_gone(found):
        return None
    if marking.on is (events.colour(found) == events.RED):
        return None
    body = events.mark_body(found) if marking.on else events.unmark_body(found, marking.before)
    return client.patch(marking.ref.id, body, found.get("etag", "")) if body else None


def _gone() -> Failure:
    return Failure(
        provider="google",
        code="google.deleted",
        kind=Kind.NOT_FOUND,
        said="the event was deleted",
        matched=Matched.CODE,
    )
