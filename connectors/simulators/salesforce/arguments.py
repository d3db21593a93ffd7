"""The arguments of a verb of the control door: JSON from a program, or texts from a form of its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce import ids
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.timeline import Timeline

TRUE = frozenset({"true", "on", "yes", "1"})


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """Raises KeyError, with a sentence, for an argument that is missing, and ValueError for one that does not fit."""

    org: Org
    timeline: Timeline
    base_url: str
    values: dict[str, Any]

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str | None = None) -> str:
        if not self.has(name) and default is None:
            raise KeyError(f"the argument “{name}” is missing")
        return str(self.values[name]) if self.has(name) else str(default)

    def flag(self, name: str, *, default: bool = True) -> bool:
        given = self.values.get(name, default)
        return given.lower() in TRUE if isinstance(given, str) else bool(given)

    def number(self, name: str, default: float | None = None) -> float:
        if not self.has(name) and default is not None:
            return default
        try:
            return float(self.text(name))
        except ValueError:
            raise ValueError(f"the argument “{name}” is no number") from None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list, or a text with commas."""
        given = self.values.get(name) or ()
        parts = given.split(",") if isinstance(given, str) else given
        return tuple(str(part).strip() for part in parts if str(part).strip())

    def mapping(self, name: str) -> dict[str, Any]:
        given = self.values.get(name)
        found = json.loads(given) if isinstance(given, str) else given
        if not isinstance(found, dict):
            raise ValueError(f"the argument “{name}” is no object")
        return found

    # -- what arguments mean in the org

    def transaction(self) -> Transaction:
        """The administrator's, whom no rule stops."""
        now = self.timeline.time()
        return Transaction(org=self.org, user_id=self.org.administrator, now=now, base_url=self.base_url, system=True)

    def sobject(self, name: str = "object") -> SObject:
        found = self.org.schema.object(self.text(name))
        if found is None:
            raise KeyError(f"there is no object “{self.text(name)}”")
        return found

    def field(self) -> tuple[str, str]:
        """(object, field) in the schema's spelling."""
        sobject = self.sobject()
        found = sobject.field(self.text("field"))
        if found is None:
            raise KeyError(f"{sobject.name} has no field “{self.text('field')}”")
        return sobject.name, found.name

    def record(self) -> tuple[SObject, str]:
        """(object, 18-character id) of the argument `id`."""
        full = ids.parse(self.text("id"))
        sobject = self.org.store.object_of(full) if full else None
        if full is None or sobject is None or self.org.store.get(full) is None:
            raise KeyError(f"there is no record “{self.text('id')}”")
        return sobject, full

    def user(self) -> str:
        """The id of the user of the argument `username`."""
        found = self.org.user(self.text("username"))
        if found is None:
            raise KeyError(f"there is no user “{self.text('username')}”")
        return str(found["Id"])
