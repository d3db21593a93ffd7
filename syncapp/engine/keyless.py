"""Where the CRM has none of our fields and the organization goes on without them: weaker mode.

Nothing in the CRM keeps a second record of a message out then, so each one is looked for by what no two messages share
(Message-ID, date, sender and subject) before it is written. One that is found is ours; of several a person has to say
which to keep. Before a message is sent its change says so, and since when. As long as nobody has heard the answer, what
is not found may still be on its way: it is written again only after as long as a request may live.

Leads are looked for by their address. What has no key gets it once there is a place for it; nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from connectors import clock
from connectors.effects import commit
from connectors.errors import Failure, ItemError, Kind, Matched
from connectors.models import Organization
from connectors.protocol import CrmConnector
from connectors.records import CrmEmail, EmailWrite, PersonWrite, Ref, Write
from syncapp.engine.comparing import is_same
from syncapp.engine.job import Job
from syncapp.engine.lines import Line, SideFailed, crm_line
from syncapp.models import Change, Item

MISSING = "salesforce.OWN_FIELD_MISSING"
AWAITED, SEVERAL = "engine.ANSWER_AWAITED", "engine.SEVERAL_COPIES"
ON_ITS_WAY = timedelta(seconds=60)  # for which a request that nobody answered may still be carried out
BELIEVED = timedelta(days=1)  # for which the CRM is taken to have no fields of ours; then they are tried again
UNSURE = frozenset({Kind.TRANSIENT, Kind.UNKNOWN})  # refusals after which a record may be there all the same
SIGNED, MOST_SIGNED = 200, 2_000
SETTLED = frozenset({"salesforce.ENTITY_IS_DELETED", "salesforce.NOT_FOUND", "salesforce.DUPLICATE_VALUE"})

Answers = dict[str, Ref | ItemError]
Push = Callable[[Job, str, Sequence[Write]], Answers]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of messages, by their keys, and which of them went without."""

    answers: Mapping[str, Ref | ItemError]
    keyless: frozenset[str] = frozenset()


def messages(job: Job, wanted: Sequence[tuple[Change, EmailWrite]], push: Push) -> Sent:
    """Writes messages, with their keys where there is a place for these. Raises `SideFailed`, `LeaseLost`."""
    lacks = _is_known_to_lack(job.organization)
    # What may be there without a key is looked for whatever is the case now.
    found = _found(job, [(change, write) for change, write in wanted if lacks or change.sending_since])
    rest = [(change, write) for change, write in wanted if write.key not in found]
    answers, left = _with_keys(job, "push messages", [write for _, write in rest], push)
    without = [(change, write) for change, write in rest if write.key in left]
    if without and not lacks:
        found |= _found(job, without)
        without = [(change, write) for change, write in without if write.key not in found]
    made = _sent(job, without, push) if without else {}
    return Sent(answers=answers | found | made, keyless=frozenset({*found, *made}))


def leads(job: Job, wanted: Sequence[PersonWrite], push: Push) -> Answers:
    """Likewise; whoever is there by now is not made again. Raises `SideFailed`, `LeaseLost`."""
    answers, left = _with_keys(job, "push leads", wanted, push)
    without = [write for write in wanted if write.key in left]
    if not without:
        return answers
    addresses = [write.email for write in without]
    there = job.lines.crm.call("look for leads", lambda crm: crm.find_people(addresses))
    known: Answers = {write.key: Ref(id=there[write.email][0].id) for write in without if there.get(write.email)}
    fresh = [replace(write, keyless=True) for write in without if write.key not in known]
    return answers | known | push(job, "push leads without keys", fresh)


def _with_keys(job: Job, name: str, writes: Sequence[Write], push: Push) -> tuple[Answers, set[str]]:
    """The answers, and the keys of those for which there is no place."""
    if not writes or _is_known_to_lack(job.organization):
        return {}, {write.key for write in writes}
    try:
        answers = push(job, name, writes)
    except SideFailed as error:
        if not (job.organization.weaker_mode and error.failure.code == MISSING):
            raise
        answers = {write.key: ItemError(failure=error.failure) for write in writes}
    if any(isinstance(answer, Ref) for answer in answers.values()):
        _note(job, None)
    lacking = {k for k, a in answers.items() if isinstance(a, ItemError) and a.failure.code == MISSING}
    if not lacking or not job.organization.weaker_mode:
        return answers, set()
    _note(job, clock.now())
    return {key: answer for key, answer in answers.items() if key not in lacking}, lacking


