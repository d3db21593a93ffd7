"""The made world: some 400 messages in 120 conversations between six mailboxes and their customers.

The same every time it is made. `troubles.py` says what goes wrong in it; each trouble owns its messages here,
by the name of a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, formataddr
from itertools import count
from typing import Any

from syncapp.demo.cast import (
    AKIRA,
    ANNA,
    CARLOS,
    CUSTOMERS,
    JONAS,
    LENA,
    SUPPORT,
    TOPICS,
    Colleague,
    Customer,
)

# The library loses the quotes around a long display name when it folds the line.
UNFOLDED = default.clone(max_line_length=998)
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message and whose mailboxes hold a copy, each with its labels. `group` is why it is in the world."""

    raw: bytes
    at: datetime
    group: str
    boxes: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who writes or is written to."""

    address: str
    name: str = ""

    @property
    def header(self) -> str:
        return formataddr((self.name, self.address))


@dataclass
class _Clock:
    """Messages come one after the other, a few hours apart."""

    steps: Iterator[int]

    def next(self) -> datetime:
        return START + timedelta(minutes=97 * next(self.steps))


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One conversation: the outsider writes, the insider answers, and so on, or only the outsider writes.

    `also` get copies in their boxes; `lines` are a question and an answer; `size` fills each message (bytes).
    """

    group: str
    outsider: Person
    insider: Colleague
    subject: str
    length: int = 3
    also: Sequence[Colleague] = ()
    lines: tuple[str, str] = ("A question.", "An answer.")
    only_theirs: bool = False
    size: int = 0


