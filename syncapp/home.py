"""What the self-service page shows of each mailbox: eight queries, however many mailboxes and issues there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from connectors import clock
from connectors.access import Viewer
from connectors.credentials import is_covered
from connectors.models import Credential, Mailbox
from connectors.translation import both, gettext, gettext_noop
from issues import catalogue, display, words
from issues.access import visible_issues
from issues.catalogue import Entry, Fixer
from issues.display import Card, Shelf
from issues.gathering import cards
from issues.lifecycle import Status
from issues.models import ScopeChoices
from syncapp.engine import carrying
from syncapp.engine.lines import KEYLESS
from syncapp.heartbeat import is_fresh
from syncapp.left_out import ByRule, text_of
from syncapp.loads import progress
from syncapp.models import Binding, Change, ChangeState, Outcome, Run
from syncapp.standing import Facts, Standing, standing

WAITING_SHOWN = 5
UNLABELLED = gettext_noop(
    "Messages that could not be brought over have no label yet: Syncapp may read your mail, and no more. Press “Renew"
    " access” to allow it."
)
UNLABELLED_BY_DOMAIN = gettext_noop(
    "Messages that could not be brought over have no label yet: Syncapp may read your mail, and no more. Your Google"
    " administrator can allow it."
)


_THEIRS = {
    Fixer.MAILBOX_ADMIN: gettext_noop("Your mailbox administrator"),
    Fixer.SALESFORCE_ADMIN: gettext_noop("Your Salesforce administrator"),
}
_YOU_MEND = both("You can mend this one", "You can mend these %(number)s")
_THEY_MEND = both("%(who)s is on this one", "%(who)s is on these %(number)s")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Items that are tried again by themselves for one reason; the next of them at `next_at`."""

    entry: Entry
    count: int
    next_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """Issues that the same person can mend, under a heading that says who and how many, by type."""

    heading: str
    shelves: list[Shelf]


