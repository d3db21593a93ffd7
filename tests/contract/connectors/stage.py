"""What the contract needs from outside of a connector: somebody who delivers, deletes, refuses and counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, Protocol

from connectors.protocol import CrmConnector, MailConnector
from connectors.records import Email, Flag, Person, Ref
from connectors.relations import Opportunity
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.server import SimulatorServer
from connectors.simulators.simulator import Simulator
from connectors.wire import Wire

SECONDS = 40.0
MINUTES = 40


class Trouble(StrEnum):
    """What goes wrong with the next call, and with that one alone."""

    BUSY_FOR_SECONDS = "busy for seconds"  # 429 with Retry-After as a number: SECONDS
    BUSY_UNTIL = "busy until"  # 429 with Retry-After as a date, MINUTES away
    BROKEN = "broken"  # 500, in the provider's own words
    DOWN = "down"  # 503, the page of a gateway
    HUNG_UP = "hung up"  # no answer at all


Enclosed = tuple[str, str, bytes]  # a file: its name, its type, its bytes


class MailStage(Protocol):
    """One mailbox at a provider that is made for the test."""

    @property
    def address(self) -> str:
        """In lower case, as we know it."""

    def open(self) -> MailConnector:
        """A connector as another process would open it; it is closed after the test."""

    def open_for_headers(self) -> MailConnector:
        """Likewise, for an organization that takes nothing else of messages."""

    def neighbour(self) -> MailStage:
        """Another mailbox at the same provider."""

    def pages_of(self, size: int) -> None:
        """From now on a page of the feed holds so many entries at the most."""

    def deliver(self, email: Email, *filed: Flag) -> Ref: ...

    def deliver_with(self, email: Email, *files: Enclosed) -> Ref:
        """A message arrives that has these attached."""

    def delete(self, ref: Ref) -> None: ...

    def star(self, ref: Ref) -> None:
        """A change of nothing but a label."""

    def label(self, name: str) -> str:
        """A label of that name is there; its id."""

    def rename_label(self, label: str, name: str) -> None: ...

    def drop_label(self, label: str) -> None:
        """Somebody deletes it."""

    def relabel(self, ref: Ref, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Somebody puts labels (ids) on a message, and takes others away."""

    def forget_cursors(self) -> None: ...

    def end_access(self, how: str) -> None:
        """The token in hand is `expired` or `revoked`."""

    def strike(self, trouble: Trouble) -> None: ...

    def calls(self) -> int:
        """Requests so far."""

    def connections(self) -> int:
        """How many are open, once what was closed has been noticed."""


