"""Who has an address: one call for up to 500 of them, whatever number of fields an org keeps addresses in, and for the
accounts of their domains with them, as far as it has room.

An org is asked for those fields in the call that first looks for somebody, so that one which has nothing but Email
pays nothing for it; where there are more the call is made once again, with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from simple_salesforce.format import format_soql

from connectors import domains
from connectors.errors import ConnectorError, Kind
from connectors.records import Person, PersonKind
from connectors.relations import PEOPLE_ALONE, Sought
from connectors.salesforce import accounts, address_fields, mapping
from connectors.salesforce.address_fields import PLAIN, AddressFields
from connectors.salesforce.client import QUERIES, Part, Said, SalesforceClient, described, query
from connectors.salesforce.mapping import Row

ADDRESSES = 250  # in one query
LONGEST = 80_000  # characters of addresses in one: Salesforce takes statements of 100,000
QUOTES = 4  # characters that an address costs beside its own
CONTACTS = "SELECT Id, Name, AccountId, {:literal} FROM Contact WHERE {:literal} ORDER BY CreatedDate, Id"
LEADS = "SELECT Id, Name, {:literal} FROM Lead WHERE ({:literal}) AND IsConverted = false ORDER BY CreatedDate, Id"
DESCRIBED = ("Contact", "Lead", "Account")
DESCRIPTIONS: Mapping[str, Part] = {name: described(name) for name in DESCRIBED}
NO_FIELD = "salesforce.INVALID_FIELD"
NO_ACCOUNT_FIELD = "engine.ACCOUNT_FIELD_MISSING"
# Of a field that is not there, is hidden, or can be searched for no text.
NOT_THERE = frozenset(
    {NO_FIELD, "salesforce.OWN_FIELD_MISSING", "salesforce.INVALID_TYPE", "salesforce.REQUEST_NOT_UNDERSTOOD"}
)
HIDDEN = (Kind.NOT_FOUND, Kind.PERMISSION)


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One query, what its rows are, and whether it is one for accounts."""

    statement: str
    people: Callable[[Sequence[Row]], Iterator[Person]]
    of_accounts: bool = False

    def answered(self, client: SalesforceClient, said: Said) -> list[Person]:
        """Those who were found. Raises `ConnectorError`; a field that the organization names has a code of its own."""
        try:
            return list(self.people(client.rows(said)))
        except ConnectorError as error:
            if not self.of_accounts or error.failure.code not in NOT_THERE:
                raise
            named = replace(error.failure, provider="engine", code=NO_ACCOUNT_FIELD, kind=Kind.CONFIG)
            raise ConnectorError(named) from error


def _named(rows: Sequence[Row], kind: PersonKind, names: tuple[str, ...]) -> Iterator[Person]:
    for row in rows:
        for address, secondary in address_fields.addresses(row, names).items():
            yield mapping.person(row, kind, address, secondary=secondary)


def find(
    client: SalesforceClient, organization: str, addresses: Sequence[str], sought: Sought = PEOPLE_ALONE
) -> list[Person]:
    """Everybody who has one of these addresses, once for each that they have; contacts before leads, by age. Then the
    accounts of those that are domains, by age."""
    fields = address_fields.kept(organization)
    if fields is None:
        return _first(client, organization, addresses, sought)
    try:
        return _all(client, _questions(fields, addresses, sought))
    except ConnectorError as error:
        if fields == PLAIN or error.failure.code != NO_FIELD:
            raise
    address_fields.forget(organization)  # a field was taken away: another question, not the same once more
    return _first(client, organization, addresses, sought)


def _first(client: SalesforceClient, organization: str, addresses: Sequence[str], sought: Sought) -> list[Person]:
    """Looks in Email alone, and asks in the same breath where else there may be addresses."""
    questions = _questions(PLAIN, addresses, sought)
    if not questions:
        return []
    begun, rest = questions[:QUERIES], questions[QUERIES:]
    parts = {f"query{n}": query(each.statement) for n, each in enumerate(begun)}
    said = client.composite({**parts, **DESCRIPTIONS})
    fields = heard(client, organization, said)
    if fields != PLAIN:
        return _all(client, _questions(fields, addresses, sought))
    people = [person for name, each in zip(parts, begun, strict=True) for person in each.answered(client, said[name])]
    return [*people, *_all(client, rest)]


def heard(client: SalesforceClient, organization: str, said: Mapping[str, Said]) -> AddressFields:
    """What the org has, out of the answers to `DESCRIPTIONS`; it is kept. Raises `ConnectorError`."""
    fields = address_fields.of(*(_shown(client, said[name]) for name in DESCRIBED))
    address_fields.keep(organization, fields)
    return fields


def _shown(client: SalesforceClient, said: Said) -> Mapping[str, Any]:
    """What describe says; nothing of an object that is hidden from us. Raises what says nothing about that."""
    try:
        return client.value(said)
    except ConnectorError as error:
        if error.failure.kind not in HIDDEN:
            raise  # kept as an answer it would hide people's second addresses for as long as answers are kept
        return {}


def _all(client: SalesforceClient, questions: Sequence[_Question]) -> list[Person]:
    people: list[Person] = []
    for at in range(0, len(questions), QUERIES):
        part = questions[at : at + QUERIES]
        said = client.composite({f"query{n}": query(each.statement) for n, each in enumerate(part)})
        answers = zip(part, said.values(), strict=True)
        people += [person for each, answer in answers for person in each.answered(client, answer)]
    return people


def _questions(fields: AddressFields, wanted: Sequence[str], sought: Sought) -> list[_Question]:
    """Contacts, then leads, of each part of the addresses; then accounts by their domains."""
    entries = [each for each in wanted if each.startswith(domains.SIGN)]
    addresses = [each for each in wanted if not each.startswith(domains.SIGN)]
    return [*_of_people(fields, addresses, sought), *_of_accounts(entries, sought)]


def _of_accounts(entries: Sequence[str], sought: Sought) -> Iterator[_Question]:
    for part, statement in accounts.statements(entries, sought):
        read = partial(accounts.found, entries=part, sought=sought)
        yield _Question(statement=statement, people=read, of_accounts=True)


def _of_people(fields: AddressFields, addresses: Sequence[str], sought: Sought) -> list[_Question]:
    asked = ((PersonKind.CONTACT, CONTACTS, fields.contact), (PersonKind.LEAD, LEADS, fields.lead))
    return [
        _Question(statement=_statement(soql, names, part, sought), people=partial(_named, kind=kind, names=names))
        for part in _parts(addresses, max(len(fields.contact), len(fields.lead)))
        for kind, soql, names in asked
    ]


def _statement(soql: str, names: tuple[str, ...], part: list[str], sought: Sought) -> str:
    values = format_soql("{}", part)
    more = f", {mapping.ACTIVE}" if sought.activity else ""
    return format_soql(soql, address_fields.columns(names) + more, address_fields.clause(names, values))


def _parts(addresses: Sequence[str], times: int) -> Iterator[list[str]]:
    """As many together as one statement may have, in which each of them stands so many times."""
    part, length = list[str](), 0
    for address in addresses:
        cost = times * (len(address) + QUOTES)
        if part and (len(part) == ADDRESSES or length + cost > LONGEST):
            yield part
            part, length = [], 0
        part.append(address)
        length += cost
    if part:
        yield part
