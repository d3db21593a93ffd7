"""Puts the attachments that an organization wants as files into the CRM, before the messages that take them along.

Their bytes are kept nowhere: the mailbox is asked for the message again, one message at a time, and of it one file is
in hand. A file has a key that follows from its message, so whoever tries again after a crash finds it there.

No file holds its message back for long. One that is refused stays there by its name, with the reason, and the journal
has the code; what passes by itself is tried three times before. Only what stops every call stops this one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from connectors.attachments import FileWrite
from connectors.errors import Failure, ItemError, Kind, Matched
from connectors.records import Attachment, Email, Ref
from issues import catalogue
from syncapp.engine import matching, reading
from syncapp.engine.identity import file_key
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.matching import Problem
from syncapp.engine.preparing import Prepared
from syncapp.engine.retry import SILENT
from syncapp.models import Binding

STOPS = frozenset({Kind.AUTH, Kind.RATE_LIMITED})
PASSES = frozenset({Kind.TRANSIENT, Kind.UNKNOWN})
NOT_BROUGHT = "engine.FILE_NOT_BROUGHT"


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """The files of one message: the place of each among its attachments, by its key."""

    prepared: Prepared
    email: Email
    places: Mapping[str, int]


@dataclass(kw_only=True)
class _Work:
    """What came of the files so far, by their keys: their ids in the CRM, "" where one is not known yet, and why others
    are not there.

    `ends` is when whoever wants the worker back has waited long enough; `hung` that a call took too long already.
    """

    job: Job
    ends: float
    known: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Failure] = field(default_factory=dict)
    hung: bool = False

    def open(self, each: _Wanted) -> list[str]:
        """The keys of a message's files of which nothing is known yet."""
        return [key for key in each.places if key not in self.known and key not in self.refused]

    @property
    def unnamed(self) -> list[str]:
        return [key for key, file_id in self.known.items() if not file_id]

    @property
    def is_over(self) -> bool:
        """One file is brought each time at least, so that there is an end."""
        return self.hung or (bool(self.unnamed) and time.monotonic() >= self.ends)


def with_files(job: Job, prepared: Sequence[Prepared]) -> list[Prepared]:
    """The same, with what each message takes along; without those for whose files there was no time, which stay due.

    Raises `SideFailed`, `LeaseLost`.
    """
    wanted = {p.change.pk: found for p in prepared if (found := _wanted(job, p))}
    if not wanted:
        return list(prepared)
    work = _Work(job=job, ends=time.monotonic() + settings.SYNC_JOB_SECONDS)
    _find(work, [key for each in wanted.values() for key in each.places])
    for each in wanted.values():
        _bring(work, each)
    if work.unnamed:
        _find(work, work.unnamed)
    told = {pk: None if work.open(each) else _told(work, each) for pk, each in wanted.items()}
    return [ready for p in prepared if (ready := told.get(p.change.pk, p))]


def _wanted(job: Job, prepared: Prepared) -> _Wanted | None:
    email, item = prepared.email, prepared.change.item
    if email is None or not prepared.change.needs_mailbox or not isinstance(prepared.decision, matching.Write):
        return None
    places = job.organization.file_rules.wanted(email.attachments)
    secret = job.organization.secret
    keys = {file_key(secret, item.key, place, email.attachments[place]): place for place in places}
    return _Wanted(prepared=prepared, email=email, places=keys) if keys else None


def _find(work: _Work, keys: Sequence[str]) -> None:
    """Asks the CRM which of these files are there. Where it takes no such question, all of them are refused."""
    try:
        work.known |= work.job.lines.crm.call("find files", lambda crm: crm.find_files(keys))
    except SideFailed as error:
        if error.failure.kind in STOPS or error.failure.kind is Kind.TRANSIENT:
            raise
        work.refused |= dict.fromkeys(keys, error.failure)


def _bring(work: _Work, each: _Wanted) -> None:
    """Uploads what is missing of one message, file by file, for as long as there is time."""
    missing = work.open(each)
    if not missing or work.is_over:
        return
    contents = _contents(work.job, each)
    for key in missing:
        if isinstance(contents, Failure):
            work.refused[key] = contents
        elif not work.is_over:
            _upload(work, key, each.email.attachments[each.places[key]], contents, each.places[key])


def _contents(job: Job, each: _Wanted) -> Sequence[bytes] | Failure:
    """The attachments of a message, read again from this mailbox."""
    copy = Binding.objects.filter(item=each.prepared.change.item, mailbox=job.mailbox, gone_at=None).first()
    if copy is None:
        return reading.not_in_mailbox()
    ref = Ref(id=copy.remote_id)
    found = job.lines.mail.call("get attachments", lambda mail: mail.contents(ref))
    if isinstance(found, ItemError):
        return reading.not_in_mailbox() if found.failure.kind is Kind.NOT_FOUND else found.failure
    return found if len(found) == len(each.email.attachments) else _not_brought("the message reads otherwise now")


def _upload(work: _Work, key: str, named: Attachment, contents: Sequence[bytes], place: int) -> None:
    file = FileWrite(key=key, name=named.name, content=contents[place])
    try:
        answer = work.job.lines.crm.call("upload file", lambda crm: crm.upload(file))
    except SideFailed as error:
        if error.failure.kind in STOPS:
            raise
        work.refused[key], work.hung = error.failure, True
        return
    if isinstance(answer, ItemError):
        work.refused[key] = answer.failure
    else:
        work.known[key] = ""


def _told(work: _Work, each: _Wanted) -> Prepared:
    """The message with its files, and with the reason beside the name of each that did not come; or that it waits."""
    refused = {place: work.refused[key] for key, place in each.places.items() if key in work.refused}
    files = [work.known[key] for key in each.places if key in work.known]
    passing = next((failure for failure in refused.values() if failure.kind in PASSES), None)
    if passing and each.prepared.change.tries < SILENT:
        waits = _not_brought(f"{passing.code}: {passing.said}", Kind.TRANSIENT)
        return replace(each.prepared, decision=Problem(failure=waits))
    decision = each.prepared.decision
    assert isinstance(decision, matching.Write)  # noqa: S101 - nobody else wants files
    email = replace(each.email, attachments=tuple(_named(each.email.attachments, refused)))
    write = replace(decision.write, email=email, files=tuple(file_id for file_id in files if file_id))
    lacking = tuple(failure.code for failure in refused.values())
    return replace(each.prepared, decision=matching.Write(write=write), lacking=lacking)


def _named(attachments: Sequence[Attachment], refused: Mapping[int, Failure]) -> Iterable[Attachment]:
    """The attachments with the reason in the names of those that did not come, in people's words."""
    for place, each in enumerate(attachments):
        reason = f" (not brought: {catalogue.entry(refused[place].code).title})" if place in refused else ""
        yield replace(each, name=each.name + reason)


def _not_brought(said: str, kind: Kind = Kind.INVALID) -> Failure:
    return Failure(provider="engine", code=NOT_BROUGHT, kind=kind, said=said, matched=Matched.CODE)
