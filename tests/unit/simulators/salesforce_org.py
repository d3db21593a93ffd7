"""An org in memory with people in it, and queries over it without any HTTP."""

from __future__ import annotations

from typing import Any

from connectors.simulators.salesforce import values, writes
from connectors.simulators.salesforce.org import Org, new_org
from connectors.simulators.salesforce.query import Result, run
from connectors.simulators.salesforce.transaction import Transaction

NOON = 1_795_348_800.0  # 2026-11-22T12:00:00Z, a Sunday


class World:
    """An org at a moment; what is made is past every rule unless `user` asks as the integration user."""

    def __init__(self, now: float = NOON) -> None:
        self.org: Org = new_org(now)
        self.now = now

    def transaction(self, *, system: bool = True) -> Transaction:
        user = self.org.administrator if system else self.org.integration_user
        return Transaction(org=self.org, user_id=user, now=self.now, system=system)

    def make(self, name: str, **fields: Any) -> str:
        sobject = self.org.schema.objects[name]
        return writes.insert(self.transaction(), sobject, values.parse(sobject, fields))

    def run(self, soql: str, *, deleted: bool = False) -> Result:
        return run(self.transaction(system=False), soql, deleted=deleted)

    def column(self, soql: str) -> list[Any]:
        """The values of the first column of a query."""
        records = [dict(r) for r in self.run(soql).records]
        return [next(value for key, value in r.items() if key != "attributes") for r in records]

    def names(self, condition: str) -> list[str]:
        """The last names of the contacts of which a condition holds, in the order of their creation."""
        return self.column(f"SELECT LastName FROM Contact WHERE {condition}")
