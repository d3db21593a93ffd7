"""What becomes of a hint: the mailbox is looked at, soon and once, unless there is a reason to leave it alone.

A hint is never believed more than that. Whoever sends it has to show that a provider sent it; what it says of the
mailbox, where it stands for instance, is not read. However many come, one job is on its way (see `Lease.hinted_at`).
"""

from __future__ import annotations

import hmac
import logging
import re
from base64 import b64decode
from collections.abc import Iterable

from connectors import clock, id_tokens, signers
from connectors.bodies import json_value, mapping, words
from connectors.effects import commit
from connectors.id_tokens import Expected, Untrusted
from connectors.models import Mailbox
from connectors.records import Resource
from connectors.scoping import scoped
from connectors.services import push
from connectors.wake import wake
from connectors.watches import Watch
from syncapp.engine import allowance, gates, lease, tending
from syncapp.engine.allowance import Level
from syncapp.engine.lease import LeaseLost
from syncapp.models import Allowance, Outcome, Run

log = logging.getLogger(__name__)
OPENED = "sync"  # what Calendar says of a channel that has just been opened
AT_ONCE = 20  # mailboxes whose watches are ended in one go
_CHANNEL = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Stranger(Exception):
    """Nobody was told this channel and this token together. Which of them is wrong is nobody's business."""


def from_pubsub(token: str, body: bytes) -> int:
    """A push of Pub/Sub about a mailbox of Google; how many jobs came of it.

    Raises `Untrusted` and `Foreign`, and `ConnectorError` where the keys of Google cannot be had.
    """
    key, config = signers.GOOGLE.key(id_tokens.key_id(token)), push()
    if key is None:
        raise Untrusted("it is not signed with a key of Google's")
    expected = Expected(audience=config.audience, account=config.account)
    id_tokens.check(token, key, expected, clock.now().timestamp())
    address = _address(body)
    if not address:
        log.warning("a push of Pub/Sub that names no mailbox was passed over")
        return 0
    rows = Watch.everywhere.filter(resource=Resource.EMAIL, mailbox__address__iexact=address)
    return _look_at(rows.values_list("mailbox_id", flat=True))


def _address(body: bytes) -> str:
    """Whose mailbox it is about; "" where that cannot be read."""
    try:
        message = mapping(mapping(json_value(body.decode())).get("message"))
        told = mapping(json_value(b64decode(words(message.get("data")), validate=True).decode()))
    except (ValueError, RecursionError):
        return ""
    address = words(told.get("emailAddress"))
    return address if re.fullmatch(r"[^\s@\x00]{1,190}@[^\s@\x00]{1,60}", address) else ""


def from_channel(channel_id: str, token: str, state: str) -> int:
    """A notification of a channel of Calendar; how many jobs came of it. Raises `Stranger`."""
    row = Watch.everywhere.filter(channel_id=channel_id).first() if _CHANNEL.fullmatch(channel_id) else None
    known = row.token_digest if row else ""
    if not hmac.compare_digest(known or tending.digest(""), tending.digest(token)) or row is None or not known:
        raise Stranger
    return 0 if state == OPENED else _look_at([row.mailbox_id])


def _look_at(mailbox_ids: Iterable[int]) -> int:
    return sum(_hurry(mailbox_id) for mailbox_id in mailbox_ids)


def _hurry(mailbox_id: int) -> bool:
    """Asks for a job, in the transaction that notes that there is one."""
    if lease.is_hinted(mailbox_id) or not _may_be_hurried(mailbox_id):
        return False
    with commit("hint: heard"):
        if not lease.hint(mailbox_id):
            return False
        wake(mailbox_id)
    return True


def _may_be_hurried(mailbox_id: int) -> bool:
    """Neither what rests or stands still, nor what failed last, which the ladder tries; nor where calls run short."""
    going = Mailbox.everywhere.filter(gates.awake(), pk=mailbox_id, stopped_at=None, organization__stopped_at=None)
    mailbox = going.first()
    return mailbox is not None and not _failed_last(mailbox) and _has_calls(mailbox)


def _failed_last(mailbox: Mailbox) -> bool:
    runs = Run.everywhere.filter(mailbox=mailbox).exclude(outcome=Outcome.RUNNING)
    return runs.order_by("-pk").values_list("outcome", flat=True).first() == Outcome.FAILED


def _has_calls(mailbox: Mailbox) -> bool:
    row = Allowance.everywhere.filter(organization=mailbox.organization_id).first()
    return row is None or allowance.level(row.used, row.allowed) in (Level.FREE, Level.NO_RETRIES)


def let_go() -> int:
    """Ends the watches of mailboxes that rest: nobody would look, whatever is told; how many mailboxes. The others end
    theirs in their runs."""
    watched = Watch.everywhere.values("mailbox")
    rows = Mailbox.everywhere.exclude(gates.awake()).filter(pk__in=watched).select_related("organization")
    return sum(_let_go(mailbox) for mailbox in rows.order_by("pk")[:AT_ONCE])


def _let_go(mailbox: Mailbox) -> bool:
    with scoped(mailbox.organization_id):
        held = lease.claim(mailbox, "hints")
        if held is None:
            return False
        try:
            tending.end_all(mailbox, held)
        except LeaseLost:
            return False
        finally:
            if lease.release(held):
                wake(mailbox.pk)
    return True
