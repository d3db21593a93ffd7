"""Every refusal that Salesforce words itself, in one place.

A single call answers a list of `{"message", "errorCode", "fields"}` with a status of its own; a collection
answers 200 and puts `{"statusCode", "message", "fields"}` beside the record. Shapes and texts: REST API
Developer Guide, "Status Codes and Error Responses" and "sObject Collections"; SOAP API Developer Guide,
"Core Data Types Used in API Calls".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

STATUS = {"INSUFFICIENT_ACCESS_OR_READONLY": 403, "STORAGE_LIMIT_EXCEEDED": 403}


@dataclass(eq=False)
class Refused(Exception):
    """A record or a call is refused. `fields=None` means that a single call's answer has no such member."""

    code: str
    message: str
    fields: tuple[str, ...] | None = ()
    status: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.status = self.status or STATUS.get(self.code, 400)

    def alone(self) -> dict[str, Any]:
        """As a single call answers it."""
        told = {} if self.fields is None else {"fields": list(self.fields)}
        return {**self.extra, "message": self.message, "errorCode": self.code, **told}

    def listed(self) -> dict[str, Any]:
        """As a collection answers it."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


@dataclass(eq=False)
class Several(Exception):
    """An external id that more than one record has: status 300 and the addresses of them all."""

    ids: tuple[str, ...]


# -- the call


def resource_not_found() -> Refused:
    return Refused("NOT_FOUND", "The requested resource does not exist", None, 404)


def not_accessible(name: str) -> Refused:
    """For a path that ends in neither an id nor an external id field."""
    text = f"Provided external ID field does not exist or is not accessible: {name}"
    return Refused("NOT_FOUND", text, None, 404)


def unparsable(text: str) -> Refused:
    return Refused("JSON_PARSER_ERROR", text, None)


def undeserializable(kind: str, token: str, value: object) -> Refused:
    """A JSON value of the wrong type. It refuses the whole call, a collection's too: the body is not readable."""
    text = (
        f"Cannot deserialize instance of {kind} from {token} value {value} or request may be missing a required field"
    )
    return unparsable(f"{text} at [line:1, column:1]")


# -- fields


def no_such_column(name: str, sobject: str) -> Refused:
    return Refused("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}", None)


def not_writable(names: Iterable[str]) -> Refused:
    listed = tuple(names)
    text = (
        f"Unable to create/update fields: {', '.join(listed)}. Please check the security settings of this field "
        "and verify that it is read/write for your profile or permission set."
    )
    return Refused("INVALID_FIELD_FOR_INSERT_UPDATE", text, listed)


def required_missing(names: Iterable[str]) -> Refused:
    listed = tuple(names)
    return Refused("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(listed)}]", listed)


def too_long(label: str, name: str, value: str, most: int) -> Refused:
    return Refused("STRING_TOO_LONG", f"{label}: data value too large: {value} (max length={most})", (name,))


def bad_email(label: str, name: str, value: str) -> Refused:
    return Refused("INVALID_EMAIL_ADDRESS", f"{label}: invalid email address: {value}", (name,))


def bad_choice(label: str, name: str, value: str) -> Refused:
    text = f"{label}: bad value for restricted picklist field: {value}"
    return Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, (name,))


def bad_date(label: str, name: str, value: str) -> Refused:
    return Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{label}: invalid date: {value}", (name,))


def out_of_range(label: str, name: str, value: object) -> Refused:
    text = f"{label}: value outside of valid range on numeric field: {value}"
    return Refused("NUMBER_OUTSIDE_VALID_RANGE", text, (name,))


def wrong_id(label: str, name: str, value: object, code: str = "MALFORMED_ID") -> Refused:
    return Refused(code, f"{label}: id value of incorrect type: {value}", (name,))


def malformed_id(value: object) -> Refused:
    return Refused("MALFORMED_ID", f"malformed id {value}")


def duplicate_value(name: str, other: str) -> Refused:
    text = f"duplicate value found: {name} duplicates value on record with id: {other}"
    return Refused("DUPLICATE_VALUE", text)


# -- records


def deleted() -> Refused:
    return Refused("ENTITY_IS_DELETED", "entity is deleted")


def no_such_record() -> Refused:
    return Refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")


def hidden(record_id: str) -> Refused:
    text = f"insufficient access rights on cross-reference id: {record_id}"
    return Refused("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", text)


def read_only(text: str = "insufficient access rights on object id") -> Refused:
    return Refused("INSUFFICIENT_ACCESS_OR_READONLY", text)


def no_permission(verb: str, label: str) -> Refused:
    """`verb` is `inserted` or `updated`."""
    return Refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be {verb}: {label}")


def rolled_back() -> Refused:
    text = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return Refused("ALL_OR_NONE_OPERATION_ROLLED_BACK", text)
