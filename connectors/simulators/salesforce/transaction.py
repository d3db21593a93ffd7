"""Who asks, when, and by which words: what every read and write of one request needs."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.simulators.salesforce import permissions, values
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
        if self.system:
            return True
        shut = sobject.hidden or (verb != "read" and self.user_id in self.org.read_only_users)
        verb, name = permissions.asked_for(verb, sobject.name)
        return not shut and self.org.access.may(verb, name) and self._reaches(verb, name)

    def _reaches(self, verb: str, name: str) -> bool:
        needed = permissions.NEEDED.get((name, verb != "read")) or permissions.needed_once(name, float(self.version))
        if needed:
            return any(self.has(permission) for permission in needed)
        return permissions.reaches(self.org.store, self.user_id, verb, name)

    def has(self, permission: str) -> bool:
        """Whether the user holds a user permission, such as `CustomizeApplication`."""
        given = self.system or permission in self.org.access.permissions
        return given or permissions.has(self.org.store, self.user_id, permission)

    def field(self, sobject: SObject, name: str) -> Field | None:
        """A field that exists and is not hidden by field-level security."""
        found = sobject.field(name)
        return found if found and self.shows(sobject, found) else None

    def shows(self, sobject: SObject, field: Field) -> bool:
        hidden = field.hidden or self.org.access.field_hidden(sobject.name, field.name)
        return self.system or (not hidden and self._opens("read", sobject, field))

    def closed(self, sobject: SObject, field: Field) -> bool:
        """Whether field-level security lets the user only read a field."""
        shut = self.org.access.fields.get((sobject.name, field.name)) == "read"
        return not self.system and (shut or not self._opens("edit", sobject, field))

    def _opens(self, verb: str, sobject: SObject, field: Field) -> bool:
        """What every record must have is open to all: field-level security does not apply to it."""
        where = f"{sobject.name}.{field.name}"
        demanded = (sobject.name, field.name) in self.org.required
        return demanded or permissions.opens(self.org.store, self.user_id, verb, where)

    def sees(self, row: Row) -> bool:
        """Whether sharing lets this user see a record. What belongs to an event, or an opportunity, is seen with it."""
        own = (row["Id"], row.get("EventId"), row.get("OpportunityId"))
        hidden = (self.org.access.records.get(one) == "none" for one in own if one)
        return self.system or not (any(hidden) or self._elses(row))

    def _elses(self, row: Row) -> bool:
        """Whether a record is somebody else's, of a sort of which most users see their own only."""
        needed = permissions.ONES_OWN.get(row["Id"][:3])
        return bool(needed) and row["UserId"] != self.user_id and not any(self.has(one) for one in needed or ())

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
