"""Custom fields as Metadata describes them: read, refused, installed, and told again.

Metadata API Developer Guide, "CustomField"; words of refusals as the platform says them of metadata, those about
ranges and activities inferred. Of the types those are here that hold a value of their own; lookups, formulas,
roll-ups and automatic numbers are refused like a type that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce.errors import Refused, unparsable
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.store import Store

UNFIT = "FIELD_INTEGRITY_EXCEPTION"
NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c")
LONGEST_NAME = 43  # forty, and `__c`
LONG = range(256, 131073)

Metadata = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A type of Metadata. `needs` and `allows` are the members that it has beside those that all have."""

    type: str
    needs: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    length: int = 0


COMMON = ("type", "label", "description", "inlineHelpText", "required", "trackHistory", "trackFeedHistory")
KEYS = ("unique", "externalId")
KINDS = {
    "Text": Kind("string", ("length",), (*KEYS, "caseSensitive", "defaultValue")),
    "TextArea": Kind("textarea", (), ("defaultValue",), 255),
    "LongTextArea": Kind("textarea", ("length", "visibleLines"), ("defaultValue",)),
    "Number": Kind("double", ("precision", "scale"), (*KEYS, "defaultValue")),
    "Checkbox": Kind("boolean", ("defaultValue",)),
    "Email": Kind("email", (), (*KEYS, "defaultValue"), 80),
    "Phone": Kind("phone", (), ("defaultValue",), 40),
    "Url": Kind("url", (), ("defaultValue",), 255),
    "Date": Kind("date", (), ("defaultValue",)),
    "DateTime": Kind("datetime", (), ("defaultValue",)),
    "Picklist": Kind("picklist", ("valueSet",), (), 255),
}
MEMBERS = frozenset({*COMMON, *(m for kind in KINDS.values() for m in (*kind.needs, *kind.allows))})
# member → least and most
RANGES = {"precision": (1, 18), "scale": (0, 17), "visibleLines": (2, 50)}
FLAGS = ("required", "unique", "externalId", "caseSensitive", "trackHistory", "trackFeedHistory")


def read(name: str, given: object) -> Field:
    """The field that a name and its Metadata mean. Raises Refused."""
    if not isinstance(given, dict):
        raise unparsable("Cannot deserialize instance of CustomFieldMetadata from a value that is no object")
    metadata = {member: value for member, value in given.items() if value is not None}
    _check_members(metadata)
    _check_name(name)
    kind = _kind(metadata)
    _check_fit(metadata, kind)
    return _field(name, metadata, kind)


def _check_members(metadata: Metadata) -> None:
    for member, value in metadata.items():
        if member not in MEMBERS:
            raise unparsable(f'Unrecognized field "{member}" in CustomFieldMetadata at [line:1, column:1]')
        if member in FLAGS and not isinstance(value, bool):
            raise unparsable(f"Cannot deserialize instance of boolean from value {value} at [line:1, column:1]")
        if member in ("length", *RANGES) and (isinstance(value, bool) or not isinstance(value, int)):
            raise unparsable(f"Cannot deserialize instance of int from value {value} at [line:1, column:1]")


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        text = (
            "The Custom Field API Name can only contain underscores and alphanumeric characters. It must be unique, "
            "begin with a letter, not include spaces, not end with an underscore, not contain two consecutive "
            "underscores, and have at most 40 characters before its __c."
        )
        raise Refused(UNFIT, text, ("DeveloperName",))


def _kind(metadata: Metadata) -> Kind:
    wanted = metadata.get("type")
    if wanted is None:
        raise Refused(UNFIT, "Must specify 'type' for a CustomField", ("Metadata",))
    if wanted not in KINDS:
        raise unparsable(f"Cannot deserialize instance of FieldType from VALUE_STRING value {wanted}")
    if not str(metadata.get("label", "")).strip():
        raise Refused(UNFIT, "Must specify a nonempty label for the CustomField", ("Metadata",))
    return KINDS[wanted]


