"""What one mailbox whose provider hangs costs the fifty beside it: real cluster, real sockets, one worker for all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import pairwise

from django.conf import settings
from django_q.tasks import async_task

from connectors import clock, credentials
from connectors.effects import commit
from connectors.models import Mailbox, Organization
from syncapp.bench.rows import Row
from syncapp.demo import seeding
from syncapp.demo.cast import DOMAIN
from syncapp.demo.doors import Doors
from syncapp.demo.staging import ROOT, stop
from syncapp.demo.world import Delivery
from syncapp.models import Item, Run

OTHERS = 50
BOUND = 2.0
INTERVAL = 20.0  # seconds; a fifteenth of the usual one, as is the time that a request may take in all
REQUEST = 4.0
TICKS = 5  # in an interval, as with the usual minute and five minutes
ROUNDS = 3
UP_WITHIN = 60.0
PEER = "a job without a total deadline holds its worker for as long as the provider drips"


def delay_by_a_hanging_mailbox(doors: Doors, organization: Organization, *, tell: Callable[[str], None]) -> Row:
    """The longest time between two runs of any other mailbox ÷ the interval, while one never gets a whole answer.

    Its provider does not answer at all, later byte by byte; it is asked again at every interval, more often than
    the ladder of retries would. Passes only if it hung again and again, and every other mailbox's message arrived.
    """
    hung, *others = _mailboxes(doors, organization)
    _hang(doors, hung)
    addresses = [mailbox.address for mailbox in others]
    seeding.deliver(doors, [_letter(address) for address in addresses])
    with commit("bench: nobody else is due"):
        rest = Mailbox.everywhere.exclude(address__in=[*addresses, hung.address])
        rest.update(next_run_at=clock.now() + timedelta(days=1))
    with _cluster():
        began, ended = _rounds(hung, tell)
    value = round(max(longest_wait(starts, began, ended) for starts in _starts(others)) / INTERVAL, 2)
    timed_out = Run.everywhere.filter(mailbox=hung, code="network.READ_TIMEOUT").count()
    arrived = Item.everywhere.filter(bindings__mailbox__in=others, synced_at__isnull=False).count()
    tell(f"{timed_out} hanging runs, {arrived} of {OTHERS} messages arrived, the longest wait was {value} intervals")
    return Row(
        goal=f"longest time between two runs of {OTHERS} mailboxes ÷ interval, one worker, one mailbox hanging",
        value=value,
        bound=BOUND,
        peer=PEER,
        passed=value <= BOUND and timed_out >= ROUNDS - 1 and arrived == OTHERS,
    )


def _mailboxes(doors: Doors, organization: Organization) -> list[Mailbox]:
    """The one that is to hang and fifty others, all new and due at once."""
    made = []
    for number in range(OTHERS + 1):
        address = f"box{number:02}@{DOMAIN}"
        with commit("bench: mailbox"):
            mailbox = Mailbox.everywhere.create(organization=organization, address=address, provider="google")
        doors.google("account", email=address, client_id=settings.GOOGLE_CLIENT_ID)
        grant = seeding.google_grant(doors, address)
        credentials.store(organization, "google", grant, mailbox=mailbox, account=address)
        made.append(mailbox)
    return made


def _hang(doors: Doors, mailbox: Mailbox) -> None:
    """Two calls are not answered, all others answered by a byte a second."""
    credential = credentials.of_mailbox(mailbox)
    assert credential is not None  # noqa: S101 - stored a moment ago
    token = credential.access["token"]
    doors.google("fault", action="delay", delay=3600, times=2, bearer=token)
    doors.google("fault", action="drip", pause=1.0, times=-1, bearer=token)


def _letter(address: str) -> Delivery:
    moment = clock.now()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "ann@soak.example", address, "On time"
    letter["Date"], letter["Message-ID"] = format_datetime(moment), f"<on-time.{address}>"
    letter.set_content("Hello")
    return Delivery(raw=letter.as_bytes(), at=moment, group="soak", boxes=((address, ("INBOX",)),))


@contextmanager
def _cluster() -> Iterator[None]:
    """The product's own job cluster with a single worker, and times that are a fifteenth of the usual ones."""
    times = {"SYNC_WORKERS": "1", "SYNC_INTERVAL_SECONDS": f"{INTERVAL:.0f}", "SYNC_REQUEST_SECONDS": f"{REQUEST}"}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(ROOT / "manage.py"), "jobs"], cwd=ROOT, env=os.environ | times, process_group=0
    )
    try:
        yield
    finally:
        stop(process)


def _rounds(hung: Mailbox, tell: Callable[[str], None]) -> tuple[datetime, datetime]:
    """Lets the cluster work for some intervals; when they began and ended."""
    deadline = time.monotonic() + UP_WITHIN
    while not Run.everywhere.filter(mailbox=hung).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    began = clock.now()
    for tick in range(ROUNDS * TICKS):
        if tick % TICKS == 0:
            tell(f"interval {tick // TICKS + 1} of {ROUNDS}")
            with commit("bench: ask the hanging one again"):
                Mailbox.everywhere.filter(pk=hung.pk).update(next_run_at=clock.now())
        with commit("bench: tick"):
            async_task("syncapp.tasks.tick")  # as the schedule does, at the same share of the interval
        time.sleep(INTERVAL / TICKS)
    return began, clock.now()


def _starts(mailboxes: Sequence[Mailbox]) -> list[list[datetime]]:
    """When the runs of each mailbox began."""
    rows = Run.everywhere.filter(mailbox__in=mailboxes).order_by("started_at").values_list("mailbox_id", "started_at")
    by_mailbox: dict[int, list[datetime]] = {mailbox.pk: [] for mailbox in mailboxes}
    for mailbox_id, at in rows:
        by_mailbox[mailbox_id].append(at)
    return list(by_mailbox.values())


def longest_wait(starts: Sequence[datetime], began: datetime, ended: datetime) -> float:
    """Seconds without a run, at the most, between two moments; the time before the first and after the last counts."""
    moments = [began, *(at for at in starts if began < at < ended), ended]
    return max((later - earlier).total_seconds() for earlier, later in pairwise(moments))
