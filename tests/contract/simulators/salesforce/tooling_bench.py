"""What an administrator's client does over the Tooling API, through the plain library."""

from __future__ import annotations

from typing import Any

from tests.contract.simulators.salesforce.bench import Bench

TEXT: dict[str, Any] = {"type": "Text", "label": "Region", "length": 40}
NUMBER: dict[str, Any] = {"type": "Number", "label": "Version", "precision": 18, "scale": 0}
RULE: dict[str, Any] = {"active": True, "errorConditionFormula": "ISNEW()", "errorMessage": "No"}
STALE = "AND(NOT(ISNEW()), BLANKVALUE(PRIORVALUE({0}), 0) > BLANKVALUE({0}, 0))"


def execute(b: Bench, path: str, method: str = "GET", body: Any = None) -> Any:
    return b.administrator().sf.toolingexecute(path, method=method, data=body)


def make(b: Bench, kind: str, name: str, metadata: Any) -> str:
    """The id of a new component."""
    return str(execute(b, f"sobjects/{kind}", "POST", {"FullName": name, "Metadata": metadata})["id"])


def field(b: Bench, name: str = "Contact.Region__c", **metadata: Any) -> str:
    """A new custom field: a text of 40, unless told otherwise. `None` takes a member away."""
    told = {member: value for member, value in (TEXT | metadata).items() if value is not None}
    return make(b, "CustomField", name, told)


def number(b: Bench, name: str, **metadata: Any) -> str:
    told = {member: value for member, value in (NUMBER | metadata).items() if value is not None}
    return make(b, "CustomField", name, told)


def rule(b: Bench, name: str = "Contact.No_News", **metadata: Any) -> str:
    """A new validation rule: one that strikes for each new record, unless told otherwise."""
    told = {member: value for member, value in (RULE | metadata).items() if value is not None}
    return make(b, "ValidationRule", name, told)


def formula(b: Bench, text: str, name: str = "Event.No_News") -> str:
    return rule(b, name, errorConditionFormula=text)


def change(b: Bench, kind: str, record_id: str, name: str, metadata: Any) -> Any:
    return execute(b, f"sobjects/{kind}/{record_id}", "PATCH", {"FullName": name, "Metadata": metadata})


def drop(b: Bench, kind: str, record_id: str) -> Any:
    return execute(b, f"sobjects/{kind}/{record_id}", "DELETE")


def query(b: Bench, soql: str) -> Any:
    return b.administrator().sf.restful("tooling/query", params={"q": soql})


def found(b: Bench, kind: str, entity: str, **named: str) -> str:
    """The id of a component that is there."""
    [(column, name)] = named.items()
    soql = f"SELECT Id FROM {kind} WHERE EntityDefinitionId = '{entity}' AND {column} = '{name}'"
    return str(query(b, soql)["records"][0]["Id"])


def grant(b: Bench, *fields: str, edit: bool = True) -> None:
    """Lets the user that Syncapp works as see fields, such as `Contact.Region__c`."""
    parent = next(row["Id"] for row in b.rows("PermissionSet") if row["Name"] == "Syncapp")
    for name in fields:
        row = {"ParentId": parent, "SobjectType": name.partition(".")[0], "Field": name, "PermissionsRead": True}
        b.administrator().sf.FieldPermissions.create(row | {"PermissionsEdit": edit})
