"""The control door's verb for what Email-to-Case does with a message that arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce import mail_objects, values, writes
from connectors.simulators.salesforce.arguments import Arguments


def email_to_case(given: Arguments) -> dict[str, str]:
    """A case of the address, with the message on it; the contact is the one that has the address alone."""
    address, subject = given.text("from"), given.text("subject", "")
    people = [row["Id"] for row in given.org.store.rows("Contact") if (row["Email"] or "").lower() == address.lower()]
    case = {"SuppliedEmail": address, "Subject": subject, "Origin": "Email", "Description": given.text("text", "")}
    case |= {"ContactId": people[0]} if len(people) == 1 else {}
    case |= {"OwnerId": given.text("owner")} if given.has("owner") else {}
    made = _insert(given, "Case", case)
    message: dict[str, Any] = {
        "ParentId": made,
        "FromAddress": address,
        "Subject": subject,
        "TextBody": case["Description"],
    }
    message |= {"Incoming": True, "Status": mail_objects.NEW, "MessageIdentifier": given.text("message_id", "")}
    return {"case": made, "message": _insert(given, "EmailMessage", message)}


def _insert(given: Arguments, name: str, fields: dict[str, Any]) -> str:
    sobject = given.org.schema.objects[name]
    return writes.insert(given.transaction(), sobject, values.parse(sobject, fields))


VERBS: dict[str, Callable[[Arguments], Any]] = {"email-to-case": email_to_case}
