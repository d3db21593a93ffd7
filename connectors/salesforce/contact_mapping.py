"""Contacts as Salesforce records, and back. Pure.

The company is the name of the account, which nobody changes from here. Salutation, further e-mail addresses and all
else that Salesforce knows stay as they are. What is too long is not cut: Salesforce refuses the record and says so.
Only a description is shortened, with a note at its end.

Object Reference, “Contact”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from connectors.contacts import Contact, Place
from connectors.records import CrmRecord, RecordWrite
from connectors.salesforce.mapping import KEY, VERSION, described, moment, standing

PLACE = "address book"  # where the whole of a description is
MAILING, OTHER = "Mailing", "Other"
PARTS = {"street": "Street", "city": "City", "region": "State", "postcode": "PostalCode", "country": "Country"}

# The texts of a contact that are one field each, by the names of `Contact`.
TEXTS = {
    "email": "Email",
    "phone": "Phone",
    "mobile": "MobilePhone",
    "home_phone": "HomePhone",
    "fax": "Fax",
    "job": "Title",
    "department": "Department",
}
ADDRESSES = tuple(f"{kind}{part}" for kind in (MAILING, OTHER) for part in PARTS.values())
SAID = ("FirstName", "LastName", *TEXTS.values(), *ADDRESSES, "Birthdate", "Description")

# What `crm_contact` reads of a record.
FIELDS = (
    "Id",
    *SAID,
    "Account.Name",
    "OwnerId",
    "IsDeleted",
    "LastModifiedDate",
    "SystemModstamp",
    KEY,
    VERSION,
)


def new_contact(write: RecordWrite, contact: Contact) -> dict[str, Any]:
    """The record of a contact that is not there yet."""
    belongs = {"OwnerId": write.owner_id, "AccountId": write.account_id}
    return _ours(write) | _said(contact, WRITTEN) | {name: id_ for name, id_ in belongs.items() if id_}


def known_contact(write: RecordWrite, contact: Contact) -> dict[str, Any]:
    """What is written of a contact that is there: what the write names. It stays with whom it belongs to."""
    named = {name: fields for name, fields in WRITTEN.items() if name in write.fields}
    return _ours(write) | _said(contact, named) | {"Id": write.record_id}


def kept(contact: Contact) -> Contact:
    """How a contact reads back once it was written: what Salesforce shortens or strips is so here too."""
    first, last = contact.name
    texts: dict[str, str] = {name: getattr(contact, name).strip() for name in TEXTS}
    return replace(
        contact,
        first=first,
        last=last,
        address=_kept_place(contact.address),
        other_address=_kept_place(contact.other_address),
        text=_lines(described(contact.text, PLACE)),
        **texts | {"email": texts["email"].lower()},  # type: ignore[arg-type]  # all of them are texts
    )


def crm_contact(row: Mapping[str, Any], more: tuple[str, ...] = ()) -> CrmRecord:
    """A row of Contact with `FIELDS`, and with these further fields of addresses."""
    texts: dict[str, Any] = {name: row[field] or "" for name, field in TEXTS.items()}
    email = texts["email"].lower()
    others = dict.fromkeys(str(row.get(name) or "").lower() for name in more)
    contact = Contact(
        first=row["FirstName"] or "",
        last=row["LastName"] or "",
        **texts | {"email": email},
        more_emails=tuple(each for each in others if each not in ("", email)),
        company=(row.get("Account") or {}).get("Name") or "",
        address=_place(row, MAILING),
        other_address=_place(row, OTHER),
        birthday=date.fromisoformat(row["Birthdate"]) if row["Birthdate"] else None,
        text=_lines(row["Description"] or ""),
        key=row[KEY] or "",
        changed_at=moment(row["LastModifiedDate"]),
    )
    return standing(row, contact)


# -- Parts


def _ours(write: RecordWrite) -> dict[str, Any]:
    return {"attributes": {"type": "Contact"}, KEY: write.key, VERSION: write.version}


def _said(contact: Contact, named: Mapping[str, Callable[[Contact], dict[str, Any]]]) -> dict[str, Any]:
    """What is empty is written as nothing at all."""
    return {field: value or None for fields in named.values() for field, value in fields(contact).items()}


def _text(name: str, field: str) -> Callable[[Contact], dict[str, Any]]:
    return lambda contact: {field: getattr(contact, name)}


def _names(contact: Contact) -> dict[str, Any]:
    first, last = contact.name
    return {"FirstName": first, "LastName": last}


def _address(kind: str, place: Place) -> dict[str, Any]:
    return {f"{kind}{part}": getattr(place, name) for name, part in PARTS.items()}


# What is ever written of a contact: fields of ours, each with those of Salesforce.
WRITTEN: Mapping[str, Callable[[Contact], dict[str, Any]]] = {
    "name": _names,
    **{name: _text(name, field) for name, field in TEXTS.items()},
    "address": lambda contact: _address(MAILING, _kept_place(contact.address)),
    "other_address": lambda contact: _address(OTHER, _kept_place(contact.other_address)),
    "birthday": lambda contact: {"Birthdate": contact.birthday.isoformat() if contact.birthday else ""},
    "text": lambda contact: {"Description": described(contact.text, PLACE)},
}


def _place(row: Mapping[str, Any], kind: str) -> Place:
    parts = {name: _lines(row[f"{kind}{part}"] or "") for name, part in PARTS.items()}
    return Place(**parts)


def _kept_place(place: Place) -> Place:
    parts = {name: _lines(getattr(place, name)).strip() for name in PARTS}
    return Place(**parts)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
