"""Accounts by their domains: what Salesforce is asked, and which of its rows are meant. Pure.

Salesforce can be asked for texts that contain a domain; which host stands there is seen in the row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from simple_salesforce.format import format_soql

from connectors import domains
from connectors.records import Person, PersonKind
from connectors.relations import Sought
from connectors.salesforce import mapping
from connectors.salesforce.mapping import Row

ACCOUNTS = "SELECT {:literal} FROM Account WHERE {:literal} ORDER BY CreatedDate, Id"
TOGETHER = 100  # domains in one query
CONTAINS = "{:literal} LIKE '%{:like}%'"

_NAME = re.compile(r"\w+", re.ASCII)


def statements(entries: Sequence[str], sought: Sought) -> Iterator[tuple[list[str], str]]:
    """Parts of what is asked for, `@customer.example` each, with the query for each part."""
    fields = [name for name in sought.account_fields if _NAME.fullmatch(name)]
    for at in range(0, len(entries) if fields else 0, TOGETHER):
        part = list(entries[at : at + TOGETHER])
        yield part, _statement(fields, part, sought)


def _statement(fields: Sequence[str], part: Sequence[str], sought: Sought) -> str:
    more = [mapping.ACTIVE] if sought.activity else []
    columns = {name.lower(): name for name in ("Id", "Name", *fields, *more)}  # none twice, however it is written
    spelled = [each for entry in part for each in domains.spellings(entry.removeprefix(domains.SIGN))]
    asked = (format_soql(CONTAINS, field, each) for field in fields for each in spelled)
    return format_soql(ACCOUNTS, ", ".join(columns.values()), " OR ".join(asked))


def found(rows: Sequence[Row], entries: Collection[str], sought: Sought) -> Iterator[Person]:
    """The accounts behind what was asked for, in the order of the rows; one with several domains once for each."""
    for row in rows:
        said = {name.lower(): value for name, value in row.items()}  # Salesforce has its own way to write a name
        texts = (str(said.get(name.lower()) or "") for name in sought.account_fields)
        named = frozenset[str]().union(*map(domains.named, texts))
        for entry in sorted({domains.entry(each) for each in named}.intersection(entries)):
            yield mapping.person(row, PersonKind.ACCOUNT, entry, secondary=False)
