"""Insert, update, upsert, delete, undelete: each whole or not at all, each by one user at one moment.

What can refuse a write comes before the first row is put, so that there is never half of one to undo.
`given` is what `values.parse` made of the body. All raise Refused; `upsert` raises Several as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from connectors.simulators.salesforce import (
    addresses,
    attachments,
    cases,
    checks,
    email_tasks,
    errors,
    events,
    files,
    grantings,
    ids,
    invitations,
    mail,
    opportunities,
    persons,
    queues,
    record_types,
    rules,
    task_relations,
    tasks,
)
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction


def insert(tx: Transaction, sobject: SObject, given: dict[str, Any]) -> str:
    """The new record's id. An EmailMessage gets its relations in the same breath."""
    if not tx.system and not (sobject.create and tx.may("create", sobject)):
        raise errors.no_permission("inserted", sobject.label)
    if "Id" in given:
        raise errors.Refused("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ("Id",))
    checks.writable(tx, sobject, given, creating=True)
    if not tx.system:
        checks.room(tx)
    row = record_types.preset(tx, sobject, tx.blank(sobject)) | given
    changed = {*given, *({"OwnerId"} & sobject.fields.keys())}
    row = _checked(tx, sobject, row, None, changed)
    tx.org.store.put(sobject.name, row)
    if mail.is_message(sobject):
        _relate(tx, row)
        email_tasks.remember(tx, row)
        files.attach(tx, row)
    _carry_on(tx, sobject, row, None)
    return str(row["Id"])


def update(tx: Transaction, sobject: SObject, record_id: str, given: dict[str, Any]) -> str:
    """The id in 18 characters."""
    if not tx.system and not (sobject.update and tx.may("edit", sobject)):
        raise errors.no_permission("updated", sobject.label)
    old = checks.find(tx, sobject, record_id)
    checks.writable(tx, sobject, given, creating=False)
    if not tx.system:
        checks.editable(tx, old)
    stamps = {name: value for name, value in tx.stamps().items() if name in sobject.fields}
    row = old | given | stamps
    row = _checked(tx, sobject, row, old, given.keys())
    tx.org.store.put(sobject.name, row)
    if mail.is_message(sobject) and mail.addressed(given):
        _unrelate(tx, row)
        _relate(tx, row)
    _carry_on(tx, sobject, row, old)
    return str(row["Id"])


def upsert(tx: Transaction, sobject: SObject, field: str, value: str, given: dict[str, Any]) -> tuple[str, bool]:
    """(id, whether it was created). Raises Several where more than one record has the value."""
    found = tx.org.store.with_value(sobject.name, field, value)
    if len(found) > 1:
        raise errors.Several(tuple(found))
    if found:
        return update(tx, sobject, found[0], given), False
    return insert(tx, sobject, given | {field: value}), True


def delete(tx: Transaction, sobject: SObject, record_id: str) -> str:
    """Into the recycle bin, with everything that hangs on it."""
    if not tx.system and not (sobject.delete and tx.may("delete", sobject)):
        raise errors.read_only()
    row = checks.find(tx, sobject, record_id)
    if not tx.system:
        checks.editable(tx, row)
        checks.unlocked(tx, [row["Id"]])
    kept = KEPT.get(sobject.name)
    if kept and not tx.system:
        kept(tx, row)
    _bin(tx, sobject, row)
    return str(row["Id"])


def _bin(tx: Transaction, sobject: SObject, row: Row) -> None:
    for child, field in sobject.cascades:
        for hanging in tx.org.store.having(child, field, row["Id"]):
            _bin(tx, tx.org.schema.objects[child], hanging)
    if "IsDeleted" not in sobject.fields:  # what has no recycle bin
        tx.org.store.purge(sobject.name, row["Id"])
        return
    tx.org.store.put(sobject.name, row | {"IsDeleted": True, "SystemModstamp": tx.stamp})
    gone = GONE.get(sobject.name)
    if gone:
        gone(tx, row)


def undelete(tx: Transaction, sobject: SObject, record_id: str) -> str:
    """Out of the recycle bin, with what was deleted in the same moment. Raises Refused where it is not in there."""
    full = ids.parse(record_id)
    row = tx.org.store.get(full) if full else None
    if row is None or not row.get("IsDeleted"):
        raise errors.no_such_record()
    tx.org.store.put(sobject.name, row | {"IsDeleted": False, "SystemModstamp": tx.stamp})
    for child, field in sobject.cascades:
        for one in tx.org.store.having(child, field, full, deleted=True):
            if one["IsDeleted"] and one["SystemModstamp"] == row["SystemModstamp"]:
                undelete(tx, tx.org.schema.objects[child], one["Id"])
    return str(row["Id"])


# -- what insert and update share


def _checked(tx: Transaction, sobject: SObject, row: Row, old: Row | None, changed: Iterable[str]) -> Row:
    """The row as it is to be stored, or Refused."""
    changed = list(changed)
    row = checks.references(tx, sobject, row, changed)
    derive, peculiar = DERIVED.get(sobject.name), PECULIAR.get(sobject.name)
    row = derive(tx, row, old, changed) if derive else row
    if tx.system:
        checks.unique(tx, sobject, row)
        return row
    checks.fits(sobject, row, changed)
    checks.required(tx, sobject, row)
    if peculiar:
        peculiar(tx, row, old, changed)
    checks.owner_active(tx, sobject, row, changed)
    queues.check_owner(tx, sobject, row, changed)
    record_types.check(tx, sobject, row, changed)
    record_types.check_values(tx, sobject, row, changed)
    own = [] if old is None else [old["Id"]]
    checks.unlocked(tx, [*own, *checks.pointed_at(sobject, row, changed)])
    rules.obey(tx, sobject, row, old)
    checks.unique(tx, sobject, row)
    return row


def _carry_on(tx: Transaction, sobject: SObject, row: Row, old: Row | None) -> None:
    """What a saved record changes in others."""
    saved = SAVED.get(sobject.name)
    if saved:
        saved(tx, row, old)


def _full_name(_: Transaction, row: Row, *__: object) -> Row:
    return row | {"Name": " ".join(filter(None, (row["FirstName"], row["LastName"])))}


def _derive_contact(tx: Transaction, row: Row, *_: object) -> Row:
    return addresses.derive(tx, _full_name(tx, row))


def _check_lead(_: Transaction, __: Row, old: Row | None, ___: Iterable[str]) -> None:
    if old is not None and old["IsConverted"]:
        raise errors.Refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def _check_contact_unused(tx: Transaction, row: Row) -> None:
    persons.check_kept(tx, row)
    cases.check_unused(tx, row)


def _check_contact(tx: Transaction, row: Row, old: Row | None, changed: list[str]) -> None:
    persons.check_contact(tx, row, old, changed)
    addresses.check(tx, row, changed)


def _check_version(tx: Transaction, row: Row, old: Row | None, changed: list[str]) -> None:
    files.check_version(tx, row, old, changed)
    files.check_published(tx, row, old)


def _check_message(tx: Transaction, row: Row, old: Row | None, changed: list[str]) -> None:
    mail.check_message(tx, row, old, changed)
    email_tasks.check(row, changed)
    cases.check_open(tx, row)


Derive = Callable[[Transaction, Row, Row | None, list[str]], Row]
Check = Callable[[Transaction, Row, Row | None, list[str]], None]

DERIVED: dict[str, Derive] = {
    "User": _full_name,
    "Account": persons.derive,
    "Contact": _derive_contact,
    "Lead": _full_name,
    "Case": cases.derive,
    "Opportunity": opportunities.derive,
    "Attachment": attachments.derive,
    "ContentVersion": files.derive_version,
    "EmailMessage": lambda _, row, *__: mail.derive_message(row),
    "EmailMessageRelation": lambda tx, row, *_: mail.derive_relation(tx, row),
    "Event": events.derive,
    "EventRelation": invitations.derive,
    "Task": tasks.derive,
    "TaskRelation": task_relations.derive,
}
PECULIAR: dict[str, Check] = {
    "Lead": _check_lead,
    "Attachment": attachments.check,
    "ContentVersion": _check_version,
    "ContentDocumentLink": files.check_link,
    "Account": persons.check,
    "Contact": _check_contact,
    "EmailMessage": _check_message,
    "EmailMessageRelation": mail.check_relation,
    "Event": events.check,
    "EventRelation": invitations.check,
    "Task": tasks.check,
    "TaskRelation": task_relations.check,
    **grantings.CHECKS,
}
SAVED: dict[str, Callable[[Transaction, Row, Row | None], None]] = {
    "Attachment": attachments.saved,
    "ContentVersion": files.saved_version,
    "ContentDocumentLink": files.saved_link,
    "Account": persons.saved,
    "Event": events.saved,
    "EventRelation": invitations.saved,
    "Task": tasks.saved,
    "TaskRelation": task_relations.saved,
    **grantings.SAVED,
}
KEPT: dict[str, Callable[[Transaction, Row], None]] = {
    "Account": cases.check_unused,
    "Contact": _check_contact_unused,
    "Attachment": attachments.check_kept,
    "ContentDocumentLink": files.check_unlinked,
    "EmailMessage": cases.check_open,
    "EmailMessageRelation": lambda tx, row: mail.check_relation(tx, row, row, ()),
    **grantings.KEPT,
}
GONE: dict[str, Callable[[Transaction, Row], None]] = {
    "Attachment": attachments.gone,
    "ContentDocumentLink": files.gone_link,
    "EventRelation": invitations.gone,
    "TaskRelation": task_relations.refresh,
}


def _relate(tx: Transaction, message: Row) -> None:
    """Makes a message's relations of its addresses: as the platform, so no permission is asked for."""
    sobject = tx.org.schema.objects["EmailMessageRelation"]
    for wanted in mail.relations(tx, message):
        row = tx.blank(sobject) | wanted | {"EmailMessageId": message["Id"]}
        tx.org.store.put(sobject.name, mail.derive_relation(tx, row))


def _unrelate(tx: Transaction, message: Row) -> None:
    name = "EmailMessageRelation"
    for row in [r for r in tx.org.store.rows(name) if r["EmailMessageId"] == message["Id"]]:
        tx.org.store.put(name, row | {"IsDeleted": True, "SystemModstamp": tx.stamp})
