"""The control door's verbs for what an administrator's org can have: rules, locks, rights, limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.describe import OLDEST_VERSION
from connectors.simulators.salesforce.org import DAY, LATEST_VERSION, MOST_ROWS, Rule, RuleKind

FOREVER = 1000 * 365 * DAY
NO_RULES = ("EventRelation",)
NUMBERS = ("int", "double", "currency")
EVENTS = ("BeforeInsert", "BeforeUpdate", "AfterInsert", "AfterUpdate")


# -- rules


def _made(given: Arguments, kind: RuleKind, **more: Any) -> dict[str, Any]:
    """A rule under its name: made, or made anew."""
    name, sobject = given.text("name"), given.sobject()
    if sobject.name in NO_RULES:
        raise ValueError(f"{sobject.name} supports no triggers, flows and rules")
    rule = Rule(
        kind=kind,
        name=name,
        object=sobject.name,
        active=given.flag("active"),
        message=given.text("message", ""),
        **more,
    )
    given.org.rules[name] = rule
    return {"name": name, "active": rule.active}


def _watched(given: Arguments) -> dict[str, str]:
    """The field that a rule watches, and the pattern that makes it strike; no pattern: always."""
    pattern = given.text("pattern", "")
    re.compile(pattern)
    return {"field": given.field()[1] if given.has("field") else "", "pattern": pattern}


def validation_rule(given: Arguments) -> dict[str, Any]:
    given.text("message")
    falls = given.flag("falls", default=False)
    if falls and given.sobject().fields[given.field()[1]].type not in NUMBERS:
        raise ValueError("falls is for a field with a number")
    return _made(given, "validation", **_watched(given), falls=falls)


def duplicate_rule(given: Arguments) -> dict[str, Any]:
    sobject = given.sobject()
    fields = given.texts("fields") or ("LastName", "Company")
    unknown = [name for name in fields if sobject.field(name) is None]
    if unknown:
        raise KeyError(f"{sobject.name} has no fields {unknown}")
    return _made(given, "duplicate", fields=fields, allow_save=given.flag("allowSave", default=False))


def trigger(given: Arguments) -> dict[str, Any]:
    event = given.text("event", EVENTS[0])
    if event not in EVENTS:
        raise ValueError(f"“{event}” is no event of a trigger; there are {list(EVENTS)}")
    return _made(given, "trigger", event=event, **_watched(given))


def flow(given: Arguments) -> dict[str, Any]:
    return _made(given, "flow", **_watched(given))


def rule(given: Arguments) -> dict[str, Any]:
    found = given.org.rules.get(given.text("name"))
    if found is None:
        raise KeyError(f"there is no rule “{given.text('name')}”")
    found.active = given.flag("active")
    return {"name": found.name, "active": found.active}


def remove_rule(given: Arguments) -> dict[str, Any]:
    return {"removed": given.org.rules.pop(given.text("name"), None) is not None}


# -- locks and rights


def lock(given: Arguments) -> dict[str, Any]:
    _, record_id = given.record()
    given.org.locks[record_id] = int(given.number("tries", -1))
    return {"id": record_id, "tries": given.org.locks[record_id]}


def unlock(given: Arguments) -> dict[str, Any]:
    _, record_id = given.record()
    return {"id": record_id, "was_locked": given.org.locks.pop(record_id, None) is not None}


def approval_lock(given: Arguments) -> dict[str, Any]:
    _, record_id = given.record()
    given.org.approvals.add(record_id)
    return {"id": record_id}


def approval_unlock(given: Arguments) -> dict[str, Any]:
    _, record_id = given.record()
    given.org.approvals.discard(record_id)
    return {"id": record_id}


def _access(given: Arguments) -> str:
    access = given.text("access")
    if access not in ("none", "read", "edit"):
        raise ValueError("access is none, read or edit")
    return access


def field_access(given: Arguments) -> dict[str, Any]:
    key, access = given.field(), _access(given)
    given.org.access.fields[key] = access
    if access == "edit":
        del given.org.access.fields[key]
    return {"object": key[0], "field": key[1], "access": access}


def object_access(given: Arguments) -> dict[str, Any]:
    name, denied = given.sobject().name, frozenset(given.texts("denied"))
    if not denied <= {"read", "create", "edit", "delete"}:
        raise ValueError("denied is a list of read, create, edit and delete")
    given.org.access.objects[name] = denied
    if not denied:
        del given.org.access.objects[name]
    return {"object": name, "denied": sorted(denied)}


def record_access(given: Arguments) -> dict[str, Any]:
    (_, record_id), access = given.record(), _access(given)
    given.org.access.records[record_id] = access
    if access == "edit":
        del given.org.access.records[record_id]
    return {"id": record_id, "access": access}


def permission(given: Arguments) -> dict[str, Any]:
    name, on = given.text("name"), given.flag("on")
    (given.org.access.permissions.add if on else given.org.access.permissions.discard)(name)
    return {"permissions": sorted(given.org.access.permissions)}


# -- limits


def api_limit(given: Arguments) -> dict[str, Any]:
    usage, now = given.org.usage, given.timeline.time()
    usage.allowed = int(given.number("allowed", usage.allowed))
    if given.has("used"):
        usage.set_used(int(given.number("used")), now)
    return {"used": usage.used(now), "allowed": usage.allowed}


def api_exhaust(given: Arguments) -> dict[str, Any]:
    """Used up until the clock's offset is `until`, or until it is mended."""
    now, offset = given.timeline.time(), given.timeline.offset
    given.org.usage.until = now + (given.number("until") - offset if given.has("until") else FOREVER)
    return {"used": given.org.usage.used(now), "allowed": given.org.usage.allowed}


