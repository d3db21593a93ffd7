"""Events at a Salesforce simulator, entered, changed and deleted by its people through the simulator's door."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from connectors import clock
from connectors.records import Event, Person, PersonKind, Response
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from tests.contract.connectors.salesforce_stage import SalesforceStage, standing
from tests.contract.connectors.stage import CountingServer
from tests.contract.simulators.salesforce.bench import Bench, connect, session

DAY = timedelta(days=1)
TOO_OLD = 16 * DAY  # a day more than deletions are remembered
FIELDS = {"title": "Subject", "text": "Description", "location": "Location", "private": "IsPrivate"}
_MESSAGE = {"subject": "Subject", "sender": "FromAddress"}
ANSWERS = {
    "New": Response.NONE,
    "Accepted": Response.ACCEPTED,
    "Declined": Response.DECLINED,
    "Maybe": Response.TENTATIVE,
}
_numbers = count(1)


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def record(**of: Any) -> dict[str, Any]:
    """Fields of an `Event` as somebody fills them in; the last of whole days is the day before their end."""
    fields = {FIELDS[name]: value for name, value in of.items() if name in FIELDS}
    if "busy" in of:
        fields["ShowAs"] = "Busy" if of["busy"] else "Free"
    if "all_day" in of:
        fields["IsAllDayEvent"] = of["all_day"]
    if "end" in of:
        fields["EndDateTime"] = written(of["end"] - DAY if of.get("all_day") else of["end"])
    return fields | ({"StartDateTime": written(of["start"])} if "start" in of else {})


def whole(event: Event) -> dict[str, Any]:
    names = (*FIELDS, "busy", "all_day", "start", "end")
    return record(**{name: getattr(event, name) for name in names})


@dataclass(kw_only=True)
class SalesforceEventStage(SalesforceStage):
    def offset(self) -> float:
        """How far Salesforce's clock is ahead of the real one, in seconds."""
        return self.simulator.timeline.offset

    def pages_of(self, size: int) -> None:
        self._door("query-page", rows=size)

    def user(self) -> Person:
        name = f"seller{next(_numbers)}@acme.example"
        made = self._door("create", object="User", fields={"Username": name, "Email": name, "LastName": "Seller"})
        return Person(kind=PersonKind.USER, id=str(made["id"]), email=name)

    def create(self, event: Event, owner: Person, invited: Sequence[Person] = ()) -> str:
        made = str(self._door("create", object="Event", fields=whole(event) | {"OwnerId": owner.id})["id"])
        for person in invited:
            self._door("create", object="EventRelation", fields={"EventId": made, "RelationId": person.id})
        return made

    def repeat(self, event: Event, owner: Person, times: int) -> list[str]:
        made = self._door("series", fields=whole(event) | {"OwnerId": owner.id}, count=times, days=1)
        return [str(id_) for id_ in made["ids"]]

    def edit(self, record_id: str, **fields: Any) -> None:
        """A second passes, as it does between two edits of a person: Salesforce's stamps know no less."""
        self.pass_time(timedelta(seconds=1))
        self._door("update", id=record_id, fields=record(**fields))

    def delete(self, record_id: str) -> None:
        self._door("delete", id=record_id)

    def hide(self, record_id: str) -> None:
        self._door("record-access", id=record_id, access="none")

    def invited(self, record_id: str) -> dict[str, Response]:
        store = self.simulator.org.store
        rows = [row for row in store.rows("EventRelation") if row["EventId"] == record_id]
        about = (store.get(record_id) or {})["WhoId"]
        alone = {str(about): Response.NONE} if about else {}
        return alone | {str(row["RelationId"]): ANSWERS[row["Status"]] for row in rows}

    def living(self) -> dict[str, str]:
        rows = self.simulator.org.store.rows("Event")
        return {str(row["Id"]): str(row["Syncapp_Key__c"] or "") for row in rows if not row["IsChild"]}

    def refuse(self, words: str, message: str) -> None:
        rule = {"object": "Event", "name": words, "field": "Subject", "pattern": re.escape(words)}
        self.rules.append(words)
        self._door("validation-rule", message=message, **rule)

    def copy(self, record_id: str, **fields: Any) -> str:
        """Without our key, which would have to be unique."""
        row = self.simulator.org.store.get(record_id) or {}
        names = ("Subject", "MessageDate", "FromAddress", "MessageIdentifier", "TextBody", "Status", "Incoming")
        said = {name: row[name] for name in names} | {_MESSAGE[name]: value for name, value in fields.items()}
        return str(self._door("create", object="EmailMessage", fields=said)["id"])

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
def staged(server: CountingServer, certificate: Certificate) -> Iterator[SalesforceEventStage]:
    """An org of its own behind the server; our clock goes with Salesforce's."""
    with standing(SalesforceEventStage, server, certificate) as made, clock.using(made.offset):
        yield made


@contextmanager
def beside(stage: SalesforceEventStage) -> Iterator[Bench]:
    """An administrator of the same org, with a client of others and the simulator's door."""
    with session(Path(stage.certificate.ca)) as http:
        yield Bench(stage.simulator, http, connect(stage.simulator.base_url, stage.token, http))
