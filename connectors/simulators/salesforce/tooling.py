"""The Tooling API: custom fields and validation rules made, changed and deleted by their full names and Metadata.

Tooling API Developer Guide, "CustomField", "ValidationRule" and "REST Resources". A custom field of events and tasks
is one of Activity. A field that is made here is seen by nobody until FieldPermissions grant it; one that every record
must have is seen by all. Codes and words for what is missing or in the way are partly inferred, see the table of
refusals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import (
    components,
    custom_fields,
    describe,
    errors,
    fences,
    formulas,
    ids,
    permissions,
    tooling_queries,
)
from connectors.simulators.salesforce.answers import Answer, Parts, body
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.org import Component, Rule
from connectors.simulators.salesforce.rendering import render
from connectors.simulators.salesforce.resources import column
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.store import folded
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

MEMBERS = ("FullName", "Metadata")
TAKEN = "DUPLICATE_DEVELOPER_NAME"


# -- what there is


def list_resources(tx: Transaction, _: Request, __: Parts) -> Answer:
    return Answer(value={name: f"{tx.root}/tooling/{name}" for name in ("query", "sobjects")})


def list_objects(tx: Transaction, _: Request, __: Parts) -> Answer:
    drawn = tooling_queries.over_the_catalogue(tx)
    shown = [o for o in drawn.org.schema.objects.values() if tooling_queries.sees(tx, o.name)]
    listed = [describe.brief(drawn, sobject) for sobject in shown]
    return Answer(value={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})


def describe_object(tx: Transaction, _: Request, parts: Parts) -> Answer:
    drawn = tooling_queries.over_the_catalogue(tx)
    return Answer(value=describe.whole(drawn, _object(tx, drawn, parts)))


def _object(tx: Transaction, drawn: Transaction, parts: Parts) -> SObject:
    found = drawn.object(parts["object"])
    if found is None or not tooling_queries.sees(tx, found.name):
        raise errors.resource_not_found()
    return found


def retrieve(tx: Transaction, request: Request, parts: Parts) -> Answer:
    drawn = tooling_queries.over_the_catalogue(tx)
    sobject = _object(tx, drawn, parts)
    row = drawn.org.store.get(ids.parse(parts["id"]) or parts["id"])
    if row is None or drawn.org.store.object_of(row["Id"]) is not sobject:
        raise errors.resource_not_found()
    names = [name.strip() for name in request.first("fields").split(",") if name.strip()] or list(sobject.fields)
    return Answer(value=render(drawn, sobject, [column(_named(sobject, name)) for name in names], row))


def _named(sobject: SObject, name: str) -> Field:
    found = sobject.field(name)
    if found is None:
        raise errors.no_such_column(name, sobject.name)
    return found


# -- writing


def create(tx: Transaction, request: Request, parts: Parts) -> Answer:
    kind = _writable(tx, parts, "POST")
    full_name, metadata = _given(request)
    entity, _dot, name = full_name.partition(".")
    component = MAKERS[kind](tx, entity, name, metadata)
    component.metadata = _kept(metadata)
    value = {"id": component.id, "success": True, "errors": [], "warnings": [], "infos": []}
    location = {"Location": f"{tx.root}/tooling/sobjects/{kind}/{component.id}"}
    return Answer(value=value, status=201, headers=location)


def _writable(tx: Transaction, parts: Parts, method: str) -> str:
    """The kind of component that a path means. Raises Refused for one that cannot be written, or not by this user."""
    sobject = _object(tx, tooling_queries.over_the_catalogue(tx), parts)
    if sobject.name not in MAKERS:
        raise Refused("METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are GET,HEAD", None, 405)
    if not tx.has("CustomizeApplication"):
        raise Refused("INSUFFICIENT_ACCESS", "insufficient access rights on object id", None, 403)
    return sobject.name


def _given(request: Request) -> tuple[str, Any]:
    given = body(request)
    if not isinstance(given, dict):
        raise errors.unparsable("Can not deserialize SObject out of a value that is no object at [line:1, column:1]")
    for name in given:
        if name not in MEMBERS:
            raise errors.not_writable([name])
    missing = [name for name in MEMBERS if not given.get(name)]
    if missing:
        raise errors.required_missing(missing)
    if not isinstance(given["FullName"], str):
        raise errors.undeserializable("string", "VALUE", given["FullName"])
    return given["FullName"], given["Metadata"]


def _kept(metadata: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if value is not None}


def update(tx: Transaction, request: Request, parts: Parts) -> Answer:
    component = _component(tx, parts, _writable(tx, parts, "PATCH"))
    full_name, metadata = _given(request)
    if full_name != f"{component.entity}.{component.name}":
        raise Refused("FIELD_INTEGRITY_EXCEPTION", f"Cannot change the full name to {full_name}", ("FullName",))
    CHANGERS[component.kind](tx, component, metadata)
    component.metadata, component.modified = _kept(metadata), tx.stamp
    return Answer(status=204)


def delete(tx: Transaction, _: Request, parts: Parts) -> Answer:
    component = _component(tx, parts, _writable(tx, parts, "DELETE"))
    DROPPERS[component.kind](tx, component)
    del tx.org.components[component.id]
    return Answer(status=204)


def _component(tx: Transaction, parts: Parts, kind: str) -> Component:
    components.all_of(tx.org, kind, tx.now)
    full = ids.parse(parts["id"])
    if full is None:
        raise errors.malformed_id(parts["id"])
    found = tx.org.components.get(full)
    if found is None or found.kind != kind:
        raise replace(errors.no_such_record(), status=404)
    return found


# -- custom fields


def _objects(tx: Transaction, entity: str) -> list[SObject]:
    """The objects that get the fields of an entity, named as the schema names them."""
    known = next((name for name in components.WITH_FIELDS if name.lower() == entity.lower()), "")
    found = components.objects_of(tx.org, known) if known else []
    if not found:
        text = f"Entity Enumeration Or ID: bad value for restricted picklist field: {entity}"
        raise Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, ("TableEnumOrId",))
    return found


def _make_field(tx: Transaction, entity: str, name: str, metadata: Any) -> Component:
    objects = _objects(tx, entity)
    field = custom_fields.read(name, metadata)
    entity = components.entity_of(objects[0].name)
    if any(sobject.field(name) for sobject in objects):
        raise Refused(TAKEN, f"There is already a field named {field.label} on {entity}.", ("DeveloperName",))
    _check_key(tx, entity, field)
    for sobject in objects:
        tx.org.removed.pop((sobject.name, name), None)
        custom_fields.uninstall(tx.org.store, sobject, name)
        custom_fields.install(tx.org.store, sobject, field)
    _demand(tx, objects, name, metadata)
    components.all_of(tx.org, "CustomField", tx.now)
    made = next(c for c in tx.org.components.values() if (c.entity, c.name) == (entity, name))
    made.by = tx.user_id
    return made


def _check_key(tx: Transaction, entity: str, field: Field) -> None:
    if entity == components.ACTIVITY and field.unique and not tx.org.activities.unique_keys:
        text = "Can not specify 'unique' for a CustomField of Activity"
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("Metadata",))


def _demand(tx: Transaction, objects: list[SObject], name: str, metadata: dict[str, Any]) -> None:
    places = {(sobject.name, name) for sobject in objects}
    tx.org.required -= places
    if metadata.get("required"):
        tx.org.required |= places


def _change_field(tx: Transaction, component: Component, metadata: Any) -> None:
    field = custom_fields.read(component.name, metadata)
    before = components.field_of(tx.org, component)
    if field.type != before.type:
        text = f"Cannot change field type from {before.type} to {field.type}"
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("Metadata",))
    _check_key(tx, component.entity, field)
    objects = [o for o in components.objects_of(tx.org, component.entity) if component.name in o.fields]
    for sobject in objects:
        _check_values(tx, sobject, field)
    for sobject in objects:
        custom_fields.install(tx.org.store, sobject, field)
    _demand(tx, objects, component.name, metadata)


def _check_values(tx: Transaction, sobject: SObject, field: Field) -> None:
    if not field.unique:
        return
    values = [row[field.name] for row in tx.org.store.rows(sobject.name) if row[field.name] is not None]
    if len({folded(field, value) for value in values}) < len(values):
        text = f"The field {field.name} cannot be unique: there are duplicate values"
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("Metadata",))


def _drop_field(tx: Transaction, component: Component) -> None:
    objects = [o for o in components.objects_of(tx.org, component.entity) if component.name in o.fields]
    named = {sobject.name for sobject in objects}
    used = [rule for rule in tx.org.rules.values() if rule.object in named and _uses(rule, component.name)]
    if used:
        text = f"This custom field is referenced elsewhere in salesforce.com. : Validation Rule - {used[0].name}."
        raise Refused("DEPENDENCY_EXISTS", text)
    for sobject in objects:
        custom_fields.uninstall(tx.org.store, sobject, component.name)
        tx.org.required.discard((sobject.name, component.name))
        permissions.forget(tx.org.store, sobject.name, component.name)


def _uses(rule: Rule, name: str) -> bool:
    return rule.kind == "validation" and name.lower() in {rule.field.lower(), *formulas.names(rule.formula)}


# -- validation rules


def _make_rule(tx: Transaction, entity: str, name: str, metadata: Any) -> Component:
    sobject = tx.org.schema.object(entity)
    if sobject is None or sobject.name not in components.WITH_RULES:
        text = f"Entity Enumeration Or ID: bad value for restricted picklist field: {entity}"
        raise Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, ("EntityDefinitionId",))
    rule = fences.read(name, sobject, metadata)
    twins = (r for r in tx.org.rules.values() if (r.object, r.kind) == (sobject.name, "validation"))
    if any(twin.name.lower() == name.lower() for twin in twins):
        text = f"There is already a Validation Rule named {name} on {sobject.name}."
        raise Refused(TAKEN, text, ("ValidationName",))
    tx.org.rules[name if name not in tx.org.rules else f"{sobject.name}.{name}"] = rule
    return components.add(tx.org, "ValidationRule", sobject.name, name, tx.now, tx.user_id)


def _change_rule(tx: Transaction, component: Component, metadata: Any) -> None:
    key, rule = _rule(tx, component)
    changed = fences.read(component.name, tx.org.schema.objects[component.entity], metadata)
    if changed.formula == fences.told(rule)["errorConditionFormula"] and not rule.formula:
        changed = replace(rule, active=changed.active, message=changed.message)
    tx.org.rules[key] = changed


def _drop_rule(tx: Transaction, component: Component) -> None:
    del tx.org.rules[_rule(tx, component)[0]]


def _rule(tx: Transaction, component: Component) -> tuple[str, Rule]:
    place = (component.entity, component.name)
    return next((key, rule) for key, rule in tx.org.rules.items() if (rule.object, rule.name) == place)


MAKERS: dict[str, Callable[[Transaction, str, str, Any], Component]] = {
    "CustomField": _make_field,
    "ValidationRule": _make_rule,
}
CHANGERS: dict[str, Callable[[Transaction, Component, Any], None]] = {
    "CustomField": _change_field,
    "ValidationRule": _change_rule,
}
DROPPERS: dict[str, Callable[[Transaction, Component], None]] = {
    "CustomField": _drop_field,
    "ValidationRule": _drop_rule,
}
