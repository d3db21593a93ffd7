"""What is peculiar to person accounts: which account is one, its contact, and what may be written on which of the two.

The account is written; the contact follows, and refuses whoever writes on it or deletes it.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import errors, record_types
from connectors.simulators.salesforce.person_objects import ACCOUNT, BOTH, CONTACT, pairs
from connectors.simulators.salesforce.record_type_objects import FIELD
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

FLAG = "IsPersonAccount"
CODE = "INVALID_PERSON_ACCOUNT_OPERATION"


def enabled(tx: Transaction) -> bool:
    return FLAG in tx.org.schema.objects[ACCOUNT].fields


def derive(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> Row:
    """A new account is a person by its record type or, where none is given, by a last name in the place of a name.

    Raises Refused (REQUIRED_FIELD_MISSING) for a person without a last name.
    """
    if not enabled(tx):
        return row
    if old is None:
        row = _typed(tx, row, changed)
    if not row[FLAG]:
        return row
    if not row["LastName"] and not tx.system:
        raise errors.required_missing(["LastName"])
    return row | {"Name": " ".join(filter(None, (row["FirstName"], row["LastName"])))}


def _typed(tx: Transaction, row: Row, changed: Collection[str]) -> Row:
    given = row[FIELD] if FIELD in changed else None
    person = _personal(tx, given) if given else bool(row["LastName"]) and "Name" not in changed
    if not person or given:
        return row | {FLAG: person}
    types = record_types.of(tx.org, tx.org.schema.objects[ACCOUNT])
    return row | {FLAG: True, FIELD: next(one["Id"] for one in types if one["IsPersonType"])}


def _personal(tx: Transaction, type_id: str | None) -> bool:
    return bool(type_id and (tx.org.store.get(type_id) or {}).get("IsPersonType"))


def check(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> None:
    """Raises Refused for a person's field on a business account, and for the name of a person account."""
    if not enabled(tx):
        return
    if old is not None and FIELD in changed and _personal(tx, row[FIELD]) is not row[FLAG]:
        text = "You can't combine a person account record type change with any other field update"
        raise errors.Refused("INVALID_FIELD_FOR_INSERT_UPDATE", text, (FIELD,))
    names = pairs(tx.org.schema.objects[CONTACT], tx.org.schema.objects[ACCOUNT])
    own = {other for name, other in names.items() if name not in BOTH}
    closed = [name for name in changed if (name == "Name" if row[FLAG] else name in own)]
    if closed:
        raise errors.not_writable(closed)


def saved(tx: Transaction, row: Row, _: Row | None) -> None:
    """Makes the contact of a person account, or has it say what the account says."""
    if not enabled(tx) or not row[FLAG]:
        return
    sobject = tx.org.schema.objects[CONTACT]
    contact = tx.org.store.get(row["PersonContactId"]) if row["PersonContactId"] else None
    base = contact | tx.stamps() if contact else tx.blank(sobject) | {"AccountId": row["Id"], FLAG: True}
    names = pairs(sobject, tx.org.schema.objects[ACCOUNT])
    told = {name: row[other] for name, other in names.items()} | {"Name": row["Name"]}
    tx.org.store.put(CONTACT, base | told)
    if contact is None:
        tx.org.store.put(ACCOUNT, row | {"PersonContactId": base["Id"]})


def check_contact(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> None:
    """Raises Refused for a change of a person's contact, and for a contact of a person."""
    if old is not None and old.get(FLAG):
        raise untouchable()
    account = tx.org.store.get(row["AccountId"]) if row["AccountId"] and "AccountId" in changed else None
    if account and account.get(FLAG):
        raise errors.Refused(CODE, "a contact can't be associated with a person account", ("AccountId",))


def check_kept(_: Transaction, row: Row) -> None:
    if row.get(FLAG):
        raise untouchable()


def untouchable() -> errors.Refused:
    return errors.Refused(CODE, "cannot reference person contact")
