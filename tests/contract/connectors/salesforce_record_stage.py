"""Records that are kept in step at a Salesforce simulator, changed and deleted by its people through its door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from connectors import clock
from connectors.records import Person, PersonKind, RecordWrite
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from tests.contract.connectors.crm_contract import ids
from tests.contract.connectors.salesforce_stage import SalesforceStage, standing
from tests.contract.connectors.stage import CountingServer
from tests.contract.simulators.salesforce.bench import Bench, connect, session

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TOO_OLD = 16 * DAY  # a day more than deletions are remembered
R = TypeVar("R", bound="SalesforceRecordStage")
_numbers = count(1)


@dataclass(kw_only=True)
class SalesforceRecordStage(SalesforceStage):
    sobject: ClassVar[str]
    titled: ClassVar[str] = "Subject"

    def fields(self, **of: Any) -> dict[str, Any]:
        """Fields of the object as somebody fills them in."""
        raise NotImplementedError

    def create(self, said: Any, owner: Person, /) -> str:
        raise NotImplementedError

    def living(self) -> dict[str, str]:
        rows = self.simulator.org.store.rows(self.sobject)
        return {str(row["Id"]): str(row["Syncapp_Key__c"] or "") for row in rows if not row.get("IsChild")}

    def offset(self) -> float:
        """How far Salesforce's clock is ahead of the real one, in seconds."""
        return self.simulator.timeline.offset

    def pages_of(self, size: int) -> None:
        self._door("query-page", rows=size)

    def user(self) -> Person:
        name = f"seller{next(_numbers)}@acme.example"
        made = self._door("create", object="User", fields={"Username": name, "Email": name, "LastName": "Seller"})
        return Person(kind=PersonKind.USER, id=str(made["id"]), email=name)

    def edit(self, record_id: str, **fields: Any) -> None:
        """A second passes, as it does between two edits of a person: Salesforce's stamps know no less."""
        self.pass_time(timedelta(seconds=1))
        self._door("update", id=record_id, fields=self.fields(**fields))

    def delete(self, record_id: str) -> None:
        self._door("delete", id=record_id)

    def hide(self, record_id: str) -> None:
        self._door("record-access", id=record_id, access="none")

    def refuse(self, words: str, message: str) -> None:
        rule = {"object": self.sobject, "name": words, "field": self.titled, "pattern": re.escape(words)}
        self.rules.append(words)
        self._door("validation-rule", message=message, **rule)

    def forget_cursors(self) -> None:
        """Time passes; who is to go on needs fresh access then."""
        self.pass_time(TOO_OLD)
        self.token = self._door("grant", username=self._door("accounts")["users"][0]["username"])["access_token"]

    def pass_time(self, length: timedelta) -> None:
        self.simulator.timeline.move_to(self.offset() + length.total_seconds())

    def lose_answer(self) -> None:
        self.drop_call(1)

    def drop_call(self, number: int) -> None:
        """The so many-th call from now on is carried out, and its answer is lost."""
        lost = {"action": "drop_after", "method": "POST", "path": "/composite$", "after": number - 1}
        self.simulator.faults.append(Fault.of(lost))


@contextmanager
def staged_as(kind: type[R], server: CountingServer, certificate: Certificate) -> Iterator[R]:
    """An org of its own behind the server; our clock goes with Salesforce's."""
    with standing(kind, server, certificate) as made, clock.using(made.offset):
        yield made


@contextmanager
def beside(stage: SalesforceRecordStage) -> Iterator[Bench]:
    """An administrator of the same org, with a client of others and the simulator's door."""
    with session(Path(stage.certificate.ca)) as http:
        yield Bench(stage.simulator, http, connect(stage.simulator.base_url, stage.token, http))


def pushed(stage: SalesforceRecordStage, *writes: RecordWrite) -> list[str]:
    return ids(stage.open().push(writes))


def counted(stage: SalesforceRecordStage, *writes: RecordWrite) -> int:
    """How many calls it took to write them; each of them succeeded."""
    before = stage.calls()
    pushed(stage, *writes)
    return stage.calls() - before


def row(stage: SalesforceRecordStage, record_id: str) -> dict[str, Any]:
    return dict(stage.simulator.org.store.get(record_id) or {})


def door(stage: SalesforceRecordStage, verb: str, **arguments: Any) -> Any:
    return stage._door(verb, **arguments)


def purged_for_good(stage: SalesforceRecordStage, record_id: str) -> None:
    """Out of the recycle bin as well, a minute ago: the log of deletions is asked for whole minutes."""
    for verb in ("delete", "purge"):
        door(stage, verb, id=record_id)
    stage.pass_time(MINUTE)
