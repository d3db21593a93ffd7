"""What a person could fill in of a record, by what describe shows of its fields, and whether a user may write it.

REST API Developer Guide, “sObject Describe”; Object Reference, “UserRecordAccess”, “ObjectPermissions” and
“PermissionSetAssignment”: a profile is assigned as a permission set of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_soql

from connectors.bodies import by_name, items
from connectors.errors import ConnectorError
from connectors.field_maps import Target
from connectors.fills import Blank, Sheet, Sort
from connectors.salesforce.client import STOPS, Part, Said, SalesforceClient, described, query
from connectors.salesforce.ids import whole
from connectors.salesforce.map_checks import FILLED, is_demanded
from connectors.salesforce.mapped import OBJECTS
from connectors.salesforce.mapping import ATTACHMENTS, KEY, VERSION

Field = Mapping[str, Any]

SORTS: Mapping[str, Sort] = {
    "string": Sort.LINE,
    "combobox": Sort.LINE,
    "textarea": Sort.TEXT,
    "email": Sort.EMAIL,
    "phone": Sort.PHONE,
    "url": Sort.URL,
    "int": Sort.WHOLE,
    "double": Sort.NUMBER,
    "currency": Sort.NUMBER,
    "percent": Sort.NUMBER,
    "boolean": Sort.FLAG,
    "date": Sort.DAY,
    "datetime": Sort.MOMENT,
    "picklist": Sort.CHOICE,
    "multipicklist": Sort.CHOICES,
}
# Whose records a user may make by an ObjectPermissions row; activities and messages follow rights of their own.
GOVERNED = frozenset({"Contact", "Lead", "Case"})
EDITS = "SELECT RecordId, HasEditAccess FROM UserRecordAccess WHERE UserId = {} AND RecordId = {}"
ASSIGNED = "SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = {}"
CREATES = "SELECT Id FROM ObjectPermissions WHERE SobjectType = {} AND PermissionsCreate = true AND ParentId IN {}"
OURS = frozenset(name.lower() for name in (KEY, VERSION, ATTACHMENTS))
MOST_SETS = 200  # permission sets that one question names


def sheet(
    client: SalesforceClient, target: Target, names: Sequence[str], *, record_id: str = "", user_id: str = ""
) -> Sheet:
    """See `CrmConnector.sheet`."""
    sobject, user = OBJECTS[target], whole(user_id)
    asked: dict[str, Part] = {"described": described(sobject)}
    if user and record_id:
        asked["access"] = query(format_soql(EDITS, user, record_id))
    elif user and sobject in GOVERNED:
        asked["access"] = query(format_soql(ASSIGNED, user))
    said = client.composite(asked)
    shown = client.own(client.value(said["described"]))
    return Sheet(blanks=blanks(shown, names, is_new=not record_id), may_edit=_may(client, said, sobject, record_id))


def blanks(shown: Field, names: Sequence[str], *, is_new: bool) -> tuple[Blank, ...]:
    """Those of the fields that we may write and a person can fill in, in the order in which they are named."""
    fields = {name.lower(): field for name, field in by_name(shown.get("fields")).items()}
    flag = "createable" if is_new else "updateable"
    wanted = [name for name in dict.fromkeys(name.lower() for name in names) if name not in OURS]
    open_ = [field for name in wanted if (field := fields.get(name)) and field.get(flag) is True]
    return tuple(_blank(field, str(shown.get("name"))) for field in open_ if field.get("type") in SORTS)


def _blank(field: Field, sobject: str) -> Blank:
    name, sort = str(field["name"]), SORTS[str(field["type"])]
    options = _options(field)
    if sort is Sort.CHOICE and field.get("restrictedPicklist") is not True and not options:
        sort = Sort.LINE
    return Blank(
        name=name,
        label=str(field.get("label") or name),
        sort=sort,
        longest=_number(field, "length") if not options else 0,
        required=is_demanded(field),
        options=options,
        digits=_number(field, "digits") or max(0, _number(field, "precision") - _number(field, "scale")),
        decimals=_number(field, "scale"),
        may_default=name.lower() not in FILLED[sobject] and sort is not Sort.CHOICES,
    )


def _number(field: Field, name: str) -> int:
    value = field.get(name)
    return value if isinstance(value, int) else 0


def _options(field: Field) -> tuple[tuple[str, str], ...]:
    found = (each for each in items(field.get("picklistValues")) if isinstance(each, Mapping))
    return tuple((str(e.get("value")), str(e.get("label") or e.get("value"))) for e in found if e.get("active") is True)


def _may(client: SalesforceClient, said: Mapping[str, Said], sobject: str, record_id: str) -> bool | None:
    """What Salesforce says of the user; None where it does not tell us. Raises what any other call would meet."""
    if "access" not in said:
        return None
    try:
        rows = client.rows(said["access"])
        if record_id:
            return rows[0].get("HasEditAccess") is True if rows else None
        sets = [str(row.get("PermissionSetId")) for row in rows][:MOST_SETS]
        return bool(client.queries([format_soql(CREATES, sobject, sets)])[0]) if sets else None
    except ConnectorError as error:
        if error.failure.kind in STOPS:
            raise
        return None
