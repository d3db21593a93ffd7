"""Duplicate rules as records: read only, for who sees setup.

Object Reference and Field Reference Guide for API 67, "DuplicateRule". What a rule compares, and whether it lets a
duplicate through, is not told here; the API has that as metadata alone.
"""

from __future__ import annotations

from connectors.simulators.salesforce import values
from connectors.simulators.salesforce.org import Org, Rule

NAME = "DuplicateRule"


def write_down(org: Org, now: float) -> None:
    """Brings the records in line with the rules that the org has."""
    rules = {rule.name: rule for rule in org.rules.values() if rule.kind == "duplicate"}
    known = {row["DeveloperName"]: row for row in org.store.rows(NAME)}
    for gone in known.keys() - rules.keys():
        org.store.purge(NAME, known[gone]["Id"])
    for name, rule in rules.items():
        _put(org, rule, known.get(name), now)


def _put(org: Org, rule: Rule, known: dict[str, object] | None, now: float) -> None:
    sobject, stamp = org.schema.objects[NAME], values.moment(now)
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), stamp)
    stamps |= dict.fromkeys(("CreatedById", "LastModifiedById"), org.administrator)
    fresh = {f.name: f.default for f in sobject.fields.values()} | stamps
    row = known or (fresh | {"Id": org.store.new_id(sobject), "IsDeleted": False})
    told = {"DeveloperName": rule.name, "MasterLabel": rule.name, "SobjectType": rule.object, "IsActive": rule.active}
    org.store.put(NAME, row | told)
