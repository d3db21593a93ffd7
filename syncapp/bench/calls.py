"""`bench calls`: remote calls made ÷ the fewest possible, counted by the simulators themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from connectors.models import Mailbox
from connectors.records import NoMatch
from syncapp.bench.minimum import gmail_to_salesforce
from syncapp.demo import seeding
from syncapp.demo.cast import ANNA, DOMAIN
from syncapp.demo.doors import Doors
from syncapp.demo.environment import Stage
from syncapp.demo.staging import migrate, simulators
from syncapp.demo.world import START, Delivery
from syncapp.engine.running import Ending, run_job
from syncapp.models import Item

BOUND = 1.10
SIZES = (1, 100, 1000)
NOT_COUNTED = frozenset({"token", "describe", "limits"})  # once for many runs, not for each item
PEER = "one call for each record, as most products do: 200 times the minimum of the write"


def refuses(sizes: Sequence[int]) -> str:
    """Why so many items cannot be measured, in a sentence; "" where they can."""
    return "" if min(sizes) >= 1 else "--n wants a number of items, 1 or more."


@dataclass(frozen=True, kw_only=True)
class Row:
    """One goal and what was measured. `passed` says whether the value keeps within the bound."""

    goal: str
    flow: str
    n: int
    calls: int
    minimum: int
    value: float
    bound: float
    peer: str
    passed: bool


def measure(stage: Stage, sizes: Sequence[int], *, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """A row for each size, in one world: N new messages since the cursor, a fifth as many addresses."""
    migrate()
    with simulators(stage) as doors:
        seeding.seed_syncapp(doors, seeding.users_only(doors), "bench", no_match=NoMatch.LOG)
        mailbox = Mailbox.everywhere.get(address=ANNA.address)
        doors.google("quota-age", age="old")  # a new project may read no more than 300 messages a minute
        _run(mailbox)  # warm-up: the first read of an empty mailbox
        rows = []
        for size in sizes:
            tell(f"{size} messages …")
            rows.append(_row(doors, mailbox, size))
    return [asdict(row) for row in rows]


def _row(doors: Doors, mailbox: Mailbox, size: int) -> Row:
    addresses = _people(doors, size)
    seeding.deliver(doors, _messages(size, addresses))
    before = _counted(doors)
    written = Item.everywhere.filter(synced_at__isnull=False).count()
    _run(mailbox)
    calls = _counted(doors) - before
    done = Item.everywhere.filter(synced_at__isnull=False).count() - written
    least = gmail_to_salesforce(size, len(addresses))
    return Row(
        goal="remote calls ÷ the fewest possible",
        flow="gmail",
        n=size,
        calls=calls,
        minimum=least,
        value=round(calls / least, 3),
        bound=BOUND,
        peer=PEER,
        passed=calls <= BOUND * least and done == size,
    )


def _people(doors: Doors, size: int) -> list[str]:
    """A fifth as many contacts as messages, at least one, none of them known before."""
    addresses = [f"person{number}@customers-{size}.example" for number in range(max(1, size // 5))]
    for at in range(0, len(addresses), 200):
        records = [{"LastName": f"Person {a}", "Email": a} for a in addresses[at : at + 200]]
        doors.salesforce("create-many", object="Contact", records=records)
    return addresses


def _messages(size: int, addresses: Sequence[str]) -> list[Delivery]:
    return [_message(number, addresses[number % len(addresses)], size) for number in range(size)]


def _message(number: int, sender: str, size: int) -> Delivery:
    at = START + timedelta(minutes=number)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ANNA.address, f"Message {number} of {size}"
    message["Date"], message["Message-ID"] = format_datetime(at), f"<{number}.{size}@bench.{DOMAIN}>"
    message.set_content("Hello, here is what we talked about.\n" * 20)
    return Delivery(raw=message.as_bytes(), at=at, group="bench", boxes=((ANNA.address, ("INBOX",)),))


def _run(mailbox: Mailbox) -> None:
    """Jobs of one mailbox until there is nothing more to do."""
    while run_job(mailbox.pk) is Ending.AGAIN:
        pass


def _counted(doors: Doors) -> int:
    calls = [*doors.salesforce("calls"), *doors.google("calls")]
    return sum(call["operation"] not in NOT_COUNTED for call in calls)
