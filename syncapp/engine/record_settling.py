"""Where the work on an event ends: agreed on, gone, kept out, or a failure of one direction. Fence shown.

A field counts as agreed on once the side that lacked it has taken it. If the other half of a plan fails, its change
stays and says from then on what both sides have in common, so that what was done is not undone by the next try.
A change that came to say something else meanwhile is left as it is: its higher revision shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.journal import entry, record_all
from connectors.models import Activity, Verb
from connectors.records import Direction, Record, Ref, Resource
from connectors.wake import wake_to_write
from issues import services as issues
from issues.models import Resolution, ScopeChoices
from syncapp.engine import agreeing, content, given, payload
from syncapp.engine.intending import Intent, intend, towards_mailbox
from syncapp.engine.job import Job
from syncapp.engine.record_cases import GIVEN_PROOF, GONE_PROOF, LANDED, RULE_PROOF, Case, Verdict, keeps_of, places_of
from syncapp.engine.record_planning import DESCRIBED, describe, leaders
from syncapp.models import Base, Binding, Change, ChangeState, Filtered, Item


@dataclass(frozen=True, kw_only=True)
class Done:
    """A write that was answered: `ref` is what the side calls it now."""

    verdict: Verdict
    ref: Ref


def agreed(job: Job, verdicts: Sequence[Verdict]) -> None:
    """Nothing had to be written: both sides say the same, or it is gone on both. Raises `LeaseLost`."""
    with commit("settle events"):
        _begin(job)
        same: list[Verdict] = []
        for verdict in verdicts:
            if verdict.given and verdict.crm is not None:
                _given_on(job, verdict, verdict.crm)
            elif verdict.plan.over:
                _over(job, verdict.case)
            else:
                same.append(verdict)
        _same(job, same)


@within_commit
def _begin(job: Job) -> None:
    """Fence shown, and nobody else moves items of this organization: two mailboxes may have the same ones in hand."""
    job.show()
    issues.take_turns([job.organization.pk])


@within_commit
def _same(job: Job, verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        item, event = verdict.case.item, verdict.mailbox
        if event is not None and verdict.crm is not None:
            item.base = _settled(job, item, event, _said_alike(job, verdict, event, verdict.crm))
            item.synced_at = item.synced_at or (clock.now() if item.record_id else None)
        item.save(update_fields=[*LANDED])
    _drop([change for verdict in verdicts for change in verdict.case.changes])
    proofs = {verdict.case.item.key: "both sides say the same" for verdict in verdicts}
    for direction in Direction:
        issues.close(job.organization.pk, proofs, Resolution.SYNCED, direction=direction)


def in_crm(job: Job, done: Sequence[Done]) -> list[Verdict]:
    """These stand in the CRM as planned, or are gone from it; how each goes on from here. Raises `LeaseLost`."""
    with commit("settle events in crm"):
        _begin(job)
        job.count(written=len(done))
        for each in done:
            if each.verdict.plan.to_crm is None:
                _gone_from_crm(job, each.verdict)
        written = [(each, record) for each in done if (record := each.verdict.plan.to_crm) is not None]
        _written_to_crm(job, written)
        going_on = {e.verdict.case.item.pk: _going_on(job, e.verdict, record) for e, record in written}
        _close(job, Direction.TO_CRM, [(e.verdict, _version(e)) for e, _ in written])
    return [going_on.get(each.verdict.case.item.pk, each.verdict) for each in done]


def arrived(job: Job, done: Sequence[Done]) -> None:
    """These came to stand in the CRM as planned, some time ago. Their changes stay: how they stand by now is still to
    be looked at. Raises `LeaseLost`."""
    with commit("settle events that arrived"):
        _begin(job)
        job.count(written=len(done))
        for each in done:
            item = each.verdict.case.item
            item.base, item.sent = agreed_once_there(job, each.verdict), {}
            item.record_id, item.synced_at = each.ref.id, clock.now()
            item.save(update_fields=[*LANDED])
        _note(job, [(each.verdict, _version(each)) for each in done])


@within_commit
def _written_to_crm(job: Job, written: Sequence[tuple[Done, Record]]) -> None:
    for each, record in written:
        item = each.verdict.case.item
        item.base, item.sent = agreed_once_there(job, each.verdict), {}
        item.record_id, item.synced_at, item.gone_at = each.ref.id, clock.now(), None
        describe(item, record, job.organization.secret)
        item.save(update_fields=[*LANDED, "gone_at", *DESCRIBED, *_filled_in(item)])
    verdicts = [each.verdict for each, _ in written]
    _drop([verdict.case.to_crm for verdict in verdicts])
    _drop([verdict.case.to_mailbox for verdict in verdicts if verdict.plan.to_mailbox is None])
    _take_out_again(job, [verdict.case.item for verdict in verdicts])
    _note(job, [(each.verdict, f"version {each.verdict.case.item.version} of {each.ref.id}") for each, _ in written])


def _filled_in(item: Item) -> tuple[str, ...]:
    """The column to save where what people filled in has just been written for the first time."""
    filled_in = item.filled_in
    if filled_in is None or not given.is_fresh(filled_in):
        return ()
    item.given = given.written(filled_in)
    return ("given",)


@within_commit
def _going_on(job: Job, verdict: Verdict, record: Record) -> Verdict:
    if verdict.plan.to_mailbox is None:
        return verdict
    return replace(verdict, case=_goes_on(job, verdict.case, keeps_of(job)(record)))


def _version(done: Done) -> str:
    return f"record {done.ref.id}, version {done.verdict.case.item.version}"


def agreed_once_there(job: Job, verdict: Verdict) -> Base:
    """What both sides will have agreed on once the CRM has what is planned for it; empty where it is to be gone. What
    the calendar still lacks is not agreed on yet."""
    plan = verdict.plan
    if plan.to_crm is None:
        return {}
    fields = content.FIELDS - (plan.fields if plan.to_mailbox else frozenset())
    return _settled(job, verdict.case.item, plan.to_crm, fields - _heard(verdict.case.item))


def _heard(item: Item) -> frozenset[str]:
    """What the CRM tells, and told us before: that the mailbox says something else by now does not change it."""
    return content.TOLD & item.base.get("crm", {}).keys()


def _settled(job: Job, item: Item, event: Record, fields: frozenset[str]) -> dict[str, dict[str, str]]:
    """The item's base once both sides have these fields of it."""
    secret, places = job.organization.secret, places_of(job, item)
    return agreeing.settled(item.base, event, secret, keeps=keeps_of(job), fields=fields, places=places)


