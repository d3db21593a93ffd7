"""Events that a calendar lists and that could not be read: each is an item that waits, never one left out.

Until one can be read its identity is not known, so the item is provisional, under the calendar's own id. Once it is
read at last it becomes what it is, and what stood for it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.effects import commit, within_commit
from connectors.errors import Failure, ItemError, Kind
from connectors.records import Page, Ref, RemoteChange, Resource
from issues import services as issues
from issues.models import Resolution
from syncapp.engine import identity, record_planning
from syncapp.engine.job import Job
from syncapp.engine.record_cases import Case
from syncapp.engine.settling import Failed, settle
from syncapp.models import Binding, Change, Item


def completed(job: Job, page: Page, resource: Resource) -> Page:
    """The page with a record for every event or task that is there; what cannot be read is an item that failed.

    Raises `SideFailed`, `LeaseLost`.
    """
    blank = [change.ref for change in page.changes if change.record is None and not (change.gone or change.outside)]
    if not blank:
        return page
    answers = dict(zip((ref.id for ref in blank), _asked(job, blank, resource), strict=True))
    told = [(ref, answer) for ref, answer in answers.items() if isinstance(answer, ItemError)]
    _note(job, resource, {ref: answer.failure for ref, answer in told if _stays_unread(answer)})
    found = [answers.get(change.ref.id, change) for change in page.changes]
    return replace(page, changes=tuple(each for each in found if isinstance(each, RemoteChange)))


def _asked(job: Job, refs: Sequence[Ref], resource: Resource) -> list[RemoteChange | ItemError]:
    return job.lines.mail.call(f"get {resource}s", lambda mail: mail.look(resource, refs))


def _stays_unread(answer: ItemError) -> bool:
    return answer.failure.kind is not Kind.NOT_FOUND


def _note(job: Job, resource: Resource, unread: dict[str, Failure]) -> None:
    """Rows for what could not be read; a copy that was read before keeps its item."""
    if not unread:
        return
    with commit("plan unread events"):
        job.show()
        issues.take_turns([job.organization.pk])
        _rows(job, resource, unread)
    rows = Change.objects.filter(mailbox=job.mailbox, item__bindings__remote_id__in=unread, payload=None, gone=False)
    failed = {change.pk: change for change in rows.select_related("item", "issue").order_by("pk")}
    refs = dict(Binding.objects.filter(mailbox=job.mailbox, remote_id__in=unread).values_list("item_id", "remote_id"))
    settle(
        job, [(each, Failed(failure=unread[refs[each.item_id]])) for each in failed.values() if each.tries == 0], None
    )


@within_commit
def _rows(job: Job, resource: Resource, unread: dict[str, Failure]) -> None:
    known = set(Binding.objects.filter(mailbox=job.mailbox, remote_id__in=unread).values_list("remote_id", flat=True))
    keys = {_key(job, resource, ref): ref for ref in unread if ref not in known}
    Item.objects.bulk_create(
        [Item(organization=job.organization, resource=resource, key=key, provisional=True) for key in sorted(keys)],
        ignore_conflicts=True,
    )
    items = {item.key: item for item in Item.objects.filter(key__in=keys)}
    read_before = list(Item.objects.filter(bindings__mailbox=job.mailbox, bindings__remote_id__in=known))
    Binding.objects.bulk_create(
        [
            Binding(organization=job.organization, mailbox=job.mailbox, item=items[key], remote_id=ref)
            for key, ref in keys.items()
        ],
        ignore_conflicts=True,
    )
    Change.objects.bulk_create(
        [
            Change(organization=job.organization, mailbox=job.mailbox, item=each)
            for each in (*items.values(), *read_before)
        ],
        ignore_conflicts=True,
    )


def _key(job: Job, resource: Resource, ref: str) -> str:
    text = identity.provisional(job.mailbox.address, ref)
    return identity.key(job.organization.secret, resource, text)


def read_again(job: Job, cases: Sequence[Case]) -> list[Case]:
    """The cases that have something to work with; the others are asked for again, and go by what is said now.

    Raises `SideFailed`, `LeaseLost`.
    """
    blank = [case for case in cases if case.to_crm and case.to_crm.payload is None and not case.to_crm.gone]
    if not blank:
        return list(cases)
    refs = [Ref(id=case.binding.remote_id) if case.binding else None for case in blank]
    asked = [ref for ref in refs if ref is not None]
    answers = dict(zip((ref.id for ref in asked), _asked(job, asked, blank[0].resource), strict=True)) if asked else {}
    for case, ref in zip(blank, refs, strict=True):
        _told(job, case, answers.get(ref.id) if ref else None)
    left = {case.item.pk for case in blank}
    return [case for case in cases if case.item.pk not in left]


def _told(job: Job, case: Case, answer: RemoteChange | ItemError | None) -> None:
    if isinstance(answer, ItemError) and _stays_unread(answer):
        if case.to_crm is not None:
            settle(job, [(case.to_crm, Failed(failure=answer.failure))], None)
        return
    with commit("event: read at last"):
        job.show()
        issues.take_turns([job.organization.pk])
        proof = {case.item.key: "it could be read" if isinstance(answer, RemoteChange) else "it is gone"}
        issues.close(job.organization.pk, proof, Resolution.MERGED)
        if case.item.provisional:
            case.item.delete()
        elif case.to_crm is not None:
            case.to_crm.delete()
        if isinstance(answer, RemoteChange) and not answer.gone:
            record_planning.take_in(job, Page(changes=(answer,), cursor="", complete=False))
