"""Works off what is due for a mailbox: claim, match, decide, write, settle.

    claim    claims + 1 while an item is taken apart, so that one which kills its worker is known by its count
    match    one look at Salesforce for all addresses together; a crash meanwhile is nobody's fault
    decide   pure, item by item, under a claim again
    done     claims = 0: from here on a crash is not the item's fault either
    write    leads first, then messages, 200 at a time
    settle   `settling`

After two claims without an end the items are prepared one by one; one that is found with three is set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import F
from django.db.models.functions import Length

from connectors.effects import commit
from connectors.records import Resource
from syncapp.engine import asking, contact_matching, labelling, record_cases, record_unread, record_writing
from syncapp.engine.due import due
from syncapp.engine.house import House
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.preparing import addresses_of, ask, poison, prepare
from syncapp.engine.rationing import Candidate, candidate, ration
from syncapp.engine.reading import ALONE_AFTER
from syncapp.engine.record_cases import Verdict
from syncapp.engine.settling import Failed, settle
from syncapp.engine.writing import carry_out
from syncapp.models import Change

TOGETHER = 600  # at least a page of messages, matched with one look, and full collections
HEAVIEST = 32 * 1024 * 1024  # characters of sealed messages that are in memory at once, one message more at the most
# To be read one by one first, or again for their files: each is a request, and somebody may want the worker back.
UNREAD = 20
SLICE = 200  # written with one call
SET_ASIDE_AT = 3
GoOn = Callable[[], bool]


def work_off(job: Job, cursor: str | None = None, *, go_on: GoOn) -> bool:
    """Works until nothing is due; True then. The cursor, if there is one, moves with the last of it.

    `go_on()` is asked between batches; when it says no, the rest stays due. Raises `SideFailed`, `LeaseLost`.
    """
    while batch := _batch(job):
        _work(job, ration(job, batch), cursor, go_on)
        if not go_on():
            return False
    return True


def _batch(job: Job) -> list[Candidate]:
    """What is worked on next: as many as may be in memory and read again together, at least one."""
    batch: list[Candidate] = []
    weight = unread = 0
    rows = due(job.mailbox.pk, only_writes=job.only_writes, by_hand=job.by_hand).annotate(size=Length("payload"))
    columns = ("pk", "claims", "item__resource", "state", "issue__status", "issue__probing")
    for *values, size, asks in rows.values_list(*columns, "size", "needs_mailbox")[:TOGETHER]:
        if batch and (weight >= HEAVIEST or unread >= UNREAD):
            break
        batch.append(candidate(*values))
        weight, unread = weight + (size or 0), unread + (size is None or asks)
    return batch


def _work(job: Job, batch: Sequence[Candidate], cursor: str | None, go_on: GoOn) -> None:
    """Those that killed nobody yet together, the suspects one by one while there is time, the culprits not at all."""
    culprits = [each.pk for each in batch if each.claims >= SET_ASIDE_AT]
    if culprits:
        rows = Change.objects.filter(pk__in=culprits).select_related("item", "issue")
        settle(job, [(change, Failed(failure=poison())) for change in rows], cursor)
    together = [each for each in batch if each.claims < ALONE_AFTER]
    suspects = [each for each in batch if each.claims == ALONE_AFTER]
    for resource, carry_on in _ENDS.items():
        if ids := [each.pk for each in together if each.resource == resource]:
            carry_on(job, ids, cursor, go_on)
    for each in suspects:
        if go_on():
            _ENDS[each.resource](job, [each.pk], cursor, go_on)


def _records_to_an_end(job: Job, ids: Sequence[int], _: str | None, go_on: GoOn) -> None:
    """Events, tasks or contacts: look at both sides, decide, write in the CRM, write in the mailbox; each slice is
    settled by itself, and between two somebody may want the worker back."""
    house = job.house()
    for at in range(0, len(ids), SLICE):
        record_writing.carry_out(job, judged(job, ids[at : at + SLICE], house), house)
        if not go_on():
            return


def judged(job: Job, ids: Sequence[int], house: House) -> list[Verdict]:
    """What is to be done about the items of these changes; some are over by then, or wait. Raises `SideFailed`,
    `LeaseLost`."""
    cases = contact_matching.known_here(job, record_unread.read_again(job, record_cases.cases_of(job, ids)))
    cases, known = contact_matching.known_in_crm(job, asking.found_again(job, cases), house)
    now = record_cases.look(job, cases, known)
    with _accused(job, ids):
        verdicts = [record_cases.judge(job, case, now) for case in cases]
    _acquit(job, ids)
    return verdicts


def _messages_to_an_end(job: Job, ids: Sequence[int], cursor: str | None, _: GoOn) -> None:
    labelling.look(job)
    house = job.house(labelling.rules_of(job))
    with _accused(job, ids):
        addresses = addresses_of(ids, house)
    found = ask(job, addresses, house)  # whoever dies while Salesforce thinks does not die of an item
    with _accused(job, ids):
        slices = [prepare(job, ids[at : at + SLICE], house, found) for at in range(0, len(ids), SLICE)]
    _acquit(job, ids)
    for prepared in slices:
        settle(job, carry_out(job, prepared, house), cursor)


@contextmanager
def _accused(job: Job, ids: Sequence[int]) -> Iterator[None]:
    """Inside, the items are under suspicion: if the process dies, the count stays one higher."""
    with commit("prepare: claim"):
        job.show()
        Change.objects.filter(pk__in=ids).update(claims=F("claims") + 1)
    try:
        yield
    except SideFailed:
        _survived(job, ids)  # a side that does not answer is not the items' fault
        raise
    _survived(job, ids)


def _survived(job: Job, ids: Sequence[int]) -> None:
    with commit("prepare: survived"):
        job.show()
        Change.objects.filter(pk__in=ids, claims__gt=0).update(claims=F("claims") - 1)


def _acquit(job: Job, ids: Sequence[int]) -> None:
    """Prepared to the end: whatever killed workers before, it was not one of these."""
    with commit("prepare: done"):
        job.show()
        Change.objects.filter(pk__in=ids, claims__gt=0).update(claims=0)


_ENDS = {
    Resource.EMAIL.value: _messages_to_an_end,
    Resource.EVENT.value: _records_to_an_end,
    Resource.TASK.value: _records_to_an_end,
    Resource.CONTACT.value: _records_to_an_end,
}