def _said_alike(job: Job, verdict: Verdict, event: Record, crm: Record) -> frozenset[str]:
    """All fields but those that the CRM is to have in another place and does not have there yet."""
    elsewhere = agreeing.moved(verdict.case.item.base, places_of(job, verdict.case.item))
    displaced = elsewhere & content.differing(keeps_of(job)(event), crm)
    return content.FIELDS - displaced - _heard(verdict.case.item)


@within_commit
def _take_out_again(job: Job, items: Sequence[Item]) -> None:
    """Another mailbox may have said, while this one wrote, that the event is to be kept out."""
    kept_out = Filtered.objects.filter(item__in=items)
    stays = ("outside_window", content.CALENDAR_LET_GO, *content.LET_GO, *content.TAKEN)
    rules = dict(kept_out.exclude(rule__in=stays).values_list("item_id", "rule"))
    box = job.mailbox.pk
    out = [
        Intent(item=item, direction=Direction.TO_CRM, mailbox_id=box, event=None, proof=f"{RULE_PROOF}{rules[item.pk]}")
        for item in items
        if item.pk in rules
    ]
    if out:
        intend(job.organization.pk, out)
    kept_out.delete()


@within_commit
def _gone_from_crm(job: Job, verdict: Verdict) -> None:
    case = verdict.case
    if rule := case.taken_out_by:
        item = case.item
        item.record_id, item.synced_at, item.base, item.sent = "", None, {}, {}
        item.save(update_fields=["record_id", "synced_at", "base", "sent"])
        Filtered.objects.update_or_create(item=item, defaults={"organization": job.organization, "rule": rule})
        _drop(case.changes)
        for direction in Direction:
            proof = {item.key: f"rule {rule}"}
            issues.close(job.organization.pk, proof, Resolution.FILTERED, direction=direction.value)
        record_all([_about(job, item, Verb.FILTERED, note=rule)])
        return
    _over(job, case)
    record_all([_about(job, case.item, Verb.DELETED, note=case.to_crm.proof if case.to_crm else "")])


