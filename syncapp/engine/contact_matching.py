"""Who a contact is, before anything is made of it: somebody whom the CRM knows, or whom this address book has already.

By address and name: one address may be a family's or a company's. Without it both sides would come to have everybody
twice. Whom the CRM knows as somebody else's contact, or as a lead, is left to them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from connectors.contacts import Contact, same_name
from connectors.effects import commit, within_commit
from connectors.errors import Failure
from connectors.records import CrmRecord, Direction, Page, Person, PersonKind, Ref, RemoteChange, Resource
from issues import services as issues
from issues.catalogue import Scope
from issues.lifecycle import Status
from issues.models import Resolution
from syncapp.engine import contact_planning, content, given, payload, record_planning
from syncapp.engine.acquaintances import people
from syncapp.engine.contact_planning import alike, grouped, with_address
from syncapp.engine.house import Found, House
from syncapp.engine.job import Job
from syncapp.engine.record_cases import Case, next_look, put_off
from syncapp.engine.relating import whose
from syncapp.engine.settling import Failed, settle
from syncapp.models import Binding, Change, ChangeState, Item

ASKED = "engine.AMBIGUOUS_MATCH"


@dataclass(frozen=True, kw_only=True)
class Known:
    """Whom the CRM has for a contact: a record to be one with, a rule that leaves it out, a question, or nobody."""

    record_id: str = ""
    rule: str = ""
    failure: Failure | None = None


NOBODY = Known()


def known_as(
    contact: Contact, found: Found, records: Mapping[str, CrmRecord], taken: Collection[str], house: House
) -> Known:
    """Pure. `records` are the contacts that have its addresses, by id, `taken` the ids of those that are in step. Whom
    the owner has by any of the addresses comes before somebody else's contact, or a lead."""
    people = [
        (address, each)
        for address in contact.emails
        for each in found.get(address, ())
        if same_name(_name(each, records), contact.title)
    ]
    contacts = [(address, each) for address, each in people if each.id in records]
    mine = [(address, each) for address, each in contacts if _is_of(house, records[each.id])]
    free = [(address, each) for address, each in mine if each.id not in taken]
    if free:
        first = free[0][0]
        return _chosen(first, tuple(each for address, each in free if address == first), house)
    if mine:
        return Known(rule=content.SAME_ADDRESS)
    if contacts:
        return Known(rule=content.SOMEONE_ELSES)
    is_lead = any(each.kind is PersonKind.LEAD for _, each in people)
    return Known(rule=content.A_LEAD) if is_lead else NOBODY


def _meant(record: CrmRecord, taken: Collection[str], house: House) -> Known:
    """Whom a person said that it is. It is one with that record where its owner has it, and nobody else in step."""
    if not _is_of(house, record):
        return Known(rule=content.SOMEONE_ELSES)
    return Known(rule=content.SAME_ADDRESS) if record.ref.id in taken else Known(record_id=record.ref.id)


def _name(person: Person, records: Mapping[str, CrmRecord]) -> str:
    record = records.get(person.id)
    return record.record.title if record else person.name


def _is_of(house: House, record: CrmRecord) -> bool:
    return not house.owner_id or record.owner_id[:15] == house.owner_id[:15]


def _chosen(address: str, rivals: tuple[Person, ...], house: House) -> Known:
    one = whose(address, rivals, house)
    return Known(failure=one) if isinstance(one, Failure) else Known(record_id=one.id)


# -- Towards the CRM

Fresh = Sequence[tuple[Case, Contact]]


def known_in_crm(job: Job, cases: Sequence[Case], house: House) -> tuple[list[Case], dict[str, CrmRecord]]:
    """The cases that go on, those of known people with their records, and how these stand. Raises `SideFailed`,
    `LeaseLost`."""
    fresh = fresh_of(cases)
    if not fresh:
        return list(cases), {}
    over = _taken_up_again(job, fresh)
    fresh = [(case, contact) for case, contact in fresh if case.item.pk not in over]
    told, records = asked(job, fresh, house)
    pairs = [(case, known) for (case, _), known in zip(fresh, told, strict=True)]
    _settle(job, pairs)
    over |= _united(job, pairs)
    for case, known in pairs:
        case.item.record_id = known.record_id
    over |= {case.item.pk for case, known in pairs if known.rule or known.failure}
    linked = {known.record_id for known in told}
    return [case for case in cases if case.item.pk not in over], {k: r for k, r in records.items() if k in linked}


