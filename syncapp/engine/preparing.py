"""Reads, matches and decides: from a change to what is to be written, without writing anything."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from connectors.errors import Failure, Kind, Matched
from connectors.records import Email, Flag, Person
from connectors.relations import Sought
from syncapp.engine import headers, payload, reading
from syncapp.engine.house import Found, House
from syncapp.engine.job import Job
from syncapp.engine.lease import LeaseLost
from syncapp.engine.lines import SideFailed
from syncapp.engine.matching import Decision, Problem, decide, looked_up
from syncapp.models import Change

log = logging.getLogger(__name__)

ASKED = 500  # addresses in one call


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A change and what was decided about it. `email` is missing only where it could not be read.

    `lacking` says, by code, why attachments of it that were wanted are there by their names only.
    """

    change: Change
    decision: Decision
    email: Email | None = None
    lacking: tuple[str, ...] = ()


def prepare(job: Job, ids: Sequence[int], house: House, found: Found) -> list[Prepared]:
    """What is to become of each of these changes. Raises `SideFailed`, `LeaseLost`."""
    rows = Change.objects.filter(pk__in=ids).select_related("item", "issue").order_by("pk")
    return [_decided(job, change, message, house, found) for change, message in _messages(job, rows)]


def addresses_of(ids: Sequence[int], house: House) -> list[str]:
    """What is to be looked up for all these messages, each once."""
    addresses: dict[str, None] = {}
    for change in Change.objects.filter(pk__in=ids).iterator(chunk_size=50):
        if change.payload:
            addresses |= dict.fromkeys(looked_up(payload.from_json(change.payload), house))
    return list(addresses)


def ask(job: Job, addresses: Sequence[str], house: House) -> Found:
    """Who in Salesforce has these addresses: one call for each 500 of them, none without an address."""
    found: dict[str, tuple[Person, ...]] = {}
    for at in range(0, len(addresses), ASKED):
        found |= _ask(job, addresses[at : at + ASKED], house.sought)
    return found


def _ask(job: Job, addresses: Sequence[str], sought: Sought) -> Found:
    """A step of its own, so that however many addresses there are, the lease is kept from call to call."""
    return job.lines.crm.call("find people", lambda crm: crm.find_people(addresses, sought))


def _messages(job: Job, changes: Iterable[Change]) -> Iterator[tuple[Change, Email | Failure]]:
    """Each change's message, read again where that may tell more than what we have."""
    for change in changes:
        message = payload.from_json(change.payload) if change.payload else None
        if message is not None and job.organization.headers_only:
            message = headers.bare(message)  # read before that was settled
        larger_now = message is not None and Flag.OVERSIZED in message.flags and change.tries and not job.only_writes
        if message is None or larger_now:
            again = reading.read_again(job, change)
            if again is not None:
                yield change, again
        else:
            yield change, message


def _decided(job: Job, change: Change, message: Email | Failure, house: House, found: Found) -> Prepared:
    """One item's decision. Whatever of ours breaks here breaks for this item alone."""
    if isinstance(message, Failure):
        return Prepared(change=change, decision=Problem(failure=message))
    try:
        missing = [address for address in looked_up(message, house) if address not in found]
        decision = decide(message, change.item.key, house, {**found, **ask(job, missing, house)})
    except (SideFailed, LeaseLost):
        raise
    except Exception as error:
        log.exception("item %s could not be prepared", change.item.key[:12])
        return Prepared(change=change, decision=Problem(failure=unexpected(error)), email=message)
    return Prepared(change=change, decision=decision, email=message)


def unexpected(error: BaseException) -> Failure:
    """A defect of ours; its text may hold anything and stays in the log."""
    return Failure(
        provider="engine",
        code="engine.UNEXPECTED",
        kind=Kind.UNKNOWN,
        said=type(error).__name__,
        matched=Matched.CODE,
    )


def poison() -> Failure:
    """An item that three workers began and none finished."""
    return Failure(provider="engine", code="engine.POISON_ITEM", kind=Kind.INVALID, matched=Matched.CODE)
