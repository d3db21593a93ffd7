"""The breakers as rows: who may ask, and what the answers said.

A job is let in once, at its start, and says at its end how both sides answered. Of many that want to be the probe of
a provider that is left alone, one statement picks one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from random import Random

from django.db.models import Q

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.errors import Failure
from connectors.journal import entry, record
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.catalogue import Scope
from syncapp.engine import breaker
from syncapp.engine.breaker import Gauge, State
from syncapp.engine.due import writable
from syncapp.models import Breaker

Place = tuple[str, int | None]  # a provider, for an organization or for one mailbox of it
_COLUMNS = tuple(Gauge.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a job may do: `crm` and `mail` say which sides it may ask, `turns` in which turn of each breaker.

    `again_at` is when a side that it may not ask may be asked; `probes_crm` that the job is to find out whether the
    CRM works.
    """

    crm: bool = True
    mail: bool = True
    probes_crm: bool = False
    again_at: datetime | None = None
    turns: Mapping[Place, int] = field(default_factory=dict)


def admit(organization: Organization, mailbox: Mailbox, *, reads: bool) -> Admission:
    """Whether both sides may be asked. A job that goes as the probe of a stop may: that gate is the stricter one."""
    rows = _rows(organization, mailbox)
    present, whole = clock.now(), organization.stopped_at is not None
    crm_row = rows.get((organization.crm, None))
    turns: dict[Place, int] = {}
    if crm_row and not _let_in(crm_row, turns, present, forced=whole, fit=_proves_most(organization, mailbox)):
        return Admission(crm=False, mail=False, again_at=crm_row.probe_at)
    own = rows.get((mailbox.provider, mailbox.pk))
    shared = rows.get((mailbox.provider, None))
    mail, again_at = reads, None
    for row, forced in ((own, mailbox.stopped_at is not None), (shared, whole)):
        if mail and row and not _let_in(row, turns, present, forced=forced):
            mail, again_at = False, row.probe_at
    probes = crm_row is not None and crm_row.state != State.CLOSED
    return Admission(mail=mail, probes_crm=probes, again_at=again_at, turns=turns)


def is_in_doubt(organization: Organization, mailbox: Mailbox) -> bool:
    """Whether something stands still, fails or is left alone, so that a whole run is to prove that it works again."""
    if organization.stopped_at or mailbox.stopped_at or mailbox.failed_runs:
        return True
    return any(row.state != State.CLOSED for row in _rows(organization, mailbox).values())


def left_alone(organization: Organization, provider: str, mailbox: Mailbox | None = None) -> Breaker | None:
    """The breaker for which nobody is to ask the provider now, of all mailboxes or of this one."""
    places = Q(mailbox=None) | Q(mailbox=mailbox) if mailbox else Q(mailbox=None)
    rows = Breaker.objects.filter(places, organization=organization, provider=provider, state=State.OPEN)
    return rows.filter(probe_at__gt=clock.now()).first()


def place(row: Breaker) -> Place:
    return row.provider, row.mailbox_id


def gauge_of(row: Breaker) -> Gauge:
    """What the row says, as a value."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Gauge(**(values | {"state": State(row.state)}))


def _rows(organization: Organization, mailbox: Mailbox) -> dict[Place, Breaker]:
    """The breakers that concern a mailbox; most have none."""
    theirs = Breaker.objects.filter(Q(mailbox=None) | Q(mailbox=mailbox), organization=organization)
    return {place(row): row for row in theirs.filter(provider__in=(organization.crm, mailbox.provider))}


def _let_in(row: Breaker, turns: dict[Place, int], present: datetime, *, forced: bool, fit: bool = True) -> bool:
    """Whether this job may ask; then `turns` says in which turn its answer counts."""
    gauge = gauge_of(row)
    if not forced and (breaker.is_shut(gauge, present) or (gauge.state is not State.CLOSED and not fit)):
        return False
    after = breaker.admitted(gauge, present)
    if after != gauge and not _taken(row, gauge, after):
        return False
    turns[place(row)] = after.turn
    return True


def _taken(row: Breaker, before: Gauge, after: Gauge) -> bool:
    """Of many, the one whose statement finds the row as all of them saw it."""
    with commit("breaker: probe"):
        return bool(Breaker.objects.filter(pk=row.pk, turn=before.turn).update(**asdict(after)))


def _proves_most(organization: Organization, mailbox: Mailbox) -> bool:
    """Whether a probe of this mailbox writes, or nobody's would."""
    writes = writable(organization.pk)
    return writes.filter(mailbox=mailbox).exists() or not writes.exists()


