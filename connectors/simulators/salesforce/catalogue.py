"""The tables that the Tooling API shows: what an org consists of, as rows that a query can be run over.

Tooling API Developer Guide, "Objects". The rows are made anew for each question. An EntityDefinition and a
FieldDefinition are found by their durable ids; their `Id` is that here, where the real service has a row of zeros.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.simulators.salesforce import components, custom_fields, fences
from connectors.simulators.salesforce.catalogue_packages import package_objects, package_rows
from connectors.simulators.salesforce.components import ACTIVITY
from connectors.simulators.salesforce.org import Component, Org
from connectors.simulators.salesforce.schema import (
    Field,
    Schema,
    SObject,
    checkbox,
    fields,
    long_text,
    of_type,
    text,
)
from connectors.simulators.salesforce.store import Row, Store
from connectors.simulators.salesforce.transaction import Transaction

ENTITY = ("EntityDefinition",)
COSTLY = ("FullName", "Metadata")  # told only where a query finds one row


class Catalogue(Store):
    """A store that also finds what has no id of the usual shape."""

    def get(self, record_id: str) -> Row | None:
        found = (self._rows[name].get(record_id) for name in self._rows)
        return next((row for row in found if row is not None), None)

    def rows(self, name: str, *, deleted: bool = False) -> Iterator[Row]:
        """None of what only the org itself holds: whoever describes an object may ask for it."""
        return super().rows(name, deleted=deleted) if name in self._rows else iter(())

    def object_of(self, record_id: str) -> SObject | None:
        names = (name for name in self._rows if record_id in self._rows[name])
        return next((self.schema.objects[name] for name in names), None)


def _entity() -> Field:
    """A text, not an id: it holds the durable id of an object."""
    link = {"references": ENTITY, "relationship": "EntityDefinition", "nillable": False}
    return text("EntityDefinitionId", "Entity Definition ID", 255, **link)


def _stamped() -> tuple[Field, ...]:
    return (
        of_type("datetime", "CreatedDate", "Created Date", group=False),
        text("CreatedById", "Created By ID", 18),
        of_type("datetime", "LastModifiedDate", "Last Modified Date", group=False),
        text("LastModifiedById", "Last Modified By ID", 18),
        text("NamespacePrefix", "Namespace Prefix", 15),
        text("ManageableState", "Manageable State", 40),
        long_text("FullName", "Full Name", 255),
        Field(name="Metadata", label="Metadata", type="complexvalue", filter=False, sort=False, group=False),
    )


def _id(label: str) -> Field:
    return of_type("id", "Id", f"{label} ID", length=18, nillable=False)


def _object(name: str, prefix: str, *own: Field, writable: bool = False) -> SObject:
    made = SObject(name=name, label=name, plural=name, prefix=prefix, fields=fields(_id(name), *own))
    made.create = made.update = made.delete = writable
    return made


def _objects() -> tuple[SObject, ...]:
    return (
        _object(
            "EntityDefinition",
            "",
            text("DurableId", "Durable ID", 255),
            text("QualifiedApiName", "Qualified API Name", 255),
            text("DeveloperName", "Developer Name", 255),
            text("MasterLabel", "Master Label", 255),
            text("Label", "Label", 255),
            text("PluralLabel", "Plural Label", 255),
            text("KeyPrefix", "Key Prefix", 3),
            text("NamespacePrefix", "Namespace Prefix", 15),
            checkbox("IsCustomizable", "Is Customizable"),
            checkbox("IsQueryable", "Is Queryable"),
            checkbox("IsTriggerable", "Is Triggerable"),
        ),
        _object(
            "FieldDefinition",
            "",
            text("DurableId", "Durable ID", 255),
            _entity(),
            text("QualifiedApiName", "Qualified API Name", 255),
            text("DeveloperName", "Developer Name", 255),
            text("MasterLabel", "Master Label", 255),
            text("Label", "Label", 255),
            text("DataType", "Data Type", 255),
            of_type("int", "Length", "Length"),
            of_type("int", "Precision", "Precision"),
            of_type("int", "Scale", "Scale"),
            checkbox("IsIndexed", "Is Indexed"),
            checkbox("IsNillable", "Is Nillable"),
            text("NamespacePrefix", "Namespace Prefix", 15),
        ),
        _object(
            "CustomField",
            "00N",
            text("DeveloperName", "Developer Name", 80),
            text("TableEnumOrId", "Entity Enumeration Or ID", 40),
            _entity(),
            of_type("int", "Length", "Length"),
            *_stamped(),
            writable=True,
        ),
        _object(
            "ValidationRule",
            "03d",
            text("ValidationName", "Validation Name", 80),
            checkbox("Active", "Active"),
            text("Description", "Description", 255),
            text("ErrorDisplayField", "Error Display Field", 80),
            text("ErrorMessage", "Error Message", 255),
            _entity(),
            *_stamped(),
            writable=True,
        ),
    )


def drawn(tx: Transaction) -> Catalogue:
    """The catalogue of an org at this moment, as far as this user sees it."""
    store = Catalogue(Schema(_objects() + package_objects()))
    makers = {
        "EntityDefinition": _entities(tx),
        "FieldDefinition": _fields(tx),
        "CustomField": _components(tx, "CustomField"),
        "ValidationRule": _components(tx, "ValidationRule"),
    }
    made = ((name, row) for name, rows in makers.items() for row in rows)
    for name, row in (*made, *package_rows(tx.org.packages)):
        blank: Row = {f.name: f.default for f in store.schema.objects[name].fields.values()}
        store.put(name, blank | row)
    return store


def _entities(tx: Transaction) -> Iterator[Row]:
    shown = [o for o in tx.org.schema.objects.values() if tx.may("read", o)]
    for sobject in shown:
        yield _entity_row(sobject.name, sobject.label, sobject.plural, sobject.prefix)
    if any(components.entity_of(o.name) == ACTIVITY for o in shown):
        yield _entity_row(ACTIVITY, "Activity", "Activities", "00T") | {"IsQueryable": False}


def _entity_row(name: str, label: str, plural: str, prefix: str) -> Row:
    return {
        "Id": name,
        "DurableId": name,
        "QualifiedApiName": name,
        "DeveloperName": name,
        "MasterLabel": label,
        "Label": label,
        "PluralLabel": plural,
        "KeyPrefix": prefix,
        "IsCustomizable": name in (*components.WITH_FIELDS, *components.WITH_RULES),
        "IsQueryable": True,
        "IsTriggerable": name in components.WITH_RULES,
    }


def _fields(tx: Transaction) -> Iterator[Row]:
    for sobject in [o for o in tx.org.schema.objects.values() if tx.may("read", o)]:
        for field in [f for f in sobject.fields.values() if tx.shows(sobject, f)]:
            durable = f"{sobject.name}.{field.name}"
            yield {
                "Id": durable,
                "DurableId": durable,
                "EntityDefinitionId": sobject.name,
                "QualifiedApiName": field.name,
                **_named(field.name),
                "MasterLabel": field.label,
                "Label": field.label,
                "DataType": _data_type(field),
                "Length": field.length,
                "Precision": field.precision,
                "Scale": field.scale,
                "IsIndexed": field.unique or field.external_id,
                "IsNillable": field.nillable and (sobject.name, field.name) not in tx.org.required,
            }


def _named(name: str) -> dict[str, str | None]:
    """The name of a field without its ending, and the prefix before it."""
    prefix, _, rest = name.removesuffix("__c").rpartition("__")
    return {"DeveloperName": rest, "NamespacePrefix": prefix or None}


def _data_type(field: Field) -> str:
    """As Setup words it: `Text(64) (External ID) (Unique Case Insensitive)`."""
    words = {"string": "Text", "double": "Number", "textarea": "Long Text Area", "boolean": "Checkbox"}
    size = f"({field.length})" if field.length and field.type in ("string", "textarea") else ""
    size = f"({field.precision - field.scale}, {field.scale})" if field.precision else size
    key = " (External ID)" if field.external_id else ""
    case = "Sensitive" if field.case_sensitive else "Insensitive"
    unique = f" (Unique Case {case})" if field.unique else ""
    return f"{words.get(field.type, field.type.capitalize())}{size}{key}{unique}"


def _components(tx: Transaction, kind: str) -> Iterator[Row]:
    for component in components.all_of(tx.org, kind, tx.now):
        own = _field_row if kind == "CustomField" else _rule_row
        yield {
            "Id": component.id,
            "EntityDefinitionId": component.entity,
            "CreatedDate": component.created,
            "CreatedById": component.by,
            "LastModifiedDate": component.modified,
            "LastModifiedById": component.by,
            "ManageableState": "unmanaged",
            "FullName": f"{component.entity}.{component.name}",
            **own(tx.org, component),
        }


def _field_row(org: Org, component: Component) -> dict[str, Any]:
    field = components.field_of(org, component)
    required = any((o.name, field.name) in org.required for o in components.objects_of(org, component.entity))
    return {
        **_named(component.name),
        "TableEnumOrId": component.entity,
        "Length": field.length,
        "Metadata": custom_fields.told(field, required) | component.metadata,
    }


def _rule_row(org: Org, component: Component) -> dict[str, Any]:
    rule = components.rule_of(org, component)
    metadata = fences.told(rule) | component.metadata | {"active": rule.active}
    return {
        "ValidationName": component.name,
        "Active": rule.active,
        "Description": metadata["description"],
        "ErrorDisplayField": metadata["errorDisplayField"],
        "ErrorMessage": rule.message,
        "Metadata": metadata,
    }
