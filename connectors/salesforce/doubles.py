"""The records that a duplicate rule found, by their names.

REST API Developer Guide, “DuplicateResult”; Object Reference, “UserRecordAccess”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_soql

from connectors.doubles import Double
from connectors.errors import ConnectorError
from connectors.salesforce.client import STOPS, SalesforceClient, query
from connectors.salesforce.ids import whole

CONTACTS = "SELECT Id, Name, Email, Account.Name FROM Contact WHERE Id IN {}"
LEADS = "SELECT Id, Name, Email, Company FROM Lead WHERE IsConverted = false AND Id IN {}"
EDITS = "SELECT RecordId, HasEditAccess FROM UserRecordAccess WHERE UserId = {} AND RecordId IN {}"
KINDS: Mapping[str, tuple[str, str]] = {"003": ("contact", CONTACTS), "00Q": ("lead", LEADS)}
MOST = 30  # what somebody may still read through


def doubles(client: SalesforceClient, record_ids: Sequence[str], user_id: str = "") -> list[Double]:
    """See `CrmConnector.doubles`: one request."""
    ids = [id_ for id_ in dict.fromkeys(map(whole, record_ids)) if id_[:3] in KINDS][:MOST]
    if not ids:
        return []
    asked = {
        kind: query(format_soql(soql, theirs))
        for prefix, (kind, soql) in KINDS.items()
        if (theirs := [id_ for id_ in ids if id_.startswith(prefix)])
    }
    user = whole(user_id)
    access = {"access": query(format_soql(EDITS, user, ids))} if user else {}
    said = client.composite({**asked, **access})
    rows = {str(row["Id"]): (kind, row) for kind in asked for row in client.rows(said[kind])}
    may: dict[str, bool] = {}
    try:
        found = client.rows(said["access"]) if user else []
        may = {str(row.get("RecordId")): row.get("HasEditAccess") is True for row in found}
    except ConnectorError as error:
        if error.failure.kind in STOPS:
            raise
    return [_double(*rows[id_], may.get(id_)) for id_ in ids if id_ in rows]


def _double(kind: str, row: Mapping[str, Any], may_edit: bool | None) -> Double:
    about = row.get("Company") if kind == "lead" else (row.get("Account") or {}).get("Name")
    detail = ", ".join(str(each) for each in (about, row.get("Email")) if each)
    return Double(id=str(row["Id"]), kind=kind, name=str(row.get("Name") or ""), detail=detail, may_edit=may_edit)