def in_mailbox(job: Job, done: Sequence[Done]) -> None:
    """These stand in the calendar as planned, or are gone from it. Raises `LeaseLost`."""
    with commit("settle events in mailbox"):
        _begin(job)
        buried = _buried(done)
        for each in done:
            if each.verdict.plan.to_mailbox is None:
                _gone_from_mailbox(job, each.verdict)
        written = [(each, record) for each in done if (record := each.verdict.plan.to_mailbox) is not None]
        for each, record in written:
            _written_to_mailbox(job, each.verdict, record, each.ref)
        verdicts = [each.verdict for each, _ in written]
        _made(job, [each for each, _ in written if each.verdict.makes])
        Filtered.objects.filter(item__in=[verdict.case.item.pk for verdict in verdicts]).delete()
        _drop([change for verdict in verdicts for change in verdict.case.changes])
        _take_back(job, buried)
        _close(job, Direction.TO_MAILBOX, [(e.verdict, f"{e.verdict.case.resource} {e.ref.id}") for e, _ in written])
        _note(job, [(verdict, f"in {job.mailbox.address}") for verdict in verdicts])
        job.count(written=len(done))


@within_commit
def _written_to_mailbox(job: Job, verdict: Verdict, event: Record, ref: Ref) -> None:
    item, binding = verdict.case.item, verdict.case.binding
    item.base = _settled(job, item, event, content.FIELDS if verdict.makes else verdict.plan.fields)
    item.synced_at, item.gone_at = clock.now(), None
    describe(item, event, job.organization.secret)
    item.save(update_fields=[*LANDED, "gone_at", *DESCRIBED])
    if binding is not None and not verdict.makes:
        Binding.objects.filter(pk=binding.pk).update(version=ref.version)


@within_commit
def _made(job: Job, done: Sequence[Done]) -> None:
    """The copies that we made lead."""
    items = [each.verdict.case.item for each in done]
    used = generations(job, items)
    fresh: dict[str, Binding] = {}  # one statement takes no row twice
    for each, item in zip(done, items, strict=True):
        copy = Binding(organization=job.organization, mailbox=job.mailbox, item=item, remote_id=each.ref.id, leads=True)
        copy.version, copy.generation = each.ref.version, used[item.pk]
        fresh.setdefault(copy.remote_id, copy)
    Binding.objects.bulk_create(
        fresh.values(),
        update_conflicts=True,
        unique_fields=["mailbox", "remote_id"],
        update_fields=["version", "gone_at", "leads"],
    )
    Change.objects.filter(item__in=items, direction=Direction.TO_MAILBOX).update(asked=None)


def found_there(job: Job, done: Sequence[Done]) -> None:
    """Copies that we made earlier, which say something else than is planned by now. Raises `LeaseLost`."""
    with commit("settle events found in mailbox"):
        _begin(job)
        buried = _buried(done)
        _made(job, done)
        _take_back(job, buried)


@within_commit
def _buried(done: Sequence[Done]) -> list[Item]:
    """Events that were deleted in the CRM while a copy was made: when its reader said so, there was none to take."""
    made = [v.case.item.pk for v in (d.verdict for d in done) if v.makes and not v.case.item.gone_at]
    return list(Item.objects.filter(pk__in=made, resource=Resource.EVENT).exclude(gone_at=None)) if made else []


@within_commit
def _take_back(job: Job, items: Sequence[Item]) -> None:
    away = [
        Intent(item=item, direction=Direction.TO_MAILBOX, mailbox_id=job.mailbox.pk, event=None, proof=GONE_PROOF)
        for item in items
    ]
    if away:
        intend(job.organization.pk, away)


def generations(job: Job, items: Sequence[Item]) -> Counter[int]:
    """How often each event had to be made anew in this calendar, by item: an id that was deleted is not given again."""
    gone = Binding.objects.filter(mailbox=job.mailbox, item__in=items).exclude(gone_at=None)
    return Counter(gone.values_list("item_id", flat=True))


@within_commit
def used_up(job: Job, case: Case) -> None:
    """The id of this generation was deleted without our knowing of it; the next one is tried."""
    number = generations(job, [case.item])[case.item.pk]
    Binding.objects.create(
        organization=job.organization,
        mailbox=job.mailbox,
        item=case.item,
        remote_id=f"deleted:{case.item.key}:{number}",
        generation=number,
        gone_at=clock.now(),
    )


@within_commit
def _gone_from_mailbox(job: Job, verdict: Verdict) -> None:
    case = verdict.case
    if verdict.given and verdict.crm is not None:
        _given_on(job, verdict, verdict.crm)
    elif not _handed_on(job, case):
        _over(job, case)
    record_all([_about(job, case.item, Verb.DELETED, note=case.to_mailbox.proof if case.to_mailbox else "")])


