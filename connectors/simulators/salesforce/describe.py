"""What an org says about itself: objects, fields with their flags, versions, resources.

Shapes: REST API Developer Guide, "sObject Describe", "Describe Global"; SOAP API Developer Guide,
"DescribeSObjectResult".
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.salesforce import grantings, record_types
from connectors.simulators.salesforce.org import LATEST_VERSION
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.transaction import Transaction

OLDEST_VERSION = 31
SEASONS = ("Summer", "Winter", "Spring")
PARTS_OF_NAME = frozenset({"Name", "FirstName", "LastName", "Salutation"})
STRING_SOAP = "xsd:string"
SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "base64": "xsd:base64Binary",
    "junctionIdList": "urn:JunctionIdListNames",
}


def versions(newest: int = LATEST_VERSION) -> list[dict[str, str]]:
    """Each version that still answers; three a year, 31 is Summer '14."""
    return [_version(n) for n in range(OLDEST_VERSION, newest + 1)]


def _version(number: int) -> dict[str, str]:
    since = number - OLDEST_VERSION
    label = f"{SEASONS[since % 3]} '{14 + (since + 2) // 3}"
    return {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}


def resources(tx: Transaction) -> dict[str, str]:
    names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs", "tooling")
    return {name: f"{tx.root}/{name}" for name in names} | {
        "identity": f"{tx.base_url}/id/{tx.org.id}/{tx.user_id}",
    }


def all_objects(tx: Transaction) -> dict[str, Any]:
    shown = [o for o in tx.org.schema.objects.values() if tx.may("read", o)]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [brief(tx, o) for o in shown]}


def brief(tx: Transaction, sobject: SObject) -> dict[str, Any]:
    """An object without its fields."""
    url = f"{tx.root}/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "keyPrefix": sobject.prefix,
        "custom": False,
        "createable": _able(tx, sobject, "create"),
        "updateable": _able(tx, sobject, "edit"),
        "deletable": sobject.delete and tx.may("delete", sobject),
        "undeletable": sobject.delete and tx.may("delete", sobject),
        "queryable": sobject.query,
        "retrieveable": True,
        "replicateable": True,
        "searchable": True,
        "layoutable": True,
        "triggerable": True,
        "mergeable": sobject.name in ("Account", "Contact", "Lead"),
        "feedEnabled": False,
        "urls": {"sobject": url, "describe": f"{url}/describe", "rowTemplate": f"{url}/{{ID}}"},
    }


def _able(tx: Transaction, sobject: SObject, verb: str) -> bool:
    """Whether an object lets itself be written so, and this user may."""
    own = sobject.create if verb == "create" else sobject.update
    return own and tx.may(verb, sobject)


def whole(tx: Transaction, sobject: SObject) -> dict[str, Any]:
    """An object with the fields that this user's field-level security shows."""
    shown = [f for f in sobject.fields.values() if tx.shows(sobject, f)]
    return brief(tx, sobject) | {
        "fields": [_field(tx, sobject, f) for f in shown],
        "childRelationships": [
            {"cascadeDelete": True, "childSObject": child, "field": name, "relationshipName": f"{child}s"}
            for child, name in sobject.cascades
            if tx.may("read", tx.org.schema.objects[child]) and not tx.org.schema.objects[child].fields[name].hidden
        ],
        "recordTypeInfos": record_types.told(tx, sobject),
    }


def _field(tx: Transaction, sobject: SObject, field: Field) -> dict[str, Any]:
    open_ = not tx.closed(sobject, field)
    demanded = (sobject.name, field.name) in tx.org.required
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "soapType": SOAP_TYPES.get(field.type, STRING_SOAP),
        "length": field.length,
        "byteLength": field.length * 3,
        "custom": field.custom,
        "createable": field.create and open_ and _able(tx, sobject, "create"),
        "updateable": field.update and open_ and _able(tx, sobject, "edit"),
        "nillable": field.nillable and not demanded,
        "defaultedOnCreate": field.defaulted,
        "defaultValue": field.default if field.type == "boolean" else None,
        "filterable": field.filter,
        "sortable": field.sort,
        "groupable": field.group,
        "aggregatable": field.sort,
        "unique": field.unique,
        "externalId": field.external_id,
        "idLookup": field.id_lookup,
        "caseSensitive": field.case_sensitive,
        "precision": field.precision,
        "scale": field.scale,
        "digits": 9 if field.type == "int" else 0,
        "nameField": field.name_field,
        "compoundFieldName": "Name" if field.name in PARTS_OF_NAME and "LastName" in sobject.fields else None,
        "autoNumber": field.auto_number,
        "calculated": field.calculated,
        "htmlFormatted": field.rich,
        "permissionable": grantings.grantable(tx, sobject.name, field),
        "restrictedPicklist": field.restricted,
        "picklistValues": [
            {"active": True, "defaultValue": value == field.default, "label": label, "value": value, "validFor": None}
            for value, label in field.choices
        ],
        "referenceTo": list(field.references),
        "relationshipName": field.relationship or None,
        "polymorphicForeignKey": len(field.references) > 1,
    }