@dataclass(frozen=True, kw_only=True)
class Box:
    """A mailbox as its owner sees it."""

    mailbox: Mailbox
    standing: Standing
    credential: Credential | None
    connected: bool
    stops: list[Card] = field(default_factory=list)
    mine: Part | None = None
    theirs: list[Part] = field(default_factory=list)
    itself: list[Shelf] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    left_out: list[ByRule] = field(default_factory=list)
    ignored: int = 0
    unshown: int = 0
    moved: int = 0

    @property
    def unlabelled(self) -> str:
        """Why messages that failed get no label here, as a sentence; "" where they do, or nobody wants it."""
        unable = self.credential is not None and self.credential.may_label is False
        if not (unable and self.mailbox.organization.labels_failed):
            return ""
        return gettext(UNLABELLED_BY_DOMAIN if is_covered(self.mailbox) else UNLABELLED)

    @property
    def rests(self) -> bool:
        """Whether nothing is tried by itself, because somebody ordered so."""
        return bool(self.mailbox.paused_at or self.mailbox.organization.paused_at)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to do and nothing to wait for."""
        return not (self.stops or self.mine or self.theirs or self.itself or self.waiting)


def boxes(viewer: Viewer) -> list[Box]:
    """The mailboxes that the viewer owns, in the order of their addresses."""
    mailboxes = list(
        Mailbox.objects.filter(owner=viewer.user_id)
        .select_related("organization")
        .annotate(
            ignored=Count("issues", filter=Q(issues__status=Status.IGNORED)),
            clear_since=Max("issues__resolved_at", filter=Q(issues__status=Status.RESOLVED)),
            trying=Count("issues", filter=Q(issues__status=Status.RETRYING, issues__scope=ScopeChoices.ITEM)),
            **progress(),
            moved=Subquery(_good_runs().values("written")[:1]),
            read=Subquery(Run.objects.filter(mailbox=OuterRef("pk"), outcome=Outcome.RUNNING).values("read")[:1]),
        )
        .defer("organization__secret")
    )
    if not mailboxes:
        return []
    ids = [mailbox.pk for mailbox in mailboxes]
    own = visible_issues(viewer).filter(mailbox__in=ids)
    by_mailbox = _by_mailbox(cards(own, viewer))
    changes, credentials, left_out = _changes(ids), _credentials(ids), _left_out(ids)
    return [
        _box(mailbox, by_mailbox[mailbox.pk], changes[mailbox.pk], credentials.get(mailbox.pk), left_out[mailbox.pk])
        for mailbox in mailboxes
    ]


def _good_runs() -> QuerySet[Run]:
    """Of the mailbox in the outer query, the last one first."""
    return Run.objects.filter(mailbox=OuterRef("pk"), outcome=Outcome.GOOD).order_by("-pk")


def _box(
    mailbox: Any,
    own: Sequence[Card],
    changes: Sequence[_Changes],
    credential: Credential | None,
    left_out: list[ByRule],
) -> Box:
    connected = credential is not None or mailbox.provider in KEYLESS or is_covered(mailbox)
    items = [card for card in own if not card.stops]
    return Box(
        mailbox=mailbox,
        standing=standing(_facts(mailbox, changes, [card for card in own if card.stops], connected=connected)),
        credential=credential,
        connected=connected,
        stops=[card for card in own if card.stops],
        mine=_mine([card for card in items if card.mine]),
        theirs=_theirs([card for card in items if not card.mine and card.entry.fixer is not Fixer.NOBODY]),
        itself=display.shelves(card for card in items if card.entry.fixer is Fixer.NOBODY),
        waiting=_waiting(changes),
        left_out=left_out,
        ignored=mailbox.ignored,
        moved=mailbox.moved or 0,
        unshown=max(mailbox.open_issues - sum(card.count for card in own), 0),
    )


def _mine(own: Sequence[Card]) -> Part | None:
    """What the owner can mend, with how much it is."""
    count = sum(card.count for card in own)
    return Part(heading=words.plural(count, *_YOU_MEND), shelves=display.shelves(own)) if own else None


def _theirs(own: Sequence[Card]) -> list[Part]:
    """What somebody else can mend, by who that is; whoever has most of it first."""
    by_fixer: dict[Fixer, list[Card]] = defaultdict(list)
    for card in own:
        by_fixer[card.entry.fixer].append(card)
    counts = {fixer: sum(card.count for card in members) for fixer, members in by_fixer.items()}
    return [
        Part(heading=_is_on(fixer, counts[fixer]), shelves=display.shelves(by_fixer[fixer]))
        for fixer in sorted(counts, key=lambda fixer: -counts[fixer])
    ]


def _is_on(fixer: Fixer, count: int) -> str:
    """“Your Salesforce administrator is on these 12”."""
    return words.plural(count, *_THEY_MEND, who=gettext(_THEIRS.get(fixer, words.WHO[fixer])))


def _facts(mailbox: Any, changes: Sequence[_Changes], stops: Sequence[Card], *, connected: bool) -> Facts:
    organization = mailbox.organization
    whole = organization.stopped_at is not None
    codes = [card.first.code for card in stops]
    questions = [code for code in codes if code in words.QUESTIONS | words.WARNINGS]
    stilled = mailbox.stopped_by if mailbox.stopped_at else next((c for c in codes if c not in questions), "")
    return Facts(
        present=clock.now(),
        resource="" if organization.both_ways else "email",
        connected=connected,
        paused=mailbox.paused_at is not None,
        organization_paused=organization.paused_at is not None,
        organization_stopped=whole,
        stopped_by=organization.stopped_by if whole else stilled,
        asks=next(iter(questions), ""),
        failed_runs=mailbox.failed_runs,
        # The issues of the mailbox itself are no items of it.
        open=max(mailbox.open_issues - sum(card.count for card in stops), 0),
        trying=mailbox.trying,
        held=sum(change.count for change in changes if change.state == ChangeState.PENDING),
        waiting=sum(each.count for each in changes if each.state == ChangeState.WAITING),
        loading=mailbox.loading or 0,
        loaded=mailbox.loaded or 0,
        loading_of=mailbox.loading_of or "",
        ignored=mailbox.ignored,
        read=mailbox.read or 0,
        good_at=mailbox.good_at,
        fresh=is_fresh(mailbox),
        clear_since=mailbox.clear_since or mailbox.created_at,
    )


def _by_mailbox(found: Iterable[Card]) -> dict[int, list[Card]]:
    groups: dict[int, list[Card]] = defaultdict(list)
    for card in found:
        groups[card.first.mailbox_id or 0].append(card)
    return groups


@dataclass(frozen=True, kw_only=True)
class _Changes:
    """Changes of one mailbox that share state and code and have no issue of their own."""

    state: str
    code: str
    count: int
    next_at: datetime | None


def _changes(mailboxes: Sequence[int]) -> dict[int, list[_Changes]]:
    rows = Change.objects.filter(mailbox__in=mailboxes, state__in=(ChangeState.PENDING, ChangeState.WAITING))
    counts = (
        rows.filter(issue=None)
        .exclude(carrying.IN_A_LOAD)
        .values("mailbox", "state", "code")
        .annotate(count=Count("pk"), at=Min("next_attempt_at"))
    )
    groups: dict[int, list[_Changes]] = defaultdict(list)
    for row in counts.order_by("-count"):
        change = _Changes(state=row["state"], code=row["code"], count=row["count"], next_at=row["at"])
        groups[row["mailbox"]].append(change)
    return groups


def _waiting(changes: Iterable[_Changes]) -> list[Waiting]:
    waits = [change for change in changes if change.state == ChangeState.WAITING]
    return [
        Waiting(entry=catalogue.shown(each.code), count=each.count, next_at=each.next_at)
        for each in waits[:WAITING_SHOWN]
    ]


def _credentials(mailboxes: Sequence[int]) -> dict[int, Credential]:
    """Whom each mailbox is connected as; what is sealed stays in the database."""
    rows = Credential.objects.filter(mailbox__in=mailboxes).only(
        "mailbox_id", "organization_id", "account", "renewed_at", "may_label"
    )
    return {row.mailbox_id: row for row in rows if row.mailbox_id}


def _left_out(mailboxes: Sequence[int]) -> dict[int, list[ByRule]]:
    rows = Binding.objects.filter(mailbox__in=mailboxes, item__filtered__isnull=False)
    counts = rows.values("mailbox", "item__filtered__rule").annotate(count=Count("item", distinct=True))
    groups: dict[int, list[ByRule]] = defaultdict(list)
    for row in counts.order_by("-count"):
        rule = row["item__filtered__rule"]
        groups[row["mailbox"]].append(ByRule(rule=rule, text=text_of(rule), count=row["count"]))
    return groups
