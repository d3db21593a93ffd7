"""Whether writing by what an organization wrote down would work, by what describe shows of its fields. Pure, but for
the one call that asks.

REST API Developer Guide, “sObject Describe”; SOAP API Developer Guide, “DescribeSObjectResult” and “Field Types”.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from connectors.bodies import by_name, items
from connectors.errors import Failure
from connectors.field_maps import FIXED, SOURCES, FieldMap, Fit, Sort, Target, TooLong, Way, misfit
from connectors.salesforce.client import SalesforceClient, attempted, described
from connectors.salesforce.mapped import NUMBERS, OBJECTS, TEXTS, typed
from connectors.salesforce.mapping import units
from connectors.salesforce.uses import CASES, CONTACTS, USES

Field = Mapping[str, Any]

# What may be written into which types of field.
TAKES: Mapping[Sort, frozenset[str]] = {
    Sort.TEXT: TEXTS,
    Sort.DAY: frozenset({"date"}) | TEXTS,
    Sort.MOMENT: frozenset({"datetime", "date"}) | TEXTS,
    Sort.FLAG: frozenset({"boolean"}),
    Sort.FIXED: TEXTS | NUMBERS | {"boolean", "date", "datetime"},
}
# What comes back from which as it was written.
GIVES_BACK: Mapping[str, frozenset[str]] = {
    "location": frozenset({"string", "textarea", "picklist"}),
    "text": frozenset({"textarea"}),
    "due": frozenset({"date"}),
    **dict.fromkeys(("phone", "mobile", "home_phone", "fax"), frozenset({"phone", "string"})),
    **dict.fromkeys(("job", "department"), frozenset({"string", "textarea", "picklist"})),
    "birthday": frozenset({"date"}),
}
TYPES: Mapping[str, str] = {
    "string": "text",
    "textarea": "text area",
    "picklist": "picklist",
    "combobox": "combo box",
    "email": "e-mail",
    "phone": "phone",
    "url": "URL",
    "date": "date",
    "datetime": "date/time",
    "boolean": "checkbox",
    "int": "number",
    "double": "number",
    "currency": "currency",
    "percent": "percent",
    "reference": "lookup",
    "multipicklist": "picklist with several values",
    "address": "address",
}
RECORD_TYPE = "RecordTypeId"  # the one lookup whose values describe shows
SEARCHED = frozenset({Target.CONTACT, Target.LEAD})  # who is found by whatever stands in a field of type email
CHANGED = frozenset({Target.EVENT, Target.TASK, Target.CONTACT})  # what is written again after it was made
# What follows from other fields that we write.
FOLLOWS: Mapping[str, tuple[str, ...]] = {"Event": ("DurationInMinutes", "ActivityDate", "ActivityDateTime", "EndDate")}
FILLED: Mapping[str, frozenset[str]] = {
    use.sobject: frozenset(n.lower() for n in (*use.filled, *use.changed, *FOLLOWS.get(use.sobject, ())))
    for use in (*USES, *CONTACTS, CASES)
}
SECURITY = "Setup > Object Manager > the object > Fields & Relationships > the field > Set Field-Level Security"


def fits(client: SalesforceClient, lines: Sequence[FieldMap], others: Sequence[FieldMap]) -> list[Fit]:
    """How each line stands beside its field, and beside the `others` that are there: one call."""
    targets = [target for target in Target if any(line.target is target for line in lines)]
    if not targets:
        return []
    said = client.composite({OBJECTS[target]: described(OBJECTS[target]) for target in targets})
    shown = {t: attempted(lambda t=t: client.own(client.value(said[OBJECTS[t]]))) for t in targets}  # type: ignore[misc]
    return [fit(line, shown[line.target], others) for line in lines]


def fit(line: FieldMap, shown: Field | Failure, others: Sequence[FieldMap] = ()) -> Fit:
    """How a line stands beside what describe shows of its object."""
    if isinstance(shown, Failure):
        return Fit(trouble=f"Syncapp does not see {OBJECTS[line.target]} in Salesforce.", field=line.field)
    wanted = line.field.lower()
    name = next((each for each in by_name(shown.get("fields")) if each.lower() == wanted), "")
    field: Field = by_name(shown.get("fields")).get(name, {})
    trouble = misfit(line) or (next(_troubles(line, field, shown, others), "") if field else _unseen(line))
    return Fit(
        trouble=trouble,
        field=name or line.field,
        type=str(field.get("type", "string")),
        length=_length(field),
        fixed=_record_types(shown).get(line.fixed.casefold(), "") if _is_record_type(line) else "",
    )


def _unseen(line: FieldMap) -> str:
    return (
        f"{OBJECTS[line.target]} has no field {line.field} that Syncapp can see. Write its API name, as Setup > Object "
        f"Manager shows it, and let the integration user see it: {SECURITY}."
    )


def _troubles(line: FieldMap, field: Field, shown: Field, others: Sequence[FieldMap]) -> Iterator[str]:
    """What is wrong, the most telling first."""
    yield from _taken(line, others)
    yield from _compound(line, shown)
    yield from _closed(line, field)
    if _is_record_type(line):
        yield from _no_record_type(line, shown)
        return
    yield from _kind(line, field)
    for name, text in (("fixed value", line.fixed if line.source == FIXED else ""), ("default", line.default)):
        if text:
            yield from _value(line, field, name, text)
    yield from _short(line, field)
    if (
        is_demanded(field)
        and line.source != FIXED
        and not line.default
        and SOURCES[line.target][line.source].sort is not Sort.FLAG
    ):
        yield f"{line.field} must have a value in Salesforce: write down a default for when there is none."


def _taken(line: FieldMap, others: Sequence[FieldMap]) -> Iterator[str]:
    if line.field.lower() in FILLED[OBJECTS[line.target]]:
        yield f"Syncapp writes {line.field} itself, so nothing else can go there."
    for other in others:
        if other.target is line.target and other.field.lower() == line.field.lower():
            yield f"{line.field} is filled by “{other.name}” already: two values cannot stand in one field."
        if other.target is line.target and Way.BOTH is line.way is other.way and other.source == line.source:
            yield f"It is kept in {other.field} already (“{other.name}”), and can stand in one field only."


def _compound(line: FieldMap, shown: Field) -> Iterator[str]:
    """What Salesforce shows as one value and keeps in several fields, such as a name."""
    said = by_name(shown.get("fields")).items()
    whole = [(n, str(each.get("compoundFieldName") or "").lower()) for n, each in said]
    parts = [n for n, of in whole if of == line.field.lower() != n.lower()]
    if parts:
        yield f"{line.field} is put together by Salesforce out of {', '.join(parts)}, and nobody can write it as one."


def _is_record_type(line: FieldMap) -> bool:
    return line.source == FIXED and line.field.lower() == RECORD_TYPE.lower()


def _record_types(shown: Field) -> dict[str, str]:
    """The ids of the record types that new records of ours may have, by their names and by themselves."""
    found = [each for each in items(shown.get("recordTypeInfos")) if isinstance(each, Mapping)]
    usable = [e for e in found if e.get("available") is True and e.get("active") is not False and not e.get("master")]
    ids = {str(each.get("recordTypeId")): each for each in usable}
    spoken = {
        str(each.get(word)).casefold(): id_ for id_, each in ids.items() for word in ("recordTypeId", "developerName")
    }
    return spoken | {str(each.get("name")).casefold(): id_ for id_, each in ids.items()}


def _no_record_type(line: FieldMap, shown: Field) -> Iterator[str]:
    if line.fixed.casefold() not in (known := _record_types(shown)):
        names = [str(each.get("name")) for each in items(shown.get("recordTypeInfos")) if isinstance(each, Mapping)]
        there = ", ".join(name for name in names if name.casefold() in known)
        yield (
            f"“{line.fixed}” is no record type of {OBJECTS[line.target]} that Syncapp may use. "
            f"There is: {there or 'none'}."
        )


def _closed(line: FieldMap, field: Field) -> Iterator[str]:
    name = line.field
    if field.get("calculated") is True:
        yield f"{name} is a formula: Salesforce works it out itself, and nobody can write it."
    if field.get("autoNumber") is True:
        yield f"{name} is numbered by Salesforce itself, and nobody can write it."
    if field.get("createable") is not True:
        yield f"Syncapp may not fill {name}. Let the integration user edit it: {SECURITY}."
    if field.get("updateable") is not True and line.target in CHANGED and line.way is not Way.NEW:
        yield f"Syncapp may fill {name} in new records only, and not change it. Choose “into new records only”."
    if field.get("unique") is True:
        yield f"{name} is unique: Salesforce would refuse the second record with the same value."


def _kind(line: FieldMap, field: Field) -> Iterator[str]:
    kind, source = str(field.get("type")), SOURCES[line.target][line.source]
    named = TYPES.get(kind, kind)
    if kind == "reference":
        yield f"{line.field} is a lookup: it holds a link to another record, and no text."
    if kind not in TAKES[source.sort]:
        yield f"{line.field} is of type {named}, and “{source.label}” fits into: {_listed(TAKES[source.sort])}."
    if kind == "email" and line.target in SEARCHED and line.source != "email":
        yield (
            f"{line.field} is of type e-mail, and a person is found by whatever address stands in such a field: take a "
            "text field."
        )
    if line.way is Way.BOTH and kind not in GIVES_BACK[line.source]:
        which = _listed(GIVES_BACK[line.source])
        yield f"{line.field} is of type {named}; both ways “{source.label}” fits into: {which}."
    if line.way is Way.BOTH and field.get("htmlFormatted") is True:
        yield f"{line.field} holds rich text, which would come back with its markup: take a plain text area."


def _listed(types: Collection[str]) -> str:
    return ", ".join(dict.fromkeys(TYPES[name] for name in TYPES if name in types))


def _value(line: FieldMap, field: Field, name: str, text: str) -> Iterator[str]:
    try:
        value = typed(text, str(field.get("type")))
    except ValueError as error:
        yield f"The {name} of {line.field}: {error}"
        return
    if isinstance(value, str) and 0 < _length(field) < units(value):
        yield f"The {name} has {units(value)} characters, and {line.field} holds {_length(field)}."
    if field.get("restrictedPicklist") is True and value not in (known := _choices(field)):
        yield f"The {name} “{text}” is none of the values of {line.field}: {', '.join(known) or 'it has none'}."
    whole = int(field.get("precision") or 0) - int(field.get("scale") or 0)
    if isinstance(value, int | float) and not isinstance(value, bool) and whole > 0 and abs(value) >= 10**whole:
        yield f"The {name} {text} is too large: {line.field} has {whole} digits before the point."


def _short(line: FieldMap, field: Field) -> Iterator[str]:
    """Where too long values are refused, a field is of no use that cannot hold ordinary ones."""
    always = SOURCES[line.target][line.source].always
    if line.too_long is TooLong.REFUSE and 0 < _length(field) < always and field.get("type") in TEXTS:
        yield (
            f"{line.field} holds {_length(field)} characters, and this may well have {always}: make the field longer, "
            "or have too long values cut off."
        )


def _length(field: Field) -> int:
    length = field.get("length")
    return length if isinstance(length, int) else 0


def _choices(field: Field) -> list[str]:
    found = (each for each in items(field.get("picklistValues")) if isinstance(each, Mapping))
    return [str(each.get("value")) for each in found if each.get("active") is not False]


def is_demanded(said: Field) -> bool:
    """Whether a new record must have a value that its writer gives it. A box that is ticked or not always has one."""
    is_open = said.get("createable") is True and said.get("nillable") is False
    return is_open and said.get("defaultedOnCreate") is not True and said.get("type") != "boolean"
