"""Events at a Salesforce simulator, entered, changed and deleted by its people through the simulator's door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from connectors.records import Event, Person, Response
from connectors.simulators.authority import Certificate
from tests.contract.connectors.salesforce_record_stage import DAY, SalesforceRecordStage, staged_as
from tests.contract.connectors.stage import CountingServer

FIELDS = {"title": "Subject", "text": "Description", "location": "Location", "private": "IsPrivate"}
_MESSAGE = {"subject": "Subject", "sender": "FromAddress"}
ANSWERS = {
    "New": Response.NONE,
    "Accepted": Response.ACCEPTED,
    "Declined": Response.DECLINED,
    "Maybe": Response.TENTATIVE,
}


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
class SalesforceEventStage(SalesforceRecordStage):
    sobject: ClassVar[str] = "Event"

    def fields(self, **of: Any) -> dict[str, Any]:
        return record(**of)

    def create(self, event: Event, owner: Person, invited: Sequence[Person] = ()) -> str:
        made = str(self._door("create", object="Event", fields=whole(event) | {"OwnerId": owner.id})["id"])
        for person in invited:
            self._door("create", object="EventRelation", fields={"EventId": made, "RelationId": person.id})
        return made

    def repeat(self, event: Event, owner: Person, times: int) -> list[str]:
        made = self._door("series", fields=whole(event) | {"OwnerId": owner.id}, count=times, days=1)
        return [str(id_) for id_ in made["ids"]]

    def invited(self, record_id: str) -> dict[str, Response]:
        store = self.simulator.org.store
        rows = [row for row in store.rows("EventRelation") if row["EventId"] == record_id]
        about = (store.get(record_id) or {})["WhoId"]
        alone = {str(about): Response.NONE} if about else {}
        return alone | {str(row["RelationId"]): ANSWERS[row["Status"]] for row in rows}

    def copy(self, record_id: str, **fields: Any) -> str:
        """Without our key, which would have to be unique."""
        row = self.simulator.org.store.get(record_id) or {}
        names = ("Subject", "MessageDate", "FromAddress", "MessageIdentifier", "TextBody", "Status", "Incoming")
        said = {name: row[name] for name in names} | {_MESSAGE[name]: value for name, value in fields.items()}
        return str(self._door("create", object="EmailMessage", fields=said)["id"])


@contextmanager
def staged(server: CountingServer, certificate: Certificate) -> Iterator[SalesforceEventStage]:
    with staged_as(SalesforceEventStage, server, certificate) as made:
        yield made
