"""The control door's verb for person accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import person_objects, persons, switches_records, switches_types, writes
from connectors.simulators.salesforce.arguments import Arguments


def person_accounts(given: Arguments) -> dict[str, str]:
    """Switches person accounts on, for good: their fields, and a record type for businesses and one for persons."""
    account, contact = (given.org.schema.objects[name] for name in (person_objects.ACCOUNT, person_objects.CONTACT))
    if not persons.enabled(given.transaction()):
        for field in list(person_objects.account_fields(contact)):
            switches_records.install(given, account, field)
        switches_records.install(given, contact, person_objects.contact_field())
    business, person = (_type(given, name) for name in (person_objects.BUSINESS_TYPE, person_objects.PERSON_TYPE))
    sobject = given.org.schema.objects["RecordType"]
    writes.update(given.transaction(), sobject, person, {"IsPersonType": True})
    return {"business": business, "person": person}


def _type(given: Arguments, name: str) -> str:
    made = switches_types.record_type(replace(given, values={"object": person_objects.ACCOUNT, "name": name}))
    return str(made["id"])


VERBS: dict[str, Callable[[Arguments], Any]] = {"person-accounts": person_accounts}
