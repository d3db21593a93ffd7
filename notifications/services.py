"""From the journal to the post: an incident is told once, whatever crashes in between.

dispatch   one transaction: lines of the journal become incidents and deliveries, and count as seen
deliver    each delivery is claimed, sent, and marked as sent. A crash between the last two sends it again
           with the same Message-ID: “exactly once” does not exist in mail, one mail per Message-ID does

A request for help (`owe`) goes the same way, from its delivery on.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet

from connectors import clock
from connectors.effects import commit, outside, within_commit
from connectors.models import Activity
from issues import services as issues
from issues.help_requests import HelpRequest
from notifications import matching
from notifications.channels.email import Refused, post
from notifications.composing import compose
from notifications.matching import Turn
from notifications.models import Delivery, Incident, Recipient

log = logging.getLogger(__name__)

BATCH = 500
CLAIM = timedelta(seconds=120)
LADDER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
TRIES = 10


def dispatch() -> int:
    """Turns new lines of the journal into mails to send; how many lines were looked at."""
    with commit("alerts: dispatch"):
        rows = Activity.everywhere.select_for_update(of=("self",)).filter(alert=True, dispatched_at=None)
        lines = list(rows.select_related("organization", "mailbox").order_by("pk")[:BATCH])
        for line in lines:
            _take(line)
        Activity.everywhere.filter(pk__in=[line.pk for line in lines]).update(dispatched_at=clock.now())
    return len(lines)


@within_commit
def _take(row: Activity) -> None:
    line = matching.Line(
        verb=row.verb,
        scope=row.scope,
        cause=row.cause,
        mailbox_address=row.mailbox.address if row.mailbox else "",
    )
    turn, key = matching.turn(line), matching.key(line)
    theirs = Incident.everywhere.filter(organization=row.organization, key=key)
    current = theirs.filter(closed_at=None).first()
    if turn is Turn.OPENS and current is None:
        _announce(_open(row, key, _ordinal(theirs)), Delivery.Kind.OPENED)
    elif turn in (Turn.ENDS, Turn.FADES) and current is not None:
        theirs.filter(pk=current.pk).update(closed_at=row.at)
        if turn is Turn.ENDS:
            _announce(current, Delivery.Kind.RECOVERED)


def _ordinal(theirs: QuerySet[Incident]) -> int:
    """How often it has come; a number never comes twice, though a mailbox may take its incidents with it."""
    return (theirs.aggregate(last=Max("ordinal"))["last"] or 0) + 1


def _open(row: Activity, key: str, ordinal: int) -> Incident:
    return Incident.everywhere.create(
        organization=row.organization,
        key=key,
        ordinal=ordinal,
        code=row.code,
        cause=row.cause if key.startswith("cause:") else "",
        mailbox=row.mailbox,
        issue_number=row.issue_number,
        opened_at=row.at,
    )


@within_commit
def _announce(incident: Incident, kind: Delivery.Kind) -> None:
    recipients = Recipient.everywhere.filter(organization=incident.organization, active=True)
    Delivery.everywhere.bulk_create(
        (
            Delivery(
                organization=incident.organization,
                incident=incident,
                kind=kind,
                address=recipient.address,
                name=recipient.name,
                message_id=message_id(incident, kind, recipient.address),
            )
            for recipient in recipients
        ),
        ignore_conflicts=True,
    )


def message_id(incident: Incident, kind: str, address: str) -> str:
    return matching.message_id(
        incident.organization.slug, incident.key, incident.ordinal, kind, address, settings.MAIL_DOMAIN
    )


@within_commit
def owe(request: HelpRequest) -> None:
    """A request for help is to be mailed, once, however often it is asked for."""
    row = Delivery(
        organization_id=request.organization_id,
        help_request=request,
        kind=Delivery.Kind.HELP,
        address=request.address,
        message_id=request.message_id,
    )
    Delivery.everywhere.bulk_create([row], ignore_conflicts=True)


def deliver() -> int:
    """Sends what is due; how many mails left."""
    while dispatch() == BATCH:
        pass
    due = Delivery.everywhere.filter(sent_at=None, failed_at=None, due_at__lte=clock.now())
    return sum(_send(pk) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:BATCH]))


def _send(pk: int) -> bool:
    """Sends one mail, unless somebody else is at it or was. What goes wrong with one mail stops no other."""
    present = clock.now()
    with commit("mail: claim"):
        due = Delivery.everywhere.filter(pk=pk, sent_at=None, failed_at=None, due_at__lte=present)
        free = due.filter(Q(claimed_until=None) | Q(claimed_until__lte=present))
        if not free.update(claimed_until=present + CLAIM, tries=F("tries") + 1):
            return False
    about = ("incident__organization", "incident__mailbox", "help_request")
    delivery = Delivery.everywhere.select_related(*about).get(pk=pk)
    try:
        mail = compose(delivery, follows=_threads(delivery))
        with outside("mail: send"):
            post(mail)
    except Refused as refused:
        _put_off(delivery, refused)
        return False
    except Exception as error:
        log.exception("mail %s could not be made", pk)
        _put_off(delivery, Refused(type(error).__name__, for_good=False))
        return False
    with commit("mail: sent"):
        Delivery.everywhere.filter(pk=pk).update(sent_at=(at := clock.now()), claimed_until=None, last_error="")
        if delivery.help_request_id:
            issues.help_sent(delivery.help_request_id, tries=delivery.tries, at=at)
    return True


def _threads(delivery: Delivery) -> str:
    """The mail that this one follows up on, "" for the first."""
    if delivery.kind == Delivery.Kind.OPENED or delivery.incident is None:
        return ""
    return message_id(delivery.incident, Delivery.Kind.OPENED, delivery.address)


def _put_off(delivery: Delivery, refused: Refused) -> None:
    """Tried again later, ten times in all; what is refused for good is marked and shown."""
    present = clock.now()
    over = refused.for_good or delivery.tries >= TRIES
    said, due_at = str(refused)[:200], present + LADDER[min(delivery.tries, len(LADDER)) - 1]
    log.warning("mail %s was not taken: %s", delivery.pk, refused)
    with commit("mail: put off"):
        Delivery.everywhere.filter(pk=delivery.pk).update(
            claimed_until=None, last_error=said, due_at=due_at, failed_at=present if over else None
        )
        if delivery.help_request_id:
            issues.help_put_off(
                delivery.help_request_id, tries=delivery.tries, said=said, due_at=None if over else due_at
            )
