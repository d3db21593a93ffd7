"""Who asks, when, and by which words: what every read and write of one request needs."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.simulators.salesforce import values
from connectors.simulators.salesforce.org import LATEST_VERSION, Org
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.store import Row

PAGE = 2000


@dataclass(kw_only=True)
class Transaction:
    """One request as one user. With `system` no rule, permission or sharing applies: the control door's way in."""

    org: Org
    user_id: str
    now: float
    version: str = f"{LATEST_VERSION}.0"
    base_url: str = ""
    allow_duplicates: bool = False
    page: int = PAGE
    system: bool = False

    @property
    def stamp(self) -> str:
        return values.moment(self.now)

    @property
    def root(self) -> str:
        """Where this version's resources lie: `/services/data/v67.0`."""
        return f"/services/data/v{self.version}"

    def record_url(self, name: str, record_id: str) -> str:
        return f"{self.root}/sobjects/{name}/{record_id}"

    def object(self, name: str) -> SObject | None:
        """An object that exists and may be read; the two cannot be told apart from outside."""
        found = self.org.schema.object(name)
        return found if found and self.may("read", found) else None

    def may(self, verb: str, sobject: SObject) -> bool:
        return self.system or self.org.access.may(verb, sobject.name)

    def field(self, sobject: SObject, name: str) -> Field | None:
        """A field that exists and is not hidden by field-level security."""
        found = sobject.field(name)
        return found if found and self.shows(sobject, found) else None

    def shows(self, sobject: SObject, field: Field) -> bool:
        return self.system or not (field.hidden or self.org.access.field_hidden(sobject.name, field.name))

    def sees(self, row: Row) -> bool:
        """Whether sharing lets this user see a record. A relation of an event is seen by who sees the event."""
        hidden = (self.org.access.records.get(one) == "none" for one in (row["Id"], row.get("EventId")) if one)
        return self.system or not any(hidden)

    # -- rows

    def blank(self, sobject: SObject) -> Row:
        """A new record with its id, its defaults, and this user and moment; nothing is stored yet."""
        row: Row = {f.name: [] if f.type == "junctionIdList" else f.default for f in sobject.fields.values()}
        known = {n: v for n, v in (self.stamps() | self._first_stamps()).items() if n in sobject.fields}
        return row | {"Id": self.org.store.new_id(sobject)} | known

    def stamps(self) -> Row:
        """What a change leaves on a record."""
        when = dict.fromkeys(("LastModifiedDate", "SystemModstamp"), self.stamp)
        return {**when, "LastModifiedById": self.user_id}

    def _first_stamps(self) -> Row:
        return {"CreatedDate": self.stamp, "CreatedById": self.user_id, "OwnerId": self.user_id}
