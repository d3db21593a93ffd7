"""What an org's objects and fields are, as data; describe, SOQL and every check of a write read the same rows.

Types are the REST API's describe types; `junctionIdList` is the SOAP API's `JunctionIdList`, an array of ids
that stands for rows of a junction object. Names compare without regard to case, as the real service does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

TEXT_TYPES = frozenset({"string", "textarea", "email", "phone", "url", "picklist", "combobox"})
LONG_TEXT = 255  # a text area above this length can be neither filtered, sorted nor grouped


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field. `length` counts UTF-16 units, as Java's strings do. `references` names the allowed objects."""

    name: str
    label: str
    type: str = "string"
    length: int = 0
    create: bool = True
    update: bool = True
    nillable: bool = True
    default: Any = None
    filter: bool = True
    sort: bool = True
    group: bool = True
    unique: bool = False
    case_sensitive: bool = False  # of a unique text: `a` and `A` are two values
    precision: int = 0  # most digits of a number, `scale` of them after the point; 0: as many as fit
    scale: int = 0
    external_id: bool = False
    id_lookup: bool = False
    name_field: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    restricted: bool = False
    references: tuple[str, ...] = ()
    relationship: str = ""
    lookup: bool = False  # records are found by it
    auto_number: bool = False
    calculated: bool = False  # by a formula, which nobody can write
    rich: bool = False  # a text area whose text is HTML
    hidden: bool = False  # no user sees it: the platform's own, or of a feature that is off
    misfit: str = "MALFORMED_ID"  # the code for an id of an object that it may not point at

    @property
    def custom(self) -> bool:
        return self.name.endswith(("__c", "__pc"))

    @property
    def defaulted(self) -> bool:
        return self.default is not None

    @property
    def required(self) -> bool:
        """A record cannot be saved without a value, and it is a writer who gives it; a boolean always has one."""
        return (self.create or self.update) and not self.nillable and self.type != "boolean"


@dataclass(kw_only=True)
class SObject:
    """One object. `cascades` are (child object, its field) that are deleted with a record of this one."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: dict[str, Field] = field(default_factory=dict)
    create: bool = True
    update: bool = True
    delete: bool = True
    query: bool = True
    hidden: bool = False  # nobody but the platform knows it: of a feature that is off
    cascades: tuple[tuple[str, str], ...] = ()
    home: str = ""  # the org's own namespace, whose prefix requests may leave out

    def __post_init__(self) -> None:
        self._by_name = {name.lower(): f for name, f in self.fields.items()}

    def field(self, name: str) -> Field | None:
        found = self._by_name.get(name.lower())
        return found or (self._by_name.get(f"{self.home}__{name}".lower()) if self.home else None)

    def relationship(self, name: str) -> Field | None:
        """The reference field whose relationship (`Account`, `Owner`) has this name."""
        wanted = name.lower()
        return next((f for f in self.fields.values() if f.relationship.lower() == wanted), None)

    def add(self, added: Field) -> None:
        self.fields[added.name] = added
        self._by_name[added.name.lower()] = added

    def drop(self, name: str) -> Field | None:
        gone = self._by_name.pop(name.lower(), None)
        if gone:
            del self.fields[gone.name]
        return gone

    @property
    def indexed(self) -> tuple[Field, ...]:
        """Fields that a record can be found by."""
        return tuple(f for f in self.fields.values() if f.unique or f.external_id or f.lookup)


class Schema:
    """The objects of an org."""

    def __init__(self, objects: tuple[SObject, ...]) -> None:
        self.objects = {o.name: o for o in objects}
        self._by_name = {o.name.lower(): o for o in objects}
        self._by_prefix = {o.prefix: o for o in objects if o.prefix}

    def object(self, name: str) -> SObject | None:
        return self._by_name.get(name.lower())

    def of_prefix(self, prefix: str) -> SObject | None:
        return self._by_prefix.get(prefix)


def fields(*items: Field) -> dict[str, Field]:
    return {f.name: f for f in items}


# -- short ways to write a row of the tables


def text(name: str, label: str, length: int, **flags: Any) -> Field:
    return Field(name=name, label=label, length=length, **flags)


def long_text(name: str, label: str, length: int, **flags: Any) -> Field:
    return Field(name=name, label=label, type="textarea", length=length, filter=False, sort=False, group=False, **flags)


def ids_of(name: str, label: str, references: tuple[str, ...]) -> Field:
    """A junction list: it is selected and written, and can be neither filtered, sorted nor grouped."""
    return Field(
        name=name, label=label, type="junctionIdList", references=references, filter=False, sort=False, group=False
    )


def reference(name: str, label: str, references: tuple[str, ...], relationship: str, **flags: Any) -> Field:
    return Field(
        name=name,
        label=label,
        type="reference",
        length=18,
        references=references,
        relationship=relationship,
        **flags,
    )


def checkbox(name: str, label: str, *, default: bool = False, **flags: Any) -> Field:
    return Field(name=name, label=label, type="boolean", nillable=False, default=default, **flags)


def choice(name: str, label: str, values: tuple[str, ...] | tuple[tuple[str, str], ...], **flags: Any) -> Field:
    """A picklist of values, or of (value, label)."""
    pairs = tuple((v, v) if isinstance(v, str) else v for v in values)
    return Field(name=name, label=label, type="picklist", length=255, choices=pairs, **flags)


def of_type(type_: str, name: str, label: str, **flags: Any) -> Field:
    return Field(name=name, label=label, type=type_, **flags)


def system(field_: Field) -> Field:
    """The same field, filled by the system only."""
    return replace(field_, create=False, update=False)
