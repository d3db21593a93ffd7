"""How much a worker's memory grows with the number of items that have gone through it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import cycle
from pathlib import Path

from connectors.models import Mailbox
from syncapp import services
from syncapp.bench.rows import Row
from syncapp.demo import seeding
from syncapp.demo.cast import COLLEAGUES, DOMAIN
from syncapp.demo.doors import Doors
from syncapp.demo.worker import Worker
from syncapp.demo.world import START, Delivery
from syncapp.models import Item

BOUND = 1.15
EARLY = 1000  # items after which the memory is looked at for the first time
PEER = "workers that are restarted because they grow: Celery's max_memory_per_child, django-q2's max_rss"


def growth_of_a_worker(doors: Doors, worker: Worker, items: int, *, tell: Callable[[str], None]) -> Row:
    """One process that is never replaced, real HTTPS on both sides, real rows: after all items ÷ after the first 1,000.

    Tells how it stands after every 1,000. `items` is a multiple of that, 2,000 or more.
    """
    before = _synced()
    sizes = []
    for at, address in zip(range(0, items, EARLY), cycle(each.address for each in COLLEAGUES), strict=False):
        seeding.deliver(doors, _letters(address, at))
        doors.google("free-quota", account=address)
        _work_off(worker, address)
        sizes.append(resident(worker.pid))
        tell(f"{at + EARLY:,} of {items:,} items: {sizes[-1] / 2**20:.1f} MB")
    value = round(sizes[-1] / sizes[0], 3)
    return Row(
        goal=f"memory (RSS) of one worker after {items:,} messages ÷ after {EARLY:,}, over HTTPS, never recycled",
        value=value,
        bound=BOUND,
        peer=PEER,
        passed=value <= BOUND and _synced() - before == items,
    )


def _work_off(worker: Worker, address: str) -> None:
    services.enqueue_sync(Mailbox.everywhere.get(address=address).pk)
    while worker.run():
        pass


def _synced() -> int:
    return Item.everywhere.filter(synced_at__isnull=False).count()


def _letters(address: str, at: int) -> Iterator[Delivery]:
    """A thousand messages that nobody has seen; each twentieth carries a picture."""
    for number in range(at, at + EARLY):
        moment = START + timedelta(seconds=number)
        letter = EmailMessage()
        letter["From"], letter["To"] = f"person{number % 997}@soak.example", address
        letter["Subject"], letter["Date"] = f"Letter {number}", format_datetime(moment)
        letter["Message-ID"] = f"<{number}.soak@{DOMAIN}>"
        letter.set_content("Hello, this is what we talked about.\n" * (number % 40 + 1))
        if number % 20 == 0:
            letter.add_attachment(os.urandom(50_000), maintype="image", subtype="png", filename="picture.png")
        yield Delivery(raw=letter.as_bytes(), at=moment, group="soak", boxes=((address, ("INBOX",)),))


def resident(pid: int) -> int:
    """The memory that a process holds, in bytes. Linux only, as the whole of the benchmark."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
