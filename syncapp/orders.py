"""What a person orders for a mailbox or a whole organization: to rest, to go on, to be read anew.

    pause    no job reads or writes, no probe goes out, nothing is alerted; what waits stays where it is
    resume   goes on at once with what waited
    reread   the cursors are forgotten: the next run reads everything and recognises what stands already
    reset    reread, and every counter and wait starts anew; what failed is tried again

One door for pages and the interface. Each order is one transaction with its line in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from django.db.models import QuerySet

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.journal import entry, record
from connectors.models import Mailbox, Organization, Verb
from connectors.scoping import scoped
from connectors.wake import wake
from issues import services as issues
from issues.models import BulkOperation
from syncapp.engine import carrying, gauging, lease
from syncapp.models import Breaker, Change, ChangeState, Cursor

Target = Mailbox | Organization


class Order(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    REREAD = "reread"
    RESET = "reset"


def carry_out(order: Order, target: Target, actor_id: int | None = None) -> bool:
    """False where it changed nothing: what rests already rests, what runs already runs."""
    with scoped(organization_of(target).pk), commit(f"order: {order}"):
        return _CARRIED_OUT[order](target, actor_id)


def mailboxes_of(target: Target) -> QuerySet[Mailbox]:
    """The mailboxes that an order is about."""
    if isinstance(target, Mailbox):
        return Mailbox.objects.filter(pk=target.pk)
    return Mailbox.objects.filter(organization=target)


def organization_of(target: Target) -> Organization:
    return target.organization if isinstance(target, Mailbox) else target


def choice_of(target: Target) -> issues.Choice:
    """The issues that a reset tries again."""
    return issues.Choice(mailboxes=(target.pk,)) if isinstance(target, Mailbox) else issues.Choice()


def breakers_of(target: Target) -> QuerySet[Breaker]:
    """The providers that a reset has asked again; of a mailbox, those that only it failed to reach."""
    if isinstance(target, Mailbox):
        return Breaker.objects.filter(mailbox=target)
    return Breaker.objects.filter(organization=target)


@within_commit
def _pause(target: Target, actor_id: int | None) -> bool:
    """A job that is under way ends with the piece that it has in hand (`engine.running`)."""
    if not _row(target).filter(paused_at=None).update(paused_at=clock.now()):
        return False
    _journal(target, Verb.PAUSED, actor_id)
    return True


@within_commit
def _resume(target: Target, actor_id: int | None) -> bool:
    """All that rested is due now, so nobody finds it late."""
    if not _row(target).filter(paused_at__isnull=False).update(paused_at=None):
        return False
    present = clock.now()
    mailboxes_of(target).update(next_run_at=present, expected_at=present)
    if isinstance(target, Organization):
        Organization.objects.filter(pk=target.pk).update(next_read_at=present)
    _journal(target, Verb.RESUMED, actor_id)
    _wake(target)
    return True


@within_commit
def _reread(target: Target, actor_id: int | None) -> bool:
    _forget(target)
    _journal(target, Verb.RESET, actor_id, "everything is read again")
    _wake(target)
    return True


@within_commit
def _reset(target: Target, actor_id: int | None) -> bool:
    _forget(target)
    _ask_again(target, actor_id)
    carrying.cancel(mailboxes_of(target))
    waiting = Change.objects.filter(mailbox__in=mailboxes_of(target), state=ChangeState.WAITING)
    waiting.update(next_attempt_at=clock.now(), tries=0)
    _try_again(target, actor_id)
    mailboxes_of(target).update(failed_runs=0)
    _journal(target, Verb.RESET, actor_id, "everything is read again, and all counters and waits start anew")
    _wake(target)
    return True


_CARRIED_OUT: Mapping[Order, Callable[[Target, int | None], bool]] = {
    Order.PAUSE: _pause,
    Order.RESUME: _resume,
    Order.REREAD: _reread,
    Order.RESET: _reset,
}


@within_commit
def _forget(target: Target) -> None:
    """Cursors go. Whoever is reading loses the lease first: its cursor would come back a moment later."""
    if isinstance(target, Mailbox):
        lease.revoke(mailbox=target)
        Cursor.objects.filter(mailbox=target).delete()
    else:
        lease.revoke(organization=target)
        Cursor.objects.filter(organization=target).delete()
        Organization.objects.filter(pk=target.pk).update(next_read_at=clock.now())


@within_commit
def _ask_again(target: Target, actor_id: int | None) -> None:
    gauging.reset(list(breakers_of(target).select_related("organization")), actor_id)


@within_commit
def _try_again(target: Target, actor_id: int | None) -> None:
    organization_id, choice = organization_of(target).pk, choice_of(target)
    if issues.choose(organization_id, BulkOperation.Verb.RETRY, choice).exists():
        issues.start_operation(organization_id, BulkOperation.Verb.RETRY, choice, actor_id=actor_id)


def _row(target: Target) -> QuerySet[Mailbox] | QuerySet[Organization]:
    if isinstance(target, Mailbox):
        return Mailbox.objects.filter(pk=target.pk)
    return Organization.objects.filter(pk=target.pk)


@within_commit
def _journal(target: Target, verb: Verb, actor_id: int | None, note: str = "") -> None:
    whole = isinstance(target, Organization)
    record(
        entry(
            organization=organization_of(target),
            mailbox_id=None if whole else target.pk,
            verb=verb,
            actor_id=actor_id,
            scope="organization" if whole else "mailbox",
            title=str(target),
            note=note,
        )
    )


@within_commit
def _wake(target: Target) -> None:
    """Those that rest by themselves are not woken with their organization (`services.wake_up`)."""
    for mailbox_id in mailboxes_of(target).order_by("pk").values_list("pk", flat=True):
        wake(mailbox_id)
