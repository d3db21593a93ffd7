"""What we asked a mailbox to make, and never heard the answer of, where it lets nobody choose an id: tasks, contacts.

Before one is made there, its change says what it is to say, and since when. As long as it does, it may be there: it is
looked for, a task by what it says and a contact by our key, before anything else is done about it, and whatever is
found becomes our copy. The feed may show it first (see `record_planning`). Lists of contacts lag behind what was
written: one that is not found is not made again before it would have been told of.

The id of an event follows from its key. But what is to be made is written down as well, where its change does not say
that: whatever the change says from then on is newer than what may be in the calendar by that time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.records import Direction, Record, Ref, Resource
from issues import services as issues
from syncapp.engine import content, payload
from syncapp.engine.intending import towards_mailbox
from syncapp.engine.job import Job
from syncapp.engine.record_cases import Case, Verdict, put_off
from syncapp.models import Binding, Change

SKEW = timedelta(minutes=10)  # by which a provider's clock may be behind ours
LAG = timedelta(minutes=10)  # after which a contact that was made is in every list; Google says “several minutes”
NAMELESS = content.PERSONAL  # what gets its id in a mailbox from its provider


def note(job: Job, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Writes down what is about to be made: the verdicts, with the changes that say so. Raises `LeaseLost`."""
    made = {v.case.item.pk: v for v in verdicts if v.makes and (_is_nameless(v.case) or not _is_told(v))}
    if not made:
        return list(verdicts)
    with commit("asking: note"):
        job.show()
        issues.take_turns([job.organization.pk])
        noted = {pk: _noted(job, v) for pk, v in made.items()}
    return [noted.get(v.case.item.pk, v) for v in verdicts]


def _is_nameless(case: Case) -> bool:
    return case.resource in NAMELESS


def _is_told(verdict: Verdict) -> bool:
    """Whether its change says what is to be made."""
    change, record = verdict.case.to_mailbox, verdict.plan.to_mailbox
    said = payload.record_from_json(change.payload) if change and change.payload else None
    return said is not None and record is not None and not content.differing(said, record)


@within_commit
def _noted(job: Job, verdict: Verdict) -> Verdict:
    """In the change behind it; one that the look at the CRM found before its reader did gets a change of its own. What
    the reader has told since then is not what is made, and stays."""
    case, record = verdict.case, verdict.plan.to_mailbox
    said = payload.record_to_json(record) if record else None
    row, known = towards_mailbox(job.mailbox, case.item), case.to_mailbox
    is_ours = row.pk is None or (known is not None and known.revision == row.revision)
    if _is_nameless(case):
        row.payload = row.payload if row.pk else said
        row.asked = {"at": clock.now().isoformat(), "record": said}
    elif is_ours:
        row.revision += row.pk is not None
        row.gone, row.payload = False, said
    row.save()
    return replace(verdict, case=replace(case, to_mailbox=row)) if is_ours else verdict


def found_again(job: Job, cases: Sequence[Case]) -> list[Case]:
    """The cases, with the copies that an earlier try has made. Raises `SideFailed`, `LeaseLost`."""
    unsure = [case for case in cases if case.to_mailbox and case.to_mailbox.asked and case.binding is None]
    if not unsure or job.only_writes:
        return list(cases)
    sent = [_sent(case) for case in unsure]
    since = min(at for at, _ in sent) - SKEW
    records, resource = [record for _, record in sent], unsure[0].resource
    answers = job.lines.mail.call(f"look for {resource}s", lambda mail: mail.twins(resource, records, since))
    bound = _bound(job, unsure, answers)
    early = [case for case in unsure if case.item.pk not in bound and _is_early(case)]
    put_off(job, "asking: wait", [(case, _sent(case)[0] + LAG) for case in early])
    going = [case for case in cases if case not in early]
    return [_with(case, bound[case.item.pk]) if case.item.pk in bound else case for case in going]


def _is_early(case: Case) -> bool:
    return case.resource is Resource.CONTACT and clock.now() < _sent(case)[0] + LAG


def _with(case: Case, copy: Binding) -> Case:
    """That an older copy was deleted is over: it was made again."""
    older = case.to_crm if case.to_crm and case.to_crm.gone else None
    return replace(case, binding=copy, to_crm=None if older else case.to_crm)


def _sent(case: Case) -> tuple[datetime, Record]:
    assert case.to_mailbox is not None  # noqa: S101 - the caller has chosen these
    asked = case.to_mailbox.asked
    record = payload.record_from_json(asked["record"])
    return datetime.fromisoformat(asked["at"]), replace(record, key=case.item.key)


def _bound(job: Job, cases: Sequence[Case], answers: Sequence[tuple[Ref, ...]]) -> Mapping[int, Binding]:
    """The first one that is nobody's yet is ours, each once."""
    refs = {ref.id for found in answers for ref in found}
    taken = set(Binding.objects.filter(mailbox=job.mailbox, remote_id__in=refs).values_list("remote_id", flat=True))
    ours: dict[int, Binding] = {}
    for case, found in zip(cases, answers, strict=True):
        ref = next((ref for ref in found if ref.id not in taken), None)
        if ref is not None:
            taken.add(ref.id)
            ours[case.item.pk] = _copy(job, case, ref)
    with commit("asking: found"):
        job.show()
        issues.take_turns([job.organization.pk])
        _keep(ours)
    return ours


@within_commit
def _keep(copies: Mapping[int, Binding]) -> None:
    Binding.objects.bulk_create(copies.values())
    rows = Change.objects.filter(item__in=copies)
    rows.filter(direction=Direction.TO_MAILBOX).update(asked=None)
    rows.filter(direction=Direction.TO_CRM, gone=True).delete()


def _copy(job: Job, case: Case, ref: Ref) -> Binding:
    copy = Binding(organization=job.organization, mailbox=job.mailbox, item=case.item, remote_id=ref.id, leads=True)
    copy.version, copy.content_hash = ref.version, content.digest(_sent(case)[1], job.organization.secret)
    return copy