def _is_known_to_lack(organization: Organization) -> bool:
    at = organization.keyless_at
    return organization.weaker_mode and at is not None and clock.now() - at < BELIEVED


def _note(job: Job, at: datetime | None) -> None:
    """Since when the CRM is known to have none of our fields; None: it has them. Raises `LeaseLost`."""
    if at is None and job.organization.keyless_at is None:
        return
    with commit("keyless: note"):
        job.show()
        Organization.objects.filter(pk=job.organization.pk).update(keyless_at=at)
    job.organization.keyless_at = at


def _found(job: Job, wanted: Sequence[tuple[Change, EmailWrite]]) -> Answers:
    """Those of which a look tells what becomes of them; the others are not there, and not on their way."""
    if not wanted:
        return {}
    emails = [write.email for _, write in wanted]
    there = job.lines.crm.call("look for messages", lambda crm: crm.alike(emails))
    seen = {write.key: _seen(change, write, there) for change, write in wanted}
    return {key: answer for key, answer in seen.items() if answer is not None}


def _seen(change: Change, write: EmailWrite, there: Sequence[CrmEmail]) -> Ref | ItemError | None:
    """What a look found out about one message; None: it is not there, and nothing is on its way."""
    same = [each.ref.id for each in there if is_same(each, write.email)]
    if len(same) > 1:
        return ItemError(failure=_told(SEVERAL, Kind.INVALID, fields=tuple(sorted(same))))
    if same:
        return Ref(id=same[0])
    left = change.sending_since + ON_ITS_WAY - clock.now() if change.sending_since else timedelta(0)
    if left > timedelta(0):
        return ItemError(failure=replace(_told(AWAITED, Kind.TRANSIENT), retry_after=left.total_seconds()))
    return None


def _told(code: str, kind: Kind, fields: tuple[str, ...] = ()) -> Failure:
    return Failure(provider="engine", code=code, kind=kind, fields=fields, matched=Matched.CODE)


def _sent(job: Job, fresh: Sequence[tuple[Change, EmailWrite]], push: Push) -> Answers:
    changes = [change for change, _ in fresh]
    _keep(job, "keyless: sending", changes, clock.now())
    try:
        made = push(job, "push messages without keys", [replace(write, keyless=True) for _, write in fresh])
    except SideFailed as error:
        if error.failure.kind not in UNSURE:
            _keep(job, "keyless: refused", changes, None)
        raise
    _keep(job, "keyless: refused", [change for change, write in fresh if _is_refused(made[write.key])], None)
    return made


def _is_refused(answer: Ref | ItemError) -> bool:
    """For sure: no record has come of it."""
    return isinstance(answer, ItemError) and answer.failure.kind not in UNSURE


def _keep(job: Job, name: str, changes: Sequence[Change], since: datetime | None) -> None:
    """Writes down what of ours may be on its way, and since when. Raises `LeaseLost`."""
    if not changes:
        return
    with commit(name):
        job.show()
        Change.objects.filter(pk__in=[change.pk for change in changes]).update(sending_since=since)


# -- Once there is a place for keys


def sign(organization: Organization) -> int:
    """Gives messages that were written without a key their own; how many. Raises `SideFailed`."""
    if organization.keyless_at is not None or not _unsigned(organization):
        return 0
    line, signed = crm_line(organization), 0
    try:
        while signed < MOST_SIGNED and (part := _signed(line, organization)):
            signed += part
    finally:
        line.close()
    return signed


def _unsigned(organization: Organization) -> list[Item]:
    """Of several items whose records could not be told apart the first one has it."""
    older = Item.objects.filter(
        organization=OuterRef("organization"), record_id=OuterRef("record_id"), pk__lt=OuterRef("pk")
    )
    rows = Item.objects.filter(organization=organization, keyless=True).exclude(record_id="")
    return list(rows.exclude(Exists(older)).order_by("pk")[:SIGNED])


def _signed(line: Line[CrmConnector], organization: Organization) -> int:
    """One call's worth. What cannot have its key any more, since it is gone or another record has it, is done with:
    the comparison of both sides tells of it."""
    items = {item.record_id: item for item in _unsigned(organization)}
    if not items:
        return 0
    keys = {record_id: item.key for record_id, item in items.items()}
    said = line.call("sign messages", lambda crm: crm.sign(keys))
    done = [items[id_].pk for id_, a in said.items() if isinstance(a, Ref) or a.failure.code in SETTLED]
    with commit("keyless: signed"):
        Item.objects.filter(pk__in=done).update(keyless=False)
    return len(done)
