"""Whom the CRM knows of those who are invited, or stand in an address book: each address is asked for once in a job,
and no call goes half empty.

A call takes 500 addresses, and the events of one write seldom have so many. What room is left is filled with those of
the events and contacts that come next. What was heard is good for the job in hand, which is over in seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from connectors.contacts import Contact
from connectors.records import Direction, Resource
from syncapp.engine import payload
from syncapp.engine.due import due
from syncapp.engine.house import Found, House
from syncapp.engine.job import Job
from syncapp.engine.matching import looked_up
from syncapp.engine.preparing import ASKED, ask
from syncapp.models import Change

log = logging.getLogger(__name__)
AHEAD = 2000  # of them that are looked through for addresses, each of which has to be unsealed


def people(job: Job, addresses: Iterable[str], house: House) -> Found:
    """Whom the CRM knows under these addresses, and under others. Raises `SideFailed`, `LeaseLost`."""
    missing = dict.fromkeys(address for address in addresses if address not in job.people)
    if missing:
        asked = list(_filled(job, list(missing), house))
        job.people |= {**dict.fromkeys(asked, ()), **ask(job, asked, house)}
    return job.people


def _filled(job: Job, missing: list[str], house: House) -> dict[str, None]:
    """These, and as many of those that will be missing as the last call has room for."""
    wanted, room = dict.fromkeys(missing), -len(missing) % ASKED
    # Where workers died nothing is touched before its turn: whoever dies of an item is to be seen dying of it.
    for address in _ahead(job, house) if room and not job.held.asks_for_care else ():
        if len(wanted) == len(missing) + room:
            break
        if address not in job.people:
            wanted[address] = None
    return wanted


def _ahead(job: Job, house: House) -> Iterator[str]:
    rows = due(job.mailbox.pk, only_writes=job.only_writes, by_hand=job.by_hand)
    told = rows.filter(direction=Direction.TO_CRM, item__resource__in=(Resource.EVENT, Resource.CONTACT))
    for change in told.exclude(payload=None)[:AHEAD].iterator(chunk_size=50):
        yield from _named(change, house)


def _named(change: Change, house: House) -> list[str]:
    """One that cannot be read stops no other; what is to become of it is seen when its turn comes."""
    try:
        record = payload.record_from_json(change.payload)
        return list(record.emails) if isinstance(record, Contact) else looked_up(record, house)
    except Exception:
        log.exception("change %s cannot be looked at ahead of its turn", change.pk)
        return []
