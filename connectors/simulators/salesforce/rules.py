"""What an org's own people refuse: validation rules, duplicate rules, triggers that throw, flows that fail.

Order of execution as on the platform: before triggers, validation rules, duplicate rules, after triggers,
flows (Apex Developer Guide, "Triggers and Order of Execution").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce import errors, formulas
from connectors.simulators.salesforce.formula_terms import BadFormula
from connectors.simulators.salesforce.org import Rule
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

EXCEPTION = "System.NullPointerException: Attempt to de-reference a null object"
USE_ONE = "Use one of these records?"


def obey(tx: Transaction, sobject: SObject, row: Row, old: Row | None) -> None:
    """Raises Refused by the first active rule that the record, as it would be saved, breaks."""
    active = [r for r in tx.org.rules.values() if r.active and r.object == sobject.name]
    for rule in sorted(active, key=_turn):
        refused = CHECKS[rule.kind](tx, rule, row, old)
        if refused:
            raise refused


def _turn(rule: Rule) -> int:
    if rule.kind == "trigger":
        return 0 if rule.event.startswith("Before") else 3
    return {"validation": 1, "duplicate": 2, "flow": 4}[rule.kind]


def _matches(rule: Rule, row: Row) -> bool:
    value = row.get(rule.field)
    text = "" if value is None else ";".join(value) if isinstance(value, list) else str(value)
    return re.search(rule.pattern, text) is not None


def _validation(tx: Transaction, rule: Rule, row: Row, old: Row | None) -> errors.Refused | None:
    if rule.formula:
        strikes = _holds(tx, rule, row, old)
    else:
        strikes = _falls(rule, row, old) if rule.falls else _matches(rule, row)
    return errors.Refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message) if strikes else None


def _holds(tx: Transaction, rule: Rule, row: Row, old: Row | None) -> bool:
    """A formula whose field was removed by hand says nothing any more."""
    try:
        return formulas.holds(rule.formula, tx.org.schema.objects[rule.object], row, old)
    except BadFormula:
        return False


def _falls(rule: Rule, row: Row, old: Row | None) -> bool:
    """PRIORVALUE(field) > field, blanks as zeros; a new record's prior value is its own."""
    return bool(old is not None and (old.get(rule.field) or 0) > (row.get(rule.field) or 0))


def _trigger(_: Transaction, rule: Rule, row: Row, old: Row | None) -> errors.Refused | None:
    if not rule.event.endswith("Insert" if old is None else "Update") or not _matches(rule, row):
        return None
    text = (
        f"{rule.name}: execution of {rule.event}\n\ncaused by: {rule.message or EXCEPTION}\n\n"
        f"Trigger.{rule.name}: line 7, column 1"
    )
    return errors.Refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text)


def _flow(_: Transaction, rule: Rule, row: Row, __: Row | None) -> errors.Refused | None:
    if not _matches(rule, row):
        return None
    cause = rule.message or "The flow failed to access the value for $Record.Owner.Manager because it hasn't been set."
    text = (
        f"We can't save this record because the “{rule.name}” process failed. "
        f"Give your Salesforce admin these details. {cause} Error ID: 1508712345-98765 (1478232107)"
    )
    return errors.Refused("CANNOT_EXECUTE_FLOW_TRIGGER", text)


def _duplicate(tx: Transaction, rule: Rule, row: Row, old: Row | None) -> errors.Refused | None:
    wanted = _compared(rule, row)
    touched = old is None or _compared(rule, old) != wanted
    if wanted is None or not touched or (tx.allow_duplicates and rule.allow_save):
        return None
    found = [other for other in tx.org.store.rows(rule.object) if other["Id"] != row["Id"]]
    twins = [other["Id"] for other in found if _compared(rule, other) == wanted]
    if not twins:
        return None
    text = rule.message or USE_ONE
    extra = {"duplicateResut": _result(tx, rule, text, twins)}
    return errors.Refused("DUPLICATES_DETECTED", text, None, extra=extra)


def _compared(rule: Rule, row: Row) -> tuple[str, ...] | None:
    """What a duplicate rule compares; `None` where a value is missing, which matches nothing."""
    texts = tuple(str(row.get(name) or "").casefold() for name in rule.fields)
    return texts if all(texts) else None


def _result(tx: Transaction, rule: Rule, text: str, twins: list[str]) -> dict[str, Any]:
    """The real service's result, under the name that it misspells."""
    records = [{"attributes": {"type": rule.object, "url": tx.record_url(rule.object, i)}, "Id": i} for i in twins]
    matches = [
        {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record}
        for record in records
    ]
    result = {
        "entityType": rule.object,
        "errors": [],
        "matchEngine": "ExactMatchEngine",
        "matchRecords": matches,
        "rule": f"{rule.name}_Match",
        "size": len(matches),
        "success": True,
    }
    return {
        "allowSave": rule.allow_save,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": rule.object,
        "errorMessage": text,
        "matchResults": [result],
    }


CHECKS: dict[str, Callable[[Transaction, Rule, Row, Row | None], errors.Refused | None]] = {
    "validation": _validation,
    "duplicate": _duplicate,
    "trigger": _trigger,
    "flow": _flow,
}
