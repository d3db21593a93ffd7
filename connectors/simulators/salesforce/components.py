"""The custom fields and validation rules of an org as the Tooling API knows them: by ids, under their objects.

What the door made, or the org began with, gets its id when the Tooling API first looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.simulators.salesforce import ids, values
from connectors.simulators.salesforce.org import Component, Org, Rule
from connectors.simulators.salesforce.schema import Field, SObject

ACTIVITY = "Activity"
ACTIVITIES = ("Event", "Task")
PREFIXES = {"CustomField": "00N", "ValidationRule": "03d"}
# objects to which an administrator can add fields, and rules
WITH_FIELDS = ("Account", ACTIVITY, "Case", "Contact", "ContentVersion", "EmailMessage", "Lead", "Opportunity", "User")
WITH_RULES = ("Account", "Case", "Contact", "EmailMessage", "Event", "Lead", "Opportunity", "Task", "User")


def objects_of(org: Org, entity: str) -> list[SObject]:
    """The objects that have the fields of an entity: of Activity, those that stand for it."""
    names = ACTIVITIES if entity == ACTIVITY else (entity,)
    return [org.schema.objects[name] for name in names if name in org.schema.objects]


def entity_of(name: str) -> str:
    return ACTIVITY if name in ACTIVITIES else name


def all_of(org: Org, kind: str, now: float) -> list[Component]:
    """Those that are there, in the order of their ids."""
    there = dict(_there(org, kind))
    known = {(c.entity, c.name): c for c in org.components.values() if c.kind == kind}
    for gone in known.keys() - there.keys():
        del org.components[known[gone].id]
    for entity, name in [place for place in there if place not in known]:
        add(org, kind, entity, name, now)
    return sorted((c for c in org.components.values() if c.kind == kind), key=lambda c: c.id)


def _there(org: Org, kind: str) -> Iterator[tuple[tuple[str, str], Field | Rule]]:
    if kind == "ValidationRule":
        yield from (((rule.object, rule.name), rule) for rule in org.rules.values() if rule.kind == "validation")
        return
    for sobject in org.schema.objects.values():
        yield from (((entity_of(sobject.name), f.name), f) for f in sobject.fields.values() if f.custom)


def add(org: Org, kind: str, entity: str, name: str, now: float, by: str = "") -> Component:
    org.made_components += 1
    stamp = values.moment(now)
    made = Component(
        id=ids.mint(PREFIXES[kind], org.made_components),
        kind=kind,
        entity=entity,
        name=name,
        created=stamp,
        modified=stamp,
        by=by or org.administrator,
    )
    org.components[made.id] = made
    return made


def field_of(org: Org, component: Component) -> Field:
    objects = objects_of(org, component.entity)
    return next(o.fields[component.name] for o in objects if component.name in o.fields)


def rule_of(org: Org, component: Component) -> Rule:
    return next(r for r in org.rules.values() if (r.object, r.name) == (component.entity, component.name))
