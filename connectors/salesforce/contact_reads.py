"""How contacts and accounts are read: with the further addresses that an org keeps, and without persons.

The contact of a person account says what its account says and can be neither written nor deleted, so that it is none
of ours. Which contacts these are, a field says that only an org with person accounts has; asking for it elsewhere
refuses the whole question. Describe tells, and it is asked together with the first question, which an org without
person accounts and further addresses pays nothing for (`people`, which keeps the answer for an hour); where there are
such the question is asked once again, with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError
from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.records import Resource, Window
from connectors.salesforce import address_fields, census, contact_mapping, people
from connectors.salesforce import client as calls
from connectors.salesforce.address_fields import ACCOUNT, PERSONAL, PLAIN, PRIMARY, AddressFields
from connectors.salesforce.client import QUERIES, Part, Said, SalesforceClient
from connectors.salesforce.mapping import Row
from connectors.salesforce.sources import NO_FIELD, Sight, Source

LONGEST_NAME = 255  # of an account; in UTF-16 units, of which there are no more than characters
EVERYBODY, NOBODY = "Id != null", "Id = null"
PERSONS, NO_PERSONS = f"{PERSONAL} = true", f"{PERSONAL} = false"
NAMED = "SELECT Id, Name FROM Account WHERE {:literal} AND Name IN {} ORDER BY Id"
T = TypeVar("T")


def source(fields: AddressFields) -> Source:
    """How contacts are read in an org that has these fields."""
    more = tuple(name for name in fields.contact if name != PRIMARY and not name.startswith(ACCOUNT))
    flag = (PERSONAL,) if fields.personal else ()
    return Source(
        resource=Resource.CONTACT,
        sobject="Contact",
        columns=", ".join((*contact_mapping.FIELDS, *more, *flag)),
        own=NO_PERSONS if fields.personal else EVERYBODY,
        left_out=PERSONS if fields.personal else NOBODY,
        bounded=_all,
        record=partial(contact_mapping.crm_contact, more=more),
        likeness=_same_address,
        shows=lambda row: not row.get(PERSONAL),
    )


def _all(_: Window) -> str:
    return EVERYBODY


def _same_address(row: Row) -> tuple[str, str] | None:
    """A contact without an address is like no other."""
    return ("Email", format_soql("{}", row["Email"].lower())) if row["Email"] else None


class ContactSight(Sight):
    """Contacts as far as an org keeps and shows them."""

    def __init__(self, client: SalesforceClient, organization: str, maps: FieldMaps = NO_MAPS) -> None:
        super().__init__(source(address_fields.kept(organization) or PLAIN), maps)
        self._client = client
        self._organization = organization

    def asked(self, ask: Callable[[Source], T]) -> T:
        """What is answered. A field that was taken away since it was heard of is asked for no more."""
        try:
            return self.read(ask)
        except ConnectorError as error:
            if error.failure.code != NO_FIELD or self.source.columns == self._of(PLAIN).columns:
                raise
        address_fields.forget(self._organization)
        self.source = self._of(PLAIN)
        self.look()
        return self.read(ask)

    def look(self) -> None:
        """Finds out what the org has, where that was not heard within the hour."""
        if not self._has_heard():
            self._learned(self._client.composite(people.DESCRIPTIONS))

    def composite(self, client: SalesforceClient, parts: Callable[[Source], Mapping[str, Part]]) -> dict[str, Said]:
        """One call; a second one where the first tells that the org has more than was asked for."""
        if self._has_heard():
            return client.composite(parts(self.source))
        said = client.composite({**parts(self.source), **people.DESCRIPTIONS})
        asked = self.source.columns
        self._learned(said)
        return said if self.source.columns == asked else client.composite(parts(self.source))

    def _has_heard(self) -> bool:
        fields = address_fields.kept(self._organization)
        if fields is not None:
            self.source = self._of(fields)
        return fields is not None

    def _learned(self, said: Mapping[str, Said]) -> None:
        self.source = self._of(people.heard(self._client, self._organization, said))

    def _of(self, fields: AddressFields) -> Source:
        """With the fields that an organization has in place of built-in ones."""
        return source(fields).with_maps(self._maps)


def accounts(client: SalesforceClient, sight: Sight, names: Sequence[str]) -> dict[str, str]:
    """See `CrmConnector.accounts`: one call for 200 names and more."""
    wanted = {name: name.strip().lower() for name in names}
    parts = [*census.parts(filter(None, (each for each in wanted.values() if len(each) <= LONGEST_NAME)))]
    ids: dict[str, set[str]] = {}
    for at in range(0, len(parts), QUERIES):
        for row in sight.asked(partial(_named, client, sight, parts[at : at + QUERIES])):
            ids.setdefault(row["Name"].lower(), set()).add(row["Id"])
    return {name: _only(ids.get(each, set())) for name, each in wanted.items()}


def _named(client: SalesforceClient, sight: Sight, parts: Sequence[list[str]], _: Source) -> list[Row]:
    def asked(of: Source) -> dict[str, Part]:
        return {f"query{n}": calls.query(format_soql(NAMED, of.own, part)) for n, part in enumerate(parts)}

    said = sight.composite(client, asked)
    return [row for n in range(len(parts)) for row in client.rows(said[f"query{n}"])]


def _only(ids: set[str]) -> str:
    return ids.pop() if len(ids) == 1 else ""
