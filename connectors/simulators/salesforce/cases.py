"""What is peculiar to Case: its number, its account, what its status means; and what hangs on one.

Object Reference for API 67, "Case". An account or a contact that has cases cannot be deleted. A message on a case is
written and deleted by who may edit the case.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import checks, errors, statuses
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

LINKS = {"001": "AccountId", "003": "ContactId"}


def derive(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> Row:
    """The row with its number and, where only a contact is given, with the contact's account."""
    if old is None:
        tx.org.cases += 1
        row = row | {"CaseNumber": f"{tx.org.cases:08d}"}
    closed = statuses.is_closed(tx.org, "CaseStatus", row["Status"])
    since = old["ClosedDate"] if old and old["IsClosed"] else tx.stamp
    return row | {"AccountId": _account(tx, row, changed), "IsClosed": closed, "ClosedDate": since if closed else None}


def _account(tx: Transaction, row: Row, changed: Collection[str]) -> str | None:
    contact = tx.org.store.get(row["ContactId"]) if row["ContactId"] else None
    fills = contact is not None and "ContactId" in changed and "AccountId" not in changed
    found: str | None = contact["AccountId"] if contact and fills else row["AccountId"]
    return found


def check_unused(tx: Transaction, row: Row) -> None:
    """Raises Refused for an account or a contact that has cases."""
    cases = tx.org.store.having("Case", LINKS[row["Id"][:3]], row["Id"])
    if cases:
        numbers = ", ".join(case["CaseNumber"] for case in cases)
        text = (
            f"Your attempt to delete {row['Name']} could not be completed because it is associated with "
            f"the following cases.: {numbers}\n"
        )
        raise errors.Refused("DELETE_FAILED", text)


def check_open(tx: Transaction, message: Row) -> None:
    """Raises Refused for a message on a case that this user may not edit."""
    case = tx.org.store.get(message["ParentId"]) if message["ParentId"] else None
    if case is None:
        return
    checks.editable(tx, case)
    if not tx.may("edit", tx.org.schema.objects["Case"]):
        raise errors.read_only("insufficient access rights on cross-reference id")
