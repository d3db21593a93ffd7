"""The people of the org: who may own records, sought by what somebody knows of them.

Object Reference for the Salesforce Platform, “User” (`IsActive`, `UserType`); SOQL and SOSL Reference, “LIKE”: it does
not tell capitals from small letters.
"""

from __future__ import annotations

from simple_salesforce.format import format_soql

from connectors.records import CrmUser
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.ids import whole

MOST = 20  # what somebody may still read through
SOUGHT = (
    "SELECT Id, Name, Email FROM User WHERE IsActive = true AND UserType = 'Standard' AND (Name LIKE '%{:like}%' "
    "OR Email LIKE '%{:like}%' OR Username LIKE '%{:like}%') ORDER BY Name, Id LIMIT {}"
)
KNOWN = "SELECT Id, Name, Email FROM User WHERE IsActive = true AND UserType = 'Standard' AND Id = {}"


def users(client: SalesforceClient, text: str) -> list[CrmUser]:
    """See `CrmConnector.users`: one request, or none for no text."""
    said = text.strip()
    if not said:
        return []
    known = whole(said) if said.startswith("005") else ""
    asked = format_soql(KNOWN, known) if known else format_soql(SOUGHT, said, said, said, MOST)
    (rows,) = client.queries([asked])
    return [CrmUser(id=str(row["Id"]), name=str(row["Name"] or ""), email=str(row["Email"] or "")) for row in rows]
