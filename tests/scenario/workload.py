"""A small world with everything in it, played through to its end however often the worker dies on the way.

Two mailboxes, several pages, copies, a filtered message, a refused one, an ambiguous one, one that cannot be read,
one that makes a lead, one that waits for a lock; access that has to be refreshed, one mailbox that is shut out and
let in again, a person who tries again, and mails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.core import mail
from django.db import transaction
from django_q.models import OrmQ

from connectors import clock, credentials
from connectors.effects import crash_points
from connectors.errors import Kind
from connectors.memory import CRMS, MAILBOXES, MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.oauth import Grant
from connectors.records import EmailWrite, Flag, PersonWrite
from connectors.scoping import EVERYTHING, scoped
from issues import services as issues
from issues.models import Issue
from notifications.models import Delivery, Recipient
from syncapp import services
from syncapp.models import Change, Filtered, Item, Lease, Run
from tests import builders
from tests.builders import contact, email
from tests.conftest import Time
from tests.driving import LOCKED, REVOKED, RULE, drain, refusing, rest, silent, turn
from tests.integration.issues.orders import counters_are_right

GRANT = Grant(access_token="access-0", refresh_token="refresh-0", lifetime=0.0)
GARBLED = failure("google.backendError", Kind.TRANSIENT, "Backend Error")
SLUG, FIRST, SECOND, CRM = "acme", "first@ours.example", "second@ours.example", "00Dacme"


class Crash(BaseException):
    """The worker dies here; nothing that means well may catch it."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the world stands at the end, without anything that may differ from one run to the next."""

    records: tuple[tuple[str, tuple[str, ...]], ...]
    issues: tuple[tuple[str, str, str, str], ...]
    filtered: tuple[tuple[str, str], ...]
    mails: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What happens out in the world, and what we do about it; a crash inside leaves the world as it is."""

    inside: Callable[[], object]
    outside: Callable[[], None] = lambda: None


@contextmanager
def played(time: Time) -> Iterator[World]:
    """A fresh world that leaves nothing behind."""
    mail.outbox.clear()
    with transaction.atomic(), scoped(EVERYTHING):
        yield World(time)
        transaction.set_rollback(True)


class World:
    """Built the same every time, unless it is there already; `play` leads it through its stages."""

    def __init__(self, time: Time) -> None:
        self.time = time
        if not Organization.everywhere.filter(slug=SLUG).exists():
            self._build()
        self.organization = Organization.everywhere.get(slug=SLUG)
        self.first, self.second = (Mailbox.everywhere.get(address=address) for address in (FIRST, SECOND))

    def _build(self) -> None:
        organization = builders.organization(slug=SLUG, no_match="lead", crm_org_id=CRM)
        self._mailbox(organization, FIRST, page_size=4)
        self._mailbox(organization, SECOND, page_size=3)
        self.crm.people += [
            contact(),
            contact("twin@customer.example", id="003A"),
            contact("twin@customer.example", id="003B"),
        ]
        self.crm.rules += [refusing("bad"), refusing("locked", LOCKED, times=1)]
        Recipient.everywhere.create(organization=organization, address="admin@ours.example")
        self._fill(MAILBOXES[FIRST], MAILBOXES[SECOND])

    def _mailbox(self, of: Organization, address: str, *, page_size: int) -> None:
        made = builders.mailbox(of, address, provider="google")
        MAILBOXES[address].page_size = page_size
        credentials.store(of, "google", GRANT, mailbox=made)

    @property
    def crm(self) -> MemoryCrm:
        return CRMS[CRM]

    def store(self, mailbox: Mailbox) -> MemoryMailbox:
        return MAILBOXES[mailbox.address]

    def _fill(self, first: MemoryMailbox, second: MemoryMailbox) -> None:
        shared = email(subject="in both mailboxes")
        for message in (
            email(subject="good 1"),
            email(subject="bad 1"),
            shared,
            email("a@ours.example", "b@ours.example", "among colleagues"),
            email("twin@customer.example", subject="whose is it"),
            email(subject="locked for a moment"),
            email(subject="half of it", flags=frozenset({Flag.UNREADABLE})),
            email("new@prospect.example", subject="first letter", name="New Person"),
        ):
            first.deliver(message)
        for message in (
            replace(shared, text="another text"),
            email(subject="bad 2"),
            email(subject="junk", flags=frozenset({Flag.SPAM})),
            email("new@prospect.example", subject="second letter", name="New Person"),
        ):
            second.deliver(message)
        ref = second.deliver(email(subject="readable at the second try"))
        second.unreadable[ref.id] = GARBLED

    # -- The stages; each half may be begun again after a crash

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (
            Stage(inside=turn),
            Stage(outside=self._can_be_read, inside=self._rests),
            Stage(outside=self._rule_goes, inside=self._somebody_tries_again),
            Stage(outside=self._shut_out, inside=self._rests),
            Stage(outside=self._let_in, inside=self._access_renewed),
        )

    def _rests(self) -> None:
        rest(self.time, hours=1)

    def _can_be_read(self) -> None:
        self.store(self.second).unreadable.clear()

    def _rule_goes(self) -> None:
        self.crm.rules[:] = [refusing("locked", LOCKED, times=0)]

    def _somebody_tries_again(self) -> None:
        issues.start_operation(self.organization.pk, "retry", issues.Choice(code=RULE.code))
        self._rests()

    def _shut_out(self) -> None:
        self.store(self.second).faults.waiting.extend([REVOKED] * 100)
        self.store(self.second).deliver(email(subject="held"))

    def _let_in(self) -> None:
        self.store(self.second).faults.waiting.clear()

    def _access_renewed(self) -> None:
        services.renew(self.organization, "google", replace(GRANT, lifetime=1e6), mailbox=self.second)
        self._rests()

    def play(self, hook: Callable[[str], None]) -> None:
        """Through all stages; after a crash a fresh process begins the stage again."""
        for stage in self.stages:
            stage.outside()
            self._until_done(stage.inside, hook)

    def _until_done(self, inside: Callable[[], object], hook: Callable[[str], None]) -> None:
        for _ in range(20):
            try:
                with crash_points(hook):
                    inside()
                    return
            except Crash:
                self.time.move(seconds=1)
        raise AssertionError("it never comes to rest")

    # -- How it ends

    def outcome(self) -> Outcome:
        names = {person.id: person.email for person in self.crm.people}
        return Outcome(
            records=tuple(sorted(_record(write, names) for write in self.crm.records.values())),
            issues=tuple(sorted(Issue.everywhere.values_list("code", "status", "title", "resolution"))),
            filtered=tuple(sorted(Filtered.everywhere.values_list("item__title", "rule"))),
            mails=self.mails(),
        )

    def mails(self) -> frozenset[str]:
        """The Message-IDs of what was sent."""
        return frozenset(str(each.extra_headers["Message-ID"]) for each in mail.outbox)

    def broken(self) -> list[str]:
        """What must never be, by name."""
        proofs = list(Activity.everywhere.filter(verb=Verb.SYNCED).values_list("item_key", flat=True))
        checks = {
            "an item is silent": bool(silent()),
            "an item was synced twice": len(proofs) != len(set(proofs)),
            "a record has no item": len(self.crm.ids) != len(self.crm.records),
            "two records are of one message": _doubles(self.crm),
            "a counter does not count": not counters_are_right(),
            "work is left": Change.everywhere.filter(state="pending").exists(),
            "a run never ended": Run.everywhere.filter(outcome="").exists(),
            "a lease is held": Lease.everywhere.exclude(owner="").exists(),
            "a job is left": OrmQ.objects.exists(),
            "a mail is owed": Delivery.everywhere.filter(sent_at=None).exists(),
            "a line was not looked at": Activity.everywhere.filter(alert=True, dispatched_at=None).exists(),
            "an item without its record counts as synced": self._unproved(),
        }
        return [name for name, is_so in checks.items() if is_so]

    def _unproved(self) -> bool:
        ids = set(self.crm.ids.values())
        return any(item.record_id not in ids for item in Item.everywhere.exclude(synced_at=None))

    def second_pass(self) -> int:
        """How many writes one more run of every mailbox makes."""
        before = self.crm.writes
        for mailbox in (self.first, self.second):
            services.enqueue_sync(mailbox.pk)
        drain()
        return self.crm.writes - before

    @property
    def whole(self) -> Organization:
        return Organization.everywhere.get(pk=self.organization.pk)


def _record(write: EmailWrite | PersonWrite, names: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    if isinstance(write, PersonWrite):
        return f"lead {write.email}", ()
    return write.email.subject, tuple(sorted(f"{link.party} {names[link.person_id]}" for link in write.links))


def _doubles(crm: MemoryCrm) -> bool:
    seen = [(w.email.message_id if isinstance(w, EmailWrite) else w.email) for w in crm.records.values()]
    return len(seen) != len(set(seen))


def at_rest(moment: float) -> bool:
    """Whether so many seconds of virtual time have passed since the tests began: a world never goes back."""
    return clock.now().timestamp() >= moment
