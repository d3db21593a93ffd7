"""Validation rules as Metadata describes them: read, refused, and told again.

Metadata API Developer Guide, "ValidationRule". A rule whose formula does not compile cannot be saved.
"""

from __future__ import annotations

import re
from typing import Any

from connectors.simulators.salesforce import formulas
from connectors.simulators.salesforce.errors import Refused, required_missing, too_long, unparsable
from connectors.simulators.salesforce.formula_terms import BadFormula
from connectors.simulators.salesforce.org import Rule
from connectors.simulators.salesforce.schema import SObject

NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")
LONGEST_NAME, LONGEST_MESSAGE = 40, 255
MEMBERS = ("active", "description", "errorConditionFormula", "errorDisplayField", "errorMessage")
NEEDED = {"errorConditionFormula": "ErrorConditionFormula", "errorMessage": "ErrorMessage"}


def read(name: str, sobject: SObject, given: object) -> Rule:
    """The rule that a name and its Metadata mean. Raises Refused."""
    if not isinstance(given, dict):
        raise unparsable("Cannot deserialize instance of ValidationRuleMetadata from a value that is no object")
    metadata = {member: value for member, value in given.items() if value is not None}
    for member in metadata:
        if member not in MEMBERS:
            raise unparsable(f'Unrecognized field "{member}" in ValidationRuleMetadata at [line:1, column:1]')
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        text = (
            "The Validation Rule name can only contain underscores and alphanumeric characters, begins with a letter, "
            "does not end with an underscore, contains no two consecutive underscores, and has at most 40 characters."
        )
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("ValidationName",))
    _check(sobject, metadata)
    return Rule(
        kind="validation",
        name=name,
        object=sobject.name,
        active=metadata["active"],
        message=metadata["errorMessage"],
        formula=metadata["errorConditionFormula"],
    )


def _check(sobject: SObject, metadata: dict[str, Any]) -> None:
    missing = [told for member, told in NEEDED.items() if not str(metadata.get(member, "")).strip()]
    if missing:
        raise required_missing(missing)
    if not isinstance(metadata.get("active"), bool):
        raise unparsable(f"Cannot deserialize instance of boolean from value {metadata.get('active')}")
    if len(metadata["errorMessage"]) > LONGEST_MESSAGE:
        raise too_long("Error Message", "ErrorMessage", metadata["errorMessage"], LONGEST_MESSAGE)
    place = metadata.get("errorDisplayField")
    if place and sobject.field(place) is None:
        text = f"Error Location: bad value for restricted picklist field: {place}"
        raise Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, ("ErrorDisplayField",))
    try:
        formulas.check(str(metadata["errorConditionFormula"]), sobject)
    except BadFormula as bad:
        raise Refused("FIELD_INTEGRITY_EXCEPTION", str(bad), ("ErrorConditionFormula",)) from None


def told(rule: Rule) -> dict[str, Any]:
    """The Metadata of a rule, however it was made."""
    return {
        "active": rule.active,
        "description": None,
        "errorConditionFormula": rule.formula or _formula(rule),
        "errorDisplayField": None,
        "errorMessage": rule.message,
    }


def _formula(rule: Rule) -> str:
    """What a rule of the door would be as a formula."""
    if rule.falls:
        return f"AND(NOT(ISNEW()), BLANKVALUE(PRIORVALUE({rule.field}), 0) > BLANKVALUE({rule.field}, 0))"
    return f'REGEX({rule.field}, "{rule.pattern}")' if rule.field else "TRUE"
