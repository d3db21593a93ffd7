"""An organization with mailboxes and a CRM in memory: seen from outside, played through, and how it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

from django.core import mail
from django.db import transaction

from connectors.attachments import FileWrite
from connectors.effects import crash_points
from connectors.memory import CRMS, MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import Email, EmailWrite, PersonWrite, Write
from connectors.scoping import EVERYTHING, scoped
from issues.models import Issue
from notifications import services as notifications
from notifications.models import Delivery, Recipient
from syncapp import services
from syncapp.engine import settling
from syncapp.engine.running import Ending, run_job
from syncapp.engine.working import SET_ASIDE_AT
from syncapp.models import Change, Filtered
from tests import builders
from tests.conftest import Time
from tests.driving import drain
from tests.scenario import invariants
from tests.scenario.deaths import Crash, Restless
from tests.scenario.invariants import ALWAYS, AT_REST, Watch
from tests.scenario.sight import Delivered, Recorded

SLUG, CRM = "acme", "00Dacme"
JOBS = 12  # more than any mailbox here can ask for
SECRET = "5e" * 32  # the same in every world, so that everything comes in the same order


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the world stands at the end, without anything that may differ from one run to the next.

    Records with their relations, and files; issues as (code, status, title, resolution); filtered as (title, rule);
    mails as (the code that they are about, Message-ID).
    """

    records: tuple[tuple[str, tuple[str, ...]], ...]
    issues: tuple[tuple[str, str, str, str], ...]
    filtered: tuple[tuple[str, str], ...]
    mails: frozenset[tuple[str, str]]

    def apart_from(self, titles: Collection[str]) -> Outcome:
        """The same without what is about these: no record, no issue, no rule, and no mail that is about them alone."""
        kept = self.without([each for each in self.issues if each[2] in titles])
        return replace(
            kept,
            records=tuple(each for each in kept.records if each[0] not in titles),
            filtered=tuple(each for each in kept.filtered if each[0] not in titles),
        )

    def without(self, over: Collection[tuple[str, str, str, str]]) -> Outcome:
        """The same without these issues, and the mails that are about them alone."""
        issues = tuple(each for each in self.issues if each not in over)
        codes = {code for code, *_ in over} - {code for code, *_ in issues}
        return replace(self, issues=issues, mails=frozenset(each for each in self.mails if each[0] not in codes))


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What happens out in the world, once, and what we do about it; a crash inside leaves the world as it is."""

    inside: Callable[[], object]
    outside: Callable[[], object] = lambda: None


class Scene:
    """What all worlds have: one organization, a CRM, somebody who is told. Built the same every time, unless it is
    there already.

    `kept_out` are the subjects that have a reason not to be in the CRM at the end.
    """

    kept_out: frozenset[str] = frozenset()
    settings: ClassVar[dict[str, Any]] = {"no_match": "lead"}  # of the organization

    def __init__(self, time: Time) -> None:
        self.time = time
        self.watch = Watch(self)
        self.endings: list[Ending] = []
        self.condemned: set[str] = set()
        settling.chance.seed(0)
        if not Organization.everywhere.filter(slug=SLUG).exists():
            self.build()
        self.organization = Organization.everywhere.get(slug=SLUG)

    def build(self) -> None:
        organization = builders.organization(slug=SLUG, name="Acme", crm_org_id=CRM, secret=SECRET, **self.settings)
        Recipient.everywhere.create(organization=organization, address="admin@ours.example")
        self.fill(organization)

    def fill(self, organization: Organization) -> None:
        """What lies in the mailboxes at the beginning, and who is known."""
        raise NotImplementedError

    @property
    def crm(self) -> MemoryCrm:
        return CRMS[CRM]

    @property
    def mailboxes(self) -> Sequence[Mailbox]:
        return list(Mailbox.everywhere.filter(organization=self.organization).order_by("pk"))

    def store(self, mailbox: Mailbox) -> MemoryMailbox:
        return MAILBOXES[mailbox.address]

    # -- Seen from outside

    def delivered(self) -> list[Delivered]:
        return [each for mailbox in self.mailboxes for each in self._in(mailbox)]

    def _in(self, mailbox: Mailbox) -> Iterator[Delivered]:
        store = self.store(mailbox)
        places = {remote_id: place for place, (remote_id, _) in enumerate(store.feed, start=1)}
        for remote_id, message in store.messages.items():
            yield Delivered(
                mailbox_id=mailbox.pk,
                remote_id=remote_id,
                identity=_identity(message),
                contents=frozenset({message.text}),
                place=places[remote_id],
                good=message.subject not in self.kept_out | self.condemned,
            )

    def recorded(self) -> list[Recorded]:
        found = self.crm.records.items()
        return [
            Recorded(id=self.crm.ids[key], identity=_identity(write.email), content=write.email.text)
            for key, write in found
            if isinstance(write, EmailWrite)
        ]

    def passed(self, cursor: str) -> int:
        return int(cursor.rpartition(":")[2])

    def mails(self) -> frozenset[str]:
        return frozenset(str(each.extra_headers["Message-ID"]) for each in mail.outbox)

    # -- Played through

    @property
    def stages(self) -> Sequence[Stage]:
        raise NotImplementedError

    def play(self, hook: Callable[[str], None]) -> None:
        """Through all stages; after a crash a fresh process begins again with its part. Raises `Restless`."""
        for stage in self.stages:
            stage.outside()
            self._until_done(stage.inside, hook)

    def _until_done(self, inside: Callable[[], object], hook: Callable[[str], None]) -> None:
        def watched(point: str) -> None:
            self.watch(point)
            hook(point)

        for _ in range(20):
            try:
                with crash_points(watched):
                    inside()
                    return
            except Crash:
                self.died()
        raise Restless("it never comes to rest")

    def died(self) -> None:
        """A worker was killed in the middle; a moment passes. A message that it was the third to die of is noted."""
        self.time.move(seconds=1)
        rows = Change.everywhere.filter(claims__gte=SET_ASIDE_AT)
        self.condemned |= set(rows.values_list("item__title", flat=True))

    # -- How it ends

    def outcome(self) -> Outcome:
        names = {person.id: person.email for person in self.crm.people}
        files = (_file(file) for file in self.crm.files.values())
        return self.seen(tuple(sorted([*(_record(write, names) for write in self.crm.records.values()), *files])))

    def seen(self, records: tuple[tuple[str, tuple[str, ...]], ...]) -> Outcome:
        """These records, and what our rows and the mails say."""
        codes = dict(Delivery.everywhere.values_list("message_id", "incident__code"))
        return Outcome(
            records=records,
            issues=tuple(sorted(Issue.everywhere.values_list("code", "status", "title", "resolution"))),
            filtered=tuple(sorted(Filtered.everywhere.values_list("item__title", "rule"))),
            mails=frozenset((codes.get(message_id, ""), message_id) for message_id in self.mails()),
        )

    def broken(self) -> list[str]:
        """Every promise that was not kept, by number; what was found first comes first."""
        return self.watch.found or invariants.broken(self, [*ALWAYS, *AT_REST])

    def second_pass(self) -> Counter[str]:
        """One more run of every mailbox, without a change anywhere: the writes, issues and mails that came of it."""
        before = Counter(self._totals())
        for mailbox in self.mailboxes:
            services.enqueue_sync(mailbox.pk)
        drain()
        notifications.deliver()
        made = Counter(self._totals())
        made.subtract(before)
        return made

    def _totals(self) -> dict[str, int]:
        return {"writes": self._writes(), "issues": Issue.everywhere.count(), "mails": len(mail.outbox)}

    def _writes(self) -> int:
        return self.crm.writes


def jobs_of(mailbox: Mailbox, endings: list[Ending]) -> Callable[[], None]:
    """A worker: jobs of one mailbox, until it wants no more; how each ended is noted."""

    def work() -> None:
        for _ in range(JOBS):
            endings.append(run_job(mailbox.pk))
            if endings[-1] is not Ending.AGAIN:
                return

    return work


S = TypeVar("S")


@contextmanager
def played(time: Time, scene: Callable[[Time], S]) -> Iterator[S]:
    """A fresh world that leaves nothing behind, and whose time begins anew: hundreds of them in one test would
    else come to live years from now."""
    mail.outbox.clear()
    time.begin()
    with transaction.atomic(), scoped(EVERYTHING):
        yield scene(time)
        transaction.set_rollback(True)


def _identity(message: Email) -> str:
    """What the copies of a message and its record have in common."""
    sender = message.sender.email if message.sender else ""
    return f"{message.subject} <{message.message_id}> {sender} {message.date:%Y-%m-%d %H:%M:%S}"


def _file(file: FileWrite) -> tuple[str, tuple[str, ...]]:
    """Under its name without the ending, which in these worlds is the subject of its message."""
    return file.name.rpartition(".")[0], (file.name,)


def _record(write: Write, names: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    if isinstance(write, EmailWrite):
        return write.email.subject, tuple(sorted(f"{link.party} {names[link.person_id]}" for link in write.links))
    return (f"lead {write.email}", ()) if isinstance(write, PersonWrite) else (write.key, ())