def api_mend(given: Arguments) -> dict[str, Any]:
    given.org.usage.until = 0.0
    given.org.usage.set_used(0, given.timeline.time())
    return {"used": 0, "allowed": given.org.usage.allowed}


def storage(given: Arguments) -> dict[str, Any]:
    given.org.storage_full = given.flag("full")
    return {"full": given.org.storage_full}


def query_page(given: Arguments) -> dict[str, Any]:
    """How many rows a page of a query has at the most: Salesforce gives fewer where records are wide."""
    given.org.most_rows = int(given.number("rows", MOST_ROWS))
    return {"rows": given.org.most_rows}


def bulk(given: Arguments) -> dict[str, Any]:
    """How many looks find a job under way before it is done, and how large one upload may be."""
    state = given.org.bulk
    state.polls = int(given.number("polls", state.polls))
    state.most_bytes = int(given.number("bytes", state.most_bytes))
    return {"polls": state.polls, "bytes": state.most_bytes}


def api_version(given: Arguments) -> dict[str, Any]:
    """The newest version that the org offers; orgs get a new release weeks after one another."""
    newest = int(given.number("newest", LATEST_VERSION))
    if newest < OLDEST_VERSION:
        raise ValueError(f"versions before {OLDEST_VERSION} are retired everywhere")
    given.org.newest_version = newest
    return {"newest": newest}


def api_access(given: Arguments) -> dict[str, Any]:
    off = given.text("off", "")
    if off not in ("", "user", "org"):
        raise ValueError("off is user, org or nothing")
    given.org.api_off = off
    return {"off": off}


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "validation-rule": validation_rule,
    "duplicate-rule": duplicate_rule,
    "trigger": trigger,
    "flow": flow,
    "rule": rule,
    "remove-rule": remove_rule,
    "lock": lock,
    "unlock": unlock,
    "approval-lock": approval_lock,
    "approval-unlock": approval_unlock,
    "field-access": field_access,
    "object-access": object_access,
    "record-access": record_access,
    "permission": permission,
    "api-limit": api_limit,
    "api-exhaust": api_exhaust,
    "api-mend": api_mend,
    "api-access": api_access,
    "api-version": api_version,
    "storage": storage,
    "query-page": query_page,
    "bulk": bulk,
}