@within_commit
def _given_on(job: Job, verdict: Verdict, record: Record) -> None:
    """It leaves this mailbox and comes into that of its new owner, if there is one."""
    item = verdict.case.item
    heir = verdict.heir
    Binding.objects.filter(item=item, gone_at=None).update(gone_at=clock.now())
    item.base, item.sent, item.synced_at = {}, {}, None
    item.gone_at = None if heir else clock.now()
    item.save(update_fields=["gone_at", *LANDED])
    _drop(verdict.case.changes)
    issues.close(job.organization.pk, {item.key: GIVEN_PROOF}, Resolution.GONE, direction=Direction.TO_MAILBOX.value)
    if heir:
        intent = Intent(item=item, direction=Direction.TO_MAILBOX, mailbox_id=heir, event=verdict.plan.to_crm or record)
        intend(job.organization.pk, [intent])
        wake_to_write(heir)


@within_commit
def _handed_on(job: Job, case: Case) -> bool:
    """With the organizer's copy all are gone. Of guests' copies each is deleted by the worker of its own mailbox; False
    where this was the last one."""
    if case.binding is None or case.binding.leads:
        return False
    Binding.objects.filter(pk=case.binding.pk).update(gone_at=clock.now())
    following = leaders([case.item.pk]).get(case.item.pk)
    if following is None:
        return False
    _drop(case.changes)
    proof = case.to_mailbox.proof if case.to_mailbox else ""
    box = following.mailbox_id
    intent = Intent(item=case.item, direction=Direction.TO_MAILBOX, mailbox_id=box, event=None, proof=proof)
    intend(job.organization.pk, [intent])
    wake_to_write(box)
    return True


@within_commit
def _over(job: Job, case: Case) -> None:
    """Gone on both sides; the row stays, so that whoever restores it finds its record."""
    item, present = case.item, clock.now()
    item.gone_at, item.synced_at, item.base, item.sent = present, None, {}, {}
    item.save(update_fields=["gone_at", *LANDED])
    Binding.objects.filter(item=item, gone_at=None).update(gone_at=present)
    _drop(case.changes)
    for direction in Direction:
        issues.close(job.organization.pk, {item.key: "gone on both sides"}, Resolution.GONE, direction=direction.value)


@within_commit
def _close(job: Job, written: Direction, proved: Sequence[tuple[Verdict, str]]) -> None:
    """The issue of the direction that was written, and of the other one too where nothing is to be written there
    any more: then both sides say the same. Each with its proof."""
    items = [verdict.case.item.pk for verdict, _ in proved]
    other = Change.objects.filter(item__in=items).exclude(direction=written)
    left = set(other.values_list("item_id", "direction"))
    for direction in Direction:
        proofs = {v.case.item.key: proof for v, proof in proved if (v.case.item.pk, direction) not in left}
        issues.close(job.organization.pk, proofs, Resolution.SYNCED, direction=direction.value)


# -- Changes that are done, and what is left of them


@within_commit
def _drop(changes: Sequence[Change | None]) -> None:
    """The changes have done their work; one that says something else by now has not."""
    by_revision: dict[int, list[int]] = {}
    for change in changes:
        if change is not None:
            by_revision.setdefault(change.revision, []).append(change.pk)
    for revision, ids in by_revision.items():
        Change.objects.filter(pk__in=ids, revision=revision).delete()


@within_commit
def _goes_on(job: Job, case: Case, event: Record) -> Case:
    """The other half of the plan is still to be done: from here on its change says how the CRM has it now, and is due.
    One that the look at the CRM found before its reader did gets a change of its own."""
    row, known = towards_mailbox(job.mailbox, case.item), case.to_mailbox
    if row.pk and (known is None or row.revision != known.revision):
        return case
    row.gone, row.payload = False, payload.record_to_json(event)
    row.state, row.next_attempt_at = ChangeState.PENDING, None
    row.save()
    return replace(case, to_mailbox=row)


# -- The journal


@within_commit
def _note(job: Job, told: Sequence[tuple[Verdict, str]]) -> None:
    record_all(_about(job, verdict.case.item, Verb.SYNCED, note=said) for verdict, said in told)


def _about(job: Job, item: Item, verb: Verb, *, note: str) -> Activity:
    return entry(
        organization=job.organization,
        mailbox=job.mailbox,
        verb=verb,
        item_key=item.key,
        scope=ScopeChoices.ITEM,
        title=item.title,
        note=note,
    )