def _united(job: Job, pairs: Sequence[tuple[Case, Known]]) -> set[int]:
    """Those whose record is to come into this mailbox, and comes as the copy that is there."""
    wanted = {known.record_id: case for case, known in pairs if known.record_id and case.binding}
    meant = Item.objects.filter(resource=Resource.CONTACT, record_id__in=wanted).order_by("pk")
    here = {item.record_id: item for item in meant}
    copies = [(item, wanted[record_id].binding) for record_id, item in here.items()]
    _unite(job, [(item, copy) for item, copy in copies if copy is not None])
    return {wanted[record_id].item.pk for record_id in here}


def _taken_up_again(job: Job, fresh: Fresh) -> set[int]:
    """Those whom this mailbox had before, under another entry of its address book, and let go."""
    told = zip(fresh, contact_planning.waiting(job, [contact for _, contact in fresh]), strict=True)
    here = [(case.item.pk, item, case.binding) for (case, _), item in told if item and case.binding]
    _unite(job, [(item, copy) for _, item, copy in here])
    return {pk for pk, _, _ in here}


def fresh_of(cases: Sequence[Case]) -> list[tuple[Case, Contact]]:
    """Contacts that the CRM has no record of, as far as we know, nor may have one that we made."""
    found: list[tuple[Case, Contact]] = []
    for case in cases:
        change, item = case.to_crm, case.item
        if case.resource is Resource.CONTACT and change and change.payload and not (item.record_id or item.sent):
            contact = payload.record_from_json(change.payload)
            found += [(case, contact)] if isinstance(contact, Contact) else []
    return found


def asked(job: Job, fresh: Fresh, house: House) -> tuple[list[Known], dict[str, CrmRecord]]:
    """Whom the CRM has for each, in their order, and the contacts that it has of these addresses. Nothing is written.
    Raises `SideFailed`."""
    doubles = _doubles(job, fresh)
    others = [contact for (_, contact), is_double in zip(fresh, doubles, strict=True) if not is_double]
    wanted = dict.fromkeys(address for contact in others for address in contact.emails)
    heard = people(job, wanted, house) if wanted else {}
    found = {address: heard.get(address, ()) for address in wanted}
    meant = {case.item.pk: said[1] for case, _ in fresh if (said := given.picked(case.item.filled_in))}
    ids = list(dict.fromkeys(p.id for people in found.values() for p in people if p.kind is PersonKind.CONTACT))
    ids = list(dict.fromkeys([*ids, *meant.values()]))
    records = _records(job, ids)
    living = Binding.objects.filter(gone_at=None, item__resource=Resource.CONTACT, item__record_id__in=ids)
    taken = set(living.values_list("item__record_id", flat=True))
    told: list[Known] = []
    for (case, contact), is_double in zip(fresh, doubles, strict=True):
        double = Known(rule=content.SAME_ADDRESS)
        one = records.get(meant.get(case.item.pk, ""))
        if is_double:
            told.append(double)
        else:
            told.append(_meant(one, taken, house) if one else known_as(contact, found, records, taken, house))
        taken |= {told[-1].record_id}
    return told, records


def _doubles(job: Job, fresh: Fresh) -> list[bool]:
    """Whether this address book has each twice: the other one is in step, or is about to be."""
    rows = with_address(job, [contact for _, contact in fresh])
    here = rows.filter(bindings__mailbox=job.mailbox, bindings__gone_at=None).exclude(record_id="", sent={})
    in_step = grouped(here)
    over: list[bool] = []
    seen: list[Contact] = []
    for case, contact in fresh:
        others = [item for item in alike(job, contact, in_step) if item.pk != case.item.pk]
        over.append(bool(others) or any(_are_one(contact, each) for each in seen))
        seen.append(contact)
    return over


def _are_one(one: Contact, other: Contact) -> bool:
    return bool({*one.emails} & {*other.emails}) and same_name(one.title, other.title)


def _records(job: Job, ids: Sequence[str]) -> dict[str, CrmRecord]:
    if not ids:
        return {}
    answers = job.lines.crm.call("look at known contacts", lambda crm: crm.current(Resource.CONTACT, ids))
    return {each.ref.id: each for each in answers if isinstance(each, CrmRecord)}


def _settle(job: Job, told: Sequence[tuple[Case, Known]]) -> None:
    """What the CRM has otherwise is left out, what it has several of is asked."""
    asked_about = [(case.to_crm, known.failure) for case, known in told if case.to_crm and known.failure]
    if asked_about:
        settle(job, [(change, Failed(failure=each, side=Scope.ORGANIZATION)) for change, each in asked_about], None)
    out = {case.item.pk: (case.item, known.rule) for case, known in told if known.rule}
    if out:
        with commit("contacts: leave out"):
            job.show()
            issues.take_turns([job.organization.pk])
            contact_planning.leave_out(job, out)