def _check_fit(metadata: Metadata, kind: Kind) -> None:
    named = metadata["type"]
    for member in kind.needs:
        if member not in metadata:
            raise Refused(UNFIT, f"Must specify '{member}' for a CustomField of type {named}", ("Metadata",))
    for member in metadata:
        if member not in (*COMMON, *kind.needs, *kind.allows) and metadata[member] is not False:
            raise Refused(UNFIT, f"Can not specify '{member}' for a CustomField of type {named}", ("Metadata",))
    if metadata.get("caseSensitive") and not metadata.get("unique"):
        raise Refused(UNFIT, "Can not specify 'caseSensitive' for a CustomField that is not unique", ("Metadata",))
    least, most = (LONG[0], LONG[-1]) if named == "LongTextArea" else (1, 255)
    for member, (low, high) in {**RANGES, "length": (least, most)}.items():
        if member in metadata and not low <= metadata[member] <= high:
            text = f"{member}: value outside of valid range on numeric field: {metadata[member]} ({low} to {high})"
            raise Refused("NUMBER_OUTSIDE_VALID_RANGE", text, ("Metadata",))
    if metadata.get("scale", 0) > metadata.get("precision", 18):
        raise Refused(UNFIT, "The scale must not be larger than the precision", ("Metadata",))


def _field(name: str, metadata: Metadata, kind: Kind) -> Field:
    long = metadata["type"] == "LongTextArea"
    flag = metadata.get("defaultValue") in (True, "true")
    key = bool(metadata.get("unique") or metadata.get("externalId"))
    return Field(
        name=name,
        label=str(metadata["label"]),
        type=kind.type,
        length=metadata.get("length", kind.length),
        nillable=kind.type != "boolean",
        default=flag if kind.type == "boolean" else None,
        filter=not long,
        sort=not long,
        group=not long and kind.type not in ("double", "datetime"),
        unique=bool(metadata.get("unique")),
        external_id=bool(metadata.get("externalId")),
        id_lookup=key,
        case_sensitive=bool(metadata.get("caseSensitive")),
        precision=metadata.get("precision", 0),
        scale=metadata.get("scale", 0),
        choices=_choices(metadata),
        restricted=_set(metadata).get("restricted") is True,
    )


def _set(metadata: Metadata) -> Metadata:
    found = metadata.get("valueSet", {})
    if not isinstance(found, dict):
        raise unparsable("Cannot deserialize instance of ValueSet from a value that is no object")
    return found


def _choices(metadata: Metadata) -> tuple[tuple[str, str], ...]:
    try:
        listed = _set(metadata).get("valueSetDefinition", {}).get("value", [])
        return tuple((str(one["valueName"]), str(one.get("label") or one["valueName"])) for one in listed)
    except (AttributeError, KeyError, TypeError):
        raise unparsable("Cannot deserialize instance of ValueSet: each value needs a valueName") from None


# -- telling


def told(field: Field, required: bool) -> dict[str, Any]:
    """The Metadata of a field that was not made by it."""
    named = _type(field)
    kind = KINDS[named]
    everything = {
        "length": field.length,
        "visibleLines": 3,
        "precision": field.precision or 18,
        "scale": field.scale,
        "unique": field.unique,
        "externalId": field.external_id,
        "caseSensitive": field.case_sensitive,
        "defaultValue": str(bool(field.default)).lower() if field.type == "boolean" else None,
        "valueSet": {
            "restricted": field.restricted,
            "valueSetDefinition": {
                "sorted": False,
                "value": [{"valueName": v, "label": label, "default": False} for v, label in field.choices],
            },
        },
    }
    own = {member: everything[member] for member in (*kind.needs, *kind.allows)}
    return {"type": named, "label": field.label, "required": required} | own


def _type(field: Field) -> str:
    if field.type == "textarea":
        return "LongTextArea" if field.length in LONG else "TextArea"
    plain = {kind.type: name for name, kind in KINDS.items() if name not in ("TextArea", "LongTextArea")}
    return plain.get(field.type, "Number" if field.type in ("int", "currency") else "Text")


# -- installing


def install(store: Store, sobject: SObject, field: Field) -> None:
    """Makes a field a part of an object; records that have no value for it get the default."""
    sobject.add(field)
    for row in [r for r in store.rows(sobject.name, deleted=True) if field.name not in r]:
        store.put(sobject.name, row | {field.name: field.default})
    store.reindex(sobject.name)


def uninstall(store: Store, sobject: SObject, name: str) -> None:
    """Takes a field and all its values away."""
    sobject.drop(name)
    for row in [r for r in store.rows(sobject.name, deleted=True) if name in r]:
        store.put(sobject.name, {member: value for member, value in row.items() if member != name})
    store.reindex(sobject.name)
