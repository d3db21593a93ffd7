"""The control door's verbs for records and fields: an administrator's hand, past every rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import custom_fields, permissions, person_objects, values, writes
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.schema import LONG_TEXT, Field, SObject
from connectors.simulators.salesforce.transaction import Transaction

LENGTHS = {"email": 80, "phone": 40}  # of custom fields; any other text has 255


def create(given: Arguments) -> dict[str, str]:
    return {"id": _insert(given.transaction(), given.sobject(), given.mapping("fields"))}


def create_many(given: Arguments) -> dict[str, list[str]]:
    tx, sobject = given.transaction(), given.sobject()
    return {"ids": [_insert(tx, sobject, one) for one in given.values["records"]]}


def _insert(tx: Transaction, sobject: SObject, fields: dict[str, Any]) -> str:
    return writes.insert(tx, sobject, values.parse(sobject, fields))


def update(given: Arguments) -> dict[str, str]:
    sobject, record_id = given.record()
    return {
        "id": writes.update(given.transaction(), sobject, record_id, values.parse(sobject, given.mapping("fields")))
    }


def delete(given: Arguments) -> dict[str, str]:
    return {"id": writes.delete(given.transaction(), *given.record())}


def undelete(given: Arguments) -> dict[str, str]:
    return {"id": writes.undelete(given.transaction(), *given.record())}


def purge(given: Arguments) -> dict[str, str]:
    """Out of the recycle bin for good, or past it. The log of deletions goes on naming it."""
    sobject, record_id = given.record()
    row = given.org.store.get(record_id) or {}
    stamp = row["SystemModstamp"] if row.get("IsDeleted") else values.moment(given.timeline.time())
    given.org.purged.append((sobject.name, record_id, stamp))
    given.org.store.purge(sobject.name, record_id)
    return {"id": record_id}


def race(given: Arguments) -> dict[str, list[str]]:
    """Records that somebody deletes right after the next query that shows them; a new list replaces the old."""
    given.org.race = {replace(given, values={"id": one}).record()[1] for one in given.texts("ids")}
    return {"ids": sorted(given.org.race)}


# -- fields


def add_field(given: Arguments) -> dict[str, str]:
    sobject, name = given.sobject(), given.text("name")
    if not name.endswith("__c") or sobject.field(name):
        raise ValueError(f"“{name}” is no name for a new custom field of {sobject.name}")
    kind = given.text("type", "string")
    if kind not in values.PARSERS:
        raise ValueError(f"“{kind}” is no type of a field; there are {sorted(values.PARSERS)}")
    field = _custom(given, name, kind)
    account, mirrored = given.org.schema.objects[person_objects.ACCOUNT], person_objects.mirrored(field)
    if mirrored and sobject.name == person_objects.CONTACT and account.field("IsPersonAccount"):
        install(given, account, mirrored)
    return install(given, sobject, field)


def _custom(given: Arguments, name: str, kind: str) -> Field:
    length = int(given.number("length", LENGTHS.get(kind, LONG_TEXT)))
    plain = not (kind == "textarea" and length > LONG_TEXT)
    unique, external = given.flag("unique", default=False), given.flag("externalId", default=False)
    formula = given.flag("formula", default=False)
    return Field(
        calculated=formula,
        create=not formula,
        update=not formula,
        rich=given.flag("rich", default=False),
        references=given.texts("references"),
        name=name,
        label=given.text("label", name.removesuffix("__c").replace("_", " ")),
        type=kind,
        length=length if kind not in ("boolean", "date", "datetime", "int", "double", "currency") else 0,
        default=False if kind == "boolean" else None,
        nillable=kind != "boolean",
        unique=unique,
        external_id=external,
        id_lookup=unique or external,
        filter=plain,
        sort=plain,
        group=plain,
        choices=tuple((value, value) for value in given.texts("values")),
        restricted=given.flag("restricted", default=False),
    )


def install(given: Arguments, sobject: SObject, field: Field) -> dict[str, str]:
    """The field as a part of the object, for all to see."""
    custom_fields.install(given.org.store, sobject, field)
    permissions.show(given.org.store, sobject.name, field.name, given.timeline.time())
    return {"object": sobject.name, "field": field.name}


def remove_field(given: Arguments) -> dict[str, str]:
    """Values are kept until the field is restored, as an org keeps them for fifteen days."""
    name, field_name = given.field()
    sobject = given.org.schema.objects[name]
    if not sobject.fields[field_name].custom:
        raise ValueError(f"{field_name} is a standard field: it cannot be removed")
    given.org.removed[name, field_name] = sobject.fields[field_name]
    sobject.drop(field_name)
    given.org.store.reindex(name)
    permissions.forget(given.org.store, name, field_name)
    return {"object": name, "field": field_name}


def restore_field(given: Arguments) -> dict[str, str]:
    sobject = given.sobject()
    field = given.org.removed.pop((sobject.name, given.text("field")), None)
    if field is None:
        raise KeyError(f"{sobject.name} did not lose a field “{given.text('field')}”")
    return install(given, sobject, field)


def require_field(given: Arguments) -> dict[str, str]:
    name, field_name = given.field()
    given.org.required.add((name, field_name))
    return {"object": name, "field": field_name}


def unrequire_field(given: Arguments) -> dict[str, str]:
    name, field_name = given.field()
    given.org.required.discard((name, field_name))
    return {"object": name, "field": field_name}


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "create": create,
    "create-many": create_many,
    "update": update,
    "delete": delete,
    "undelete": undelete,
    "purge": purge,
    "race": race,
    "add-field": add_field,
    "remove-field": remove_field,
    "restore-field": restore_field,
    "require-field": require_field,
    "unrequire-field": unrequire_field,
}