def accounts(job: Job, contacts: Mapping[int, Contact]) -> dict[int, str]:
    """The account that each is to be made with, by item: the one that has the name of its company. Raises
    `SideFailed`."""
    names = list(dict.fromkeys(name for contact in contacts.values() if (name := _company(contact))))
    if not names:
        return {}
    found = job.lines.crm.call("find accounts", lambda crm: crm.accounts(names))
    return {pk: account for pk, contact in contacts.items() if (account := found.get(_company(contact), ""))}


def _company(contact: Contact) -> str:
    return " ".join(contact.company.split())


# -- Towards the mailbox


def known_here(job: Job, cases: Sequence[Case]) -> list[Case]:
    """The cases, without contacts that this address book has by themselves: these are read, and go on as one. Raises
    `SideFailed`, `LeaseLost`."""
    wanted = [(case, contact) for case in cases if (contact := _to_be_made(case))]
    here = _unlinked(job, wanted) if wanted else []
    open_ = _undecided([copy for _, copy in here])
    again = next_look()
    put_off(job, "contacts: put off", [(case, again) for case, copy in here if copy.item_id in open_])
    free = [(case, copy) for case, copy in reversed(here) if copy.item_id not in open_]
    first = {copy.pk: (case.item, copy) for case, copy in free}  # of several the others are made beside it
    _unite(job, list(first.values()))
    over = {case.item.pk for case, copy in here if copy.item_id in open_} | {item.pk for item, _ in first.values()}
    return [case for case in cases if case.item.pk not in over]


def _undecided(copies: Sequence[Binding]) -> set[int]:
    """The items of those about whom it is still to be found out, or asked, who they are in the CRM: which of several is
    for the rules to say."""
    rows = Change.objects.filter(item__in=[copy.item_id for copy in copies], direction=Direction.TO_CRM)
    asked_about = Q(code=ASKED) & ~Q(issue__status=Status.IGNORED)
    new = Q(state__in=(ChangeState.PENDING, ChangeState.WAITING))
    return set(rows.filter(new | asked_about).values_list("item_id", flat=True))


def _to_be_made(case: Case) -> Contact | None:
    change = case.to_mailbox
    if case.resource is not Resource.CONTACT or case.binding or change is None or change.payload is None:
        return None
    contact = payload.record_from_json(change.payload)
    return contact if isinstance(contact, Contact) else None


def _unlinked(job: Job, wanted: Sequence[tuple[Case, Contact]]) -> list[tuple[Case, Binding]]:
    """This mailbox's own copies of these people, of whom nothing is in the CRM. Several may have the same one."""
    items = with_address(job, [contact for _, contact in wanted])
    rows = Binding.objects.filter(mailbox=job.mailbox, gone_at=None, item__in=items)
    free = rows.filter(item__record_id="", item__sent={}).select_related("item").order_by("-pk")
    copies = {copy.item_id: copy for copy in free}
    there = grouped(copy.item for copy in copies.values())
    found: list[tuple[Case, Binding]] = []
    for case, contact in wanted:
        near = [copies[item.pk] for item in alike(job, contact, there) if item.pk != case.item.pk]
        found += [(case, min(near, key=lambda copy: copy.pk))] if near else []
    return found


def _unite(job: Job, pairs: Sequence[tuple[Item, Binding]]) -> None:
    """Each copy is that of the item from now on, and is read as that: nothing is written to it before it was. Raises
    `SideFailed`, `LeaseLost`."""
    if pairs:
        with commit("contacts: unite"):
            job.show()
            issues.take_turns([job.organization.pk])
            for item, copy in pairs:
                _become_one(job, item, copy)
        _read(job, [Ref(id=copy.remote_id) for _, copy in pairs])


@within_commit
def _become_one(job: Job, item: Item, copy: Binding) -> None:
    """What the mailbox has is the item's copy from now on; the item that stood for it goes."""
    stood = copy.item
    issues.close(job.organization.pk, {stood.key: "Salesforce has it by now"}, Resolution.MERGED)
    Change.objects.filter(item=stood).delete()
    Binding.objects.filter(pk=copy.pk).update(item=item)
    stood.delete()
    item.alias = stood.key
    item.save(update_fields=["alias"])
    unread = Change(organization=job.organization, mailbox=job.mailbox, item=item, direction=Direction.TO_CRM)
    Change.objects.bulk_create([unread], ignore_conflicts=True)


def _read(job: Job, refs: Sequence[Ref]) -> None:
    answers = job.lines.mail.call("look at contacts here", lambda mail: mail.look(Resource.CONTACT, refs))
    found = tuple(each for each in answers if isinstance(each, RemoteChange) and not each.gone)
    record_planning.take_in(job, Page(changes=found, cursor="", complete=False))