class Author:
    """Writes conversations. Every message has a number of its own (from `first`), which makes its Message-ID."""

    def __init__(self, first: int = 1) -> None:
        self.deliveries: list[Delivery] = []
        self._clock = _Clock(steps=count(first))
        self._numbers = count(first)

    def talk(self, group: str, outsider: Person, insider: Colleague, subject: str, **more: Any) -> None:
        """Writes a whole conversation."""
        talk = Talk(group=group, outsider=outsider, insider=insider, subject=subject, **more)
        earlier: list[str] = []
        for turn in range(talk.length):
            self._write(talk, turn, earlier)

    def _write(self, talk: Talk, turn: int, earlier: list[str]) -> None:
        at, message_id = self._clock.next(), f"<{next(self._numbers)}.alpenrad@mail.example>"
        incoming = talk.only_theirs or turn % 2 == 0
        ours = Person(address=talk.insider.address, name=talk.insider.name)
        sender, receiver = (talk.outsider, ours) if incoming else (ours, talk.outsider)
        message = EmailMessage(policy=UNFOLDED)
        message["From"], message["To"] = sender.header, receiver.header
        message["Subject"] = talk.subject if turn == 0 else f"Re: {talk.subject}"
        message["Date"], message["Message-ID"] = format_datetime(at), message_id
        if talk.also:
            message["Cc"] = ", ".join(Person(address=c.address, name=c.name).header for c in talk.also)
        if earlier:
            message["In-Reply-To"], message["References"] = earlier[-1], " ".join(earlier)
        filling = ("x" * 76 + "\n") * (talk.size // 77)
        message.set_content(f"{talk.lines[not incoming]}\n\n{sender.name or sender.address}\n{filling}")
        earlier.append(message_id)
        own = (talk.insider.address, ("INBOX",) if incoming else ("SENT",))
        copies = tuple((c.address, ("INBOX",)) for c in talk.also)
        self.deliveries.append(Delivery(raw=message.as_bytes(), at=at, group=talk.group, boxes=(own, *copies)))

    def filed(self, group: str, label: str, owner: Colleague, subject: str) -> None:
        """One message that lies in drafts or spam."""
        stranger = Person(address=f"{group}{len(self.deliveries)}@elsewhere.example", name="Somebody")
        self.talk(group, stranger, owner, subject, length=1)
        last = self.deliveries.pop()
        self.deliveries.append(Delivery(raw=last.raw, at=last.at, group=group, boxes=((owner.address, (label,)),)))


def person(customer: Customer) -> Person:
    return Person(address=customer.address, name=customer.name)


def customers_of(account: str) -> list[Customer]:
    return [customer for customer in CUSTOMERS if customer.account == account]


def made_world() -> list[Delivery]:
    """All messages of the first day, in the order of their dates."""
    author = Author()
    _everyday(author)
    _left_out(author)
    _troubled(author)
    _locked_out(author)
    return sorted(author.deliveries, key=lambda delivery: delivery.at)


def _everyday(author: Author) -> None:
    """What simply works: customers and colleagues, some of it in two mailboxes, some new people."""
    writers = (ANNA, JONAS, AKIRA, CARLOS, SUPPORT)
    calm = [c for c in CUSTOMERS if c.account not in ("Velo Union", "Hotel Seeblick", "Outdoor Larsen")]
    for number, customer in enumerate([*calm, *calm[:30]]):
        subject, question, answer = TOPICS[number % len(TOPICS)]
        insider = writers[number % len(writers)]
        also = (writers[(number + 1) % len(writers)],) if number % 6 == 0 else ()
        topic = f"{subject} ({customer.account})"
        length = 4 if number % 3 == 0 else 3
        author.talk("calm", person(customer), insider, topic, lines=(question, answer), also=also, length=length)
    for number in range(8):
        newcomer = Person(address=f"newcomer{number}@fresh-{number}.example", name=f"Nina Neu{number}mann")
        author.talk("newcomer", newcomer, (ANNA, JONAS)[number % 2], "First enquiry", length=2)


def _left_out(author: Author) -> None:
    """Internal mail, drafts and spam."""
    for number in range(7):
        colleague = Person(address=JONAS.address, name=JONAS.name)
        author.talk("internal", colleague, ANNA, f"Team meeting {number + 1}", length=3, also=(SUPPORT,))
    for number in range(5):
        author.filed("draft", "DRAFT", AKIRA, f"Unfinished offer {number + 1}")
    for number in range(6):
        author.filed("spam", "SPAM", SUPPORT, f"You have won {number + 1} bicycles")


def _troubled(author: Author) -> None:
    """What will not get through; who breaks it, and how, stands in `troubles`."""
    for number, length in enumerate((4, 4, 3, 4, 3, 4, 4, 3, 4, 4)):
        customer = [c for c in CUSTOMERS if c.account == "Radhaus Wien"][number % 4]
        author.talk("quote", person(customer), (ANNA, JONAS)[number % 2], f"Quote no. {40 + number}", length=length)
    for number in range(3):
        nameless = Person(address=f"orders@shop-{number}.example")
        author.talk("nameless", nameless, SUPPORT, f"Order {7301 + number}", length=2)
    for number in range(2):
        twin = Person(address=f"p.zeller{number}@zeller-sport.example", name="Petra Zeller")
        author.talk("twin", twin, ANNA, f"Catalogue request {number + 1}", length=2)
    lodger = Person(address="reception@grandhotel.example", name="Rita Raum")
    author.talk("left-owner", lodger, CARLOS, "Bikes for our guests", length=3)
    association = Person(
        address="news@cycling-federation.example",
        name="Zentralverbandderfahrradwirtschaftundmobilitaetsanbieterineuropagemeinnuetzigervereinev, Newsletter",
    )
    author.talk("long-name", association, JONAS, "Position paper", length=2, only_theirs=True)
    author.talk(
        "bad-address", Person(address="till@kasse", name="Kasse 3"), SUPPORT, "Till report", length=2, only_theirs=True
    )
    big = customers_of("Fietsen De Boer")[0]
    author.talk("oversized", person(big), AKIRA, "All photos of the fair", length=1, size=1_300_000)
    for number in range(3):
        warranty = customers_of("Bici & Co")[number]
        author.talk("trigger", person(warranty), SUPPORT, f"Warranty case {220 + number}", length=2)
    double = Person(address="office@pedalpost.example", name="Pedal Post Office")
    author.talk("ambiguous", double, JONAS, "New address for deliveries", length=3)
    for customer in customers_of("Hotel Seeblick")[:2]:
        author.talk("hidden-account", person(customer), ANNA, "Season start", length=1)
    author.talk("flow", person(customers_of("Nordic Bike Rental")[1]), ANNA, "Rental request", length=2)
    for customer in customers_of("Velo Union")[:2]:
        author.talk("locked", person(customer), JONAS, "Yearly contract", length=2)
    author.talk(
        "deleted-contact", person(customers_of("Outdoor Larsen")[0]), AKIRA, "Farewell", length=2, only_theirs=True
    )


def _locked_out(author: Author) -> None:
    """Lena's mailbox, whose access is revoked. Some of her mail lies with Anna as well."""
    mine = customers_of("Kobe Cycle Works") + customers_of("Campus Mobil") + customers_of("Stadtwerke Linz")
    for number, customer in enumerate(mine):
        also = (ANNA,) if number % 4 == 3 else ()
        author.talk("lena", person(customer), LENA, f"Framework agreement {number + 1}", length=4, also=also)


def second_morning() -> list[Delivery]:
    """What arrives while Salesforce's API calls are used up."""
    author = Author(first=900)
    for number, customer in enumerate(customers_of("Nordic Bike Rental")):
        author.talk("limit", person(customer), (ANNA, JONAS)[number % 2], f"Morning order {number + 1}", length=2)
    return author.deliveries
