"""What is wrong in an org at the moment, each with the verb that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce.org import Org


@dataclass(frozen=True)
class Trouble:
    """`verb` with `arguments` mends it. `kind:name` is its key."""

    kind: str
    name: str
    detail: str
    verb: str
    arguments: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.name}"

    def listed(self) -> dict[str, Any]:
        mend = {"verb": self.verb, "arguments": self.arguments}
        return {"key": self.key, "kind": self.kind, "name": self.name, "detail": self.detail, "mend": mend}


def of(org: Org, now: float) -> Iterator[Trouble]:
    yield from _rules(org)
    yield from _fields(org)
    yield from _records(org)
    yield from _people(org)
    yield from _addresses(org)
    yield from _whole(org, now)


def _rules(org: Org) -> Iterator[Trouble]:
    """A rule that keeps a number from falling is a fence, and no trouble; neither is one that came over the API."""
    for rule in org.rules.values():
        if rule.active and not (rule.falls or rule.formula):
            detail = rule.message or ", ".join(rule.fields) or f"{rule.event} on {rule.object}"
            yield Trouble(rule.kind, rule.name, detail, "rule", {"name": rule.name, "active": False})


def _fields(org: Org) -> Iterator[Trouble]:
    for name, field in sorted(org.required):
        where = {"object": name, "field": field}
        yield Trouble("required-field", f"{name}.{field}", "a value is required", "unrequire-field", where)
    for name, field in org.removed:
        where = {"object": name, "field": field}
        yield Trouble("removed-field", f"{name}.{field}", "the field is gone", "restore-field", where)
    for name, field in org.picklists:
        where = {"object": name, "field": field}
        yield Trouble("picklist", f"{name}.{field}", "has other values than before", "restore-picklist", where)
    for (record_id, field), values in org.type_values.items():
        kind, where = org.store.get(record_id) or {}, {"id": record_id, "field": field}
        name = f"{kind.get('SobjectType')}.{kind.get('DeveloperName')}.{field}"
        yield Trouble("type-values", name, f"offers {', '.join(values)}", "record-type-values", where)
    for record_id, user_id in sorted(org.denied_types):
        yield _denied_type(org, record_id, user_id)
    for (name, field), access in org.access.fields.items():
        where = {"object": name, "field": field, "access": "edit"}
        yield Trouble("field-access", f"{name}.{field}", f"access: {access}", "field-access", where)
    for name, denied in org.access.objects.items():
        detail = f"denied: {', '.join(sorted(denied))}"
        yield Trouble("object-access", name, detail, "object-access", {"object": name, "denied": []})


def _denied_type(org: Org, record_id: str, user_id: str) -> Trouble:
    user, kind = org.store.get(user_id) or {}, org.store.get(record_id) or {}
    who = {"username": user["Username"]} if user else {}
    detail = f"may not be used by {user.get('Name', 'anybody')}"
    name = ".".join(filter(None, (kind.get("SobjectType"), kind.get("DeveloperName"), user.get("Alias") or user_id)))
    return Trouble("record-type", name, detail, "record-type-access", {"id": record_id, "available": True, **who})


def _records(org: Org) -> Iterator[Trouble]:
    for record_id, tries in org.locks.items():
        detail = "until it is released" if tries < 0 else f"for {tries} more tries"
        yield Trouble("lock", record_id, detail, "unlock", {"id": record_id})
    for record_id in sorted(org.approvals):
        yield Trouble("approval", record_id, "waits for an approval", "approval-unlock", {"id": record_id})
    for record_id, access in org.access.records.items():
        where = {"id": record_id, "access": "edit"}
        yield Trouble("record-access", record_id, f"access: {access}", "record-access", where)
    if org.race:
        ids = ", ".join(sorted(org.race))
        yield Trouble("race", "next query", f"deletes {ids}", "race", {"ids": []})


def _people(org: Org) -> Iterator[Trouble]:
    for user_id in sorted(org.read_only_users):
        user = org.store.get(user_id) or {}
        where = {"username": user["Username"], "on": False}
        yield Trouble("read-only-user", user["Username"], "may not write", "read-only-user", where)
    for row in org.store.rows("User"):
        if not row["IsActive"]:
            where = {"username": row["Username"], "active": True}
            yield Trouble("inactive-user", row["Username"], row["Name"], "user", where)


def _addresses(org: Org) -> Iterator[Trouble]:
    if org.countries:
        detail = f"there are no countries but {', '.join(org.countries)}"
        yield Trouble("countries", "addresses", detail, "countries", {"named": {}})


def _whole(org: Org, now: float) -> Iterator[Trouble]:
    used, allowed = org.usage.used(now), org.usage.allowed
    if used >= allowed:
        yield Trouble("api-limit", "TotalRequests", f"{used} of {allowed} calls used", "api-mend", {})
    if org.storage_full:
        yield Trouble("storage", "data", "no room for a new record", "storage", {"full": False})
    if not (org.enhanced_email and org.email_to_case):
        features = {"Enhanced Email": org.enhanced_email, "Email-to-Case": org.email_to_case}
        detail = ", ".join(f"{name} is off" for name, on in features.items() if not on)
        yield Trouble("email", "messages", detail, "email", {"enhanced": True, "to_case": True})
    if org.files_broken:
        yield Trouble("files-broken", "files", f"uploads fail: {org.files_broken}", "files", {"broken": ""})
    if org.blocked_files:
        detail = f"not taken: {', '.join(sorted(org.blocked_files))}"
        yield Trouble("blocked-files", "files", detail, "files", {"blocked": []})
    if org.files_full:
        yield Trouble("file-storage", "files", "no room for a new file", "files", {"full": False})
    if org.api_off:
        yield Trouble("api-access", org.api_off, "the API is switched off", "api-access", {"off": ""})
    if not org.grants.org_active:
        yield Trouble("org", "inactive", "nobody can log in", "login", {"org_active": True})
    if org.grants.ip_restricted:
        yield Trouble("org", "ip-restricted", "no log-in from here", "login", {"ip_restricted": False})