class CrmStage(Protocol):
    """One organization at a CRM that is made for the test."""

    org_id: str

    def open(self) -> CrmConnector:
        """A connector as another process would open it; it is closed after the test."""

    def contact(self, address: str, *, days_old: int = 0, account_id: str = "") -> Person: ...

    def lead(self, address: str, *, days_old: int = 0, converted: bool = False) -> Person: ...

    def account(self) -> str: ...

    def company(self, website: str, *, days_old: int = 0) -> Person:
        """An account with that website, as it is found under the first of its domains."""

    def second_address(self, person: Person, address: str) -> Person:
        """Writes the address into another field of theirs: the same person, as they are found under it."""

    def opportunity(self, owner: str, *, days_old: int = 0) -> Opportunity:
        """An open one of an account, or one of no account in which a contact has a role (by the id of either)."""

    def close_opportunity(self, opportunity: Opportunity) -> None: ...

    def last_active(self, person: Person, day: date) -> Person:
        """Something was logged with them that day: the same person, as they are found where that is asked for."""

    def remove(self, person: Person) -> None: ...

    def refuse(self, words: str, message: str) -> None:
        """A rule of the CRM refuses messages with these words in their subject, and says `message`."""

    def allow(self) -> None:
        """No rule refuses anything any more."""

    def lose_answer(self) -> None:
        """The next write is carried out, and its answer is lost."""

    def records(self) -> dict[str, str]:
        """The ids of the messages that are there, by their keys."""

    def leads(self) -> dict[str, str]:
        """The ids of the leads that were pushed, by their keys."""

    def cases(self) -> dict[str, str]:
        """The ids of the cases that were pushed, by their keys."""

    def case_of(self, key: str) -> str:
        """The id of the case that has the message with this key, "" if none has."""

    def owner_of(self, record_id: str) -> str: ...

    def files_of(self, key: str) -> dict[str, bytes]:
        """The files of the message with this key, by their names."""

    def delete_file(self, file_id: str) -> None: ...

    def refuse_files(self, why: str) -> None:
        """From now on files of 2,048 bytes are `too large`, an .exe is `blocked`, or there is `no room`."""

    def lose_upload(self) -> None:
        """The next file is taken, and the answer is lost."""

    def colleague(self, name: str, email: str, *, active: bool = True) -> str:
        """Somebody who may own records, as long as they are active; their id."""

    def queue(self, name: str) -> str:
        """Makes a queue that may own cases; its id."""

    def retire(self, queue_id: str, *, how: str) -> None:
        """The queue is `deleted`, or may own no cases any more (`unserved`)."""

    def relations(self, key: str) -> set[str]:
        """Whom and what the message with this key belongs to, as ids."""

    def end_access(self, how: str) -> None:
        """The token in hand is `expired` or `revoked`."""

    def strike(self, trouble: Trouble) -> None: ...

    def calls(self) -> int:
        """Requests so far."""

    def connections(self) -> int:
        """How many are open, once what was closed has been noticed."""


class CountingServer(SimulatorServer):
    """A simulator's server that knows how many connections are open."""

    def __init__(self, simulator: Simulator, certificate: Certificate, port: int = 0) -> None:
        super().__init__(simulator, certificate, port)
        self.open_connections: set[Any] = set()  # adding to a set is atomic, counting is not

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self.open_connections.add(client_address)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.open_connections.discard(client_address)

    def settled(self, patience: float = 2.0) -> int:
        """How many connections are open, after those that were closed had time to end."""
        end = time.monotonic() + patience
        while self.open_connections and time.monotonic() < end:
            time.sleep(0.005)
        return len(self.open_connections)


@dataclass(kw_only=True)
class Closing:
    """Opens connectors and closes them all after the test."""

    opened: list[Any] = field(default_factory=list)

    def keep(self, connector: Any) -> Any:
        self.opened.append(connector)
        return connector

    def close(self) -> None:
        for connector in self.opened:
            connector.close()


def reach(simulator: Simulator, certificate: Certificate) -> Wire:
    """How to get to one simulator and nowhere else."""
    host = simulator.base_url.removeprefix("https://")
    return Wire(hosts=frozenset({host}), ca_bundle=str(certificate.ca), connect=5.0, read=5.0, total=10.0)


Answers = Mapping[Trouble, tuple[int, str]]
PAGE = "<html><head><title>Service unavailable</title></head><body>Please come back later.</body></html>"


def fault(trouble: Trouble, answers: Answers) -> Fault:
    """The trouble as a server makes it; `answers` are the provider's status and words."""
    if trouble is Trouble.HUNG_UP:
        return Fault.of({"action": "drop_before"})
    status, body = answers.get(trouble, (503, PAGE))
    headers = {"Content-Type": "text/html"} if body is PAGE else {}
    headers |= {name: make() for name, make in _WAITS.get(trouble, {}).items()}
    return Fault.of({"action": "answer", "status": status, "headers": headers, "body": body})


def _in_a_while() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(minutes=MINUTES), usegmt=True)


_WAITS: Mapping[Trouble, Mapping[str, Callable[[], str]]] = {
    Trouble.BUSY_FOR_SECONDS: {"Retry-After": lambda: f"{SECONDS:.0f}"},
    Trouble.BUSY_UNTIL: {"Retry-After": _in_a_while},
}
