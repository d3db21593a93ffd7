"""What an order will do, in plain sentences with counts, before anybody gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum

from connectors.models import Mailbox, Organization
from connectors.scoping import scoped
from connectors.translation import both, gettext, gettext_noop
from issues import services as issues
from issues import words
from issues.models import BulkOperation
from syncapp.loads import BulkLoad
from syncapp.models import Binding, BreakerState, Change, ChangeState
from syncapp.orders import Order, Target, breakers_of, choice_of, mailboxes_of, organization_of


@dataclass(frozen=True, kw_only=True)
class Saying:
    """How an order is called: on its link, as the question, and what is said when it was given; `{}` is of whom.

    `undone` is said where it changed nothing. All as they are written; the pages translate them.
    """

    link: str
    question: str
    done: str
    undone: str = ""

    @property
    def button(self) -> str:
        return gettext(self.link).removesuffix("…")


SAYINGS: Mapping[Order, Saying] = {
    Order.PAUSE: Saying(
        link=gettext_noop("Pause…"),
        question=gettext_noop("Pause the sync of {}?"),
        done=gettext_noop("The sync of {} is paused."),
        undone=gettext_noop("The sync of {} was paused already."),
    ),
    Order.RESUME: Saying(
        link=gettext_noop("Resume…"),
        question=gettext_noop("Resume the sync of {}?"),
        done=gettext_noop("The sync of {} goes on."),
        undone=gettext_noop("The sync of {} was not paused."),
    ),
    Order.REREAD: Saying(
        link=gettext_noop("Read everything again…"),
        question=gettext_noop("Read everything of {} again?"),
        done=gettext_noop("Everything of {} is read again with the next run."),
    ),
    Order.RESET: Saying(
        link=gettext_noop("Reset…"),
        question=gettext_noop("Reset the sync of {}?"),
        done=gettext_noop("The sync of {} starts anew with the next run."),
    ),
}


def offered(target: Target) -> list[Order]:
    """The orders that make sense as things stand."""
    return [Order.RESUME if target.paused_at else Order.PAUSE, Order.REREAD, Order.RESET]


def sentences(order: Order, target: Target) -> list[str]:
    """What will happen if the order is given now."""
    with scoped(organization_of(target).pk):
        return list(_SENTENCES[order](target))


def _of_pause(target: Target) -> Iterator[str]:
    if isinstance(target, Mailbox):
        yield gettext("Nothing is read from the mailbox, and nothing of it is written to Salesforce.")
    else:
        boxes = mailboxes_of(target).count()
        yield from _said(
            boxes,
            both("%(number)s mailbox of the organization rests.", "%(number)s mailboxes of the organization rest."),
        )
        yield gettext("Nothing is read from them, and nothing is read from Salesforce or written there.")
    yield gettext("A piece of work that has begun is finished first; that takes seconds.")
    waiting = _changes(target, ChangeState.PENDING, ChangeState.WAITING)
    yield from _said(
        waiting,
        both(
            "%(number)s item that is not in Salesforce yet waits.",
            "%(number)s items that are not in Salesforce yet wait.",
        ),
    )
    yield gettext("What arrives meanwhile waits where it is. Nothing is lost.")
    yield gettext("Nobody is alerted because of the rest, and no run that does not take place counts as failed.")
    yield gettext("It rests until somebody resumes it.")


def _of_resume(target: Target) -> Iterator[str]:
    yield from _beginning(target, paused=isinstance(target, Mailbox) and target.organization.paused_at is not None)
    waiting = _changes(target, ChangeState.PENDING, ChangeState.WAITING)
    yield from _said(
        waiting,
        both("%(number)s item that waits is worked on first.", "%(number)s items that wait are worked on first."),
    )
    yield gettext("Then everything is read that has arrived or changed meanwhile.")
    if isinstance(target, Organization):
        alone = mailboxes_of(target).filter(paused_at__isnull=False).count()
        yield from _said(
            alone,
            both(
                "%(number)s mailbox that was paused by itself stays paused.",
                "%(number)s mailboxes paused by themselves stay so.",
            ),
        )


_LOOKED_THROUGH = both(
    "%(things)s is looked through again, from the beginning.",
    "%(things)s are looked through again, from the beginning.",
)


def _of_reread(target: Target) -> Iterator[str]:
    yield from _beginning(target, paused=is_paused(target))
    for resource, count in _copies(target):
        yield words.plural(count, *_LOOKED_THROUGH, things=words.things(count, resource))
    yield gettext("None of them is written twice: what stands in Salesforce already is recognised and left as it is.")
    yield gettext("What is missing so far, if anything is, gets there.")


def _of_reset(target: Target) -> Iterator[str]:
    yield from _of_reread(target)
    failed = mailboxes_of(target).aggregate(total=Sum("failed_runs"))["total"] or 0
    yield from _said(
        failed,
        both(
            "%(number)s failed run is forgotten.",
            "%(number)s failed runs in a row are forgotten; the count begins anew.",
        ),
    )
    alone = breakers_of(target).exclude(state=BreakerState.CLOSED).count()
    yield from _said(
        alone,
        both(
            "%(number)s provider that was left alone is asked again.",
            "%(number)s providers that were left alone are asked again.",
        ),
    )
    waiting = _changes(target, ChangeState.WAITING)
    yield from _said(
        waiting,
        both(
            "%(number)s item that waits for another try is tried at once.",
            "%(number)s items that wait for another try are tried at once.",
        ),
    )
    loads = BulkLoad.objects.filter(mailbox__in=mailboxes_of(target), finished_at=None).count()
    yield from _said(
        loads,
        both(
            "%(number)s bulk load is stopped; what it carries is written in small portions.",
            "%(number)s bulk loads are stopped; what they carry is written in small portions.",
        ),
    )
    open_ = issues.choose(organization_of(target).pk, BulkOperation.Verb.RETRY, choice_of(target)).count()
    yield from _said(
        open_,
        both(
            "%(number)s open issue is tried again; it closes when it is proved to be over.",
            "%(number)s open issues are tried again; each closes when it is proved to be over.",
        ),
    )
    yield gettext("What somebody has set aside stays aside.")


_SENTENCES: Mapping[Order, Callable[[Target], Iterator[str]]] = {
    Order.PAUSE: _of_pause,
    Order.RESUME: _of_resume,
    Order.REREAD: _of_reread,
    Order.RESET: _of_reset,
}


def is_paused(target: Target) -> bool:
    """By itself, or with its organization."""
    return target.paused_at is not None or organization_of(target).paused_at is not None


def _beginning(target: Target, *, paused: bool) -> Iterator[str]:
    """When it begins: what holds it up is said first."""
    if paused:
        yield gettext("It begins when the pause is over.")
    elif target.stopped_at or organization_of(target).stopped_at:
        yield gettext("Sync has stopped, which has an issue of its own: it begins when that is mended.")
    else:
        yield gettext("It begins at once.")


def _said(count: int, forms: tuple[str, str]) -> Iterator[str]:
    """A sentence with its count; none where there is nothing to count."""
    if count:
        yield words.plural(count, *forms)


def _changes(target: Target, *states: ChangeState) -> int:
    return Change.objects.filter(mailbox__in=mailboxes_of(target), state__in=states).count()


def _copies(target: Target) -> list[tuple[str, int]]:
    """(resource, how many copies the mailboxes hold that we know of), each resource that there is."""
    rows = Binding.objects.filter(mailbox__in=mailboxes_of(target), gone_at=None)
    counts = rows.order_by("item__resource").values_list("item__resource").annotate(count=Count("pk"))
    return list(counts)