# -- What the answers said


@within_commit
def note_failure(
    organization: Organization,
    mailbox: Mailbox,
    side: Scope,
    failure: Failure,
    turns: Mapping[Place, int],
    chance: Random,
) -> int:
    """Counts a passing failure of a whole call; how many in a row that makes of the service, for the organization."""
    provider = organization.crm if side is Scope.ORGANIZATION else mailbox.provider
    counts = [_failed(organization, mailbox, (provider, None), side, failure, turns, chance)]
    if side is Scope.MAILBOX:
        _failed(organization, mailbox, (provider, mailbox.pk), side, failure, turns, chance)
    return counts[0]


@within_commit
def _failed(
    organization: Organization,
    mailbox: Mailbox,
    where: Place,
    side: Scope,
    failure: Failure,
    turns: Mapping[Place, int],
    chance: Random,
) -> int:
    row = _locked(organization, where)
    before = gauge_of(row)
    after = breaker.failed(
        before,
        failure,
        turn=turns.get(where, 0),
        by=mailbox.pk,
        shared=side is Scope.MAILBOX and where[1] is None,
        present=clock.now(),
        chance=chance,
    )
    if after != before:
        Breaker.objects.filter(pk=row.pk).update(**asdict(after), code=failure.code)
    if after.state is State.OPEN and before.state is State.CLOSED:
        record(_line(row, Verb.LEFT_ALONE, code=failure.code, note=f"after {after.in_a_row} failures in a row"))
    return after.in_a_row


@within_commit
def _locked(organization: Organization, where: Place) -> Breaker:
    provider, mailbox_id = where
    fresh = Breaker(organization=organization, provider=provider, mailbox_id=mailbox_id)
    Breaker.objects.bulk_create([fresh], ignore_conflicts=True)
    rows = Breaker.objects.select_for_update(of=("self",)).filter(organization=organization)
    return rows.get(provider=provider, mailbox=mailbox_id)


def note_answers(
    organization: Organization,
    mailbox: Mailbox,
    sides: Iterable[Scope],
    turns: Mapping[Place, int],
) -> None:
    """These sides answered in this job, and nothing went wrong with them: what was counted against them is over."""
    own: dict[Scope, list[Place]] = {
        Scope.ORGANIZATION: [(organization.crm, None)],
        Scope.MAILBOX: [(mailbox.provider, None), (mailbox.provider, mailbox.pk)],
    }
    wanted = [where for side in sides for where in own[side]]
    suspects = [row for where, row in _rows(organization, mailbox).items() if where in wanted and row.in_a_row]
    if suspects:
        with commit("breaker: worked"):
            for row in sorted(suspects, key=lambda row: row.pk):
                _worked(organization, place(row), turns)


@within_commit
def _worked(organization: Organization, where: Place, turns: Mapping[Place, int]) -> None:
    row = _locked(organization, where)
    before = gauge_of(row)
    after = breaker.worked(before, turn=turns.get(where, 0))
    if after == before:
        return
    Breaker.objects.filter(pk=row.pk).update(**asdict(after), code="")
    if before.state is not State.CLOSED:
        record(_line(row, Verb.ANSWERS))


def reset(rows: Sequence[Breaker], actor_id: int | None) -> int:
    """A person says that these work again: whoever comes next asks. How many were left alone."""
    with commit("breaker: reset"):
        return sum(_reset(row, actor_id) for row in sorted(rows, key=lambda row: row.pk))


@within_commit
def _reset(row: Breaker, actor_id: int | None) -> bool:
    row = _locked(row.organization, place(row))
    before = gauge_of(row)
    Breaker.objects.filter(pk=row.pk).update(**asdict(breaker.reset(before)), code="")
    if before.state is State.CLOSED:
        return False
    record(_line(row, Verb.BREAKER_RESET, actor_id=actor_id))
    return True


def _line(row: Breaker, verb: Verb, *, code: str = "", note: str = "", actor_id: int | None = None) -> Activity:
    return entry(
        organization_id=row.organization_id,
        mailbox_id=row.mailbox_id,
        verb=verb,
        code=code,
        actor_id=actor_id,
        note=f"{row.provider}: {note}" if note else row.provider,
    )
