"""What a run of a mailbox would write, found out without writing anything: the same reads, the same pure decisions.

Nothing reaches a table of ours, and neither side is asked to change anything. A rehearsal has no lease: a run may pass
it meanwhile, and then it tells of what is no news any more. What a rule of the CRM refuses cannot be foreseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from connectors.errors import Kind
from connectors.records import (
    CaseWrite,
    Direction,
    Email,
    EmailWrite,
    Flag,
    Page,
    Person,
    PersonKind,
    PersonWrite,
    Ref,
    Resource,
)
from syncapp.engine import conversations, headers, labelling, payload, reading
from syncapp.engine.due import due
from syncapp.engine.house import Found, House
from syncapp.engine.lines import SideFailed
from syncapp.engine.matching import (
    MAILBOX_RULES,
    CaseFirst,
    Decision,
    LeadFirst,
    Out,
    Problem,
    Write,
    decide,
    looked_up,
)
from syncapp.engine.preparing import ask
from syncapp.engine.reading import Seen
from syncapp.engine.rehearsal import Outlook, Planned, Rehearsal
from syncapp.engine.rehearsing_records import records
from syncapp.models import Binding, Change, Cursor, Filtered, Item

PROMISED = "to be created"  # stands for the id of a lead that does not exist yet


def rehearse(job: Rehearsal, outlook: Outlook) -> Iterator[Planned]:
    """The writes, as they are found; `outlook` says the rest when they are over. Raises `SideFailed`."""
    for each in _RESOURCES.values():
        yield from each(job, outlook)


def _messages(job: Rehearsal, outlook: Outlook) -> Iterator[Planned]:
    """What waits first, then what the feed shows page by page; each message once."""
    labelling.look(job)
    known = _Known()
    for seen in chain(_waiting(job), _arrived(job)):
        house = job.house(labelling.rules_of(job))
        once = {s.key: s for s in reversed(seen)}  # the first copy counts
        fresh = [s for s in reversed(once.values()) if s.key not in known.keys]
        known.keys |= {s.key for s in fresh}
        outlook.read += len(fresh)
        outlook.problems += Counter(s.failure.code for s in fresh if s.failure)
        yield from _decided(job, [(s.key, s.email) for s in fresh if s.email], house, known, outlook)


@dataclass(kw_only=True)
class _Known:
    """What the rehearsal has seen so far: keys of items, of cases that are there or would be opened, and leads that the
    run would make, by their addresses."""

    keys: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    leads: dict[str, tuple[Person, ...]] = field(default_factory=dict)


def _waiting(job: Rehearsal) -> Iterator[list[Seen]]:
    """What was read before and is due, a slice at a time."""
    rows = due(job.mailbox.pk).filter(item__resource=Resource.EMAIL, direction=Direction.TO_CRM)
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), reading.SLICE):
        part = Change.objects.filter(pk__in=ids[at : at + reading.SLICE]).select_related("item").order_by("pk")
        yield [seen for change in part if (seen := _again(job, change))]


def _again(job: Rehearsal, change: Change) -> Seen | None:
    """The message of a change, asked for again where that may tell more. None: it is a copy of another item."""
    message = payload.from_json(change.payload) if change.payload else None
    if message is not None and job.organization.headers_only:
        message = headers.bare(message)
    if message is not None and not (Flag.OVERSIZED in message.flags and change.tries):
        return Seen(remote_id="", key=change.item.key, email=message)
    copy = Binding.objects.filter(item=change.item, mailbox=job.mailbox, gone_at=None).first()
    if copy is None:
        return Seen(remote_id="", key=change.item.key, failure=reading.not_in_mailbox())
    ref = Ref(id=copy.remote_id)
    (answer,) = job.lines.mail.call("get message again", lambda mail: mail.get(Resource.EMAIL, [ref]))
    seen = reading.seen_as(job, ref, answer)
    return None if Item.objects.filter(key=seen.key).exclude(pk=change.item_id).exists() else seen


def _arrived(job: Rehearsal) -> Iterator[list[Seen]]:
    """What the feed shows since the last run and is not in the CRM, a slice at a time."""
    for page in _pages(job):
        fresh = reading.unknown(job, [change.ref for change in page.changes if not change.gone])
        for at in range(0, len(fresh), reading.SLICE):
            yield _wanted(reading.read(job, fresh[at : at + reading.SLICE]))


def _pages(job: Rehearsal) -> Iterator[Page]:
    """From the cursor to the end; from the beginning where the provider has forgotten it."""
    row = Cursor.objects.filter(mailbox=job.mailbox, resource=Resource.EMAIL).first()
    try:
        yield from _pages_after(job, row.value if row else None)
    except SideFailed as error:
        if error.failure.kind is not Kind.CURSOR_EXPIRED or row is None:
            raise
        yield from _pages_after(job, None)


def _pages_after(job: Rehearsal, value: str | None) -> Iterator[Page]:
    since, labels = reading.window(job.mailbox), labelling.watched(job)
    while True:
        page = job.lines.mail.call(
            "read page",
            lambda mail, value=value: next(iter(mail.pull(Resource.EMAIL, value, since, labels))),  # type: ignore[misc]
        )
        yield page
        if page.complete:
            return
        value = page.cursor


def _wanted(seen: Sequence[Seen]) -> list[Seen]:
    """Those that need a write: not what is in the CRM, is filtered for good, or has a change of its own."""
    items = Item.objects.filter(key__in=[s.key for s in seen])
    done = set(items.filter(synced_at__isnull=False).values_list("key", flat=True))
    out = Filtered.objects.exclude(rule__in=MAILBOX_RULES).filter(item__in=items)
    done |= set(out.values_list("item__key", flat=True))
    done |= set(Change.objects.filter(item__in=items).values_list("item__key", flat=True))
    return [s for s in seen if s.key not in done]


def _decided(
    job: Rehearsal, messages: Sequence[tuple[str, Email]], house: House, known: _Known, outlook: Outlook
) -> Iterator[Planned]:
    addresses = dict.fromkeys(a for _, email in messages for a in looked_up(email, house))
    found: Found = {**ask(job, list(addresses), house), **known.leads}
    for key, email in messages:
        yield from _ends(job, key, email, house, found, known, outlook)


def _ends(
    job: Rehearsal, key: str, email: Email, house: House, found: Found, known: _Known, outlook: Outlook
) -> Iterator[Planned]:
    """The writes for one message; a lead or a case that it needs comes first, and is made once."""
    decision: Decision = decide(email, key, house, {**found, **known.leads})
    if isinstance(decision, LeadFirst):
        yield _lead(decision.lead)
        person = Person(kind=PersonKind.LEAD, id=PROMISED, email=decision.lead.email)
        known.leads[person.email] = (person,)
        decision = decide(email, key, house, {**decision.beside, person.email: (person,)})
    match decision:
        case Out():
            outlook.left_out[decision.rule] += 1
        case Problem():
            outlook.problems[decision.failure.code] += 1
        case Write():
            yield _message(decision.write)
        case CaseFirst():
            if _is_new(job, decision.case.key, known):
                yield _case(decision.case)
            yield _message(decision.write)


def _is_new(job: Rehearsal, key: str, known: _Known) -> bool:
    """Whether a case has to be opened, as far as our own rows know."""
    if key in known.cases:
        return False
    known.cases.add(key)
    return key not in conversations.known(job, [key])


def _case(write: CaseWrite) -> Planned:
    people = 1 if write.contact_id else 0
    return Planned(side="crm", action="create", object="case", key=write.key, title=write.subject, people=people)


def _lead(write: PersonWrite) -> Planned:
    name = f"{write.first_name} {write.last_name}".strip() or write.email
    return Planned(side="crm", action="create", object="lead", key=write.key, title=name)


def _message(write: EmailWrite) -> Planned:
    people = len({link.person_id for link in write.links})
    subject = write.email.subject
    return Planned(side="crm", action="create", object="message", key=write.key, title=subject, people=people)


# A resource that comes to be synced gets its line here: reads and pure decisions, as above.
_RESOURCES: Mapping[Resource, Callable[[Rehearsal, Outlook], Iterable[Planned]]] = {
    Resource.EMAIL: _messages,
    Resource.EVENT: partial(records, resource=Resource.EVENT),
    Resource.TASK: partial(records, resource=Resource.TASK),
    Resource.CONTACT: partial(records, resource=Resource.CONTACT),
}
