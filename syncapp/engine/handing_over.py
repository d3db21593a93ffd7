"""Hands a load that is ready over to the CRM, looks how it stands, and settles what became of its records.

    ready     a try is counted, then the CRM opens a load
    open      its id is written down; it is filled and closed
    running   that it was closed is written down; from here on it is looked at now and then
    done      each record is settled by the door by which every other answer is; of what nothing is told goes one by one

Whoever dies in between leaves a state from which the next one goes on. Whether a load was closed before its worker died
is asked of the CRM; one that was not is stopped, and another one opened. Nobody knows of one that was opened and not
written down: it is empty, and nothing is ever written of it. The unique keys of its records keep what runs twice, or
late, or beside single calls, from writing anything twice.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from django.db.models import F
from django.db.models.functions import Length

from connectors import clock
from connectors.effects import commit
from connectors.errors import Failure, ItemError, Kind
from connectors.loads import Load, Loaded, Stage
from connectors.records import RecordWrite, Ref, Resource
from issues.catalogue import Scope
from syncapp.engine import carrying, load_steps, record_cases, record_settling, record_writing
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.load_steps import Deed
from syncapp.engine.record_cases import Verdict
from syncapp.engine.record_settling import Done
from syncapp.engine.settling import Failed, larger
from syncapp.engine.working import SLICE, GoOn
from syncapp.loads import BulkLoad, Carried, LoadState

log = logging.getLogger(__name__)

STOPS = frozenset({Kind.AUTH, Kind.RATE_LIMITED, Kind.TRANSIENT})  # what any other call would meet as well


def hand_over(job: Job, load: BulkLoad) -> None:
    """Opens, fills and closes one, or finds out that somebody did. Raises `SideFailed`, `LeaseLost`."""
    if not _counts(job, load):
        overdue(job, load)
    elif load.remote_id and _was_closed(job, load):
        _closed(job, load, just_now=False)
    elif _opened(job, load):
        _fill(job, load)


def overdue(job: Job, load: BulkLoad, failure: Failure | None = None) -> None:
    """Its records go one call at a time from here on; what the CRM has of it by now is to be stopped. Raises
    `LeaseLost`."""
    _over(job, load, LoadState.DROPPING if load.remote_id else LoadState.DONE, failure)


def look_after(job: Job, load: BulkLoad, go_on: GoOn) -> bool:
    """One look; False if the time was over before all of it was settled. Raises `SideFailed`, `LeaseLost`."""
    try:
        now = _look(job, load)
    except SideFailed as error:
        _put_off(job, load, error)
        return True
    match load_steps.deed(now.stage if now else None, closed=True):
        case Deed.SETTLE:
            return _settle(job, load, go_on)
        case Deed.WAIT if now is not None:
            _note(job, load, now)
        case _:
            _over(job, load, LoadState.DONE, now.failure if now else None)
    return True


def stop(job: Job, load: BulkLoad) -> None:
    """What it carried was given back; the CRM is to write no more of it. Raises `SideFailed`, `LeaseLost`."""
    if _counts(job, load):
        _drop(job, load)
    with commit("load: stopped"):
        job.show()
        carrying.finish(load)


# -- Steps


def _was_closed(job: Job, load: BulkLoad) -> bool:
    """Of one that somebody began to hand over and wrote no end down. One that was not closed is stopped."""
    now = _look(job, load)
    deed = load_steps.deed(now.stage if now else None, closed=False)
    if deed is Deed.DROP:
        _drop(job, load)
    return deed is Deed.NOTE


def _opened(job: Job, load: BulkLoad) -> bool:
    """Whether the CRM takes a load; one that does not is not asked again for a day."""
    resource = Resource(load.resource)
    try:
        remote_id = job.lines.crm.call("open load", lambda crm: crm.open_load(resource))
    except SideFailed as error:
        _unless_it_stops(error)
        _over(job, load, LoadState.REFUSED, error.failure)
        return False
    with commit("load: opened"):
        job.show()
        load.state, load.remote_id = LoadState.OPEN, remote_id
        load.save()
    return True


def _fill(job: Job, load: BulkLoad) -> None:
    writes = _writes(job, load)
    try:
        job.lines.crm.call("fill load", lambda crm: crm.fill_load(load.remote_id, writes))
        job.lines.crm.call("close load", lambda crm: crm.close_load(load.remote_id))
    except SideFailed as error:
        _unless_it_stops(error)
        overdue(job, load, error.failure)
    else:
        _closed(job, load, just_now=True)


def _counts(job: Job, load: BulkLoad) -> bool:
    """Writes down that somebody begins; whether it was not begun too often."""
    if load.tries >= load_steps.MOST_TRIES:
        return False
    with commit("load: begin"):
        job.show()
        load.tries += 1
        load.save(update_fields=["tries"])
    return True


def _unless_it_stops(error: SideFailed) -> None:
    """Raises what is no matter of loads."""
    if error.failure.kind in STOPS:
        raise error


def _closed(job: Job, load: BulkLoad, *, just_now: bool) -> None:
    """Its time counts from here on, or from before it was closed where nobody knows when that was."""
    with commit("load: closed"):
        job.show()
        if just_now:
            carrying.lasts_anew(load)
        load.state, load.tries, load.looks = LoadState.RUNNING, 0, 0
        load.look_at = clock.now() + load_steps.until_next_look(0)
        load.save()


def _look(job: Job, load: BulkLoad) -> Load | None:
    """How it stands; None: the CRM knows of none."""
    try:
        return job.lines.crm.call("look at load", lambda crm: crm.look_at_load(load.remote_id))
    except SideFailed as error:
        if error.failure.kind is Kind.NOT_FOUND:
            return None
        raise


def _note(job: Job, load: BulkLoad, now: Load) -> None:
    with commit("load: under way"):
        job.show()
        load.looks, load.processed = load.looks + 1, now.processed
        load.look_at = clock.now() + load_steps.until_next_look(load.looks)
        load.save()


def _put_off(job: Job, load: BulkLoad, error: SideFailed) -> None:
    """What passes by itself the next look tells, and nothing else has to wait for it; what does not ends the load."""
    if error.failure.kind is not Kind.TRANSIENT:
        _unless_it_stops(error)
        overdue(job, load, error.failure)
        return
    log.info("nothing is told of load %s: %s", load.pk, error.failure.code)
    _note(job, load, Load(stage=Stage.RUNNING, processed=load.processed))


def _drop(job: Job, load: BulkLoad) -> None:
    """That it is over already is as good."""
    try:
        job.lines.crm.call("drop load", lambda crm: crm.drop_load(load.remote_id))
    except SideFailed as error:
        _unless_it_stops(error)


def _over(job: Job, load: BulkLoad, state: LoadState, failure: Failure | None) -> None:
    code = failure.code if failure else ""
    log.warning("load %s of mailbox %s ends as %s: %s", load.pk, load.mailbox_id, state, code or "not known any more")
    with commit("load: over"):
        job.show()
        carrying.finish(load, state, code)


# -- What is handed over


def _writes(job: Job, load: BulkLoad) -> list[RecordWrite]:
    """The records as they stand; as many as may be in memory, the others go one call at a time."""
    writes: list[RecordWrite] = []
    house, weight = job.house(), 0
    rows = carrying.held(load).filter(version=F("change__item__version"))
    sizes = list(rows.values_list("change", Length("change__payload"), "account_id"))
    for at in range(0, len(sizes), SLICE):
        part = sizes[at : at + SLICE]
        weight += sum(size or 0 for _, size, _ in part)
        if writes and weight > load_steps.HEAVIEST:
            break
        accounts = {pk: account for pk, _, account in part}
        writes += [record_writing.to_load(v, house, accounts[pk]) for pk, v in _verdicts(job, list(accounts)).items()]
    return writes


def _verdicts(job: Job, ids: Sequence[int]) -> dict[int, Verdict]:
    """What is to be done about these by what their mailbox says; those that a load can have, by their changes."""
    cases = record_cases.cases_of(job, ids)
    verdicts = [record_cases.judge(job, case, {}) for case in cases]
    return {v.case.to_crm.pk: v for v in verdicts if v.case.to_crm and record_writing.carries(v)}


# -- What became of it


def _settle(job: Job, load: BulkLoad, go_on: GoOn) -> bool:
    try:
        told = job.lines.crm.call("read load", lambda crm: crm.told_of_load(load.remote_id))
    except SideFailed as error:
        _put_off(job, load, error)
        return True
    open_ = set(carrying.held(load).values_list("change__item__key", flat=True))
    rest = [each for each in told if each.key in open_]  # an earlier job may have come so far
    for at in range(0, len(rest), SLICE):
        if at and not go_on():
            return False
        _settle_some(job, load, {each.key: each for each in rest[at : at + SLICE]})
    with commit("load: settled"):
        job.show()
        load.processed = load.records
        carrying.finish(load)
    return True


def _settle_some(job: Job, load: BulkLoad, told: Mapping[str, Loaded]) -> None:
    """Those that were handed over in the version that they have still. What is refused for everybody's sake may be
    mended by now: it goes one call at a time, and says so itself if it is not. What was written long ago, and may have
    been edited or deleted since, is looked at as everything is that goes so."""
    rows = carrying.held(load).filter(change__item__key__in=told)
    changes = list(rows.values_list("change", flat=True))
    pairs = [(v, told[v.case.item.key]) for v in _verdicts(job, changes).values()]
    same = [(v, each.answer) for v, each in pairs if each.version == v.case.item.version]
    ours = [(v, answer) for v, answer in same if not (isinstance(answer, ItemError) and _is_everybodys(answer))]
    if load_steps.may_be_old(load.until, clock.now()):
        record_settling.arrived(job, [Done(verdict=v, ref=answer) for v, answer in ours if isinstance(answer, Ref)])
        ours = [(v, answer) for v, answer in ours if isinstance(answer, ItemError)]
    record_writing.answered(job, ours)
    if len(ours) < len(changes):
        with commit("load: not settled"):
            job.show()
            carrying.leave(load, Carried.objects.filter(load=load, change__in=changes))


def _is_everybodys(answer: ItemError) -> bool:
    return larger(Failed(failure=answer.failure, side=Scope.ORGANIZATION)) is not None
